#!/bin/sh
# Makes LanyardSansSC-Regular.otf, the face of the window: one single-face
# subset of Noto Sans CJK SC. Needs fonttools (pyftsubset) and Debian's
# fonts-noto-cjk, or another NotoSansCJK-Regular.ttc as the first argument.
set -eu
cd "$(dirname "$0")"
source=${1:-/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc}
ranges=$(mktemp)
trap 'rm -f "$ranges"' EXIT

# The repertoire: every character of GBK, and what a Latin text, a table or a
# listing needs beside it. Fyne asks other faces for all the rest.
python3 - >"$ranges" <<'PY'
keep = set()
for high in range(0x81, 0xFF):
    for low in range(0x40, 0xFF):
        try:
            keep.update(map(ord, bytes([high, low]).decode("gbk")))
        except UnicodeDecodeError:
            pass
for first, last in [
    (0x20, 0x7E), (0xA0, 0x17F), (0x2C6, 0x2DD), (0x370, 0x3FF), (0x400, 0x45F),
    (0x2010, 0x2027), (0x2030, 0x205E), (0x2070, 0x209C), (0x20A0, 0x20BF), (0x2100, 0x214F),
    (0x2150, 0x218B), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF), (0x2460, 0x24FF),
    (0x2500, 0x25FF), (0x2600, 0x266F), (0x2713, 0x2717), (0x3000, 0x303F), (0x3040, 0x30FF),
    (0x3100, 0x312F), (0x31A0, 0x31BF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0xFFFD, 0xFFFD),
]:
    keep.update(range(first, last + 1))
print("\n".join("%04X" % rune for rune in sorted(keep)))
PY

# Face 2 of the collection is the Simplified Chinese one. Hints, vertical
# metrics and all features but kerning go: Fyne uses none of them.
pyftsubset "$source" --font-number=2 --unicodes-file="$ranges" \
	--output-file=LanyardSansSC-Regular.otf \
	--layout-features=kern --no-hinting --desubroutinize \
	--drop-tables+=vhea,vmtx,VORG,BASE,DSIG --name-IDs='*' --notdef-outline

# The line of the source is made for vertical text too: it stands high, so that
# Fyne sets Latin words low in their buttons and cuts the tails of g and y. A
# line as tall, with its middle at that of the capitals, does neither.
interpreter=$(sed -n '1s/^#!//p' "$(command -v pyftsubset)")
$interpreter - <<'PY'
from fontTools.ttLib import TTFont

font = TTFont("LanyardSansSC-Regular.otf")
top, bottom = 1060, -340
font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = top, bottom, 0
font["OS/2"].sTypoAscender, font["OS/2"].sTypoDescender, font["OS/2"].sTypoLineGap = top, bottom, 0
font["OS/2"].usWinAscent, font["OS/2"].usWinDescent = top, -bottom
font.save("LanyardSansSC-Regular.otf")
PY
