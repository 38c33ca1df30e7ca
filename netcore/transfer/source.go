package transfer

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/zeebo/blake3"
)

// version is what tells one content of a source from another.
type version struct {
	size, mtime int64
	ctime       int64
	inode       uint64
}

// versionOf is the version that a file has now.
func versionOf(info fs.FileInfo) version {
	v := version{size: info.Size(), mtime: info.ModTime().UnixNano()}
	v.ctime, v.inode = identityOf(info)
	return v
}

// isLike reports whether a version differs in no more than its metadata.
func (v version) isLike(other version) bool {
	v.ctime = other.ctime
	return v == other
}

// changed is the fault of a source that is not what was listed.
func (v version) changed() error {
	return &fault{ReasonChanged, fmt.Errorf("now %d bytes of %v", v.size, time.Unix(0, v.mtime))}
}

// source is an open file to be sent.
type source struct {
	*os.File
	path string
	version
}

// openSource opens a file without waiting for it and checks that it is a
// regular one.
func openSource(path string) (*source, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|openFlags, 0) // #nosec G304 -- what the user chose to send
	if err != nil {
		if isLink(err) {
			err = &fault{ReasonNotRegular, err}
		}
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fault{ReasonNotRegular, errors.New("not a regular file any more")}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &source{file, path, versionOf(info)}, nil
}

// openAs is openSource of one that must be what fits says.
func openAs(path string, fits func(version) bool) (*source, error) {
	src, err := openSource(path)
	if err == nil && !fits(src.version) {
		return nil, errors.Join(src.changed(), src.Close())
	}
	return src, err
}

// now returns the version that the open file has now.
func (s *source) now() (version, error) {
	info, err := s.Stat()
	if err != nil {
		return version{}, err
	}
	return versionOf(info), nil
}

// unchanged checks that the file is as it was when it was opened, as far as its
// size and time tell.
func (s *source) unchanged() error {
	now, err := s.now()
	if err == nil && (now.size != s.size || now.mtime != s.mtime) {
		err = now.changed()
	}
	return err
}

// holds checks that the content is what was hashed: all of it, or the chunks that
// are known.
func (s *source) holds(ctx context.Context, hashes []hash32, known []bool) error {
	p := make([]byte, chunkSize)
	for i := range hashes {
		if known != nil && !known[i] {
			continue
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p = p[:chunkLen(s.size, i)]
		if err := s.read(i, p); err != nil {
			return err
		}
		if blake3.Sum256(p) != hashes[i] {
			return s.changed()
		}
	}
	return nil
}

// read reads a chunk.
func (s *source) read(i int, p []byte) error {
	return readFull(io.NewSectionReader(s.File, int64(i)*chunkSize, int64(len(p))), p)
}

// readFull fills p. An end before that means that the file shrank.
func readFull(file io.Reader, p []byte) error {
	if _, err := io.ReadFull(file, p); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return &fault{ReasonChanged, fmt.Errorf("shorter than listed: %w", err)}
		}
		return err
	}
	return nil
}

// hexOf is hex.EncodeToString, under a name that fits on a line.
func hexOf(p []byte) string { return hex.EncodeToString(p) }
