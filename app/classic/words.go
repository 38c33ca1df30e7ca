package classic

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore/classic"
)

// data is what a sentence speaks of.
type data map[string]any

func roleWords(role classic.Role) string {
	if role == classic.RoleServe {
		return lang.L("Server")
	}
	return lang.L("Client")
}

// protocolWords says in a sentence what a protocol is.
func protocolWords(name classic.Name) string {
	switch name {
	case classic.TCPChat:
		return lang.L("Chat over TCP: the client writes first, and the two take turns; “byebye” ends it.")
	case classic.UDPChat:
		return lang.L("Chat over UDP: one datagram is one message; “name: text” says who writes.")
	case classic.UDPTime:
		return lang.L("Time over UDP: the request is a format, the answer the server's local time in it.")
	case classic.TCPCommand:
		return lang.L("Commands over TCP without any framing: nobody can know where an answer ends.")
	case classic.UDPCommand:
		return lang.L("Commands over UDP: two datagrams come back, stderr and then stdout.")
	case classic.ReverseCommand:
		return lang.L("Commands the other way round: the server sends them, the client runs them; all in GBK.")
	case classic.LengthCommand:
		return lang.L("Commands over TCP: the length comes first as digits, then “recv_ready”, then the output.")
	case classic.StructCommand:
		return lang.L("Commands over TCP: four bytes of length come before the output, which cures sticky packets.")
	case classic.File:
		return lang.L("One file over TCP: four bytes of length, a JSON header with size, name and MD5, then the bytes.")
	case classic.HMACEcho:
		return lang.L("An echo in upper case behind a challenge: only who knows the secret is answered.")
	case classic.UpperEcho:
		return lang.L("An echo in upper case for many clients at once: one message, one answer.")
	}
	return ""
}

// eventWords says what happened that is neither a message nor a fault.
func eventWords(e classic.Event) string {
	peer, text := kit.Neutral(e.Peer), kit.Cut(e.Text, 200)
	switch e.What {
	case classic.Listening:
		return lang.L("Listening on {{.Address}}", data{"Address": peer})
	case classic.Connected:
		return lang.L("{{.Peer}} is connected", data{"Peer": peer})
	case classic.Closed:
		return lang.L("{{.Peer}} has gone", data{"Peer": peer})
	case classic.Held:
		return lang.L("Held until the other side writes, for the two take turns: {{.Text}}", data{"Text": text})
	case classic.Asked:
		return fmt.Sprintf("%s → %s", text, kit.Cut(e.Answer, 200))
	case classic.Running:
		return lang.L("Runs here: {{.Command}}", data{"Command": text})
	case classic.Ran:
		return lang.L("Ended with exit code {{.Exit}} after {{.Took}}: {{.Command}}", data{"Exit": e.Exit, "Took": kit.Took(e.Took), "Command": text})
	case classic.Saved:
		return lang.L("Received {{.Name}}, {{.Size}}, MD5 {{.MD5}}, saved as {{.Path}}",
			data{"Name": kit.Neutral(e.Name), "Size": kit.Bytes(e.Total), "MD5": e.MD5, "Path": kit.Neutral(e.Path)})
	}
	return ""
}

// sentWords says that a file went out.
func sentWords(e classic.Event) string {
	return lang.L("Sent {{.Name}}, {{.Size}}, MD5 {{.MD5}}", data{"Name": kit.Neutral(e.Name), "Size": kit.Bytes(e.Total), "MD5": e.MD5})
}

// errorWords says why something did not work.
func errorWords(err error) string {
	return faultWords(classic.ReasonOf(err), classic.DetailOf(err))
}

// faultWords says what was refused or failed, and what it is about.
func faultWords(reason classic.Reason, detail string) string {
	words := reasonWords(reason)
	if detail = strings.TrimSpace(kit.Cut(detail, 300)); detail != "" {
		words += " (" + detail + ")"
	}
	return words
}

