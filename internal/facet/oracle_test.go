package facet

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// This file answers queries again, row by row and by other means than the index: texts and regular expressions.

func entryOf(entries []Entry, id int32) *Entry {
	if id > 0 && int(id) <= len(entries) {
		return &entries[id-1]
	}
	return nil
}

var compiled = map[string]*regexp.Regexp{}

func expression(s string) *regexp.Regexp {
	if compiled[s] == nil {
		compiled[s] = regexp.MustCompile(s)
	}
	return compiled[s]
}

// globText turns a pattern into a regular expression.
func globText(pattern string, path bool) *regexp.Regexp {
	out := regexp.QuoteMeta(pattern)
	if !path {
		return expression(`(?is)^` + strings.ReplaceAll(out, `\*`, `.*`) + `$`)
	}
	out = expression(`(^|/)(\\\*\\\*/)+`).ReplaceAllString(out, `$1(?:.*/)?`)
	out = strings.ReplaceAll(out, `\*\*`, `.{0,}`)
	return expression(`(?is)^` + strings.ReplaceAll(out, `\*`, `[^/]*`) + `$`)
}

var lastLine, lastNumber = regexp.MustCompile(`(:\d+){1,2}$`), regexp.MustCompile(`:\d+$`)

func meansName(f Field, value string, names []string, id int32) bool {
	if len(names) == 0 || value == "none" || value == "any" {
		return value == fmt.Sprintf("#%d", id) && id > 0 || value == "none" && len(names) == 0 && id == 0 || value == "any" && (len(names) > 0 || id > 0)
	}
	if exactly, ok := strings.CutPrefix(value, "="); ok {
		return slices.Contains(names, exactly)
	}
	for _, name := range names {
		forms := []string{name}
		if f == Path {
			forms = append(forms, lastLine.ReplaceAllString(name, ""), lastNumber.ReplaceAllString(name, ""))
		}
		if at := strings.LastIndex(name, "@"); f == Component && at > 0 {
			forms = append(forms, name[:at])
		}
		for _, form := range forms {
			if strings.EqualFold(form, value) || strings.Contains(value, "*") && globText(value, f == Path).MatchString(form) {
				return true
			}
			if f == Path && !strings.Contains(value, "*") && expression(`(?i)^`+regexp.QuoteMeta(strings.TrimSuffix(value, "/"))+`[/?#]`).MatchString(form) {
				return true
			}
		}
	}
	return value == fmt.Sprintf("#%d", id)
}

func meansTime(f Field, value string, at time.Time) bool {
	if at.IsZero() || value == "none" || value == "any" {
		return (value == "none") == at.IsZero() && (value == "none" || value == "any")
	}
	if a, b, ok := strings.Cut(value, ".."); ok {
		return meansTime(f, ">="+a, at) && meansTime(f, "<="+b, at)
	}
	rest := strings.TrimLeft(value, "<>=")
	op := strings.TrimSuffix(value, rest)
	if rest == "today" {
		rest = now.Format("2006-01-02")
	}
	if unit := strings.IndexByte("hdw", rest[len(rest)-1]); unit >= 0 {
		n, _ := strconv.Atoi(rest[:len(rest)-1])
		distance := now.Sub(at)
		if f == Due {
			distance = -distance
		}
		limit := time.Duration(n) * []time.Duration{time.Hour, 24 * time.Hour, 168 * time.Hour}[unit]
		return map[string]bool{"<": distance < limit, "<=": distance <= limit, "": distance <= limit, ">": distance > limit, ">=": distance >= limit}[op]
	}
	day := at.Format("2006-01-02")[:len(rest)]
	return map[string]bool{"<": day < rest, "<=": day <= rest, "": day == rest, ">": day > rest, ">=": day >= rest}[op]
}

