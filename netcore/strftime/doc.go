// Package strftime writes a time as the asker wants it: in the words of the
// time server of the classic protocols, which are those of strftime in C.
//
// All directives of the C locale are understood, always in English:
//
//	%a %A %b %B %c %d %H %I %j %m %M %p %S %U %w %W %x %X %y %Y %z %Z %%
//
// and what the library adds (github.com/ncruces/go-strftime): %C %D %e %f %F
// %g %G %h %k %l %L %n %N %P %Q %r %R %s %t %T %u %v %V %+, a dash against
// leading zeros (%-d) and a colon in the zone (%:z). Everything else passes as
// it is: literal text of any language (%Y年%m月%d日), and a directive that is
// not known, as it does with glibc.
//
// A layout comes from others, and so does the text of an answer: who shows or
// logs one makes its control characters harmless first.
package strftime
