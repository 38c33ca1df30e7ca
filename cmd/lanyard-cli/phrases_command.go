package main

// commandPhrases are about commands that run elsewhere, and here.
func commandPhrases() map[string]phrase {
	return map[string]phrase{
		"head-person": {"PERSON", "对方"},
		"head-exit":   {"EXIT", "退出码"},
		"head-took":   {"DURATION", "用时"},
		"comma":       {", ", "，"},
		"between":     {", ", "、"},

		"run-asked":  {"waiting for {1} to allow it", "等待 {1} 同意"},
		"run-missed": {"{1} more of this output were not kept", "这份输出还有 {1} 没有保留"},
		"run-exit":   {"exit {1}", "退出码 {1}"},
		"run-here":   {"Run {1}: {2} runs here: {3}", "运行 {1}：{2} 正在本机运行：{3}"},
		"run-over":   {"Run {1} of {2}: {3}", "{2} 的运行 {1}：{3}"},
		"runs-in":    {"{1}, here", "{1}，在本机"},
		"runs-out":   {"on {1}'s PC", "在 {1} 的电脑上"},
		"clock-card": {"clock: {1}", "时钟：{1}"},

		"consent":       {"#{1} {2} ({3}) wants to run here: {4}", "#{1} {2}（{3}）想在本机运行：{4}"},
		"consent-where": {"in {1}, as {2}; unanswered it is denied at {3}", "目录：{1}；以 {2} 的身份运行；到 {3} 不答复即拒绝"},
		"consent-stdin": {"with input: what they will send to it is not known", "带有输入：对方会向它输入什么，无法事先知道"},
		"consent-how":   {"lanyard-cli consent allow {1} [--quarter|--forever], or: lanyard-cli consent deny {1}", "lanyard-cli consent allow {1} [--quarter|--forever]，或 lanyard-cli consent deny {1}"},
		"consent-once":  {"lanyard-cli consent allow {1}, or: lanyard-cli consent deny {1}", "lanyard-cli consent allow {1}，或 lanyard-cli consent deny {1}"},
		"consent-over":  {"request #{1} waits no more", "请求 #{1} 不再等待"},
		"home":          {"the home folder", "主目录"},
		"forever":       {"until it is forgotten", "直到被忘记"},
		"until":         {"until {1}", "到 {1}"},
		"no-buttons":    {"there are no buttons", "没有按钮"},

		"no-dashes":   {"-- is missing in front of the command", "命令前面缺少 --"},
		"stdin-one":   {"--stdin is for one person only", "--stdin 只能用于一个人"},
		"no-value":    {"{1} is not NAME=VALUE", "{1} 不是 名字=值 的形式"},
		"no-terminal": {"shell needs a terminal, for its input and its output; without one use exec", "shell 的输入和输出都需要终端；没有终端时请用 exec"},
		"not-utf8":    {"the command has bytes that are no text; it can only be sent as text", "命令中有不是文字的字节；命令只能以文字发送"},
		"bad-param":   {"--param cannot be {1}; it is one of: NAME:text[:PATTERN], NAME:text+dashes[:PATTERN], NAME:number[:MIN..MAX], NAME:choice:A,B,C, NAME:file:FOLDER; NAME may be NAME? or NAME=DEFAULT", "--param 不能是 {1}；可以是：名字:text[:正则]、名字:text+dashes[:正则]、名字:number[:最小..最大]、名字:choice:甲,乙,丙、名字:file:目录；名字 可写成 名字? 或 名字=默认值"},
	}
}

