package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
	"unicode"
)

// This file is the only place that runs the git program. Git itself is trusted, the repository is not: its configuration
// may name programs to run. So every command here is one that only reads, gets no pager, hook, external diff, text
// converter, signature check or file system monitor, may not reach the network (but for Clone), and takes nothing from
// outside as an argument that could be read as an option.

const (
	// outputMost bounds what is read of one command's output, in bytes.
	outputMost = 1 << 30
	// recordMost bounds one record of it: a line, or a path.
	recordMost = 1 << 20
	// complaintMost bounds what is kept of what git says went wrong.
	complaintMost = 16 << 10
)

// fixedArguments stand before each command.
var fixedArguments = []string{
	"--no-pager",
	"--literal-pathspecs",
	"-c", "core.fsmonitor=false", // would run a program
	"-c", "core.hooksPath=" + os.DevNull, // would run programs
	"-c", "protocol.ext.allow=never", // would run a program
	"-c", "log.showSignature=false", // would run gpg.program
	"-c", "core.quotePath=false",
	"-c", "gc.auto=0",
	"-c", "maintenance.auto=false",
}

// fixedEnvironment is set for each command.
var fixedEnvironment = []string{
	"GIT_OPTIONAL_LOCKS=0",     // write nothing, not even a refreshed index
	"GIT_TERMINAL_PROMPT=0",    // ask nothing
	"GIT_NO_REPLACE_OBJECTS=1", // show what is stored, not what a ref under refs/replace puts in its place
	"GIT_NO_LAZY_FETCH=1",      // a partial clone stays as it is
	"GIT_PAGER=cat",
	"LC_ALL=C", // messages are looked at
	"LANGUAGE=",
}

// localVariables tie git to one repository; they are passed on only where that repository is meant.
var localVariables = []string{
	"GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_PREFIX", "GIT_NAMESPACE", "GIT_SHALLOW_FILE", "GIT_IMPLICIT_WORK_TREE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_QUARANTINE_PATH",
}

// uselessVariables would make git run a program or write somewhere else than to us; they are never passed on.
var uselessVariables = []string{
	"GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_GRAFT_FILE", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS",
	"GIT_ICASE_PATHSPECS", "GIT_REDIRECT_STDIN", "GIT_REDIRECT_STDOUT", "GIT_REDIRECT_STDERR", "GIT_CEILING_DIRECTORIES",
}

// runner runs git in one directory with one environment.
type runner struct {
	dir string
	env []string
}

// newRunner makes a runner for a directory. With local set the variables that tie git to a repository are passed on.
func newRunner(dir string, local bool) runner {
	r := runner{dir: dir}
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		switch {
		case strings.HasPrefix(name, "GIT_TRACE"), slices.Contains(uselessVariables, name):
		case !local && slices.Contains(localVariables, name):
		default:
			r.env = append(r.env, v)
		}
	}
	r.env = append(r.env, fixedEnvironment...)
	// No protocol at all: where git would fetch what a partial clone lacks, it fails instead.
	r.env = append(r.env, "GIT_ALLOW_PROTOCOL=none")
	return r
}

// with returns a runner whose environment has more variables.
func (r runner) with(variables ...string) runner {
	r.env = append(slices.Clip(r.env), variables...)
	return r
}

// exitError is a command that git ended with a complaint.
type exitError struct {
	command string // such as "rev-parse"
	code    int
	line    string // the first line of the complaint that says something
	all     string
}

// Error returns git's own words.
func (e *exitError) Error() string {
	if e.line == "" {
		return fmt.Sprintf("git %s: exit status %d", e.command, e.code)
	}
	return fmt.Sprintf("git %s: %s", e.command, e.line)
}

// run runs one command and hands its output to read. What read leaves is not waited for.
func (r runner) run(ctx context.Context, stdin io.Reader, read func(io.Reader) error, args ...string) error {
	cmd := exec.CommandContext(ctx, "git", append(slices.Clip(fixedArguments), args...)...)
	cmd.Dir, cmd.Env, cmd.Stdin = r.dir, r.env, stdin
	cmd.WaitDelay = time.Second // helpers of git that hold its output open
	complaint := &firstBytes{}
	cmd.Stderr = complaint
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("git %s: %w", args[0], err)
	}
	if err := cmd.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return ErrNoGit
		}
		return fmt.Errorf("git %s: %w", args[0], err)
	}
	readErr := read(io.LimitReader(out, outputMost))
	if readErr != nil {
		_ = cmd.Process.Kill()
	} else if n, _ := out.Read(make([]byte, 1)); n > 0 {
		readErr = errors.New("output is too long")
		_ = cmd.Process.Kill()
	}
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("git %s: %w", args[0], context.Cause(ctx))
	case readErr != nil:
		return fmt.Errorf("git %s: %w", args[0], readErr)
	case err != nil:
		return complain(args[0], err, complaint.String())
	}
	return nil
}

// complain makes an error of a command that failed.
func complain(command string, err error, said string) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return fmt.Errorf("git %s: %w", command, err)
	}
	e := &exitError{command: command, code: exit.ExitCode(), all: said}
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(printable(line))
		if e.line == "" && line != "" {
			e.line = line
		}
		if text, ok := strings.CutPrefix(line, "fatal: "); ok {
			e.line = text
			break
		}
	}
	e.line = clip(e.line)
	return e
}

// printable drops control characters: the text may hold names from the repository.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, s)
}

// text runs a command with little output and returns that, without the last newline.
func (r runner) text(ctx context.Context, args ...string) (string, error) {
	var text string
	err := r.run(ctx, nil, func(out io.Reader) error {
		data, err := io.ReadAll(io.LimitReader(out, recordMost))
		text = strings.TrimSuffix(string(data), "\n")
		return err
	}, args...)
	return text, err
}

// records runs a command and hands over its output record by record; each ends with the separator, which is cut off.
// A record is valid during the call only.
func (r runner) records(ctx context.Context, separator byte, each func(record []byte) error, args ...string) error {
	return r.recordsOf(ctx, nil, separator, each, args...)
}

// recordsOf is records for a command that reads stdin.
func (r runner) recordsOf(ctx context.Context, stdin io.Reader, separator byte, each func(record []byte) error, args ...string) error {
	return r.run(ctx, stdin, func(out io.Reader) error {
		lines := bufio.NewScanner(out)
		lines.Buffer(make([]byte, 0, 64<<10), recordMost)
		lines.Split(func(data []byte, atEnd bool) (int, []byte, error) {
			if i := bytes.IndexByte(data, separator); i >= 0 {
				return i + 1, data[:i], nil
			}
			if atEnd && len(data) > 0 {
				return len(data), data, nil
			}
			return 0, nil, nil
		})
		for lines.Scan() {
			if err := each(lines.Bytes()); err != nil {
				return err
			}
		}
		return lines.Err()
	}, args...)
}

// firstBytes keeps the first bytes written to it and drops the rest.
type firstBytes struct{ bytes.Buffer }

func (f *firstBytes) Write(p []byte) (int, error) {
	f.Buffer.Write(p[:min(len(p), max(0, complaintMost-f.Len()))])
	return len(p), nil
}

// checkRevision refuses what is not the name of one object: options, ranges, exclusions.
func checkRevision(rev string) error {
	switch {
	case rev == "":
		return errors.New("revision is empty")
	case rev[0] == '-' || rev[0] == '^' || strings.Contains(rev, "..") || strings.ContainsFunc(rev, unicode.IsControl):
		return fmt.Errorf("revision %q is not the name of one object", clip(rev))
	}
	return nil
}
