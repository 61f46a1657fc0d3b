package risk

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

// Score is Rank without words, over every combination of facts that a seeded run comes by.
func TestScore_isRanks(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 3))
	vectors := []string{network98, network10, network75, account65, network53, local55, "", "nonsense", "AV:N/AC:L/Au:S/C:P/I:P/A:P",
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U"}
	for range 3000 {
		f := flaw(scored(vectors[r.IntN(len(vectors))]))
		f.Exposure, f.Reach, f.Severity = &finding.Exposure{}, &finding.Reachability{}, finding.Severity(r.IntN(5))
		for _, a := range axes() {
			a.set(f, r.IntN(a.values))
		}
		f.Threat.Malicious = r.IntN(50) == 0
		if r.IntN(4) == 0 {
			f.Threat = nil
		}
		if r.IntN(4) == 0 {
			f.Exposure = nil
		}
		score, level := Score(f)
		want := Rank(f)
		if want == nil {
			want = &finding.Rank{Score: int(f.Severity.Score() * 10), Level: f.Severity}
		}
		if score != want.Score || level != want.Level {
			t.Fatalf("Score gives %d (%s), Rank %d (%s): %+v", score, level, want.Score, want.Level, f)
		}
	}
	if score, level := Score(nil); score != 0 || level != finding.Info {
		t.Errorf("nothing: %d %s", score, level)
	}
}

func TestScore_allocatesNextToNothing(t *testing.T) {
	f := flaw(scored(network98))
	f.Exposure = open()
	if n := testing.AllocsPerRun(200, func() { Score(f) }); n > 2 {
		t.Errorf("%.0f allocations, want at most 2", n)
	}
}

func TestCriticality_weighs(t *testing.T) {
	ranked := func(criticality string, data ...string) int {
		f := flaw(scored(network53))
		f.Exposure = &finding.Exposure{Criticality: criticality, Data: data}
		return Rank(f).Score
	}
	got := []int{ranked("low"), ranked(""), ranked("medium"), ranked("high"), ranked("critical"), ranked("low", "health"), ranked("critical", "health"), ranked("extreme")}
	if diff := cmp.Diff([]int{45, 53, 53, 57, 61, 61, 61, 53}, got); diff != "" {
		t.Error(diff)
	}
	f := flaw(&finding.Threat{Score: number(8.5)})
	f.Exposure = &finding.Exposure{}
	r := Rank(f)
	if !slices.Contains(r.Would, "It would be critical if its asset were known to be critical.") {
		t.Errorf("the lever is not named: %q", r.Would)
	}
	f.Exposure = &finding.Exposure{Criticality: "high"}
	if r := Rank(f); !slices.Contains(r.Because, "The criticality of its asset is high.") {
		t.Errorf("the reason is not named: %q", r.Because)
	}
}

// The tree is CISA's, row by row (CISA Coordinator 2.0.3): by exploitation, automatable and technical impact, the decisions for low, medium and high.
func TestSSVC_isCISAsTree(t *testing.T) {
	rows := map[string]string{
		"none no partial": "Track Track Track", "none no total": "Track Track Track*", "none yes partial": "Track Track Attend", "none yes total": "Track Track Attend",
		"poc no partial": "Track Track Track*", "poc no total": "Track Track* Attend", "poc yes partial": "Track Track Attend", "poc yes total": "Track Track* Attend",
		"active no partial": "Track Track Attend", "active no total": "Track Attend Act", "active yes partial": "Attend Attend Act", "active yes total": "Attend Act Act",
	}
	for key, want := range rows {
		in := strings.Fields(key)
		var got []string
		for _, criticality := range []string{"low", "medium", "critical"} {
			f := flaw(&finding.Threat{Exploit: in[0], Automatable: in[1], TechnicalImpact: in[2]})
			f.Exposure = &finding.Exposure{Criticality: criticality}
			s := Rank(f).SSVC
			if len(s.Missing) > 0 || s.Least != s.Decision || s.Most != s.Decision {
				t.Errorf("%s: %+v", key, s)
			}
			got = append(got, s.Decision)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %s", key, got, want)
		}
	}
}

