package main

// trustPhrases are what commands about trust print.
func trustPhrases() map[string]phrase {
	return map[string]phrase{
		"mark-verified": {"✓ verified", "✓ 已验证"},
		"mark-blocked":  {"✗ blocked", "✗ 已屏蔽"},

		"notice":         {"{1} ({2}): {3}", "{1}（{2}）：{3}"},
		"notice-twin":    {"somebody else has the same name, or one that looks like it. Compare digits before you trust either", "还有别人用同样的名字，或看起来一样的名字。信任之前请先比对数字"},
		"notice-new-key": {"somebody whom you know has this name, with another key: Lanyard was installed anew there, or this is somebody else. Compare digits before you trust them", "你认识的人也用这个名字，但密钥不同：对方可能重新安装了邻传，也可能是另一个人。信任之前请先比对数字"},
		"notice-rotated": {"the old key of somebody whom you know named this one as its successor. Compare digits to verify them anew", "你认识的人用旧密钥指定了这个新密钥。请比对数字，重新验证"},
		"notice-other":   {"{1}; update this Lanyard to read more", "{1}；更新本机的邻传可以看到详细说明"},

		"waiting":        {"Waiting for {1} ({2}) to begin the comparison on their PC too, for two minutes at most.", "等待 {1}（{2}）在对方的电脑上也开始比对，最多两分钟。"},
		"code-of":        {"These digits must stand on the screen of {1} too. Device ID {2}", "{1} 的屏幕上也必须显示这些数字。设备 ID {2}"},
		"same-digits":    {"Do both screens show the same digits? [yes/no]", "两边屏幕上的数字相同吗？[是/否]"},
		"yes-or-no":      {"type yes or no", "请输入 是 或 否（yes 或 no）"},
		"answer-there":   {"Now {1} has to answer.", "现在等待 {1} 确认。"},
		"confirm-window": {"confirm this in the window of Lanyard, within a minute", "请在一分钟内到邻传的窗口中确认"},

		"verified-code":    {"{1} ({2}) is verified: the digits were the same.", "{1}（{2}）已通过验证：数字相同。"},
		"verified-string":  {"{1} ({2}) is verified, by a pairing string.", "{1}（{2}）已通过配对串验证。"},
		"verified-id":      {"{1} ({2}) is verified, by the whole device ID.", "{1}（{2}）已通过完整的设备 ID 验证。"},
		"verify-request":   {"“{1}” waits to compare digits with you: lanyard-cli verify {2}", "“{1}” 正在等待与你比对数字：lanyard-cli verify {2}"},
		"trust-blocked":    {"{1} ({2}) is blocked: no link, no text, no file. They are not verified any more, and have no permissions.", "{1}（{2}）已被屏蔽：不能连接，不能发送文字和文件。对方不再是已验证的人，权限也已收回。"},
		"trust-unblocked":  {"{1} ({2}) is not blocked any more. They are not verified any more after that, and have no permissions.", "{1}（{2}）不再被屏蔽。对方不是已验证的人，以前授予的权限也不会恢复。"},
		"trust-unverified": {"{1} ({2}) is not verified any more, and has no permissions.", "{1}（{2}）不再是已验证的人，权限也已收回。"},
		"trust-alias":      {"{1} ({2}) is what they are called now.", "现在的称呼是 {1}（{2}）。"},
		"trust-merged":     {"All of it is with {1} ({2}) now. Permissions were not taken along.", "现在都归入 {1}（{2}）。权限没有随之转移。"},

		"trust-exported": {"The identity {1} is in {2}. Whoever has this file and its passphrase can be you: keep both apart.", "身份 {1} 已导出到 {2}。谁有这个文件和口令，谁就能冒充你：请分开保管。"},
		"trust-imported": {"From the next start of Lanyard on, this profile is {1}.", "下次启动邻传后，这个配置目录的身份是 {1}。"},
		"trust-rotated":  {"From the next start of Lanyard on, this profile is {1}. Verified people are told, and must verify you anew.", "下次启动邻传后，这个配置目录的身份是 {1}。已验证的人会得到通知，需要重新验证你。"},

		"allowed-stranger": {"{1} ({2}) is not verified, and has no permissions.", "{1}（{2}）还没有验证，没有任何权限。"},
		"allowed-blocked":  {"{1} ({2}) is blocked, and has no permissions.", "{1}（{2}）已被屏蔽，没有任何权限。"},
		"allowed-verified": {"{1} ({2}) is verified, and may do this here:", "{1}（{2}）已验证，在本机的权限为："},

		"password-none":     {"No network password is set.", "没有设置网络密码。"},
		"password-set":      {"A network password is set.", "已设置网络密码。"},
		"prompt-password":   {"Network password: ", "网络密码："},
		"prompt-passphrase": {"Passphrase of the identity: ", "身份文件的口令："},
		"prompt-again":      {"The same again: ", "请再输入一次："},
		"prompt-string":     {"Pairing string: ", "配对串："},

		"own-profile":      {"this profile", "本机"},
		"what:verify":      {"verify", "验证"},
		"what:unverify":    {"unverify", "取消验证"},
		"what:permissions": {"permissions", "权限"},
		"what:block":       {"block", "屏蔽"},
		"what:unblock":     {"unblock", "取消屏蔽"},
		"what:merge":       {"merge", "合并"},
		"what:files":       {"files", "文件"},
		"what:string":      {"pairing string", "配对串"},
		"what:password":    {"password", "网络密码"},
		"what:identity":    {"identity", "身份"},
		"what:reach":       {"who may reach", "谁可联系"},
		"what:confirm":     {"confirmation", "确认"},
		"what:alias":       {"alias", "称呼"},
		"outcome:allowed":  {"allowed", "已允许"},
		"outcome:done":     {"done", "完成"},
		"outcome:refused":  {"refused", "被拒绝"},
		"outcome:failed":   {"failed", "失败"},
	}
}

