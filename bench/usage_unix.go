//go:build unix

package main

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// adopt puts a command into a process group, so that its children can be ended with it.
func adopt(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// end ends a command and its children.
func end(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// used gives the processor time of a finished process and of the children it waited for, and the peak memory in bytes
// of the largest of them.
func used(state *os.ProcessState) (cpu time.Duration, peak int64) {
	cpu = state.UserTime() + state.SystemTime()
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return cpu, 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return cpu, int64(usage.Maxrss) // bytes there, kilobytes everywhere else
	}
	return cpu, int64(usage.Maxrss) << 10
}
