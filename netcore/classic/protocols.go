package classic

import (
	"slices"
	"strings"

	"lanyard/netcore/charset"
)

// Name names a protocol, on command lines and on the page.
type Name string

// The protocols.
const (
	TCPChat        Name = "tcp-chat"
	UDPChat        Name = "udp-chat"
	UDPTime        Name = "udp-time"
	TCPCommand     Name = "tcp-command"
	UDPCommand     Name = "udp-command"
	ReverseCommand Name = "reverse-command"
	LengthCommand  Name = "length-command"
	StructCommand  Name = "struct-command"
	File           Name = "file"
	HMACEcho       Name = "hmac-echo"
	UpperEcho      Name = "upper-echo"
)

// Kind says what a protocol is for, and so what a face shows for it.
type Kind string

// The kinds.
const (
	KindChat    Kind = "chat"
	KindTime    Kind = "time"
	KindCommand Kind = "command"
	KindFile    Kind = "file"
	KindEcho    Kind = "echo"
)

// Role is the side of a conversation.
type Role string

// The roles. Serve listens, Dial begins.
const (
	RoleServe Role = "serve"
	RoleDial  Role = "dial"
)

// Protocol describes one protocol to faces.
type Protocol struct {
	Name      Name
	Kind      Kind
	Datagrams bool // UDP or Unix datagrams; else TCP or Unix streams
	Port      int  // the one of the courses
	// Runs is the role that runs what the other asks for, and needs
	// Options.AllowCommands; empty where nothing is run.
	Runs Role
	// Asks is the role whose Send begins an exchange; empty where both may. The
	// other role has nothing to send.
	Asks Role
	// Unframed says that the end of an answer shows by quiet time only.
	Unframed bool
	// Encoding is what the bytes are read as unless Options.Encoding says
	// otherwise.
	Encoding charset.Encoding
	// End is the word that ends a conversation when the asking side types it.
	// It is sent where EndSent says so.
	End     string
	EndSent bool
}

// Protocols returns all protocols, in the order in which faces show them.
func Protocols() []Protocol {
	return []Protocol{
		{Name: TCPChat, Kind: KindChat, Port: 8001, Unframed: true, Encoding: charset.UTF8, End: "byebye", EndSent: true},
		{Name: UDPChat, Kind: KindChat, Datagrams: true, Port: 8081, Encoding: charset.UTF8, End: "q"},
		{Name: UDPTime, Kind: KindTime, Datagrams: true, Port: 9000, Asks: RoleDial, Encoding: charset.UTF8},
		{Name: TCPCommand, Kind: KindCommand, Port: 8888, Runs: RoleServe, Asks: RoleDial, Unframed: true, Encoding: charset.Auto, End: "quit"},
		{Name: UDPCommand, Kind: KindCommand, Datagrams: true, Port: 9000, Runs: RoleServe, Asks: RoleDial, Encoding: charset.Auto, End: "quit", EndSent: true},
		{Name: ReverseCommand, Kind: KindCommand, Port: 8080, Runs: RoleDial, Asks: RoleServe, Unframed: true, Encoding: charset.GBK, End: "q", EndSent: true},
		{Name: LengthCommand, Kind: KindCommand, Port: 8080, Runs: RoleServe, Asks: RoleDial, Encoding: charset.Auto, End: "quit"},
		{Name: StructCommand, Kind: KindCommand, Port: 8080, Runs: RoleServe, Asks: RoleDial, Encoding: charset.Auto, End: "quit"},
		{Name: File, Kind: KindFile, Port: 8080, Asks: RoleDial},
		{Name: HMACEcho, Kind: KindEcho, Port: 9999, Asks: RoleDial, Encoding: charset.UTF8, End: "quit"},
		{Name: UpperEcho, Kind: KindEcho, Port: 9999, Asks: RoleDial, Encoding: charset.UTF8, End: "quit"},
	}
}

// Lookup returns the protocol of a name; case does not count.
func Lookup(name string) (Protocol, bool) {
	all := Protocols()
	at := slices.IndexFunc(all, func(p Protocol) bool { return strings.EqualFold(string(p.Name), name) })
	if at < 0 {
		return Protocol{}, false
	}
	return all[at], true
}
