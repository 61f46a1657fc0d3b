package facet

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The bounds of a query that people type.
const (
	maxQuery  = 16 << 10 // bytes
	maxTerms  = 64
	maxValues = 1000 // of all terms
	maxValue  = 512  // bytes
)

// Names tells Parse which names there are, so that a slip of the pen is an error that says what was meant. An Index is one.
type Names interface {
	// Known tells whether a field's value fits any name, and if not which names are near it.
	Known(f Field, value string) (known bool, near []string)
}

// Parse reads a query as people type it and as it stands in a URL:
//
//	state:open level:critical,high team:payments -tool:trivy kev:yes due:<7d path:src/** "prototype pollution"
//
// Conditions stand beside one another and all must hold; values stand behind commas and are alternatives; a minus turns a condition round.
// What holds spaces, commas or quotes is quoted, with \" for a quote and \\ for a backslash in it. A value that begins with "=" is that very
// name, whatever stands in it, and "#12" is the name with id 12. Names is asked about assets, teams and people and may be nil; what nobody
// is called then matches nothing. Errors say which word is wrong and what is possible.
func Parse(text string, names Names) (Query, error) {
	if len(text) > maxQuery {
		return Query{}, fmt.Errorf("query of %d bytes: want at most %d", len(text), maxQuery)
	}
	if !utf8.ValidString(text) {
		return Query{}, errors.New("query: want UTF-8")
	}
	var q Query
	values := 0
	for l := (lexer{text}); ; {
		t, err := l.term()
		if err != nil {
			return Query{}, fmt.Errorf("query: %w", err)
		}
		if len(t.Values) == 0 {
			return q, nil
		}
		for i, value := range t.Values {
			if t.Values[i], err = t.Field.check(value); err != nil {
				return Query{}, fmt.Errorf("query: %w", err)
			}
			if err := t.Field.known(t.Values[i], names); err != nil {
				return Query{}, fmt.Errorf("query: %w", err)
			}
		}
		q.terms = append(q.terms, t)
		if values += len(t.Values); values > maxValues || len(q.terms) > maxTerms {
			return Query{}, fmt.Errorf("query: want at most %d conditions and %d values", maxTerms, maxValues)
		}
	}
}

// lexer takes terms from the front of a text.
type lexer struct{ rest string }

// term takes the next term; one without values is the end.
func (l *lexer) term() (t Term, err error) {
	l.rest = strings.TrimLeftFunc(l.rest, unicode.IsSpace)
	if after, ok := strings.CutPrefix(l.rest, "-"); ok && after != "" && !unicode.IsSpace(firstRune(after)) {
		t.Not, l.rest = true, after
	}
	if l.rest == "" {
		return t, nil
	}
	name, rest, ok := cutField(l.rest)
	if !ok {
		word, err := l.take(unicode.IsSpace)
		t.Values = []string{word}
		return t, err
	}
	if t.Field, ok = ParseField(name); !ok {
		return t, unknownField(name)
	}
	l.rest = rest
	for {
		value, err := l.take(func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
		if err != nil {
			return t, fmt.Errorf("%s: %w", t.Field, err)
		}
		if t.Values = append(t.Values, value); !strings.HasPrefix(l.rest, ",") {
			return t, nil
		}
		l.rest = l.rest[1:]
	}
}

// take takes a word up to where it ends, or what stands between two quotes.
func (l *lexer) take(ends func(rune) bool) (string, error) {
	if !strings.HasPrefix(l.rest, `"`) {
		end := strings.IndexFunc(l.rest, ends)
		if end < 0 {
			end = len(l.rest)
		}
		word := l.rest[:end]
		l.rest = l.rest[end:]
		return word, nil
	}
	var b strings.Builder
	for i := 1; i < len(l.rest); i++ {
		switch c := l.rest[i]; {
		case c == '"':
			word := l.rest
			l.rest = l.rest[i+1:]
			if l.rest != "" && !ends(firstRune(l.rest)) {
				return "", fmt.Errorf("%q: want a space after the quote", word[:i+1])
			}
			return b.String(), nil
		case c == '\\' && i+1 < len(l.rest) && strings.IndexByte(`"\`, l.rest[i+1]) >= 0:
			i++
			b.WriteByte(l.rest[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", fmt.Errorf("%q: want a quote at the end", l.rest)
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func unknownField(name string) error {
	best, bound := "", 3
	for _, f := range Fields() {
		if d := distance(strings.ToLower(name), f.String(), bound); d < bound {
			best, bound = f.String(), d
		}
	}
	if best != "" {
		return fmt.Errorf("%q is no field: did you mean %s? Put it in quotes to look for it as text", name, best)
	}
	var all []string
	for _, f := range Fields() {
		all = append(all, f.String())
	}
	return fmt.Errorf("%q is no field: want %s; put it in quotes to look for it as text", name, anyOf(all))
}

// known asks about the names of what an organisation has. Rules, flaws, tools and branches that nobody has seen yet are a fair question.
func (f Field) known(value string, names Names) error {
	if names == nil || f != Asset && f != Team && f != Assignee {
		return nil
	}
	ok, near := names.Known(f, value)
	switch {
	case ok:
		return nil
	case len(near) > 0:
		for i := range near {
			near[i] = fmt.Sprintf("%q", near[i])
		}
		return fmt.Errorf("%s %q: there is none; did you mean %s?", f, value, anyOf(near))
	}
	return fmt.Errorf("%s %q: there is none", f, value)
}

// anyOf writes "a, b or c".
func anyOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// Known tells whether a value of Asset, Team or Assignee fits any name, and if not which names are near it.
func (x *Index) Known(f Field, value string) (bool, []string) {
	about := f.about()
	if about.kind != kindName || value == "none" || value == "any" {
		return true, nil
	}
	d := x.current.Load().names[about.column]
	if _, ok := number(value); ok || strings.Contains(value, "*") || !d.pick(f, value).empty() {
		return true, nil
	}
	return false, d.near(value)
}

// Suggest gives up to limit names of Asset, Team, Assignee, Rule or Flaw that hold the text in their name, those that begin with it first: what
// a search box offers while somebody types. It knows no scope, nor does Known: who may not see all names needs Names of their own.
func (x *Index) Suggest(f Field, text string, limit int) []string {
	about := f.about()
	if about.kind != kindName {
		return nil
	}
	return x.current.Load().names[about.column].suggest(text, limit)
}
