package netcore

import (
	"context"
	"errors"

	"lanyard/netcore/transfer"
)

var (
	// ErrTransferState says that a transfer is not in a state in which that
	// can be done: holding one that has ended, say.
	ErrTransferState = transfer.ErrState
	// ErrTransferVersion says that the other side must update for that.
	ErrTransferVersion = transfer.ErrVersion
	// ErrNothingToRetry says that no file of a transfer failed.
	ErrNothingToRetry = errors.New("no file of the transfer failed")
	// ErrHopeless says that what failed would fail again.
	ErrHopeless = errors.New("what failed of the transfer would fail again")
)

// TransferLimit is what keeps a transfer from being faster.
type TransferLimit string

// The limits.
const (
	LimitUnknown   TransferLimit = ""          // not known, or nothing moves
	LimitDisk      TransferLimit = "disk"      // reading or writing files, on this side or the other
	LimitNetwork   TransferLimit = "network"   // the link
	LimitBandwidth TransferLimit = "bandwidth" // a limit that this user set
	LimitThere     TransferLimit = "there"     // a limit that the user of the other side set
	LimitProcessor TransferLimit = "processor" // hashing
)

// Clash says what becomes of a file that is there already. Files of equal
// content are skipped, whichever of the last three is chosen.
type Clash string

// What can become of it.
const (
	ClashBeside  Clash = ""        // nothing is compared: what was chosen to be sent gets a name of its own, as a whole
	ClashKeep    Clash = "keep"    // both stay: the new one gets another name
	ClashReplace Clash = "replace" // the one that is there goes, once the new one is verified
	ClashSkip    Clash = "skip"    // the one that is there stays, the new one does not come
)

// SendOptions are what a sender can say about files, beside which they are.
type SendOptions struct {
	// Wish is what the sender would have done about files that are there
	// already: the receiver is told, and decides. ClashBeside: nothing is wished.
	Wish Clash
}

// AcceptOptions are what a user decides about an offer.
type AcceptOptions struct {
	// SaveDir is the absolute folder that the files go to, which may hold the
	// placeholders of Settings.SaveDir; empty: that of SaveInto, or the setting.
	SaveDir string
	// Clash is for all files that are there already, but those in Choices.
	Clash Clash
	// Choices are for single files, by their index in the list of the offer;
	// only with a Clash other than ClashBeside.
	Choices map[int]Clash
	// Select are ranges, first and last index, of the files and folders that
	// are accepted; nil: all.
	Select [][2]int
}

// Decision is what a receiver decided about an offer, in numbers. Both sides
// have it before the first byte.
type Decision struct {
	Left       int64 // bytes that were to come
	Identical  int   // skipped: there already
	Kept       int   // skipped: another of the name is there, and stays
	Beside     int   // saved beside another of the same name
	Replaced   int   // saved in place of another
	Unselected int   // not accepted
	Renamed    int   // saved under a name that the system can hold
}

// Preflight is what there is to know about an incoming offer before it is
// decided, as if it were accepted into a folder, sharing folders that are there.
type Preflight struct {
	SaveDir               string // absolute, as it would be
	Count, Folders, Links int
	Bytes                 int64 // of all files
	Needed                int64 // on the disk, without what is there already
	Free, Reserve         int64 // on that disk, -1 if unknown; what of it is left alone
	Fits                  bool  // Needed, as far as known

	Renamed   int             // files whose names this system cannot hold as they are
	Identical int             // there already, by size and time
	Doubtful  int             // there with the same size and another time: compared after a yes
	Different int             // another of the name is there
	Unsent    int             // files that cannot be sent, or whose names cannot be held
	Named     []PreflightFile // up to 1,000 of the last five
}

// PreflightFile is one file that a user may want to know of.
type PreflightFile struct {
	Index   int    // in the list of the offer
	Path    string // slash-separated, as offered, neutralised for display
	Becomes string // below SaveDir, neutralised for display; empty for what will not be sent
	Size    int64
	Kind    PreflightKind
	Reason  Reason // why it will not come, of one that is unsent
}

// PreflightKind says what there is about a file.
type PreflightKind string

// The kinds.
const (
	PreflightRenamed   PreflightKind = "renamed"
	PreflightIdentical PreflightKind = "identical"
	PreflightDoubtful  PreflightKind = "doubtful"
	PreflightDifferent PreflightKind = "different"
	PreflightUnsent    PreflightKind = "unsent"
)

