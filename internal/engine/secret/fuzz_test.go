package secret

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
	"github.com/reevehq/reeve/internal/rule"
)

// everyRule has a rule of each form and a rule for each kind of document.
func everyRule() []rule.Rule {
	rules := []rule.Rule{
		ruleOf("github", githubRule), ruleOf("acme", acmeRule), ruleOf("password", passwordRule), ruleOf("token", tokenRule), ruleOf("any", `{"document":"assignment","generic":true}`),
		ruleOf("names", `{"names":["acme api key"],"value":"[a-z0-9]{12}","near":"acme","entropy":2}`), ruleOf("always", `{"pattern":"\\b[a-f0-9]{4}:[a-f0-9]{9}\\b"}`),
	}
	for _, d := range Documents() {
		if d != "assignment" {
			rules = append(rules, ruleOf(d, `{"document":"`+d+`"}`))
		}
	}
	return rules
}

func addSeeds(f *testing.F) {
	for _, seed := range []string{
		"password = \"hG7$kq\"\n", "kind: Secret\ndata:\n  password: cGFzcw==\n", `{"kind":"List","items":[{"kind":"Secret","data":{"a":"YQ=="}}]}`, "secretGenerator:\n- literals:\n  - a=b\n",
		`{"auths":{"a":{"auth":"YTpi"}}}`, "machine a login b password c", "//a/:_authToken=x\n", "[pypi]\npassword: x", "-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----",
		"PuTTY-User-Key-File-3: x\nPrivate-Lines: 1\nAAAA\nPrivate-MAC: x", "AGE-SECRET-KEY-1QQQQQQ", "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.", "a://b:c@d", "jdbc:oracle:thin:a/b@c", "x?sig=a%2Bb", "Server=a;Password=b;",
		`{"terraform_version":"1","resources":[{"instances":[{"attributes":{"password":"x"}}]}]}`, "YWNtZV9hN3FiM3phN3FiM3phN3FiM3phN3FiM3o=", `\x61\x63\x6d\x65\x5f`, `https:\/\/x`, "curl -H 'Authorization: Basic YTpi'",
		"<add key=\"password\" value=\"x\"/>", "${PASSWORD:-x}", "password: |\n  x\n", "identified by 'x'", "acme_a7qb3za7qb3za7qb3za7qb3z", "- name: password\n  value: x", "\xff\xfe\x00password=\x00", "0a1b:2c3d4e5f6",
	} {
		f.Add([]byte(seed))
	}
}

func FuzzLook(f *testing.F) {
	e := newEngine(f, everyRule()...)
	literals := literal.New(e.Literals())
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		look := func(c engine.Content) (found []finding.Finding) {
			e.Look(&c, literals.Find(data, 0, len(data), nil), func(f finding.Finding) { found = append(found, f) })
			return found
		}
		first := look(engine.Content{Data: data})
		if diff := cmp.Diff(first, look(engine.Content{Data: data}), cmp.AllowUnexported(finding.Sensitive{})); diff != "" {
			t.Fatalf("two looks differ: %s", diff)
		}
		look(engine.Content{Data: data, Binary: true})
		look(engine.Content{Data: data, Fresh: []engine.Span{{Start: len(data) / 3, End: len(data) / 2}}})
		for _, found := range first {
			r := found.Location.Region
			if r.Offset < 0 || r.Length <= 0 || r.Offset+r.Length > int64(len(data)) {
				t.Fatalf("region %+v of %d bytes", r, len(data))
			}
			want := finding.RegionAt(data, int(r.Offset), int(r.Offset+r.Length))
			if r != want {
				t.Fatalf("region %+v, want %+v", r, want)
			}
			e.Place(&found, "a/b.go")
		}
	})
}

func FuzzAssignment(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for at := 0; at < len(data) && at < 64; at++ {
			start, end, ok := nameAround(data, at, at+1)
			if !ok {
				continue
			}
			if start > at || end < at+1 || start < 0 || end > len(data) {
				t.Fatalf("name %d to %d around %d", start, end, at)
			}
			a, ok := readAssignment(data, start, end)
			if ok && (a.value == "" || a.valueStart < 0 || a.valueEnd < a.valueStart || a.valueEnd > len(data)) {
				t.Fatalf("%+v in %q", a, data)
			}
			judge(a.value, chosen)
			judge(a.value, generated)
		}
	})
}

func FuzzDocuments(f *testing.F) {
	addSeeds(f)
	e, err := New(everyRule(), Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, m := range e.matchers {
			if m.read == nil {
				continue
			}
			l := look{e: e, data: data}
			for _, h := range literal.New(literalsOf(m)).Find(data, 0, len(data), nil) {
				m.read(&l, m, int(h.Start))
			}
			for at := 0; at < len(data) && at < 8; at++ { // a rule may bring its own keywords
				m.read(&l, m, at)
			}
			for _, c := range l.found {
				if c.start < 0 || c.end <= c.start || c.end > len(data) || c.value == "" {
					t.Fatalf("%s: %d to %d of %d bytes", m.rule.ID, c.start, c.end, len(data))
				}
			}
		}
	})
}

// literalsOf are the literals that start one rule, as they are.
func literalsOf(m *matcher) []literal.Literal {
	var out []literal.Literal
	for _, s := range m.starts {
		out = append(out, literal.Literal{Text: s.text, Fold: !s.exact})
	}
	return out
}