// No worse answer makes a decision less urgent: the range of what is not known is that between its extremes.
func TestSSVC_isMonotone(t *testing.T) {
	for e := range tree {
		for a := range tree[e] {
			for i := range tree[e][a] {
				for m, d := range tree[e][a][i] {
					if e > 0 && tree[e-1][a][i][m] > d || a > 0 && tree[e][a-1][i][m] > d || i > 0 && tree[e][a][i-1][m] > d || m > 0 && tree[e][a][i][m-1] > d {
						t.Errorf("row %d %d %d %d is less urgent than one before it", e, a, i, m)
					}
				}
			}
		}
	}
}

func TestSSVC_saysWhatIsMissing(t *testing.T) {
	tests := []struct {
		name string
		f    *finding.Finding
		want *finding.SSVC
	}{
		{"nothing known", flaw(&finding.Threat{}), &finding.SSVC{
			Least: "Track", Most: "Act",
			Missing: []string{"whether it is exploited", "whether attacks on it can be automated", "how much of the software an attacker gets", "how critical its asset is"},
			Because: "SSVC says Track to Act. Not known: whether it is exploited, whether attacks on it can be automated, how much of the software an attacker gets, how critical its asset is.",
		}},
		{"KEV, data, no criticality", func() *finding.Finding {
			f := flaw(&finding.Threat{CVSS: []string{network98}, KEV: &finding.KEV{Added: "2024-01-01"}, Automatable: "yes"})
			f.Exposure = &finding.Exposure{Data: []string{"personal"}}
			return f
		}(), &finding.SSVC{
			Decision: "Act", Least: "Act", Most: "Act", Exploitation: "active", Automatable: "yes", TechnicalImpact: "total",
			Because: "SSVC says Act: CISA lists it as exploited, attacks can be automated, an attacker gets all of the software (as its CVSS vector has it).",
		}},
		{"low and not exploited: nothing else matters", func() *finding.Finding {
			f := flaw(&finding.Threat{Exploit: "none"})
			f.Exposure = &finding.Exposure{Criticality: "low"}
			return f
		}(), &finding.SSVC{
			Decision: "Track", Least: "Track", Most: "Track", Exploitation: "none", Mission: "low",
			Because: "SSVC says Track: no way to exploit it is known, the impact on mission and well-being is low.",
		}},
		{"malware", flaw(&finding.Threat{Malicious: true}), nil},
		{"no flaw", &finding.Finding{Severity: finding.High, Exposure: &finding.Exposure{Criticality: "high"}}, nil},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, Rank(test.f).SSVC); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
	}
}

func TestSSVC_technicalImpactFromCVSS(t *testing.T) {
	for text, want := range map[string]string{
		network98: "total", network75: "partial", account65: "partial", "": "", "nonsense": "",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N":                    "total",
		"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:L/A:N":                    "partial",
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N": "total",
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:H/SC:H/SI:H/SA:H": "partial",
		"AV:N/AC:L/Au:N/C:C/I:P/A:P":                                      "total",
		"(AV:N/AC:L/Au:S/C:C/I:P/A:P)":                                    "partial",
	} {
		if got := technical(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	f := flaw(scored(network98))
	f.Threat.TechnicalImpact = "Partial"
	if got := Rank(f).SSVC; got.TechnicalImpact != "partial" || strings.Contains(got.Because, "CVSS") {
		t.Errorf("the advisory data does not count before CVSS: %+v", got)
	}
}

// The scores of version 3.1 are the specification's formula worked by hand.
func TestEnvironmental(t *testing.T) {
	tests := []struct {
		vector, criticality string
		data                []string
		want                *finding.Environmental
	}{
		{network75, "", nil, nil},
		{"", "critical", nil, nil},
		{"AV:N/AC:L/Au:S/C:P/I:P/A:P", "critical", nil, nil},
		{network75, "low", nil, &finding.Environmental{Score: 5.7, Vector: network75 + "/CR:L/IR:L/AR:L",
			Because: "Need for confidentiality low, for integrity low, for availability low: from its asset's low criticality."}},
		{network53, "", []string{"personal"}, &finding.Environmental{Score: 6.1, Vector: network53 + "/CR:H/IR:M",
			Because: "Need for confidentiality high, for integrity medium, for availability not known: from data within reach (personal)."}},
		{network53 + "/E:U/MAV:P", "low", []string{"card"}, &finding.Environmental{Score: 6.1, Vector: network53 + "/CR:H/IR:H/AR:L",
			Because: "Need for confidentiality high, for integrity high, for availability low: from its asset's low criticality and data within reach (card)."}},
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", "low", nil, &finding.Environmental{
			Score: 8.9, Vector: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/CR:L/IR:L/AR:L",
			Because: "Need for confidentiality low, for integrity low, for availability low: from its asset's low criticality."}},
	}
	for _, test := range tests {
		f := flaw(scored(test.vector))
		f.Exposure = &finding.Exposure{Criticality: test.criticality, Data: test.data}
		if diff := cmp.Diff(test.want, Rank(f).Environmental); diff != "" {
			t.Errorf("%q (-want +got)\n%s", test.vector, diff)
		}
	}
}

