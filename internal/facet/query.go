package facet

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Query says which findings are meant. The zero value means all of them. It is a value: its methods give another one. What it holds has been
// checked, so a query can always be answered.
type Query struct {
	terms  []Term
	scopes []Scope
}

// Term is one condition of a query.
type Term struct {
	// Field is what is asked; Text for a word that stands alone.
	Field Field
	// Not turns the condition round.
	Not bool
	// Values are alternatives, as people type them (see Field for what they may be). A Text has one.
	Values []string
}

// Scope is what somebody may see: findings of the teams, and findings of the assets. The zero value is nothing.
type Scope struct {
	// Teams and Assets are ids.
	Teams, Assets []int32
}

// Within narrows a query to a scope. It cannot be undone, and no text can say it: scopes only ever take away.
func (q Query) Within(s Scope) Query {
	q.scopes = append(slices.Clip(q.scopes), Scope{slices.Clone(s.Teams), slices.Clone(s.Assets)})
	return q
}

// Terms gives the conditions, all of which must hold.
func (q Query) Terms() []Term { return slices.Clone(q.terms) }

// With gives the query with one more condition, or the error that Parse would give. Where the field is asked for already, the values take
// the place of those that were asked for.
func (q Query) With(f Field, values ...string) (Query, error) {
	t := Term{Field: f, Values: slices.Clone(values)}
	if len(values) == 0 || f >= numFields || f == Text && len(values) > 1 {
		return q, fmt.Errorf("query %s: want a value", f)
	}
	for i, value := range t.Values {
		var err error
		if t.Values[i], err = f.check(value); err != nil {
			return q, fmt.Errorf("query: %w", err)
		}
	}
	if f != Text {
		q = q.without(func(t Term) bool { return t.Field == f && !t.Not })
	}
	q.terms = append(slices.Clip(q.terms), t)
	return q, nil
}

// Without gives the query without the conditions on a field.
func (q Query) Without(f Field) Query {
	return q.without(func(t Term) bool { return t.Field == f })
}

func (q Query) without(gone func(Term) bool) Query {
	q.terms = slices.DeleteFunc(slices.Clone(q.terms), gone)
	return q
}

// String is the text that Parse reads. Scopes are not in it.
func (q Query) String() string {
	var b strings.Builder
	for _, t := range q.terms {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if t.Not {
			b.WriteByte('-')
		}
		if t.Field == Text {
			b.WriteString(quoteWord(t.Values[0]))
			continue
		}
		b.WriteString(t.Field.String())
		for i, value := range t.Values {
			b.WriteByte(":,"[min(i, 1)])
			b.WriteString(quoteValue(value))
		}
	}
	return b.String()
}

func quoteValue(s string) string {
	if s == "" || strings.ContainsAny(s, `",`) || strings.ContainsFunc(s, unicode.IsSpace) {
		return quote(s)
	}
	return s
}

func quoteWord(s string) string {
	_, _, isField := cutField(s)
	if s == "" || isField || s[0] == '-' || strings.Contains(s, `"`) || strings.ContainsFunc(s, unicode.IsSpace) {
		return quote(s)
	}
	return s
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// cutField splits what looks like a field from its values. A URL is none.
func cutField(s string) (name, rest string, ok bool) {
	name, rest, ok = strings.Cut(s, ":")
	letters := strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz") == ""
	return name, rest, ok && name != "" && letters && !strings.HasPrefix(rest, "//")
}
