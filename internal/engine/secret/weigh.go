package secret

import (
	"cmp"
	"slices"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
)

// weigh keeps one candidate for each place: where rules found the same bytes, the more specific one. What is left is sorted by place.
func weigh(found []candidate, refusals []engine.Span) []candidate {
	refusals = union(refusals)
	found = slices.DeleteFunc(found, func(c candidate) bool { return c.m.match.Generic && touchesAny(refusals, c.start, c.end) })
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	var kept []candidate
	for i := 0; i < len(found); {
		// A cluster is what overlaps, directly or through others; most hold one.
		end := found[i].end
		j := i + 1
		for ; j < len(found) && found[j].start < end; j++ {
			end = max(end, found[j].end)
		}
		kept = append(kept, best(found[i:j])...)
		i = j
	}
	slices.SortStableFunc(kept, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	return kept
}

// union sorts spans and joins those that overlap.
func union(spans []engine.Span) []engine.Span {
	slices.SortFunc(spans, func(a, b engine.Span) int { return cmp.Compare(a.Start, b.Start) })
	var out []engine.Span
	for _, s := range spans {
		if n := len(out); n > 0 && s.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// maxCluster bounds the candidates compared with one another; a longer cluster is made of repeats of one thing.
const maxCluster = 256

// best takes the candidates of a cluster by rank, leaving out what overlaps one already taken. A rule that holds at some paths only does
// not keep out the next one: which of them speaks is decided where the path is known, so the next notes whom it yields to.
func best(cluster []candidate) []candidate {
	if len(cluster) == 1 {
		return cluster
	}
	slices.SortStableFunc(cluster, rank)
	var kept []candidate
	for _, c := range cluster {
		if len(kept) < maxCluster && !c.beaten(kept) {
			kept = append(kept, c)
		}
	}
	return kept
}

// beaten tells whether one of those kept, which all rank higher, takes the candidate's place whatever the path.
func (c *candidate) beaten(kept []candidate) bool {
	for i := range kept {
		k := &kept[i]
		if !overlap(c, k) {
			continue
		}
		if !k.m.restricted() || k.m == c.m {
			return true
		}
		c.facts = append(slices.Clip(c.facts), finding.Fact{Name: yieldsTo, Value: k.m.rule.ID})
	}
	return false
}

// yieldsTo is the name of the fact that carries to where the path is known which rule takes the finding's place if it holds there.
const yieldsTo = "yields to"

// restricted tells whether the rule's own paths decide if it holds.
func (m *matcher) restricted() bool {
	return m.path != nil || m.notPath != nil || slices.ContainsFunc(m.allow, func(w *allowance) bool { return len(w.paths) > 0 })
}

// overlap tells whether two candidates share bytes of a secret. Where both stand in one encoded run, the decoded places count.
func overlap(a, b *candidate) bool {
	if a.encoded && b.encoded && a.start == b.start && a.end == b.end {
		return a.inner.Start < b.inner.End && a.inner.End > b.inner.Start
	}
	return a.start < b.end && a.end > b.start
}

// rank orders candidates, most specific first: what proves itself, what says what it is before what says only where it stands,
// the longer, the one with the longer mark of its provider, the one with a test.
func rank(a, b candidate) int {
	return cmp.Or(
		falseFirst(a.m.match.Generic, b.m.match.Generic),
		falseFirst(a.proof != proven, b.proof != proven),
		falseFirst(a.document, b.document),
		cmp.Compare(b.end-b.start, a.end-a.start),
		genericProof(a, b),
		cmp.Compare(b.weight, a.weight),
		cmp.Compare(b.proof, a.proof),
		cmp.Compare(b.m.rule.Severity, a.m.rule.Severity),
		cmp.Compare(a.start, b.start),
		cmp.Compare(a.m.rule.ID, b.m.rule.ID),
		cmp.Compare(a.value, b.value),
	)
}

// genericProof puts the guess that rests on a structure before those that rest on a name.
func genericProof(a, b candidate) int {
	if !a.m.match.Generic {
		return 0
	}
	return cmp.Compare(b.proof, a.proof)
}

func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
