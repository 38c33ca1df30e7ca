package main

import (
	"maps"
	"sync"
)

// phrase is one text in both languages.
type phrase struct{ en, zh string }

// phrases returns all texts but those about failures; {1}, {2}… stand for what
// they speak of. It is made once: each start of a program says hundreds, of its
// commands and flags.
var phrases = sync.OnceValue(allPhrases)

func allPhrases() map[string]phrase {
	all := screenPhrases()
	maps.Copy(all, clockPhrases())
	maps.Copy(all, trustPhrases())
	maps.Copy(all, trustHelpPhrases())
	maps.Copy(all, commandPhrases())
	maps.Copy(all, commandHelpPhrases())
	maps.Copy(all, transferPhrases())
	maps.Copy(all, transferHelpPhrases())
	maps.Copy(all, classicPhrases())
	maps.Copy(all, classicReasons())
	maps.Copy(all, usagePhrases())
	maps.Copy(all, helpPhrases())
	return all
}

// screenPhrases are what commands print.
func screenPhrases() map[string]phrase {
	return map[string]phrase{
		"label-name": {"Name", "名字"},
		"label-id":   {"Device ID", "设备 ID"},

		"head-name":    {"NAME", "名字"},
		"head-trust":   {"TRUST", "信任"},
		"head-state":   {"STATE", "状态"},
		"head-address": {"ADDRESS", "地址"},
		"head-unread":  {"UNREAD", "未读"},
		"head-id":      {"DEVICE ID", "设备 ID"},
		"online":       {"online", "在线"},
		"offline":      {"offline", "离线"},
		"nobody":       {"nobody has been found yet; is Lanyard running on the other PC, in the same network?", "还没有发现任何人；对方的电脑上是否运行着邻传、是否在同一网络中？"},

		"me":         {"me", "我"},
		"files":      {"{1}, {2}, {3}", "{1}，{2}，{3}"},
		"one-file":   {"1 file", "1 个文件"},
		"many-files": {"{1} files", "{1} 个文件"},
		"files-of":   {"{1} of {2} files", "{2} 个文件中的第 {1} 个"},
		"left":       {"{1} left", "剩余 {1}"},
		"because":    {": {1}", "：{1}"},

		"state:queued":    {"queued", "排队中"},
		"state:delivered": {"on their PC", "已送达对方电脑"},
		"state:seen":      {"seen", "已读"},
		"state:received":  {"received", "已收到"},
		"state:preparing": {"being listed", "正在列出文件"},
		"state:offered":   {"waiting for an answer", "等待答复"},
		"state:running":   {"under way", "传输中"},
		"state:paused":    {"paused", "已暂停"},
		"state:verified":  {"verified", "已校验"},
		"state:declined":  {"declined", "已拒绝"},
		"state:cancelled": {"cancelled", "已取消"},
		"some-failed":     {"{1} arrived, {2} did not", "已送达 {1}，未送达 {2}"},
		"state:failed":    {"failed", "失败"},

		"ready":          {"Ready on {1}. Device ID {2}. Ctrl+C ends.", "已就绪：{1}。设备 ID {2}。按 Ctrl+C 结束。"},
		"message":        {"{1}: {2}", "{1}：{2}"},
		"text-delivered": {"on {1}'s PC", "已送达 {1} 的电脑"},
		"text-queued":    {"{1} is not there; queued until they are", "{1} 不在；已排队，对方上线后发送"},
		"offer-of":       {"{1} offers {2}", "{1} 想发送 {2}"},
		"offer":          {"{1}. To take it: lanyard-cli accept {2}; else: lanyard-cli decline {2}", "{1}。接受：lanyard-cli accept {2}；拒绝：lanyard-cli decline {2}"},
		"offer-accepted": {"{1}. Accepted.", "{1}。已自动接受。"},
		"question":       {"{1}. Take it? Type y or n, then Enter.", "{1}。是否接受？输入 y 或 n，然后按回车。"},
		"question-short": {"Take it? Type y or n, then Enter.", "是否接受？输入 y 或 n，然后按回车。"},
		"offered":        {"Offered to {1}: {2}. Waiting for an answer.", "已向 {1} 提出：{2}。等待答复。"},
		"file-received":  {"received {1}  {2}", "已接收 {1}  {2}"},
		"file-sent":      {"sent {1}  {2}", "已发送 {1}  {2}"},
		"file-failed":    {"{1}: {2}", "{1}：{2}"},
		"ended-in":       {"From {1}: {2}: {3}", "来自 {1}：{2}：{3}"},
		"ended-out":      {"To {1}: {2}: {3}", "发给 {1}：{2}：{3}"},
		"failed-count":   {"; not across: {1}", "；未送达：{1}"},

		"accept-all":      {"--accept all: EVERY file that ANYBODY in the network offers is saved without asking", "--accept all：网络中任何人发来的所有文件都会不经询问直接保存"},
		"network-ignored": {"the running copy keeps its own --discovery and --interface", "正在运行的邻传保持它自己的 --discovery 和 --interface 设置"},
		"waiting-copy":    {"another command is using this profile; waiting until it has ended", "另一条命令正在使用这个配置目录；等待它结束"},
		"held":            {"another copy has this profile open and does not answer; quit it, or choose another --profile", "另一个邻传正在使用这个配置目录且没有应答；请退出它，或用 --profile 换一个目录"},
		"unsafe":          {"the local door of this profile is not this user's alone, so it is not used: {1}", "这个配置目录的本地入口不只属于当前用户，因此不予使用：{1}"},
		"trouble":         {"{1}", "出错：{1}"},
	}
}

