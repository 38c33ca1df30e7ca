package main

import "lanyard/netcore/control"

// chineseTransferFailures are the sentences about transfers in Chinese.
func chineseTransferFailures() map[control.Word]string {
	return map[control.Word]string{
		control.WordNoTransfer:    "没有编号为 {1} 的传输；用 `lanyard-cli transfers` 查看",
		control.WordTransferState: "传输 {1} 目前的状态不能这样做",
		control.WordTransferOver:  "传输 {1} 已经结束",
		control.WordMustUpdate:    "{1} 的邻传版本较旧，不支持这个功能，需要更新",
		control.WordHopeless:      "传输 {1} 中失败的文件重试也不会成功",
		control.WordNothingFailed: "传输 {1} 没有失败的文件",
		control.WordNoneFailed:    "没有含失败文件的传输，或失败的文件已经重新传过",
		control.WordNoList:        "{1} 没有发来文件清单；仍然可以接受或拒绝",
		control.WordNothingFits:   "没有文件符合 {1}",
		control.WordBadPattern:    "{1} 不是可用的路径或通配符",
		control.WordFileThere:     "{1} 已存在，不会覆盖",
		control.WordNoMD5:         "传输 {1} 没有已校验的文件",
		control.WordNotRetried:    "{1} 没有重新发来失败的文件",
		control.WordBadClash:      "{1} 不是 keep、replace、skip 之一",
		control.WordNotAsListed:   "{2} 个文件中有 {1} 个与清单不符",
		control.WordNoMD5List:     "{1} 不是 MD5 清单：无法读取第 {2} 行",

		"reason:paused-here":  "已暂停（由你）",
		"reason:paused-there": "已暂停（由对方）",
		"reason:identical":    "接收方已有相同的文件",
		"reason:kept":         "接收方已有同名的另一个文件，予以保留",
		"reason:unselected":   "未被接受",
		"reason:no-link":      "接收方不建立这样的链接",
	}
}
