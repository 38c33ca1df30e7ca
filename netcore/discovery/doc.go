// Package discovery finds who is near, by beacons over UDP.
//
// A beacon is a hint and no more: somebody who holds this key may be reachable
// at the address that the packet came from. It carries no name. Who is there
// is proved by the TLS link that the hint leads to; a forged or replayed
// beacon can cost one failed dial.
//
// # The beacon
//
// One datagram of exactly 120 bytes; numbers are little-endian:
//
//	offset size
//	  0      4  magic "LYD1"
//	  4      1  kind: 1 announce, 2 answer, 3 bye
//	  5      1  zero
//	  6      2  TCP port of the listener, not zero
//	  8     32  Ed25519 public key
//	 40      8  instance: random, one for each start of a program
//	 48      8  counter: grows with every beacon of the instance, from 1
//	 56     64  Ed25519 signature over "lanyard beacon 1", a zero byte,
//	            and the first 56 bytes
//
// Anything else is dropped. A copy binds the first free port of a range of
// four, sends to all four, and drops what comes from a port outside of it, so
// that beacons never draw in a foreign protocol.
//
// Announces go to the IPv4 group 239.255.95.27, to the limited and the
// directed broadcast addresses, to the IPv6 link-local group ff12::9527, to
// remembered addresses and to the other ports of 127.0.0.1: all at once in the
// burst at a start, then groups and broadcasts in turns. An announce is
// answered by one unicast beacon of the same size, so that a newcomer need
// not wait for everybody's next turn; nothing else is answered.
//
// A bye says that its instance ends, or does not want to be seen any more. It
// is believed of an instance that was heard before, with a counter above all
// that came before, and of a device without a link.
package discovery
