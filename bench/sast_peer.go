package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// analyser is a peer that looks at code.
type analyser struct {
	peer
	// pip is its package on PyPI; "" for a Go module. It is installed with a virtual environment of its own.
	pip string
	// about says on the page what it is asked for.
	about string
	// languages are those it reads, by reeve's names.
	languages []string
	// builtIn is its command line, run in the folder, for the rules it comes with; nil for one that has none.
	builtIn func(report string) []string
	// ready makes a folder ready, once and not measured; nil where there is nothing to do.
	ready func(dir string) error
	env   []string
	fine  []int
	// places reads what it found, with paths relative to the folder.
	places func(report, dir string) ([]place, error)
}

const semgrepName = "semgrep"

// wantedAnalysers are the peers for code. Each is told to look at tests too, as reeve does, to leave nothing out that stands in a list of
// ignored files, and to ask no other machine.
func (s *session) wantedAnalysers() []analyser {
	patterns := filepath.Join(s.work, "ast-grep.yml")
	list := []analyser{
		{
			peer: peer{name: semgrepName, version: "1.185.0"}, pip: "semgrep",
			// It asks its makers' machine for a newer version, even when it is only to say its own.
			env:    []string{"SEMGREP_ENABLE_VERSION_CHECK=0", "SEMGREP_SEND_METRICS=off"},
			places: readSemgrep,
		},
		{
			peer:      peer{name: "gosec", version: "v2.30.0", module: "github.com/securego/gosec/v2", program: "github.com/securego/gosec/v2/cmd/gosec"},
			about:     "its own rules; it compiles the packages and what they need, which was fetched before",
			languages: []string{"go"},
			builtIn: func(report string) []string {
				return []string{"-quiet", "-no-fail", "-tests", "-fmt", "json", "-out", report, "./..."}
			},
			ready:  fetchModules,
			env:    []string{"GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off"},
			places: readGosec,
		},
		{
			peer: peer{name: "bandit", version: "1.9.4"}, pip: "bandit",
			about:     "its own rules",
			languages: []string{"python"},
			builtIn: func(report string) []string {
				return []string{"--quiet", "--exit-zero", "--recursive", "--format", "json", "--output", report, "."}
			},
			places: readBandit,
		},
		{
			peer: peer{name: "ast-grep", version: "0.51.1"}, pip: "ast-grep-cli",
			about:     fmt.Sprintf("it comes with no rules: the %d patterns of `bench/sast_astgrep.yml` alone, none of which follows data", strings.Count(astGrepRules, "\nid: ")),
			languages: []string{"go", "java", "javascript", "typescript", "tsx", "python"},
			builtIn: func(string) []string {
				return []string{"scan", "--rule", patterns, "--json=stream", "--no-ignore", "hidden", "--no-ignore", "vcs", "--no-ignore", "dot", "."}
			},
			fine:   []int{1}, // it found something
			places: readAstGrep,
		},
	}
	list[3].prints = true
	for i := range list {
		a := &list[i]
		if a.pip == "" {
			a.peer = s.install([]peer{a.peer})[0]
			continue
		}
		a.env = append(a.env, s.noCache(), "HOME="+filepath.Join(s.work, "home")) // not the user's settings and tokens
		if err := s.installPython(a); err != nil {
			s.progress("%s: %v", a.name, err)
			a.missing = "it could not be installed: " + shortReason(err)
		}
	}
	if err := errors.Join(os.MkdirAll(filepath.Join(s.work, "home"), 0o700), os.WriteFile(patterns, []byte(astGrepRules), 0o600)); err != nil {
		list[3].missing = shortReason(err)
	}
	return list
}

// astGrepRules are patterns of our own.
//
//go:embed sast_astgrep.yml
var astGrepRules string

// unobtainableAnalysers are peers that the registries did not serve when this was written, and how that showed.
var unobtainableAnalysers = [][2]string{
	{"Bearer", "the Go module registry lists no version of it, \"not available\", and the checksum database answers 404 for v1.51.1"},
}

// installPython makes a virtual environment with the peer's package in it, unless it is there.
func (s *session) installPython(a *analyser) error {
	home := filepath.Join(s.work, a.name+"-"+a.version)
	bin := filepath.Join(home, "bin")
	if runtime.GOOS == "windows" {
		bin = filepath.Join(home, "Scripts")
	}
	a.binary = filepath.Join(bin, a.name)
	if _, err := os.Stat(a.binary); err == nil {
		return nil
	}
	s.progress("installing %s %s", a.name, a.version)
	ctx, cancel := context.WithTimeout(context.Background(), buildLimit)
	defer cancel()
	for _, step := range [][]string{
		{"python3", "-m", "venv", "--clear", home},
		{filepath.Join(bin, "pip"), "install", "--quiet", "--disable-pip-version-check", a.pip + "==" + a.version},
	} {
		said := &tail{}
		cmd := exec.CommandContext(ctx, step[0], step[1:]...)
		cmd.Stderr = said
		if err := cmd.Run(); err != nil {
			return errors.Join(fmt.Errorf("%s: %w: %s", filepath.Base(step[0]), err, said.lastLine()), os.RemoveAll(home))
		}
	}
	return nil
}

// fetchModules fetches what the Go module of a folder needs, as a developer's machine has it.
func fetchModules(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return errors.New("there is no Go module at the root")
	}
	ctx, cancel := context.WithTimeout(context.Background(), buildLimit)
	defer cancel()
	_, err := goWith(ctx, []string{"GOFLAGS=-mod=mod"}, dir, "mod", "download")
	return err
}

// semgrep is its command for a folder with a team's own rules: no large files left out, as many processes as there are processors.
func (a *analyser) semgrep(name, dir, rules, report string, more ...string) command {
	arguments := []string{
		"scan", "--config", rules, "--metrics", "off", "--disable-version-check", "--max-target-bytes", "0", "--exclude-binary-files",
		"--disable-nosem", "--jobs", strconv.Itoa(runtime.NumCPU()), "--quiet", "--json", "--output", report,
	}
	return command{Name: name, Binary: a.binary, Arguments: append(append(arguments, more...), "."), Dir: dir, Env: a.env}
}

// look is an analyser's command for a folder with the rules it comes with.
func (a *analyser) look(dir, report string) command {
	c := command{Name: a.name + " " + a.version, Binary: a.binary, Arguments: a.builtIn(report), Dir: dir, Env: a.env, Fine: a.fine}
	if a.prints {
		c.Output = report
	}
	return c
}
