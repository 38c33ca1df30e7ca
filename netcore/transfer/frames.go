package transfer

import (
	"encoding/hex"
	"errors"
	"fmt"

	"lanyard/netcore/store"
)

// The kinds of streams, as their first frames have them. The node hands such
// streams to HandleOffer and HandleData.
const (
	KindOffer = "offer"
	KindData  = "data"
)

// The kinds of frames; doc.go has their fields and order.
const (
	kindOffered    = "offered"
	kindAccept     = "accept"
	kindDecline    = "decline"
	kindCancel     = "cancel"
	kindStop       = "stop"
	kindEnd        = "end"
	kindEntries    = "entries"
	kindEntriesEnd = "entries-end"
	kindWant       = "want"
	kindFile       = "file"
	kindChunk      = "chunk"
	kindTrailer    = "trailer"
	kindSkip       = "skip"
	kindReceipts   = "receipts"
	kindDone       = "done"
	kindAlive      = "alive"
	kindList       = "list"
	kindHash       = "hash"
	kindHashes     = "hashes"
	kindPlan       = "plan"
	kindDigests    = "digests"
	kindPause      = "pause"
	kindResume     = "resume"
)

// spoken is the version of the protocol that this program speaks.
const spoken = 2

// Sizes that both sides must agree on.
const (
	chunkSize = 1 << 20 // bytes of a chunk, but the last of a file
	smallMax  = 1 << 20 // bytes of the largest file that travels in one frame
)

// Limits of what is taken from a peer.
const (
	maxRoots   = 64 // named in an offer
	maxEntries = 1_000_000
	maxBytes   = 1 << 60
	maxName    = 1024     // bytes of a name in an offer: 255 characters of any script, or of escaped bytes
	maxNames   = 8 << 10  // bytes of all names of roots in an offer
	maxPath    = 16 << 10 // bytes of a path in the manifest
	maxLink    = 4 << 10  // bytes of a link's target
	idDigits   = 32
)

// offerFrame opens an offer stream.
type offerFrame struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`
	Count   int         `json:"count"`
	Folders int         `json:"folders,omitempty"`
	Bytes   int64       `json:"bytes"`
	Roots   []offerRoot `json:"roots"`
	Ended   Reason      `json:"ended,omitempty"`
	V       int         `json:"v,omitempty"`
	List    string      `json:"list,omitempty"`
	Retry   string      `json:"retry,omitempty"`
	Clash   Policy      `json:"clash,omitempty"`
	Paused  bool        `json:"paused,omitempty"`
}

// offeredFrame answers an offer.
type offeredFrame struct {
	V      int  `json:"v,omitempty"`
	Paused bool `json:"paused,omitempty"`
}

type offerRoot struct {
	Name string `json:"name"`
	Dir  bool   `json:"dir,omitempty"`
	Size int64  `json:"size"`
}

// nameable returns how many of the roots an offer can name.
func nameable(roots []store.TransferRoot) int {
	names := 0
	for i, root := range roots {
		if names += len(root.Name); i == maxRoots || names > maxNames {
			return i
		}
	}
	return len(roots)
}

// mayLeaveOut reports whether an offer that names these roots may have others:
// one of the longest would not fit any more.
func mayLeaveOut(named []store.TransferRoot) bool {
	names := maxName
	for _, root := range named {
		names += len(root.Name)
	}
	return len(named) >= maxRoots || names > maxNames
}

// endFrame ends an offer stream or a data stream.
type endFrame struct {
	State  State  `json:"state,omitempty"`
	Reason Reason `json:"reason,omitempty"`
	MD5    string `json:"md5,omitempty"`
}

// dataFrame opens a data stream.
type dataFrame struct {
	ID   string `json:"id"`
	V    int    `json:"v,omitempty"`
	List string `json:"list,omitempty"`
	Only string `json:"only,omitempty"` // "list": no files
}

// onlyList is what a data stream says that brings no files.
const onlyList = "list"

type entriesFrame struct {
	Entries []entryFrame `json:"entries"`
}

type entryFrame struct {
	Path   string `json:"p"`
	Size   int64  `json:"s,omitempty"`
	MTime  int64  `json:"m"` // nanoseconds since 1970
	Dir    bool   `json:"d,omitempty"`
	Reason Reason `json:"x,omitempty"` // it will not be sent
	Exec   bool   `json:"e,omitempty"`
	Link   string `json:"l,omitempty"` // target of a symbolic link
}

// hashFrame asks which content files have, and hashesFrame answers.
type hashFrame struct {
	F []int `json:"f"`
}

type hashesFrame struct {
	Files []hashOf `json:"files"`
}

type hashOf struct {
	F  int    `json:"f"`
	B3 string `json:"b3"`
}

type wantFrame struct {
	From  [][2]int   `json:"from"` // first and last index
	Parts []partWant `json:"parts,omitempty"`
	Again bool       `json:"again,omitempty"` // what came was of no use
	More  bool       `json:"more,omitempty"`
}

// partWant asks for chunks of a file.
type partWant struct {
	F     int      `json:"f"`
	Size  int64    `json:"s"` // of the source that the other chunks are from
	MTime int64    `json:"m"`
	C     [][2]int `json:"c"` // first and last chunk
}

type fileFrame struct {
	F    int    `json:"f"`
	Name string `json:"file_name"`
	Size int64  `json:"file_size"`
	MD5  string `json:"md5,omitempty"`
	B3   string `json:"b3,omitempty"`

	MTime   int64 `json:"m,omitempty"` // of a large file
	Changed bool  `json:"changed,omitempty"`

	has int64 // bytes that are there already; not sent
}

type chunkFrame struct {
	F  int    `json:"f,omitempty"`
	I  int    `json:"i"`
	B3 string `json:"b3"`
}

type trailerFrame struct {
	F    int    `json:"f,omitempty"`
	MD5  string `json:"md5,omitempty"`
	Root string `json:"root"`
}

type skipFrame struct {
	F      int    `json:"f"`
	Reason Reason `json:"reason"`
}

type receiptsFrame struct {
	Files  []receipt   `json:"files,omitempty"`
	Failed []skipFrame `json:"failed,omitempty"`
}

type receipt struct {
	F   int    `json:"f"`
	MD5 string `json:"md5,omitempty"` // empty: it follows
}

// digestsFrame has the sender's digests of large files.
type digestsFrame struct {
	Files []fileDigest `json:"files"`
}

type fileDigest struct {
	F      int    `json:"f"`
	MD5    string `json:"md5,omitempty"`
	Reason Reason `json:"reason,omitempty"` // why it has none
}

// aliveFrame says that a side is there, and what it waits for.
type aliveFrame struct {
	Limits Limit `json:"limits,omitempty"`
}

// errProtocol is what breaks of the protocol have in common.
var errProtocol = errors.New("the other side broke the protocol")

// broken returns the fault of a peer that broke the protocol.
func broken(format string, args ...any) error {
	return &fault{ReasonProtocol, fmt.Errorf("%w: "+format, append([]any{errProtocol}, args...)...)}
}

// isID reports whether text is a transfer ID: 32 lower-case hex digits.
func isID(text string) bool {
	return len(text) == idDigits && isHex(text)
}

// isHex reports whether text is only lower-case hex digits.
func isHex(text string) bool {
	for _, c := range []byte(text) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// unhex fills sum from its hex digits.
func unhex(sum []byte, text string) error {
	if len(text) != hex.EncodedLen(len(sum)) || !isHex(text) {
		return broken("digest %.80q", text)
	}
	_, err := hex.Decode(sum, []byte(text))
	return err
}
