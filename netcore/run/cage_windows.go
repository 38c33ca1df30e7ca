package run

import (
	"errors"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// cage is a job object: none of the processes in it can leave it, and all die
// with the last handle to it, so with this process too.
type cage struct {
	port windows.Handle // tells when it is empty

	mu  sync.Mutex
	job windows.Handle // 0: closed
}

// killedCode is the exit code of what was killed.
const killedCode = 1

// Of the Windows API, and not of x/sys.
type (
	completionPort struct {
		Key  uintptr
		Port windows.Handle
	}
	accounting struct {
		TotalUserTime, TotalKernelTime, ThisPeriodTotalUserTime, ThisPeriodTotalKernelTime int64

		TotalPageFaultCount, TotalProcesses, ActiveProcesses, TotalTerminatedProcesses uint32
	}
	processList struct {
		Assigned, Listed uint32
		IDs              [4096]uintptr
	}
)

func newCage() (*cage, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, err
	}
	c := &cage{job: job}
	c.port, err = windows.CreateIoCompletionPort(windows.InvalidHandle, 0, 0, 1)
	if err == nil {
		err = c.setUp()
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *cage) setUp() error {
	var limits windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err := windows.SetInformationJobObject(c.job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits))) // #nosec G103 -- the system uses it during the call alone
	if err != nil {
		return err
	}
	port := completionPort{Port: c.port}
	_, err = windows.SetInformationJobObject(c.job, windows.JobObjectAssociateCompletionPortInformation,
		uintptr(unsafe.Pointer(&port)), uint32(unsafe.Sizeof(port))) // #nosec G103 -- the system uses it during the call alone
	return err
}

// add puts a process in.
func (c *cage) add(process windows.Handle) error {
	return windows.AssignProcessToJobObject(c.job, process)
}

// kill kills all that are in.
func (c *cage) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.job != 0 {
		_ = windows.TerminateJobObject(c.job, killedCode)
	}
}

// ids returns all that are in.
func (c *cage) ids() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.job == 0 {
		return nil
	}
	var list processList
	err := windows.QueryInformationJobObject(c.job, windows.JobObjectBasicProcessIdList,
		uintptr(unsafe.Pointer(&list)), uint32(unsafe.Sizeof(list)), nil) // #nosec G103 -- the system uses it during the call alone
	if err != nil && !errors.Is(err, windows.ERROR_MORE_DATA) {
		return nil
	}
	var ids []int
	for _, id := range list.IDs[:min(int(list.Listed), len(list.IDs))] {
		ids = append(ids, int(id))
	}
	return ids
}

// awaitEmpty returns when none is in any more, or none that dies.
func (c *cage) awaitEmpty() {
	for limit := time.Now().Add(patience); time.Now().Before(limit); {
		var used accounting
		err := windows.QueryInformationJobObject(c.job, windows.JobObjectBasicAccountingInformation,
			uintptr(unsafe.Pointer(&used)), uint32(unsafe.Sizeof(used)), nil) // #nosec G103 -- the system uses it during the call alone
		if err != nil || used.ActiveProcesses == 0 {
			return
		}
		var message uint32
		var key uintptr
		var about *windows.Overlapped
		_ = windows.GetQueuedCompletionStatus(c.port, &message, &key, &about, uint32(lookAgain.Milliseconds())) // #nosec G115 -- a constant
	}
}

const (
	// lookAgain is how long to wait for news of a cage, which may get lost.
	lookAgain = 50 * time.Millisecond
	// patience is how long a killed process may take to die.
	patience = 10 * time.Second
)

func (c *cage) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = windows.CloseHandle(c.job)
	c.job = 0
	if c.port != 0 {
		_ = windows.CloseHandle(c.port)
	}
}
