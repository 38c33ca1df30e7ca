// Package md5sum writes, reads and checks lists of MD5 digests, as md5sum and
// its relatives print them: one line a file, its digest and its path below the
// folder of the list.
//
// What is read:
//
//	d41d8cd98f00b204e9800998ecf8427e  path      GNU, text; one blank before the path will do
//	d41d8cd98f00b204e9800998ecf8427e *path      GNU, binary
//	\d41d8cd98f00b204e9800998ecf8427e  a\nb     GNU, with \\, \n and \r escaped in the path
//	MD5 (path) = d41d8cd98f00b204e9800998ecf8427e   BSD, and GNU with --tag
//	MD5(path)= d41d8cd98f00b204e9800998ecf8427e     OpenSSL
//
// Empty lines, and those that begin with "#" or ";", say nothing. A byte order
// mark of UTF-8 and line ends of Windows are taken off. Lines are bytes, as the
// names of a disk are: a list in GBK stays one.
//
// MD5 finds accidents, not attackers: who can change a file and its list can
// make them fit.
package md5sum
