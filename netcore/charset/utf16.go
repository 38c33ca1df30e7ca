package charset

import "bytes"

// headSize is how many bytes are waited for if the first two look like UTF-16
// without a mark.
const headSize = 16

// ofHead says what the first bytes of a stream tell: an encoding of UTF-16;
// "" for none; or that more has to come.
func ofHead(raw []byte, last bool) (e Encoding, wait bool) {
	switch {
	case bytes.HasPrefix(raw, []byte{0xFF, 0xFE}):
		return UTF16LE, false
	case bytes.HasPrefix(raw, []byte{0xFE, 0xFF}):
		return UTF16BE, false
	case len(raw) < 2:
		return "", !last
	case pairOf(raw[:2]) == "":
		return "", false
	case len(raw) < headSize && !last:
		return "", true
	}
	return ofPairs(raw[:min(len(raw), headSize)]), false
}

// ofPairs judges the head: at least two pairs, nearly all of one kind, and
// none of the other.
func ofPairs(head []byte) Encoding {
	count := map[Encoding]int{}
	pairs := len(head) / 2
	for i := range pairs {
		count[pairOf(head[2*i:2*i+2])]++
	}
	for _, e := range []Encoding{UTF16LE, UTF16BE} {
		if pairs >= 2 && count[e]*4 >= pairs*3 && count[UTF16LE]+count[UTF16BE] == count[e] {
			return e
		}
	}
	return ""
}

// pairOf says as what two bytes are an ASCII character, "" if as none.
func pairOf(pair []byte) Encoding {
	switch {
	case pair[1] == 0 && isText(pair[0]):
		return UTF16LE
	case pair[0] == 0 && isText(pair[1]):
		return UTF16BE
	}
	return ""
}

// isText reports whether an ASCII character is found in texts.
func isText(b byte) bool {
	return ' ' <= b && b < 0x7F || b == '\t' || b == '\n' || b == '\r'
}