// trustHelpPhrases are what help prints about those commands.
func trustHelpPhrases() map[string]phrase {
	return map[string]phrase{
		"short-verify": {"Make sure that somebody is who they seem to be", "确认某人确实是其本人"},
		"long-verify": {
			`Make sure that somebody is who they seem to be.

Both of you run this (or begin it in the window): six digits are shown on both
screens. If they are the same, and both say yes, both are verified. Nothing else
proves it: names can be anybody's. With --json the answer, yes or no, is read from
standard input; no answer gives up.

With --id nothing is shown: you compared the whole device ID that they read out.
With --string you use what "lanyard-cli pair-string" printed on their PC; "-"
reads it from standard input. Both sides are then verified.`,
			`确认某人确实是其本人。

双方都运行这条命令（或在窗口中开始比对）：两边屏幕上会显示六位数字。如果相同，
并且双方都回答“是”，双方就都通过验证。名字谁都可以用，不能作为证明。使用 --json 时
从标准输入读取 yes 或 no；没有答复则放弃。

--id：你已核对对方念出的完整设备 ID，不再显示数字。
--string：使用对方电脑上 lanyard-cli pair-string 输出的配对串；“-” 表示从标准输入
读取。之后双方都通过验证。`,
		},
		"short-pair-string": {"Print a pairing string: whoever uses it within ten minutes is verified", "输出一个配对串：十分钟内使用它的人即通过验证"},
		"short-allow":       {"Say what a verified person may do here", "设置已验证的人在本机的权限"},
		"long-allow": {
			`Say what a verified person may do here; without settings, print it.

  files=ask        each offer of files is asked about
  files=auto:SIZE  offers up to SIZE, such as 500MB, are accepted (auto alone: 1 GiB)
  commands=off     nothing may be run
  commands=buttons what you defined may be run
  commands=ask     each command is asked about
  commands=always  anything may be run, unasked
  clock=on|off     they may ask what this PC's clock says

Permissions belong to a device's key, never to a name or an address.`,
			`设置已验证的人在本机的权限；不带设置项时显示当前权限。

  files=ask        每次收文件都询问
  files=auto:大小  不超过该大小（如 500MB）的文件自动接收（只写 auto：1 GiB）
  commands=off     不能运行任何命令
  commands=buttons 只能运行你定义好的命令
  commands=ask     每条命令都询问
  commands=always  不经询问运行任何命令
  clock=on|off     能否查询本机的时钟

权限属于设备的密钥，与名字和地址无关。`,
		},
		"short-block":    {"Let somebody neither link nor write nor send", "屏蔽某人：不能连接、发文字、发文件"},
		"short-unblock":  {"Take a block back", "取消屏蔽"},
		"short-unverify": {"Take a verification back, and all permissions with it", "取消验证，同时收回全部权限"},
		"short-alias":    {"Give somebody a name of your own; without NAME take it back", "给某人取一个称呼；不写 NAME 则取消"},
		"short-merge":    {"Make the conversation and devices of FROM those of INTO; no permission goes along", "把 FROM 的对话和设备并入 INTO；权限不会转移"},
		"short-audit":    {"Print what was permitted, to whom, when, and how it ended", "显示何时对谁允许了什么、结果如何"},
		"short-settings": {"Print or set who may reach this copy, and what becomes of files", "显示或设置谁可以联系本机、文件如何接收"},
		"long-settings": {
			`Print or set who may reach this copy, and what becomes of files.

  stranger-texts=off  texts are taken from verified people only
  stranger-files=off  offers of files are taken from verified people only
  invisible=on        announce nothing, and link with nobody unknown
  send-limit=RATE     what all transfers together send, such as 5M a second; off: no limit
  receive-limit=RATE  what they receive
  on-conflict=keep    a file that is there already stays, the new one gets another name;
                      replace: it goes, once the new one is verified; skip: the new
                      one does not come. Equal files never come again. Nothing is
                      replaced without asking.
  save-dir=DIR        where files go; {person}, {date} and {type} stand for who
                      sends them, today, and images, documents …`,
			`显示或设置谁可以联系本机、文件如何接收。

  stranger-texts=off  只接收已验证的人的文字
  stranger-files=off  只接收已验证的人的文件
  invisible=on        不广播，也不与陌生人连接
  send-limit=速率     所有传输合计的发送上限，如每秒 5M；off：不限
  receive-limit=速率  接收上限
  on-conflict=keep    已有同名文件时保留它，新文件另取名字；replace：新文件校验后替换它；
                      skip：不接收新文件。相同的文件不会重复接收。未经询问不会替换
                      任何文件。
  save-dir=目录       保存文件的位置；{person}、{date}、{type} 代表发送人、日期和
                      类型（images、documents 等）`,
		},
		"short-password": {"The network password: copies that do not have it are not talked to", "网络密码：不与没有这个密码的邻传通信"},
		"long-password": {
			`Without an argument: say whether a network password is set.

  show  print it
  new   make one, set it, print it
  set   set one that another copy has made; it is asked for, or read from
        standard input, since others can read command lines
  off   take it away`,
			`不带参数：显示是否设置了网络密码。

  show  显示密码
  new   生成、设置并显示一个新密码
  set   设置由另一台邻传生成的密码；会提示输入，或从标准输入读取，
        因为别人可以看到命令行
  off   取消密码`,
		},
		"short-identity": {"Export, import or change the key of this profile", "导出、导入或更换这个配置目录的密钥"},
		"long-identity": {
			`Export, import or change the key that this profile is known by.

  export FILE  write it to a new file, encrypted with a passphrase of at least
               8 characters
  import FILE  take what export wrote, from the next start of Lanyard on
  rotate       make a new key, from the next start of Lanyard on

The passphrase is asked for, or read from the first line of standard input.`,
			`导出、导入或更换别人认出本机所用的密钥。

  export FILE  写入新文件，用至少 8 个字符的口令加密
  import FILE  采用导出的密钥，下次启动邻传后生效
  rotate       生成新的密钥，下次启动邻传后生效

口令会提示输入，或从标准输入的第一行读取。`,
		},

		"flag-id":           {"their whole `device ID`, as they read it out: nothing is asked", "对方念出的完整`设备ID`：不再询问"},
		"flag-string":       {"a pairing `string`, or - for standard input", "`配对串`，- 表示从标准输入读取"},
		"flag-last-entries": {"only so `many` of the newest entries", "只显示最新的若干`条`"},
		"flag-person":       {"only about this `person`", "只显示与此`人`有关的"},
		"flag-what":         {"only about one `thing`: verify, permissions, files …", "只显示一`类`：verify、permissions、files 等"},
		"flag-search":       {"only with this `text` in the name or the details", "只显示名字或详情中含有此`文字`的"},
	}
}
