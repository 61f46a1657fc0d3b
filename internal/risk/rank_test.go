package risk

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/reevehq/reeve/internal/finding"
)

// Vectors with known base scores, from the CVSS specifications' own examples.
const (
	network98 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
	network10 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"
	network75 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"
	account65 = "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N"
	network53 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N"
	local55   = "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H"
)

func scored(vectors ...string) *finding.Threat { return &finding.Threat{CVSS: vectors} }

func number(f float64) *float64 { return &f }

func flaw(t *finding.Threat) *finding.Finding {
	return &finding.Finding{Confidence: finding.Certain, Severity: finding.Medium, Threat: t, Component: &finding.Component{Name: "left", Version: "1.0.0"}}
}

func open() *finding.Exposure {
	return &finding.Exposure{
		Internet: "open", Environment: "production", Running: "yes", Workload: "Deployment shop/api",
		Path: []finding.Step{{Message: "Ingress shop/web sends shop.example.com to Service shop/api"}},
	}
}

func TestRank_levels(t *testing.T) {
	reach := func(s finding.ReachState) *finding.Reachability { return &finding.Reachability{State: s} }
	tests := []struct {
		name   string
		change func(f *finding.Finding)
		threat finding.Threat
		want   finding.Severity
	}{
		{"9.8 and nothing known", nil, *scored(network98), finding.Critical},
		{"7.5 and nothing known", nil, *scored(network75), finding.High},
		{"5.3 and nothing known", nil, *scored(network53), finding.Medium},
		{"0.1 and nothing known", nil, finding.Threat{Score: number(0.1)}, finding.Low},
		{"0.0 stays informational", func(f *finding.Finding) { f.Exposure = open() }, finding.Threat{Score: number(0)}, finding.Info},
		{"9.8 that cannot be called waits", func(f *finding.Finding) {
			f.Reach, f.Exposure = reach(finding.NotReachable), open()
		}, *scored(network98), finding.Low},
		{"9.8 that is not running waits", func(f *finding.Finding) {
			f.Exposure = &finding.Exposure{Internet: "open", Environment: "production", Running: "no"}
		}, *scored(network98), finding.Low},
		{"5.5 on the open internet does not", func(f *finding.Finding) {
			f.Reach, f.Exposure = reach(finding.Reachable), open()
		}, finding.Threat{Score: number(5.5)}, finding.High},
		{"5.5 imported, exploitable, on the open internet", func(f *finding.Finding) {
			f.Reach, f.Exposure = reach(finding.Imported), open()
		}, finding.Threat{Score: number(5.5), Exploit: "poc"}, finding.High},
		{"5.5 local on the open internet", func(f *finding.Finding) {
			f.Reach, f.Exposure = reach(finding.Reachable), open()
		}, *scored(local55), finding.Medium},
		{"9.8 inside the house", func(f *finding.Finding) { f.Exposure = &finding.Exposure{Internet: "no"} }, *scored(network98), finding.High},
		{"9.8 for development only", func(f *finding.Finding) { f.Component.Scope = "development" }, *scored(network98), finding.Medium},
		{"9.8 in the development environment", func(f *finding.Finding) {
			f.Exposure = &finding.Exposure{Internet: "open", Environment: "development"}
		}, *scored(network98), finding.Medium},
		{"5.5 on CISA's list", nil, finding.Threat{Score: number(5.5), KEV: &finding.KEV{Added: "2024-01-02"}}, finding.High},
		{"on CISA's list and not reachable", func(f *finding.Finding) { f.Reach = reach(finding.NotReachable) },
			finding.Threat{CVSS: []string{network10}, KEV: &finding.KEV{Added: "2021-12-10", Ransomware: true}}, finding.Low},
		{"malicious, not reachable, for tests only", func(f *finding.Finding) {
			f.Reach, f.Component.Scope = reach(finding.NotReachable), "test"
		}, finding.Threat{Malicious: true}, finding.Critical},
		{"7.5 with an EPSS of 0.2", nil, finding.Threat{Score: number(7.5), EPSS: &finding.EPSS{Probability: 0.2}}, finding.Critical},
		{"7.4 with an EPSS of 0.05", nil, finding.Threat{Score: number(7.4), EPSS: &finding.EPSS{Probability: 0.05}}, finding.High},
		{"7.4 with an EPSS of 0.001", nil, finding.Threat{Score: number(7.4), EPSS: &finding.EPSS{Probability: 0.001}}, finding.Medium},
		{"no score published", func(f *finding.Finding) { f.Severity = finding.Info }, finding.Threat{}, finding.Medium},
		{"severity in words", func(f *finding.Finding) { f.Severity = finding.High }, finding.Threat{}, finding.High},
		{"6.5 that needs an account, on the open internet", func(f *finding.Finding) { f.Exposure = open() }, *scored(account65), finding.High},
	}
	for _, test := range tests {
		t.Run(strings.ReplaceAll(test.name, " ", "_"), func(t *testing.T) {
			f := flaw(&test.threat)
			if test.change != nil {
				test.change(f)
			}
			if got := Rank(f); got.Level != test.want {
				t.Errorf("got %s (%d), want %s\n%s", got.Level, got.Score, test.want, strings.Join(got.Because, "\n"))
			}
		})
	}
}

