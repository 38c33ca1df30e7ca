package main

import (
	"maps"

	"lanyard/netcore"
	"lanyard/netcore/control"
)

// englishFailures are the sentences about failures that this version knows.
func englishFailures() map[control.Word]string {
	all := control.English()
	maps.Copy(all, netcore.DoorWords())
	return all
}

// chineseFailures are the sentences of englishFailures in Chinese.
func chineseFailures() map[control.Word]string {
	all := chineseCommonFailures()
	maps.Copy(all, chineseCommandFailures())
	maps.Copy(all, chineseClockFailures())
	maps.Copy(all, chineseTransferFailures())
	return all
}

// chineseCommonFailures are those that are not about commands.
func chineseCommonFailures() map[control.Word]string {
	return map[control.Word]string{ // #nosec G101 -- sentences about passwords, none of them one
		control.WordOther:          "出错：{1}",
		control.WordBadArguments:   "无法读取 {1} 的参数",
		control.WordUnknownCommand: "正在运行的邻传不认识命令 {1}；它可能是旧版本：请退出后重新启动",
		control.WordUnknownPerson:  "没有认识的人符合 {1}；用 `lanyard-cli people` 查看都有谁",
		control.WordAmbiguous:      "{1} 符合不止一个人；请多写几位设备 ID，或写全",
		control.WordUnreachable:    "无法连接 {1}；没有任何内容进入排队",
		control.WordQueueUnknown:   "无法连接 {1}，而且还从未见过，因此无法排队",
		control.WordDeclined:       "{1} 拒绝了",
		control.WordCancelled:      "已取消",
		control.WordCancelledThere: "{1} 取消了",
		control.WordLost:           "与 {1} 的连接断开后没有恢复",
		control.WordSomeFailed:     "{2} 个文件中有 {1} 个失败",
		control.WordEmptyText:      "没有要发送的文字",
		control.WordTextTooLong:    "文字有 {1} 字节，一条消息最多 {2} 字节；请作为文件发送",
		control.WordNoPaths:        "没有指定文件或文件夹",
		control.WordNotAbsolute:    "{1} 不是绝对路径",
		control.WordNoFile:         "无法读取 {1}：{2}",
		control.WordNoOffer:        "没有编号为 {1} 的文件",
		control.WordOfferOver:      "编号 {1} 的文件已不再等待答复",
		control.WordSaveDir:        "无法把文件保存到 {1}：{2}",
		control.WordListenOther:    "正在运行的邻传监听的是 {1} 而不是 {2}；请先停止它，或不写 --listen",
		control.WordNoWindow:       "正在运行的邻传没有窗口",
		control.WordWentAway:       "正在运行的邻传在命令完成前退出了",
		control.WordClosing:        "邻传正在退出",
		control.WordNoCopy:         "没有邻传在使用这个配置目录；请先启动 `lanyard-cli serve` 或邻传窗口",
		control.WordJailed:         "邻传替别人运行的命令不能反过来操作邻传",
		control.WordNotTheSame:     "两次输入的口令不一致",

		"no-person":        "没有写明名字、设备 ID 或地址",
		"bad-address":      "{1} 不是 主机:端口 形式的地址（端口为 1 到 65535）",
		"nobody-seen":      "不认识也没有发现叫 {1} 的人；没有任何内容进入排队",
		"self":             "{1} 就是本机的邻传，没有别人可以联系",
		"busy":             "{1} 现在的连接太多；没有任何内容进入排队；请稍后再试",
		"not-lanyard":      "在 {1} 应答的不是邻传",
		"wrong-device":     "在 {1} 应答的是另一台设备",
		"version":          "{1} 的邻传与本机的邻传版本不兼容；请都更新",
		"they-must-update": "{1} 的邻传版本太旧，需要更新",
		"we-must-update":   "本机的邻传版本太旧，需要更新后才能与 {1} 通信",

		"not-confirmed": "没有在邻传的窗口中得到确认",
		"changed":       "{1} 现在用的设备与刚才询问的不是同一台；没有做任何更改",
		"bad-value":     "{1} 不是可用的值",
		"blocked":       "{1} 已被屏蔽；用 `lanyard-cli unblock` 可以取消屏蔽",
		"password":      "{1} 与本机没有相同的网络密码",

		"differ-here":    "你确认数字不同：{1} 没有通过验证。两台电脑之间可能有人；在弄清原因之前，不要发送任何重要的内容",
		"differ-there":   "警告：{1} 看到的数字与你的不同。两台电脑之间可能有人在窃听。{1} 没有通过验证；再试之前，请先用别的方式与对方联系",
		"verify-late":    "两分钟内没有完成与 {1} 的比对；请在两台电脑上重新开始",
		"verify-aborted": "{1} 放弃了比对；对方没有通过验证",
		"verify-forged":  "警告：{1} 一方发来的证明是伪造的：这是攻击，或者对方的邻传已损坏。{1} 没有通过验证",
		"verify-busy":    "本机或 {1} 正在进行另一次比对；请先结束那一次",
		"verify-backoff": "失败的比对太多；{2} 之后才能再次开始",
		"verify-lost":    "比对过程中与 {1} 的连接断开了；对方没有通过验证",
		"no-attempt":     "没有等待这个答复的比对",
		"bad-id":         "{1} 不是完整的设备 ID，或输入有误",
		"other-id":       "这不是 {1} 的设备 ID；对方没有通过验证。请再核对一遍，并问清 {1} 是谁",

		"bad-string":     "这不是配对串，或者不完整",
		"string-version": "这个配对串来自更新的版本；请更新本机的邻传",
		"string-dead":    "这个配对串无效：已经用过、超过十分钟，或生成它的邻传已退出",
		"string-nowhere": "在配对串给出的地址上找不到生成它的设备（{1}）",

		"not-verified":  "{1} 还没有验证：只能给已验证的人授予权限；用 `lanyard-cli verify` 来验证",
		"same-person":   "两个都是 {1}",
		"weak-password": "只能设置由邻传生成的密码（`lanyard-cli password new`），而且必须完整、无误",
		"no-password":   "没有设置网络密码",
		"passphrase":    "这个口令不正确，或少于 8 个字符",
		"no-backup":     "{1} 不是导出的身份文件，或已损坏",
		"file-exists":   "{1} 已存在，不会覆盖",
		"file-problem":  "{1}：{2}",

		"reason:cancelled-here":  "已取消",
		"reason:cancelled-there": "对方取消了",
		"reason:declined":        "对方拒绝了",
		"reason:not-accepted":    "对方只接收已验证的人发来的内容",
		"reason:lost":            "连接断开后没有恢复",
		"reason:stopped":         "程序中途结束了",
		"reason:disk-full":       "接收方的磁盘空间不足",
		"reason:read-only":       "接收方的目录不可写",
		"reason:no-permission":   "系统不允许读取或写入",
		"reason:vanished":        "文件已不存在",
		"reason:changed":         "文件在发送过程中被改动",
		"reason:mismatch":        "收到的内容与发送的不一致",
		"reason:not-regular":     "既不是文件也不是文件夹",
		"reason:bad-name":        "接收方无法使用这个名字",
		"reason:too-deep":        "文件夹嵌套太深，超出接收方允许的层数",
		"reason:exists":          "接收方已出现同名文件",
		"reason:too-many":        "超出了对方的限制",
		"reason:read-failed":     "无法读取",
		"reason:write-failed":    "接收方无法写入",
		"reason:protocol":        "对方违反了协议",
		"reason:version":         "版本不兼容：对方需要更新",
		"reason:unreachable":     "无人应答",
		"reason:failed":          "失败",
	}
}
