// Package charset turns the bytes that programs print into text: UTF-8, the
// code pages of Chinese and Japanese systems, UTF-16. It decides which it is
// while the bytes come, and takes back what it showed if that was wrong.
//
// # How Auto decides
//
// ASCII reads the same in all of them and decides nothing, however much of it
// comes; it is passed on at once. What decides:
//
//	a byte order mark, or NULs in nearly every second    UTF-16
//	place of the first 16 bytes
//	bytes that are no UTF-8                              the system's own code page
//	a character of three bytes of UTF-8 before ASCII,    UTF-8
//	three in a row, or eight characters of two bytes
//
// Until then what came is shown as what is likelier, and replaced if that
// turns out wrong. Valid UTF-8 counts as UTF-8, but for one case: bytes that
// are one or two characters of UTF-8 outside of Latin-1, and as many everyday
// characters of the system's own, stated code page, are more often the latter
// (模 in GBK is ģ in UTF-8; a third Cyrillic letter in a row is no accident any
// more). A steady Decoder, whose output is a pipe or a file, makes no such
// guess: it waits for the end of the line, and then takes it as UTF-8.
//
// A character that is split over two pieces is waited for. The code page of a
// system that prints UTF-8 by itself is taken to be GBK, as most of the bytes
// that are neither come from there. GBK is read as GB18030, which contains it.
//
// What fits no encoding becomes U+FFFD. A byte order mark of UTF-8 stays, as
// U+FEFF; one of UTF-16 goes. Control characters and escape sequences pass:
// neutralising them is the task of whoever shows the text.
//
// Nothing here waits, logs, or keeps state outside of a Decoder, which holds at
// most 192 KiB, and nearly nothing once it has decided.
package charset
