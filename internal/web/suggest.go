package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/facet"
)

// suggestion is a way to go on with a query.
type suggestion struct {
	// Label is what is added, Hint what it means, Count how many findings there would be (-1 where it was not counted).
	Label, Hint string
	Count       int
	// Query is the whole query with it, At where the writing goes on.
	Query string
	At    int
}

// hints say of each field what it is for, with a value to begin with.
var hints = sync.OnceValue(func() map[facet.Field]string {
	return map[facet.Field]string{
		facet.State: "open, acknowledged, in-progress, fixed, verified…; active, closed", facet.Level: "the rank here: critical, high…; >=high",
		facet.Severity: "how bad such a fault is in general", facet.Score: "the rank's number: >=70, 40..69", facet.Confidence: "how sure the tool is",
		facet.Class: "what was looked at: sast, sca, secret, iac…", facet.Asset: "a repository, image, host…", facet.Kind: "what kind of asset",
		facet.Criticality: "how much the asset matters", facet.Team: "who owns it; none", facet.Assignee: "who works on it; none", facet.Rule: "the rule's id",
		facet.Flaw: "CVE, GHSA or another name of a flaw", facet.Title: "the whole title", facet.Path: "a file or folder: src/**/*.py",
		facet.Component: "a package: lodash, lodash@4.17.20", facet.Fix: "what mends it; any", facet.Tool: "who sees it", facet.Ref: "branch or tag",
		facet.Reach: "whether the faulty code is called", facet.Internet: "open, authenticated, no", facet.Environment: "production, staging…",
		facet.Running: "yes, no", facet.Data: "personal, health, card…", facet.Exploit: "active, poc, none", facet.KEV: "known to be exploited (CISA)",
		facet.Ransomware: "known to be used by ransomware", facet.Regression: "was fixed once and came back", facet.EPSS: "chance of exploitation: >=10%",
		facet.Opened: "<7d, 2026-11, >=2026-11-01", facet.Changed: "<24h, today", facet.Due: "<7d, <-3d, none", facet.Closed: "<30d, none",
		facet.Overdue: "yes: its time has run out", facet.Late: "yes: it was closed too late",
	}
})

// examples are values to begin with, of fields whose values cannot be counted.
var examples = sync.OnceValue(func() map[facet.Field][]string {
	return map[facet.Field][]string{
		facet.Score: {">=90", ">=70", "40..69"}, facet.EPSS: {">=50%", ">=10%", ">=1%", "none"},
		facet.Opened: {"<24h", "<7d", "<30d", ">90d"}, facet.Changed: {"<24h", "<7d", "<30d"}, facet.Closed: {"<7d", "<30d", "<90d"},
		facet.Due: {"<24h", "<7d", "<30d", "<-7d", "none"},
	}
})

const maxSuggestions = 12

// suggest answers with ways to go on while somebody types.
func (v *visit) suggest() error {
	text := v.r.URL.Query().Get("q")
	at, err := strconv.Atoi(v.r.URL.Query().Get("at"))
	if err != nil || at < 0 || at > len(text) || len(text) > 4096 {
		at = len(text)
	}
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	before, word, after := wordAt(text, at)
	list, err := v.ways(before, word, after)
	if err != nil {
		return err
	}
	return v.part(http.StatusOK, "suggestions", list)
}

// wordAt splits a query into the word that ends at a place, and what stands before it and behind.
func wordAt(text string, at int) (before, word, after string) {
	begin, quoted := 0, false
	for i := range at {
		switch {
		case text[i] == '"' && (i == 0 || text[i-1] != '\\'):
			quoted = !quoted
		case text[i] == ' ' && !quoted:
			begin = i + 1
		}
	}
	end := at
	for end < len(text) && text[end] != ' ' {
		end++
	}
	return text[:begin], text[begin:at], text[end:]
}

// ways are the fields whose name begins with the word, or the values of the field that the word names.
func (v *visit) ways(before, word, after string) ([]suggestion, error) {
	minus := ""
	if rest, ok := strings.CutPrefix(word, "-"); ok {
		minus, word = "-", rest
	}
	add := func(label, hint string, n int, text string, on bool) suggestion {
		head := before + minus + text
		if !on {
			return suggestion{label, hint, n, head + after, len(head)}
		}
		return suggestion{label, hint, n, head + " " + strings.TrimLeft(after, " "), len(head) + 1}
	}
	name, value, ok := strings.Cut(word, ":")
	if !ok {
		var out []suggestion
		for _, f := range facet.Fields() {
			if strings.HasPrefix(f.String(), strings.ToLower(name)) {
				out = append(out, add(f.String()+":", hints()[f], -1, f.String()+":", false))
			}
		}
		return out[:min(len(out), maxSuggestions)], nil
	}
	f, ok := facet.ParseField(name)
	if !ok {
		return nil, nil
	}
	chosen, last := "", value
	if i := strings.LastIndexByte(value, ','); i >= 0 {
		chosen, last = value[:i+1], value[i+1:]
	}
	values, err := v.valuesLike(before+after, f, strings.Trim(last, `"`))
	var out []suggestion
	for _, b := range values {
		q, err := facet.Query{}.With(f, b.Value)
		if err != nil {
			continue
		}
		text := strings.TrimPrefix(q.String(), f.String()+":")
		out = append(out, add(b.Label, "", b.Count, f.String()+":"+chosen+text, true))
	}
	return out, err
}

// valuesLike are the values of a field that hold a text, the most frequent first among the findings of the rest of the query.
func (v *visit) valuesLike(rest string, f facet.Field, text string) ([]facet.Bucket, error) {
	if list := examples()[f]; list != nil {
		var out []facet.Bucket
		for _, e := range list {
			if strings.HasPrefix(e, text) {
				out = append(out, facet.Bucket{Value: e, Label: e, Count: -1})
			}
		}
		return out, nil
	}
	if _, err := facet.Parse(rest, nil); err != nil {
		rest = ""
	}
	const looked = 2000
	counts, err := v.desk.Facets(v.ctx(), v.who, rest, []facet.Field{f}, looked)
	if err != nil { // a name in the rest that nobody has: count among all
		if counts, err = v.desk.Facets(v.ctx(), v.who, "", []facet.Field{f}, looked); err != nil {
			return nil, err
		}
	}
	text = strings.ToLower(text)
	out := slices.DeleteFunc(counts[f], func(b facet.Bucket) bool { return !strings.Contains(strings.ToLower(b.Label), text) })
	slices.SortStableFunc(out, func(a, b facet.Bucket) int {
		return begins(b.Label, text) - begins(a.Label, text)
	})
	return out[:min(len(out), maxSuggestions)], nil
}

func begins(label, text string) int {
	if strings.HasPrefix(strings.ToLower(label), text) {
		return 1
	}
	return 0
}
