package transfer

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// quarantine is the attribute that Gatekeeper looks for: flags in hexadecimal
// (1: downloaded, 80: not yet approved by the user), seconds since 1970 in
// hexadecimal, the program that wrote it, and an event that may be left out.
const quarantine = "com.apple.quarantine"

// markOne puts a partial file under quarantine.
func (d *disk) markOne(f int) (err error) {
	file, err := d.stage.OpenFile(partName(f), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	value := fmt.Sprintf("0081;%08x;Lanyard;", time.Now().Unix())
	return os.NewSyscallError("fsetxattr", unix.Fsetxattr(int(file.Fd()), quarantine, []byte(value), 0))
}
