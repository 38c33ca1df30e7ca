package classic

import (
	"cmp"
	"context"
	"os"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/run"
)

// Serve starts a server, and returns when it listens. The end of ctx closes the
// session. Errors are a *[Problem].
func Serve(ctx context.Context, o Options) (*Session, error) { return start(ctx, RoleServe, o) }

// Dial starts a client, and returns when it is connected; those of datagrams, of
// file and of upper-echo connect with each thing they send. The end of ctx, which
// also bounds the connecting, closes the session. Errors are a *[Problem].
func Dial(ctx context.Context, o Options) (*Session, error) { return start(ctx, RoleDial, o) }

// start checks the options and starts a session.
func start(ctx context.Context, role Role, o Options) (*Session, error) {
	protocol, known := Lookup(string(o.Protocol))
	if !known {
		return nil, problem(BadProtocol, "%.40q", o.Protocol)
	}
	if err := complete(&o, protocol, role); err != nil {
		return nil, err
	}
	target, err := parseTarget(protocol, o.Address, role)
	if err != nil {
		return nil, err
	}
	s := newSession(ctx, protocol, role, o)
	s.target = target
	if err := s.begin(); err != nil {
		s.cancel(nil)
		s.finish()
		return nil, err
	}
	go s.finish()
	return s, nil
}

// newSession returns a session that does nothing yet.
func newSession(ctx context.Context, protocol Protocol, role Role, o Options) *Session {
	s := &Session{
		protocol: protocol, role: role, options: o,
		done: make(chan struct{}), silent: make(chan struct{}), slots: make(chan struct{}, maxRuns),
	}
	s.ctx, s.cancel = context.WithCancelCause(ctx)
	s.SetRecvSize(o.RecvSize)
	if protocol.Runs == role {
		s.runner = run.New(run.Config{Grace: runGrace})
	}
	return s
}

// begin opens what the session stands on.
func (s *Session) begin() error {
	switch {
	case s.protocol.Datagrams && s.role == RoleServe:
		return s.servePackets()
	case s.protocol.Datagrams:
		return s.dialPackets()
	case s.role == RoleServe:
		return s.serveStreams()
	case s.protocol.Name == File:
		s.address = s.target.String()
		s.hold()
		return nil
	}
	return s.dialStream()
}

// hold keeps a session open that has no connection of its own.
func (s *Session) hold() {
	s.work.Go(func() { <-s.ctx.Done() })
}

// finish waits until the session is over and nothing of it is left.
func (s *Session) finish() {
	s.work.Wait()
	s.cancel(nil)
	if s.runner != nil {
		_ = s.runner.Close()
	}
	close(s.done)
}

// end ends the session with a reason, or without one.
func (s *Session) end(err error) {
	s.tell.Lock()
	if s.err == nil && s.ctx.Err() == nil {
		s.err = err
	}
	s.tell.Unlock()
	s.cancel(err)
}

// complete fills in defaults and refuses what cannot be.
func complete(o *Options, protocol Protocol, role Role) error {
	if o.RecvSize < 0 || o.RecvSize > MaxRecvSize {
		return problem(BadOption, "a receive size of %d; 1 to %d", o.RecvSize, MaxRecvSize)
	}
	if o.QuietTime < 0 {
		return problem(BadOption, "a quiet time of %v", o.QuietTime)
	}
	o.QuietTime = cmp.Or(o.QuietTime, DefaultQuietTime)
	o.Digest = cmp.Or(o.Digest, MD5)
	o.Encoding = cmp.Or(o.Encoding, protocol.Encoding)
	o.Limits.Time = cmp.Or(o.Limits.Time, DefaultCommandTime)
	o.Limits.Output = cmp.Or(o.Limits.Output, DefaultCommandOutput)
	if o.Now == nil {
		o.Now = time.Now
	}
	switch {
	case protocol.Runs == role && !o.AllowCommands:
		return problem(NeedCommands, "")
	case protocol.Name == File && role == RoleServe:
		return checkFolder(o.SaveDir)
	case protocol.Name == HMACEcho:
		return checkSecret(o.Secret, o.Digest)
	}
	return nil
}

// checkFolder insists that there is a folder to save to.
func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case dir == "":
		return problem(NeedFolder, "")
	case err != nil:
		return &Problem{Reason: NeedFolder, Err: err}
	case !info.IsDir():
		return problem(NeedFolder, "%q is no folder", dir)
	}
	return nil
}

// checkSecret refuses a secret that is none, and the network password: a server
// of this protocol signs whatever its clients are told to have signed.
func checkSecret(secret string, digest Digest) error {
	if secret == "" {
		return problem(NeedSecret, "")
	}
	if _, err := identity.ParsePassword(secret); err == nil {
		return problem(NetworkPassword, "")
	}
	if digest != MD5 && digest != SHA256 {
		return problem(BadOption, "the digest %.40q", digest)
	}
	return nil
}