func TestRank_saysWhy(t *testing.T) {
	log4shell := flaw(&finding.Threat{
		CVSS: []string{network10}, Score: number(10), Exploit: "active", Automatable: "yes",
		EPSS: &finding.EPSS{Probability: 0.94358, Percentile: 0.99}, KEV: &finding.KEV{Added: "2021-12-10", Ransomware: true},
	})
	log4shell.Exposure = open()
	log4shell.Exposure.Data, log4shell.Exposure.Privileged = []string{"personal", "card"}, true
	log4shell.Reach = &finding.Reachability{State: finding.Reachable, Symbols: []string{"JndiLookup.lookup"}}
	log4shell.Flow = []finding.Step{{Location: finding.Location{Path: "src/Main.java", Region: finding.Region{StartLine: 12}}}, {Message: "no place"}}

	waits := flaw(scored(network98))
	waits.Reach = &finding.Reachability{State: finding.NotReachable, Because: "No file of the project imports left"}

	unknown := flaw(scored("CVSS:3.1/nonsense", network75))
	unknown.Reach = &finding.Reachability{State: finding.ReachUnknown, Because: "the project has calls that cannot be followed"}

	secret := &finding.Finding{Severity: finding.High, Confidence: finding.Firm, Exposure: &finding.Exposure{Internet: "no", Environment: "staging"}}

	tests := []struct {
		name string
		f    *finding.Finding
		want *finding.Rank
	}{
		{"log4shell", log4shell, &finding.Rank{Score: 100, Level: finding.Critical, Because: []string{
			"CISA has known it to be exploited since 2021-12-10, by ransomware too.",
			"It is being exploited, as SSVC has it.",
			"EPSS gives a 94 % chance of exploitation within 30 days.",
			"It runs in Deployment shop/api, which is open to the internet without sign-in: Ingress shop/web sends shop.example.com to Service shop/api.",
			"Within its reach is sensitive data: personal, card.",
			"It runs with rights over its host.",
			"The faulty function JndiLookup.lookup is called from src/Main.java:12.",
			"Attacks on it can be automated.",
			"It runs in production.",
			"CVSS 3.1 gives it 10.0 of 10 (critical): attacked over the network, without an account.",
			"It is running.",
		}, Would: []string{"It would be low if the faulty code were no longer called."}}},
		{"waits", waits, &finding.Rank{Score: 35, Level: finding.Low, Because: []string{
			"No file of the project imports left.",
			"CVSS 3.1 gives it 9.8 of 10 (critical): attacked over the network, without an account.",
			"Nothing is known about where it runs: it is counted as CVSS counts it, as if its attacker could get at it.",
		}, Would: []string{"It would be critical if the faulty code could be called."}}},
		{"unknown", unknown, &finding.Rank{Score: 75, Level: finding.High, Because: []string{
			"CVSS 3.1 gives it 7.5 of 10 (high): attacked over the network, without an account.",
			"The project has calls that cannot be followed.",
			"Nothing is known about where it runs: it is counted as CVSS counts it, as if its attacker could get at it.",
		}, Would: []string{
			"It would be low if it were proved that the faulty code cannot be called.",
			"It would be low if it were known not to run.",
			"It would be critical if it were known to be exploited.",
		}}},
		{"rule", secret, &finding.Rank{Score: 55, Level: finding.Medium, Because: []string{
			"What it stands in cannot be reached from the internet.",
			"It runs in staging.",
			"Its rule calls it high.",
			"Not known, and so counted neither way: whether it is running.",
		}, Would: []string{
			"It would be high if it were open to the internet without sign-in.",
			"It would be high if it ran in production.",
			"It would be low if it were known not to run.",
		}}},
		{"malware", flaw(&finding.Threat{Malicious: true}), &finding.Rank{Score: 100, Level: finding.Critical, Because: []string{
			"The package itself is the attack: whoever installed it has run it.",
		}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := *test.f
			if diff := cmp.Diff(test.want, Rank(test.f), cmpopts.IgnoreFields(finding.Rank{}, "SSVC", "Environmental")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if before.Exposure != test.f.Exposure || before.Reach != test.f.Reach || before.Component != test.f.Component {
				t.Error("Rank changed the finding")
			}
		})
	}
}

func TestRank_nothingToGoBy(t *testing.T) {
	for _, f := range []*finding.Finding{nil, {Severity: finding.Critical}, {Severity: finding.High, Reach: &finding.Reachability{State: finding.Reachable}}} {
		if got := Rank(f); got != nil {
			t.Errorf("Rank(%+v) = %+v, want nil", f, got)
		}
	}
}

// With nothing known, every score lands in CVSS's own band (CVSS v4.0 specification, table 23).
func TestRank_withoutContextItIsCVSS(t *testing.T) {
	for tenths := range 101 {
		score := float64(tenths) / 10
		want := finding.Info
		switch {
		case tenths >= 90:
			want = finding.Critical
		case tenths >= 70:
			want = finding.High
		case tenths >= 40:
			want = finding.Medium
		case tenths >= 1:
			want = finding.Low
		}
		if got := Rank(flaw(&finding.Threat{Score: &score})); got.Level != want {
			t.Errorf("%.1f is %s (%d), want %s", score, got.Level, got.Score, want)
		}
	}
}

func TestVector_everyVersion(t *testing.T) {
	tests := []struct {
		text string
		want vector
	}{
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", vector{version: "4.0", rated: true, score: 9.3, attack: "N"}},
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", vector{version: "4.0", rated: true, score: 9.3, attack: "N"}},
		{"CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:P/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", vector{version: "4.0", rated: true, attack: "L", account: true, help: true}},
		{network98, vector{version: "3.1", rated: true, score: 9.8, attack: "N"}},
		{"CVSS:3.0/AV:A/AC:L/PR:N/UI:R/S:U/C:L/I:N/A:N", vector{version: "3.0", rated: true, score: 3.5, attack: "A", help: true}},
		{"AV:N/AC:L/Au:S/C:P/I:P/A:P", vector{version: "2.0", rated: true, score: 6.5, attack: "N", account: true}},
		{"(AV:L/AC:L/Au:N/C:C/I:C/A:C)", vector{version: "2.0", rated: true, score: 7.2, attack: "L"}},
		{"", vector{}},
		{"CVSS:3.1/AV:N", vector{}},
		{"CVSS:5.0/AV:N", vector{}},
		{"\x1b[31m", vector{}},
	}
	for _, test := range tests {
		if got, _ := firstVector([]string{test.text}); got != test.want {
			t.Errorf("%q: got %+v, want %+v", test.text, got, test.want)
		}
	}
}

func FuzzVector(f *testing.F) {
	for _, seed := range []string{network98, local55, "AV:N/AC:L/Au:S/C:P/I:P/A:P", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:A"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := Rank(flaw(scored(text)))
		if r.Score < 0 || r.Score > 100 || r.Level != Level(r.Score) || len(r.Because) == 0 {
			t.Errorf("%q: %+v", text, r)
		}
	})
}

