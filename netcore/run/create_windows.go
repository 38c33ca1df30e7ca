package run

import (
	"fmt"
	"path/filepath"
	"slices"
	"syscall"
	"unicode/utf16"
	"unsafe"

	"golang.org/x/sys/windows"
)

// createInside creates the process of a command. It does not run before it is
// in the cage, so that all that it starts is in there too. The handle has to be
// closed.
func createInside(c *cage, o order, e *ends) (windows.Handle, int, error) {
	info, err := create(o, e)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = windows.CloseHandle(info.Thread) }()
	if err = c.add(info.Process); err == nil {
		_, err = windows.ResumeThread(info.Thread)
	}
	if err != nil {
		_ = windows.TerminateProcess(info.Process, killedCode)
		_ = windows.CloseHandle(info.Process)
		return 0, 0, err
	}
	return info.Process, int(info.ProcessId), nil
}

// create creates a process that does not run yet.
func create(o order, e *ends) (*windows.ProcessInformation, error) {
	program, line, err := commandLine(o)
	if err != nil {
		return nil, err
	}
	dir, err := windows.UTF16PtrFromString(o.dir)
	if err != nil {
		return nil, err
	}
	// What a child can inherit is no other child's, as far as Go starts it.
	syscall.ForkLock.Lock()
	defer syscall.ForkLock.Unlock()
	startup, done, err := startupInfo(e)
	if err != nil {
		return nil, err
	}
	defer done()
	flags := uint32(windows.CREATE_SUSPENDED | windows.CREATE_UNICODE_ENVIRONMENT | windows.EXTENDED_STARTUPINFO_PRESENT)
	if e.console == 0 {
		flags |= windows.CREATE_NO_WINDOW // a console of its own that nobody sees
	}
	info := &windows.ProcessInformation{}
	err = windows.CreateProcess(program, line, nil, nil, e.console == 0, flags,
		environmentBlock(o.env), dir, &startup.StartupInfo, info)
	return info, err
}

// commandLine returns the program and its command line.
func commandLine(o order) (program, line *uint16, err error) {
	path, text := o.path, windows.ComposeCommandLine(o.argv)
	if o.line != "" {
		text = o.line
	}
	if isBatch(o.path) {
		system, err := windows.GetSystemDirectory()
		if err != nil {
			return nil, nil, err
		}
		path = filepath.Join(system, "cmd.exe")
		if text, err = batchLine(path, o.path, o.argv[1:]); err != nil {
			return nil, nil, err
		}
	}
	if program, err = windows.UTF16PtrFromString(path); err != nil {
		return nil, nil, err
	}
	line, err = windows.UTF16PtrFromString(text)
	return program, line, err
}

// startupInfo says which handles a process gets: its streams and no others.
// done must be called when it was created.
func startupInfo(e *ends) (info *windows.StartupInfoEx, done func(), err error) {
	attributes, err := windows.NewProcThreadAttributeList(1)
	if err != nil {
		return nil, nil, err
	}
	info = &windows.StartupInfoEx{ProcThreadAttributeList: attributes.List()}
	info.Cb = uint32(unsafe.Sizeof(*info))
	info.Flags = windows.STARTF_USESTDHANDLES // with a console: none of ours
	var copies []windows.Handle
	done = func() {
		attributes.Delete()
		for _, h := range copies {
			_ = windows.CloseHandle(h)
		}
	}
	if e.console != 0 {
		err = attributes.Update(windows.PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE, handleValue(e.console), unsafe.Sizeof(e.console))
	} else if copies, err = inheritable(e); err == nil {
		info.StdInput, info.StdOutput, info.StdErr = copies[0], copies[1], copies[2]
		err = attributes.Update(windows.PROC_THREAD_ATTRIBUTE_HANDLE_LIST, unsafe.Pointer(&copies[0]), uintptr(len(copies))*unsafe.Sizeof(copies[0])) // #nosec G103 -- the system reads it at once
	}
	if err != nil {
		done()
		return nil, nil, fmt.Errorf("handing the streams over: %w", err)
	}
	return info, done, nil
}

// handleValue returns a handle in the place of a pointer, where the system
// wants that.
func handleValue(h windows.Handle) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&h)) } // #nosec G103 -- the form that the system asks for

// inheritable returns copies of a command's streams that a child can inherit.
func inheritable(e *ends) ([]windows.Handle, error) {
	var copies []windows.Handle
	self := windows.CurrentProcess()
	for _, end := range e.theirs {
		var h windows.Handle
		err := windows.DuplicateHandle(self, windows.Handle(end.Fd()), self, &h, 0, true, windows.DUPLICATE_SAME_ACCESS)
		if err != nil {
			return copies, err
		}
		copies = append(copies, h)
	}
	return copies, nil
}

// environmentBlock returns an environment as Windows wants it.
func environmentBlock(env []string) *uint16 {
	if value(env, "SystemRoot") == "" { // without it hardly anything starts
		if dir, err := windows.GetWindowsDirectory(); err == nil {
			env = append(slices.Clone(env), "SystemRoot="+dir)
		}
	}
	var block []uint16
	for _, entry := range env {
		block = append(block, utf16.Encode([]rune(entry))...)
		block = append(block, 0)
	}
	block = append(block, 0, 0)
	return &block[0]
}
