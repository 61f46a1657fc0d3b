package review

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/syntax"
)

// hit is code that looks like a kind's.
type hit struct{ says, key string }

func had(before map[*piece][]hit, h hit) bool {
	for _, list := range before {
		if slices.ContainsFunc(list, func(o hit) bool { return o.key == h.key }) {
			return true
		}
	}
	return false
}

// code gives what the rules of a kind find in the changed pieces of a side.
func (c *classifier) code(k *Kind, s *side, pieces []*piece) (map[*piece][]hit, error) {
	if s.tree == nil || len(pieces) == 0 || len(k.Match) == 0 {
		return nil, nil
	}
	looks, err := c.ready(lookKey{k, s.language, false})
	if err != nil {
		return nil, err
	}
	changed := make(map[*piece]bool, len(pieces))
	for _, p := range pieces {
		changed[p] = true
	}
	found := map[*piece][]hit{}
	for _, l := range looks {
		if !s.meets(l.needs) {
			continue
		}
		rule, err := l.ready()
		if err != nil {
			return nil, err
		}
		file := s.searched()
		ranges, _ := rule.Find(file)
		for i := range ranges {
			r := &ranges[i]
			p := s.innermost(r.Start)
			if p == nil || !changed[p] {
				continue
			}
			h := hit{says: finding.Clip(strings.Join(strings.Fields(file.Fill(l.rule.Message, r)), " "), 120), key: l.rule.ID}
			for name, b := range r.Env.All {
				if !strings.HasPrefix(name, "$ANY") { // other handlers do not make another route
					h.key += "\x00" + name + "=" + file.Text(b.Start, b.End)
				}
			}
			if h.key == l.rule.ID {
				h.key += file.Plain(r.Start, r.End)
			}
			if name := calledAt(s.tree.Root, r.Start, r.End); name != "" {
				h.key += "\x00" + name
				h.says = quoted(name) + ": " + h.says
			}
			found[p] = append(found[p], h)
		}
	}
	return found, nil
}

// isWhole tells whether a file looks like one that is of a kind as such.
func (c *classifier) isWhole(k *Kind, s *side) (bool, error) {
	looks, err := c.ready(lookKey{k, s.language, true})
	if err != nil || len(looks) == 0 {
		return false, err
	}
	for _, l := range looks {
		if !s.meets(l.needs) {
			continue
		}
		rule, err := l.ready()
		if err != nil {
			return false, err
		}
		if found, _ := rule.Find(s.searched()); len(found) > 0 {
			return true, nil
		}
	}
	return false, nil
}

// ready gives the rules of a kind for a language; their patterns are parsed when they are needed.
func (c *classifier) ready(key lookKey) ([]*look, error) {
	if have, ok := c.looks[key]; ok {
		return have, nil
	}
	k, l := key.kind, key.language
	read := k.rules
	if key.whole {
		read = k.whole
	}
	rules, err := read()
	if err != nil {
		return nil, fmt.Errorf("kind %q: %w", k.ID, err)
	}
	var out []*look
	for i := range rules {
		if r := &rules[i]; meant(r, l) {
			out = append(out, &look{r, c.compiler.Needs(r, l), sync.OnceValues(func() (*search.Rule, error) { return c.compiler.Compile(r, l) })})
		}
	}
	c.looks[key] = out
	return out, nil
}

// calledAt is the dotted name of what is called in a range, "" for anything else.
func calledAt(root *syntax.Node, start, end int) string {
	out := ""
	root.Walk(func(n *syntax.Node) bool {
		if n.Start > start || n.End < end || out != "" {
			return false
		}
		if n.Start == start && n.End == end && (n.Kind == syntax.Call || n.Kind == syntax.New) {
			out, _ = n.Kid(syntax.ACallee).Dotted()
		}
		return true
	})
	return out
}
