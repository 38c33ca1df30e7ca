package control

import (
	"testing"
)

func TestAFilesLineIsWrittenAsJSONWouldBe(t *testing.T) {
	for _, line := range []File{
		{Event: EventSent, FileName: "src/a.txt", FileSize: 4096, MD5: "0a", Path: "/home/ann/a.txt", Transfer: 7, Person: "bob", ID: "ABC-DEF"},
		{Event: EventReceived, FileName: "照片/<a>&\u2028\"\\\x7f\n.jpg", Late: true, Path: `C:\照片`, Person: "张三"},
		{FileName: "\xff", FileSize: -1},
	} {
		got, err := encodeLine(line)
		if err != nil {
			t.Fatal(err)
		}
		type plain File // without its methods
		if want, err := encodeJSON(plain(line)); err != nil || string(got) != string(want) {
			t.Errorf("%v\n%s written\n%s is JSON", err, got, want)
		}
	}
}
