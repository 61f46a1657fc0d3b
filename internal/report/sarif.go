package report

import (
	"cmp"
	"io"
	"regexp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

const (
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sarifVersion = "2.1.0"
	// homePage stands where a format wants a link and a rule has none.
	homePage = "https://github.com/reevehq/reeve"
	// sourceRoot is the base of every relative path, by SARIF's and GitHub's convention.
	sourceRoot = "%SRCROOT%"
	// fingerprintKey names reeve's fingerprint among a result's partial fingerprints; githubKey is the one GitHub
	// tells alerts apart by.
	fingerprintKey = "reeve/v1"
	githubKey      = "primaryLocationLineHash"
)

// The notifications of a run, by descriptor id.
const (
	noticeUnread = "unread"
	noticeEngine = "engine-failed"
	noticeNote   = "note"
)

var semanticVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

// writeSARIF writes one run. Its results come last, so that a reader knows the rules before the first result.
func writeSARIF(w io.Writer, r *finding.Result, opt Options) error {
	s := newJSONStream(w)
	s.raw("{\n\"$schema\": \"" + sarifSchema + "\",\n\"version\": \"" + sarifVersion + "\",\n\"runs\": [")
	s.open(sarifRunOf(r, opt))
	s.raw(",\n\"results\": ")
	rules := make(map[string]int, len(r.Rules))
	for i := range r.Rules {
		rules[r.Rules[i].ID] = i
	}
	s.list(func(yield func(any) bool) {
		for i := range r.Findings {
			if !yield(sarifResultOf(r, &r.Findings[i], rules)) {
				return
			}
		}
	})
	s.raw("\n}]\n}\n")
	return s.finish()
}

// sarifRunOf is everything of the run but its results.
func sarifRunOf(r *finding.Result, opt Options) sarifRun {
	return sarifRun{
		Tool:              sarifTool{Driver: sarifDriver(r)},
		AutomationDetails: &sarifAutomation{ID: cmp.Or(opt.Category, toolName(r)) + "/"},
		VersionControl:    sarifVersionControls(r),
		OriginalURIBaseIDs: map[string]sarifArtifactLocation{
			sourceRoot: {Description: &sarifText{Text: "The root of what was scanned."}},
		},
		Invocations: []sarifInvocation{{ExecutionSuccessful: r.Complete(), Notifications: sarifNotifications(r)}},
		ColumnKind:  "unicodeCodePoints",
		Properties: &sarifRunBag{
			Schema: schemaOf(r), Assets: r.Assets, Engines: r.Engines, Looked: &r.Looked,
			Notes: r.Notes, Times: r.Times, Decision: r.Decision,
		},
	}
}

// isCommit tells a commit's id (SHA-1 or SHA-256) from the name of a ref.
func isCommit(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

func toolName(r *finding.Result) string { return cmp.Or(r.Tool.Name, "reeve") }

func sarifDriver(r *finding.Result) sarifComponent {
	d := sarifComponent{
		Name:    toolName(r),
		Version: r.Tool.Version,
		Rules:   make([]sarifRule, len(r.Rules)),
		Notifications: []sarifRule{
			{ID: noticeUnread, ShortDescription: &sarifText{Text: "Something could not be looked at."}},
			{ID: noticeEngine, ShortDescription: &sarifText{Text: "An engine failed."}},
			{ID: noticeNote, ShortDescription: &sarifText{Text: "A fact the reader needs to judge the result."}},
		},
		Properties: &sarifComponentBag{Ruleset: r.Tool.Ruleset},
	}
	if d.Name == "reeve" {
		d.InformationURI = homePage
	}
	if semanticVersion.MatchString(r.Tool.Version) {
		d.SemanticVersion = r.Tool.Version
	}
	for i := range r.Rules {
		d.Rules[i] = sarifRuleOf(&r.Rules[i])
	}
	return d
}

// sarifVersionControls names the repositories looked at by clone URL. A name that is no URL cannot stand here.
func sarifVersionControls(r *finding.Result) []sarifVersionControl {
	var out []sarifVersionControl
	seen := map[string]bool{}
	for _, a := range r.Assets {
		if a.Kind != "repository" || !plainURL(a.Name) || seen[a.Name] {
			continue
		}
		seen[a.Name] = true
		v := sarifVersionControl{RepositoryURI: a.Name}
		if d := r.Decision; d != nil && isCommit(d.Head) {
			v.RevisionID = d.Head
		}
		out = append(out, v)
	}
	return out
}

// sarifNotifications tell what makes the result incomplete, then what the reader should know.
func sarifNotifications(r *finding.Result) []sarifNotification {
	var out []sarifNotification
	add := func(id, level, text string) *sarifNotification {
		out = append(out, sarifNotification{
			Descriptor: &sarifReference{ID: id}, Level: level, Message: sarifMessage{Text: text},
		})
		return &out[len(out)-1]
	}
	for _, u := range r.Unread {
		add(noticeUnread, "error", u.What+": "+u.Why).Properties = &sarifNotificationBag{u.What, u.Why}
	}
	for _, e := range r.Engines {
		if engineFailed(e) {
			add(noticeEngine, "error", "engine "+e.Name+": "+cmp.Or(e.Why, e.State))
		}
	}
	for _, n := range r.Notes {
		add(noticeNote, "note", n)
	}
	return out
}

// engineFailed tells which states make a result incomplete, as finding.Result.Complete does.
func engineFailed(e finding.EngineStatus) bool { return e.State != "ok" && e.State != "skipped" }

// sarifLevel is the three-step scale of SARIF and of most viewers.
func sarifLevel(s finding.Severity) string {
	switch s {
	case finding.Critical, finding.High:
		return "error"
	case finding.Medium:
		return "warning"
	}
	return "note"
}

// pascalCase turns a rule's id into the form SARIF wants for its name: "github-pat-classic" → "GithubPatClassic".
func pascalCase(id string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(id, func(r rune) bool { return !isWordRune(r) }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func isWordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
