package verify

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// entry is one verifier: a row of the table.
type entry struct {
	name  string // what rules write under verify
	title string // the provider, for people
	docs  string // where the provider documents the first call
	note  string // what else users should know before they ask
	// form tells the secret from its companions where a finding may be about either; nil where there is no doubt.
	form pattern
	// parts are the companion facts that the calls use beside the secret.
	parts []part
	// own are hosts that mean the provider itself when a finding stands beside them, in addition to the hosts of the calls.
	own []string
	// installed is the base of an installation outside the provider's host, with {host} in it; "" if there are none.
	installed string
	// spread marks products that so often run elsewhere that the provider's own refusal proves nothing without a known host.
	spread bool
	asks   []ask
}

// part is a companion fact.
type part struct {
	name string
	what string // for people: "the id of the access key"
	// form is what the whole fact looks like.
	form pattern
	// near finds the fact in the text around the secret: its first group, else all of it. Nil where too much looks like it;
	// then only a fact of that name counts.
	near pattern
	// host marks the name of a host, which the URL is made of. Hosts that do not fit form need the options' leave.
	host bool
	// optional parts are left empty where nothing is known.
	optional bool
}

// ask is one call. An entry is live if any of its calls says so, dead if all do, otherwise unknown.
type ask struct {
	// form restricts the call to values that match. Its named groups are parts of the value for use in templates;
	// a group named "secret" is what must stay hidden instead of the whole value.
	form pattern
	// needs names parts without which this call cannot be made, where they are optional for the entry.
	needs []string
	// bases are the hosts that hold the provider's accounts, as scheme, host and leading path.
	bases  []string
	method string // GET if empty
	path   string // with query
	header map[string]string
	basic  string // user:password for the Authorization header
	body   string
	// derive makes further parts out of the known ones.
	derive func(*values, time.Time) error
	// sign adds a signature to the finished request.
	sign func(*http.Request, []byte, values, time.Time) error
	// read tells what answers mean; the first that fits counts.
	read []reading
	// facts are read from a live answer.
	facts []pick
}

// reading says what an answer means.
type reading struct {
	state  State
	status int
	// path leads to a value in the JSON or XML body: keys and indexes joined by dots, "*" for any. "$" is the body as text, "" any body at all.
	path string
	// is lists what that value may be, "*" at an end standing for anything; empty means that it only has to be there.
	is []string
	// of restricts the reading to secrets that match.
	of pattern
	// why is a clause about the host; "" stands for the plain one.
	why string
}

// pick reads a fact out of a live answer. A path that starts with "@" names a header.
type pick struct{ name, path string }

func live(status int, path string, is ...string) reading {
	return reading{state: Live, status: status, path: path, is: is}
}

func dead(status int, path string, is ...string) reading {
	return reading{state: Dead, status: status, path: path, is: is}
}

func unclear(status int, path string, is ...string) reading {
	return reading{state: Unknown, status: status, path: path, is: is}
}

// because gives the reading its own clause.
func (r reading) because(why string) reading { r.why = why; return r }

// onlyFor restricts the reading to secrets of one form.
func (r reading) onlyFor(expr string) reading { r.of = form(expr); return r }

// mayNot explains a live secret that the call's answer refuses for lack of permission.
const mayNot = "accepts it, though not for this call"

func bearer() map[string]string { return header("Authorization", "Bearer {secret}") }

// header makes a header out of names and values in turn.
func header(pairs ...string) map[string]string {
	h := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h[pairs[i]] = pairs[i+1]
	}
	return h
}

// pattern gives an expression, compiled when it is first needed: a scan mostly needs few of the table's.
type pattern func() *regexp.Regexp

func form(expr string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// beside makes a part that is looked for around the secret by its form.
func beside(name, what, expr string) part {
	return part{name: name, what: what, form: form(expr), near: form(`\b(?:` + expr + `)\b`)}
}

// told makes a part that only a fact of its name can give.
func told(name, what, expr string) part { return part{name: name, what: what, form: form(expr)} }

// found replaces the expression that finds the part around the secret.
func (p part) found(expr string) part { p.near = form(expr); return p }

// maybe makes the part optional.
func (p part) maybe() part { p.optional = true; return p }

// asHost makes the part the name of a host.
func (p part) asHost() part { p.host = true; return p }

// table lists every verifier, sorted by name. It is made on first use, so that a start that verifies nothing does not pay for it.
var table = sync.OnceValue(func() []entry {
	all := slices.Concat(forges(), clouds(), platforms(), pipelines(), registries(), chats(), desks(), offices(), watchers(), payments(), mails(), senders(),
		models(), identities(), services(), tools())
	slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return all
})

func lookup(name string) (entry, bool) {
	i, ok := slices.BinarySearchFunc(table(), name, func(e entry, name string) int { return strings.Compare(e.name, name) })
	if !ok {
		return entry{}, false
	}
	return table()[i], true
}

// takesHosts tells whether options may name hosts for the entry.
func (e entry) takesHosts() bool {
	return e.installed != "" || slices.ContainsFunc(e.parts, func(p part) bool { return p.host })
}

func (e entry) part(name string) (part, bool) {
	for _, p := range e.parts {
		if p.name == name {
			return p, true
		}
	}
	return part{}, false
}
