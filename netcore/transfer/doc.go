// Package transfer offers, sends and receives files and folders.
//
// # The protocol
//
// All frames are those of package wire. Names in quotes are kinds; fields that
// a side does not know it ignores. Digests are lower-case hex digits. A
// transfer is named by its sender's 32 hex digits, together with the two
// devices.
//
// This is version 2. A side says so with "v":2 in "offer" and "offered"; where
// the other does not, version 1 is spoken, as marked below: no resume inside a
// file, no list before the decision, no pause that the other side knows of, no
// links, and MD5 in step. What only version 2 can do, the user is told as the
// reason "version": the other side must update.
//
// # The offer stream
//
// The sender opens it on the control link and keeps it open until the transfer
// ends; when it is lost it opens another with the same first frame.
//
//	→ "offer"    {"v","id","name","count","folders","bytes","roots":[{"name","dir","size"}…],"list","retry","clash","paused"}
//	← "offered"  {"v","paused"} the offer is committed and shown; again for one that is known
//	← "list"     the receiver wants the list of files before it decides, or to plan
//	← "accept"   data may be sent; said on every offer stream of an accepted one
//	← "decline"  {"reason"} no, by the user (no reason, or "declined"), a limit ("too-many") or a rule ("not-accepted")
//	← "receipts" {"failed":[{"f","reason"}…]} before "end", many: files that were skipped or failed; 2 only
//	← "end"      {"state","reason","md5"} it ended while the link was away
//	↔ "pause"    the user of this side holds it; data streams are closed
//	↔ "resume"   the user of this side holds it no more; data goes on when neither does
//	↔ "cancel"   stopped by the user of this side
//	↔ "stop"     {"reason"} cannot go on
//
// count is of files, those that cannot be sent too. At most 64 roots are
// named, with 1 KiB each and 8 KiB together; an offer has others only if one
// more name of 1 KiB would be over these limits. No list of files comes
// before the receiver asks for it, which it does only for its user: a stranger
// can fill no memory. list is the sender's name for the list (below), 64 hex digits, by
// which it is known again. retry is the ID of an ended transfer whose failed files these
// are. clash is what the sender wishes for files that are there already, "keep",
// "replace" or "skip": it is shown, and binds nobody. An offer with "ended":reason
// instead tells that a transfer ended for its sender while that could not be said; it
// is answered with "end".
//
// # The list
//
//	→ "entries"      {"entries":[{"p":path,"s":size,"m":mtime,"d":is a folder,"e":executable,"l":target,"x":reason}…]}, many
//	→ "entries-end"
//
// An entry's position is the index f of its file. Paths are separated by "/"
// and begin with the name of a root; mtime is in nanoseconds since 1970. An
// entry with "x" will not be sent. A symbolic link has "l", and for version 1
// "x":"not-regular" beside it.
//
// # The data stream
//
// The sender opens it in bulk after "accept", again after each loss or pause;
// with "only":"list" it opens one after "list" too, which ends with the list
// and what is asked about it:
//
//	→ "data"         {"v","id","list","only"}
//	← "list"         {} the list is not known here; without, it is
//	→ the list, if it was asked for; in version 1 always
//	← "hash"         {"f":[…]} only:list: which content do these files have
//	→ "hashes"       {"files":[{"f","b3"}…]} only:list: BLAKE3 of whole files; those it cannot tell are left out
//	← "plan"         {"left","skipped","identical","kept","beside","replaced","unselected","renamed"} what the receiver decided; 2 only
//	← "want"         {"from":[[first,last]…],"parts":[{"f","s","m","c":[[first,last]…]}…],"again","more"}, many
//	→ files, in any order
//	→ "end"          all that was wanted has come or was skipped
//	← "receipts"     {"files":[{"f","md5"}…],"failed":[{"f","reason"}…]}, many, from "want" on
//	→ "digests"      {"files":[{"f","md5","reason"}…]}, many: the sender's MD5 of large files; 2 only
//	← "done"         {"state","reason","md5"}; or "stop" {"reason"}; or "cancel"
//	↔ "alive"        {"limits"} something else takes long; at the latest each third of the stall time. limits: what of this side does, "disk", "processor" or "bandwidth", which is a limit of its user
//
// A file of at most 1 MiB is one frame; a larger one a "file" frame without a
// body, its chunks of 1 MiB, the last one shorter, and a trailer:
//
//	→ "file"     {"f","file_name","file_size","md5"} + body
//	→ "file"     {"f","file_name","file_size","m","changed"}, in version 1 "md5" if it is known
//	→ "chunk"    {"f","i","b3"} + body
//	→ "trailer"  {"f","root"}, in version 1 {"md5","root"}
//	→ "skip"     {"f","reason"} instead of a file, or of what is still to come of one
//
// A small file is judged by its MD5; earlier versions sent a "b3" with it, which
// nobody looked at. b3 is the BLAKE3 of the body, root the BLAKE3 over the raw hashes of all
// chunks of the file in order, of those too that were not sent in this stream.
// In version 1 chunks come in order with nothing in between but "alive", and
// f is not repeated. In version 2 the trailer of a file may come later, among
// other files; at most 16 files are open at a time.
//
// The receiver hashes every chunk before it believes it. A file is good when
// all its chunks are and the root is that of their hashes: then it gets its
// name and a receipt without "md5". Both sides take the MD5 behind, from disk,
// on threads that give way; the receipt with "md5" follows when the receiver
// has its own and the sender's and they are equal. "done" comes after that.
// "digests" of a file come after the "file" that begins it, at which the
// receiver forgets what was said of an earlier content.
// The MD5 of small files is in their frame, and in their receipt. In version 1
// a large file is judged by the MD5 in its trailer too, and all receipts have it.
//
// # Resume
//
// "want" leaves out what earlier tries brought. Of a file of which chunks are
// in the journal it asks at once for the others, as ranges c of a source of
// size s and mtime m, and hashes its claims meanwhile: chunks that are damaged
// on disk it asks for in another "want". The sender hashes the chunks that it
// does not send for the root; so a source that changed with size and time
// unchanged shows, and the receiver wants that file as a whole, with "again".
// A sender whose source has another size or mtime than listed, or than s and m,
// begins that file anew with "changed":true and what it has now, at most three
// times; the receiver takes it if all sizes together stay below 9/8 of what was
// offered and 16 MiB, of what was accepted without asking below the offer itself.
// One that changes while it is sent it begins anew behind all other files, after a
// second, and twice as long each further time; of it nothing comes meanwhile.
//
// Where size and time are the same, or the file was sent to its end before, and
// chunks of it come again, it sends a trailer without a root instead, which fits
// nothing: a receiver that has all of the file ignores it, another wants it anew.
//
// A want that was said before its file was skipped, or began anew, is none any
// more: the sender sends nothing for it. What it says of a file that was skipped is
// ignored, and what it still brings of a large one, up to its size, thrown away.
//
// The last "want" has no "more". In version 2 it comes when every file has
// been judged, in version 1 before the first file. It is answered with "end".
//
// # Receipts
//
// A receipt is sent after the file's data and name are durable and recorded;
// after a loss they are repeated. The sender compares each MD5 with its own.
// The md5 of "done" is that of the one file, or of what md5sum would print for
// all verified files, sorted by path, and empty where all failed or were
// skipped; both sides compute it. Links are not in it.
//
// # On the receiver's disk
//
// All happens in an os.Root of the save folder. Data is written below a hidden
// folder .lanyard-<hash of device and ID>, to files that are named by their
// index, and moved into place without overwriting once it is durable: Linux
// has a call for that, elsewhere a second link is made and the first removed.
// Only a file whose replacement the user chose is renamed over. A root that
// exists gets another name, which later tries use again, unless the user chose
// a policy: then folders are shared, and what is there already is compared
// first. Modes, owners and attributes of the sender are ignored, but for the
// executable bit, which is set for the owner of what a user accepted.
//
// That folder goes when the transfer ends, or at a later start or transfer where its
// disk did not allow it.
//
// The journal in that folder has a record for each chunk, with a CRC of its
// own, written after the data; a torn tail is ignored. It and the data are
// synced each second or 64 MiB while data comes. When a transfer goes on, a
// journal most of which is of no use any more is written anew.
//
// Links are made last, if their target is relative and stays, without passing
// through another link, in the same root; else they are skipped, and listed.
//
// # When something breaks
//
// A lost stream is tried again, at once when the link comes back. An offer that
// is not answered within the stall time counts as lost, and so does a data
// stream on which a receiver is alive for 15 minutes and nothing moves. A transfer
// whose sides have not heard of each other for the give-up time, 14 days,
// fails as lost, on both. The program of either side may end and be started
// again meanwhile: the sender keeps its list, the receiver list and choices,
// in a folder beside the profile's database; files that ended are in that.
package transfer
