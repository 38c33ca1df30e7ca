package netcore

import (
	"net/netip"
	"testing"
)

func TestWhereToDial(t *testing.T) {
	four, six := netip.MustParseAddr("192.168.1.20"), netip.MustParseAddr("2001:db8::1")
	for _, tc := range []struct {
		bound string
		own   []netip.Addr
		want  string
	}{
		{"10.0.0.1:9527", []netip.Addr{four}, "10.0.0.1:9527"},
		{"[::]:9527", []netip.Addr{six, four}, "192.168.1.20:9527"},
		{"0.0.0.0:9528", []netip.Addr{six}, "[2001:db8::1]:9528"},
		{"[::]:9527", nil, "127.0.0.1:9527"},
		{"ann:9527", []netip.Addr{four}, "ann:9527"},
	} {
		if got := whereToDial(tc.bound, tc.own); got != tc.want {
			t.Errorf("whereToDial(%q, %v) = %q, want %q", tc.bound, tc.own, got, tc.want)
		}
	}
}
