package sast

import (
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
)

// maxBeside is how many files are looked at beside those that a change touches.
const maxBeside = 60

// Beside names the files that changed files import: what those do with data decides what the changed ones do with it.
func (e *Engine) Beside(changed []engine.Note, paths []string) []string {
	wanted := map[string]bool{}
	for i := range changed {
		n, ok := changed[i].Value.(*note)
		if !ok || n.code == nil || n.code.graph == nil {
			continue
		}
		for _, module := range n.code.graph.Modules() {
			wanted[module] = true
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	var out []string
	for _, p := range paths {
		stem := strings.TrimSuffix(p, path.Ext(p))
		base, dir := path.Base(stem), path.Base(path.Dir(stem))
		named := wanted[base] || wanted[dir] && slices.Contains([]string{"index", "__init__", "mod"}, base) || wanted[dir] && path.Ext(p) == ".go"
		if named && e.Wants(&engine.Content{Path: p}) && len(out) < maxBeside {
			out = append(out, p)
		}
	}
	return out
}
