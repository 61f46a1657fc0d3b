package sast

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
)

// Conclude gives what stands in single files, and what only several of them say together.
func (e *Engine) Conclude(ctx context.Context, t *engine.Target, emit func(finding.Finding)) error {
	var all []finding.Finding
	var files []*code
	var rows []row
	said := map[string]bool{}
	for i := range t.Notes {
		n, ok := t.Notes[i].Value.(*note)
		if !ok {
			continue
		}
		all = append(all, n.found...)
		if n.code != nil && n.code.graph != nil {
			files = append(files, n.code)
		}
		files, rows = append(files, n.extracted...), append(rows, n.rows...)
		for _, text := range n.notices { // what is said of a language is said once
			if !said[text] {
				said[text] = true
				t.Notice(text)
			}
		}
	}
	followed, notices := e.follow(ctx, files)
	joined, more := e.join(rows)
	all = append(append(all, followed...), joined...)
	for _, text := range append(notices, more...) {
		t.Notice(text)
	}
	all = e.oneVoice(once(all))
	e.identify(all)
	for i := range all {
		emit(all[i])
	}
	return ctx.Err()
}

// once leaves one finding of a rule at one place: the inner of two that stand in one another on a line.
func once(all []finding.Finding) []finding.Finding {
	slices.SortStableFunc(all, func(a, b finding.Finding) int {
		x, y := &a.Location.Region, &b.Location.Region
		return cmp.Or(cmp.Compare(a.Location.Path, b.Location.Path), cmp.Compare(a.Rule, b.Rule), cmp.Compare(x.StartLine, y.StartLine), cmp.Compare(x.Length, y.Length), cmp.Compare(x.Offset, y.Offset))
	})
	var out []finding.Finding
	for i := range all {
		f := &all[i]
		outer := func(o finding.Finding) bool {
			x, y := &f.Location.Region, &o.Location.Region
			return o.Rule == f.Rule && o.Location.Path == f.Location.Path && y.StartLine == x.StartLine && y.Offset >= x.Offset && y.Offset+y.Length <= x.Offset+x.Length
		}
		if !slices.ContainsFunc(out[max(0, len(out)-8):], outer) {
			out = append(out, *f)
		}
	}
	return out
}

// oneVoice leaves one of our findings where several say that one place has one weakness: the surest, of these the one with the most to tell.
func (e *Engine) oneVoice(all []finding.Finding) []finding.Finding {
	type place struct {
		path       string
		start, cwe int
	}
	best := map[place]int{}
	weakness := func(f *finding.Finding) int {
		if k := e.byID[f.Rule]; k.ours && len(k.facts.CWE) > 0 {
			return k.facts.CWE[0]
		}
		return 0
	}
	better := func(a, b *finding.Finding) bool {
		return cmp.Or(cmp.Compare(a.Confidence, b.Confidence), cmp.Compare(len(a.Flow), len(b.Flow)), cmp.Compare(a.Severity, b.Severity), cmp.Compare(b.Rule, a.Rule)) > 0
	}
	for i := range all {
		cwe := weakness(&all[i])
		if cwe == 0 {
			continue
		}
		p := place{all[i].Location.Path, all[i].Location.Region.StartLine, cwe}
		if first, taken := best[p]; !taken || better(&all[i], &all[first]) && all[i].Rule != all[first].Rule {
			best[p] = i
		}
	}
	var out []finding.Finding
	for i := range all {
		p := place{all[i].Location.Path, all[i].Location.Region.StartLine, weakness(&all[i])}
		if p.cwe == 0 || all[best[p]].Rule == all[i].Rule {
			out = append(out, all[i])
		}
	}
	return out
}

// identify gives findings their identities: the rule, the function around and the code itself, and which of several that are alike it is, in the order of
// paths and places. So a finding stays itself when lines move, blanks change or its file is renamed, and a copy is another.
func (e *Engine) identify(all []finding.Finding) {
	slices.SortStableFunc(all, func(a, b finding.Finding) int {
		return cmp.Or(cmp.Compare(a.Location.Path, b.Location.Path), cmp.Compare(a.Location.Region.Offset, b.Location.Region.Offset), cmp.Compare(a.Rule, b.Rule))
	})
	alike := map[string]int{}
	for i := range all {
		f := &all[i]
		what := f.Rule + "\x00" + f.Fact(identityFact)
		f.Facts = without(f.Facts, identityFact)
		f.Fingerprint = finding.Identify(e.options.Key, Name, what, strconv.Itoa(alike[what]))
		alike[what]++
	}
}
