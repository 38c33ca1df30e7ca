package control

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// appender is a line that can be written without reflection: of thousands of
// files a second each is one.
type appender interface {
	appendLine(to []byte) []byte // as JSON would
}

func (f File) appendLine(to []byte) []byte {
	to = appendText(append(to, `{"event":`...), f.Event)
	to = appendText(append(to, `,"file_name":`...), f.FileName)
	to = strconv.AppendInt(append(to, `,"file_size":`...), f.FileSize, 10)
	if f.MD5 != "" {
		to = appendText(append(to, `,"md5":`...), f.MD5)
	}
	if f.Late {
		to = append(to, `,"md5_pending":true`...)
	}
	to = appendText(append(to, `,"path":`...), f.Path)
	to = strconv.AppendInt(append(to, `,"transfer":`...), f.Transfer, 10)
	to = appendText(append(to, `,"person":`...), f.Person)
	to = appendText(append(to, `,"id":`...), f.ID)
	return append(to, '}')
}

// appendText writes a text as JSON, the plain ones without its help.
func appendText(to []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			raw, _ := encodeJSON(text) // a string: cannot fail
			return append(to, raw...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}

// encodeJSON encodes for terminals and scripts, where no HTML is.
func encodeJSON(v any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), err
}
