package advisory

import (
	"fmt"
	"slices"
)

// soundRanges sorts the events of a package's ranges and leaves out ranges that are impossible: with a bound that is no version,
// without a beginning, or that end before they begin.
func (r *Record) soundRanges(a *Affected) {
	o := orderOf(a.Ecosystem)
	kept := a.Ranges[:0]
	for _, one := range a.Ranges {
		with := o
		if with == noOrder && one.Type == "SEMVER" {
			with = semverOrder
		}
		if pair := impossiblePair(with, &one); pair != "" {
			r.problem(fmt.Sprintf("a part of a range of %.80q was left out: %s", a.Name, pair))
			if len(one.Events) == 0 {
				continue
			}
		}
		if why := sound(with, &one); why != "" {
			r.problem(fmt.Sprintf("a range of %.80q was left out: %s", a.Name, why))
			continue
		}
		kept = append(kept, one)
	}
	a.Ranges = kept
	versions := a.Versions[:0]
	for _, v := range a.Versions {
		if plain(v) {
			versions = append(versions, v)
		} else {
			r.problem(fmt.Sprintf("a version of %.80q was left out: %.80q is none", a.Name, v))
		}
	}
	a.Versions = versions
}

// impossiblePair takes out bounds that stand side by side and end before they begin. After sorting, the beginning alone would remain,
// and claim every version behind it.
func impossiblePair(o order, one *Range) (why string) {
	if o == noOrder {
		return ""
	}
	valid := func(v string) bool { return v == "0" || o.valid(v) }
	for i := 0; i+1 < len(one.Events); i++ {
		begin, end := one.Events[i], one.Events[i+1]
		if begin.Kind != Introduced || end.Kind != Fixed && end.Kind != LastAffected || !valid(begin.Version) || !valid(end.Version) {
			continue
		}
		if c := o.bound(end.Version, begin.Version); c < 0 || c == 0 && end.Kind == Fixed {
			why = fmt.Sprintf("%s %.80q does not come after introduced %.80q", end.Kind, end.Version, begin.Version)
			one.Events = slices.Delete(slices.Clone(one.Events), i, i+2)
			i--
		}
	}
	return why
}

// sound sorts the events of a range and says what makes it impossible, "" where nothing does.
// Where the ecosystem's order is not known, the events are kept as they are: nothing is ever inside such a range.
func sound(o order, one *Range) string {
	if len(one.Events) > 10_000 {
		return "it has too many bounds"
	}
	for i, e := range one.Events {
		if e.Version == "*" && e.Kind == Limit {
			one.Events = slices.Delete(slices.Clone(one.Events), i, i+1)
			return sound(o, one)
		}
		if !plain(e.Version) || o != noOrder && e.Version != "0" && !o.valid(e.Version) {
			return fmt.Sprintf("%s %.80q is no version", e.Kind, e.Version)
		}
	}
	if o == noOrder {
		return ""
	}
	slices.SortStableFunc(one.Events, func(a, b Event) int {
		if c := o.bound(a.Version, b.Version); c != 0 {
			return c
		}
		return int(a.Kind) - int(b.Kind)
	})
	one.Events = slices.Compact(one.Events)
	for _, e := range one.Events {
		switch e.Kind {
		case Introduced:
			return ""
		case Fixed, LastAffected:
			return fmt.Sprintf("%s %.80q comes before any introduced version", e.Kind, e.Version)
		}
	}
	return "no version is introduced"
}

// bound compares two bounds of ranges, where "0" stands before every version.
func (o order) bound(a, b string) int {
	switch {
	case a == "0" && b == "0":
		return 0
	case a == "0":
		return -1
	case b == "0":
		return 1
	}
	return o.compare(a, b)
}

// inside tells whether a version is in the range, by OSV's evaluation algorithm. The events are sorted.
func (one *Range) inside(o order, version string) bool {
	limited, below := false, false
	inside := false
	for _, e := range one.Events {
		if e.Kind == Limit {
			limited = true
			below = below || o.bound(version, e.Version) < 0
			continue
		}
		if c := o.bound(version, e.Version); c >= 0 {
			switch {
			case e.Kind == Introduced:
				inside = true
			case e.Kind == Fixed, e.Kind == LastAffected && c > 0:
				inside = false
			}
		}
	}
	return inside && (!limited || below)
}
