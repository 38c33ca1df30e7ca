package transfer

import (
	"crypto/md5" // #nosec G501 -- the digest of the course, for people to compare; BLAKE3 and TLS guard the bytes
	"encoding/hex"
	"hash"
	"slices"
	"strings"

	"lanyard/netcore/md5sum"
)

// digest is an MD5.
type digest [md5.Size]byte

// text returns the hex digits.
func (d digest) text() string { return hex.EncodeToString(d[:]) }

// digestData takes the MD5 of data.
func digestData(data []byte) digest {
	return md5.Sum(data) // #nosec G401 -- see the import
}

// newDigest returns an MD5 to be fed.
func newDigest() hash.Hash {
	return md5.New() // #nosec G401 -- see the import
}

// named is the digest of a file.
type named struct {
	path string
	sum  digest
}

// listDigest is the digest of a transfer: of its only file, if it has but one
// and no folder; else the MD5 of the list that md5sum prints for its files,
// sorted by path. Where none of its files arrived, there is none.
func listDigest(files []named, single bool) string {
	if len(files) == 0 {
		return ""
	}
	if single && len(files) == 1 {
		return files[0].sum.text()
	}
	byPath := func(a, b named) int { return strings.Compare(a.path, b.path) }
	if !slices.IsSortedFunc(files, byPath) {
		slices.SortFunc(files, byPath)
	}
	list := newDigest()
	var line []byte
	for _, f := range files {
		line = md5sum.Append(line[:0], f.path, f.sum.text())
		list.Write(line)
	}
	return hex.EncodeToString(list.Sum(nil))
}
