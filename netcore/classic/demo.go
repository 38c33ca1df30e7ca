package classic

// Demo is a demonstration of what TCP and UDP do with messages, with both ends
// in this process, on loopback.
type Demo struct {
	// Key names it, and its title and lesson in a face's languages.
	Key string
	// Reads are the receive sizes of the reading end, in order.
	Reads []int
}

// The keys of the demonstrations.
const (
	DemoGlued   = "sticky-10"   // two sends arrive as one
	DemoSplit   = "sticky-2-10" // one send arrives in two pieces
	DemoBuffer  = "sticky-1024" // pieces end where the buffer does, not where the sends did
	DemoLength  = "length"      // a length before each message cures it
	DemoUDPCut  = "udp-cut"     // a datagram longer than the read loses its rest
	DemoEmpty   = "empty"       // an empty message exists in UDP and not in TCP
	DemoTooLong = "too-long"    // over 65,507 bytes there is no datagram
	DemoShort   = "short-send"  // send takes less than it is given
	DemoHalf    = "half-close"  // one direction ends, the other goes on
	DemoInUse   = "in-use"      // an address that another program has, and restarting at once
)

// Demonstrations returns all demonstrations, in the order of a lesson.
func Demonstrations() []Demo {
	return []Demo{
		{Key: DemoGlued, Reads: []int{10, 10}},
		{Key: DemoSplit, Reads: []int{2, 10}},
		{Key: DemoBuffer, Reads: []int{1024, 1024, 1024}},
		{Key: DemoLength, Reads: []int{4, 5, 4, 5}},
		{Key: DemoUDPCut, Reads: []int{4, 1024}},
		{Key: DemoEmpty, Reads: []int{1024, 1024}},
		{Key: DemoTooLong},
		{Key: DemoShort},
		{Key: DemoHalf, Reads: []int{1024, 1024}},
		{Key: DemoInUse},
	}
}