// commandHelpPhrases are what help prints about commands.
func commandHelpPhrases() map[string]phrase {
	return map[string]phrase{
		"short-exec": {"Run a command on other PCs that allow it", "在允许的电脑上运行命令"},
		"long-exec": {
			`Run a command on other PCs, if they allow it: with "lanyard-cli allow YOU
commands=ask" (each time somebody there says yes) or commands=always.

COMMAND and its arguments arrive as they are; no shell takes them apart. Who
wants a shell names it: -- sh -c 'ls | wc -l'. What it puts out goes to standard
output and standard error, as UTF-8: what is no valid UTF-8 is read in the code
page of the other PC, else as GB18030. To a terminal no control sequences but
colours pass; into pipes and files they do. With --encoding raw every byte
passes as it is, also to a terminal, which then obeys whatever they print.

Without --stdin the command has no input. Ctrl+C stops it there, with all that
it has started. With several PERSONs equal outputs are shown once, and then a
table of all; the exit code is the first one that is not 0.

Exit codes are those of the command (255 for one beyond 255), or 128+n if signal
n ended it. Lanyard's own: 124 its time limit was over; 125 Lanyard failed, or a
wrong command line; 126 refused, or stopped there; 127 no such program; 128 not
reachable, or the link was lost; 130 stopped by Ctrl+C; 141 nobody reads the output.`,
			`在其他电脑上运行命令，前提是对方允许：对方执行 lanyard-cli allow 你 commands=ask
（每次由对方点头）或 commands=always。

COMMAND 及其参数原样送达，不经过 shell 解释；需要 shell 时请写明：-- sh -c 'ls | wc -l'。
它的输出写到标准输出和标准错误，一律为 UTF-8：不是合法 UTF-8 的内容按对方电脑的代码页
解读，否则按 GB18030 解读。输出到终端时，除颜色外的控制序列都不会通过；写入管道和文件时
原样保留。用 --encoding raw 时每个字节都原样通过，写到终端也是如此，终端会执行其中的
控制序列。

不加 --stdin 时，命令没有输入。按 Ctrl+C 会在对方电脑上停止它以及它启动的一切。指定多个
PERSON 时，相同的输出只显示一次，最后是一张总表；退出码取第一个不为 0 的。

退出码就是命令的退出码（超过 255 的记为 255）；被信号 n 终止时为 128+n。邻传自己的退出码：
124 超过时间限制；125 邻传自身失败或命令行有误；126 被拒绝，或被对方停止；127 没有这个程序；
128 无法连接或连接断开；130 被 Ctrl+C 停止；141 没有人读取输出。`,
		},
		"short-run": {"Press a button that somebody has for you", "按下别人为你准备的按钮"},
		"long-run": {
			`Press a button on somebody's PC: a command that its user has defined, with
values for its parameters. "lanyard-cli buttons list PERSON" says which there are.
Output and exit codes are as with exec; 127: there is no such button.`,
			`在对方的电脑上按下一个按钮，即对方预先定义的命令，并给出参数值。
用 lanyard-cli buttons list PERSON 查看有哪些按钮。
输出和退出码与 exec 相同；127 表示没有这个按钮。`,
		},
		"short-shell": {"A terminal on another PC", "在另一台电脑上打开终端"},
		"long-shell": {
			`A terminal on another PC, whose user must have allowed you commands=always.
Without COMMAND it is the shell of that user. "~." at the beginning of a line
hangs up; "~~" there is one "~". Exit codes are as with exec.

What the other PC prints is obeyed by your terminal as it is, as with ssh: a
terminal can be told to change its title or its clipboard, and more. Use it with
people whom you trust; exec shows their output without any of that.`,
			`在另一台电脑上打开终端；对方须已授予 commands=always。
不写 COMMAND 时使用对方用户的 shell。在行首输入 ~. 挂断；行首的 ~~ 表示一个 ~。
退出码与 exec 相同。

与 ssh 一样，对方输出的内容会原样交给你的终端执行：终端可能因此改变标题、剪贴板等。
请只对信任的人使用；exec 显示的输出没有这个风险。`,
		},
		"short-buttons": {"The commands that others may run here without a question", "别人无须询问即可在本机运行的命令"},
		"long-buttons": {
			`Buttons are commands of this user that people with commands=buttons, ask or
always may run here without a question, with values of their own only where a
button has a parameter.`,
			`按钮是当前用户定义的命令：拥有 commands=buttons、ask 或 always 权限的人可以不经询问
在本机运行它们；只有按钮设了参数的地方，对方才能给出自己的值。`,
		},
		"short-buttons-list":   {"List this user's buttons, or those that PERSON has for you", "列出本机的按钮，或 PERSON 为你准备的按钮"},
		"short-buttons-remove": {"Remove a button", "删除按钮"},
		"short-buttons-add":    {"Add a button, or replace the one of that name", "添加按钮，或替换同名按钮"},
		"long-buttons-add": {
			`Add a button, or replace the one of that name. An argument that is {NAME} and
nothing else stands for the parameter NAME; its value becomes one argument,
whatever is in it, and nothing is ever pasted into a line for a shell:

  lanyard-cli buttons add backup -- /usr/local/bin/backup --all
  lanyard-cli buttons add log --param 'lines=50:number:1..1000' \
      --param 'of:choice:web,mail' -- /usr/local/bin/showlog {lines} {of}

Kinds: text[:PATTERN] (one line that matches the regular expression; text+dashes
may begin like an option), number[:MIN..MAX], choice:A,B,C, file:FOLDER (a file
below it). NAME? may be left out; NAME=DEFAULT too.`,
			`添加按钮，或替换同名按钮。整个参数写成 {NAME} 时代表名为 NAME 的参数；给出的值无论是什么，
都只成为一个参数，绝不会拼进 shell 的命令行：

  lanyard-cli buttons add backup -- /usr/local/bin/backup --all
  lanyard-cli buttons add log --param 'lines=50:number:1..1000' \
      --param 'of:choice:web,mail' -- /usr/local/bin/showlog {lines} {of}

类型：text[:正则]（一行文字，须整个匹配正则；text+dashes 可以像选项那样开头）、
number[:最小..最大]、choice:甲,乙,丙、file:目录（其下的文件）。写成 NAME? 可以省略；
NAME=默认值 也可以省略。`,
		},
		"short-consent": {"Answer those who want to run a command here", "答复想在本机运行命令的人"},
		"long-consent": {
			`Answer those who want to run a command here, and see to what you have said yes
before. A command that is allowed has all the rights of your account.`,
			`答复想在本机运行命令的人，并查看以前同意过的命令。
被允许的命令拥有你的账户的全部权限。`,
		},
		"short-consent-list":       {"List who waits for your consent", "列出等待你同意的请求"},
		"short-consent-allow":      {"Allow a request (once, if nothing else is said)", "同意一个请求（默认仅此一次）"},
		"short-consent-deny":       {"Deny a request", "拒绝一个请求"},
		"short-consent-remembered": {"List what was allowed for later too", "列出已记住的许可"},
		"short-consent-forget":     {"Take such a yes back, and stop what runs by it", "收回一个许可，并停止因它而运行的命令"},
		"short-runs":               {"List the commands that run, and the latest that have ended", "列出正在运行和最近结束的命令"},
		"short-stop":               {"Stop a command, here or on another PC", "停止一条命令，无论它在本机还是别的电脑上"},

		"flag-timeout":    {"stop it after so `long`, such as 30s or 10m", "超过这么`久`就停止，如 30s、10m"},
		"flag-cwd":        {"`folder` on the other PC, absolute (default: the home of its user)", "对方电脑上的`目录`，绝对路径（默认：对方用户的主目录）"},
		"flag-button-cwd": {"`folder` to run in (default: your home)", "运行时所在的`目录`（默认：你的主目录）"},
		"flag-encoding":   {"how to read what it prints: auto, utf-8, gbk, big5, shift-jis, or `raw` for the bytes as they are", "如何解读输出：auto、utf-8、gbk、big5、shift-jis，或 `raw` 表示字节原样"},
		"flag-stdin":      {"send this program's standard input to it", "把本程序的标准输入传给它"},
		"flag-param":      {"a `parameter`: NAME:KIND[:DETAILS]; may be repeated", "一个`参数`：名字:类型[:细节]；可重复"},
		"flag-once":       {"this time only (what is meant anyway)", "仅此一次（默认）"},
		"flag-quarter":    {"and exactly this again for 15 minutes", "并在 15 分钟内允许完全相同的命令"},
		"flag-forever":    {"and exactly this again until it is forgotten", "并一直允许完全相同的命令，直到被忘记"},
		"flag-last-runs":  {"only so `many` of the latest", "只显示最近的若干`条`"},

		"what:command": {"command", "命令"},
		"what:consent": {"consent", "同意"},
		"what:button":  {"button", "按钮"},
	}
}
