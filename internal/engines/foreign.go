package engines

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/engine/sast"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// Foreign reads the Semgrep rule files at a path, a file or a folder. Of a folder a rule that cannot be read is named and left out, so that one does not
// take the others with it; a file that was named itself must be sound.
func Foreign(name string) (rules []semgrep.Rule, notes []string, err error) {
	set, err := openForeign(name)
	if err != nil {
		return nil, nil, err
	}
	taken := map[string]bool{}
	unread := map[semgrep.Language]int{}
	var faults []error
	for _, f := range set.files {
		for _, p := range f.Problems {
			if p.File = filepath.ToSlash(name); set.folder {
				p.File = path.Join(p.File, f.Name)
			}
			if p.Kind == semgrep.Fault && !set.folder {
				faults = append(faults, p)
			}
			notes = append(notes, p.Error())
		}
		for _, r := range f.Rules {
			if !slices.ContainsFunc(r.Languages, sast.Reads) {
				unread[r.Languages[0]]++
				continue
			}
			r.ID = freeID(f.Name, r.ID, taken)
			taken[r.ID] = true
			rules = append(rules, r)
		}
	}
	for _, l := range slices.Sorted(maps.Keys(unread)) {
		note := fmt.Sprintf("%d rules of %s are not run: code in %q cannot be read", unread[l], name, l)
		if known := syntax.ByName(string(l)); known != nil && known.Absent() {
			note += ": " + syntax.ErrAbsent.Error()
		}
		notes = append(notes, note)
	}
	return rules, notes, errors.Join(faults...)
}

// foreignSet are the Semgrep rule files at a path.
type foreignSet struct {
	fsys  fs.FS
	files []semgrep.File
	// folder tells that the path names a folder, else it is one file.
	folder bool
}

func openForeign(name string) (*foreignSet, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("open rules: %w", err)
	}
	set, root := &foreignSet{fsys: os.DirFS(name), folder: info.IsDir()}, "."
	if !set.folder {
		set.fsys, root = os.DirFS(filepath.Dir(name)), filepath.Base(name)
	}
	if set.files, err = semgrep.LoadFS(set.fsys, root); err == nil {
		set.joins()
	}
	return set, err
}

// freeID is a rule's own id or, where another rule has that, one with its folder before it, as Semgrep names rules.
func freeID(file, id string, taken map[string]bool) string {
	if !taken[id] {
		return id
	}
	long := strings.ReplaceAll(strings.TrimSuffix(file, path.Ext(file)), "/", ".") + "." + id
	free := long
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", long, n)
	}
	return free
}
