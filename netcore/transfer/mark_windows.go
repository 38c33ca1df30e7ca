package transfer

import (
	"errors"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// What Windows, Office and the virus scanner look for in a file from another
// machine: zone 3 is the Internet (Attachment Manager, URLZONE_INTERNET).
const (
	zoneStream = ":Zone.Identifier"
	zoneText   = "[ZoneTransfer]\r\nZoneId=3\r\n"
)

// markOne writes the zone of a partial file into its alternate stream, and
// sets its times again, which that has changed.
func (d *disk) markOne(f int) error {
	file, err := d.openStream(partName(f) + zoneStream)
	if err != nil {
		return err
	}
	_, err = file.WriteString(zoneText)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return d.timesOf(f, d.plan.files[f].mtime)
}

// openStream makes an alternate stream of a file in the staging folder, by the
// handle of the folder: os.Root opens no name with a colon.
func (d *disk) openStream(name string) (*os.File, error) {
	object, err := windows.NewNTUnicodeString(name)
	if err != nil {
		return nil, err
	}
	attributes := windows.OBJECT_ATTRIBUTES{
		RootDirectory: windows.Handle(d.stageDir.Fd()),
		ObjectName:    object,
		Attributes:    windows.OBJ_CASE_INSENSITIVE,
	}
	attributes.Length = uint32(unsafe.Sizeof(attributes))
	var handle windows.Handle
	var status windows.IO_STATUS_BLOCK
	err = windows.NtCreateFile(
		&handle, windows.GENERIC_WRITE|windows.SYNCHRONIZE, &attributes, &status, nil, windows.FILE_ATTRIBUTE_NORMAL,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, windows.FILE_OVERWRITE_IF,
		windows.FILE_SYNCHRONOUS_IO_NONALERT|windows.FILE_NON_DIRECTORY_FILE|windows.FILE_OPEN_REPARSE_POINT, 0, 0,
	)
	if err != nil {
		return nil, os.NewSyscallError("NtCreateFile", err)
	}
	return os.NewFile(uintptr(handle), name), nil
}