// reasonWords has a sentence for each reason.
func reasonWords(reason classic.Reason) string {
	for _, words := range []func(classic.Reason) string{optionWords, socketWords, peerWords, hereWords} {
		if said := words(reason); said != "" {
			return said
		}
	}
	return lang.L("It did not work.")
}

func optionWords(reason classic.Reason) string {
	switch reason {
	case classic.BadProtocol:
		return lang.L("There is no such protocol.")
	case classic.BadAddress:
		return lang.L("That is no address.")
	case classic.BadOption:
		return lang.L("That does not go.")
	case classic.NeedCommands:
		return lang.L("The other side could run any command here; that has to be allowed.")
	case classic.NeedRemote:
		return lang.L("Other PCs could run any command here; that has to be allowed.")
	case classic.NeedSecret:
		return lang.L("The secret is missing.")
	case classic.NetworkPassword:
		return lang.L("This is a network password of Lanyard. It must not be used here: this server would prove it to anybody.")
	case classic.NeedFolder:
		return lang.L("There is no folder to save to.")
	case classic.Unsupported:
		return lang.L("This system cannot do that.")
	}
	return ""
}

func socketWords(reason classic.Reason) string {
	switch reason {
	case classic.InUse:
		return lang.L("Another program has this address.")
	case classic.NoListen:
		return lang.L("It is not possible to listen there.")
	case classic.Unreachable:
		return lang.L("Nobody is there.")
	case classic.NoAnswer:
		return lang.L("No answer came.")
	case classic.PeerClosed:
		return lang.L("The other side ended the connection.")
	case classic.Lost:
		return lang.L("The connection broke.")
	case classic.TooLong:
		return lang.L("It does not fit into one datagram.")
	case classic.Busy:
		return lang.L("Too many clients at once.")
	case classic.Ended:
		return lang.L("The session has ended.")
	case classic.NobodyThere:
		return lang.L("No client is there yet to write to.")
	}
	return ""
}

func peerWords(reason classic.Reason) string {
	switch reason {
	case classic.LooksLikeHTTP:
		return lang.L("Refused: it talks like a browser.")
	case classic.LooksLikeTLS:
		return lang.L("Refused: it begins an encrypted connection, as a browser does.")
	case classic.OtherUser:
		return lang.L("Refused: it is another user of this PC.")
	case classic.UnknownUser:
		return lang.L("Refused: whose connection this was cannot be told any more.")
	case classic.LooksLikeOwn:
		return lang.L("Not answered: it looks like an answer itself.")
	case classic.Broadcast:
		return lang.L("Not answered: it was sent to many.")
	case classic.TooOften:
		return lang.L("Not answered: too much comes from there.")
	case classic.NotText:
		return lang.L("Refused: it is no text.")
	case classic.BadLength:
		return lang.L("Refused: the length is wrong.")
	case classic.BadHeader:
		return lang.L("Refused: the header is wrong.")
	case classic.BadName:
		return lang.L("Refused: that is no name for a file.")
	}
	return proofWords(reason)
}

func proofWords(reason classic.Reason) string {
	switch reason {
	case classic.WrongSize:
		return lang.L("The size is not the one that was announced.")
	case classic.WrongMD5:
		return lang.L("The MD5 is not the one that was announced. Nothing was kept.")
	case classic.WrongProof:
		return lang.L("Refused: the answer to the challenge is wrong.")
	case classic.BrokenRules:
		return lang.L("The other side breaks the protocol.")
	case classic.Denied:
		return lang.L("The server did not take the secret.")
	}
	return ""
}

func hereWords(reason classic.Reason) string {
	switch reason {
	case classic.NoRead:
		return lang.L("The file cannot be read.")
	case classic.NoSave:
		return lang.L("The file cannot be written.")
	case classic.Changed:
		return lang.L("The file changed while it was sent.")
	case classic.NoStart:
		return lang.L("The command cannot be started.")
	case classic.TimeLimit:
		return lang.L("The command ran too long and was ended.")
	case classic.SizeLimit:
		return lang.L("The command wrote too much and was ended.")
	case classic.NotInGBK:
		return lang.L("That cannot be written in this encoding.")
	}
	return ""
}
