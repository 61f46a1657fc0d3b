package verify

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

var concealed = cmp.Comparer(func(a, b finding.Sensitive) bool { return a.Reveal() == b.Reveal() })

func at(path string, line int) finding.Location {
	return finding.Location{Path: path, Region: finding.Region{StartLine: line}}
}

func verifierNamedLikeRule(rule string) string {
	if rule == "no-verifier" {
		return ""
	}
	return rule
}

func TestVerifyAll_writesAnswersIntoFindings(t *testing.T) {
	good, bad, odd := finding.Conceal("ghp_"+fill(36)), finding.Conceal("ghp_"+hexes(36)), finding.Conceal("gho_"+digits(36))
	tr := &transport{answer: func(r *http.Request) (*http.Response, error) {
		switch r.Header.Get("Authorization") {
		case "Bearer " + good.Reveal():
			return respond(reply{status: 200, header: map[string]string{"X-OAuth-Scopes": "repo"}, body: `{"login":"ada"}`}), nil
		case "Bearer " + bad.Reveal():
			return respond(reply{status: 401, body: `{"message":"Bad credentials"}`}), nil
		}
		return respond(reply{status: 500}), nil
	}}
	shared := []finding.Fact{{Name: "id", Value: "1"}, {Name: "account", Value: "?"}}
	findings := []finding.Finding{
		{Rule: "github", Message: "token", Severity: finding.Critical, Confidence: finding.Firm, Secret: good, Facts: shared, Location: at("a", 1)},
		{Rule: "github", Message: "token", Severity: finding.Critical, Confidence: finding.Firm, Secret: bad, Facts: shared, Location: at("a", 2)},
		{Rule: "github", Message: "token", Confidence: finding.Firm, Secret: odd, Location: at("a", 3)},
		{Rule: "github", Message: "token", Confidence: finding.Likely, Secret: good, Location: at("b", 1)},
		{Rule: "no-verifier", Message: "other", Confidence: finding.Likely, Secret: good, Location: at("c", 1)},
		{Rule: "unheard-of", Message: "other", Confidence: finding.Likely, Secret: good, Location: at("c", 2)},
		{Rule: "github", Message: "no value", Confidence: finding.Likely, Location: at("c", 3)},
	}
	v := New(Options{Transport: tr, Clock: newTestClock()})
	count := v.VerifyAll(t.Context(), findings, verifierNamedLikeRule)
	if want := (Count{Secrets: 5, Live: 2, Dead: 1, Unknown: 3}); count != want || len(tr.asked) != 3 {
		t.Errorf("count %+v after %d calls, want %+v after 3", count, len(tr.asked), want)
	}
	liveFacts := []finding.Fact{{Name: "id", Value: "1"}, {Name: "account", Value: "ada"}, {Name: "verified", Value: "live"}, {Name: "scopes", Value: "repo"}}
	unknown := []finding.Fact{{Name: "verified", Value: "unknown"}}
	accepted, refused := []string{"verified: api.github.com accepts it"}, []string{"verified: api.github.com refuses it (401)"}
	want := []finding.Finding{
		{Rule: "github", Message: "token", Severity: finding.Critical, Confidence: finding.Certain, Secret: good, Facts: liveFacts, Reasons: accepted, Location: at("a", 1)},
		{Rule: "github", Message: "token (revoked or expired)", Severity: finding.Critical, Confidence: finding.Tentative, Secret: bad,
			Facts: append(shared[:2:2], finding.Fact{Name: "verified", Value: "dead"}), Reasons: refused, Location: at("a", 2)},
		{Rule: "github", Message: "token", Confidence: finding.Firm, Secret: odd, Facts: unknown,
			Reasons: []string{"not verified: api.github.com answers 500: it has a fault of its own"}, Location: at("a", 3)},
		{Rule: "github", Message: "token", Confidence: finding.Certain, Secret: good, Reasons: accepted, Location: at("b", 1),
			Facts: []finding.Fact{{Name: "verified", Value: "live"}, {Name: "account", Value: "ada"}, {Name: "scopes", Value: "repo"}}},
		{Rule: "no-verifier", Message: "other", Confidence: finding.Likely, Secret: good, Location: at("c", 1)},
		{Rule: "unheard-of", Message: "other", Confidence: finding.Likely, Secret: good, Facts: unknown,
			Reasons: []string{`not verified: there is no verifier named "unheard-of"`}, Location: at("c", 2)},
		{Rule: "github", Message: "no value", Confidence: finding.Likely, Facts: unknown, Reasons: []string{"not verified: its value was not kept"}, Location: at("c", 3)},
	}
	if d := cmp.Diff(want, findings, concealed); d != "" {
		t.Errorf("findings (-want +got):\n%s", d)
	}
	if shared[1].Value != "?" {
		t.Error("a fact that findings share was changed in place")
	}
	v.VerifyAll(t.Context(), findings, verifierNamedLikeRule)
	if d := cmp.Diff(want, findings, concealed); d != "" {
		t.Errorf("asked a second time (-want +got):\n%s", d)
	}
	encoded, err := json.Marshal(findings)
	if err != nil || strings.Contains(string(encoded), good.Reveal()) {
		t.Errorf("the saved findings show a secret (%v)", err)
	}
}