// usagePhrases are about command lines.
func usagePhrases() map[string]phrase {
	return map[string]phrase{
		"usage-hint":       {"`lanyard-cli help` says how it is used", "用法见 `lanyard-cli help`"},
		"unknown-command":  {"there is no command {1}", "没有命令 {1}"},
		"no-command":       {"which command?", "缺少命令"},
		"argument-missing": {"{1} is missing", "缺少 {1}"},
		"argument-extra":   {"{1} is too much", "多余的参数：{1}"},
		"bad-value":        {"{1} cannot be {2}; it is one of: {3}", "{1} 不能是 {2}；可以是：{3}"},
		"empty-value":      {"{1} is empty", "{1} 为空"},
		"bad-setting":      {"{1} is no setting; there are: {2}", "没有设置项 {1}；可以是：{2}"},
		"one-of":           {"{1} and {2} do not go together", "{1} 和 {2} 不能同时使用"},
		"no-secret":        {"nothing was typed, and nothing came from standard input", "没有输入任何内容，标准输入也是空的"},
		"unknown-flag":     {"there is no flag {1}", "没有选项 {1}"},
		"flag-value":       {"{1} needs a value", "{1} 需要一个值"},
		"bad-flag":         {"{1} cannot be {2}", "{1} 不能是 {2}"},
		"not-text":         {"standard input is no text: neither UTF-8 nor GB18030; send it as a file", "标准输入不是文字：既不是 UTF-8 也不是 GB18030；请作为文件发送"},
	}
}

