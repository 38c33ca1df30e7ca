package main

// classicPhrases are what classic says, and its help.
func classicPhrases() map[string]phrase {
	return map[string]phrase{
		"classic-listening":  {"{1} listens on {2}. Not encrypted; Ctrl+C ends.", "{1} 正在监听 {2}。没有加密；按 Ctrl+C 结束。"},
		"classic-warning":    {"Whoever reaches this address can run any command as you, read and delete your files; at unix:PATH that is you alone.", "谁能连到这个地址，谁就能以你的身份运行任何命令、读取和删除你的文件；用 unix:路径 就只有你自己能连。"},
		"classic-connected":  {"{1} is connected", "{1} 已连接"},
		"classic-closed":     {"{1} has gone", "{1} 已断开"},
		"classic-held":       {"held until the other side writes: the two take turns", "先留着，等对方写来：双方轮流发言"},
		"classic-asked":      {"{1}: {2} → {3}", "{1}：{2} → {3}"},
		"classic-running":    {"{1} $ {2}", "{1} $ {2}"},
		"classic-ran":        {"{1}: exit code {2}, {3}{4}", "{1}：退出码 {2}，用时 {3}{4}"},
		"classic-saved":      {"{1}: {2} bytes, MD5 {3}, saved as {4}", "{1}：{2} 字节，MD5 {3}，已保存为 {4}"},
		"classic-sent":       {"{1}: {2} bytes, MD5 {3}, sent from {4}", "{1}：{2} 字节，MD5 {3}，已从 {4} 发出"},
		"classic-trouble":    {"{1}: {2}", "{1}：{2}"},
		"classic-flag":       {"{1} does not go with {2}", "{1} 不能与 {2} 一起使用"},
		"classic-contact":    {"there is no contact {1}; --contact {1}=ADDR makes one", "没有联系人 {1}；可以用 --contact {1}=ADDR 添加"},
		"classic-no-contact": {"to whom? @NAME on a line of its own chooses a contact", "发给谁？单独一行 @名字 选择联系人"},

		"short-classic":       {"Talk with plain sockets: the programs of socket courses", "与普通 socket 程序通信：网络编程课里的各个程序"},
		"short-classic-serve": {"Be the server", "做服务器"},
		"short-classic-dial":  {"Be the client", "做客户端"},
		"long-classic": {
			`Talk with plain sockets: the small protocols of socket-programming courses,
as server and as client. Nothing of this is encrypted. No profile is opened.

An ADDR is HOST:PORT, a PORT on 127.0.0.1, [IPV6]:PORT or unix:PATH. What comes
in is printed to stdout; lines of stdin go out. The protocols:
`,
			`与普通 socket 通信：网络编程课里的各个小协议，服务器和客户端都行。
全部不加密，也不打开任何配置目录。

ADDR 是 主机:端口、127.0.0.1 上的端口、[IPv6]:端口 或 unix:路径。收到的内容
打印到标准输出，标准输入的每一行发送出去。协议有：
`,
		},
		"long-classic-serve": {
			`Be the server of a PROTOCOL (see lanyard-cli classic --help).

tcp-, udp-, length- and struct-command run what clients send: they need
--allow-commands, and --allow-remote too unless ADDR is of this PC alone; unix:PATH
lets nobody in but this user. What is typed to a chat goes to the client that
wrote last. reverse-command sends the lines of stdin, or COMMAND, to the client.`,
			`做某个协议（见 lanyard-cli classic --help）的服务器。

tcp-、udp-、length- 和 struct-command 会运行客户端发来的命令：必须加
--allow-commands；ADDR 不限于本机时还要加 --allow-remote；unix:路径 只有本用户能
连接。聊天时输入的内容发给最后写来的客户端。reverse-command 把标准输入的每一行
或 COMMAND 发给客户端。`,
		},
		"long-classic-dial": {
			`Be the client of a PROTOCOL (see lanyard-cli classic --help).

Words after -- are one command: its answer is printed, and that is all.
An answer without a length ends when nothing came for --quiet-time after its first
byte. reverse-command runs what the server sends, and needs --allow-commands.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused (the secret), 4 nobody there.`,
			`做某个协议（见 lanyard-cli classic --help）的客户端。

-- 之后的词合成一条命令：打印它的回答，然后结束。没有长度的回答，从第一个字节起
安静了 --quiet-time 就算结束。reverse-command 运行服务器发来的命令，必须加
--allow-commands。退出码：0 成功，1 失败，2 用法错误，3 被拒绝（口令不对），
4 无人应答。`,
		},
		"flag-allow-commands":   {"let the other side run commands here, as you", "允许对方以你的身份在本机运行命令"},
		"flag-allow-remote":     {"let a server that runs commands listen beyond this PC", "允许运行命令的服务器监听本机以外的地址"},
		"flag-classic-once":     {"serve one client, then end", "只服务一个客户端，然后结束"},
		"flag-wire":             {"show every read and write on stderr", "在标准错误上显示每一次读写"},
		"flag-recv-size":        {"bytes that one recv asks for; courses use 1024", "一次 recv 请求的字节数；课程里是 1024"},
		"flag-quiet-time":       {"silence that ends an answer without a length", "没有长度的回答，安静多久算结束"},
		"flag-classic-encoding": {"what the bytes are: auto, utf-8, gbk, big5, shift-jis, raw", "字节的编码：auto、utf-8、gbk、big5、shift-jis、raw"},
		"hmac-secret":           {"Secret: ", "口令："},
		"flag-secret":           {"the secret of hmac-echo; - reads a line of stdin", "hmac-echo 的口令；- 表示从标准输入读一行"},
		"flag-secret-file":      {"a file whose first line is the secret", "口令所在的文件（第一行）"},
		"flag-digest":           {"md5 or sha256; both ends must use the same", "md5 或 sha256；两端必须相同"},
		"flag-classic-save":     {"folder for the files that arrive", "存放收到的文件的目录"},
		"flag-classic-format":   {"what to ask a time server; may be given again", "向时间服务器请求的格式；可以多次给出"},
		"flag-contact":          {"NAME=ADDR of somebody to chat with; may be given again", "聊天对象 名字=地址；可以多次给出"},
	}
}