func TestVerifyAll_findsTheOtherHalf(t *testing.T) {
	keyID, secretKey := "AKIA"+repeated("Q2W3E4", 16), repeated("aB3/+xY9", 40)
	for _, tc := range []struct {
		name     string
		findings []finding.Finding
		around   string
		dead     bool
		want     []string
		calls    int
	}{
		{"findings-side-by-side", []finding.Finding{
			{Rule: "aws", Secret: finding.Conceal(keyID), Location: at("a", 1)},
			{Rule: "aws", Secret: finding.Conceal(secretKey), Location: at("a", 2)},
		}, "", false, []string{"live", "live"}, 1},
		{"fact", []finding.Finding{{Rule: "aws", Secret: finding.Conceal(secretKey), Facts: []finding.Fact{{Name: "Key id", Value: keyID}}}}, "", false, []string{"live"}, 1},
		{"fact-of-any-name", []finding.Finding{{Rule: "aws", Secret: finding.Conceal(secretKey), Facts: []finding.Fact{{Name: "neighbour", Value: keyID}}}}, "", false, []string{"live"}, 1},
		{"snippet", []finding.Finding{{Rule: "aws", Secret: finding.Conceal(secretKey), Location: finding.Location{Snippet: "aws(" + keyID + ", ****)"}}}, "", false, []string{"live"}, 1},
		{"text-around", []finding.Finding{{Rule: "aws", Secret: finding.Conceal(secretKey)}}, "id = " + keyID + "\n", false, []string{"live"}, 1},
		{"too-far", []finding.Finding{
			{Rule: "aws", Secret: finding.Conceal(keyID), Location: at("a", 1)},
			{Rule: "aws", Secret: finding.Conceal(secretKey), Location: at("a", 12)},
		}, "", false, []string{"unknown", "unknown"}, 0},
		{"another-file", []finding.Finding{
			{Rule: "aws", Secret: finding.Conceal(keyID), Location: at("a", 1)},
			{Rule: "aws", Secret: finding.Conceal(secretKey), Location: at("b", 1)},
		}, "", false, []string{"unknown", "unknown"}, 0},
		{"dead-pair", []finding.Finding{
			{Rule: "aws", Secret: finding.Conceal(keyID), Location: at("a", 1)},
			{Rule: "aws", Secret: finding.Conceal(secretKey), Location: at("a", 2)},
		}, "", true, []string{"dead", "dead"}, 3},
		{"dead-guess", []finding.Finding{
			{Rule: "aws", Secret: finding.Conceal(secretKey), Location: at("a", 2)},
		}, keyID + " " + "AKIA" + repeated("Z7X6", 16), true, []string{"unknown"}, 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tr := &transport{answer: func(r *http.Request) (*http.Response, error) {
				if !strings.Contains(r.Header.Get("Authorization"), "Credential="+keyID+"/") {
					t.Errorf("asked with %q", r.Header.Get("Authorization"))
				}
				if tc.dead {
					return respond(reply{status: 403, body: awsError("InvalidClientTokenId", "")}), nil
				}
				return respond(reply{status: 200, body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>a</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`}), nil
			}}
			opt := Options{Transport: tr, Clock: newTestClock()}
			if tc.around != "" {
				opt.Around = func(finding.Finding) string { return tc.around }
			}
			New(opt).VerifyAll(t.Context(), tc.findings, verifierNamedLikeRule)
			var got []string
			for i := range tc.findings {
				got = append(got, tc.findings[i].Fact("verified"))
			}
			if d := cmp.Diff(tc.want, got); d != "" || len(tr.asked) != tc.calls {
				t.Errorf("%d calls, want %d; states (-want +got):\n%s%v", len(tr.asked), tc.calls, d, tc.findings[len(tc.findings)-1].Reasons)
			}
		})
	}
}

func TestVerifyAll_usesTheServerThatTheEngineFound(t *testing.T) {
	tr := answering(map[string]reply{"git.acme.example": gitlabLive})
	findings := []finding.Finding{{Rule: "gitlab", Secret: gitlabToken.Value, Facts: []finding.Fact{{Name: "server", Value: "git.acme.example"}}}}
	New(Options{Transport: tr, Clock: newTestClock(), Hosts: map[string][]string{"gitlab": {"*.acme.example"}}}).VerifyAll(t.Context(), findings, verifierNamedLikeRule)
	if got := findings[0].Fact("verified"); got != "live" {
		t.Errorf("%s: %v", got, findings[0].Reasons)
	}
}

func TestVerifyAll_boundsConcurrency(t *testing.T) {
	var now, most atomic.Int32
	gate := make(chan bool)
	tr := &transport{answer: func(*http.Request) (*http.Response, error) {
		n := now.Add(1)
		defer now.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		<-gate
		return respond(gitlabLive), nil
	}}
	var findings []finding.Finding
	for i := range 12 {
		findings = append(findings, finding.Finding{Rule: "gitlab", Secret: finding.Conceal("glpat-" + hexes(18) + digits(12)[i:i+1] + "x")})
	}
	go func() {
		for range 12 {
			gate <- true
		}
	}()
	count := New(Options{Transport: tr, Clock: newTestClock(), Concurrency: 3}).VerifyAll(t.Context(), findings, verifierNamedLikeRule)
	if most.Load() > 3 || count.Live != 12 {
		t.Errorf("%d at once, %+v", most.Load(), count)
	}
}

func TestVerifyAll_cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	tr := answering(nil)
	findings := []finding.Finding{{Rule: "gitlab", Message: "m", Confidence: finding.Firm, Secret: gitlabToken.Value}}
	count := New(Options{Transport: tr, Clock: newTestClock()}).VerifyAll(ctx, findings, verifierNamedLikeRule)
	if count.Unknown != 1 || len(tr.asked) > 0 || findings[0].Confidence != finding.Firm || findings[0].Message != "m" {
		t.Errorf("%+v, asked %v, finding %+v", count, tr.asked, findings[0])
	}
}

func TestVerifyAll_nothingToAsk(t *testing.T) {
	if got := New(Options{Transport: answering(nil)}).VerifyAll(t.Context(), nil, verifierNamedLikeRule); got != (Count{}) {
		t.Errorf("%+v", got)
	}
}