// OfferFile is one line of the list of an incoming offer.
type OfferFile struct {
	Index  int
	Path   string // slash-separated, as offered, neutralised for display
	Size   int64
	Folder bool
	Link   string // target of a symbolic link, neutralised for display
	Reason Reason // why it cannot be sent
}

// TransferGroup is one part of the page of transfers.
type TransferGroup string

// The groups: each transfer is in exactly one.
const (
	GroupAll     TransferGroup = ""        // no group: all of them
	GroupQueue   TransferGroup = "queue"   // preparing, waiting for the other side or for a decision
	GroupRunning TransferGroup = "running" // accepted: under way, held, or waiting for the link
	GroupDone    TransferGroup = "done"    // ended, and every file is there or was left out on purpose
	GroupFailed  TransferGroup = "failed"  // ended otherwise
)

// GroupOf returns the group of a transfer.
func GroupOf(t Transfer) TransferGroup {
	switch {
	case t.State == StateRunning || t.State == StatePaused:
		return GroupRunning
	case !t.State.Ended():
		return GroupQueue
	case t.State == StateVerified && t.Failed == 0:
		return GroupDone
	}
	return GroupFailed
}

// TransferQuery says which transfers are wanted.
type TransferQuery struct {
	Group  TransferGroup
	Text   string   // part of a name of the transfer, of one of its roots, or of the person; letter case does not count
	Person PersonID // 0: anybody
	Before int64    // only keys below; 0: all
	Limit  int      // at most so many, the newest first; 0: 100, and never more than 1,000
}

// FileQuery says which ended files of a transfer are wanted.
type FileQuery struct {
	Key    int64
	Failed bool   // only those that failed
	Text   string // part of the path; letter case does not count
	After  int64  // only positions above; 0: all
	Limit  int    // at most so many, in the order of their ending; 0: 100, and never more than 1,000
}

// TransferActs is what can be done with transfers, beside what [Node.Send] and
// the decisions about an offer do. [Node] has it.
type TransferActs interface {
	// Pause holds a transfer, in either direction, until Resume; across
	// restarts, too. Both sides show it. Its sender can hold it from when its files
	// are listed, its receiver once it is accepted. ErrTransferState: it cannot be
	// held.
	Pause(ctx context.Context, key int64) error
	// Resume undoes Pause.
	Resume(ctx context.Context, key int64) error
	// Retry sends the failed files of an ended transfer again; of an incoming
	// one it asks the sender, who must be there. ErrNothingToRetry, ErrHopeless,
	// ErrTransferState, ErrTransferVersion.
	Retry(ctx context.Context, key int64) error
	// SetTransferBandwidth limits one transfer that goes on, in bytes a second, at
	// least MinTransferLimit; 0: no limit. It holds until the transfer ends, across
	// restarts, too.
	SetTransferBandwidth(key, bytesPerSecond int64) error
	// Preflight looks at an incoming offer. It waits for the sender's list of
	// files, so that it can take as long as ctx lets it. saveDir as in
	// AcceptOptions. ErrTransferVersion: that sender cannot list before.
	Preflight(ctx context.Context, key int64, saveDir string) (Preflight, error)
	// OfferFiles returns up to limit entries of an incoming offer from an index
	// on. It waits as Preflight does.
	OfferFiles(ctx context.Context, key int64, from, limit int) ([]OfferFile, error)
	// FindTransfers returns transfers, the newest first, without those that
	// were cleared.
	FindTransfers(ctx context.Context, query TransferQuery) ([]Transfer, error)
	// ClearTransfers takes transfers that have ended off the page, and returns
	// how many. Their conversations keep them. GroupAll: all that have ended.
	ClearTransfers(ctx context.Context, group TransferGroup) (int, error)
	// FindFiles returns ended files of one transfer, those too whose MD5 follows.
	// They get a higher position with their MD5.
	FindFiles(ctx context.Context, query FileQuery) ([]FileResult, error)
	// ExportMD5 writes the list of the verified files of a transfer to a new
	// file, as md5sum prints it, with paths that hold below the folder that the
	// files and folders of the transfer are in, so that `md5sum -c` works there;
	// in a list that is put into the one folder that was sent, below that.
	// fs.ErrExist: the file is there; ErrMD5Pending, ErrNoMD5, ErrScattered.
	ExportMD5(ctx context.Context, key int64, path string) error
}
