package main

// transferPhrases are what commands print about transfers.
func transferPhrases() map[string]phrase {
	return map[string]phrase{
		"to":   {"to {1}", "发给 {1}"},
		"from": {"from {1}", "来自 {1}"},

		"md5-follows":      {"verified, MD5 to follow", "已校验，MD5 稍后给出"},
		"md5-late":         {"to follow", "稍后给出"},
		"limits-disk":      {"limited by the disk", "受限于磁盘"},
		"limits-network":   {"limited by the network", "受限于网络"},
		"limits-bandwidth": {"limited by the bandwidth that is set", "受限于设置的带宽"},
		"limits-there":     {"limited by the bandwidth that they set", "受限于对方设置的带宽"},
		"own-limit":        {"limit: {1}", "上限：{1}"},
		"limits-processor": {"limited by the processor", "受限于处理器"},

		"skipped-count":   {"; left out: {1}", "；略过：{1}"},
		"restarted-count": {"; began anew because the source changed: {1}", "；因源文件改动而重新开始：{1}"},
		"plan-identical":  {"{1} there already", "已有相同的 {1}"},
		"plan-kept":       {"{1} left out, since others of the name stay", "因保留同名文件而不接收 {1}"},
		"plan-beside":     {"{1} saved beside others of the name", "与同名文件并存 {1}"},
		"plan-replaced":   {"{1} replaced", "替换 {1}"},
		"plan-unselected": {"{1} not accepted", "不接受 {1}"},
		"plan-renamed":    {"{1} under another name, which the system can hold", "{1}改用系统允许的名字"},
		"plan-left":       {"; {1} to come", "；还有 {1} 要传"},

		"note-plan":         {"{1}: {2}", "{1}：{2}"},
		"note-paused-here":  {"{1}: paused. lanyard-cli resume goes on", "{1}：已暂停；用 lanyard-cli resume 继续"},
		"note-paused-there": {"{1}: {2} paused it", "{1}：{2} 暂停了传输"},
		"note-resumed":      {"{1}: goes on", "{1}：继续传输"},
		"note-pending":      {"{1}: verified, MD5 to follow of {2}", "{1}：已校验，MD5 稍后给出（{2}）"},
		"state-away":        {"waiting for {1}", "等待 {1}"},
		"note-away":         {"waiting for {1}: {2} goes on by itself when they are back. Ctrl+C ends the waiting.", "等待 {1}：对方回来后，{2} 会自动继续。按 Ctrl+C 结束等待。"},
		"note-back":         {"{1} is back: {2} goes on", "{1} 回来了：{2} 继续传输"},

		"retry-of":             {"What failed of transfer {1} {2}: {3}, {4}", "传输 {1}（{2}）中失败的：{3}，{4}"},
		"offer-retry":          {" (files that failed before)", "（之前失败的文件）"},
		"wish-keep":            {"the sender would keep both where a file is there already", "对方希望：已有同名文件时两个都保留"},
		"wish-replace":         {"the sender would replace files that are there already", "对方希望：替换已有的同名文件"},
		"wish-skip":            {"the sender would leave out files that are there already", "对方希望：已有同名文件时不再发送"},
		"ahead-save":           {"goes to {1}", "保存到 {1}"},
		"room":                 {"needs {1}, {2} are free", "需要 {1}，可用 {2}"},
		"room-unknown":         {"needs {1}; how much is free is not known", "需要 {1}；可用空间未知"},
		"room-none":            {"NO ROOM: needs {1}, {2} are free, of which {3} are left alone", "空间不足：需要 {1}，可用 {2}，其中保留 {3}"},
		"ahead-identical":      {"there already, does not come again: {1}", "已有相同的，不再接收：{1}"},
		"ahead-doubtful":       {"there with the same size and another time, is compared: {1}", "大小相同但时间不同，将比较内容：{1}"},
		"ahead-different":      {"another one of the name is there: {1}", "已有同名的不同文件：{1}"},
		"ahead-renamed":        {"gets a name that this system can hold: {1}", "将改用本机系统允许的名字：{1}"},
		"ahead-unsent":         {"cannot be sent: {1}", "无法发送：{1}"},
		"ahead-file":           {"{1}  {2}  {3}", "{1}  {2}  {3}"},
		"ahead-becomes":        {" -> {1}", " -> {1}"},
		"ahead-kind:renamed":   {"gets another name", "改名"},
		"ahead-kind:identical": {"is there already", "已有相同的"},
		"ahead-kind:doubtful":  {"is compared", "将比较内容"},
		"ahead-kind:different": {"another one is there", "已有不同的"},
		"ahead-kind:unsent":    {"cannot be sent", "无法发送"},

		"cleared":        {"taken off the list: {1}", "已从列表移除：{1}"},
		"one-transfer":   {"1 transfer", "1 个传输"},
		"many-transfers": {"{1} transfers", "{1} 个传输"},
		"limited":        {"limit of transfer {1}: {2}", "传输 {1} 的带宽上限：{2}"},
		"md5-written":    {"written to {1}", "已写入 {1}"},
		"md5-sum":        {"{1} of {2} files are as the list says, {3} read", "{2} 个文件中有 {1} 个与清单一致，共读取 {3}"},
		"md5-differs":    {"not the content that the list says: {1}", "内容与清单不符：{1}"},
		"md5-missing":    {"not there: {1}", "文件不存在：{1}"},
		"md5-unreadable": {"not to be read: {1}", "无法读取：{1}"},
		"md5-outside":    {"not looked at, outside the folder of the list: {1}", "位于清单所在目录之外，未检查：{1}"},
		"bad-rate":       {"{1} cannot be {2}; it is bytes a second, at least 16 KiB, such as: {3}", "{1} 不能是 {2}；应为每秒字节数，至少 16 KiB，例如：{3}"},
	}
}

