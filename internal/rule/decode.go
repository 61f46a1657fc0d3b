package rule

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/reevehq/reeve/internal/finding"
)

const maxTitle = 70

var (
	idForm      = lazily(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	versionForm = lazily(`^\d+\.\d+\.\d+$`)
	owaspForm   = lazily(`^[A-Z]+\d+:\d{4}$`)
)

// identity is what the place of a rule says about it. An empty part is for the rule to say with the key of that name.
type identity struct{ engine, id string }

// defaultEngine takes the rules that name no engine: what teams write most are secrets of their own.
const defaultEngine = "secret"

// key is one key of rule.yaml: its name, whether it must be there, and how its value becomes part of the rule.
type key struct {
	name string
	must bool
	read func(d *decoder, n *yaml.Node, r *Rule)
}

// keys are the keys of every rule, in the order the documentation shows them.
var keys = []key{
	{"title", true, func(d *decoder, n *yaml.Node, r *Rule) { r.Title = d.title(n) }},
	{"severity", true, func(d *decoder, n *yaml.Node, r *Rule) { r.Severity = named(d, n, finding.ParseSeverity) }},
	{"confidence", true, func(d *decoder, n *yaml.Node, r *Rule) { r.Confidence = named(d, n, finding.ParseConfidence) }},
	{"why", true, func(d *decoder, n *yaml.Node, r *Rule) { r.Why = d.text(n) }},
	{"fix", true, func(d *decoder, n *yaml.Node, r *Rule) { r.Fix = d.text(n) }},
	{"opens", false, func(d *decoder, n *yaml.Node, r *Rule) { r.Opens = d.text(n) }},
	{"revoke", false, func(d *decoder, n *yaml.Node, r *Rule) { r.Revoke = d.text(n) }},
	{"false_positives", false, func(d *decoder, n *yaml.Node, r *Rule) { r.FalsePositives = d.text(n) }},
	{"references", true, func(d *decoder, n *yaml.Node, r *Rule) { r.References = list(d, n, (*decoder).link) }},
	{"cwe", true, func(d *decoder, n *yaml.Node, r *Rule) { r.CWE = list(d, n, (*decoder).positive) }},
	{"owasp", false, func(d *decoder, n *yaml.Node, r *Rule) { r.OWASP = list(d, n, form(owaspForm, `like "A07:2021"`)) }},
	{"tags", false, func(d *decoder, n *yaml.Node, r *Rule) { r.Tags = list(d, n, form(idForm, "in kebab-case")) }},
	{"since", true, func(d *decoder, n *yaml.Node, r *Rule) { r.Since = form(versionForm, `a version like "0.1.0"`)(d, n) }},
	{"match", true, func(d *decoder, n *yaml.Node, r *Rule) { r.Match = d.canonical(n) }},
	{"verify", false, func(d *decoder, n *yaml.Node, r *Rule) { r.Verify = form(idForm, "in kebab-case")(d, n) }},
	{"stage", false, func(d *decoder, n *yaml.Node, r *Rule) { r.Stage = d.oneOf(n, "preview", "stable", "deprecated") }},
	{"kind", false, func(d *decoder, n *yaml.Node, r *Rule) { r.Kind = d.oneOf(n, "secret", "identifier", "hygiene") }},
}

// The keys by which a rule says what its folder does not.
var (
	engineKey = key{"engine", false, func(d *decoder, n *yaml.Node, r *Rule) { r.Engine = form(idForm, "in kebab-case")(d, n) }}
	idKey     = key{"id", true, func(d *decoder, n *yaml.Node, r *Rule) { r.ID = form(idForm, "in kebab-case")(d, n) }}
)

// decodeOne reads a file that holds one rule.
func decodeOne(file string, data []byte, who identity) (Rule, error) {
	d := &decoder{file: file}
	root, err := d.parse(data)
	if err != nil {
		return Rule{}, err
	}
	r := d.rule(root, who, keys)
	return r, errors.Join(d.errs...)
}

// rule reads a mapping as a rule.
func (d *decoder) rule(n *yaml.Node, who identity, known []key) Rule {
	r := Rule{Stage: "stable"}
	r.ID, r.Engine = who.id, who.engine
	if who.engine == "" {
		r.Engine = defaultEngine
		known = append(slices.Clone(known), engineKey)
	}
	if who.id == "" {
		known = append(slices.Clone(known), idKey)
	} else if !idForm().MatchString(who.id) {
		d.fail(n, "folder name %q: want an id in kebab-case", who.id)
	}
	d.mapping(n, known, &r)
	return r
}

// mapping reads each key of n by its entry in known, and refuses what is unknown, said twice or missing.
func (d *decoder) mapping(n *yaml.Node, known []key, r *Rule) {
	if !d.is(n, yaml.MappingNode, "", "a mapping of keys") {
		return
	}
	seen := map[string]bool{}
	for k, v := range d.pairs(n) {
		i := slices.IndexFunc(known, func(e key) bool { return e.name == k.Value })
		if i < 0 {
			d.unknown(k, known)
			continue
		}
		seen[k.Value] = true
		known[i].read(d, v, r)
	}
	for _, e := range known {
		if e.must && !seen[e.name] {
			d.fail(n, "key %q is missing", e.name)
		}
	}
}

func (d *decoder) unknown(k *yaml.Node, known []key) {
	names := make([]string, len(known))
	for i, e := range known {
		names[i] = e.name
	}
	d.fail(k, "unknown key %q; the nearest is %q", k.Value, nearest(k.Value, names))
}

// text reads a string that people read: not empty, no control characters, blanks around it cut off.
func (d *decoder) text(n *yaml.Node) string {
	if !d.is(n, yaml.ScalarNode, "!!str", "text (quote it)") {
		return ""
	}
	s := strings.TrimSpace(n.Value)
	if s == "" {
		d.fail(n, "%s is empty", d.at)
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }); i >= 0 {
		d.fail(n, "%s holds the control character %q", d.at, s[i:i+1])
	}
	return s
}

