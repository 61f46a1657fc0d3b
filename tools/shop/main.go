// Command shop makes the example repository out of examples/shop/history.txtar: go run ./tools/shop DIR.
// The repository is the same, byte for byte, on every machine.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/rule"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./tools/shop DIR")
		os.Exit(2)
	}
	if err := build("examples/shop/history.txtar", os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "shop:", err)
		os.Exit(1)
	}
}

// build makes the repository in dir, which it empties first if it holds an earlier one.
func build(history, dir string) error {
	archive, err := txtar.ParseFile(history)
	if err != nil {
		return err
	}
	if err := clear(dir); err != nil {
		return err
	}
	r := &repository{dir: dir, date: "2024-03-04T09:00:00Z", author: "Ana Costa"}
	if err := r.git("init", "--quiet", "--initial-branch=main"); err != nil {
		return err
	}
	for _, f := range archive.Files {
		if err := r.step(f.Name, string(f.Data)); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

// clear removes an earlier repository, and refuses to remove anything else.
func clear(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		return os.MkdirAll(dir, 0o755)
	}
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return fmt.Errorf("%s is not empty and no repository", dir)
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o755)
}

// repository is the one being made.
type repository struct {
	dir, author, date string
}

// step writes a file, or carries out an "@" line.
func (r *repository) step(name, text string) error {
	verb, rest, ok := strings.Cut(strings.TrimPrefix(name, "@")+" ", " ")
	if !ok || !strings.HasPrefix(name, "@") {
		return r.write(name, text)
	}
	rest = strings.TrimSpace(rest)
	text, err := fill(name, strings.TrimSpace(text))
	if err != nil {
		return err
	}
	switch verb {
	case "commit":
		at := strings.LastIndexByte(rest, ' ')
		r.author, r.date = rest[:at], rest[at+1:]
		return r.all([]string{"add", "--all"}, []string{"commit", "--quiet", "--message", text})
	case "amend":
		return r.all([]string{"add", "--all"}, []string{"commit", "--quiet", "--amend", "--message", text})
	case "branch":
		return r.git("switch", "--quiet", "--create", rest)
	case "switch":
		return r.git("switch", "--quiet", rest)
	case "drop":
		return r.git("branch", "--quiet", "--delete", "--force", rest)
	case "tag":
		return r.git("tag", "--annotate", "--message", text, rest)
	case "copy":
		return r.copy(rest)
	case "delete":
		return os.Remove(filepath.Join(r.dir, rest))
	}
	return fmt.Errorf("unknown step %q", verb)
}

// examples holds the files that "@copy" takes: those that need no templates.
const examples = "examples/shop"

// copy takes a file or folder of the example as it stands.
func (r *repository) copy(name string) error {
	return filepath.WalkDir(filepath.Join(examples, name), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		to, err := filepath.Rel(examples, path)
		if err != nil {
			return err
		}
		to = filepath.Join(r.dir, to)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o644)
	})
}

func (r *repository) write(name, text string) error {
	text, err := fill(name, text)
	if err != nil {
		return err
	}
	path := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

func fill(name, text string) (string, error) {
	filled, err := rule.Case{Path: name, Text: text}.Fill("shop", secret.Sample)
	return string(filled.Data), err
}

func (r *repository) all(commands ...[]string) error {
	for _, c := range commands {
		if err := r.git(c...); err != nil {
			return err
		}
	}
	return nil
}

// git runs git without the user's own configuration, so that the repository is the same everywhere.
func (r *repository) git(arguments ...string) error {
	email := strings.ToLower(strings.Fields(r.author)[0]) + "@tea.example"
	cmd := exec.Command("git", arguments...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME="+r.author, "GIT_AUTHOR_EMAIL="+email, "GIT_AUTHOR_DATE="+r.date,
		"GIT_COMMITTER_NAME="+r.author, "GIT_COMMITTER_EMAIL="+email, "GIT_COMMITTER_DATE="+r.date)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("git %s: %w: %s", arguments[0], err, out)
	}
	return nil
}