// classicReasons are the sentences about what was refused or failed.
func classicReasons() map[string]phrase {
	return map[string]phrase{ // #nosec G101 -- sentences about passwords, none of them one
		"classic:bad-protocol":     {"there is no protocol {1}", "没有协议 {1}"},
		"classic:bad-address":      {"that is no address: {1}", "地址不对：{1}"},
		"classic:bad-option":       {"that does not go: {1}", "不能这样：{1}"},
		"classic:need-commands":    {"the other side could run any command here, as you; --allow-commands allows it", "对方将能以你的身份在本机运行任何命令；加上 --allow-commands 才允许"},
		"classic:need-remote":      {"at {1} other PCs could run any command here, as you; --allow-remote allows it, unix:PATH is safer", "在 {1} 上，别的电脑也能以你的身份运行任何命令；加上 --allow-remote 才允许，用 unix:路径 更安全"},
		"classic:need-secret":      {"the secret is missing", "缺少口令"},
		"classic:network-password": {"this is a network password of Lanyard, which must not be used here: whoever reaches this server could have it prove things to others", "这是邻传的网络密码，不能用在这里：能连到这个服务器的人可以借它向别人作证明"},
		"classic:need-folder":      {"there is no folder to save to: {1}", "没有可以保存的目录：{1}"},
		"classic:unsupported":      {"this system cannot do that: {1}", "本系统做不到：{1}"},
		"classic:in-use":           {"another program has this address: {1}", "这个地址已被别的程序占用：{1}"},
		"classic:no-listen":        {"cannot listen: {1}", "无法监听：{1}"},
		"classic:unreachable":      {"nobody is there: {1}", "无人应答：{1}"},
		"classic:no-answer":        {"no answer: {1}", "没有回答：{1}"},
		"classic:peer-closed":      {"the other side ended the connection: {1}", "对方断开了连接：{1}"},
		"classic:lost":             {"the connection broke: {1}", "连接中断：{1}"},
		"classic:too-long":         {"too long for one datagram: {1}", "一个数据报放不下：{1}"},
		"classic:busy":             {"too many clients at once: {1}", "同时连接的客户端太多：{1}"},
		"classic:ended":            {"it has ended: {1}", "已经结束：{1}"},
		"classic:nobody":           {"that client is not there: {1}", "没有这个客户端：{1}"},
		"classic:http":             {"refused: it talks like a browser: {1}", "已拒绝：对方像是浏览器：{1}"},
		"classic:tls":              {"refused: it begins an encrypted connection, as a browser does: {1}", "已拒绝：对方要建立加密连接，像是浏览器：{1}"},
		"classic:other-user":       {"refused: it is another user of this PC ({1})", "已拒绝：对方是本机的另一个用户（{1}）"},
		"classic:unknown-user":     {"refused: whose connection this was can no longer be told: {1}", "已拒绝：已无法得知这个连接属于谁：{1}"},
		"classic:own-kind":         {"not answered: it looks like an answer ({1})", "没有回答：它看起来是别人的回答（{1}）"},
		"classic:broadcast":        {"not answered: {1}", "没有回答：广播或组播（{1}）"},
		"classic:too-often":        {"not answered: too much comes from there: {1}", "没有回答：来得太多：{1}"},
		"classic:not-text":         {"refused: it is no text: {1}", "已拒绝：不是文字：{1}"},
		"classic:bad-length":       {"refused: the length is wrong: {1}", "已拒绝：长度不对：{1}"},
		"classic:bad-header":       {"refused: the header is wrong: {1}", "已拒绝：文件头不对：{1}"},
		"classic:bad-name":         {"refused: that is no name for a file: {1}", "已拒绝：不能作为文件名：{1}"},
		"classic:wrong-size":       {"the size is not as announced: {1}", "大小与声明的不符：{1}"},
		"classic:wrong-md5":        {"the MD5 is not as announced: {1}", "MD5 与声明的不符：{1}"},
		"classic:wrong-proof":      {"refused: the answer to the challenge is wrong ({1})", "已拒绝：对质询的回答不对（{1}）"},
		"classic:protocol":         {"the other side breaks the protocol: {1}", "对方违反了协议：{1}"},
		"classic:denied":           {"the server did not take the secret: {1}", "服务器没有接受这个口令：{1}"},
		"classic:no-read":          {"cannot be read: {1}", "无法读取：{1}"},
		"classic:no-save":          {"cannot be saved: {1}", "无法保存：{1}"},
		"classic:changed":          {"the file changed while it was sent: {1}", "文件在发送过程中被改动：{1}"},
		"classic:no-start":         {"it could not be run: {1}", "无法运行：{1}"},
		"classic:time-limit":       {"stopped: it ran too long: {1}", "已停止：运行时间过长：{1}"},
		"classic:size-limit":       {"stopped: it wrote too much: {1}", "已停止：输出太多：{1}"},
		"classic:not-in-gbk":       {"not sent: GBK cannot write {1}", "没有发送：GBK 写不出 {1}"},
		"classic:other":            {"failed: {1}", "失败：{1}"},
	}
}

// classicJSONLines documents the lines of classic --json.
const classicJSONLines = `classic
  {"event":"listening","address"}
  {"event":"connected|closed|answered","peer"}
  {"event":"received|sent|held","peer","name","text","stream"}
  {"event":"asked","peer","format","text"}  (of a time server)
  {"event":"running","peer","command"}
  {"event":"ran","peer","command","exit","took_ms","bytes","reason"}
  {"event":"progress|saved|sent","peer","file_name","file_size","done_bytes","md5","path"}
  {"event":"refused|failed","peer","reason","detail"}
  {"event":"wire","direction","local","peer","asked","size","hex","end","error"}  (--wire, to stderr)
`
