package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/rule"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"reeve": main})
}

// TestScripts runs the real program as its users do: one file in testdata/script a behaviour, named command_situation.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Condition: func(name string) (bool, error) {
			if name != "root" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return os.Geteuid() == 0, nil // root reads everything, so nothing is unreadable
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"mkimage": mkimage,
			"fill":    fill,
			"waitfor": waitFor,
			"editor":  editor,
		},
	})
}

// waitFor waits until a file is there: "waitfor FILE".
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: waitfor FILE")
	}
	for range 600 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("%s does not come", args[0])
}

// setup gives each script a git of its own and folders of its own, so that nothing of the machine comes in.
func setup(env *testscript.Env) error {
	repository, err := filepath.Abs("../..")
	if err != nil {
		return err
	}
	env.Setenv("REPOSITORY", repository)
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} { // action.sh builds, and HOME is another one here
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			return err
		}
		env.Setenv(name, strings.TrimSpace(string(value)))
	}
	for name, value := range map[string]string{
		"HOME": env.WorkDir, "XDG_CACHE_HOME": filepath.Join(env.WorkDir, ".cache-home"), "XDG_CONFIG_HOME": filepath.Join(env.WorkDir, ".config-home"),
		"XDG_STATE_HOME":    filepath.Join(env.WorkDir, ".state-home"),
		"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
		"GIT_AUTHOR_NAME": "Ana Costa", "GIT_AUTHOR_EMAIL": "ana@tea.example", "GIT_AUTHOR_DATE": "2024-03-04T09:12:00Z",
		"GIT_COMMITTER_NAME": "Ana Costa", "GIT_COMMITTER_EMAIL": "ana@tea.example", "GIT_COMMITTER_DATE": "2024-03-04T09:12:00Z",
		"NO_COLOR": "1",
	} {
		env.Setenv(name, value)
	}
	return nil
}

// exits runs a command and wants an exact exit code: exits 3 reeve scan.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGUMENT…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("run %s: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// fill puts values in place of the templates of files: a script holds no token-shaped text itself.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		path := ts.MkAbs(name)
		data, err := os.ReadFile(path)
		ts.Check(err)
		filled, err := rule.Case{Path: filepath.Base(name), Text: string(data)}.Fill("script", secret.Sample)
		ts.Check(err)
		ts.Check(os.WriteFile(path, filled.Data, 0o644))
	}
	if neg {
		ts.Fatalf("fill cannot be negated")
	}
}
