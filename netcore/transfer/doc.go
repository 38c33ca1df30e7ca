// Package transfer offers, sends and receives files and folders.
//
// # The protocol
//
// All frames are those of package wire. Names in quotes are kinds; fields that
// a side does not know it ignores. Digests are lower-case hex digits. A
// transfer is named by its sender's 32 hex digits, together with the two
// devices.
//
// # The offer stream
//
// The sender opens it on the control link and keeps it open until the transfer
// ends; when it is lost it opens another with the same first frame.
//
//	→ "offer"    {"id","name","count","folders","bytes","roots":[{"name","dir","size"}…]}
//	← "offered"  the offer is committed and shown; again for one that is known
//	← "accept"   data may be sent; said on every offer stream of an accepted one
//	← "decline"  {"reason"} no, by the user (no reason, or "declined"), a limit ("too-many") or a rule ("not-accepted")
//	← "end"      {"state","reason","md5"} it ended while the link was away
//	↔ "cancel"   stopped by the user of this side
//	↔ "stop"     {"reason"} cannot go on
//
// count is of files, those that cannot be sent too. At most 64 roots are
// named, with 1 KiB each and 8 KiB together; an offer has others only if one
// more name of 1 KiB would be over these limits. No list of files comes
// before the decision: a stranger can fill no memory. An offer with
// "ended":reason instead tells that a transfer ended for its sender while that
// could not be said; it is answered with "end".
//
// # The data stream
//
// The sender opens it in bulk after "accept", again after each loss:
//
//	→ "data"         {"id"}
//	→ "entries"      {"entries":[{"p":path,"s":size,"m":mtime,"d":is a folder,"x":reason}…]}, many
//	→ "entries-end"
//	← "want"         {"from":[[first,last]…],"more"}, several while "more" is true
//	→ files, back to back, in any order, each once
//	→ "end"          all that was wanted has come or was skipped
//	← "receipts"     {"files":[{"f","md5"}…],"failed":[{"f","reason"}…]}, many, from "want" on
//	← "done"         {"state","reason","md5"}; or "stop" {"reason"}; or "cancel"
//	↔ "alive"        something else takes long; at the latest each third of the stall time
//
// An entry's position is the index f of its file. Paths are separated by "/"
// and begin with the name of a root; mtime is in nanoseconds since 1970. An
// entry with "x" will not be sent. A file of at most 1 MiB is one frame, a
// larger one a "file" frame without a body and its chunks of 1 MiB, the last
// one shorter, with nothing in between but "alive":
//
//	→ "file"     {"f","file_name","file_size","md5","b3"} + body
//	→ "file"     {"f","file_name","file_size"}, "md5" if it is known
//	→ "chunk"    {"i","b3"} + body
//	→ "trailer"  {"md5","root"}
//	→ "skip"     {"f","reason"} instead of a file, a chunk or the trailer
//
// b3 is the BLAKE3 of the body, root the BLAKE3 over the chunks' raw hashes in
// order. A receiver judges a file by its MD5, and the list of chunk hashes by
// the root; it need not hash what TLS has guarded a third time. "want" leaves out what earlier tries brought, whose receipts are
// repeated; a later version may add where in a file to begin,
// "starts":[{"f","chunk"}…], which a sender that does not know it ignores by
// sending whole files.
//
// A receipt is sent after the file's data and name are durable and recorded.
// The sender compares each MD5 with its own. The md5 of "done" is that of the
// one file, or of what md5sum would print for all verified files, sorted by
// path, and empty where all failed; both sides compute it.
//
// # On the receiver's disk
//
// All happens in an os.Root of the save folder. Data is written below a hidden
// folder .lanyard-<hash of device and ID>, to files that are named by their
// index, and moved into place without overwriting once it is durable: Linux
// has a call for that, elsewhere a second link is made and the first removed.
// A root that exists gets another name, which later tries use again. Modes,
// owners and attributes of the sender are ignored.
//
// # When something breaks
//
// A lost stream is tried again, at once when the link comes back. An offer that
// is not answered within the stall time counts as lost, and so does a data
// stream on which a receiver is alive for 15 minutes and nothing moves. A transfer
// whose sides have not heard of each other for the give-up time fails as lost,
// on both. A receiver's program that is killed goes on after its restart with
// the files that are missing; a sender's that is killed ends what it offered.
package transfer
