package history

import (
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
)

// assemble makes one finding of all sightings of one fingerprint, with its history and every place it still stands.
func (s *scan) assemble(origins map[git.ID]*origin, sources []source) []finding.Finding {
	groups := map[finding.Fingerprint][]sighting{}
	for _, one := range s.ledger.sightings {
		id := s.ledger.findings[one.finding].Fingerprint
		groups[id] = append(groups[id], one)
	}
	order := make([]int32, len(s.graph.ids)) // by commit: its place in time
	for i, c := range s.graph.oldestFirst() {
		order[c] = int32(i)
	}
	a := &assembly{scan: s, origins: origins, sources: sources, order: order, worker: s.pass.Worker(), looks: map[git.ID][]finding.Finding{}, byObject: map[git.ID][]sighting{}}
	for _, one := range s.ledger.sightings {
		a.byObject[one.object] = append(a.byObject[one.object], one)
	}
	var out []finding.Finding
	for _, fingerprint := range slices.Sorted(maps.Keys(groups)) {
		if f, ok := a.one(groups[fingerprint]); ok {
			out = append(out, f)
		}
	}
	return out
}

// assembly is what assemble works with.
type assembly struct {
	scan    *scan
	origins map[git.ID]*origin
	sources []source
	order   []int32
	worker  *engine.Worker
	// byObject are the sightings in each object, looks what a second look at it gave.
	byObject map[git.ID][]sighting
	looks    map[git.ID][]finding.Finding
}

// one makes a finding of a group of sightings. It fails where the finding holds at none of its places.
func (a *assembly) one(group []sighting) (finding.Finding, bool) {
	slices.SortFunc(group, a.compare)
	oldest := a.origins[group[0].object]
	var standing, gone []finding.Finding
	type past struct {
		path    string
		finding int32
	}
	told := map[past]bool{} // several rules may have seen the same; at each path one of them holds
	for _, one := range group {
		o := a.origins[one.object]
		for _, path := range o.now {
			if f, ok := a.at(one, path, "", true); ok {
				standing = append(standing, f)
			}
		}
		if was := (past{o.first.path, one.finding}); len(o.now) == 0 && !told[was] {
			told[was] = true
			commit := ""
			if o.first.commit != noCommit {
				commit = a.scan.graph.ids[o.first.commit].String()
			}
			if f, ok := a.at(one, o.first.path, commit, len(gone) == 0); ok {
				gone = append(gone, f)
			}
		}
	}
	merged := finding.Merge(standing)
	if len(merged) == 0 {
		merged = finding.Merge(gone)
	} else {
		for _, f := range gone {
			merged[0].Also = append(merged[0].Also, f.Location)
		}
	}
	if len(merged) == 0 {
		return finding.Finding{}, false
	}
	f := merged[0]
	f.History = a.scan.history(oldest, a.sources)
	f.History.Blobs = distinct(group)
	f.History.InTree = len(standing) > 0
	f.History.Reach, f.History.Refs = a.widest(group)
	return f, true
}

// compare puts the sighting with the oldest commit first; those of no commit come last, by object.
func (a *assembly) compare(x, y sighting) int {
	age := func(s sighting) int {
		if c := a.origins[s.object].first.commit; c != noCommit {
			return int(a.order[c])
		}
		return len(a.order)
	}
	if d := age(x) - age(y); d != 0 {
		return d
	}
	if d := x.object.Compare(y.object); d != 0 {
		return d
	}
	return int(x.start - y.start)
}

// widest is the most visible way in which any of the sightings can still be reached.
func (a *assembly) widest(group []sighting) (finding.Reach, []string) {
	best := int32(len(a.sources) + 1)
	for _, one := range group {
		if m := a.origins[one.object].mark; m > 0 && m < best {
			best = m
		}
	}
	if int(best) > len(a.sources) {
		return finding.ReachUnreachable, nil
	}
	return a.sources[best-1].reach, []string{a.sources[best-1].name}
}

func distinct(group []sighting) int {
	seen := map[git.ID]bool{}
	for _, one := range group {
		seen[one.object] = true
	}
	return len(seen)
}

// at says where a sighting stands, exactly or only in which object, and judges it at that path.
func (a *assembly) at(one sighting, path, commit string, exact bool) (finding.Finding, bool) {
	f := a.scan.ledger.findings[one.finding]
	if path != "" && one.name == "" {
		// What does not hold at the path need not be looked at again.
		tried := own(f)
		if !a.scan.pass.Place(&tried, path+f.Location.Path) {
			return f, false
		}
	}
	if one.name == "" && f.Location.Surface == "" {
		if exact {
			f = a.lookAgain(one.object, f)
		} else {
			f.Location.Region, f.Location.Snippet = finding.Region{}, ""
		}
	}
	f.Location.Blob, f.Location.Commit = one.object.String(), commit
	f = own(f) // Place writes into it
	if path == "" {
		return f, a.scan.pass.Place(&f, "")
	}
	if one.name != "" && !strings.HasSuffix("/"+path, "/"+one.name) {
		return f, false
	}
	f.Location.Path = path + f.Location.Path
	return f, a.scan.pass.Place(&f, f.Location.Path)
}

// own gives a finding lists of its own, so that judging it at one path leaves it as it is for the next.
func own(f finding.Finding) finding.Finding {
	f.Reasons, f.Facts = slices.Clone(f.Reasons), slices.Clone(f.Facts)
	return f
}

// lookAgain finds a known finding in an object once more, to say exactly where it stands there. The object is looked at
// once for all its findings, and only where they stand: the first look may have seen them in another version of it.
func (a *assembly) lookAgain(id git.ID, known finding.Finding) finding.Finding {
	found, done := a.looks[id]
	if !done {
		if kind, data, err := a.scan.objects.Read(a.scan.ctx, id); err == nil && kind == git.Blob {
			found, _ = a.worker.Look(a.scan.ctx, &engine.Content{Data: data, Fresh: engine.Widen(data, a.spans(id, len(data)))})
		}
		a.looks[id] = found
	}
	context := contextOf(&known)
	for _, again := range found {
		if again.Fingerprint == known.Fingerprint && again.Rule == known.Rule && again.Location.Path == known.Location.Path && contextOf(&again) == context {
			return again
		}
	}
	return known
}

// spans are where something was seen in an object, sorted.
func (a *assembly) spans(id git.ID, size int) []engine.Span {
	spans := []engine.Span{}
	for _, one := range a.byObject[id] {
		spans = append(spans, engine.Span{Start: min(int(one.start), size), End: min(int(one.end), size)})
	}
	slices.SortFunc(spans, func(x, y engine.Span) int { return x.Start - y.Start })
	return spans
}
