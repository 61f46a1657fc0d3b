package secret

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

func TestPlace_confidenceFollowsThePath(t *testing.T) {
	e := newEngine(t, ruleOf("acme", acmeRule))
	found := find(e, acme('a'))[0]
	for path, want := range map[string]finding.Confidence{
		"src/server.go": finding.Firm, "deploy/values.yaml": finding.Firm, "src/latest/server.go": finding.Firm, "src/contest.go": finding.Firm, ".env": finding.Firm,
		"src/server_test.go": finding.Likely, "test/data.json": finding.Likely, "src/__tests__/a.ts": finding.Likely, "a/testdata/key": finding.Likely, "spec/x.rb": finding.Likely,
		"app.spec.ts": finding.Likely, "docs/setup.txt": finding.Likely, "README.md": finding.Likely, ".env.example": finding.Likely, "examples/a.py": finding.Likely,
		"vendor/x/y.go": finding.Likely, "node_modules/x/index.js": finding.Likely, "dist/app.min.js": finding.Likely, "i18n/de.json": finding.Likely,
	} {
		f := found
		if !e.Place(&f, path) || f.Confidence != want {
			t.Errorf("%s: confidence %v, want %v", path, f.Confidence, want)
		}
		if want < finding.Firm && len(f.Reasons) == 0 {
			t.Errorf("%s: no reason is given", path)
		}
	}
}

func TestPlace_testsAndDocumentationTellMoreOfWhatHasNoMark(t *testing.T) {
	e := newEngine(t, ruleOf("password", passwordRule), ruleOf("acme", acmeRule))
	guess, known := find(e, `password = "`+password+`"`)[0], find(e, acme('a'))[0]
	guess.Confidence, known.Confidence = finding.Firm, finding.Firm
	for path, want := range map[string][2]finding.Confidence{
		"src/server.go":                     {finding.Firm, finding.Firm},
		"examples/a.go":                     {finding.Likely, finding.Likely},
		"docs/tutorial/deploy.rst":          {finding.Tentative, finding.Likely},
		"docs/setup.txt":                    {finding.Tentative, finding.Likely},
		"test/a.yaml":                       {finding.Tentative, finding.Likely},
		"caddytest/a.key":                   {finding.Tentative, finding.Likely},
		"src/dockerTest/resources/a.yaml":   {finding.Tentative, finding.Likely},
		"smoke-test/a.yaml":                 {finding.Tentative, finding.Likely},
		"src/TokenTests.java":               {finding.Tentative, finding.Likely},
		"charts/shop/ci/tls-values.yaml":    {finding.Tentative, finding.Likely},
		"tls/shop.localhost.key":            {finding.Tentative, finding.Likely},
		"ansible/environments/test/all.yml": {finding.Firm, finding.Firm},
		"src-latest/a.go":                   {finding.Firm, finding.Firm},
		"ci/values.txt":                     {finding.Firm, finding.Firm},
		"chart/templates/secrets.yaml":      {finding.Firm, finding.Firm},
	} {
		f, g := guess, known
		if !e.Place(&f, path) || !e.Place(&g, path) || f.Confidence != want[0] || g.Confidence != want[1] {
			t.Errorf("%s: guess %v, token %v, want %v", path, f.Confidence, g.Confidence, want)
		}
	}
}

func TestPlace_whatIsCertainStays(t *testing.T) {
	e := newEngine(t, ruleOf("github", githubRule))
	f := find(e, sample(t, "github-crc32", "", 1))[0]
	if !e.Place(&f, "testdata/tokens.txt") || f.Confidence != finding.Certain {
		t.Errorf("got %v", f.Confidence)
	}
}

func TestPlace_pathOfCredentialsRaises(t *testing.T) {
	e := newEngine(t, ruleOf("acme", acmeRule))
	f := find(e, acme('a'))[0]
	f.Confidence = finding.Likely
	for _, path := range []string{".env", "app/.env.production", "home/.netrc", ".aws/credentials", ".kube/config"} {
		g := f
		if !e.Place(&g, path) || g.Confidence != finding.Firm {
			t.Errorf("%s: %v", path, g.Confidence)
		}
	}
}

func TestPlace_guessesInMadeFilesAreDropped(t *testing.T) {
	e := newEngine(t, ruleOf("password", passwordRule), ruleOf("acme", acmeRule))
	guess, known := find(e, `password = "`+password+`"`)[0], find(e, acme('a'))[0]
	for _, path := range []string{"package-lock.json", "go.sum", "web/yarn.lock", "app.min.js", "bundle.js.map", "__snapshots__/x.snap", "checksums.txt", "Cargo.lock"} {
		f, g := guess, known
		if e.Place(&f, path) {
			t.Errorf("%s: a guess stays", path)
		}
		if !e.Place(&g, path) {
			t.Errorf("%s: a known token is dropped", path)
		}
	}
}

func TestPlace_bareWordsAreNamesInCode(t *testing.T) {
	e := newEngine(t, ruleOf("password", passwordRule))
	found := find(e, "password = "+password+"\n")
	if len(found) != 1 {
		t.Fatalf("got %v", places(found))
	}
	for path, want := range map[string]bool{"app.py": false, "Main.java": false, "app.ini": true, "deploy.sh": true, "x.properties": true, "": true} {
		f := found[0]
		if e.Place(&f, path) != want {
			t.Errorf("%q: stays %v, want %v", path, !want, want)
		}
	}
}

func TestPlace_pathsOfTheRule(t *testing.T) {
	e := newEngine(t, ruleOf("acme", strings.TrimSuffix(acmeRule, "}")+`,"path":"\\.tf$","notPath":"^old/","allow":[{"paths":["^gone/"]},{"paths":["^mine/"],"patterns":["^acme_a"],"condition":"and"}]}`))
	for path, want := range map[string]bool{"x/a.tf": true, "x/a.tfvars": false, "old/a.tf": false, "gone/a.tf": false, "mine/a.tf": false} {
		f := find(e, acme('a'))[0]
		if e.Place(&f, path) != want {
			t.Errorf("%q: stays %v, want %v", path, !want, want)
		}
	}
	if f := find(e, acme('b'))[0]; !e.Place(&f, "mine/a.tf") {
		t.Error("an exception of another value holds")
	}
}

func TestPlace_leavesTheFindingOfOtherPathsAlone(t *testing.T) {
	e := newEngine(t, ruleOf("acme", acmeRule))
	f := find(e, acme('a'))[0]
	f.Reasons = append(make([]string, 0, 8), "first")
	f.Facts = append(make([]finding.Fact, 0, 8), finding.Fact{Name: "a", Value: "b"})
	before := slices.Clone(f.Reasons[:cap(f.Reasons)])
	g := f
	e.Place(&g, "test/a.txt")
	if diff := cmp.Diff(before, f.Reasons[:cap(f.Reasons)]); diff != "" || len(f.Facts) != 1 {
		t.Errorf("the first finding changed: %s", diff)
	}
}

func TestLookName_fileRules(t *testing.T) {
	e := newEngine(t, ruleOf("key-file", `{"file":"(^|/)id_rsa$","notPath":"^skip/"}`))
	var got []string
	for _, path := range []string{"home/.ssh/id_rsa", "id_rsa.pub", "skip/id_rsa", "test/id_rsa"} {
		e.LookName(path, func(f finding.Finding) { got = append(got, f.Location.Path+" "+f.Confidence.String()) })
	}
	if diff := cmp.Diff([]string{"home/.ssh/id_rsa high", "test/id_rsa low"}, got); diff != "" {
		t.Error(diff)
	}
}
