package roster

import "strings"

// looksLike says which characters are taken for which Latin letter, digit or
// Chinese character when somebody reads a name. It is picked by hand, for names
// as people of this program's languages write them, along the idea of Unicode
// Technical Standard #39, section 4 (https://www.unicode.org/reports/tr39/),
// whose table confusables.txt it does not copy. What compatibility
// normalisation folds already (fullwidth, mathematical and circled letters,
// ligatures, radicals) is not listed.
//
// Capitals stand for themselves: В is like B though в is not like b.
const looksLike = `
A АΑᎪ
a аαɑ
B ВΒᏴ
b ЬьƄ
C СϹᏟ
c сϲᴄ
D Ꭰ
d ԁđ
E ЕΕᎬ
e еҽ
F Ϝ
f ƒ
G ԌᏀ
g ɡց
H НΗᎻ
h һħհ
I ІΙӀ
i іιıɩ
J ЈᎫ
j јϳ
K КΚᏦ
k кκ
L Ꮮ
l ӏłǀ|1
M МΜᎷ
m м
N Ν
n ոռ
O ОΟՕ
o оοօ0øӨө〇
P РΡᏢ
p рρ
Q Ԛ
q ԛգ
r гᴦ
S ЅᏚ
s ѕꜱ
T ТΤᎢ
t тτŧ
u υսʋ
V ѴᏙ
v νѵ
W ԜᎳ
w ԝѡա
X ХΧ
x хχ×
Y ΥҮУ
y уγү
Z ΖᏃ
z ᴢ
口 ロ
工 エ
力 カ
夕 タ
卜 ト
二 ニ
八 ハ
一 ー
日 曰
己 已巳
未 末
土 士
人 入
`

// alike maps each character of looksLike to what it is taken for. Nobody
// writes to it.
var alike = readAlike()

// readAlike reads looksLike.
func readAlike() map[rune]rune {
	table := map[rune]rune{}
	for line := range strings.Lines(looksLike) {
		to, from, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, r := range from {
			table[r] = []rune(to)[0]
		}
	}
	return table
}