// helpPhrases are what help prints.
func helpPhrases() map[string]phrase {
	return map[string]phrase{
		"short-root": {"Chat and files between the PCs around you, in a terminal", "在终端里与身边的电脑聊天、传文件"},
		"long-root": {
			`Chat and files between the PCs around you, in a terminal.

A PERSON is a name, a device ID or a unique beginning of one, or host:port.
When a copy of Lanyard runs with the profile already, commands go to that copy.
Exit codes: 0 done; 1 failed, with the reason on stderr; 2 wrong command line;
3 refused: by the other side, or not confirmed; 4 not reachable.`,
			`在终端里与身边的电脑聊天、传文件。

PERSON 可以是名字、设备 ID 或其唯一的开头部分，也可以是 主机:端口。
如果邻传已经在使用这个配置目录，命令会交给正在运行的邻传执行。
退出码：0 完成；1 失败，原因见标准错误；2 命令行有误；3 被拒绝：对方不同意，或没有得到确认；4 无法连接。`,
		},
		"short-id":     {"Print this copy's name and device ID", "显示本机的名字和设备 ID"},
		"short-people": {"List who is known, and who is there", "列出认识的人以及谁在线"},
		"short-say":    {"Send a text; - reads it from standard input", "发送文字；- 表示从标准输入读取"},
		"short-log":    {"Print the conversation with somebody", "显示与某人的对话"},
		"short-serve":  {"Be there for others, and print what happens, until Ctrl+C", "让别人能找到本机，并显示发生的事，直到按 Ctrl+C"},
		"long-serve": {
			`Be there for others, and print what happens, until Ctrl+C or a signal.

Offers of files are asked about at a terminal; elsewhere they are answered with
"lanyard-cli accept" and "lanyard-cli decline". When a copy with this profile
runs already, serve attaches to it; --save, --accept and --on-conflict then hold
for as long as it is attached. In --save, {person}, {date} and {type} stand for what
an offer has.`,
			`让别人能找到本机，并显示发生的事，直到按 Ctrl+C 或收到信号。

在终端里会询问是否接受文件；其他情况下用 lanyard-cli accept 和 lanyard-cli decline
答复。如果邻传已经在使用这个配置目录，serve 会接到它上面；--save、--accept 和
--on-conflict 只在接入期间有效。--save 中的 {person}、{date}、{type} 代表发送人、日期和
文件类型。`,
		},
		"short-help": {"Help about a command, or about the lines of --json", "命令的帮助，或 --json 输出的说明"},
		"help-json":  {"With --json each line of output is one JSON object. Times are RFC 3339 in UTC,\nsizes bytes. Fields may be added; unknown events are to be ignored.\n\n", "使用 --json 时每行输出一个 JSON 对象。时间为 UTC 的 RFC 3339 格式，大小以字节计。\n以后可能增加字段；不认识的事件应忽略。\n\n"},

		"flag-profile":   {"`folder` of keys, conversations and settings (default: this user's own)", "存放密钥、对话和设置的`目录`（默认：当前用户自己的）"},
		"flag-name":      {"`name` shown to others from now on", "从现在起显示给别人的`名字`"},
		"flag-json":      {"one JSON object a line", "每行输出一个 JSON 对象"},
		"flag-log-level": {"`level` of what is logged to stderr: debug, info, warn, error or off", "写到标准错误的日志`级别`：debug、info、warn、error 或 off"},
		"flag-discovery": {"`auto`: find others and be found; off: announce nothing", "`auto`：发现别人并可被发现；off：不发送任何广播"},
		"flag-interface": {"announce on this network interface `only`; may be repeated", "只在这个`网卡`上广播；可重复"},
		"flag-wait":      {"listen for so `long` first (default 2s, or 0 when a copy runs already)", "先等待这么`久`（默认 2s；已有邻传在运行时为 0）"},
		"flag-later":     {"when they are not there, queue it", "对方不在时先排队"},
		"flag-last":      {"only so `many` of the newest items", "只显示最新的若干`条`"},
		"flag-listen":    {"`ADDR:PORT` to listen on (default :9527, or the next free port)", "监听的`地址:端口`（默认 :9527，或下一个空闲端口）"},
		"flag-save":      {"`folder` for what arrives (default: the one in the settings)", "接收文件的`目录`（默认：设置中的目录）"},
		"flag-accept":    {"ask: each offer is decided on; all: EVERY offer of ANYBODY is taken", "ask：逐个决定；all：任何人的文件都直接接收"},
		"flag-help":      {"help about this command", "这条命令的帮助"},
		"usage-template": {usageTemplate("Usage:", "Commands:", "Flags:", "Flags of every command:"), usageTemplate("用法：", "命令：", "选项：", "所有命令通用的选项：")},
	}
}

// usageTemplate is cobra's, with its headings in our words.
func usageTemplate(usage, commands, flags, global string) string {
	return usage + `
  {{if .HasAvailableSubCommands}}{{.CommandPath}} COMMAND …{{else}}{{.UseLine}}{{end}}
{{if .HasAvailableSubCommands}}
` + commands + `{{range .Commands}}{{if or .IsAvailableCommand (eq .Name "help")}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}
{{end}}{{if .HasAvailableLocalFlags}}
` + flags + `
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}{{if .HasAvailableInheritedFlags}}
` + global + `
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}`
}
