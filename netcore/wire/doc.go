// Package wire is Lanyard's frame: the one codec of every exchange.
//
// # The frame, byte by byte
//
//	offset  size  meaning
//	0       4     n, length of the header in bytes, unsigned, little-endian
//	4       n     the header: one JSON object in UTF-8
//	4+n     b     the body: raw bytes, exactly as many as the header names
//
// n is at least 2 and at most a cap that depends on what may come next; the
// cap is checked before anything is allocated. There is no padding, no
// terminator and no checksum: TLS below protects the bytes.
//
// In the native protocol two fields of the header belong to the codec:
//
//	"kind"       string, at most 32 bytes: what the frame is. It is written
//	             first. Every exchange is one stream that begins with a frame
//	             whose kind chooses the handler.
//	"body_size"  integer, 0 or absent when there is no body: b above.
//
// All other fields belong to the kind. A reader ignores fields that it does
// not know, so that a later version may add some. A kind that it does not know
// it answers with an error frame:
//
//	{"kind":"error","code":"unknown-kind","message":"…"}
//
// The header may nest at most 16 levels deep and must be valid UTF-8.
//
// The classic file protocol uses the same prefix, with a header of its own
// that names the body length in "file_size"; it stands on [ReadHeader] and
// [WriteHeader] directly.
package wire
