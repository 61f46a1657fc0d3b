//go:build !unix

package main

import (
	"os"
	"os/exec"
	"time"
)

func adopt(*exec.Cmd) {}

func end(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// used gives the processor time of a finished process; its children's time and its memory are not told here.
func used(state *os.ProcessState) (cpu time.Duration, peak int64) {
	return state.UserTime() + state.SystemTime(), 0
}