func meansNumber(value string, n float64) bool {
	if n < 0 || value == "none" || value == "any" {
		return (value == "none") == (n < 0) && (value == "none" || value == "any")
	}
	if a, b, ok := strings.Cut(value, ".."); ok {
		return meansNumber(">="+a, n) && meansNumber("<="+b, n)
	}
	rest := strings.TrimLeft(value, "<>=")
	limit, _ := strconv.ParseFloat(strings.TrimSuffix(rest, "%"), 64)
	if strings.HasSuffix(rest, "%") {
		limit /= 100
	}
	limit, n = float64(float32(limit)), float64(float32(n))
	return map[string]bool{"<": n < limit, "<=": n <= limit, "": n == limit, ">": n > limit, ">=": n >= limit}[strings.TrimSuffix(value, rest)]
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func yes(b bool) string { return map[bool]string{true: "yes", false: "no"}[b] }

// meansWord tells whether a value of a vocabulary is a row's.
func (w *world) meansWord(f Field, value string, r *Row) bool {
	isActive := slices.Contains([]string{"open", "acknowledged", "in-progress"}, r.State)
	scale := func(own string, order ...string) bool {
		rest := strings.TrimLeft(value, "<>=")
		a, b := slices.Index(order, own), slices.Index(order, rest)
		return map[string]bool{"": a == b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[strings.TrimSuffix(value, rest)]
	}
	switch f {
	case State:
		return value == r.State || value == "active" && isActive || value == "closed" && !isActive
	case Level:
		return scale(r.Level.String(), "info", "low", "medium", "high", "critical")
	case Severity:
		return scale(r.Severity.String(), "info", "low", "medium", "high", "critical")
	case Confidence:
		return scale(r.Confidence.String(), "low", "medium", "high", "certain")
	case Class:
		return value == r.Class
	case Reach:
		return value == strings.ReplaceAll(or(r.Reach, "none"), " ", "-")
	case Internet:
		return value == or(r.Internet, "unknown")
	case Environment:
		return value == or(r.Environment, "unknown")
	case Running:
		return value == or(r.Running, "unknown")
	case Exploit:
		return value == or(r.Exploit, "unknown")
	case Data:
		return slices.Contains(r.Data, value) || value == "none" && len(r.Data) == 0 || value == "any" && len(r.Data) > 0
	case KEV:
		return value == yes(r.KEV)
	case Ransomware:
		return value == yes(r.Ransomware)
	case Regression:
		return value == yes(r.Regression)
	case Overdue:
		return value == yes(isActive && !r.Due.IsZero() && r.Due.Before(now))
	case Late:
		return value == yes(!isActive && !r.Due.IsZero() && r.Closed.After(r.Due))
	}
	panic("no vocabulary")
}

func (w *world) means(f Field, value string, r *Row) bool {
	named := func(entries []Entry, id int32) bool {
		var names []string
		if e := entryOf(entries, id); e != nil {
			names = append([]string{e.Name}, e.Aliases...)
		}
		return meansName(f, value, names, id)
	}
	text := func(parts ...string) bool {
		return meansName(f, value, slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), 0)
	}
	asset := entryOf(w.assets, r.Asset)
	if asset == nil {
		asset = &Entry{}
	}
	switch f {
	case Text:
		return w.says(value, r)
	case Score:
		return meansNumber(value, float64(r.Score))
	case EPSS:
		return meansNumber(value, float64(r.EPSS))
	case Asset:
		return named(w.assets, r.Asset)
	case Kind:
		return text(asset.Kind)
	case Criticality:
		return text(asset.Criticality)
	case Team:
		return named(w.teams, r.Team)
	case Assignee:
		return named(w.people, r.Assignee)
	case Rule:
		return named(w.rules, r.Rule)
	case Flaw:
		return named(w.flaws, r.Flaw)
	case Title:
		return text(r.Title)
	case Path:
		return text(r.Place)
	case Component:
		return text(r.Component)
	case Fix:
		return text(r.Fix)
	case Tool:
		return text(r.Tools...)
	case Ref:
		return text(r.Refs...)
	case Opened:
		return meansTime(f, value, r.Opened)
	case Changed:
		return meansTime(f, value, r.Changed)
	case Due:
		return meansTime(f, value, r.Due)
	case Closed:
		return meansTime(f, value, r.Closed)
	}
	return w.meansWord(f, value, r)
}

func (w *world) says(word string, r *Row) bool {
	all := []string{r.Title, r.Place, r.Component}
	for _, e := range []*Entry{entryOf(w.rules, r.Rule), entryOf(w.flaws, r.Flaw), entryOf(w.assets, r.Asset)} {
		if e != nil {
			all = append(all, append(e.Aliases, e.Name, e.Title)...)
		}
	}
	return slices.ContainsFunc(all, func(s string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(word)) })
}

func (w *world) holds(q Query, r *Row) bool {
	for _, t := range q.terms {
		if slices.ContainsFunc(t.Values, func(v string) bool { return w.means(t.Field, v, r) }) == t.Not {
			return false
		}
	}
	for _, s := range q.scopes {
		if !(r.Team > 0 && slices.Contains(s.Teams, r.Team)) && !(r.Asset > 0 && slices.Contains(s.Assets, r.Asset)) {
			return false
		}
	}
	return true
}

