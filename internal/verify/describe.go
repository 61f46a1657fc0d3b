package verify

import (
	"fmt"
	"slices"
	"strings"
)

// Names lists every verifier, sorted.
func Names() []string {
	names := make([]string, 0, len(table()))
	for _, e := range table() {
		names = append(names, e.name)
	}
	return names
}

// Part is something that a provider wants to see beside the secret.
type Part struct {
	// Name is the fact's name ("key-id"); a finding's fact of that name is used, blanks in it counting as hyphens.
	Name string
	// What says what it is, for people ("the id of the access key").
	What string
	// Optional parts help with some forms of the secret only.
	Optional bool
}

// Needs lists what the named verifier uses beside the secret; none for a verifier that does not exist.
func Needs(name string) []Part {
	e, _ := lookup(name)
	var parts []Part
	for _, p := range e.parts {
		parts = append(parts, Part{Name: p.name, What: p.what, Optional: p.optional})
	}
	if e.installed != "" {
		parts = append(parts, Part{Name: hostPart, What: "the host of the installation", Optional: len(e.asks[0].bases) > 0})
	}
	return parts
}

// Documentation gives the address where the provider documents the call; "" for a verifier that does not exist.
func Documentation(name string) string {
	e, _ := lookup(name)
	return e.docs
}

// Describe says, in a few sentences of plain text, whom the named verifier asks, what it sends where and what it needs;
// "" for a verifier that does not exist.
func Describe(name string) string {
	e, ok := lookup(name)
	if !ok {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Asks %s:", e.title)
	var calls []string
	for _, a := range e.asks {
		if call := a.describe(e); !slices.Contains(calls, call) {
			calls = append(calls, call)
		}
	}
	b.WriteString(" " + strings.Join(calls, "; or ") + ".")
	if e.installed != "" {
		fmt.Fprintf(&b, " Installations elsewhere, if the options name their hosts, are asked below %s.", e.installed)
	}
	if needs := describeParts(Needs(name)); needs != "" {
		b.WriteString(" Beside the secret it uses " + needs + ".")
	}
	if e.note != "" {
		b.WriteString(" " + e.note)
	}
	b.WriteString(" Documentation: " + e.docs)
	return b.String()
}

// describe names the call and where in it the secret goes.
func (a ask) describe(e entry) string {
	method := a.method
	if method == "" {
		method = "GET"
	}
	bases := a.bases
	if len(bases) == 0 {
		bases = []string{e.installed}
	}
	text := method + " " + bases[0] + a.path
	if len(bases) > 1 {
		text += " (then " + strings.Join(bases[1:], ", ") + ")"
	}
	if at := a.carriers(); len(at) > 0 {
		text += " with the secret in " + strings.Join(at, " and ")
	}
	return text
}

// carriers names the places of the call that hold the secret.
func (a ask) carriers() []string {
	const hole = "{" + secretPart + "}"
	var at []string
	if strings.Contains(a.path, hole) {
		at = append(at, "the URL")
	}
	for _, name := range sortedKeys(a.header) {
		if strings.Contains(a.header[name], hole) {
			at = append(at, "the header "+name)
		}
	}
	if strings.Contains(a.basic, hole) {
		at = append(at, "the header Authorization")
	}
	if strings.Contains(a.body, hole) {
		at = append(at, "the body")
	}
	slices.Sort(at)
	return at
}

func describeParts(parts []Part) string {
	var words []string
	for _, p := range parts {
		word := fmt.Sprintf("%s (%s)", p.What, p.Name)
		if p.Optional {
			word += " where it is known"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}
