// Package app wires the program to the machine it runs on: terminal, environment, folders, signals. Nothing else knows them.
package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/reevehq/reeve/internal/cli"
)

// Version is set by the release build.
var Version = "0.1.0-dev"

// Main runs the program and gives its exit code.
func Main(arguments []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return cli.Run(ctx, world(stdin, stdout, stderr), arguments)
}

func world(stdin io.Reader, stdout, stderr io.Writer) *cli.World {
	w := &cli.World{Stdin: stdin, Stdout: stdout, Stderr: stderr, Getenv: os.Getenv, Now: time.Now, Build: build()}
	w.Terminal, w.Width = terminal(stdout)
	w.StderrTerminal, _ = terminal(stderr)
	w.ConfigDir = below(os.UserConfigDir)
	w.CacheDir = below(os.UserCacheDir)
	w.StateDir = below(stateDir)
	return w
}

// build reads what the toolchain wrote into the binary.
func build() cli.Build {
	b := cli.Build{Version: Version, Go: runtime.Version(), Stamp: Version}
	if path, err := os.Executable(); err == nil {
		if info, err := os.Stat(path); err == nil {
			b.Stamp = fmt.Sprintf("%s %d %d", Version, info.Size(), info.ModTime().UnixNano())
		}
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value[:min(12, len(s.Value))]
		case "vcs.time":
			b.Date = s.Value
		}
	}
	return b
}

// terminal tells whether a stream is a terminal, and its width in columns.
func terminal(stream any) (is bool, width int) {
	f, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return false, 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return true, 0
	}
	return true, width
}

// below gives reeve's own folder in one of the user's, or "" where the user has none.
func below(of func() (string, error)) string {
	dir, err := of()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "reeve")
}

// stateDir is $XDG_STATE_HOME or its default (XDG Base Directory Specification).
func stateDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "state"), err
}