// ask invents a value of a field.
func (w *world) ask(f Field) string {
	op := pick(w, "", "<", "<=", ">", ">=")
	name := func(entries []Entry) string {
		e := entries[w.IntN(len(entries))]
		n := pick(w, append(e.Aliases, e.Name)...)
		return pick(w, n, strings.ToUpper(n), "="+n, n[:1]+"*", "*"+n[1:], "none", "any", fmt.Sprintf("#%d", e.ID), "#9", "nobody", "*")
	}
	switch f {
	case Text:
		return pick(w, "sql", "LODASH", "a.py", "überlauf", "ghsa-aaaa-bbbb-0002", "go-2026-1", "shop", "büro", "e", "zzz", "rule-1", "request forgery", "BUCKET.*")
	case Score:
		return pick(w, op+strconv.Itoa(w.IntN(101)), "30..60")
	case EPSS:
		return pick(w, op+"0.1", op+"10%", op+"0", op+"1", "0.01..0.5", "none", "any")
	case Asset:
		return name(w.assets)
	case Team:
		return name(w.teams)
	case Assignee:
		return name(w.people)
	case Rule:
		return name(w.rules)
	case Flaw:
		return name(w.flaws)
	case Kind:
		return pick(w, "repository", "Image", "none", "any", "*o*", "zzz")
	case Criticality:
		return pick(w, "high", "low", "none", "any", "=high")
	case Title:
		return pick(w, "sql injection", "*HASH", "=Weak hash", "=weak hash", "none", "any", "über*")
	case Path:
		return pick(w, "src", "src/", "src/a.py", "src/a.py:12", "src/a.py:1", "=src/a.py:1", "src/**", "src/*", "**/a.py", "**/*.go", "src/**/c.go", "src/**/a.py", "SRC/upper.java", "*.py",
			"https://shop.example", "https://shop.example/api", "=aws_s3_bucket.*", "none", "any", "**", "src/pay/b.go:3", "s**c/*", "**/**/b.go")
	case Component:
		return pick(w, "lodash", "LODASH@4.17.20", "@babel/*", "@babel/core", "left-pad", "none", "any", "=lodash", "=lodash@4.17.21", "*@7*")
	case Fix:
		return pick(w, "any", "none", "upgrade*", "=4.17.*")
	case Tool:
		return pick(w, "semgrep", "Trivy", "none", "any", "z*", "other")
	case Ref:
		return pick(w, "main", "release/*", "none", "any")
	case Opened, Changed, Due, Closed:
		return pick(w, op+strconv.Itoa(w.IntN(500))+"h", op+"7d", op+"2w", "<-3d", "none", "any", "today", op+"2026-11-20", op+"2026-11", op+"2026", "2026-11-10..2026-12", op+"today")
	}
	words := f.Values()
	word := words[w.IntN(len(words))]
	if k := f.about().kind; k == kindScale {
		return op + word
	}
	return word
}

// query invents a query, by way of its text.
func (w *world) query(t *testing.T, fields []Field) Query {
	t.Helper()
	var terms []string
	for _, f := range fields {
		values := []string{w.ask(f)}
		for f != Text && w.IntN(3) == 0 {
			values = append(values, w.ask(f))
		}
		for i, v := range values {
			values[i] = quote(v)
		}
		terms = append(terms, pick(w, "", "", "-")+map[bool]string{true: "", false: f.String() + ":"}[f == Text]+strings.Join(values, ","))
	}
	q, err := Parse(strings.Join(terms, " "), nil)
	if err != nil {
		t.Fatal(err)
	}
	for w.IntN(4) == 0 {
		q = q.Within(Scope{Teams: []int32{int32(w.IntN(5)), int32(w.IntN(3))}, Assets: []int32{int32(w.IntN(9))}})
	}
	return q
}

// ids gives the ids of a query's rows, as the oracle says and as the index says.
func (w *world) ids(x *Index, rows []Row, q Query) (want, got []int64) {
	for i := range rows {
		if w.holds(q, &rows[i]) {
			want = append(want, rows[i].ID)
		}
	}
	x.Each(q, now, func(r Row) bool { got = append(got, r.ID); return true })
	slices.Sort(got)
	return want, got
}

func TestQuery_everyFieldAgreesWithBruteForce(t *testing.T) {
	w, x := newWorld(3), New()
	rows := w.fill(x, 1500)
	for f := range numFields {
		t.Run(f.String(), func(t *testing.T) {
			hits := 0
			for range 30 {
				q := w.query(t, []Field{f})
				want, got := w.ids(x, rows, q)
				hits += len(want)
				if !slices.Equal(got, want) {
					t.Fatalf("%s %v: %d findings, want %d", q, q.scopes, len(got), len(want))
				}
			}
			if hits == 0 {
				t.Error("no query meant any finding")
			}
		})
	}
}

func TestQuery_combinationsAgreeWithBruteForce(t *testing.T) {
	w, x := newWorld(4), New()
	rows := w.fill(x, 1500)
	hits := 0
	for range 300 {
		var fields []Field
		for range 1 + w.IntN(4) {
			fields = append(fields, Field(w.IntN(int(numFields))))
		}
		q := w.query(t, fields)
		want, got := w.ids(x, rows, q)
		if !slices.Equal(got, want) {
			t.Fatalf("%s %v: %d findings, want %d", q, q.scopes, len(got), len(want))
		}
		if page := x.List(q, Order{}, Cursor{}, 1, now); page.Total != len(want) {
			t.Errorf("%s: total %d, want %d", q, page.Total, len(want))
		}
		if len(want) > 0 {
			hits++
		}
	}
	if hits < 30 {
		t.Errorf("only %d queries meant any finding", hits)
	}
}
