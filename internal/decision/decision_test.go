package decision

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target/ignore"
)

var now = time.Date(2026, 5, 10, 12, 0, 0, 0, time.UTC)

func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func glob(s string) ignore.Glob {
	g, err := ignore.NewGlob(s)
	if err != nil {
		panic(err)
	}
	return g
}

// found makes a finding whose fingerprint starts with the given digit, in line 3 of a file.
func found(digit, rule string, severity finding.Severity, path string) finding.Finding {
	return finding.Finding{
		Fingerprint: finding.Fingerprint(strings.Repeat(digit, 32)),
		Rule:        rule,
		Engine:      "secret",
		Severity:    severity,
		Confidence:  finding.Firm,
		Location:    finding.Location{Path: path, Region: finding.Region{StartLine: 3, EndLine: 3, StartColumn: 1, EndColumn: 9}},
	}
}

func TestDecide_thresholds(t *testing.T) {
	policy := DefaultPolicy()
	policy.Rules = []RulePolicy{{"generic-*", Report}, {"generic-password", Block}, {"old-*", Off}, {"*", ByThreshold}}
	policy.Paths = []PathPolicy{
		{Match: glob("fixtures/"), Cap: finding.Low},
		{Match: glob("docs/**"), Treat: Off, Cap: Never},
		{Match: glob("prod/"), Treat: Block, Cap: Never},
	}
	guess := found("9", "aws-key", finding.Critical, "a")
	guess.Confidence = finding.Tentative
	both := found("8", "aws-key", finding.Critical, "docs/a")
	both.Also = []finding.Location{{Path: "src/a"}}
	tests := []struct {
		name    string
		finding finding.Finding
		action  finding.Action
		because string
	}{
		{"critical", found("1", "aws-key", finding.Critical, "a"), finding.Block, "severity (critical) reaches gate.block (critical)"},
		{"high", found("1", "aws-key", finding.High, "a"), finding.Warn, "severity (high) reaches gate.warn (high)"},
		{"medium", found("1", "aws-key", finding.Medium, "a"), finding.Report, "severity (medium) reaches no threshold"},
		{"unsure", guess, finding.Report, "confidence (low) is below gate.confidence (medium)"},
		{"rule-pattern", found("1", "generic-token", finding.Critical, "a"), finding.Report, "gate.rules sets generic-* to report"},
		{"rule-exact", found("1", "generic-password", finding.Low, "a"), finding.Block, "gate.rules sets generic-password to block"},
		{"rule-off", found("1", "old-thing", finding.Critical, "prod/a"), finding.Waived, "gate.rules switches old-* off"},
		{"path-cap", found("1", "aws-key", finding.Critical, "x/fixtures/a"), finding.Report,
			`severity (critical, counted as low under "fixtures/") reaches no threshold`},
		{"path-off", found("1", "aws-key", finding.Critical, "docs/a"), finding.Waived, `gate.paths switches "docs/**" off`},
		{"path-over-rule", found("1", "generic-token", finding.Low, "prod/a"), finding.Block, `gate.paths sets "prod/" to block`},
		{"worst-place-counts", both, finding.Block, "severity (critical) reaches gate.block (critical)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := Input{Findings: []finding.Finding{test.finding}, Policy: policy, Now: now, Complete: true}
			Decide(in)
			want := &finding.Verdict{Action: test.action, New: true, Because: test.because}
			if diff := cmp.Diff(want, in.Findings[0].Verdict); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecide_onlyNewBlocks(t *testing.T) {
	in := Input{
		Findings: []finding.Finding{found("1", "a", finding.Critical, "x"), found("2", "a", finding.Critical, "x"), found("3", "b", finding.High, "x")},
		Base:     map[finding.Fingerprint]bool{finding.Fingerprint(strings.Repeat("1", 32)): true},
		Policy:   DefaultPolicy(), Now: now, Complete: true,
	}
	got, extra := Decide(in)
	want := finding.Decision{
		Action: finding.Block,
		Because: []string{
			"1 new finding blocks (a): severity (critical) reaches gate.block (critical)",
			"1 new finding warns (b): severity (high) reaches gate.warn (high)",
		},
		Blocking: 1, Warning: 1, Old: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(extra) != 0 {
		t.Errorf("extra findings: %v", extra)
	}
}

func TestDecide_incompleteFailsClosed(t *testing.T) {
	tests := []struct {
		policy finding.Action
		want   finding.Action
	}{
		{finding.Waived, finding.Block}, // a policy that says nothing
		{finding.Block, finding.Block},
		{finding.Warn, finding.Warn},
		{finding.Report, finding.Report},
	}
	for _, test := range tests {
		got, _ := Decide(Input{Policy: Policy{Incomplete: test.policy}, Now: now})
		if got.Action != test.want || !strings.Contains(got.Because[0], "could not look at everything") {
			t.Errorf("incomplete %s: got %s because %q, want %s", test.policy, got.Action, got.Because, test.want)
		}
	}
}

func TestDecide_nothingFound(t *testing.T) {
	got, _ := Decide(Input{Policy: DefaultPolicy(), Now: now, Complete: true})
	want := finding.Decision{Action: finding.Report, Because: []string{"nothing was found"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDecide_waivers(t *testing.T) {
	ones := strings.Repeat("1", 32)
	tests := []struct {
		name   string
		waiver Waiver
		action finding.Action
		rule   string // of the finding about the waiver
		says   string
	}{
		{"by-id", Waiver{ID: ones[:12], Reason: "fixture, never live", Until: date("2026-06-01"), Owner: "ann"}, finding.Waived, "", ""},
		{"by-id-in-capitals", Waiver{ID: strings.ToUpper(ones), Reason: "fixture, never live", Until: date("2026-06-01")}, finding.Waived, "", ""},
		{"last-day", Waiver{ID: ones, Reason: "fixture, never live", Until: date("2026-05-10")}, finding.Waived, "", ""},
		{"by-rule-and-path", Waiver{Rule: "aws-*", Path: glob("src/"), Reason: "fixture, never live", Until: date("2026-06-01")}, finding.Waived, "", ""},
		{"expired", Waiver{ID: ones, Reason: "fixture, never live", Until: date("2026-05-09")}, finding.Block, WaiverExpired, "it expired on 2026-05-09"},
		{"too-long", Waiver{ID: ones, Reason: "fixture, never live", Until: date("2027-06-01")}, finding.Block, WaiverInvalid, "more than a year ahead"},
		{"no-date", Waiver{ID: ones, Reason: "fixture, never live"}, finding.Block, WaiverInvalid, "until when"},
		{"no-reason", Waiver{ID: ones, Reason: "   because  ", Until: date("2026-06-01")}, finding.Block, WaiverInvalid, "no reason"},
		{"short-id", Waiver{ID: ones[:11], Reason: "fixture, never live", Until: date("2026-06-01")}, finding.Block, WaiverUnused, "matches no finding"},
		{"other-rule", Waiver{Rule: "gcp-*", Path: glob("**"), Reason: "fixture, never live", Until: date("2026-06-01")}, finding.Block, WaiverUnused, "matches no finding"},
		{"other-path", Waiver{Rule: "aws-key", Path: glob("lib/"), Reason: "fixture, never live", Until: date("2026-06-01")}, finding.Block, WaiverUnused, "matches no finding"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := Input{Findings: []finding.Finding{found("1", "aws-key", finding.Critical, "src/a")}, Policy: DefaultPolicy(), Now: now,
				Complete: true, Whole: true, Waivers: []Waiver{test.waiver}}
			_, extra := Decide(in)
			if got := in.Findings[0].Verdict; got.Action != test.action {
				t.Errorf("got %s because %s, want %s", got.Action, got.Because, test.action)
			}
			if test.rule == "" {
				if len(extra) != 0 {
					t.Errorf("found %v", extra)
				}
				return
			}
			if len(extra) != 1 || extra[0].Rule != test.rule || !strings.Contains(extra[0].Message, test.says) {
				t.Fatalf("want one %s that says %q, got %+v", test.rule, test.says, extra)
			}
		})
	}
}

func TestDecide_waiverSentence(t *testing.T) {
	in := Input{Findings: []finding.Finding{found("1", "aws-key", finding.Critical, "src/a")}, Policy: DefaultPolicy(), Now: now,
		Waivers: []Waiver{{ID: strings.Repeat("1", 12), Reason: " fixture, never live ", Until: date("2026-06-01"), Owner: "ann"}}}
	Decide(in)
	if got, want := in.Findings[0].Verdict.Because, "waived until 2026-06-01 by ann: fixture, never live"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDecide_pathWaiverNeedsEveryPlace(t *testing.T) {
	f := found("1", "aws-key", finding.Critical, "test/a")
	f.Also = []finding.Location{{Path: "src/a"}}
	in := Input{Findings: []finding.Finding{f}, Policy: DefaultPolicy(), Now: now, Complete: true,
		Waivers: []Waiver{{Rule: "aws-key", Path: glob("test/"), Reason: "fixture, never live", Until: date("2026-06-01")}}}
	if got, _ := Decide(in); got.Action != finding.Block {
		t.Errorf("a waiver for test/ let a secret in src/ stand: %+v", got)
	}
}

func TestDecide_ambiguousIDWaivesNeither(t *testing.T) {
	a, b := found("1", "aws-key", finding.Critical, "a"), found("1", "aws-key", finding.Critical, "b")
	b.Fingerprint = finding.Fingerprint(strings.Repeat("1", 31) + "2")
	in := Input{Findings: []finding.Finding{a, b}, Policy: DefaultPolicy(), Now: now, Complete: true,
		Waivers: []Waiver{{ID: strings.Repeat("1", 12), Reason: "fixture, never live", Until: date("2026-06-01")}}}
	got, extra := Decide(in)
	if got.Blocking != 2 || len(extra) != 1 || extra[0].Rule != WaiverInvalid {
		t.Errorf("got %+v and %+v", got, extra)
	}
}

func TestDecide_unusedOnlyWhereAllWasLookedAt(t *testing.T) {
	w := []Waiver{{ID: strings.Repeat("a", 12), Reason: "fixture, never live", Until: date("2026-06-01")}}
	for _, in := range []Input{
		{Whole: true, Complete: false}, {Whole: false, Complete: true},
	} {
		in.Waivers, in.Now, in.Policy = w, now, DefaultPolicy()
		if _, extra := Decide(in); len(extra) != 0 {
			t.Errorf("whole %t, complete %t: %+v", in.Whole, in.Complete, extra)
		}
	}
}

func TestDecide_faultsOfWaiversDoNotBlock(t *testing.T) {
	policy := DefaultPolicy()
	policy.Block, policy.Warn = finding.Info, finding.Info
	in := Input{Policy: policy, Now: now, Complete: true, Whole: true,
		Waivers: []Waiver{{ID: strings.Repeat("a", 12), Reason: "fixture, never live", Until: date("2026-01-01")}}}
	if got, _ := Decide(in); got.Action != finding.Warn {
		t.Errorf("got %+v, want a warning", got)
	}
	in.Policy.Rules = []RulePolicy{{WaiverExpired, Block}}
	if got, _ := Decide(in); got.Action != finding.Block {
		t.Errorf("got %+v, want a block: gate.rules asks for it", got)
	}
	_, extra := Decide(in)
	in.Base = map[finding.Fingerprint]bool{extra[0].Fingerprint: true}
	if got, _ := Decide(in); got.Action != finding.Report || got.Old != 1 {
		t.Errorf("got %+v, want an old finding", got)
	}
}

func TestDecide_inline(t *testing.T) {
	tests := []struct {
		name, text string
		action     finding.Action
		extra      []string
	}{
		{"same-line", "\n\nx # reeve:ignore aws-key only a fixture until=2026-06-01", finding.Waived, nil},
		{"line-above", "\n// reeve:ignore aws-key only a fixture until=2026-06-01\nx", finding.Waived, nil},
		{"stacked", "# reeve:ignore aws-key only a fixture until=2026-06-01\n# reeve:ignore b only a fixture until=2026-06-01\nx", finding.Waived, []string{WaiverUnused}},
		{"two-rules", "\n\nx /* reeve:ignore b,aws-key only a fixture until=2026-06-01 */", finding.Waived, nil},
		{"other-rule", "\n\nx # reeve:ignore b only a fixture until=2026-06-01", finding.Block, []string{WaiverUnused}},
		{"above-but-behind-code", "\ny # reeve:ignore aws-key only a fixture until=2026-06-01\nx", finding.Block, []string{WaiverUnused}},
		{"two-above", "# reeve:ignore aws-key only a fixture until=2026-06-01\n\nx", finding.Block, []string{WaiverUnused}},
		{"below", "\n\nx\n# reeve:ignore aws-key only a fixture until=2026-06-01", finding.Block, []string{WaiverUnused}},
		{"expired", "\n\nx # reeve:ignore aws-key only a fixture until=2026-05-01", finding.Block, []string{WaiverExpired}},
		{"no-date", "\n\nx # reeve:ignore aws-key only a fixture", finding.Block, []string{WaiverInvalid}},
		{"bad-date", "\n\nx # reeve:ignore aws-key only a fixture until=tomorrow", finding.Block, []string{WaiverInvalid}},
		{"no-reason", "\n\nx # reeve:ignore aws-key until=2026-06-01", finding.Block, []string{WaiverInvalid}},
		{"no-rule", "\n\nx # reeve:ignore", finding.Block, []string{WaiverInvalid}},
		{"in-a-string", "\n\nx = \"reeve:ignore aws-key only a fixture until=2026-06-01\"", finding.Block, nil},
		{"gitleaks", "\n\nx # gitleaks:allow", finding.Waived, nil},
		{"gitleaks-above", "\n# gitleaks:allow\nx", finding.Block, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := Input{Findings: []finding.Finding{found("1", "aws-key", finding.Critical, "a")}, Policy: DefaultPolicy(), Now: now,
				Complete: true, Whole: true, Inline: ParseInline("a", []byte(test.text))}
			_, extra := Decide(in)
			if got := in.Findings[0].Verdict; got.Action != test.action {
				t.Errorf("got %s because %s, want %s", got.Action, got.Because, test.action)
			}
			var rules []string
			for _, f := range extra {
				rules = append(rules, f.Rule)
			}
			if diff := cmp.Diff(test.extra, rules); diff != "" {
				t.Errorf("findings about waivers: %s", diff)
			}
		})
	}
}

func TestDecide_gitleaksMarkIsForSecretsOnly(t *testing.T) {
	f := found("1", "sql-injection", finding.Critical, "a")
	f.Engine = "sast"
	in := Input{Findings: []finding.Finding{f}, Policy: DefaultPolicy(), Now: now, Complete: true, Inline: ParseInline("a", []byte("\n\nx # gitleaks:allow"))}
	if got, _ := Decide(in); got.Action != finding.Block {
		t.Errorf("got %+v", got)
	}
}

func TestDecide_inlineNeedsEveryFile(t *testing.T) {
	f := found("1", "aws-key", finding.Critical, "a")
	f.Also = []finding.Location{{Path: "a", Blob: "older", Region: finding.Region{StartLine: 9}}}
	inline := ParseInline("a", []byte("\n\nx # reeve:ignore aws-key only a fixture until=2026-06-01"))
	in := Input{Findings: []finding.Finding{f}, Policy: DefaultPolicy(), Now: now, Complete: true, Inline: inline}
	if got, _ := Decide(in); got.Waived != 1 {
		t.Errorf("an older version of the same file was not covered: %+v", got)
	}
	in.Findings[0].Also = append(in.Findings[0].Also, finding.Location{Path: "b", Region: finding.Region{StartLine: 3}})
	if got, _ := Decide(in); got.Blocking != 1 || !strings.Contains(got.Because[0], "in one file and not in 1 other") {
		t.Errorf("the other file was covered too: %+v", got)
	}
}

func TestDecide_inlineNeedsEveryFileInAnyOrder(t *testing.T) {
	f := found("1", "aws-key", finding.Critical, "b")
	f.Also = []finding.Location{{Path: "a", Region: finding.Region{StartLine: 3}}}
	inline := ParseInline("a", []byte("\n\nx # reeve:ignore aws-key only a fixture until=2026-06-01"))
	in := Input{Findings: []finding.Finding{f}, Policy: DefaultPolicy(), Now: now, Complete: true, Inline: inline}
	if got, _ := Decide(in); got.Blocking != 1 {
		t.Errorf("the other file was covered too: %+v", got)
	}
}

func TestInline_coversTheLinesOfARegion(t *testing.T) {
	tests := []struct {
		region finding.Region
		want   bool
	}{
		{finding.Region{StartLine: 5, EndLine: 5, EndColumn: 9}, true},
		{finding.Region{StartLine: 3, EndLine: 6, EndColumn: 9}, true},
		{finding.Region{StartLine: 3, EndLine: 5, EndColumn: 1}, false}, // it ends with line 4
		{finding.Region{StartLine: 3, EndLine: 5, EndColumn: 2}, true},
		{finding.Region{StartLine: 6, EndLine: 6, EndColumn: 9}, false},
		{finding.Region{}, false},
	}
	w := Inline{Path: "a", Line: 5, Rules: []string{"r"}}
	for _, test := range tests {
		if got := w.covers(&finding.Finding{Rule: "r"}, &finding.Location{Path: "a", Region: test.region}); got != test.want {
			t.Errorf("%+v: %t", test.region, got)
		}
	}
}

func TestRegrade(t *testing.T) {
	findings := []finding.Finding{found("1", "generic-password", finding.Critical, "a"), found("2", "generic-token", finding.High, "a"), found("3", "x", finding.Low, "a")}
	Regrade(findings, map[string]finding.Severity{"generic-*": finding.Medium, "generic-password": finding.Info, "*-token": finding.Low})
	got := []finding.Severity{findings[0].Severity, findings[1].Severity, findings[2].Severity}
	if diff := cmp.Diff([]finding.Severity{finding.Info, finding.Medium, finding.Low}, got); diff != "" {
		t.Error(diff)
	}
}

func TestPolicy_names(t *testing.T) {
	p := Policy{Rules: []RulePolicy{{"generic-*", Off}, {"jwt", Off}}}
	for rule, want := range map[string]bool{"generic-key": true, "jwt": true, "jwt-2": false, "generic": false} {
		if got := p.Names(rule); got != want {
			t.Errorf("Names(%q) = %t", rule, got)
		}
	}
}

func TestFingerprints(t *testing.T) {
	r := &finding.Result{Findings: []finding.Finding{{Fingerprint: "a"}, {Fingerprint: "b"}}}
	if diff := cmp.Diff(map[finding.Fingerprint]bool{"a": true, "b": true}, Fingerprints(r)); diff != "" {
		t.Error(diff)
	}
}

func TestRules_textIsComplete(t *testing.T) {
	for _, r := range Rules() {
		if r.ID == "" || r.Title == "" || len(r.Title) > 70 || r.Why == "" || r.Fix == "" || r.Since == "" || r.Engine != Engine {
			t.Errorf("rule %q is not complete", r.ID)
		}
	}
}

// The properties below hold for any input; random ones stand in for all of them.

func randomInput(r *rand.Rand) Input {
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	in := Input{Now: now, Complete: r.IntN(2) == 0, Whole: r.IntN(2) == 0, Policy: DefaultPolicy()}
	in.Policy.Block, in.Policy.Warn = finding.Severity(r.IntN(6)), finding.Severity(r.IntN(6))
	in.Policy.Confidence = finding.Confidence(r.IntN(4))
	for range r.IntN(4) {
		in.Policy.Rules = append(in.Policy.Rules, RulePolicy{pick("a", "b", "a*", "?b", "ab"), Treat(r.IntN(5))})
	}
	for range r.IntN(3) {
		in.Policy.Paths = append(in.Policy.Paths, PathPolicy{glob(pick("x", "y/", "*.c", "**")), Treat(r.IntN(5)), finding.Severity(r.IntN(6))})
	}
	place := func() finding.Location {
		line := 1 + r.IntN(5)
		return finding.Location{Path: pick("x", "y/z.c", "z.c", ""), Region: finding.Region{StartLine: line, EndLine: line + r.IntN(2)}}
	}
	for i := range r.IntN(6) {
		f := found(fmt.Sprint(i), pick("a", "b", "ab"), finding.Severity(r.IntN(5)), "")
		f.Confidence, f.Location, f.Engine = finding.Confidence(r.IntN(4)), place(), pick("secret", "sast")
		for range r.IntN(3) {
			f.Also = append(f.Also, place())
		}
		in.Findings = append(in.Findings, f)
	}
	for range r.IntN(4) {
		in.Waivers = append(in.Waivers, randomWaiver(r))
	}
	for range r.IntN(4) {
		in.Inline = append(in.Inline, randomInline(r))
	}
	if r.IntN(2) == 0 {
		in.Base = map[finding.Fingerprint]bool{finding.Fingerprint(strings.Repeat("1", 32)): true}
	}
	return in
}

func randomWaiver(r *rand.Rand) Waiver {
	w := Waiver{Reason: []string{"short", "long enough a reason"}[r.IntN(2)], Until: now.AddDate(0, 0, r.IntN(600)-100)}
	if r.IntN(2) == 0 {
		w.ID = strings.Repeat(fmt.Sprint(r.IntN(6)), 10+r.IntN(22))
	} else {
		w.Rule, w.Path = []string{"a", "*b", "*"}[r.IntN(3)], glob([]string{"x", "*.c", "**"}[r.IntN(3)])
	}
	return w
}

func randomInline(r *rand.Rand) Inline {
	line := 1 + r.IntN(5)
	return Inline{Path: []string{"x", "y/z.c", "z.c"}[r.IntN(3)], Line: line, Next: []int{0, line + 1}[r.IntN(2)],
		Rules: [][]string{{"a"}, {"a", "b"}, {"ab"}}[r.IntN(3)], Reason: "long enough a reason", Until: now.AddDate(0, 0, r.IntN(600)-100), Gitleaks: r.IntN(4) == 0}
}

// clone copies what Decide writes to.
func clone(in Input) Input {
	in.Findings = slices.Clone(in.Findings)
	in.Waivers, in.Inline = slices.Clone(in.Waivers), slices.Clone(in.Inline)
	return in
}

func actions(in Input) map[finding.Fingerprint]finding.Action {
	out := map[finding.Fingerprint]finding.Action{}
	for _, f := range in.Findings {
		out[f.Fingerprint] = f.Verdict.Action
	}
	return out
}

func TestDecide_properties(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		in := randomInput(r)
		decided := clone(in)
		decision, extra := Decide(decided)
		before := actions(decided)

		shuffled := clone(in)
		for _, list := range []func(){
			func() {
				r.Shuffle(len(shuffled.Findings), func(i, j int) {
					shuffled.Findings[i], shuffled.Findings[j] = shuffled.Findings[j], shuffled.Findings[i]
				})
			},
			func() {
				r.Shuffle(len(shuffled.Waivers), func(i, j int) {
					shuffled.Waivers[i], shuffled.Waivers[j] = shuffled.Waivers[j], shuffled.Waivers[i]
				})
			},
			func() {
				r.Shuffle(len(shuffled.Inline), func(i, j int) {
					shuffled.Inline[i], shuffled.Inline[j] = shuffled.Inline[j], shuffled.Inline[i]
				})
			},
		} {
			list()
		}
		again, extraAgain := Decide(shuffled)
		opaque := cmp.AllowUnexported(finding.Sensitive{})
		if diff := cmp.Diff(decision, again) + cmp.Diff(extra, extraAgain, opaque); diff != "" {
			t.Fatalf("the order matters: %s\n%+v", diff, in)
		}

		if len(in.Findings) > 0 {
			worse := clone(in)
			f := &worse.Findings[r.IntN(len(worse.Findings))]
			if f.Severity < finding.Critical {
				f.Severity++
			}
			decision, _ := Decide(worse)
			if after := actions(worse); after[f.Fingerprint] < before[f.Fingerprint] || decision.Action < decided.actionOf() {
				t.Fatalf("a higher severity lowered the action: %+v", in)
			}
		}

		more := clone(in)
		if r.IntN(2) == 0 {
			more.Waivers = append(more.Waivers, randomWaiver(r))
		} else {
			more.Inline = append(more.Inline, randomInline(r))
		}
		Decide(more)
		for id, after := range actions(more) {
			if after > before[id] {
				t.Fatalf("one more waiver made %s worse: %s to %s\n%+v", id, before[id], after, more)
			}
		}
	}
}

// actionOf is the worst action among the findings of engines.
func (in Input) actionOf() finding.Action {
	worst := finding.Waived
	for _, f := range in.Findings {
		worst = max(worst, f.Verdict.Action)
	}
	return worst
}

// A waiver by id lets exactly one finding stand, however many others there are.
func TestDecide_waiverHidesNoOther(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5_000 {
		in := randomInput(r)
		if len(in.Findings) == 0 {
			continue
		}
		plain, waived := clone(in), clone(in)
		chosen := in.Findings[r.IntN(len(in.Findings))].Fingerprint
		waived.Waivers = append(waived.Waivers, Waiver{ID: string(chosen), Reason: "long enough a reason", Until: now})
		Decide(plain)
		Decide(waived)
		before := actions(plain)
		for id, action := range actions(waived) {
			want := before[id]
			if id == chosen {
				want = finding.Waived
			}
			if action != want {
				t.Fatalf("waiver for %s: %s is %s, want %s", chosen, id, action, want)
			}
		}
	}
}
