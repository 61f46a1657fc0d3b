package verify

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

func TestGlob(t *testing.T) {
	for _, tc := range []struct {
		pattern, text string
		want          bool
	}{
		{"active", "active", true}, {"active", "ACTIVE", true}, {"active", "inactive", false}, {"*active", "inactive", true}, {"invalid*", "Invalid token", true},
		{"invalid*", "an invalid token", false}, {"*invalid*", "an INVALID token", true}, {"*", "", true}, {"*", "x", true}, {"", "", true}, {"", "x", false},
	} {
		if got := glob(tc.pattern, tc.text); got != tc.want {
			t.Errorf("glob(%q, %q) = %v", tc.pattern, tc.text, got)
		}
	}
}

func TestFind(t *testing.T) {
	tree := decode(response{body: []byte(`{"a":{"b":[{"c":1},{"c":true},{"c":null},{"d":"x"}]},"e":[],"f":""}`), whole: true})
	for path, want := range map[string]string{
		"a.b.0.c": "1", "a.b.*.c": "1, true", "a.b.3.d": "x", "a.b.9.c": "", "a.b.-1.c": "", "*.b.0.c": "1", "a.x": "", "f.g": "", "": "",
	} {
		if got := join(find(tree, path)); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
	if got := find(tree, "e"); len(got) != 1 {
		t.Errorf("an empty list is there, yet found %v", got)
	}
	if got := find(tree, "a.b.2.c"); len(got) != 0 {
		t.Errorf("null counts as there: %v", got)
	}
}

func TestDecode(t *testing.T) {
	deep := strings.Repeat("[", 100000)
	for _, tc := range []struct {
		name, body string
		whole      bool
		path, want string
	}{
		{"object", `{"a":"b"}`, true, "a", "b"},
		{"byte-order-mark", "\xef\xbb\xbf{\"a\":\"b\"}", true, "a", "b"},
		{"rest-after-value", `{"a":"b"} {"a":"c"}`, true, "a", ""},
		{"broken", `{"a":"b"`, true, "a", ""},
		{"cut-off", `{"a":"b","l":[{"x":1},{"x`, false, "a", "b"},
		{"cut-off-inside", `{"a":{"b":["c",`, false, "a.b", "c"},
		{"big-number", `{"a":12345678901234567890}`, true, "a", "12345678901234567890"},
		{"deep", `{"a":"b","c":` + deep, true, "a", ""},
		{"deep-and-cut-off", `{"a":"b","c":` + deep, false, "a", "b"},
		{"xml", `<?xml version="1.0"?><r xmlns="u"><a>b</a><a>c</a></r>`, true, "r.a", "b"},
		{"xml-broken", `<r><a>b</r>`, true, "r.a", ""},
		{"xml-deep", strings.Repeat("<r>", 50000), true, "r", ""},
		{"xml-entity", `<!DOCTYPE r [<!ENTITY x "b">]><r><a>&x;</a></r>`, true, "r.a", ""},
		{"html", `<html><body>b</body></html>`, true, "html.body", ""},
		{"text", `Forbidden`, true, "a", ""},
		{"nothing", ``, true, "a", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := join(find(decode(response{body: []byte(tc.body), whole: tc.whole}), tc.path)); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"  a b ": "a b", "a\x1b[31mb\r\nc": "a[31mbc", "a\u202eb": "ab", "\xff\xfe": "?", strings.Repeat("é", 130): strings.Repeat("é", 119) + "…",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestScrubber(t *testing.T) {
	secret := "q7/W+e r" + fill(24)
	s := newScrubber(values{hidden: []string{secret}})
	for _, spelling := range spellings(secret) {
		for _, text := range []string{spelling, "x " + spelling + " y", spelling[3:20] + "…"} {
			if got := s.text(text); strings.Contains(got, spelling[4:4+window]) || !strings.Contains(got, scrubbed) {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
	for _, text := range []string{"", "nothing here", secret[:window-1]} {
		if got := s.text(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	short := newScrubber(values{hidden: []string{"abcdefgh"}})
	if got := short.text("xabcdefghy"); got != "x"+scrubbed+"y" {
		t.Errorf("short secret: %q", got)
	}
}

func TestTarget_valuesStayInTheirPlace(t *testing.T) {
	for _, tc := range []struct{ base, path, value, want string }{
		{"https://api.example", "/bot{secret}/me", "a/../../b?c#d", "https://api.example/bota%2F..%2F..%2Fb%3Fc%23d/me"},
		{"https://api.example/v1/", "/x?k={secret}", "a&b=c d+e", "https://api.example/v1/x?k=a%26b%3Dc+d%2Be"},
	} {
		got, err := ask{path: tc.path}.target(tc.base, values{parts: map[string]string{secretPart: tc.value}})
		if err != nil || got != tc.want {
			t.Errorf("%q in %q: %q (%v), want %q", tc.value, tc.path, got, err, tc.want)
		}
	}
}

func TestJudge_firstReadingThatFitsCounts(t *testing.T) {
	a := ask{
		read:  []reading{unclear(200, "s", "odd").because("is odd"), dead(200, "s", "off"), live(200, "s"), dead(401, "").onlyFor(`^new-`)},
		facts: []pick{{"state", "s"}, {"server", "@Server"}, {"none", "n"}},
	}
	for _, tc := range []struct {
		secret string
		got    response
		want   Answer
	}{
		{"x", response{status: 200, body: []byte(`{"s":"odd"}`)}, Answer{Host: "h", Why: "h is odd"}},
		{"x", response{status: 200, body: []byte(`{"s":"off"}`)}, Answer{Host: "h", State: Dead, Why: "h refuses it (200)"}},
		{"x", response{status: 200, body: []byte(`{"s":"on"}`), header: map[string][]string{"Server": {"acme"}}},
			Answer{Host: "h", State: Live, Why: "h accepts it", Facts: []finding.Fact{{Name: "state", Value: "on"}, {Name: "server", Value: "acme"}}}},
		{"new-x", response{status: 401}, Answer{Host: "h", State: Dead, Why: "h refuses it (401)"}},
		{"old-x", response{status: 401}, Answer{Host: "h", Why: "h answers 401 in a way that does not tell"}},
		{"x", response{status: 302, header: map[string][]string{"Location": {"https://login.example/?a=b"}}},
			Answer{Host: "h", Why: "h answers 302 and sends us to login.example, where the secret does not go"}},
		{"x", response{status: 307, header: map[string][]string{"Location": {"/login"}}}, Answer{Host: "h", Why: "h answers 307 and sends us elsewhere, where the secret does not go"}},
		{"x", response{status: 429}, Answer{Host: "h", Why: "h asks for fewer calls"}},
		{"x", response{status: 403, header: map[string][]string{"X-Ratelimit-Remaining": {"0"}}}, Answer{Host: "h", Why: "h asks for fewer calls"}},
	} {
		tc.got.whole = true
		if d := cmp.Diff(tc.want, a.judge("h", tc.got, tc.secret, time.Time{})); d != "" {
			t.Errorf("%d %s (-want +got):\n%s", tc.got.status, tc.got.body, d)
		}
	}
}

// No answer of a provider may crash the look, last long, or put anything unprintable or secret into its outcome.
func FuzzJudge(f *testing.F) {
	for _, p := range fakes() {
		for _, c := range p.calls {
			f.Add(p.verifier, c.live.status, c.live.body, "x", true)
			f.Add(p.verifier, c.dead.status, c.dead.body, "120", false)
		}
	}
	f.Add("aws", 403, "<a><b>&lt;</b>", "Sun, 01 Mar 2026 12:00:30 GMT", true)
	secret := "ghp_" + fill(36)
	v := New(Options{Transport: answering(nil), Clock: newTestClock()})
	f.Fuzz(func(t *testing.T, name string, status int, body, header string, whole bool) {
		e, ok := lookup(name)
		if !ok {
			return
		}
		got := response{status: status, body: []byte(body), whole: whole, header: map[string][]string{
			"Retry-After": {header}, "Location": {header}, "X-Oauth-Scopes": {header + secret}, "X-Ratelimit-Remaining": {header},
		}}
		for _, a := range e.asks {
			answer := v.finish(a.judge("h", got, secret, newTestClock().Now()), values{hidden: []string{secret}})
			texts := []string{answer.Why}
			for _, fact := range answer.Facts {
				texts = append(texts, fact.Value)
			}
			for _, text := range texts {
				if strings.Contains(text, secret[5:5+window]) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) || len(text) > 8*maxFact {
					t.Errorf("%q", text)
				}
			}
		}
	})
}
