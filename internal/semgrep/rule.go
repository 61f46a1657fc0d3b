package semgrep

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Mode says how a rule looks at code.
type Mode string

// The modes.
const (
	// ModeSearch finds code of a form.
	ModeSearch Mode = "search"
	// ModeTaint follows data from sources to sinks.
	ModeTaint Mode = "taint"
	// ModeExtract takes code of another language out of files, so that the rules of that language look at it.
	ModeExtract Mode = "extract"
	// ModeJoin finds what findings of several rules say together.
	ModeJoin Mode = "join"
)

// Severity is how grave a finding is, in the word of the rule.
type Severity string

// Level gives the severity in today's four words: ERROR is HIGH, WARNING is MEDIUM, INFO is LOW. INVENTORY and EXPERIMENT
// name no fault: "".
func (s Severity) Level() string {
	switch s {
	case "ERROR":
		return "HIGH"
	case "WARNING":
		return "MEDIUM"
	case "INFO":
		return "LOW"
	case "INVENTORY", "EXPERIMENT":
		return ""
	}
	return string(s)
}

const severities = "CRITICAL HIGH MEDIUM LOW ERROR WARNING INFO INVENTORY EXPERIMENT"

// Rule is one sound rule.
type Rule struct {
	// ID is unique in its file.
	ID string
	// Line is where the rule begins in its file, from 1.
	Line int
	// Languages are each named once, in the order of the rule.
	Languages []Language
	// Message is shown with a finding; $NAME in it stands for what the metavariable is bound to.
	Message  string
	Severity Severity
	Metadata Metadata
	Mode     Mode
	// MinVersion and MaxVersion bound the versions of Semgrep that the rule is for, "" for no bound. This engine's lies between them.
	MinVersion, MaxVersion string
	Paths                  Paths
	// Fix is the text that replaces a finding, with metavariables as in Message; "" for none.
	Fix string
	// FixRegex is the replacement inside a finding's text, or nil.
	FixRegex *FixRegex
	Options  Options
	// Formula says what a rule of ModeSearch or ModeExtract finds; nil in the other modes.
	Formula Formula
	// Extract is what a rule of ModeExtract extracts, Join what one of ModeJoin joins; nil in the other modes.
	Extract *Extract
	Join    *Join
	// Taint says what a rule of ModeTaint finds; nil in ModeSearch.
	Taint *Taint
	// Digest changes when what the rule says does.
	Digest [32]byte
	// Numbered tells that the rule says $1, $2 …: what groups of expressions match is asked for.
	Numbered bool
}

// FixRegex replaces what a regular expression finds in the text of a finding.
type FixRegex struct {
	Regex *Regexp
	// Replacement holds \1 … \9 for groups.
	Replacement string
	// Count is how many places are replaced, from the left; 0 for all.
	Count int
}

// unsupported are keys of Semgrep that change what a rule finds and that this engine cannot follow yet.
var unsupported = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"steps":                           "steps are not supported; write one rule a step",
		"validators":                      "validators call hosts and are not supported; take the key out to report without validation",
		"r2c-internal-project-depends-on": "conditions on dependencies are not supported here; take the key out to match whatever the project depends on",
		"project-depends-on":              "conditions on dependencies are not supported here; take the key out to match whatever the project depends on",
		"pattern-where-python":            "running Python from rules is not supported; use metavariable-comparison or metavariable-regex",
		"equivalences":                    "equivalences are not supported; use pattern-either",
	}
})

// file reads the rules of a file.
func (r *reader) file(root *yaml.Node) File {
	f := File{Name: r.name}
	used := map[string]int{}
	for _, e := range r.entries(root, "rule file") {
		if e.name != "rules" {
			r.note(e.key, Unused, "unknown key %q beside \"rules\"; it has no effect", e.name)
			continue
		}
		for _, n := range r.list(e.value, "rules") {
			rule, ok := r.one(n)
			if line, twice := used[rule.ID]; ok && twice {
				r.rule = rule.ID
				r.fault(n, "the id is used twice, first in line %d; give each rule its own", line)
				ok = false
			}
			if ok {
				used[rule.ID] = rule.Line
				f.Rules = append(f.Rules, rule)
			}
			r.rule = ""
		}
	}
	f.Problems = r.problems
	return f
}

