package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/history"
)

// sighting is one thing a tool reported.
type sighting struct {
	// value is the secret, for comparing only; says is what it says where it is base64 of text.
	value, says string
	// rule is what the tool calls it; the rest is where it stands.
	rule, path, commit string
	line               int
}

// found compares what was found in a history: speed must never be bought with recall.
func (s *session) found(sub subject) error {
	fmt.Fprintf(s.out, "## Found in the history: %s\n\n", sub.name)
	s.progress("%s: comparing findings", sub.name)
	ours, err := readReeve(sub.path)
	if err != nil {
		return fmt.Errorf("scan with the library: %w", err)
	}
	fmt.Fprintf(s.out, "| | distinct secrets | planted found | in common with reeve | theirs only | reeve only |\n|---|---:|---:|---:|---:|---:|\n")
	fmt.Fprintf(s.out, "| reeve | %d | %s | | | |\n", len(distinct(ours)), countPlanted(sub.planted, ours))
	var notes []string
	for _, p := range s.present() {
		report := s.report(p, sub, "history")
		theirs, err := p.read(report)
		_ = os.Remove(report) // it holds the values
		if err != nil {
			fmt.Fprintf(s.out, "| %s: no report | | | | | |\n", p.name)
			s.progress("%s: %v", p.name, err)
			continue
		}
		d := compare(ours, theirs)
		fmt.Fprintf(s.out, "| %s %s | %d | %s | %d | %d | %d |\n", p.name, p.version, len(distinct(theirs)), countPlanted(sub.planted, theirs), d.common, len(d.theirs), len(d.ours))
		notes = append(notes, byRule(p.name+" only", d.theirs), byRule("reeve only, beside "+p.name, d.ours))
		s.tell(sub.name+": "+p.name+" only", d.theirs)
		s.tell(sub.name+": reeve only, beside "+p.name, d.ours)
	}
	fmt.Fprintf(s.out, "\n%s", strings.Join(notes, ""))
	return nil
}

// difference is how far two tools agree about a subject, by distinct secret.
type difference struct {
	// common counts their secrets that we found too.
	common       int
	theirs, ours []sighting
}

func compare(ours, theirs []sighting) difference {
	ours, theirs = distinct(ours), distinct(theirs)
	var d difference
	for _, t := range theirs {
		if holds(ours, t) {
			d.common++
		} else {
			d.theirs = append(d.theirs, t)
		}
	}
	for _, o := range ours {
		if !holds(theirs, o) {
			d.ours = append(d.ours, o)
		}
	}
	return d
}

// shortest is the length from which on a value found inside another is taken for the same secret.
const shortest = 4

// holds tells whether a value, or one that holds it or is held by it, is among them: tools cut the same secret differently,
// and some show base64 where others show what it says. The list comes from distinct.
func holds(list []sighting, v sighting) bool {
	return slices.ContainsFunc(list, func(s sighting) bool {
		return same(s.value, v.value) || same(s.says, v.value) || same(s.value, v.says) || same(s.says, v.says)
	})
}

func same(x, y string) bool {
	return min(len(x), len(y)) >= shortest && (strings.Contains(x, y) || strings.Contains(y, x)) || x == y && x != ""
}

// decoded is what a value says where it is base64 of printable text, else empty.
func decoded(v string) string {
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		data, err := encoding.DecodeString(v)
		if err == nil && len(data) >= shortest && !slices.ContainsFunc(data, notText) {
			return plainly(string(data))
		}
	}
	return ""
}

func notText(b byte) bool { return b < ' ' && b != '\n' && b != '\r' && b != '\t' || b >= 0x7f }

// distinct keeps the first sighting of each value, with the values in one form: sorted, without white space and escaped line ends,
// which tools keep or drop as they please.
func distinct(list []sighting) []sighting {
	one := make([]sighting, 0, len(list))
	for _, s := range list {
		s.value = plainly(s.value)
		s.says = decoded(s.value)
		if s.value != "" {
			one = append(one, s)
		}
	}
	slices.SortStableFunc(one, func(a, b sighting) int { return cmp.Compare(a.value, b.value) })
	return slices.CompactFunc(one, func(a, b sighting) bool { return a.value == b.value })
}

// plainly brings a value into the form in which values are compared.
func plainly(v string) string { return lineEnds.Replace(strings.Join(strings.Fields(v), "")) }

var lineEnds = strings.NewReplacer(`\\r`, "", `\\n`, "", `\r`, "", `\n`, "")

func countPlanted(planted []string, seen []sighting) string {
	if planted == nil {
		return ""
	}
	seen = distinct(seen)
	n := 0
	for _, p := range planted {
		if holds(seen, sighting{value: plainly(p)}) {
			n++
		}
	}
	return fmt.Sprintf("%d of %d", n, len(planted))
}

// byRule is a line that counts sightings by rule, the most frequent first.
func byRule(title string, list []sighting) string {
	count := map[string]int{}
	for _, s := range list {
		count[s.rule]++
	}
	if len(count) == 0 {
		return ""
	}
	rules := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	var parts []string
	for i, rule := range rules {
		if i == mostRules {
			parts = append(parts, fmt.Sprintf("%d more rules", len(rules)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%d %s", count[rule], rule))
	}
	return fmt.Sprintf("%s: %s.\n\n", title, strings.Join(parts, ", "))
}

// mostRules is how many rules such a line names.
const mostRules = 15

// tell names sightings one by one, where that was asked for.
func (s *session) tell(title string, list []sighting) {
	if s.differences == nil {
		return
	}
	for _, one := range list {
		fmt.Fprintf(s.differences, "%s\t%s\t%s:%d\t%.10s\t%s\n", title, one.rule, one.path, one.line, one.commit, shape(one.value))
	}
}

// readReeve gives what reeve finds, with the values, which no report of reeve shows: the benchmark asks the library.
func readReeve(path string) ([]sighting, error) {
	ctx := context.Background()
	chosen, err := engines.Rules(engines.Choice{})
	if err != nil {
		return nil, err
	}
	all, err := engines.All(engines.Needs{Rules: chosen.Rules, Key: finding.Key("bench"), KeepSecrets: true})
	if err != nil {
		return nil, err
	}
	repo, err := git.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	report, err := history.Scan(ctx, repo, engine.NewPass(all, archive.Limits{}), history.Options{})
	if err != nil {
		return nil, err
	}
	var list []sighting
	for _, f := range report.Findings {
		list = append(list, sighting{value: f.Secret.Reveal(), rule: f.Rule, path: f.Location.Path, commit: f.Location.Commit, line: f.Location.Region.StartLine})
	}
	return list, nil
}
