package main

import "lanyard/netcore/control"

// chineseCommandFailures are the sentences about commands, and about what
// became of a run, in Chinese.
func chineseCommandFailures() map[control.Word]string {
	return map[control.Word]string{
		"bad-run":         "这条命令无法运行：{1}",
		"one-person":      "输入和终端只能用于一个人",
		"run-refused":     "{1} 没有给你按钮：对方不允许你运行任何命令",
		"no-run":          "没有编号为 {1} 的命令；用 `lanyard-cli runs` 查看",
		"run-over":        "编号 {1} 的命令已经结束",
		"bad-button":      "不能作为按钮：{1}",
		"no-button":       "没有名为 {1} 的按钮",
		"no-consent":      "编号 {1} 的请求已不再等待；用 `lanyard-cli consent list` 查看正在等待的请求",
		"once-only":       "这条命令只能允许一次：对方会向它输入什么，事先无法知道",
		"no-remembered":   "没有以 {1} 开头的已记住的许可；用 `lanyard-cli consent remembered` 查看",
		"many-remembered": "以 {1} 开头的已记住的许可不止一个",

		"run:asking":       "等待同意",
		"run:running":      "运行中",
		"run:exited":       "已结束",
		"run:signalled":    "被信号终止",
		"run:signal":       "命令被 {1} 终止",
		"run:timeout":      "超过时间限制",
		"run:killed-here":  "已在本机停止",
		"run:killed-there": "已在对方电脑上停止",
		"run:denied":       "被拒绝",
		"run:lost":         "连接断开，或无法连接对方的电脑",
		"run:failed":       "失败",
		"run:not-found":    "对方的电脑上没有这个程序",

		"run-reason:not-permitted": "你无权在那里运行它；对方可以在自己的电脑上授权（`lanyard-cli allow`）",
		"run-reason:denied":        "对方没有同意",
		"run-reason:expired":       "对方没有及时答复",
		"run-reason:busy":          "对方那里的请求或正在运行的命令太多；请稍后再试",
		"run-reason:bad-request":   "对方的电脑无法运行这条命令",
		"run-reason:too-long":      "命令太长，无法让人看清后再同意",
		"run-reason:duplicate":     "同一请求已经提出过",
		"run-reason:no-button":     "对方没有这个按钮",
		"run-reason:bad-argument":  "按钮的参数缺失、多余或不符合规定",
		"run-reason:revoked":       "权限已被收回",
		"run-reason:output":        "输出超过了限制",
		"run-reason:closing":       "邻传退出了",
		"run-reason:withdrawn":     "在对方决定之前已停止",
		"run-reason:folder":        "目录不存在，或无法进入",
		"run-reason:not-allowed":   "对方的系统不允许运行这个程序",
		"run-reason:start":         "无法启动",
		"run-reason:sink":          "它的输出无法写出",
		"run-reason:protocol":      "对方违反了协议",
		"run-reason:damaged":       "收到的内容与发出的不一致",
		"run-reason:no-answer":     "对方的邻传没有应答",
		"run-reason:update":        "对方的邻传版本太旧，还不能运行命令",
	}
}
