// Package clock finds out how far off the clock of another device is, with a
// bound on the error, and what its local time is in words. It never sets a
// clock, this PC's or another.
//
// # On the wire
//
// An asker opens a stream of kind "clock", whose first frame says no more. Then
// it asks as often as it likes, and each request is answered before the next:
//
//	{"kind":"sample","n":1,"t1":…}
//	{"kind":"time","n":1,"t1":…,"t2":…,"t3":…,"resolution":1000,
//	 "zone":{"name":"CST","offset":28800,"dst":false}}
//
//	{"kind":"format","n":2,"layout":"%Y年%m月%d日"}
//	{"kind":"text","n":2,"text":"2024年05月06日"}
//
//	n           number of the request on its stream, from 1
//	t1          the asker's own, opaque: 64 bits that nobody else could know
//	t2, t3      the answerer's clock when the request had come and when the
//	            answer left, in nanoseconds since 1970 in UTC
//	resolution  how coarse that clock is, in nanoseconds
//	zone        in the first answer with times: its name there, seconds east
//	            of UTC, and whether that is daylight saving time
//	layout      of strftime, at most 256 bytes; see package strftime
//
// Numbers are 64-bit integers. An error frame in place of an answer ends the
// stream: "refused" (this device may not ask), "busy" (too fast, or too many
// streams), "malformed", "failed" (the text would be too long).
//
// # The bound
//
// The asker takes T1 and T4 from its monotonic clock, when a request leaves and
// when the answer is there, and sets them against its own wall clock at T4:
//
//	offset θ     = ((T2−T1) + (T3−T4)) / 2, what their clock is ahead
//	round trip δ = (T4−T1) − (T3−T2)
//
// The request was under way for some part of δ and the answer for the rest, so
// the true offset is in θ ± δ/2, however unequal the two ways are. The bound
// that is given is wider by what the clocks themselves may be wrong: how coarse
// they are, how long it took to set the own two against each other, and 100 ppm
// of T4−T1. Of several samples the one with the least bound counts.
//
// An answer that cannot be is an error, of which nothing is kept: a time before
// 1970 or after 2199, a T3 before T2, a round trip below nothing by more than
// the clocks are coarse, a zone beyond a day, another n or t1 than was asked
// for, which a late or a forged answer has. Answers come over the authenticated
// link only.
//
// # Limits
//
// A device that Config.Allowed does not name gets no answer. Others may have
// 16 streams at a time, and ask 200 times at once and 50 times a second on
// average. A frame has at most 8 KiB. A stream on which nothing comes for 10 s
// is ended; an answer that does not come in 5 s is given up.
package clock