// one reads a rule; false if it has a fault.
func (r *reader) one(n *yaml.Node) (Rule, bool) {
	r.rule, r.broken = "", false
	rule := Rule{Line: n.Line, Mode: ModeSearch, Options: DefaultOptions(), Digest: digest(n), Numbered: numbered(n)}
	if id := child(n, "id"); id != nil && id.Kind == yaml.ScalarNode {
		r.rule = id.Value
	}
	if mode := child(n, "mode"); mode != nil && mode.Value == "steps" {
		r.fault(mode, "mode %s: %s", mode.Value, unsupported()[mode.Value])
		return rule, false
	}
	es := r.entries(n, "rule")
	if len(es) == 0 {
		if n.Kind == yaml.MappingNode {
			r.fault(n, "the rule is empty")
		}
		return rule, false
	}
	said := map[string]bool{}
	var matching []entry
	for _, e := range es {
		said[e.name] = true
		switch {
		case facts()[e.name] != nil:
			facts()[e.name](r, e.value, &rule)
		case e.name == "join":
			r.join(e.value, &rule)
		case has(extractKeys, e.name):
			r.extract(e, &rule)
		case isMatching(e.name):
			matching = append(matching, e)
		case unsupported()[e.name] != "":
			r.fault(e.key, "%s: %s", e.name, unsupported()[e.name])
		case r.meant(e.name) != "":
			r.fault(e.key, "unknown key %q%s", e.name, r.meant(e.name))
		default:
			r.note(e.key, Unused, "unknown key %q; it has no effect", e.name)
		}
	}
	for _, key := range []string{"id", "languages", "message", "severity"} {
		if !said[key] && !r.needless(key, &rule) {
			r.fault(n, "the key %q is missing", key)
		}
	}
	before := len(r.problems)
	r.extracts(n, &rule)
	r.matching(n, matching, &rule)
	if r.skipped(rule) { // what a version of Semgrep that is not this one may mean is no fault
		r.problems = r.problems[:before]
	}
	return rule, !r.broken
}

// needless tells of a key that a rule need not have: one that finds nothing itself has no message, one that joins rules has their languages.
func (r *reader) needless(key string, rule *Rule) bool {
	switch key {
	case "message", "severity":
		return r.silent || rule.Mode == ModeExtract
	case "languages":
		return rule.Mode == ModeJoin
	}
	return false
}

// skipped tells whether the rule is for other versions.
func (r *reader) skipped(rule Rule) bool {
	least, ok := compareVersions(rule.MinVersion, Version)
	most, other := compareVersions(rule.MaxVersion, Version)
	return ok && least > 0 || other && most < 0
}

// Formulas gives what the rule matches: its Formula, or those of every part of Taint.
func (r *Rule) Formulas() []Formula {
	if r.Taint == nil {
		return []Formula{r.Formula}
	}
	var all []Formula
	for _, s := range r.Taint.Sources {
		all = append(all, s.Formula)
	}
	for _, s := range r.Taint.Sinks {
		all = append(all, s.Formula)
	}
	for _, s := range r.Taint.Sanitizers {
		all = append(all, s.Formula)
	}
	for _, p := range r.Taint.Propagators {
		all = append(all, p.Formula)
	}
	return all
}

// meant says which known key is near to an unknown one.
func (r *reader) meant(name string) string {
	known := slices.Sorted(maps.Keys(facts()))
	for _, words := range []string{searchKeys, taintKeys, operators, conditions, "focus-metavariable"} {
		known = append(known, strings.Fields(words)...)
	}
	for _, k := range known {
		if near(name, k) {
			return fmt.Sprintf(" (do you mean %q?)", k)
		}
	}
	return ""
}

// near tells names that differ by a letter more, less or exchanged, or by _ for -.
func near(a, b string) bool {
	if strings.ReplaceAll(a, "_", "-") == b {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || len(a) < 3 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return a[i:] == b[i+len(b)-len(a):] || i < len(a) && a[i+1:] == b[i+1:]
}
