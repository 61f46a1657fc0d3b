package sca

import (
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/installed"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/lockfile"
	"github.com/reevehq/reeve/internal/sbom"
)

// Wants tells by name, or for programs by their first bytes, whether a file says something about packages.
func (e *Engine) Wants(c *engine.Content) bool {
	if e.options.SBOM {
		return sbom.Is(c.Data)
	}
	return c.Surface == "" && (inSource(c) && lockfile.Match(c.Path) != nil || installed.Wants(c.Path, c.Data))
}

// inSource tells of a file among sources. In an image or an archive a lock file says what somebody wanted, and not what is there.
func inSource(c *engine.Content) bool { return c.Layer == 0 && !strings.Contains(c.Path, "!/") }

// unreadable is the note of a file that cannot be read and stands where files are broken on purpose.
type unreadable struct{ why string }

// Note reads one file.
func (e *Engine) Note(c *engine.Content) (any, error) {
	doc, err := e.read(c)
	switch {
	case err != nil && isFixture(c.Path):
		return unreadable{err.Error()}, nil
	case err != nil || doc == nil:
		return nil, err
	}
	doc.Layer, doc.Gone = c.Layer, c.Gone
	return doc, nil
}

func (e *Engine) read(c *engine.Content) (*inventory.Document, error) {
	if e.options.SBOM {
		return readSBOM(c)
	}
	if installed.Wants(c.Path, c.Data) {
		return installed.Read(c.Path, c.Data)
	}
	if !inSource(c) {
		return nil, nil
	}
	return lockfile.Read(c.Path, c.Data)
}

// isFixture tells of folders in which files may be broken on purpose: the tests and test data of whoever reads such files.
func isFixture(file string) bool {
	for step := range strings.SplitSeq(path.Dir(file), "/") {
		switch strings.ToLower(step) {
		case "test", "tests", "spec", "specs", "__tests__", "syntax-tests", "examples", "testdata", "fixtures", "fixture", "__fixtures__", "test-fixtures", "test_data", "testfiles", "test-data":
			return true
		}
	}
	return false
}
