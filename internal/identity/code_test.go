package identity

import (
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

func form(l finding.Location) string {
	c := coder{self: enclosing(&l)}
	c.lines(&l)
	return string(c.b)
}

func TestCoder_layoutDoesNotMatter(t *testing.T) {
	for name, same := range map[string][]string{
		"white space":        {"x = foo( a, b )", "x=foo(a,\n\t    b)", "  x  =  foo(a, b)\r\n"},
		"quotes":             {`run("a b")`, `run('a b')`, "run(`a b`)"},
		"trailing comma":     {"f(a, b)", "f(\n  a,\n  b,\n)", "f(a, b,)"},
		"semicolons":         {"eval(x)", "eval(x);", "eval(x);;"},
		"line continuation":  {"x = a + b", "x = a \\\n  + b"},
		"comment at the end": {"eval(x)", "eval(x)  // why", "eval(x)  # nosec", "eval(x) /* a */", "eval(x) -- sql", "/* b\n c */ eval(x)", "<!-- d --> eval(x)"},
		"comment line":       {"eval(x)", "# first\neval(x)", "// first\neval(x)", "## first\neval(x)", "#!/bin/sh\neval(x)"},
		"comment inside":     {"f(a, b)", "f(a, /* the first */ b)", "f(a, // one\n b) // two"},
	} {
		want := form(finding.Location{Snippet: same[0]})
		for _, code := range same {
			if got := form(finding.Location{Snippet: code}); got != want {
				t.Errorf("%s: %q becomes %q, want %q as of %q", name, code, got, want, same[0])
			}
		}
	}
}

func TestCoder_whatMattersStays(t *testing.T) {
	for name, two := range map[string][2]string{
		"a string is no name":          {`execute("query")`, `execute(query)`},
		"names are kept apart":         {"return x", "returnx"},
		"case":                         {"Run(x)", "run(x)"},
		"an address is no comment":     {`get("http://a.example/x")`, `get("http://b.example/x")`},
		"no comment within a string":   {`q("a # b")`, `q("a # c")`},
		"no comment within apostrophe": {`q('a -- b')`, `q('a -- c')`},
		"a decrement is no comment":    {"i--; f(i)", "i--; g(i)"},
		"a selector is no comment":     {"a #id1 {}", "a #id2 {}"},
		"an unclosed quote":            {"it's x", "it's y"},
		"an escaped quote":             {`f("a\"b", c)`, `f("a\"b", d)`},
		"other scripts":                {"größe = eval(x)", "grösse = eval(x)"},
		"commas between":               {"f(a, b)", "f(a b)"},
	} {
		if a, b := form(finding.Location{Snippet: two[0]}), form(finding.Location{Snippet: two[1]}); a == b {
			t.Errorf("%s: %q and %q both become %q", name, two[0], two[1], a)
		}
	}
}

func TestCoder_numberedLinesAreThoseOfTheRegion(t *testing.T) {
	want := "eval(x)"
	for _, snippet := range []string{"11 import os\n12 eval(x)\n13 exit()\n", "11: import os\n12: eval(x)\n13: exit()\n", " 11 | import os\n>12 | eval(x)\n"} {
		if got := form(finding.Location{Snippet: snippet, Region: finding.Region{StartLine: 12}}); got != want {
			t.Errorf("%q becomes %q, want %q", snippet, got, want)
		}
	}
	plain := "11 apples\n13 pears"
	if got := form(finding.Location{Snippet: plain, Region: finding.Region{StartLine: 11}}); !strings.Contains(got, "pears") {
		t.Errorf("%q is not numbered, but becomes %q", plain, got)
	}
}

func TestCoder_theFunctionsOwnNameDoesNotCount(t *testing.T) {
	named := func(name string) finding.Location {
		return finding.Location{Snippet: "def " + name + "(request):", Logical: []finding.Logical{{Kind: "function", Name: "app." + name + "()"}}}
	}
	if a, b := form(named("old")), form(named("new")); a != b {
		t.Errorf("a renamed function becomes %q, want %q", b, a)
	}
}

func TestCoder_hostileQuotesTakeLinearTime(t *testing.T) {
	for _, unit := range []string{`"\"`, `"`, `'"`, "/*", "<!--", `\`, "1 ", "`\\`"} {
		got := form(finding.Location{Snippet: strings.Repeat(unit, maxText), Region: finding.Region{StartLine: 1}})
		if len(got) > 2*maxText {
			t.Errorf("%q grows to %d bytes", unit, len(got))
		}
	}
}

func TestMessage_volatileTextIsLeftOut(t *testing.T) {
	for _, c := range []struct{ name, text, strict, loose string }{
		{"numbers", "took 153 ms on port 8443", "took 153 ms on port 8443", "took # ms on port #"},
		{"ephemeral ports", "from 10.0.0.1:49152", "from 10 0 0 1 #", "from # # # # #"},
		{"times", "seen 2024-05-01T12:33:10Z by x", "seen # by x", "seen # by x"},
		{"clock", "at 12:33:10, day 2024/05/01", "at # day #", "at # day #"},
		{"uuid", "job 123e4567-e89b-12d3-a456-426614174000 failed", "job # failed", "job # failed"},
		{"hex", "digest 9f86d081884c7d65", "digest #", "digest #"},
		{"flaws", "affected by CVE-2021-44228", "affected by CVE 2021 44228", "affected by CVE 2021 44228"},
		{"names with digits", "use sha256, not md5 or x509", "use sha256 not md5 or x509", "use sha256 not md5 or x509"},
		{"names with numbers", "bucket logs-2 is public", "bucket logs 2 is public", "bucket logs # is public"},
		{"units", "waited 42s for 10MB", "waited 42s for 10MB", "waited #s for #MB"},
		{"big numbers", "id 1234567", "id #", "id #"},
	} {
		if got := string(appendMessage(nil, c.text, true)); got != c.strict {
			t.Errorf("%s: strict: %q, want %q", c.name, got, c.strict)
		}
		if got := string(appendMessage(nil, c.text, false)); got != c.loose {
			t.Errorf("%s: loose: %q, want %q", c.name, got, c.loose)
		}
	}
}
