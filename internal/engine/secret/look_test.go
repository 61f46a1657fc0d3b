package secret

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
)

func acme(n byte) string {
	return "acme_" + strings.Repeat(string([]byte{n, '7', 'q', n + 1, '3', 'z'}), 4)
}

func TestLook_severalSecretsOnALine(t *testing.T) {
	e := newEngine(t, ruleOf("acme", acmeRule))
	got := find(e, "é "+acme('a')+" "+acme('b')+","+acme('c')+"\n"+acme('d'))
	want := []string{
		"acme 1:3-1:32 high " + acme('a'), "acme 1:33-1:62 high " + acme('b'), "acme 1:63-1:92 high " + acme('c'), "acme 2:1-2:30 high " + acme('d'),
	}
	if diff := cmp.Diff(want, places(got)); diff != "" {
		t.Error(diff)
	}
}

func TestLook_boundariesAreThoseOfTheTextNotOfTheWindow(t *testing.T) {
	e := newEngine(t, ruleOf("r", `{"keywords":["KEY="],"exact":true,"reach":16,"pattern":"\\b([a-f0-9]{12})\\b.{0,6}KEY="}`))
	if got := find(e, "0a1b2c3d4e5f KEY=\n"); len(got) != 1 {
		t.Errorf("at the start of a line: %v", places(got))
	}
	// The twelve digits before the key are the end of a longer word that the window cuts in two.
	if got := find(e, strings.Repeat("0a1b2c3d4e5f", 20)+" KEY="); len(got) != 0 {
		t.Errorf("half a word was found: %v", places(got))
	}
	line := newEngine(t, ruleOf("r", `{"keywords":["key"],"reach":8,"pattern":"(?m)^key ([a-z]{9})$"}`))
	if got := find(line, "x\nkey qzjxkvwpf\n"); len(got) != 1 {
		t.Errorf("a whole line: %v", places(got))
	}
	if got := find(line, "xkey qzjxkvwpf\nkey qzjxkvwpfy\n"+strings.Repeat("x", 100)+"key qzjxkvwpf"+strings.Repeat("y", 100)); len(got) != 0 {
		t.Errorf("parts of lines: %v", places(got))
	}
}

func TestLook_onlyWhatTouchesAFreshPart(t *testing.T) {
	e := newEngine(t, ruleOf("acme", acmeRule))
	text := acme('a') + "\n" + acme('b') + "\n" + acme('c') + "\n"
	data := []byte(text)
	fresh := []engine.Span{{Start: 30, End: 60}}
	var got []finding.Finding
	e.Look(&engine.Content{Data: data, Fresh: fresh}, literal.New(e.Literals()).Find(data, 0, len(data), nil), func(f finding.Finding) { got = append(got, f) })
	if diff := cmp.Diff([]string{"acme 2:1-2:30 high " + acme('b')}, places(got)); diff != "" {
		t.Error(diff)
	}
}

func TestLook_placeholdersOfPatternRules(t *testing.T) {
	e := newEngine(t, ruleOf("acme", acmeRule))
	for _, value := range []string{
		"acme_xxxxxxxxxxxxxxxxxxxxxxxx", "acme_000000000000000000000000", "acme_" + "abcdefghijklmnopqrstuvwx", "acme_" + "yourtoken123412341234xyza", "acme_" + "exampleq7z4exampleq7z4ab",
	} {
		if got := find(e, value); len(got) > 0 {
			t.Errorf("%s is reported", value)
		}
	}
}

func TestLook_conditions(t *testing.T) {
	token := acme('a')
	for name, c := range map[string]struct {
		match, text string
		found       bool
	}{
		"near":             {`"near":"server"`, "server\n\n" + token, true},
		"near_too_far":     {`"near":"server","within":1`, "server\n\n\n" + token, false},
		"near_after":       {`"near":"server"`, token + "\n\nserver", true},
		"entropy":          {`"entropy":2`, token, true},
		"entropy_too_low":  {`"entropy":4.9`, token, false},
		"ignored":          {`"ignore":["^acme_a"]`, token, false},
		"not_ignored":      {`"ignore":["^acme_b"]`, token, true},
		"allow_secret":     {`"allow":[{"patterns":["^acme_a"]}]`, token, false},
		"allow_stopword":   {`"allow":[{"stopwords":["A7QB"]}]`, token, false},
		"allow_line":       {`"allow":[{"patterns":["^x = "],"target":"line"}]`, "x = " + token, false},
		"allow_other_line": {`"allow":[{"patterns":["^x = "],"target":"line"}]`, "x = 1\n" + token, true},
		"allow_and":        {`"allow":[{"patterns":["^acme"],"stopwords":["nope"],"condition":"and"}]`, token, true},
		"allow_and_both":   {`"allow":[{"patterns":["^acme"],"stopwords":["a7q"],"condition":"AND"}]`, token, false},
		"allow_paths_only": {`"allow":[{"paths":["x"]}]`, token, true},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEngine(t, ruleOf("acme", strings.TrimSuffix(acmeRule, "}")+","+c.match+"}"))
			if got := find(e, c.text); (len(got) == 1) != c.found {
				t.Errorf("got %v", places(got))
			}
		})
	}
}

