package netcore

import (
	"errors"
	"io/fs"
	"time"

	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

// lineEvery is how often a transfer's progress is printed.
const lineEvery = 500 * time.Millisecond

// thinner thins out progress lines. The zero value is ready.
type thinner struct {
	last map[int64]time.Time // by transfer
}

// due reports whether it is time for another line about a transfer.
func (s *thinner) due(key int64) bool {
	now := time.Now()
	if last, ok := s.last[key]; ok && now.Sub(last) < lineEvery {
		return false
	}
	if s.last == nil {
		s.last = map[int64]time.Time{}
	}
	s.last[key] = now
	return true
}

// forget drops a transfer that has ended.
func (s *thinner) forget(key int64) { delete(s.last, key) }

func progressLine(person Person, transfer Transfer) control.Progress {
	return control.Progress{
		Event:     control.EventProgress,
		Transfer:  transfer.Key,
		Direction: direction(transfer.Outgoing),
		Person:    person.Name,
		Name:      transfer.Name,
		State:     string(transfer.State),
		Done:      transfer.Done,
		Count:     transfer.Count,
		DoneBytes: transfer.DoneBytes,
		Bytes:     transfer.Bytes,
		Speed:     int64(transfer.Speed),
		LeftMS:    transfer.Left.Milliseconds(),
		Limits:    string(transfer.Limit),
		Pending:   transfer.Pending,
		Failed:    transfer.Failed,
		Skipped:   transfer.Skipped,
	}
}

func endedLine(person Person, transfer Transfer) control.Ended {
	return control.Ended{
		Event:     control.EventEnded,
		Transfer:  transfer.Key,
		Direction: direction(transfer.Outgoing),
		Person:    person.Name,
		Name:      transfer.Name,
		State:     string(transfer.State),
		Reason:    string(transfer.Reason),
		Done:      transfer.Done,
		Failed:    transfer.Failed,
		Count:     transfer.Count,
		Bytes:     transfer.Bytes,
		MD5:       transfer.MD5,
		Skipped:   transfer.Skipped,
		Restarted: transfer.Restarted,
	}
}

// fileLines makes the lines about files that ended, many of the same person. The
// zero value is ready.
type fileLines struct {
	person DeviceID
	id     string // as it is printed
}

// line is the line about one file.
func (l *fileLines) line(person Person, file FileResult) any {
	if l.id == "" || l.person != person.Device {
		l.person, l.id = person.Device, person.Device.String()
	}
	switch file.State {
	case StateVerified:
	case StateSkipped:
		return control.FileSkipped{
			Event: control.EventSkipped, FileName: file.Raw, Reason: string(file.Reason), Transfer: file.Key,
			Direction: direction(file.Outgoing), Person: person.Name, ID: l.id,
		}
	default:
		return control.FileFailed{
			Event: control.EventFailed, FileName: file.Raw, Reason: string(file.Reason), Transfer: file.Key,
			Direction: direction(file.Outgoing), Person: person.Name, ID: l.id,
		}
	}
	event := control.EventReceived
	if file.Outgoing {
		event = control.EventSent
	}
	return control.File{
		Event: event, FileName: file.Raw, FileSize: file.Size, MD5: file.MD5, Late: file.Pending, Path: safename.Escape(file.Saved),
		Transfer: file.Key, Person: person.Name, ID: l.id,
	}
}

// messageLine is the line about a text that arrived.
func messageLine(person Person, item Item) control.Message {
	return control.Message{
		Event: control.EventMessage, From: person.Name, ID: person.Device.String(), Text: item.Text,
		Sent: timeText(item.Sent), Added: timeText(item.Added), Message: item.ID, Seq: item.Seq,
	}
}

func offerLine(person Person, transfer Transfer, accepted bool) control.Offer {
	return control.Offer{
		Event: control.EventOffer, Transfer: transfer.Key, From: person.Name, ID: person.Device.String(),
		Name: transfer.Name, Count: transfer.Count, Bytes: transfer.Bytes, Accepted: accepted,
		Retry: transfer.Retry, Wish: string(transfer.Wish),
	}
}

func shipmentLine(event string, person Person, transfer Transfer) control.Shipment {
	return control.Shipment{
		Event: event, Transfer: transfer.Key, To: person.Name, ID: person.Device.String(),
		Name: transfer.Name, Count: transfer.Count, Bytes: transfer.Bytes,
	}
}

// pathProblem says what is wrong with a path, without the path and the name
// of a system call.
func pathProblem(err error) string {
	var problem *fs.PathError
	if errors.As(err, &problem) {
		return problem.Err.Error()
	}
	return err.Error()
}
