// Package setup puts reeve into a repository: its configuration, its hook, and the step for the pipeline it finds there.
// It asks nothing it can find out, changes no file that somebody else wrote, and says what it did and what is left to do.
package setup

import (
	"crypto/rand"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/reevehq/reeve/internal/config"
)

// steps are the texts that go into hooks and pipelines.
//
//go:embed step
var steps embed.FS

// Step gives one of the texts by file name.
func Step(name string) string {
	data, err := steps.ReadFile("step/" + name)
	if err != nil {
		panic(err) // a name that is wrong here is wrong in the binary
	}
	return string(data)
}

// Place is the repository that reeve is put into.
type Place struct {
	// Root is the work tree's root; Hooks the folder git takes its hooks from.
	Root, Hooks string
	// Remotes are the URLs of its remotes: they tell the forge.
	Remotes []string
}

// Done is one thing that was done, or found done.
type Done struct {
	// What is a path; How says what happened to it.
	What, How string
	// Text, where not empty, is for the user to put where How says.
	Text string
}

// Init puts reeve into a place. What it says was done stays done when a later step fails.
func Init(p Place) ([]Done, error) {
	var done []Done
	for _, step := range []func(Place) (Done, error){writeConfig, installHook} {
		d, err := step(p)
		if err != nil {
			return done, err
		}
		done = append(done, d)
	}
	return append(done, pipeline(p)...), nil
}

// template is the configuration that init writes. Everything in it but the identity is a comment: the defaults are sensible.
const template = `# yaml-language-server: $schema=https://raw.githubusercontent.com/reevehq/reeve/main/docs/reeve.schema.json
version: 1
# The key under which fingerprints are made: it keeps whoever sees a report, but not this repository, from guessing
# short passwords by their fingerprints. Waivers by id depend on it, so leave it as it is.
identity: %s
# gate: {block: critical, warn: high, confidence: medium}
# scan: {exclude: [vendor/]}
# Everything else that can be set: docs/configuration.md of reeve.
`

func writeConfig(p Place) (Done, error) {
	path := filepath.Join(p.Root, config.Name)
	if _, err := os.Lstat(path); err == nil {
		if _, err := config.Load(path); err != nil {
			return Done{}, err
		}
		return Done{What: config.Name, How: "was there already and is in order"}, nil
	}
	key := make([]byte, 16)
	rand.Read(key)
	err := writeNew(path, fmt.Sprintf(template, hex.EncodeToString(key)), 0o644)
	return Done{What: config.Name, How: "written; commit it"}, err
}

// frameworks are the programs that manage hooks themselves, by the file that tells them.
var frameworks = []struct{ file, step, how string }{
	{".pre-commit-config.yaml", "pre-commit.yaml", "this repository uses the pre-commit framework: add to its \"repos\""},
	{".husky/pre-commit", "", "this repository uses husky: add the line \"reeve gate --staged\" to .husky/pre-commit"},
	{"lefthook.yml", "", "this repository uses lefthook: add the command \"reeve gate --staged\" to pre-commit in lefthook.yml"},
}

func installHook(p Place) (Done, error) {
	for _, f := range frameworks {
		if _, err := os.Stat(filepath.Join(p.Root, filepath.FromSlash(f.file))); err == nil {
			d := Done{What: f.file, How: f.how}
			if f.step != "" {
				d.Text = Step(f.step)
			}
			return d, nil
		}
	}
	path := filepath.Join(p.Hooks, "pre-commit")
	text := Step("pre-commit.sh")
	err := writeNew(path, text, 0o755)
	if !errors.Is(err, fs.ErrExist) {
		return Done{What: shown(p, path), How: "installed: it looks at what is staged before each commit"}, err
	}
	there, err := os.ReadFile(path)
	switch {
	case err != nil:
		return Done{}, fmt.Errorf("read hook: %w", err)
	case string(there) == text:
		return Done{What: shown(p, path), How: "was there already"}, nil
	case strings.Contains(string(there), "reeve gate"):
		return Done{What: shown(p, path), How: "calls reeve already; left as it is"}, nil
	}
	return Done{What: shown(p, path), How: "is somebody else's and was left as it is: add this line to it", Text: "reeve gate --staged || exit 1\n"}, nil
}

// writeNew writes a file that must not be there yet, with the folders above it.
func writeNew(path, text string, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// shown is a path as the user would write it.
func shown(p Place, path string) string {
	if rel, err := filepath.Rel(p.Root, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return path
}