func TestLook_commentsTakeConfidence(t *testing.T) {
	e := newEngine(t, ruleOf("password", passwordRule))
	for line, want := range map[string]int{
		"password: '%s'":             0,
		"#password: '%s'":            1,
		"# password: '%s'":           1,
		"// password = '%s'":         1,
		"  -- password = '%s'":       1,
		"#   login(password: '%s')":  2,
		" * password = '%s'":         2,
		"/// password = '%s'":        2,
		"* password = '%s'":          0,
		"run --password '%s'":        0,
		"#define password '%s'":      0,
		"url = 'x' // password='%s'": 0,
	} {
		data := []byte(strings.Replace(line, "%s", password, 1))
		if got := commented(data, bytes.Index(data, []byte("password"))); got != want {
			t.Errorf("%s: got %d, want %d", line, got, want)
		}
	}
	plain, comment := find(e, "password: '"+password+"'"), find(e, "#   password: '"+password+"'")
	if len(plain) != 1 || len(comment) != 1 || comment[0].Confidence != plain[0].Confidence-1 {
		t.Errorf("got %v and %v", plain, comment)
	}
}

func TestLook_minifiedMegabytesStayCheap(t *testing.T) {
	e := newEngine(t, ruleOf("acme", acmeRule), ruleOf("password", passwordRule), ruleOf("token", tokenRule), ruleOf("jwt", `{"document":"jwt"}`),
		ruleOf("url", `{"document":"url-password"}`), ruleOf("pem", `{"document":"private-key"}`), ruleOf("k8s", `{"document":"kubernetes-secret"}`),
		ruleOf("docker", `{"document":"docker-config"}`), ruleOf("connection", `{"document":"connection-string"}`), ruleOf("npmrc", `{"document":"npmrc"}`),
		ruleOf("pypirc", `{"document":"pypirc"}`), ruleOf("netrc", `{"document":"netrc"}`), ruleOf("near", strings.TrimSuffix(acmeRule, "}")+`,"near":"zzz"}`))
	units := []string{
		`password="`, "password = ", `{"auths":{`, "eyJ.", "eyJ ", "://a:b", "kind: Secret\n", "pwd=;", "-----BEGIN PRIVATE KEY-----", "_auth=", "[pypi]", "[pypi]\n", "machine ", "acme_", acme('a') + " ",
		`\x61\x63\x6d\x65\x5f`, "YWNtZV8", "61636d655f", "%61%63%6d%65%5f", `"kind":"Secret"`, "secretGenerator", "token(", `"password","`, "<password>", "- name: password\n", "password: |\n ",
	}
	for _, unit := range units {
		// Work that grows with the square of the length would not end within the test's own time limit.
		find(e, strings.Repeat(unit, 1<<18/len(unit)))
	}
}

func TestLook_sameAnswerWhateverTheOrderOfRules(t *testing.T) {
	a, b, c := ruleOf("acme", acmeRule), ruleOf("acme-too", acmeRule), ruleOf("token", tokenRule)
	text := `token = "` + acme('a') + `"`
	want := places(find(newEngine(t, a, b, c), text))
	if diff := cmp.Diff(want, places(find(newEngine(t, c, b, a), text))); diff != "" || len(want) != 1 {
		t.Errorf("%v\n%s", want, diff)
	}
}

func TestLook_nothingOfTheValueIsShown(t *testing.T) {
	e := newEngine(t, ruleOf("acme", acmeRule), ruleOf("password", passwordRule), ruleOf("token", tokenRule), ruleOf("url", `{"document":"url-password"}`), ruleOf("k8s", `{"document":"kubernetes-secret","named":true}`))
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		value := pick(r, alnum, 20)
		for _, form := range []string{
			`password = "%s"`, `api_key: "%s"`, "postgres://shop:%s@db.acme.io/shop", "kind: Secret\nstringData:\n  password: %s\n", `%[1]s_password = "%[1]s"`, "DB_PASSWORD=%s",
		} {
			for _, f := range find(e, fmt.Sprintf(form, value)) {
				f.Location = finding.Location{}
				if shown := fmt.Sprintf("%+v", f); strings.Contains(shown, value[:8]) || strings.Contains(shown, value[12:]) {
					t.Fatalf("%s shows the value: %s", form, shown)
				}
			}
		}
	}
}

