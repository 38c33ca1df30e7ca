// Package output makes lines of what a program prints: bytes that came through
// one or two pipes become text that a person can look at, search, copy and save,
// however much of it there is.
//
// # What is kept of control sequences
//
// Colours and weights of text (SGR) become a [Style]. Nothing else that a
// program can send to a terminal has an effect but on its own line: a carriage
// return and a backspace move within the line, a tab goes to the next eighth
// column. Every other sequence is taken out: cursor movements, titles, links,
// queries, bells, clipboards. A sequence that is never finished is shown, with
// a sign for its beginning, so that it hides nothing. Characters that change how
// their neighbours look (bidi marks, what is invisible, C1 controls) are shown
// as �.
//
// # Lines
//
// Lines stand in the order in which they came. A line ends with a line feed,
// and where output of the other pipe comes between; one that draws itself anew
// with carriage returns also ends with one of those once it has grown long.
//
// # Memory
//
// A [Document] holds an index, not the text: where some of the lines begin,
// and in which colours. When there are too many of these places every other one
// is let go, so that the index of 1 GB, or of 100 GB, takes a few megabytes.
// Nothing that it does is in proportion to the whole but [Document.Step], which
// works in bounded steps, and searching and saving, which can be stopped.
package output