// transferHelpPhrases are what help prints about those commands.
func transferHelpPhrases() map[string]phrase {
	return map[string]phrase{
		"short-send": {"Send files and folders; ends when the receiver has verified all", "发送文件和文件夹；对方全部校验后结束"},
		"long-send": {
			`Send files and folders; ends with 0 when the receiver has verified all of them.

A link that is lost is waited for: the transfer goes on from where it was, by
itself, also in another process with this profile. Ctrl+C cancels it for both
sides; with --later it stays in the queue, and any copy of Lanyard with this profile
sends it.`,
			`发送文件和文件夹；对方校验了所有文件后以 0 结束。

连接断开时会等待：恢复后自动从中断处继续，换一个使用同一配置目录的进程也可以。按 Ctrl+C
会为双方取消传输；使用 --later 时则留在队列中，由使用这个配置目录的邻传继续发送。`,
		},
		"short-accept": {"Take the files of an offer, or some of them", "接受文件，或只接受其中一部分"},
		"long-accept": {
			`Take the files of an offer that serve has shown, or some of them.

--only takes a path as it was offered (a folder with all in it), or a pattern with *, ?
and []; ** is for any folders, and a pattern without a slash is for names in all of
them. --on-conflict says what becomes of files that are there already, and with
PATTERN= in front of it, of some of them. Equal files never come again.`,
			`接受 serve 显示的文件，或只接受其中一部分。

--only 的值是对方所发文件中的路径（文件夹则包括其中全部内容），或含有 *、?、[] 的通配符；
** 代表任意层文件夹，不含斜杠的通配符匹配各层的名字。--on-conflict 决定已有同名文件时
怎么办；前面加上 通配符= 则只针对其中一部分。相同的文件不会重复接收。`,
		},
		"short-decline":         {"Decline an offer that serve has shown", "拒绝 serve 显示的文件"},
		"short-offer":           {"Say what accepting an offer would mean: room, names, what is there", "查看接受文件的结果：空间、名字、已有的文件"},
		"long-offer":            {"Say what accepting an offer would mean, and change nothing: how much comes,\nwhether there is room, which names change, and which files are there already.", "查看接受文件会怎样，不做任何更改：有多少内容、空间是否足够、哪些名字会改、\n哪些文件已经存在。"},
		"short-transfers":       {"List transfers, newest first; show one, clear the list", "列出传输，最新的在前；查看其一，清理列表"},
		"long-transfers":        {"List transfers, the newest first. The number in front is the TRANSFER of other\ncommands.", "列出传输，最新的在前。行首的编号就是其他命令中的 TRANSFER。"},
		"short-transfers-show":  {"Show one transfer with its files, and why some failed", "显示一个传输及其文件，以及失败的原因"},
		"short-transfers-clear": {"Take transfers that have ended off the list; conversations keep them", "从列表中移除已结束的传输；对话中仍保留"},
		"short-pause":           {"Hold a transfer, for both sides, until resume", "暂停传输（双方），直到 resume"},
		"short-resume":          {"Let a transfer go on that pause holds", "继续被 pause 暂停的传输"},
		"short-cancel":          {"Stop a transfer for both sides", "取消传输（双方）"},
		"short-retry":           {"Send the failed files of a transfer again, and follow that", "重新发送失败的文件，并显示进度"},
		"long-retry":            {"Send the failed files of a transfer again, in either direction, and follow that.\nWithout TRANSFER it is the newest with failed files, which is said first.", "重新发送一个传输（收或发）中失败的文件，并显示进度。\n不给 TRANSFER 时取最新的、含失败文件的传输，并先说明是哪一个。"},
		"short-limit":           {"Limit one transfer until it ends; off: no limit", "限制一个传输的带宽，直到它结束；off：不限"},
		"short-md5":             {"Print the MD5 list of a transfer, or write it to a new file", "输出一个传输的 MD5 清单，或写入新文件"},
		"long-md5":              {"Print the MD5 list of the verified files of a transfer, or write it to a new\nfile, with paths as they hold below the folder that the files are in: there\n\"md5sum -c\" and \"lanyard-cli verify-md5\" read it.", "输出一个传输中已校验文件的 MD5 清单，或写入新文件。路径相对于文件所在的目录：\n在那里可以用 md5sum -c 或 lanyard-cli verify-md5 检查。"},
		"short-verify-md5":      {"Check the files below a folder against the MD5 list in it", "用文件夹里的 MD5 清单检查其中的文件"},
		"long-verify-md5": {
			`Check files against an MD5 list, as md5sum or lanyard-cli wrote it. Paths are looked
for below the folder of the list, never outside. Ends with 0 if every file is as
the list says. MD5 finds accidents; it does not prove who made a file.`,
			`用 md5sum 或 lanyard-cli 生成的 MD5 清单检查文件。只在清单所在的目录之内查找。
所有文件都与清单一致时以 0 结束。MD5 能发现意外损坏，不能证明文件出自谁手。`,
		},

		"flag-later-files":      {"when they are not there, queue it; Ctrl+C leaves it in the queue", "对方不在时先排队；按 Ctrl+C 也留在队列中"},
		"flag-resume":           {"wait for a link that is lost, and go on from where it was", "连接断开后等待，并从中断处继续"},
		"flag-no-resume":        {"give up and cancel when the link is lost for more than a minute", "连接断开超过一分钟就放弃并取消"},
		"flag-limit":            {"`RATE` in bytes a second, such as 800K or 5M", "带宽上限`速率`（每秒字节数），如 800K、5M"},
		"flag-limit-each":       {"`RATE` of each transfer that comes in, such as 800K or 5M", "每个接收传输的带宽上限`速率`，如 800K、5M"},
		"flag-wish":             {"a wish for files that are there already: `keep`, replace or skip; the receiver decides", "希望对方如何处理已有的同名文件：`keep`、replace 或 skip；由接收方决定"},
		"flag-conflict":         {"files that are there already: `keep` both, replace, skip (default: the setting)", "已有同名文件时：`keep` 都保留，replace 替换，skip 略过（默认：设置）"},
		"flag-conflict-of":      {"files that are there already: `keep` both, replace, skip; or PATTERN=keep …; may be repeated", "已有同名文件时：`keep` 都保留，replace 替换，skip 略过；或 通配符=keep 等；可重复"},
		"flag-only":             {"only this path or `pattern`; may be repeated", "只接受此路径或`通配符`；可重复"},
		"flag-files":            {"list what is offered, too", "同时列出所有文件"},
		"flag-group":            {"only one `group`: queue, running, done or failed", "只显示一`组`：queue、running、done 或 failed"},
		"flag-search-transfers": {"only with this `text` in the name of a file or a person", "只显示文件名或人名中含有此`文字`的"},
		"flag-search-files":     {"only files with this `text` in their path", "只显示路径中含有此`文字`的文件"},
		"flag-with":             {"only with this `person`", "只显示与此`人`之间的"},
		"flag-last-transfers":   {"only so `many` of the newest (default 20)", "只显示最新的若干`个`（默认 20）"},
		"flag-failed":           {"only files that failed", "只显示失败的文件"},
		"flag-quiet":            {"do not print files that are as the list says", "不显示与清单一致的文件"},
	}
}
