// Package finding is the vocabulary of reeve: what a finding is, where it stands, how bad it is, who it is about.
// Every engine speaks it and every report reads it. It holds plain data, uses the standard library only,
// and must do no I/O.
package finding

// Asset is what a finding is about: the thing a team owns.
type Asset struct {
	// Kind is one of directory, repository, image, sbom, cluster, url.
	Kind string `json:"kind"`
	// Name is what its owners call it: a path, a clone URL without credentials, an image reference.
	Name string `json:"name"`
}

// Finding is one fact about one asset. Its Rule tells what is wrong in general; everything else here tells
// what is wrong in this place. Two findings with equal Fingerprint are the same finding.
type Finding struct {
	// Fingerprint is the identity (see Identify). Rank, owner, waiver and history hang on it.
	Fingerprint Fingerprint `json:"fingerprint"`
	// Rule is the id of the rule, as in Result.Rules.
	Rule string `json:"rule"`
	// Engine is the name of the engine that looked.
	Engine string `json:"engine"`
	Asset  Asset  `json:"asset,omitzero"`
	// Message is one sentence about this instance, with nothing secret in it.
	Message    string     `json:"message"`
	Severity   Severity   `json:"severity"`
	Confidence Confidence `json:"confidence"`
	// Reasons say why the confidence is what it is ("checksum fits", "path looks like a test").
	Reasons []string `json:"reasons,omitempty"`
	// Location is the place shown first; Also are the other places of the same finding.
	Location Location   `json:"location"`
	Also     []Location `json:"also,omitempty"`
	// Evidence is the masked form of what was found, never the value.
	Evidence string `json:"evidence,omitempty"`
	// Facts are what the engine could read out of the finding (account, expiry, package, version), in a stable order.
	Facts []Fact `json:"facts,omitempty"`
	// Aliases are other names of the rule: the same flaw under the ids of other databases.
	Aliases []string `json:"aliases,omitempty"`
	// Component is the package the finding is about, Threat what the world knows about its flaw, Reach whether the faulty
	// code can be called, Exposure where it runs, Rank what all that amounts to. Nil where it has no meaning or was not asked.
	Component *Component    `json:"component,omitempty"`
	Threat    *Threat       `json:"threat,omitempty"`
	Reach     *Reachability `json:"reach,omitempty"`
	Exposure  *Exposure     `json:"exposure,omitempty"`
	Rank      *Rank         `json:"rank,omitempty"`
	// Flow is how the data gets from source to sink, or how the code gets to a faulty function.
	Flow []Step `json:"flow,omitempty"`
	Fix  Fix    `json:"fix,omitzero"`
	// History is the finding's life in git, where the whole history was looked at.
	History *History `json:"history,omitempty"`
	// Verdict is what the gate made of it; nil before the decision.
	Verdict *Verdict `json:"verdict,omitempty"`
	// Secret is the value itself, kept in memory only for verification; it is never written.
	Secret Sensitive `json:"-"`
}

// Fact is a named detail.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Fact returns the value of the named fact, or "".
func (f *Finding) Fact(name string) string {
	for _, fact := range f.Facts {
		if fact.Name == name {
			return fact.Value
		}
	}
	return ""
}

// History is a finding's life in a git object store.
type History struct {
	// Commit, Author, Email and Date (RFC 3339) tell which commit brought it first.
	Commit string `json:"commit,omitempty"`
	Author string `json:"author,omitempty"`
	Email  string `json:"email,omitempty"`
	Date   string `json:"date,omitempty"`
	// Reach says from where it can still be had.
	Reach Reach `json:"reach"`
	// Refs name some of the refs that reach it.
	Refs []string `json:"refs,omitempty"`
	// InTree tells whether it stands in the current tree (HEAD).
	InTree bool `json:"inTree"`
	// Blobs counts the distinct objects that hold it.
	Blobs int `json:"blobs"`
}

// Reach is how an object can still be reached.
type Reach string

// The reaches, from most to least visible.
const (
	ReachRefs        Reach = "refs"
	ReachStash       Reach = "stash"
	ReachReflog      Reach = "reflog"
	ReachIndex       Reach = "index"
	ReachUnreachable Reach = "unreachable"
)

// Verdict is what the gate made of a finding.
type Verdict struct {
	Action Action `json:"action"`
	// New tells that the change introduces it.
	New bool `json:"new"`
	// Because is the sentence that explains the action.
	Because string `json:"because"`
}

// Rule is what is known about a kind of fault: its facts and the text people read.
type Rule struct {
	// ID is kebab-case, names the fault, and is never reused.
	ID     string `json:"id"`
	Engine string `json:"engine"`
	// Title is the fault in at most 70 characters.
	Title      string     `json:"title"`
	Severity   Severity   `json:"severity"`
	Confidence Confidence `json:"confidence"`
	// Why tells what an attacker gains; Fix tells what to do, step by step. Both are Markdown.
	Why string `json:"why"`
	Fix string `json:"fix"`
	// Revoke tells how to make a leaked secret useless at its provider, Opens what it opens. Secrets only; Markdown.
	Revoke     string   `json:"revoke,omitempty"`
	Opens      string   `json:"opens,omitempty"`
	References []string `json:"references,omitempty"`
	// CWE holds numbers of the Common Weakness Enumeration; OWASP categories such as "A07:2021".
	CWE   []int    `json:"cwe,omitempty"`
	OWASP []string `json:"owasp,omitempty"`
	Tags  []string `json:"tags,omitempty"`
	// FalsePositives tells what looks like this fault and is not.
	FalsePositives string `json:"falsePositives,omitempty"`
	// Since is the release that brought the rule.
	Since string `json:"since,omitempty"`
}
