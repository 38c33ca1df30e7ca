package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"lanyard/netcore/classic"
	"lanyard/netcore/control"
)

const (
	// classicClosing is how long a session may take to end: a signal ends the
	// program within a second, whatever hangs.
	classicClosing = 800 * time.Millisecond
	// chatAnswer is how long an answer of udp-chat is waited for after the end of
	// stdin: datagrams get lost, and nobody has to answer.
	chatAnswer = 10 * time.Second
)

// run runs the session until it is over.
func (j *classicJob) run(ctx context.Context) error {
	start := classic.Serve
	if j.role == classic.RoleDial {
		start = classic.Dial
	}
	session, err := start(ctx, j.options)
	if err != nil {
		return err
	}
	j.out.session.Store(session)
	defer j.close(session)
	if j.role == classic.RoleDial {
		err = j.dial(ctx, session)
	} else {
		err = j.serve(ctx, session)
	}
	if ctx.Err() != nil && j.role == classic.RoleServe {
		return nil // that is how a server ends
	}
	if ctx.Err() != nil {
		return control.Fail(control.ExitFailed, control.WordCancelled)
	}
	return err
}

// close ends the session, or gives it up.
func (j *classicJob) close(session *classic.Session) {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = session.Close()
	}()
	late := time.NewTimer(classicClosing)
	defer late.Stop()
	select {
	case <-closed:
	case <-late.C:
	}
}

// serve serves, and says what is typed where this role has something to say.
func (j *classicJob) serve(ctx context.Context, session *classic.Session) error {
	if j.protocol.Asks == classic.RoleDial {
		<-session.Done()
		return session.Err()
	}
	failed := j.sayAll(ctx, session)
	if j.given || j.flags.once && j.protocol.Asks == classic.RoleServe {
		if err := session.Send(ctx, "", j.protocol.End); err != nil && failed == nil {
			failed = err
		}
	}
	if j.given {
		return failed
	}
	<-session.Done()
	return session.Err()
}

// dial talks, and ends when there is no more to say and every answer is there.
func (j *classicJob) dial(ctx context.Context, session *classic.Session) error {
	switch {
	case j.protocol.Name == classic.File:
		return j.sendFiles(ctx, session)
	case j.protocol.Runs == classic.RoleDial:
		<-session.Done()
		return session.Err()
	case j.protocol.Name == classic.UDPTime:
		return j.askTimes(ctx, session)
	}
	if err := j.sayAll(ctx, session); err != nil {
		return err
	}
	if j.protocol.Name == classic.UDPChat {
		return j.awaitChat(ctx, session)
	}
	select {
	case <-session.Done():
		return session.Err()
	default:
		return j.check(ctx, session)
	}
}

// check says nothing, which tells whether what went before was accepted.
func (j *classicJob) check(ctx context.Context, session *classic.Session) error {
	if j.protocol.Name != classic.HMACEcho {
		return nil
	}
	err := session.Send(ctx, "", "")
	if classic.ReasonOf(err) == classic.Denied {
		return err
	}
	return nil
}

// sendFiles sends files one after the other; what fails does not keep the next
// from being sent, unless nobody is there.
func (j *classicJob) sendFiles(ctx context.Context, session *classic.Session) error {
	var failed error
	for _, path := range j.paths {
		err := session.SendFile(ctx, path)
		if err != nil && failed == nil {
			failed = err
		}
		if classic.ReasonOf(err) == classic.Unreachable || ctx.Err() != nil {
			break
		}
		if err != nil && len(j.paths) > 1 {
			j.program.complain(path + ": " + j.sentence(err))
		}
	}
	return failed
}

// askTimes asks for each format.
func (j *classicJob) askTimes(ctx context.Context, session *classic.Session) error {
	formats := j.flags.formats
	if len(formats) == 0 {
		formats = []string{""}
	}
	for _, format := range formats {
		if err := session.Send(ctx, "", plainText(format)); err != nil {
			return err
		}
	}
	return nil
}

// sayAll says what stands after "--", or each line of stdin.
func (j *classicJob) sayAll(ctx context.Context, session *classic.Session) error {
	if j.given {
		session.NoMore()
		return session.Send(ctx, "", j.command)
	}
	to, talking := "", true
	lines := j.lines.start(session)
	defer j.lines.stop()
	var failed error
	for {
		select {
		case line, more := <-lines:
			if !more {
				return errors.Join(failed, j.lines.err)
			}
			if j.chooses(line, &to, &talking) {
				continue
			}
			err := j.sayOne(ctx, session, to, line, &talking)
			if j.role == classic.RoleDial && fatal(err) {
				return err
			}
			if err != nil {
				failed = err
				j.program.complain(j.sentence(err))
			} else if talking && j.ends(line) {
				<-session.Done()
				return errors.Join(failed, session.Err())
			}
		case <-session.Done():
			return session.Err()
		case <-ctx.Done():
			return nil
		}
	}
}

// ends reports whether a line that was said has ended the conversation.
func (j *classicJob) ends(line string) bool {
	return j.role == classic.RoleDial && line == j.protocol.End
}

// fatal reports whether nothing more can be said.
func fatal(err error) bool {
	switch classic.ReasonOf(err) {
	case "", classic.NotInGBK, classic.TooLong, classic.BadAddress:
		return false
	}
	return true
}

// sayOne says one line.
func (j *classicJob) sayOne(ctx context.Context, session *classic.Session, to, line string, talking *bool) error {
	if !*talking {
		if strings.TrimSpace(line) != "" {
			j.program.complain(j.program.words.say("classic-no-contact"))
		}
		return nil
	}
	if j.protocol.Name == classic.UDPChat && j.role == classic.RoleDial && line == j.protocol.End && len(j.contacts) > 0 {
		*talking = false // another may be chosen
		return nil
	}
	return session.Send(ctx, to, line)
}

// chooses reports whether a line of its own chooses a contact.
func (j *classicJob) chooses(line string, to *string, talking *bool) bool {
	name, marked := strings.CutPrefix(strings.TrimSpace(line), "@")
	if !marked || len(j.contacts) == 0 || j.role != classic.RoleDial {
		return false
	}
	address, known := j.contacts[name]
	switch {
	case known:
		*to, *talking = address, true
		return true
	case strings.ContainsAny(name, " \t") || name == "":
		return false // a message
	}
	j.program.complain(j.program.words.say("classic-contact", clean(name)))
	return true
}

// awaitChat waits until each contact has answered as often as it was written to.
func (j *classicJob) awaitChat(ctx context.Context, session *classic.Session) error {
	late := time.NewTimer(chatAnswer)
	defer late.Stop()
	for {
		awaited, changed := j.out.awaited()
		if awaited == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-late.C:
			return nil
		case <-session.Done():
			return session.Err()
		case <-ctx.Done():
			return nil
		}
	}
}

// wordClassic marks a failure whose text is said already.
const wordClassic control.Word = "classic"

// plainError is an error with a text of ours.
type plainError string

func (e plainError) Error() string { return string(e) }

// asFailure finds a failure that has its sentence.
func asFailure(err error, to **control.Failure) bool { return errors.As(err, to) }
