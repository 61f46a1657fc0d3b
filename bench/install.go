package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// buildLimit is how long the building of one peer may take.
const buildLimit = 30 * time.Minute

// install builds the peers that are not there yet, from the package registry. One that cannot be had says why.
func (s *session) install(peers []peer) []peer {
	for i := range peers {
		p := &peers[i]
		p.binary = filepath.Join(s.work, p.name+"-"+p.version)
		if _, err := os.Stat(p.binary); err == nil {
			continue
		}
		s.progress("installing %s %s", p.name, p.version)
		if err := p.make(filepath.Join(s.work, "build-"+p.name)); err != nil {
			s.progress("%s: %v", p.name, err)
			p.missing = "it could not be built: " + shortReason(err)
		}
	}
	return peers
}

// make builds the program as the only dependency of a scratch module, with the replacements its own go.mod makes:
// "go install" refuses a module that replaces dependencies.
func (p *peer) make(scratch string) error {
	if err := os.MkdirAll(scratch, 0o755); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), buildLimit)
	defer cancel()
	out, err := goCommand(ctx, scratch, "mod", "download", "-json", p.module+"@"+p.version)
	var fetched struct{ GoMod, Error string }
	if json.Unmarshal(out, &fetched) == nil && fetched.Error != "" {
		return errors.New(fetched.Error)
	}
	if err != nil {
		return err
	}
	out, err = goCommand(ctx, scratch, "mod", "edit", "-json", fetched.GoMod)
	if err != nil {
		return err
	}
	mod, err := scratchModule(out, p.module, p.version)
	if err != nil {
		return err
	}
	program := cmp.Or(p.program, p.module)
	use := "//go:build tools\n\npackage scratch\n\nimport _ \"" + program + "\"\n"
	for name, text := range map[string]string{"go.mod": mod, "use.go": use} {
		if err := os.WriteFile(filepath.Join(scratch, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	_, err = goWith(ctx, p.build, scratch, "build", "-mod=mod", "-trimpath", "-ldflags", "-s -w", "-o", p.binary, program)
	return err
}

// scratchModule writes the go.mod of a module that needs the given one only, and replaces what that one replaces.
// edited is what "go mod edit -json" tells of the given module.
func scratchModule(edited []byte, module, version string) (string, error) {
	var theirs struct {
		Go      string
		Replace []struct {
			Old, New struct{ Path, Version string }
		}
	}
	if err := json.Unmarshal(edited, &theirs); err != nil {
		return "", fmt.Errorf("read go.mod of %s: %w", module, err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "module scratch\n\ngo %s\n\nrequire %s %s\n", theirs.Go, module, version)
	for _, r := range theirs.Replace {
		if r.New.Version == "" {
			return "", fmt.Errorf("go.mod of %s replaces %s by a folder", module, r.Old.Path)
		}
		fmt.Fprintf(&b, "replace %s => %s %s\n", strings.TrimSpace(r.Old.Path+" "+r.Old.Version), r.New.Path, r.New.Version)
	}
	return b.String(), nil
}

// goCommand runs the go program and gives what it printed; an error tells the last line it complained with.
func goCommand(ctx context.Context, dir string, arguments ...string) ([]byte, error) {
	return goWith(ctx, nil, dir, arguments...)
}

// goWith is goCommand with more in the environment.
func goWith(ctx context.Context, env []string, dir string, arguments ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", arguments...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off"), env...)
	said := &tail{}
	cmd.Stderr = said
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("go %s: ended after %s", arguments[0], buildLimit)
	}
	if err != nil {
		return out, fmt.Errorf("go %s: %w: %s", arguments[0], err, said.lastLine())
	}
	return out, nil
}

// shortReason cuts an error down to what may stand in a published table: no paths, no addresses.
func shortReason(err error) string {
	text := err.Error()
	if i := strings.LastIndex(text, "server response: "); i >= 0 {
		return "the registry answered: " + strings.TrimSpace(text[i+len("server response: "):])
	}
	var kept []string
	for word := range strings.FieldsSeq(text) {
		if !strings.Contains(word, "/") {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

// build builds reeve as a release is built.
func build(binary string) error {
	_, err := goCommand(context.Background(), "", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "./cmd/reeve")
	return err
}
