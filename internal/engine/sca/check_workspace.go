package sca

import (
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// workspace is what the documents of one folder and ecosystem say of its members.
type workspace struct {
	exact map[string]bool // folders from the target's root on
	globs []string        // also those that begin with "!"
}

// workspaceKey is a folder and an ecosystem.
type workspaceKey struct{ root, ecosystem string }

// workspaces are those of a target.
type workspaces map[workspaceKey]*workspace

func workspacesOf(docs []*inventory.Document) workspaces {
	all := workspaces{}
	for _, d := range docs {
		if len(d.Members) == 0 || d.Role == inventory.Installed {
			continue
		}
		k := workspaceKey{dirOf(d.Path), d.Ecosystem}
		w := all[k]
		if w == nil {
			w = &workspace{exact: map[string]bool{}}
			all[k] = w
		}
		for _, pattern := range d.Members {
			if plain := strings.Trim(path.Clean(pattern), "/"); strings.ContainsAny(pattern, "!*?{}()[]+") {
				w.globs = append(w.globs, pattern)
			} else {
				w.exact[path.Join(k.root, plain)] = true
			}
		}
	}
	return all
}

// holds tells whether a folder is a member of the workspace at a root; certain is false where a pattern is not understood.
func (all workspaces) holds(root, ecosystem, dir string) (member, certain bool) {
	w := all[workspaceKey{root, ecosystem}]
	if w == nil {
		return false, true
	}
	member, certain = w.exact[dir], true
	for _, glob := range w.globs {
		plain, out := strings.CutPrefix(glob, "!")
		hit, decided := matchesFolder(plain, root, dir)
		certain = certain && decided
		if hit && decided {
			member = !out
		}
	}
	return member, certain
}

// matchesFolder matches a folder with a workspace's pattern, relative to the workspace's root; decided is false for patterns
// that are not understood.
func matchesFolder(pattern, root, dir string) (hit, decided bool) {
	rest := dir
	if root != "" {
		rest = strings.TrimPrefix(dir, root+"/")
	}
	pattern = strings.Trim(path.Clean(strings.TrimPrefix(pattern, "./")), "/")
	if strings.ContainsAny(pattern, "{}()[]+") || strings.Contains(strings.TrimSuffix(pattern, "/**"), "**") && pattern != "**" {
		return false, false
	}
	if pattern == "**" {
		return true, true
	}
	if base, ok := strings.CutSuffix(pattern, "/**"); ok {
		depth := strings.Count(base, "/") + 1
		steps := strings.SplitN(rest, "/", depth+1)
		hit, err := path.Match(base, strings.Join(steps[:min(depth, len(steps))], "/"))
		return hit, err == nil
	}
	hit, err := path.Match(pattern, rest)
	return hit, err == nil
}
