package finding

import (
	"cmp"
	"slices"
	"time"
)

// Result is everything one look at some targets gave. It is what reeve saves, converts and reports.
type Result struct {
	// Schema names this format: SchemaV1.
	Schema string `json:"schema"`
	Tool   Tool   `json:"tool"`
	// Assets are what was looked at.
	Assets []Asset `json:"assets"`
	// Rules hold each rule that a finding names, sorted by id.
	Rules    []Rule         `json:"rules"`
	Findings []Finding      `json:"findings"`
	Engines  []EngineStatus `json:"engines"`
	Looked   Looked         `json:"looked"`
	// Unread name what could not be looked at. While it is not empty the result is incomplete and the gate fails closed.
	Unread []Unread `json:"unread,omitempty"`
	// Notes are facts the reader needs to judge the result ("history is shallow").
	Notes []string `json:"notes,omitempty"`
	Times []Time   `json:"times,omitempty"`
	// Decision is the gate's; nil for a plain scan.
	Decision *Decision `json:"decision,omitempty"`
}

// SchemaV1 names the first version of the saved result.
const SchemaV1 = "reeve-result/1"

// Tool says which program looked, with which knowledge.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Ruleset is the digest of all rules used, so that two results can be compared.
	Ruleset string `json:"ruleset,omitempty"`
}

// EngineStatus says how one engine fared. A state other than "ok" or "skipped" makes the result incomplete.
type EngineStatus struct {
	Name  string `json:"name"`
	State string `json:"state"` // ok, skipped, failed
	Why   string `json:"why,omitempty"`
}

// Looked counts what was looked at and what was passed over on purpose.
type Looked struct {
	// Files counts file contents, Objects git objects of every kind, Bytes what engines were handed, Members archive members.
	Files   int   `json:"files"`
	Objects int   `json:"objects,omitempty"`
	Members int   `json:"members,omitempty"`
	Bytes   int64 `json:"bytes"`
	// Cached counts objects whose verdict was already known.
	Cached int `json:"cached,omitempty"`
	// Skipped counts what was passed over on purpose, by reason ("ignored", "too big", "socket").
	Skipped map[string]int `json:"skipped,omitempty"`
}

// Skip counts one thing passed over on purpose.
func (l *Looked) Skip(reason string) {
	if l.Skipped == nil {
		l.Skipped = map[string]int{}
	}
	l.Skipped[reason]++
}

// Add adds another count to this one.
func (l *Looked) Add(o Looked) {
	l.Files += o.Files
	l.Objects += o.Objects
	l.Members += o.Members
	l.Bytes += o.Bytes
	l.Cached += o.Cached
	for reason, n := range o.Skipped {
		if l.Skipped == nil {
			l.Skipped = map[string]int{}
		}
		l.Skipped[reason] += n
	}
}

// Unread is one thing that could not be looked at, and why.
type Unread struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Time is how long one stage took.
type Time struct {
	Stage string        `json:"stage"`
	Took  time.Duration `json:"took"` // nanoseconds
}

// Decision is the gate's answer for a whole change.
type Decision struct {
	Action Action `json:"action"`
	// Because are the sentences that explain it, worst first.
	Because []string `json:"because"`
	// Base and Head name the two sides of the change.
	Base string `json:"base,omitempty"`
	Head string `json:"head,omitempty"`
	// Blocking, Warning, Reported, Waived and Old count findings by what was made of them; Old ones stood before the change.
	Blocking int `json:"blocking"`
	Warning  int `json:"warning"`
	Reported int `json:"reported"`
	Waived   int `json:"waived"`
	Old      int `json:"old"`
}

// Complete tells whether everything was looked at.
func (r *Result) Complete() bool {
	failed := func(s EngineStatus) bool { return s.State != "ok" && s.State != "skipped" }
	return len(r.Unread) == 0 && !slices.ContainsFunc(r.Engines, failed)
}

// RuleOf finds the rule of a finding; a result read from elsewhere may lack it, then it makes a bare one.
func (r *Result) RuleOf(f *Finding) Rule {
	i, ok := slices.BinarySearchFunc(r.Rules, f.Rule, func(rule Rule, id string) int { return cmp.Compare(rule.ID, id) })
	if ok {
		return r.Rules[i]
	}
	return Rule{ID: f.Rule, Engine: f.Engine, Title: f.Rule, Severity: f.Severity, Confidence: f.Confidence}
}

// Sort puts findings in the order people read: worst first, then by place. The order depends on nothing else.
func (r *Result) Sort() {
	slices.SortFunc(r.Rules, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(r.Findings, Compare)
	slices.SortFunc(r.Unread, func(a, b Unread) int { return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why)) })
}

// Compare orders findings: urgency, rank and confidence down, then path, line, rule and fingerprint.
func Compare(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(b.Urgency(), a.Urgency()),
		cmp.Compare(b.score(), a.score()),
		cmp.Compare(b.Severity, a.Severity),
		cmp.Compare(b.Confidence, a.Confidence),
		CompareLocation(a.Location, b.Location),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Fingerprint, b.Fingerprint),
	)
}

// CompareLocation orders places by path, position, surface, commit and blob.
func CompareLocation(a, b Location) int {
	return cmp.Or(
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Region.StartLine, b.Region.StartLine),
		cmp.Compare(a.Region.StartColumn, b.Region.StartColumn),
		cmp.Compare(a.Surface, b.Surface),
		cmp.Compare(a.Commit, b.Commit),
		cmp.Compare(a.Blob, b.Blob),
	)
}

// Merge makes one finding of those that share a fingerprint: the surest and worst speaks, the places of all are kept, each once.
// The result is sorted and does not depend on the order of what comes in.
func Merge(findings []Finding) []Finding {
	slices.SortFunc(findings, Compare)
	index := make(map[Fingerprint]int, len(findings))
	var out []Finding
	for _, f := range findings {
		i, seen := index[f.Fingerprint]
		if !seen {
			index[f.Fingerprint] = len(out)
			out = append(out, f)
			continue
		}
		out[i].Also = append(append(out[i].Also, f.Location), f.Also...)
		if out[i].History == nil {
			out[i].History = f.History
		}
	}
	for i := range out {
		out[i].Also = places(out[i].Location, out[i].Also)
	}
	return out
}

// places sorts the other places of a finding and drops what is said twice.
func places(first Location, also []Location) []Location {
	same := func(a, b Location) bool {
		if a.Path != "" && a.Commit == b.Commit {
			b.Blob = a.Blob // one look knew the object, the other only the file
		}
		return CompareLocation(a, b) == 0
	}
	slices.SortFunc(also, CompareLocation)
	also = slices.CompactFunc(also, same)
	return slices.DeleteFunc(also, func(l Location) bool { return same(l, first) })
}
