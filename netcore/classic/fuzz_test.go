package classic

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"lanyard/netcore/charset"
	"lanyard/netcore/safename"
)

// Whatever a header says, its file gets a name that is one, or none.
func FuzzHeader(f *testing.F) {
	for _, raw := range []string{
		`{"file_size":5,"file_name":"a.txt","md5":"5d41402abc4b2a76b9719d911017c592"}`,
		`{"file_size":5,"file_name":"/a/b/../c/a.txt","md5":"5D41402ABC4B2A76B9719D911017C592"}`,
		`{"file_size":-1,"file_name":"C:\\x\\..","md5":""}`, `{"file_size":1e3}`, `{}`, `[]`, `{"file_name":"\u0000\u202e"}`,
	} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, style := range []safename.Style{safename.Unix, safename.Windows} {
			header, name, err := parseHeader(raw, style)
			if err != nil {
				if reason := ReasonOf(err); reason != BadHeader && reason != BadName {
					t.Fatal(err)
				}
				continue
			}
			if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\x00") || strings.HasPrefix(name, ".") || !utf8.ValidString(name) {
				t.Fatalf("%q became %q", header.Name, name)
			}
			if header.Size < 0 || len(header.MD5) != 32 || header.MD5 != strings.ToLower(header.MD5) {
				t.Fatalf("%+v", header)
			}
		}
	})
}

// An address is read, or refused as none; what was read is read again as itself.
func FuzzTarget(f *testing.F) {
	for _, text := range []string{"", "8080", ":8080", "127.0.0.1:1", "[::1]:8080", "::1", "[fe80::1%eth0]:1", "localhost", "unix:/tmp/s", "unix:", "a:b:c", "x:99999"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range Protocols() {
			for _, role := range []Role{RoleServe, RoleDial} {
				at, err := parseTarget(p, text, role)
				if err != nil {
					continue
				}
				again, err := parseTarget(p, at.String(), role)
				if err != nil || again != at {
					t.Fatalf("%q is %+v, and that %+v, %v", text, at, again, err)
				}
			}
		}
	})
}

// Lengths are within their cap, or refused.
func FuzzLengths(f *testing.F) {
	for _, raw := range []string{"0", "5", "-1", "+1", "2147483648", "99999999999999999999", " 7\n", "\x00\x00\x00\x80", "\xff\xff\xff\xff", "\x05\x00\x00\x00"} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if size, err := parseDigits(raw); err == nil && (size < 0 || size > maxAnswer) {
			t.Fatalf("%q is %d", raw, size)
		}
		if len(raw) < lengthSize {
			return
		}
		size, err := parseLength(raw)
		if err == nil && (size < 0 || size > maxAnswer) {
			t.Fatalf("% x is %d", raw, size)
		}
	})
}

// A command is text without a NUL, or refused; answers are cut within their
// size and within no character of UTF-8.
func FuzzCommandsAndAnswers(f *testing.F) {
	f.Add([]byte("echo 你好\r\n"), 100)
	f.Add([]byte("\xc4\xe3\xba\xc3"), 90)
	f.Add([]byte("a\x00b"), 200)
	f.Add([]byte(strings.Repeat("中", 300)), 512)
	f.Fuzz(func(t *testing.T, raw []byte, size int) {
		for _, encoding := range []charset.Encoding{charset.UTF8, charset.Auto, charset.GBK} {
			command, wrong := commandOf(raw, encoding)
			if wrong == "" && (!utf8.ValidString(command) || strings.ContainsRune(command, 0)) {
				t.Fatalf("%q became %q", raw, command)
			}
		}
		isHTTP(raw)
		isTLS(raw)
		size = leastDatagram + size%maxDatagram
		if size < leastDatagram {
			return
		}
		if cut := cutOutput(raw, size); len(cut) > size || utf8.Valid(raw) && !utf8.Valid(cut) {
			t.Fatalf("%d bytes for %d", len(cut), size)
		}
		if text := cutText(string(raw), size); len(text) > size {
			t.Fatalf("%d bytes for %d", len(text), size)
		}
		if name := nameOf(string(raw)); len(name) > 40 {
			t.Fatalf("%q", name)
		}
	})
}

// A time server never says more than it may, nor anything but text.
func FuzzTimeAnswer(f *testing.F) {
	for _, layout := range []string{"", "%Y-%m-%d %X", "%", "%%c", strings.Repeat("%c", 200), "%Y年"} {
		f.Add(layout, int64(1700000000))
	}
	f.Fuzz(func(t *testing.T, layout string, at int64) {
		if !utf8.ValidString(layout) {
			return
		}
		if got := formatTime(layout, time.Unix(at%(1<<40), 0).UTC()); len(got) > maxTimeAnswer || !utf8.ValidString(got) {
			t.Fatalf("%q", got)
		}
	})
}

// Tables of the system are read, whatever stands in them.
func FuzzTables(f *testing.F) {
	f.Add("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n" +
		"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 1 0000000000000000 100 0 0 10 0\n")
	f.Add("Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\neth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n")
	f.Add("IP address       HW type     Flags       HW address            Mask     Device\n192.168.1.1      0x1         0x2         aa:bb:cc:dd:ee:ff     *        eth0\n")
	f.Fuzz(func(t *testing.T, table string) {
		for _, entry := range parseSockets(table) {
			if !entry.local.IsValid() || !entry.remote.IsValid() || entry.user < 0 {
				t.Fatalf("%+v", entry)
			}
		}
		for name, gateway := range parseRoutes(table) {
			if name == "" || gateway == "" {
				t.Fatalf("%q: %q", name, gateway)
			}
		}
		parseARP(table)
	})
}

// The calculator says nothing that contradicts itself.
func FuzzCalculate(f *testing.F) {
	f.Add("192.168.1.7/24", "")
	f.Add("10.0.0.1", "255.255.255.252")
	f.Add("2001:db8::1", "64")
	f.Add("1.2.3.4", "255.0.255.0")
	f.Fuzz(func(t *testing.T, address, mask string) {
		n, err := Calculate(address, mask)
		if err != nil {
			if ReasonOf(err) != BadAddress {
				t.Fatal(err)
			}
			return
		}
		again, err := Calculate(n.Prefix, "")
		if err != nil || again.Network != n.Network || again.Broadcast != n.Broadcast || again.Mask != n.Mask || again.Hosts != n.Hosts {
			t.Fatalf("%+v and %+v, %v", n, again, err)
		}
		same, err := SameNetwork(n.Address, n.Network, n.Mask)
		if err != nil || !same.Same {
			t.Fatalf("%+v, %v", same, err)
		}
	})
}
