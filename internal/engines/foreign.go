package engines

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/engine/sast"
	"github.com/reevehq/reeve/internal/semgrep"
)

// Foreign reads the Semgrep rule files at a path, a file or a folder. Of a folder a rule that cannot be read is named and left out, so that one does not
// take the others with it; a file that was named itself must be sound.
func Foreign(name string) (rules []semgrep.Rule, notes []string, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, fmt.Errorf("open rules: %w", err)
	}
	fsys, root := os.DirFS(name), "."
	if !info.IsDir() {
		fsys, root = os.DirFS(filepath.Dir(name)), filepath.Base(name)
	}
	files, err := semgrep.LoadFS(fsys, root)
	if err != nil {
		return nil, nil, err
	}
	taken := map[string]bool{}
	unread := map[semgrep.Language]int{}
	var faults []error
	for _, f := range files {
		for _, p := range f.Problems {
			if p.File = filepath.ToSlash(name); info.IsDir() {
				p.File = path.Join(p.File, f.Name)
			}
			if p.Kind == semgrep.Fault && !info.IsDir() {
				faults = append(faults, p)
			}
			notes = append(notes, p.Error())
		}
		for _, r := range f.Rules {
			if !slices.ContainsFunc(r.Languages, sast.Reads) {
				unread[r.Languages[0]]++
				continue
			}
			if r.ID = freeID(f.Name, r.ID, taken); r.ID != "" {
				taken[r.ID] = true
			}
			rules = append(rules, r)
		}
	}
	for _, l := range slices.Sorted(maps.Keys(unread)) {
		notes = append(notes, fmt.Sprintf("%d rules of %s are not run: code in %q cannot be read", unread[l], name, l))
	}
	return rules, notes, errors.Join(faults...)
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
