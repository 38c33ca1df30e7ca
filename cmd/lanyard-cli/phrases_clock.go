package main

import "lanyard/netcore/control"

// clockPhrases are what clock prints.
func clockPhrases() map[string]phrase {
	return map[string]phrase{
		"clock-same":       {"as this PC ± {1}", "与本机一致 ± {1}"},
		"clock-fast":       {"{1} fast ± {2}", "他的钟快 {1} ± {2}"},
		"clock-slow":       {"{1} slow ± {2}", "他的钟慢 {1} ± {2}"},
		"clock-drift":      {"drift {1} ± {2} ppm", "漂移 {1} ± {2} ppm"},
		"clock-wrong-zone": {"[wrong zone?]", "[时区不对？]"},
		"clock-wrong":      {"[wrong]", "[不准]"},
		"clock-differs":    {"[differs]", "[不一致]"},
		"round-trip":       {"round trip {1}", "往返 {1}"},
		"figure-days":      {"{1} d {2} h {3} min", "{1} 天 {2} 小时 {3} 分"},
		"figure-hours":     {"{1} h {2} min {3} s", "{1} 小时 {2} 分 {3} 秒"},
		"figure-minutes":   {"{1} min {2} s", "{1} 分 {2} 秒"},

		"clocks-no-majority": {"Of {1} clocks, this PC's among them, no majority agrees: nobody can say who is wrong.", "包括本机在内的 {1} 个时钟没有多数一致的时间，无法判断谁的不准。"},
		"clocks-all":         {"All {1} clocks agree, this PC's among them.", "包括本机在内的 {1} 个时钟都一致。"},
		"clocks-some":        {"{1} of {2} clocks agree, this PC's among them.", "{2} 个时钟中有 {1} 个一致，包括本机。"},
		"clocks-here-slow":   {"This PC's clock is wrong: about {1} slow, as {2} of {3} clocks agree.", "本机的时钟不准：按 {3} 个时钟中一致的 {2} 个，大约慢 {1}。"},
		"clocks-here-fast":   {"This PC's clock is wrong: about {1} fast, as {2} of {3} clocks agree.", "本机的时钟不准：按 {3} 个时钟中一致的 {2} 个，大约快 {1}。"},
		"clocks-wrong":       {" Wrong: {1}.", "不准的是：{1}。"},

		"ntp-same": {"This PC's clock is as that of {1} ± {2}.", "本机的时钟与 {1} 一致 ± {2}。"},
		"ntp-fast": {"This PC's clock is {2} fast ± {3}, by {1}.", "按 {1}，本机的时钟快 {2} ± {3}。"},
		"ntp-slow": {"This PC's clock is {2} slow ± {3}, by {1}.", "按 {1}，本机的时钟慢 {2} ± {3}。"},

		"short-clock": {"Say how far off the clocks of others are, and who is wrong", "显示别人的时钟差多少、谁的不准"},
		"long-clock": {
			"Asks the PCs of others what their clocks say, and how far they are off, with a bound on the error.\n" +
				"Without PERSON all who are verified and linked are asked. Of three clocks or more, this PC's\n" +
				"among them, it says who is wrong: nobody is trusted, the majority is right. No clock is ever set.",
			"询问别人的电脑现在几点，显示相差多少，并给出误差范围。不写 PERSON 时询问所有已验证且已连接的人。\n" +
				"包括本机在内有三个以上的时钟时，还会说出谁的不准：谁都不轻信，以多数为准。任何时钟都不会被改动。",
		},
		"flag-samples": {"ask each so many `times`, 1 to 64 (default 8)", "每人询问的`次数`，1 到 64（默认 8）"},
		"flag-format":  {"have them write their time in this `layout` of strftime, as in \"%Y-%m-%d %H:%M:%S\"", "让对方按这个 strftime `格式`写出时间，如 \"%Y年%m月%d日 %H:%M:%S\""},
		"flag-ntp":     {"compare this PC's clock with this time `server` too; none is asked by itself", "也把本机的时钟与这个 NTP `服务器`比较；不写则不询问任何服务器"},
		"flag-watch":   {"again each second, until Ctrl+C", "每秒一次，直到按 Ctrl+C"},
	}
}

// chineseClockFailures are the sentences about failures of clock in Chinese.
func chineseClockFailures() map[control.Word]string {
	return map[control.Word]string{
		"clock-stranger": "{1} 还没有验证，因此不询问其时钟；用 `lanyard-cli verify` 来验证",
		"clock-refused":  "{1} 不向本机报时：需要对方验证你，并给你 clock=on",
		"clock-lost":     "现在无法连接 {1}",
		"clock-busy":     "向 {1} 询问时间太频繁；请稍后再试",
		"clock-absurd":   "{1} 给出的时间不合常理",
		"clock-failed":   "{1} 无法报时；对方的邻传可能太旧",
		"clock-nobody":   "没有已验证的人在线",
		"time-format":    "这个时间格式太长，或不是 UTF-8",
		"time-server":    "时间服务器 {1} 没有给出可用的回答",
	}
}
