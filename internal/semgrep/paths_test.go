package semgrep

import (
	"strings"
	"testing"
)

func TestGlob_matchesAsDocumented(t *testing.T) {
	for _, c := range []struct{ glob, yes, no string }{
		{"*.jinja2", "a.jinja2 b/c/a.jinja2 x.jinja2/file", "a.jinja a.jinja2x"},
		{"**/backend/*_test.go", "src/backend/server_test.go backend/a_test.go", "backend/x/a_test.go backend/a.go"},
		{"/src/tests", "src/tests/a.py src/tests/b/c src/tests", "a/src/tests/a.py src/tests2/a"},
		{"/src/static/*.js", "src/static/hello.js", "old/src/static/hello.js src/static/a/b.js"},
		{"src/*.c", "src/a.c x/src/a.c", "src/y/a.c"},
		{"/app/tests/**/*.js", "app/tests/a.js app/tests/x/y/a.js", "app/a.js"},
		{"tests/", "tests/a x/tests/a", "tests x/tests"},
		{"a/**", "a/b a/b/c x/a/b", "a"},
		{"**", "a a/b", ""},
		{"./a.py", "a.py", "b/a.py"},
		{".env", ".env a/.env", "env"},
		{"a?.py", "ab.py aé.py", "a.py a/.py abc.py"},
		{"[a-c].py", "b.py", "d.py -.py"},
		{"[!a-c].py", "d.py", "b.py"},
		{"[]x].py", "].py x.py", "y.py"},
		{`a\*b`, "a*b", "axb"},
		{"a+(b).py", "a+(b).py", "aab.py"},
		{"**.py", "a.py x/a.py", "a.pyc"},
	} {
		g, err := parseGlob(c.glob)
		if err != nil {
			t.Errorf("%s: %v", c.glob, err)
			continue
		}
		only, without := Paths{Include: []Glob{g}}, Paths{Exclude: []Glob{g}}
		for _, path := range strings.Fields(c.yes) {
			if !only.Matches(path) || without.Matches(path) || !only.Matches("./"+path) {
				t.Errorf("%s does not match %s", c.glob, path)
			}
		}
		for _, path := range strings.Fields(c.no) {
			if only.Matches(path) || !without.Matches(path) {
				t.Errorf("%s matches %s", c.glob, path)
			}
		}
	}
}

func TestGlob_refusesWhatIsNone(t *testing.T) {
	for _, glob := range []string{"/", ".", "!a", "[a", "[", "[]", "[z-a]", strings.Repeat("a", maxGlob+1)} {
		if _, err := parseGlob(glob); err == nil {
			t.Errorf("%.20q is read", glob)
		}
	}
}

func TestPaths_excludeGoesFirst(t *testing.T) {
	in, _ := parseGlob("/app")
	out, _ := parseGlob("*_internal.py")
	p := Paths{Include: []Glob{in}, Exclude: []Glob{out}}
	if !p.Matches("app/scan.py") || p.Matches("app/scan_internal.py") || p.Matches("lib/scan.py") {
		t.Error("paths do not match as said")
	}
	if !(Paths{}).Matches("anything") {
		t.Error("a rule without paths looks at nothing")
	}
}
