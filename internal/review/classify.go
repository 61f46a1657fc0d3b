package review

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/syntax"
)

// classifier puts the places of a change together.
type classifier struct {
	known    *knowledge
	compiler *search.Compiler
	looks    map[lookKey][]*look
	places   map[spot]*Place
	// prints tell what changed at a spot.
	prints map[spot]string
}

type lookKey struct {
	kind     *Kind
	language *syntax.Language
	whole    bool
}

// spot is what is told as one place: a function, a part of a file of data, or one thing outside of functions.
type spot struct {
	kind                  *Kind
	path, function, thing string
}

// reason is why a piece belongs to a kind. Thing tells it from other reasons.
type reason struct {
	because, thing string
	weight         Weight
}

// classify asks every changed piece of every file.
func (c *classifier) classify(d *difference) error {
	c.looks, c.prints = map[lookKey][]*look{}, map[spot]string{}
	for _, f := range d.files {
		if f.binary {
			c.whole(f)
			continue
		}
		quiet := quietPieces(f)
		for _, k := range c.known.kinds {
			if err := c.file(k, f, quiet); err != nil {
				return err
			}
		}
	}
	return nil
}

// whole tells of a file that is no text by its path.
func (c *classifier) whole(f *changed) {
	change := "changed"
	switch {
	case f.raw.Before == nil:
		change = "added"
	case f.raw.After == nil:
		change = "removed"
	}
	for _, k := range c.known.kinds {
		if matches(k.globs, f.path) {
			sum := sha256.Sum256(f.raw.After)
			c.note(spot{kind: k, path: f.path}, Place{Path: f.path, Line: 1, Change: change, Because: placed, Weight: Full}, hex.EncodeToString(sum[:]))
		}
	}
}

// placed is said of a file that is of a kind as such.
const placed = ""

// quietPieces are the changed pieces in which nothing but names changed.
func quietPieces(f *changed) map[*piece]bool {
	groups := map[string][2][]*piece{}
	for i, list := range [][]*piece{f.removed, f.added} {
		for _, p := range list {
			g := groups[p.owner]
			g[i] = append(g[i], p)
			groups[p.owner] = g
		}
	}
	quiet := map[*piece]bool{}
	for _, g := range groups {
		if onlyNames(g[0], g[1]) {
			for _, p := range slices.Concat(g[0], g[1]) {
				quiet[p] = true
			}
		}
	}
	return quiet
}

// file asks about one kind in one file.
func (c *classifier) file(k *Kind, f *changed, quiet map[*piece]bool) error {
	before, err := c.code(k, f.before, f.removed)
	if err != nil {
		return err
	}
	now, err := c.code(k, f.now, f.added)
	if err != nil {
		return err
	}
	if k.New {
		for p, list := range now {
			now[p] = slices.DeleteFunc(list, func(h hit) bool { return had(before, h) })
		}
		before = nil
	}
	inPlace := matches(k.globs, f.path)
	for _, s := range []*side{f.before, f.now} {
		if !inPlace && s.tree != nil {
			if inPlace, err = c.isWhole(k, s); err != nil {
				return err
			}
		}
	}
	for i, list := range [][]*piece{f.removed, f.added} {
		hits := [...]map[*piece][]hit{before, now}[i]
		for _, p := range list {
			if k.New && i == 0 {
				continue
			}
			why, ok := c.why(k, p, hits[p], inPlace)
			if !ok {
				continue
			}
			if quiet[p] || p.renamed {
				why = reason{"only names changed in it", "", Glance}
			}
			at := spot{kind: k, path: f.path, function: shown(p)}
			switch {
			case why.because == placed && (f.raw.Before == nil || f.raw.After == nil):
				at.function = "" // all of it
			case p.owner == "" && p.node != nil:
				at.thing = why.thing
			}
			c.note(at, Place{Path: f.path, Line: p.file.line(p.start), Function: at.function, Change: [...]string{"removed", "added"}[i],
				Because: why.because, Weight: why.weight}, p.text)
		}
	}
	return nil
}

// why tells whether a piece belongs to a kind: what it does counts before what it names, and that before where it stands.
func (c *classifier) why(k *Kind, p *piece, hits []hit, inPlace bool) (reason, bool) {
	if len(hits) > 0 {
		return reason{hits[0].says, hits[0].key, Full}, true
	}
	if p.imports != "" && slices.ContainsFunc(k.Imports, func(m string) bool { return imported(m, p.imports) }) {
		return reason{"uses " + quoted(p.imports), p.imports, Full}, true
	}
	weight, verb := Full, "names "
	if logs(p) {
		weight, verb = Glance, "writes to a log: "
	}
	code := !p.file.packages && (p.file.language == nil || !p.file.language.Data())
	switch {
	case p.imports != "":
		weight = Glance
	case code || k.Data && !p.file.packages:
		if name := k.names.in(p.names); name != "" {
			return reason{verb + quoted(name), name, Full}, true
		}
	}
	if name := k.around.in(strings.Split(p.owner, ".")); code && name != "" {
		return reason{"stands in " + quoted(name), "", weight}, true
	}
	return reason{placed, "", weight}, inPlace
}

func quoted(name string) string {
	return "‘" + finding.Clip(name, 60) + "’"
}

// imported tells whether a module is one that a kind asks for.
func imported(asked, module string) bool {
	if prefix, all := strings.CutSuffix(asked, "*"); all {
		return strings.HasPrefix(module, prefix)
	}
	return module == asked || strings.HasPrefix(module, asked+".") || strings.HasPrefix(module, asked+"/")
}

// logs tells of a statement that only writes a log.
func logs(p *piece) bool {
	if p.node == nil || p.node.Kind != syntax.ExprStmt {
		return false
	}
	call := p.node.Kid(syntax.AValue)
	if call != nil && call.Kind == syntax.Await {
		call = call.Kid(syntax.AValue)
	}
	if call == nil || call.Kind != syntax.Call {
		return false
	}
	name, _ := call.Kid(syntax.ACallee).Dotted()
	first, _, dotted := strings.Cut(strings.ToLower(name), ".")
	switch first {
	case "print", "println", "puts", "echo":
		return !dotted
	case "log", "logger", "logging", "console", "slog", "_logger", "fmt", "system":
		return dotted
	case "self", "this":
		return strings.Contains(strings.ToLower(name), ".log")
	}
	return false
}

// shown is what is told as a piece's function: of data, the first keys.
func shown(p *piece) string {
	owner := p.owner
	if p.file.language != nil && p.file.language.Data() {
		parts, most := strings.Split(owner, "."), 2
		if p.file.language == syntax.HCL {
			most = 3 // resource, type, name
		}
		owner = strings.Join(parts[:min(most, len(parts))], ".")
	}
	return finding.Clip(owner, 120)
}

// note enters a place: the weightier of two at one spot speaks, and of equals what is there now, the first of the file. What was removed comes first.
func (c *classifier) note(at spot, p Place, text string) {
	sum := sha256.Sum256([]byte(c.prints[at] + p.Change + text))
	c.prints[at] = hex.EncodeToString(sum[:])
	old := c.places[at]
	switch {
	case old == nil:
		c.places[at] = &p
	case old.Change == "removed" && p.Change == "added":
		if p.Weight >= old.Weight {
			*old = p
		}
		old.Change = "changed"
	case p.Weight > old.Weight:
		p.Change = old.Change
		*old = p
	}
}