func TestTable_rowsAreNamedOnceAndSumUp(t *testing.T) {
	names := map[string]bool{}
	most := 100
	for _, g := range table() {
		strongest := 0
		for _, f := range g {
			if names[f.name] {
				t.Errorf("two rows are called %q", f.name)
			}
			names[f.name] = true
			strongest = max(strongest, f.points)
		}
		most += strongest
	}
	if most != mostPoints {
		t.Errorf("the strongest rows sum up to %d; mostPoints is %d", most, mostPoints)
	}
	if got := draw(most); got != worst {
		t.Errorf("draw(%d) = %d, want %d", most, got, worst)
	}
}

func TestPercent(t *testing.T) {
	for p, want := range map[float64]string{0.94358: "94 %", 0.99999: "100.0 %", 0.9972: "99.7 %", 0.0123: "1.2 %", 0.00043: "0.04 %", 0: "0.00 %"} {
		if got := percent(p); got != want {
			t.Errorf("percent(%v) = %q, want %q", p, got, want)
		}
	}
}

func TestRank_impossibleNumbersAreNotKnown(t *testing.T) {
	nan := number(0)
	*nan /= *nan
	f := flaw(&finding.Threat{Score: nan, CVSS: []string{network75}, EPSS: &finding.EPSS{Probability: 7}})
	got := Rank(f)
	if got.Score != 75 || slices.ContainsFunc(got.Because, func(s string) bool { return strings.HasPrefix(s, "EPSS") }) {
		t.Errorf("got %+v", got)
	}
}
