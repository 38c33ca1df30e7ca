package netcore_test

import (
	"strings"
	"testing"

	"lanyard/netcore"
)

// badData is an accepted gift whose data breaks a rule.
type badData struct {
	gift   *gift
	frames [][]byte
	reason netcore.Reason // why it fails
}

// attackData brings each to one victim. All must fail, with their reason on
// the victim's screen, and leave nothing.
func attackData(t *testing.T, cases map[string]badData) {
	t.Helper()
	v := newVictim(t)
	h := v.meet("mallory")
	v.befriend(h)
	for name, one := range cases {
		offer := one.gift.offer
		offer["id"] = randomHex(16)
		transfer, s := v.takes(h, offer)
		data := h.open("data", fields{"id": offer["id"]})
		data.send(one.frames...)
		data.ends()
		if end := v.ended(transfer.Key); end.State != netcore.StateFailed || end.Reason != one.reason {
			t.Errorf("%s: ended as %s, %s; want %s", name, end.State, end.Reason, one.reason)
		}
		_ = s.raw.Close()
		v.savedNothing(name)
	}
	v.tidySave()
	v.resultsAreInside()
}

// one is a gift of one file in a folder.
func one(size int) *gift {
	g := &gift{offer: fields{"name": "d", "count": 1, "folders": 1, "bytes": size, "roots": []fields{{"name": "d", "dir": true}}}}
	g.add("d/x", strings.Repeat("x", size))
	return g
}

// listed is the manifest of one file, with a size as JSON has it.
func listed(size string) []byte {
	return append(frame(`{"kind":"entries","entries":[{"p":"d/x","m":1,"s":`+size+`}]}`, ""), encode("entries-end", nil, "")...)
}

// fileFrame is the frame of a file as JSON has it.
func fileFrame(rest, body string) []byte {
	return frame(`{"kind":"file","f":0,"file_name":"x",`+rest+`}`, body)
}

const (
	md5OfX   = "9dd4e461268c8034f5c8564e155c67a6"
	protocol = netcore.ReasonProtocol
)

func TestB03SizesThatAreNone(t *testing.T) {
	t.Parallel()
	cases := map[string]badData{}
	for _, size := range []string{"-1", "1.0", "1e0", `"1"`, "9223372036854775808", "18446744073709551615", "-9223372036854775808", "1152921504606846977", "[]", "true"} {
		cases["listed "+size] = badData{one(1), [][]byte{listed(size)}, protocol}
		cases["sent "+size] = badData{one(1), [][]byte{listed("1"), fileFrame(`"md5":"`+md5OfX+`","body_size":1,"file_size":`+size, "x")}, protocol}
		cases["a body of "+size] = badData{one(1), [][]byte{listed("1"), fileFrame(`"md5":"`+md5OfX+`","file_size":1,"body_size":`+size, "x")}, protocol}
	}
	// JSON has no integers: 1.0 and 1e0 could be read as 1, and so as a good size.
	attackData(t, cases)
}

func TestB04SizesThatLie(t *testing.T) {
	t.Parallel()
	big := 3<<20 + 5
	chunk := func(i, size int) []byte {
		body := strings.Repeat("x", size)
		return encode("chunk", fields{"i": i, "b3": b3Of(body)}, body)
	}
	head := encode("file", fields{"f": 0, "file_name": "x", "file_size": big}, "")
	tail := encode("trailer", fields{"md5": md5Of("x"), "root": b3Of("x")}, "")
	attackData(t, map[string]badData{
		"more in the body than listed":  {one(1), [][]byte{listed("1"), fileFrame(`"file_size":1,"md5":"`+md5OfX+`","body_size":2`, "xx")}, protocol},
		"less in the body than listed":  {one(2), [][]byte{listed("2"), fileFrame(`"file_size":2,"md5":"`+md5OfX+`","body_size":1`, "x")}, protocol},
		"another size than listed":      {one(1), [][]byte{listed("1"), fileFrame(`"file_size":2,"md5":"`+md5OfX+`","body_size":2`, "xx")}, protocol},
		"no body":                       {one(1), [][]byte{listed("1"), fileFrame(`"file_size":1,"md5":"`+md5OfX+`"`, "x")}, protocol},
		"listed more than offered":      {one(1), [][]byte{listed("2")}, protocol},
		"listed less than offered":      {one(2), [][]byte{listed("1")}, protocol},
		"a trailer that comes early":    {one(big), [][]byte{listed("3145733"), head, chunk(0, 1<<20), tail}, protocol},
		"a chunk too long":              {one(big), [][]byte{listed("3145733"), head, chunk(0, 1<<20+1)}, protocol},
		"a chunk too short":             {one(big), [][]byte{listed("3145733"), head, chunk(0, 5)}, protocol},
		"a large file in one frame":     {one(big), [][]byte{listed("3145733"), encode("file", fields{"f": 0, "file_size": big, "body_size": big}, "x")}, protocol},
		"a small file in chunks":        {one(1), [][]byte{listed("1"), encode("file", fields{"f": 0, "file_size": 1}, ""), chunk(0, 1)}, protocol},
		"digests of something else":     {one(big), append([][]byte{listed("3145733"), head, chunk(0, 1<<20), chunk(1, 1<<20), chunk(2, 1<<20), chunk(3, 5), tail}, encode("end", nil, "")), netcore.ReasonMismatch},
		"the end instead of the file":   {one(1), [][]byte{listed("1"), encode("end", nil, "")}, protocol},
		"an end with a body":            {one(1), [][]byte{listed("1"), encode("end", nil, "x")}, protocol},
		"a manifest frame with a body":  {one(1), [][]byte{encode("entries", fields{"entries": []fields{entry("d/x", 1)}}, "x")}, protocol},
		"a manifest frame of nothing":   {one(1), [][]byte{encode("entries", fields{"entries": []fields{}}, "")}, protocol},
		"a skip that was not announced": {one(1), [][]byte{listed("1"), encode("skip", fields{"f": 7, "reason": "vanished"}, "")}, protocol},
	})
}

