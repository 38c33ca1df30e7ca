//go:build e2e && linux

package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// shipping is two PCs between which files travel, over a cable of a known speed.
type shipping struct {
	alice, bob *served
	in         *meter // what comes to bob's PC
	disk       string // of alice's, in memory
}

// cableSpeed makes a file of some hundred MiB last for seconds, so that what is
// to happen in its middle does.
const cableSpeed = "800mbit"

func newShipping(t *testing.T) *shipping {
	t.Helper()
	needMemory(t, 4*gib)
	lan := newLAN(t)
	left, right := lan.host().onlyIPv4(), lan.host().onlyIPv4()
	left.slow(cableSpeed)
	a, b := newUser(t, left, "alice"), newUser(t, right, "bob")
	s := &shipping{disk: a.home + "/disk", in: right.meter()}
	newDisk(t, s.disk, 1600<<20)
	newDisk(t, b.save, 1600<<20)
	s.alice, s.bob = a.serve(), b.serve()
	s.alice.waitSees(s.bob.id, 10*time.Second)
	s.bob.waitSees(s.alice.id, 10*time.Second)
	return s
}

// slow limits what the host can send.
func (h *host) slow(rate string) {
	h.t.Helper()
	needTools(h.t, "tc")
	h.run("tc", "qdisc", "replace", "dev", "eth0", "root", "tbf", "rate", rate, "burst", "512k", "latency", "20ms")
}

// meter counts the bytes that come to a PC by cable.
type meter struct {
	t    testing.TB
	path string
}

func (h *host) meter() *meter {
	h.t.Helper()
	holder := spawn(h.t, h.command(nil, "sleep", "infinity"))
	proc := fmt.Sprintf("/proc/%d/", holder.cmd.Process.Pid)
	eventually(h.t, 10*time.Second, "a process is on the host", func() bool {
		comm, err := os.ReadFile(proc + "comm")
		return err == nil && string(comm) == "sleep\n"
	})
	return &meter{t: h.t, path: proc + "net/dev"}
}

// read returns how many bytes have come since the host is there.
func (m *meter) read() int64 {
	m.t.Helper()
	table, err := os.ReadFile(m.path)
	if err != nil {
		m.t.Fatal(err)
	}
	var bytes int64
	for row := range strings.Lines(string(table)) {
		if _, err := fmt.Sscanf(row, " eth0: %d", &bytes); err == nil {
			return bytes
		}
	}
	m.t.Fatalf("no eth0 in %s", table)
	return 0
}

// noise is more than what two copies say to each other when they meet.
const noise = 128 << 10

const mib = 1 << 20

// waitBytes waits until so many bytes have come since the meter stood at from,
// and returns how long that took.
func (s *shipping) waitBytes(t *testing.T, from, bytes int64, limit time.Duration, what string) time.Duration {
	t.Helper()
	return eventually(t, limit, what, func() bool { return s.in.read() >= from+bytes })
}

// goesOn waits until data comes again, and says how long that took.
func (s *shipping) goesOn(t *testing.T, since time.Time, what string) time.Duration {
	t.Helper()
	s.waitBytes(t, s.in.read(), noise, 60*time.Second, what+": data comes again")
	took := time.Since(since)
	t.Logf("%s: data comes again after %v", what, took.Round(10*time.Millisecond))
	return took
}

// cameFor fails unless about so many bytes have come since the meter stood at
// from. What is on its way when something breaks may come twice.
func (s *shipping) cameFor(t *testing.T, from, bytes, breaks int64) {
	t.Helper()
	came := s.in.read() - from
	t.Logf("%.1f MiB came over the cable for %d MiB", float64(came)/mib, bytes/mib)
	if most := bytes + bytes/33 + breaks*inFlight; came < bytes || came > most {
		t.Errorf("%d bytes came, for %d to %d", came, bytes, most)
	}
}

// inFlight is more than what is under way at once.
const inFlight = 8 * mib

// shipment is a transfer as the terminal lists it.
type shipment struct {
	Transfer  int64  `json:"transfer"`
	State     string `json:"state"`
	Failed    int    `json:"failed"`
	Restarted int    `json:"restarted"`
}

// shipments lists the transfers of a group, the newest first; empty: all.
func (u *user) shipments(group string) []shipment {
	u.t.Helper()
	args := []string{"transfers", "--json"}
	if group != "" {
		args = append(args, "--group", group)
	}
	var all []shipment
	for raw := range strings.Lines(u.do(args...).stdout) {
		var one shipment
		if err := json.Unmarshal([]byte(raw), &one); err != nil {
			u.t.Fatalf("transfers printed %q: %v", raw, err)
		}
		all = append(all, one)
	}
	return all
}

// bothHave waits until both sides say verified, and returns the MD5 that they
// agree on.
func (s *shipping) bothHave(t *testing.T, limit time.Duration) string {
	t.Helper()
	var got, sent line
	if !poll(limit, func() bool {
		got, sent = s.bob.lastFile(s.alice.id), s.alice.lastFile(s.bob.id)
		return ended(got.State) && ended(sent.State)
	}) || got.State != "verified" || sent.State != "verified" {
		t.Fatalf("bob has it as %s %s, alice as %s %s", got.State, got.Reason, sent.State, sent.Reason)
	}
	if got.MD5 == "" || got.MD5 != sent.MD5 {
		t.Errorf("bob has MD5 %q, alice %q", got.MD5, sent.MD5)
	}
	return got.MD5
}

// ended reports whether a state in a log is a last one.
func ended(state string) bool {
	return slices.Contains([]string{"verified", "failed", "cancelled", "declined"}, state)
}

// sameFile fails unless what arrived is what sha256sum and md5sum say of the
// source; md5 is what the programs printed.
func sameFile(t *testing.T, source, arrived, md5 string) {
	t.Helper()
	sums := strings.Fields(must(t, "sha256sum", source, arrived))
	if sums[0] != sums[2] {
		t.Errorf("%s was sent with SHA-256 %s, arrived with %s", filepath.Base(source), sums[0], sums[2])
	}
	if want := strings.Fields(must(t, "md5sum", source))[0]; want != md5 {
		t.Errorf("md5sum says %s, the programs said %q", want, md5)
	}
}