func (d *decoder) title(n *yaml.Node) string {
	s := d.text(n)
	if length := utf8.RuneCountInString(s); length > maxTitle {
		d.fail(n, "title has %d characters; at most %d are shown", length, maxTitle)
	}
	if strings.Contains(s, "\n") {
		d.fail(n, "title has more than one line")
	}
	return s
}

func (d *decoder) link(n *yaml.Node) string {
	s := d.text(n)
	if u, err := url.Parse(s); s != "" && (err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil) {
		d.fail(n, "%s: want an https:// address, have %q", d.at, s)
	}
	return s
}

func (d *decoder) positive(n *yaml.Node) int {
	if !d.is(n, yaml.ScalarNode, "!!int", "a number") {
		return 0
	}
	i, err := strconv.Atoi(n.Value)
	if err != nil || i <= 0 {
		d.fail(n, "%s: want a positive number, have %q", d.at, n.Value)
	}
	return i
}

func (d *decoder) oneOf(n *yaml.Node, words ...string) string {
	s := d.text(n)
	if s != "" && !slices.Contains(words, s) {
		d.fail(n, "%s %q: want one of %s", d.at, s, strings.Join(words, ", "))
	}
	return s
}

// form makes a reader of strings that have a form; what says the form in words.
func form(re func() *regexp.Regexp, what string) func(d *decoder, n *yaml.Node) string {
	return func(d *decoder, n *yaml.Node) string {
		s := d.text(n)
		if s != "" && !re().MatchString(s) {
			d.fail(n, "%s %q: want it %s", d.at, s, what)
		}
		return s
	}
}

// named reads a value by the name it has in package finding.
func named[T any](d *decoder, n *yaml.Node, parse func(string) (T, error)) T {
	var zero T
	s := d.text(n)
	if s == "" {
		return zero
	}
	v, err := parse(s)
	if err != nil {
		d.errs = append(d.errs, fmt.Errorf("%s:%d: %w", d.file, n.Line, err))
	}
	return v
}

// list reads a sequence with at least one item, none of them twice.
func list[T comparable](d *decoder, n *yaml.Node, item func(d *decoder, n *yaml.Node) T) []T {
	if !d.is(n, yaml.SequenceNode, "", "a list") {
		return nil
	}
	if len(n.Content) == 0 {
		d.fail(n, "%s is empty", d.at)
	}
	var out []T
	for _, c := range n.Content {
		v := item(d, c)
		if slices.Contains(out, v) {
			d.fail(c, "%s: %v is said twice", d.at, v)
		}
		out = append(out, v)
	}
	return out
}
