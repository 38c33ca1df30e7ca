// Package verify finds out whether the device at the other end is the one that
// another person has in front of them: by six digits that both people compare,
// or by a pairing string that one of them handed to the other.
//
// Both run inside a link, that is TLS 1.3 with a device key on either side, so
// each side knows the ID of the device that it talks to. What it does not know
// is whose device that is: somebody in the middle may have a link of their own
// with each of two victims. Everything below is therefore bound to the TLS
// session by its exporter (RFC 8446, 7.5) and to both device IDs, which are
// different in the two links of such an attacker.
//
// # Digits, frame by frame
//
// The device with the lower ID is the caller, whoever begins. All frames have a
// header of at most 1 KiB and no body; binary fields are 32 bytes in base64.
// C is the caller, A the answerer:
//
//	C→A  {"kind":"verify"}                    C's user has opened the comparison
//	A→C  {"kind":"ready"}                     A's user has, too
//	C→A  {"kind":"commit","commitment":"…"}   to the nonce nC
//	A→C  {"kind":"nonce","nonce":"…"}         nA
//	C→A  {"kind":"reveal","nonce":"…"}        nC; A checks the commitment
//	     both screens show the code; then from each side, in any order:
//	     {"kind":"match"} or {"kind":"differ"}   what its user says
//	     {"kind":"done"}                      it has committed that the other is verified
//
// A "verify" stream waits for its "ready" until A's user opens the comparison
// for C, two minutes at most, and is shown to A's user as a request. When A's
// user is first, A opens a stream
//
//	A→C  {"kind":"verify-ask"}
//
// which says no more and waits in the same way; C then opens "verify". Instead
// of any frame {"kind":"abort"} says that this side gave up, and an error frame
// why it refuses: "busy" (another attempt runs, too many wait, nobody opened
// it; the same may be tried again), "malformed" (this breaks the protocol, or
// the commitment is forged), "failed" (it could not be saved).
//
//	exporter   = TLS-Exporter("EXPORTER-lanyard-verify", C's ID ‖ A's ID, 32)
//	commitment = SHA-256(label, role of C, exporter, nC, C's ID, A's ID)
//	code       = HKDF-SHA-256(key exporter, info: label, nC, nA, C's ID, A's ID)
//	             128 bits of it, modulo 1 000 000, in six digits
//
// Each field goes in with its length. See identity.Commit and identity.Code.
// The commitment cannot be the first frame's, since the exporter is that of the
// stream that this frame opens; and as it is not sent before both users wait,
// an attempt that nobody took up gives nothing away and is no failure.
//
// A device is verified on a side when its own user has said "match", the
// other's "match" has come, and Config.Verified has committed it. A link that
// dies in between may leave one side verified and the other not, as with every
// last message: each side says what it has committed itself, and the "done" is
// waited for so that in all other cases both have.
//
// # Why one in a million
//
// An attacker in the middle runs the protocol once with each victim and wins if
// both see the same code. Its exporters and IDs differ, so the codes are
// independent unless it can choose a nonce knowing all else. It cannot: as an
// answerer it must send its nonce before the victim's is revealed, of which the
// commitment tells nothing; as a caller it is bound by its commitment before the
// victim sends a nonce. In either role the victim's nonce, 256 random bits,
// enters last. So one code can be known while the other is still to be drawn,
// and nothing done in between makes it likelier that they are equal than one in
// 10^6; there is no work that could be done offline.
//
// An attempt is not repeated within itself: once a commitment was sent or has
// come, whatever ends it ends the attempt, is told to the user and to the audit
// log, and counts as a failure: other digits, a forged commitment, an abort,
// a time-out, a lost link. After three in a row, with whatever devices, no
// comparison can be opened for a minute, and for twice as long after each
// further one, up to an hour; a success begins anew. Nothing happens
// without both users, one attempt is open at a time, and no other stream, of
// this device or of others, can take part in one that runs.
//
// # Pairing strings, frame by frame
//
// C has the string, A made it. The string names A's device ID, so C's link ends
// at A or does not come up.
//
//	C→A  {"kind":"verify-string","nonce":"…"}   nC
//	A→C  {"kind":"nonce","nonce":"…"}           nA
//	C→A  {"kind":"proof","proof":"…"}           of the caller; A checks, uses the string up, commits
//	A→C  {"kind":"proof","proof":"…"}           of the answerer; C checks, commits
//
//	exporter = TLS-Exporter("EXPORTER-lanyard-verify-string", C's ID ‖ A's ID, 32)
//	proof    = HMAC-SHA-256(secret, label, role, exporter, nC, nA, C's ID, A's ID)
//
// The secret is 128 random bits. The string works once, for ten minutes; three
// wrong proofs kill it, counted in one step with the check, so that guesses at
// the same time are counted, too; the end of the program kills it. A wrong, a
// used, an old and a missing string get the same answer: an error frame
// "refused", the last three before a nonce. A proof sent back serves nobody (role), nor does one passed on to
// another link (exporter, IDs) or recorded (nonces).
//
// # Limits
//
//	one attempt, two minutes          from Begin to its end
//	one request a device, 16 in all   one more takes the place of the oldest of a stranger; a pair that
//	                                  both open it needs none
//	3 requests of a device shown      then one in 20 s; those between are held unseen
//	one use of a string a device, 16 in all, 20 s each, none while no string is valid; one more
//	                                  takes the place of the oldest that has not proved yet
//	1 KiB                             of memory for a frame of a stream
package verify
