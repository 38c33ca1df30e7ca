//go:build e2e && linux

package main_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// xdotool puts a character that no key stands for on a spare key for the moment
// of typing it, and a busy program may look at the key when it is spare again.
// So the characters get keys of their own beforehand, by the X protocol.

// Requests of the X protocol.
const (
	changeKeyboardMapping = 100
	getKeyboardMapping    = 101
)

// keyboard is a connection to an X server, for its keys.
type keyboard struct {
	conn        net.Conn
	first, last byte // key codes
}

// teach gives each character that is not ASCII a key.
func (s *screen) teach(texts ...string) {
	s.t.Helper()
	k, err := openKeyboard(s.display)
	if err != nil {
		s.t.Fatalf("opening the keyboard: %v", err)
	}
	defer k.conn.Close()
	spare, err := k.spare()
	if err != nil {
		s.t.Fatalf("looking at the keyboard: %v", err)
	}
	taught := map[rune]bool{}
	for _, r := range strings.Join(texts, "") {
		if r < 127 || taught[r] {
			continue
		}
		if len(taught) == len(spare) {
			s.t.Fatalf("the keyboard has only %d spare keys", len(spare))
		}
		if err := k.set(spare[len(taught)], r); err != nil {
			s.t.Fatal(err)
		}
		taught[r] = true
	}
	// The answer to a later request says that all of it is done.
	if left, err := k.spare(); err != nil || len(left) != len(spare)-len(taught) {
		s.t.Fatalf("teaching the keyboard %d characters left %d of %d spare keys: %v", len(taught), len(left), len(spare), err)
	}
}

func openKeyboard(display string) (*keyboard, error) {
	conn, err := net.Dial("unix", "/tmp/.X11-unix/X"+strings.TrimPrefix(display, ":"))
	if err != nil {
		return nil, err
	}
	k := &keyboard{conn: conn}
	if err := k.greet(); err != nil {
		conn.Close()
		return nil, err
	}
	return k, nil
}

// greet sets the connection up: little-endian, version 11.0, no authorization.
func (k *keyboard) greet() error {
	if err := k.conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	if _, err := k.conn.Write([]byte{'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		return err
	}
	head := make([]byte, 8)
	if _, err := io.ReadFull(k.conn, head); err != nil {
		return err
	}
	rest := make([]byte, 4*int(binary.LittleEndian.Uint16(head[6:])))
	if _, err := io.ReadFull(k.conn, rest); err != nil {
		return err
	}
	if head[0] != 1 || len(rest) < 28 {
		return fmt.Errorf("the X server refuses: %q", rest)
	}
	k.first, k.last = rest[26], rest[27]
	return nil
}

// spare lists the keys that stand for nothing.
func (k *keyboard) spare() ([]byte, error) {
	count := k.last - k.first + 1
	if _, err := k.conn.Write([]byte{getKeyboardMapping, 0, 2, 0, k.first, count, 0, 0}); err != nil {
		return nil, err
	}
	head := make([]byte, 32)
	for head[0] != 1 { // news that the keys changed comes first
		if _, err := io.ReadFull(k.conn, head); err != nil {
			return nil, err
		}
		if head[0] == 0 {
			return nil, fmt.Errorf("the X server reports error %d", head[1])
		}
	}
	symbols := make([]byte, 4*int(binary.LittleEndian.Uint32(head[4:])))
	if _, err := io.ReadFull(k.conn, symbols); err != nil {
		return nil, err
	}
	each := 4 * int(head[1])
	var spare []byte
	for i := range int(count) {
		if strings.Trim(string(symbols[i*each:(i+1)*each]), "\x00") == "" {
			spare = append(spare, k.first+byte(i))
		}
	}
	return spare, nil
}

// set puts a character on a key, with and without Shift.
func (k *keyboard) set(key byte, r rune) error {
	symbol := 0x01000000 + uint32(r) // how X names Unicode
	request := []byte{changeKeyboardMapping, 1, 4, 0, key, 2, 0, 0}
	request = binary.LittleEndian.AppendUint32(request, symbol)
	request = binary.LittleEndian.AppendUint32(request, symbol)
	_, err := k.conn.Write(request)
	return err
}