func TestWeigh_moreSpecificRuleSpeaks(t *testing.T) {
	token := acme('a')
	e := newEngine(t, ruleOf("acme", acmeRule), ruleOf("token", tokenRule), ruleOf("url", `{"document":"url-password"}`),
		ruleOf("acme-names", `{"names":["acme token"],"value":"acme_[a-z0-9]+"}`))
	for text, want := range map[string]string{
		`token = "` + token + `"`:            "acme",
		"https://ci:" + token + "@acme.io/x": "acme",
		`acme_token = "acme_q8w7e6r5"`:       "acme-names",
	} {
		if got := find(e, text); len(got) != 1 || got[0].Rule != want {
			t.Errorf("%s: got %v, want %s", text, places(got), want)
		}
	}
}

func TestWeigh_ruleOfSomePathsLeavesTheOthersToTheNext(t *testing.T) {
	e := newEngine(t, ruleOf("password", passwordRule), ruleOf("maven", `{"keywords":["<password>"],"pattern":"<password>([^<]{4,50})</password>","path":"settings\\.xml$","named":true}`))
	text := "<password>hG7$kqZp2vLx9</password>"
	at := func(path string) []string {
		var out []string
		for _, f := range find(e, text) {
			if e.Place(&f, path) {
				out = append(out, f.Rule)
				for _, fact := range f.Facts {
					if fact.Name == yieldsTo {
						t.Errorf("an inner fact is shown: %v", fact)
					}
				}
			}
		}
		return out
	}
	if diff := cmp.Diff([]string{"maven"}, at("conf/settings.xml")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"password"}, at("conf/other.xml")); diff != "" {
		t.Error(diff)
	}
}

func TestIdentity_oneSecretOneFingerprint(t *testing.T) {
	token := sample(t, "github-crc32", "", 7)
	e := newEngine(t, ruleOf("github", githubRule), ruleOf("password", passwordRule))
	texts := []string{
		"TOKEN=" + token, `"token": "` + token + `"`, "https://" + token + "@github.com/x", escaped(token, `\x`), "b64 " + encode64(token), "data: " + encode64("GITHUB_TOKEN="+token+"\n"),
	}
	for _, text := range texts {
		got := find(e, text)
		if len(got) != 1 || got[0].Fingerprint != finding.Identify(finding.Key("key"), "secret", token) {
			t.Errorf("%s: %v", text, places(got))
		}
	}
	password := "hG7$kqZp2vLx9"
	same := find(e, `DB_PASSWORD = "`+password+`"`)[0].Fingerprint
	for text, equal := range map[string]bool{
		`dbPassword: "` + password + `"`: true, `db-password = '` + password + `'`: true, `<add key="DbPassword" value="` + password + `"/>`: true,
		`mail_password = "` + password + `"`: false, `db_password = "` + password + `x"`: false,
	} {
		if got := find(e, text); len(got) != 1 || (got[0].Fingerprint == same) != equal {
			t.Errorf("%s: the same %v", text, !equal)
		}
	}
}

func BenchmarkLook(b *testing.B) {
	e := newEngine(b, ruleOf("acme", acmeRule), ruleOf("github", githubRule), ruleOf("password", passwordRule), ruleOf("token", tokenRule), ruleOf("url", `{"document":"url-password"}`))
	// Ordinary source: an identifier that sounds like a secret every few hundred bytes, and nothing secret.
	unit := "func (s *server) login(ctx context.Context, user, password string) (token string, err error) {\n" +
		"\tif err := s.store.checkPassword(ctx, user, password); err != nil {\n\t\treturn \"\", fmt.Errorf(\"log in %q: %w\", user, err)\n\t}\n" +
		"\t// See https://docs.acme.io/auth for what a token may do.\n\ttoken, err = s.tokens.Issue(ctx, user, s.clock.Now().Add(s.lifetime))\n\treturn token, err\n}\n\n" +
		strings.Repeat("\t// A plain line of prose that says nothing anybody would look for, as most of a program does.\n", 8)
	data := []byte(strings.Repeat(unit, 1<<20/len(unit)))
	hits := literal.New(e.Literals()).Find(data, 0, len(data), nil)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		e.Look(&engine.Content{Data: data}, hits, func(f finding.Finding) { b.Fatalf("found %v", f) })
	}
}
