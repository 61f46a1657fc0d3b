package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// split compares two lists, both sorted and each once.
func split(ours, theirs []listing) (common int, theirsOnly, oursOnly []listing) {
	for len(ours) > 0 || len(theirs) > 0 {
		order := 0
		switch {
		case len(ours) == 0:
			order = 1
		case len(theirs) == 0:
			order = -1
		default:
			order = compareListings(ours[0], theirs[0])
		}
		switch {
		case order == 0:
			common++
			ours, theirs = ours[1:], theirs[1:]
		case order < 0:
			oursOnly, ours = append(oursOnly, ours[0]), ours[1:]
		default:
			theirsOnly, theirs = append(theirsOnly, theirs[0]), theirs[1:]
		}
	}
	return common, theirsOnly, oursOnly
}

func (l listing) kindOf() string { return l.kind }

// byKind is a line that counts things by their kind, the most frequent first.
func byKind[T interface{ kindOf() string }](title string, list []T) string {
	sightings := make([]sighting, len(list))
	for i, l := range list {
		sightings[i].rule = l.kindOf()
	}
	return byRule(title, sightings)
}

// tellAll names things one by one on standard error, where that was asked for.
func tellAll[T fmt.Stringer](s *session, title string, list []T) {
	if s.differences == nil {
		return
	}
	for _, one := range list {
		fmt.Fprintf(s.differences, "%s\t%q\n", title, one.String())
	}
}

// flaw is one flaw of one package, under all the ids it goes by.
type flaw struct {
	at  listing
	ids []string
}

func (f flaw) String() string { return f.at.String() + " " + strings.Join(f.ids, " ") }

func (f flaw) kindOf() string { return f.at.kind }

// sameFlaw tells whether two tools mean the same: one id in common is enough.
func sameFlaw(a, b flaw) bool {
	return a.at == b.at && slices.ContainsFunc(a.ids, func(id string) bool { return slices.Contains(b.ids, id) })
}

// readReeveFlaws reads the flaws in a result of reeve: a finding may stand for several versions of a package.
func readReeveFlaws(report string) ([]flaw, error) {
	data, err := os.ReadFile(report)
	if err != nil {
		return nil, err
	}
	var result struct {
		Findings []struct {
			Rule, Engine string
			Aliases      []string
			Facts        []struct{ Name, Value string }
			Component    *struct{ Ecosystem, Name, Version string }
		}
	}
	if err := json.Unmarshal(data, &result); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	var list []flaw
	for _, f := range result.Findings {
		if f.Engine != "sca" || f.Component == nil {
			continue
		}
		versions, advisory := []string{f.Component.Version}, false
		for _, fact := range f.Facts {
			switch fact.Name {
			case "versions":
				versions = strings.Split(fact.Value, ", ")
			case "advisory":
				advisory = true
			}
		}
		for _, v := range versions {
			if advisory {
				list = append(list, flaw{ofOSV(f.Component.Ecosystem, f.Component.Name, v), append([]string{f.Rule}, f.Aliases...)})
			}
		}
	}
	return flawsOnce(list), nil
}

// readOSVFlaws reads the flaws in a report of osv-scanner.
func readOSVFlaws(report string) ([]flaw, error) {
	r, err := openOSVReport(report)
	if err != nil {
		return nil, err
	}
	var list []flaw
	for _, result := range r.Results {
		for _, p := range result.Packages {
			for _, g := range p.Groups {
				list = append(list, flaw{ofOSV(p.Package.Ecosystem, cmp.Or(p.Package.Binary, p.Package.Name), p.Package.Version), append(g.IDs, g.Aliases...)})
			}
		}
	}
	return flawsOnce(list), nil
}

// flawsOnce sorts flaws and joins those of a package that share an id.
func flawsOnce(list []flaw) []flaw {
	for i := range list {
		slices.Sort(list[i].ids)
		list[i].ids = slices.Compact(list[i].ids)
	}
	slices.SortStableFunc(list, func(a, b flaw) int {
		return cmp.Or(compareListings(a.at, b.at), slices.Compare(a.ids, b.ids))
	})
	var out []flaw
	for _, f := range list {
		if joined := joinFlaw(out, f); !joined {
			out = append(out, f)
		}
	}
	return out
}

// joinFlaw adds a flaw to the one before it of the same package that shares an id.
func joinFlaw(out []flaw, f flaw) bool {
	for i := len(out) - 1; i >= 0 && out[i].at == f.at; i-- {
		if sameFlaw(out[i], f) {
			out[i].ids = append(out[i].ids, f.ids...)
			slices.Sort(out[i].ids)
			out[i].ids = slices.Compact(out[i].ids)
			return true
		}
	}
	return false
}

// splitFlaws compares two lists of flaws. common counts theirs that are among ours.
func splitFlaws(ours, theirs []flaw) (common int, theirsOnly, oursOnly []flaw) {
	held := func(list []flaw, f flaw) bool {
		i, _ := slices.BinarySearchFunc(list, f.at, func(x flaw, at listing) int { return compareListings(x.at, at) })
		for ; i < len(list) && list[i].at == f.at; i++ {
			if sameFlaw(list[i], f) {
				return true
			}
		}
		return false
	}
	for _, t := range theirs {
		if held(ours, t) {
			common++
		} else {
			theirsOnly = append(theirsOnly, t)
		}
	}
	for _, o := range ours {
		if !held(theirs, o) {
			oursOnly = append(oursOnly, o)
		}
	}
	return common, theirsOnly, oursOnly
}
