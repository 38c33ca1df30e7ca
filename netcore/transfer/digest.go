package transfer

import (
	"cmp"
	"crypto/md5" // #nosec G501 -- the digest of the course, for people to compare; BLAKE3 and TLS guard the bytes
	"encoding/hex"
	"hash"
	"slices"

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
	slices.SortFunc(files, func(a, b named) int { return cmp.Compare(a.path, b.path) })
	list := newDigest()
	for _, f := range files {
		list.Write([]byte(md5sum.Format(f.path, f.sum.text())))
	}
	return hex.EncodeToString(list.Sum(nil))
}
