package classic

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"lanyard/netcore/safename"
	"lanyard/netcore/wire"
)

// maxHeader is the longest header of a file, in bytes.
const maxHeader = wire.MaxHeader

// fileHeader is the header of a file, as it goes over the wire.
type fileHeader struct {
	Size int64  `json:"file_size"`
	Name string `json:"file_name"`
	MD5  string `json:"md5"`
}

// parseHeader reads a header, and the name that its file gets here.
func parseHeader(raw []byte, style safename.Style) (h fileHeader, name string, err error) {
	var fields map[string]json.RawMessage // exactly these names, in this case
	if err := json.Unmarshal(raw, &fields); err != nil {
		return h, "", problem(BadHeader, "%.200s", err)
	}
	err = errors.Join(field(fields, "file_size", &h.Size), field(fields, "file_name", &h.Name), field(fields, "md5", &h.MD5))
	if err != nil {
		return h, "", problem(BadHeader, "%.200s", err)
	}
	h.MD5 = strings.ToLower(h.MD5)
	if sum, err := hex.DecodeString(h.MD5); err != nil || len(sum) != 16 {
		return h, "", problem(BadHeader, "md5 is %.60q", h.MD5)
	}
	if h.Size < 0 {
		return h, "", problem(BadHeader, "file_size is %d", h.Size)
	}
	name, err = lastPart(h.Name, style)
	return h, name, err
}

// field reads one field of a header, which has to be there.
func field(fields map[string]json.RawMessage, name string, to any) error {
	raw, there := fields[name]
	if !there || string(raw) == "null" {
		return fmt.Errorf("%s is missing", name)
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// lastPart returns the name that a file gets here: of a path of the sender, on
// whatever system, only the last part counts.
func lastPart(path string, style safename.Style) (string, error) {
	last := path[strings.LastIndexAny(path, `/\`)+1:]
	switch last {
	case "", ".", "..":
		return "", problem(BadName, "%.120q", path)
	}
	name, _ := safename.SingleFile(last, style)
	return name, nil
}
