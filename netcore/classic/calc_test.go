package classic

import (
	"strings"
	"testing"
)

func TestCalculate(t *testing.T) {
	for _, c := range []struct{ address, mask, prefix, maskText, broadcast, first, last, hosts, total string }{
		{"192.168.1.7/24", "", "192.168.1.0/24", "255.255.255.0", "192.168.1.255", "192.168.1.1", "192.168.1.254", "254", "256"},
		{"192.168.1.7 255.255.255.0", "", "192.168.1.0/24", "255.255.255.0", "192.168.1.255", "192.168.1.1", "192.168.1.254", "254", "256"},
		{" 172.16.10.1 ", "/18", "172.16.0.0/18", "255.255.192.0", "172.16.63.255", "172.16.0.1", "172.16.63.254", "16382", "16384"},
		{"10.1.2.3", "255.0.0.0", "10.0.0.0/8", "255.0.0.0", "10.255.255.255", "10.0.0.1", "10.255.255.254", "16777214", "16777216"},
		{"10.0.0.1", "30", "10.0.0.0/30", "255.255.255.252", "10.0.0.3", "10.0.0.1", "10.0.0.2", "2", "4"},
		{"10.0.0.1", "31", "10.0.0.0/31", "255.255.255.254", "", "10.0.0.0", "10.0.0.1", "2", "2"},
		{"10.0.0.1", "32", "10.0.0.1/32", "255.255.255.255", "", "10.0.0.1", "10.0.0.1", "1", "1"},
		{"1.2.3.4", "0", "0.0.0.0/0", "0.0.0.0", "255.255.255.255", "0.0.0.1", "255.255.255.254", "4294967294", "4294967296"},
		{"2001:db8::5", "", "2001:db8::/64", "ffff:ffff:ffff:ffff::", "", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", "18446744073709551616", "18446744073709551616"},
		{"::1", "128", "::1/128", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "::1", "::1", "1", "1"},
	} {
		n, err := Calculate(c.address, c.mask)
		if err != nil || n.Prefix != c.prefix || n.Mask != c.maskText || n.Broadcast != c.broadcast || n.First != c.first || n.Last != c.last || n.Hosts != c.hosts || n.Total != c.total {
			t.Errorf("%s %s: %+v, %v", c.address, c.mask, n, err)
		}
	}
	for _, c := range [][2]string{
		{"", "24"},
		{"192.168.1.256", "24"},
		{"192.168.1.1", ""},
		{"192.168.1.1", "33"},
		{"192.168.1.1", "255.0.255.0"},
		{"192.168.1.1", "ffff::"},
		{"::1", "129"},
		{"fe80::1%eth0", "64"},
		{"host", "24"},
	} {
		if n, err := Calculate(c[0], c[1]); ReasonOf(err) != BadAddress {
			t.Errorf("%q %q: %+v, %v", c[0], c[1], n, err)
		}
	}
}

func TestTheANDInBinary(t *testing.T) {
	n, err := Calculate("192.168.1.77", "27")
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		strings.Join(n.AddressBits, "."): "11000000.10101000.00000001.01001101",
		strings.Join(n.MaskBits, "."):    "11111111.11111111.11111111.11100000",
		strings.Join(n.NetworkBits, "."): "11000000.10101000.00000001.01000000",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestSameNetwork(t *testing.T) {
	for _, c := range []struct {
		a, b, mask string
		same       bool
	}{
		{"192.168.1.7", "192.168.1.200", "24", true},
		{"192.168.1.7", "192.168.1.200", "25", false},
		{"192.168.1.7/25", "192.168.1.100", "", true},
		{"192.168.1.7", "10.0.0.1", "255.255.0.0", false},
		{"2001:db8::1", "2001:db8::2", "", true},
		{"2001:db8::1", "2001:db8:0:1::2", "64", false},
	} {
		got, err := SameNetwork(c.a, c.b, c.mask)
		if err != nil || got.Same != c.same {
			t.Errorf("%+v: %+v, %v", c, got, err)
		}
	}
}

func TestThisPC(t *testing.T) {
	found, err := Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range found {
		if one.Loopback && len(one.Addresses) > 0 {
			return
		}
	}
	t.Errorf("no loopback: %+v", found)
}

// Who holds a port is told where the system tells.
func TestHolders(t *testing.T) {
	s := serving(t, newStage().options(UpperEcho, ":0"))
	conn := raw(t, s)
	at := parsePort(t, s.Address())
	found, err := Holders(at)
	if ReasonOf(err) == Unsupported {
		leaveOut(t, err)
	}
	if err != nil || len(found) != 1 || found[0].PID == 0 || !strings.HasPrefix(found[0].Address, "127.0.0.1:") {
		t.Errorf("%+v, %v", found, err)
	}
	_ = conn.Close()
}
