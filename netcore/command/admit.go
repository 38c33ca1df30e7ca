package command

import (
	"context"
	"path/filepath"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// serveRun answers a "run" stream.
func (s *Service) serveRun(ctx context.Context, t *talk, peer identity.DeviceID, first wire.Frame) {
	j, reason := s.admit(t, peer, first)
	if reason != "" {
		s.refuse(j, reason)
		return
	}
	j.serve(ctx)
}

// admit decides what can be decided at once. With a reason to refuse, the job
// has no place and must not be served.
func (s *Service) admit(t *talk, peer identity.DeviceID, first wire.Frame) (*job, Reason) {
	id, request, err := decodeRun(first) // before the first read, which reuses its memory
	j := newJob(s, t, peer, id, request)
	level := s.config.Level(peer)
	if !level.allows(LevelButtons) {
		return j, ReasonNotPermitted
	}
	if !s.mayAsk(peer, level) {
		return j, ReasonBusy
	}
	if err == nil {
		err = checkHere(request)
	}
	if err != nil {
		s.config.Logger.Info("a command was refused", "device", peer.Short(), "error", err)
		return j, ReasonBadRequest
	}
	if reason := j.plan(level); reason != "" {
		return j, reason
	}
	return j, s.place(j)
}

// plan says what a job stands on and what is to be started.
func (j *job) plan(level Level) Reason {
	j.spec = Spec{Argv: j.request.Argv, Wall: j.request.Wall, Terminal: j.request.Terminal}
	if j.request.Dir != "" {
		j.spec.Dir = filepath.Clean(j.request.Dir)
	}
	switch {
	case j.request.Button != "":
		j.need = LevelButtons
		if reason := j.press(); reason != "" {
			return reason
		}
	case level.allows(LevelAlways):
		j.need = LevelAlways
		if len(j.spec.Argv) == 0 {
			j.spec.Argv = j.service.config.Shell
		}
	case j.request.Terminal != nil || !level.allows(LevelAsk):
		return ReasonNotPermitted
	default:
		j.need = LevelAsk
	}
	if most := j.service.config.Limits.Wall; most > 0 && (j.spec.Wall == 0 || j.spec.Wall > most) {
		j.spec.Wall = most
	}
	if j.request.Stdin || j.request.Terminal != nil {
		j.in = newQueue(inWindow)
		j.spec.Stdin = &input{job: j}
	}
	j.info.Argv, j.info.Dir, j.info.Wall = j.spec.Argv, j.spec.Dir, j.spec.Wall
	return ""
}

// press puts one of this user's own commands into the job.
func (j *job) press() Reason {
	for _, b := range j.service.config.Buttons(j.peer) {
		if b.Name != j.request.Button {
			continue
		}
		argv, err := b.Expand(j.request.Args)
		if err != nil {
			j.service.config.Logger.Info("a button was refused", "device", j.peer.Short(), "button", b.Name, "error", err)
			return ReasonBadArgument
		}
		j.spec.Argv, j.spec.Dir = argv, b.Dir
		if b.Wall > 0 && (j.spec.Wall == 0 || j.spec.Wall > b.Wall) {
			j.spec.Wall = b.Wall
		}
		return ""
	}
	return ReasonNoButton
}

// place gives a job its number and counts it, if there is room.
func (s *Service) place(j *job) Reason {
	s.mu.Lock()
	defer s.mu.Unlock()
	j.guest = s.guest(j.peer)
	if reason := s.takes(j.guest, j.info.ID); reason != "" {
		return reason
	}
	s.number++
	j.info.Number = s.number
	j.info.State = StateAsking
	s.jobs[j.info.Number] = j
	return ""
}

// leave gives the place of a job back.
func (s *Service) leave(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j.guest.runs--
	delete(s.jobs, j.info.Number)
}

// refuse tells the other side, and the audit log, that a job is not served. It
// is no run, so nobody else is told.
func (s *Service) refuse(j *job, reason Reason) {
	info := j.info
	info.State, info.Reason, info.Ended = StateDenied, reason, info.Asked
	s.config.Audit(info.clone())
	_ = j.talk.say(kindDenied, fields{Reason: reason}) // it is their loss
	j.talk.close()
}
