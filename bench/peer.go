package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// peer is another scanner. Where it could not be installed, missing says why, and the tables say so.
type peer struct {
	name, version string
	missing       string
	binary        string
	// history and tree are its command lines for a whole history and for a folder; nil where it has none.
	history, tree func(path, report string) []string
	// values reads the secrets out of its report.
	values func(report string) ([]string, error)
}

// wanted are the peers, with the versions the registries serve.
func wanted() []peer {
	return []peer{
		{
			name: "gitleaks", version: "v8.30.1",
			history: func(path, report string) []string {
				return []string{"git", "--no-banner", "--log-level", "error", "--exit-code", "0", "--report-format", "json", "--report-path", report, path}
			},
			tree: func(path, report string) []string {
				return []string{"dir", "--no-banner", "--log-level", "error", "--exit-code", "0", "--report-format", "json", "--report-path", report, path}
			},
			values: gitleaksValues,
		},
		{
			name: "trufflehog", version: "v3.90.0",
			history: func(path, _ string) []string {
				return []string{"git", "file://" + path, "--no-verification", "--no-update", "--json"}
			},
			tree: func(path, _ string) []string {
				return []string{"filesystem", path, "--no-verification", "--no-update", "--json"}
			},
			values: trufflehogValues,
		},
	}
}

// modules are where the peers' programs live.
var modules = map[string]string{
	"gitleaks":   "github.com/zricethezav/gitleaks/v8",
	"trufflehog": "github.com/trufflesecurity/trufflehog/v3",
}

// installPeers installs what can be had. A module that replaces dependencies cannot be installed by name, so each is
// built as the only dependency of a scratch module.
func installPeers(work string) []peer {
	peers := wanted()
	for i := range peers {
		p := &peers[i]
		p.binary = filepath.Join(work, p.name+"-"+p.version)
		if _, err := os.Stat(p.binary); err == nil {
			continue
		}
		fmt.Fprintf(os.Stderr, "bench: installing %s %s\n", p.name, p.version)
		if err := install(work, *p); err != nil {
			p.missing = err.Error()
		}
	}
	return peers
}

func install(work string, p peer) error {
	scratch := filepath.Join(work, "build-"+p.name)
	if err := os.MkdirAll(scratch, 0o755); err != nil {
		return err
	}
	mod := "module scratch\n\ngo 1.26.0\n\nrequire " + modules[p.name] + " " + p.version + "\n"
	use := "//go:build tools\n\npackage scratch\n\nimport _ \"" + modules[p.name] + "\"\n"
	for name, text := range map[string]string{"go.mod": mod, "use.go": use} {
		if err := os.WriteFile(filepath.Join(scratch, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	for _, arguments := range [][]string{
		{"mod", "download", modules[p.name] + "@" + p.version},
		{"build", "-mod=mod", "-trimpath", "-ldflags", "-s -w", "-o", p.binary, modules[p.name]},
	} {
		cmd := exec.Command("go", arguments...)
		cmd.Dir = scratch
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("go %s: %s", arguments[0], firstLine(out))
		}
	}
	return nil
}

// build builds reeve as a release is built.
func build(binary string) error {
	out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "./cmd/reeve").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build reeve: %s", out)
	}
	return nil
}

func firstLine(out []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line
}
