// Package assets holds what the window shows and does not compute: the face
// that it writes with, its icon, and its words in both languages.
package assets

import (
	_ "embed" // the files below
)

// Font is the regular face: one single-face OpenType font with the whole GBK
// repertoire. See fonts/make.sh for how it is made and fonts/OFL.txt for its
// licence.
//
//go:embed fonts/LanyardSansSC-Regular.otf
var Font []byte

// Icon is the program's icon, a PNG of 512 by 512.
//
//go:embed icons/lanyard.png
var Icon []byte

// Shield is the mark of somebody verified, an SVG in one colour.
//
//go:embed icons/shield.svg
var Shield []byte

// English is the table of the English words, keyed by themselves.
//
//go:embed translations/en.json
var English []byte

// Chinese is the table of the words in simplified Chinese, keyed by the
// English ones.
//
//go:embed translations/zh_Hans.json
var Chinese []byte
