package secret

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
	"github.com/reevehq/reeve/internal/rule"
)

var _ engine.Engine = (*Engine)(nil)

// made makes a rule of severity high and confidence high.
func ruleOf(id, match string) rule.Rule {
	return rule.Rule{
		Rule:  finding.Rule{ID: id, Engine: Name, Title: "Token of " + id + " in the open", Severity: finding.High, Confidence: finding.Firm},
		Match: match,
	}
}

func newEngine(t testing.TB, rules ...rule.Rule) *Engine {
	t.Helper()
	for _, r := range rules {
		if err := Validate(r); err != nil {
			t.Fatal(err)
		}
	}
	e, err := New(rules, Options{Key: finding.Key("key"), KeepSecrets: true})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// find looks at a text as the product does.
func find(e *Engine, text string) []finding.Finding {
	var found []finding.Finding
	data := []byte(text)
	e.Look(&engine.Content{Data: data}, literal.New(e.Literals()).Find(data, 0, len(data), nil), func(f finding.Finding) { found = append(found, f) })
	return found
}

// places says which rule found what value where.
func places(found []finding.Finding) []string {
	out := []string{}
	for _, f := range found {
		r := f.Location.Region
		out = append(out, fmt.Sprintf("%s %d:%d-%d:%d %s %s", f.Rule, r.StartLine, r.StartColumn, r.EndLine, r.EndColumn, f.Confidence, f.Secret.Reveal()))
	}
	return out
}

func sample(t testing.TB, check, prefix string, seed uint64) string {
	t.Helper()
	value, err := Sample(check, prefix, rand.New(rand.NewPCG(seed, seed)))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

const (
	githubRule   = `{"keywords":["ghp_"],"exact":true,"pattern":"\\b(ghp_[A-Za-z0-9]{36})\\b","check":"github-crc32"}`
	acmeRule     = `{"keywords":["acme_"],"exact":true,"pattern":"\\b(acme_[a-z0-9]{24})\\b"}`
	passwordRule = `{"document":"assignment","names":["password","passwd","pwd","passphrase","db pass"],"keywords":["password","passwd","pwd","passphrase","_pass","identified by"],"generic":true,"named":true}`
	tokenRule    = `{"document":"assignment","names":["token","api key","secret","access key","authorization"],"keywords":["token","api_key","apikey","api-key","secret","authorization"],"generic":true}`
)

func TestLook_patternFindsTheSecretGroup(t *testing.T) {
	e := newEngine(t, ruleOf("github", githubRule))
	token := sample(t, "github-crc32", "", 1)
	got := find(e, "first\nTOKEN = \""+token+"\"\n")
	if diff := cmp.Diff([]string{"github 2:10-2:50 certain " + token}, places(got)); diff != "" {
		t.Fatal(diff)
	}
	want := finding.Finding{
		Fingerprint: finding.Identify(finding.Key("key"), "secret", token), Rule: "github", Engine: "secret", Message: "Token of github assigned to TOKEN",
		Severity: finding.High, Confidence: finding.Certain, Reasons: []string{"its structure proves it"}, Evidence: "ghp_************",
		Location: finding.Location{Region: finding.RegionAt([]byte("first\nTOKEN = \""+token+"\"\n"), 15, 55)}, Secret: finding.Conceal(token),
	}
	if diff := cmp.Diff(want, got[0], cmp.AllowUnexported(finding.Sensitive{})); diff != "" {
		t.Error(diff)
	}
}

func TestLook_brokenChecksumIsNotReportedByAnyRule(t *testing.T) {
	e := newEngine(t, ruleOf("github", githubRule), ruleOf("token", tokenRule))
	token := sample(t, "github-crc32", "", 1)
	bad := token[:len(token)-1] + "z"
	if got := find(e, `my_token = "`+bad+`"`); len(got) > 0 {
		t.Errorf("GitHub never issued this, yet: %v", places(got))
	}
}

func TestLook_withoutKeepSecretsHoldsNoValue(t *testing.T) {
	e, err := New([]rule.Rule{ruleOf("github", githubRule)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := find(e, sample(t, "github-crc32", "", 1)); len(got) != 1 || got[0].Secret.Reveal() != "" {
		t.Errorf("got %v", got)
	}
}

func TestNew_errorsNameRuleAndField(t *testing.T) {
	for match, want := range map[string]string{
		`{`:                                 `rule "r": match`,
		`{"keywords":[]}`:                   "has none of",
		`{"keywords":["ab"],"pattern":"x"}`: "keywords",
		`{"keywords":["abc"],"pattern":"x","check":"nope"}`:                                 `check: "nope"`,
		`{"document":"nope"}`:                                                               `document: "nope"`,
		`{"value":"x"}`:                                                                     "value: needs names",
		`{"names":["api key"],"file":"x"}`:                                                  "names: needs value",
		`{"names":["a b"],"value":"x"}`:                                                     "names",
		`{"names":["--"],"value":"x"}`:                                                      "names",
		`{"keywords":["abc"],"pattern":"x","reach":99999999}`:                               "reach",
		`{"keywords":["abc"],"pattern":"x","within":-1}`:                                    "within",
		`{"keywords":["abc"],"pattern":"x","allow":[{}]}`:                                   "allow",
		`{"keywords":["abc"],"pattern":"x","allow":[{"patterns":["x"],"target":"file"}]}`:   "allow: target",
		`{"keywords":["abc"],"pattern":"x","allow":[{"patterns":["x"],"condition":"xor"}]}`: "allow: condition",
	} {
		_, err := New([]rule.Rule{ruleOf("r", match)}, Options{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `"r"`) {
			t.Errorf("%s: got %v, want something about %q", match, err, want)
		}
	}
	if _, err := New([]rule.Rule{ruleOf("r", acmeRule), ruleOf("r", acmeRule)}, Options{}); err == nil {
		t.Error("an id taken twice was accepted")
	}
}

func TestValidate_findsWhatNewLeavesToFirstUse(t *testing.T) {
	for match, want := range map[string]string{
		`{"keywords":["abc"],"pattern":"("}`:                              "pattern",
		`{"names":["api key"],"value":"("}`:                               "value",
		`{"keywords":["abc"],"pattern":"x","near":"["}`:                   "near",
		`{"keywords":["abc"],"pattern":"x","path":"["}`:                   "path",
		`{"keywords":["abc"],"pattern":"x","notPath":"["}`:                "notPath",
		`{"keywords":["abc"],"pattern":"x","ignore":["["]}`:               "ignore",
		`{"keywords":["abc"],"pattern":"x","allow":[{"paths":["["]}]}`:    "allow: paths",
		`{"keywords":["abc"],"pattern":"x","allow":[{"patterns":["["]}]}`: "allow: patterns",
		`{"file":"["}`: "file",
		`{"keywords":["abc"],"pattern":"x","patern":1}`: "patern",
	} {
		err := Validate(ruleOf("r", match))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `"r"`) {
			t.Errorf("%s: got %v, want something about %q", match, err, want)
		}
	}
}

func TestInfo_digestFollowsTheRules(t *testing.T) {
	a, b := newEngine(t, ruleOf("r", githubRule)).Info(), newEngine(t, ruleOf("r", acmeRule)).Info()
	if a.Digest == b.Digest || a.Digest == "" || !a.Permanent || a.Always || a.Name != "secret" {
		t.Errorf("%+v\n%+v", a, b)
	}
	if again := newEngine(t, ruleOf("r", githubRule)).Info(); again != a {
		t.Errorf("the same rules give %+v and %+v", a, again)
	}
}

func TestRule_byID(t *testing.T) {
	e := newEngine(t, ruleOf("acme", acmeRule))
	if r, ok := e.Rule("acme"); !ok || r.Title != "Token of acme in the open" {
		t.Errorf("%v %v", r, ok)
	}
	if _, ok := e.Rule("other"); ok {
		t.Error("found a rule that is not there")
	}
}

func TestLook_ruleWithoutKeywords(t *testing.T) {
	// Every match must contain "zz9-": the engine finds that out by itself.
	derived := newEngine(t, ruleOf("r", `{"pattern":"\\b(?:zz9|yy8)-[a-f0-9]{12}\\b"}`))
	if derived.Info().Always || len(derived.Literals()) == 0 {
		t.Errorf("no literal derived: %+v", derived.Literals())
	}
	always := newEngine(t, ruleOf("r", `{"pattern":"\\b[a-f0-9]{4}:[a-f0-9]{9}\\b"}`))
	if !always.Info().Always {
		t.Error("a rule without literals must ask for every content")
	}
	for _, c := range []struct {
		e    *Engine
		text string
	}{{derived, "x zz9-0a1b2c3d4e5f y\nyy8-0a1b2c3d4e5f"}, {always, "x 0a1b:2c3d4e5f6 y\n0a1c:2c3d4e5f6"}} {
		if got := find(c.e, c.text); len(got) != 2 {
			t.Errorf("got %v", places(got))
		}
	}
}
