package identity

import (
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
)

// A pairing string is one line without blanks:
//
//	lanyard:ADDR[,ADDR…]/DEVICE-ID/SECRET
//
// ADDR is host:port, DEVICE-ID the text form of a device ID, and SECRET 26
// characters of base32. A later form has a number behind "lanyard".
const (
	pairScheme    = "lanyard"
	pairSecret    = 16      // bytes
	maxPairPlaces = 16      // addresses
	maxPairText   = 2 << 10 // bytes
	maxHost       = 253     // bytes of a host name (RFC 1035, 2.3.4)
)

var (
	// ErrPairString says that a text is no whole pairing string.
	ErrPairString = errors.New("not a pairing string")
	// ErrPairVersion says that a pairing string has a form that this version
	// does not know.
	ErrPairVersion = errors.New("pairing string of another version")
)

// PairString is what one person hands to another for verifying each other
// without comparing anything: where the device listens, which one it is, and a
// secret that works once. Whoever reads it first can use it.
type PairString struct {
	Addresses []string // host:port, 1 to 16
	Device    DeviceID
	Secret    [pairSecret]byte
}

// String returns the text form, with the secret. ParsePairString reads it if
// the addresses are good ones.
func (p PairString) String() string {
	return pairScheme + ":" + strings.Join(p.Addresses, ",") + "/" + p.Device.String() + "/" +
		pairBase32().EncodeToString(p.Secret[:])
}

// GoString leaves the secret out.
func (p PairString) GoString() string {
	return fmt.Sprintf("PairString{%q, %s}", p.Addresses, p.Device)
}

// LogValue leaves the secret out of logs.
func (p PairString) LogValue() slog.Value { return slog.StringValue(p.GoString()) }

// ParsePairString reads the text form, with blanks and line ends around it.
// It returns ErrPairVersion for a form of a later version, and ErrPairString
// for everything else. No error quotes the text: it holds a secret.
func ParsePairString(text string) (PairString, error) {
	if len(text) > maxPairText {
		return PairString{}, fmt.Errorf("%d bytes, at most %d: %w", len(text), maxPairText, ErrPairString)
	}
	scheme, rest, found := strings.Cut(trimPasted(text), ":")
	if version, ok := cutPrefixFold(scheme, pairScheme); !found || !ok || strings.Trim(version, "0123456789") != "" {
		return PairString{}, fmt.Errorf("it does not begin with %q: %w", pairScheme+":", ErrPairString)
	} else if version != "" {
		return PairString{}, ErrPairVersion
	}
	parts := strings.Split(rest, "/")
	if len(parts) != 3 {
		return PairString{}, fmt.Errorf("%d parts of 3: %w", len(parts), ErrPairString)
	}
	return parsePairParts(parts[0], parts[1], parts[2])
}

// parsePairParts reads what stands between the slashes.
func parsePairParts(addresses, device, secret string) (p PairString, err error) {
	p.Addresses = strings.Split(addresses, ",")
	if len(p.Addresses) > maxPairPlaces {
		return PairString{}, fmt.Errorf("%d addresses, at most %d: %w", len(p.Addresses), maxPairPlaces, ErrPairString)
	}
	for i, address := range p.Addresses {
		if p.Addresses[i], err = pairAddress(address); err != nil {
			return PairString{}, err
		}
	}
	if strings.ContainsFunc(device, unicode.IsSpace) {
		return PairString{}, fmt.Errorf("a blank in the device ID: %w", ErrPairString)
	}
	if p.Device, err = ParseDeviceID(device); err != nil {
		return PairString{}, fmt.Errorf("%w: %w", ErrPairString, err)
	}
	secret = strings.ToUpper(secret)
	raw, err := pairBase32().DecodeString(secret)
	if err != nil || len(raw) != pairSecret || pairBase32().EncodeToString(raw) != secret {
		return PairString{}, fmt.Errorf("the secret is damaged: %w", ErrPairString)
	}
	copy(p.Secret[:], raw)
	if size := len(p.String()); size > maxPairText { // the one form may be longer than what was typed
		return PairString{}, fmt.Errorf("%d bytes, at most %d: %w", size, maxPairText, ErrPairString)
	}
	return p, nil
}

// pairAddress checks host:port and returns it in its one form.
func pairAddress(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("an address is not host:port: %w", ErrPairString)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return "", fmt.Errorf("an address without a port from 1 to 65535: %w", ErrPairString)
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Zone() == "" {
		host = ip.String()
	} else if !validHost(host) {
		return "", fmt.Errorf("an address of no host: %w", ErrPairString)
	}
	return net.JoinHostPort(host, strconv.FormatUint(number, 10)), nil
}

// validHost reports whether host can be a host name: labels of letters, digits
// and inner dashes. One that ends in a number is a broken IPv4 address.
func validHost(host string) bool {
	if len(host) > maxHost {
		return false
	}
	labels := strings.Split(host, ".")
	for _, label := range labels {
		outside := strings.IndexFunc(label, func(r rune) bool {
			return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		})
		if label == "" || len(label) > 63 || outside >= 0 || strings.Trim(label, "-") != label {
			return false
		}
	}
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}

// trimPasted cuts off what comes along when a text is copied from elsewhere:
// blanks, line ends, byte order marks, zero-width spaces.
func trimPasted(text string) string {
	return strings.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b'
	})
}

// cutPrefixFold is strings.CutPrefix in any case of an ASCII prefix.
func cutPrefixFold(text, prefix string) (string, bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return text, false
	}
	return text[len(prefix):], true
}

// pairBase32 is the encoding of the secret.
func pairBase32() *base32.Encoding { return base32.StdEncoding.WithPadding(base32.NoPadding) }
