package classic

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// gateways returns the gateway of the default route of each interface.
func gateways() map[string]string {
	text, err := os.ReadFile("/proc/net/route")
	if err != nil {
		return nil
	}
	return parseRoutes(string(text))
}

// Neighbours returns the table of neighbours. Errors are a *[Problem].
func Neighbours() ([]Neighbour, error) {
	text, err := os.ReadFile("/proc/net/arp")
	if err != nil {
		return nil, &Problem{Reason: Unsupported, Err: err}
	}
	return parseARP(string(text)), nil
}

// Holders returns who holds a port of this PC, as far as this user may know.
// Errors are a *[Problem].
func Holders(port int) ([]Holder, error) {
	var found []Holder
	told := false
	byInode := map[string]int{}
	for _, table := range append(tcpTables(), udpTables()...) {
		text, err := os.ReadFile(table) // #nosec G304 -- names of tables of the system
		if err != nil {
			continue
		}
		told = true
		for _, entry := range parseSockets(string(text)) {
			isTCP := strings.Contains(table, "tcp")
			if int(entry.local.Port()) != port || isTCP && entry.state != stateListen {
				continue
			}
			byInode["socket:["+strconv.FormatUint(entry.inode, 10)+"]"] = len(found)
			found = append(found, Holder{Network: filepath.Base(table), Address: entry.local.String(), User: entry.user})
		}
	}
	if !told {
		return nil, problem(Unsupported, "the tables of sockets")
	}
	nameHolders(found, byInode)
	return found, nil
}

// nameHolders finds the processes that have sockets open, among those that this
// user may look at.
func nameHolders(found []Holder, byInode map[string]int) {
	if len(found) == 0 {
		return
	}
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*") // the pattern is right
	for _, link := range links {
		to, err := os.Readlink(link)
		at, wanted := byInode[to]
		if err != nil || !wanted || found[at].PID != 0 {
			continue
		}
		dir := filepath.Dir(filepath.Dir(link))
		found[at].PID, _ = strconv.Atoi(filepath.Base(dir))
		name, err := os.ReadFile(filepath.Join(dir, "comm")) // #nosec G304 -- below /proc
		if err == nil {
			found[at].Program = strings.TrimSpace(string(name))
		}
	}
}
