package classic

import (
	"context"
	"crypto/md5" // #nosec G501 -- the protocol's own
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"

	"lanyard/netcore/safename"
	"lanyard/netcore/wire"
)

// file, TCP 8080
//
//	client: 4 bytes, the length of the header, signed, little-endian
//	        the header, JSON in UTF-8: {"file_size":…,"file_name":"…","md5":"…"}
//	        file_size bytes
//
// One file a connection. The server says nothing.

const (
	// headerTime is how long a header may take, and each piece of a file.
	headerTime = time.Minute
	// moreTime is waited for bytes beyond those that were announced.
	moreTime = 250 * time.Millisecond
	// takenTime is waited for the server to close, which says that it has read
	// everything.
	takenTime = 5 * time.Second
	// progressEvery is the time between two events about one file.
	progressEvery = 100 * time.Millisecond
	filePiece     = 128 << 10
)

// fileServer receives one file.
func (s *Session) fileServer() part {
	return part{greet: func(ctx context.Context, t *talk) error {
		if err := t.receiveFile(ctx); err != nil {
			return err
		}
		return errOver
	}}
}

// receiveFile reads a header and the file behind it.
func (t *talk) receiveFile(ctx context.Context) error {
	from := reader{ctx, t.conn, headerTime}
	raw, err := wire.ReadHeader(from, nil, maxHeader)
	switch {
	case errors.Is(err, wire.ErrTooLarge):
		return problem(BadLength, "%v", err)
	case errors.Is(err, wire.ErrMalformed):
		return problem(BadHeader, "%v", err)
	case err != nil:
		return err
	}
	header, name, err := parseHeader(raw, safename.Native())
	if err != nil {
		return err
	}
	path, err := t.saveFile(from, header, name)
	if err != nil {
		return err
	}
	t.s.event(Event{What: Saved, Peer: t.peer, Name: filepath.Base(path), Path: path, Done: header.Size, Total: header.Size, MD5: header.MD5})
	return nil
}

// saveFile puts a file into the folder, under its name once it is whole.
func (t *talk) saveFile(from reader, header fileHeader, name string) (string, error) {
	place, err := newPlace(t.s.options.SaveDir)
	if err != nil {
		return "", err
	}
	defer place.close()
	sum, err := t.receiveBytes(from, place, header, name)
	if err != nil {
		return "", err
	}
	if sum != header.MD5 {
		return "", problem(WrongMD5, "%s instead of %s", sum, header.MD5)
	}
	return place.keep(name)
}

// receiveBytes reads exactly the announced bytes and returns their MD5.
func (t *talk) receiveBytes(from reader, to io.Writer, header fileHeader, name string) (string, error) {
	report := t.s.progress(Event{Peer: t.peer, Name: name, Total: header.Size, MD5: header.MD5})
	sum := md5.New() // #nosec G401 -- the protocol's own
	n, err := copyFile(io.MultiWriter(to, sum), io.LimitReader(from, header.Size), report)
	var disk *diskError
	switch {
	case errors.As(err, &disk):
		return "", &Problem{Reason: NoSave, Err: disk.Unwrap()}
	case err != nil:
		return "", lost(err)
	case n < header.Size:
		return "", problem(WrongSize, "%d bytes of %d", n, header.Size)
	}
	more, err := t.take(from.ctx, 1, moreTime)
	if err == nil && len(more) > 0 {
		return "", problem(WrongSize, "more than %d bytes", header.Size)
	}
	return hex.EncodeToString(sum.Sum(nil)), from.ctx.Err()
}

// progress returns what tells the face now and then how far a file is.
func (s *Session) progress(about Event) func(done int64) {
	var last time.Time
	return func(done int64) {
		if now := time.Now(); now.Sub(last) >= progressEvery || done == about.Total {
			last = now
			about.What, about.Done = Progress, done
			s.event(about)
		}
	}
}

// copyFile copies, and reports how far it is.
func copyFile(to io.Writer, from io.Reader, report func(int64)) (int64, error) {
	buf := make([]byte, filePiece)
	report(0)
	for done := int64(0); ; {
		n, err := from.Read(buf)
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return done, err
			}
			done += int64(n)
			report(done)
		}
		if errors.Is(err, io.EOF) {
			return done, nil
		}
		if err != nil {
			return done, err
		}
	}
}

// sendFile sends one file.
func (s *Session) sendFile(ctx context.Context, path string) error {
	file, size, err := openFile(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	sum := md5.New() // #nosec G401 -- the protocol's own
	if _, err := io.CopyN(sum, contextReader{ctx, file}, size); err != nil {
		return noRead(ctx, err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return noRead(ctx, err)
	}
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer c.shut()
	defer context.AfterFunc(ctx, func() { _ = c.Conn.Close() })()
	s.event(Event{What: Connected, Peer: c.peer})
	header := fileHeader{Size: size, Name: safename.Escape(filepath.Base(path)), MD5: hex.EncodeToString(sum.Sum(nil))}
	err = lost(s.sendWhole(ctx, c, file, header))
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err == nil {
		s.event(Event{What: Sent, Peer: c.peer, Name: header.Name, Path: path, Done: size, Total: size, MD5: header.MD5})
	}
	s.failed(c.peer, err)
	s.event(Event{What: Closed, Peer: c.peer})
	return err
}

// openFile opens a file that can be sent.
func openFile(path string) (*os.File, int64, error) {
	info, err := os.Stat(path) // before it is opened: a pipe would wait
	if err != nil {
		return nil, 0, &Problem{Reason: NoRead, Err: err}
	}
	if !info.Mode().IsRegular() {
		return nil, 0, problem(NoRead, "%q is no file", path)
	}
	file, err := os.Open(path) // #nosec G304 -- the user's own choice
	if err != nil {
		return nil, 0, &Problem{Reason: NoRead, Err: err}
	}
	if info, err = file.Stat(); err != nil {
		return nil, 0, errors.Join(&Problem{Reason: NoRead, Err: err}, file.Close())
	}
	return file, info.Size(), nil
}

// noRead says that a file cannot be read, or that it was not to be.
func noRead(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, io.EOF) {
		return problem(Changed, "it got shorter")
	}
	return &Problem{Reason: NoRead, Err: err}
}

// sendWhole sends a header and the file, and waits until the server has read it.
func (s *Session) sendWhole(ctx context.Context, c *conn, file *os.File, header fileHeader) error {
	raw, err := json.Marshal(header)
	if err != nil {
		return err
	}
	if err := c.send(append(lengthOf(raw), raw...)); err != nil {
		return err
	}
	report := s.progress(Event{Peer: c.peer, Name: header.Name, Total: header.Size, MD5: header.MD5})
	again := md5.New() // #nosec G401 -- the protocol's own
	n, err := copyFile(sender{c, again}, io.LimitReader(contextReader{ctx, file}, header.Size), report)
	switch {
	case err != nil:
		return err
	case n < header.Size || hex.EncodeToString(again.Sum(nil)) != header.MD5:
		return problem(Changed, "")
	}
	c.halfClose()
	_, err = c.take(ctx, MaxRecvSize, takenTime)
	if ReasonOf(err) == NoAnswer || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// sender sends what it is given, and takes its hash.
type sender struct {
	c   *conn
	sum hash.Hash
}

// Write sends p.
func (s sender) Write(p []byte) (int, error) {
	s.sum.Write(p)
	return len(p), s.c.send(p)
}

// contextReader reads until its context ends.
type contextReader struct {
	ctx  context.Context
	from io.Reader
}

// Read reads, unless the context has ended.
func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}