func TestB06BytesBehindTheEnd(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 2<<20)
	chunks := large(0, "x", big)
	attackData(t, map[string]badData{
		"bytes behind the file":     {one(1), [][]byte{listed("1"), small(0, "x", "x"), []byte("trailing")}, protocol},
		"a chunk behind the last":   {one(2 << 20), append(append([][]byte{listed("2097152")}, chunks[:3]...), chunks[2], chunks[3]), protocol},
		"a file behind the trailer": {one(2 << 20), append(append([][]byte{listed("2097152")}, chunks...), chunks[0]), protocol},
	})
}

func TestB05DataThatStopsShort(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	g := one(1000)
	g.offer["id"] = randomHex(16)
	transfer, s := v.takes(h, g.offer)
	data := h.open("data", fields{"id": g.id()})
	data.send(listed("1000"), fileFrame(`"file_size":1000,"md5":"`+md5OfX+`","body_size":1000`, "only this"))
	_ = data.raw.Close()
	data.ends()
	if now, err := v.Transfer(t.Context(), transfer.Key); err != nil || now.State != netcore.StateRunning || now.Done != 0 {
		t.Errorf("a file that was cut off: %+v, %v", now, err)
	}
	if err := v.Cancel(t.Context(), transfer.Key); err != nil {
		t.Error(err)
	}
	_ = s.raw.Close()
	v.savedNothing("what was cut off")
	v.tidySave()
}

func TestB11DigestsThatAreNone(t *testing.T) {
	t.Parallel()
	cases := map[string]badData{}
	for name, md5 := range map[string]string{
		"another": strings.Repeat("0", 32), "in capitals": strings.ToUpper(md5OfX), "short": md5OfX[:31], "long": md5OfX + "0", "empty": "",
		"blanks": " " + md5OfX, "a path": "../../../../etc/passwd", "NUL": md5OfX + `\u0000`, "megabytes": strings.Repeat("9d", 15000),
	} {
		sent := fileFrame(`"file_size":1,"body_size":1,"md5":"`+md5+`"`, "x")
		cases[name] = badData{one(1), [][]byte{listed("1"), sent, encode("end", nil, "")}, netcore.ReasonMismatch}
	}
	cases["absent"] = badData{one(1), [][]byte{listed("1"), fileFrame(`"file_size":1,"body_size":1`, "x"), encode("end", nil, "")}, netcore.ReasonMismatch}
	cases["a number"] = badData{one(1), [][]byte{listed("1"), fileFrame(`"file_size":1,"body_size":1,"md5":7`, "x")}, protocol}
	attackData(t, cases)
}

func TestB12ChunksOutOfPlace(t *testing.T) {
	t.Parallel()
	head := encode("file", fields{"f": 0, "file_name": "x", "file_size": 3 << 20}, "")
	body := strings.Repeat("x", 1<<20)
	chunk := func(i int64) []byte { return encode("chunk", fields{"i": i, "b3": b3Of(body)}, body) }
	bad := func(frames ...[]byte) badData {
		return badData{one(3 << 20), append([][]byte{listed("3145728"), head}, frames...), protocol}
	}
	attackData(t, map[string]badData{
		"out of range":       bad(chunk(7)),
		"before the first":   bad(chunk(-1)),
		"far":                bad(chunk(1 << 62)),
		"twice":              bad(chunk(0), chunk(0)),
		"backwards":          bad(chunk(0), chunk(1), chunk(0)),
		"skipped":            bad(chunk(0), chunk(2)),
		"without its file":   {one(3 << 20), [][]byte{listed("3145728"), chunk(0)}, protocol},
		"in another file":    bad(chunk(0), head),
		"a digest too short": bad(encode("chunk", fields{"i": 0, "b3": "00"}, body)),
		"a file twice":       {one(1), [][]byte{listed("1"), small(0, "x", "x"), small(0, "x", "x")}, protocol},
		"no such file":       {one(1), [][]byte{listed("1"), small(1, "x", "x")}, protocol},
		"file minus one":     {one(1), [][]byte{listed("1"), small(-1, "x", "x")}, protocol},
		"file 2^40":          {one(1), [][]byte{listed("1"), small(1<<40, "x", "x")}, protocol},
	})
}
