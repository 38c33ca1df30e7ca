package control

// Word names a sentence about why a command did not succeed.
type Word string

// The words. Their sentences are in English.
const (
	WordOther          Word = "other"
	WordBadArguments   Word = "bad-arguments"
	WordUnknownCommand Word = "unknown-command"
	WordUnknownPerson  Word = "unknown-person"
	WordAmbiguous      Word = "ambiguous"
	WordUnreachable    Word = "unreachable"
	WordQueueUnknown   Word = "queue-unknown"
	WordDeclined       Word = "declined"
	WordCancelled      Word = "cancelled"
	WordCancelledThere Word = "cancelled-there"
	WordLost           Word = "lost"
	WordSomeFailed     Word = "some-failed"
	WordEmptyText      Word = "empty-text"
	WordTextTooLong    Word = "text-too-long"
	WordNoPaths        Word = "no-paths"
	WordNotAbsolute    Word = "not-absolute"
	WordNoFile         Word = "no-file"
	WordNoOffer        Word = "no-offer"
	WordOfferOver      Word = "offer-over"
	WordSaveDir        Word = "save-dir"
	WordListenOther    Word = "listen-other"
	WordNoWindow       Word = "no-window"
	WordWentAway       Word = "went-away"
	WordClosing        Word = "closing" // to the client: ErrNoCopy
	WordNoCopy         Word = "no-copy"
	WordJailed         Word = "jailed"
	WordNotTheSame     Word = "not-the-same"

	WordNoTransfer    Word = "no-transfer"
	WordTransferState Word = "transfer-state"
	WordTransferOver  Word = "transfer-over"
	WordMustUpdate    Word = "must-update"
	WordHopeless      Word = "hopeless"
	WordNothingFailed Word = "nothing-failed"
	WordNoneFailed    Word = "none-failed"
	WordNoList        Word = "no-list"
	WordNothingFits   Word = "nothing-fits"
	WordBadPattern    Word = "bad-pattern"
	WordFileThere     Word = "file-there"
	WordNoMD5         Word = "no-md5"
	WordNotRetried    Word = "not-retried"
	WordBadClash      Word = "bad-clash"
	WordNotAsListed   Word = "not-as-listed"
	WordNoMD5List     Word = "no-md5-list"
)

// English returns the sentences of all words; {1}, {2}… stand for arguments.
func English() map[Word]string {
	return map[Word]string{
		WordOther:          "{1}",
		WordBadArguments:   "the arguments of {1} could not be read",
		WordUnknownCommand: "the running copy does not know the command {1}; it may be older: quit it and start it again",
		WordUnknownPerson:  "nobody known by {1}; `lanyard-cli people` lists who is",
		WordAmbiguous:      "{1} fits more than one person; use more of the device ID, or the whole of it",
		WordUnreachable:    "{1} cannot be reached; nothing was queued",
		WordQueueUnknown:   "{1} cannot be reached and has not been met yet, so nothing could be queued",
		WordDeclined:       "{1} declined",
		WordCancelled:      "cancelled",
		WordCancelledThere: "{1} cancelled it",
		WordLost:           "the link to {1} was lost and did not come back",
		WordSomeFailed:     "{1} of {2} files failed",
		WordEmptyText:      "there is no text to send",
		WordTextTooLong:    "the text has {1} bytes, at most {2} go into one message; send it as a file",
		WordNoPaths:        "no file or folder was named",
		WordNotAbsolute:    "{1} is not an absolute path",
		WordNoFile:         "{1} cannot be read: {2}",
		WordNoOffer:        "there is no offer {1}",
		WordOfferOver:      "offer {1} is not waiting for an answer any more",
		WordSaveDir:        "files cannot be saved in {1}: {2}",
		WordListenOther:    "the running copy listens on {1}, not on {2}; stop it first, or leave --listen out",
		WordNoWindow:       "the running copy has no window",
		WordWentAway:       "the running copy ended before the command did",
		WordClosing:        "this copy is ending",
		WordNoCopy:         "no copy is running with this profile; start `lanyard-cli serve`, or the app, first",
		WordJailed:         "a command that Lanyard runs for somebody cannot use Lanyard",
		WordNotTheSame:     "the two passphrases are not the same",

		WordNoTransfer:    "there is no transfer {1}; `lanyard-cli transfers` lists them",
		WordTransferState: "that cannot be done with transfer {1} as it is now",
		WordTransferOver:  "transfer {1} has ended",
		WordMustUpdate:    "{1} has an older Lanyard, which cannot do that; it must be updated",
		WordHopeless:      "what failed of transfer {1} would fail again",
		WordNothingFailed: "no file of transfer {1} failed",
		WordNoneFailed:    "there is no transfer with failed files, or they were sent again",
		WordNoList:        "{1} did not send the list of files; it can still be accepted or declined",
		WordNothingFits:   "no file of the offer fits {1}",
		WordBadPattern:    "{1} is no pattern of paths",
		WordFileThere:     "{1} is there already, and is not overwritten",
		WordNoMD5:         "no file of transfer {1} was verified",
		WordNotRetried:    "{1} did not offer the failed files again",
		WordBadClash:      "{1} is none of keep, replace, skip",
		WordNotAsListed:   "{1} of {2} files are not as the list says",
		WordNoMD5List:     "{1} is no MD5 list: line {2} cannot be read",

		"reason:cancelled-here":  "cancelled",
		"reason:cancelled-there": "cancelled by the other side",
		"reason:declined":        "declined by the other side",
		"reason:not-accepted":    "the other side takes it from verified people only",
		"reason:lost":            "the link was lost and did not come back",
		"reason:stopped":         "the program ended in the middle of it",
		"reason:disk-full":       "there is no room on the receiving disk",
		"reason:read-only":       "the folder on the receiving PC cannot be written to",
		"reason:no-permission":   "the system does not allow reading or writing it",
		"reason:vanished":        "it is not there any more",
		"reason:changed":         "it changed while it was being sent",
		"reason:mismatch":        "what arrived is not what was sent",
		"reason:not-regular":     "it is neither a file nor a folder",
		"reason:bad-name":        "the receiving PC cannot hold its name",
		"reason:too-deep":        "it is nested too deep: in more folders within one another than the receiving PC takes",
		"reason:exists":          "something of that name appeared there meanwhile",
		"reason:too-many":        "it is over a limit of the other side",
		"reason:read-failed":     "it could not be read",
		"reason:write-failed":    "it could not be written on the receiving PC",
		"reason:protocol":        "the other side broke the protocol",
		"reason:version":         "the versions do not fit: the other side must update",
		"reason:unreachable":     "nobody answered",
		"reason:failed":          "it failed",
		"reason:paused-here":     "paused by you",
		"reason:paused-there":    "paused by them",
		"reason:identical":       "it is there already",
		"reason:kept":            "another one of its name is there, and stays",
		"reason:unselected":      "it was not accepted",
		"reason:no-link":         "such a link is not made there",
	}
}

// ReasonWord returns the word for a netcore.Reason.
func ReasonWord(reason string) Word { return Word("reason:" + reason) }