func TestExplainVector(t *testing.T) {
	want := []string{
		"Attack vector: over the network", "Attack complexity: works every time", "Privileges required: an ordinary account",
		"User interaction: nobody has to do anything", "Scope: stays within what is faulty", "Confidentiality: lost altogether",
		"Integrity: not touched", "Availability: not touched", "Exploit code: proof of concept", "Attack vector, here: from the machine itself",
	}
	if diff := cmp.Diff(want, ExplainVector(account65+"/E:P/RL:X/MAV:L")); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"", "CVSS:3.1/AV:N", "\x1b[31m", "CVSS:9.9/AV:N"} {
		if got := ExplainVector(bad); got != nil {
			t.Errorf("%q: %q", bad, got)
		}
	}
	// Every metric and value of every version has words: the vectors below have all metrics, and values are taken one after the other.
	for version, all := range map[string]string{
		"CVSS:4.0/": "AV:NALP AC:LH AT:NP PR:NLH UI:NPA VC:HLN VI:HLN VA:HLN SC:HLN SI:HLN SA:HLN E:APU CR:HML IR:HML AR:HML MAV:NALP MAC:LH MAT:NP MPR:NLH MUI:NPA MVC:HLN MVI:HLN MVA:HLN MSC:HLN MSI:SHLN MSA:SHLN S:NP AU:NY R:AUI V:DC RE:LMH",
		"CVSS:3.1/": "AV:NALP AC:LH PR:NLH UI:NR S:UC C:HLN I:HLN A:HLN E:UPFH RL:OTWU RC:URC CR:LMH IR:LMH AR:LMH MAV:NALP MAC:LH MPR:NLH MUI:NR MS:UC MC:NLH MI:NLH MA:NLH",
		"":          "AV:NAL AC:LMH Au:NSM C:NPC I:NPC A:NPC",
	} {
		fields := strings.Fields(all)
		for turn := range 4 {
			text := version
			for i, field := range fields {
				name, values, _ := strings.Cut(field, ":")
				if i > 0 {
					text += "/"
				}
				text += name + ":" + string(values[min(turn, len(values)-1)])
			}
			if got := ExplainVector(text); len(got) != len(fields) {
				t.Errorf("%s: %d sentences for %d metrics", text, len(got), len(fields))
			}
		}
	}
}

func TestExplainThreat(t *testing.T) {
	got := ExplainThreat(&finding.Threat{
		CVSS: []string{network98}, Exploit: "poc", Automatable: "no", TechnicalImpact: "total",
		EPSS: &finding.EPSS{Probability: 0.5, Percentile: 0.98}, KEV: &finding.KEV{Added: "2024-01-01", Due: "2024-02-01", Ransomware: true},
	})
	want := []Fact{
		{"CVSS", "9.8 of 10 (critical)", "CVSS 3.1 gives it 9.8 of 10 (critical): attacked over the network, without an account."},
		{"KEV", "listed", "CISA has known it to be exploited since 2024-01-01, by ransomware too. US agencies had to mend it by 2024-02-01."},
		{"EPSS", "50 %", "EPSS gives a 50 % chance of exploitation within 30 days. That is more than 98 % of all flaws have."},
		{"Exploitation", "poc", "A way to exploit it is public."},
		{"Automatable", "no", "Attacks on it cannot be automated, as SSVC has it."},
		{"Technical impact", "total", "An attacker gets all of the software, as SSVC has it."},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := ExplainThreat(&finding.Threat{}); got != nil || ExplainThreat(nil) != nil {
		t.Errorf("nothing known: %v", got)
	}
	for _, d := range decisions {
		if ExplainDecision(d) == "" {
			t.Errorf("%s is not explained", d)
		}
	}
}

func BenchmarkScore(b *testing.B) {
	f := flaw(scored(network98))
	f.Exposure = open()
	b.ReportAllocs()
	for b.Loop() {
		Score(f)
	}
}
