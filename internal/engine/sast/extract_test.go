package sast_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

// placesOf says which rules found something where.
func placesOf(found []finding.Finding) string {
	var out []string
	for _, f := range found {
		r := f.Location.Region
		out = append(out, fmt.Sprintf("%s %s:%d:%d", f.Rule, f.Location.Path, r.StartLine, r.StartColumn))
	}
	return strings.Join(out, "; ")
}

// dest are rules for the code that is extracted.
const dest = `
  - id: pipes-to-shell
    languages: [bash]
    severity: ERROR
    message: what is downloaded is run
    pattern: curl ... | sh
  - id: query
    languages: [python]
    severity: WARNING
    message: what was asked for becomes part of a query
    mode: taint
    pattern-sources: [{pattern: asked()}]
    pattern-sinks: [{pattern: query(...)}]
`

func TestEngine_extracts(t *testing.T) {
	for name, c := range map[string]struct{ rule, path, code, want string }{
		"from-python": {"languages: [python]\n    pattern: os.system(\"$COMMAND\")\n    extract: $COMMAND\n    dest-language: bash", "a.py",
			"import os\n\nos.system('curl http://a | sh')\nos.system('ls')\n", "pipes-to-shell a.py:3:12"},
		"new-syntax": {"languages: [python]\n    match: os.system(\"$COMMAND\")\n    extract: {metavariable: $COMMAND, dest-language: bash}", "a.py",
			"os.system('curl http://a | sh')\n", "pipes-to-shell a.py:1:12"},
		"from-any-text": {"languages: [generic]\n    pattern: \"<run> $...CODE </run>\"\n    extract: $...CODE\n    dest-language: python", "a.txt",
			"<run>\nx = asked()\nquery(x)\n</run>\n", "query a.txt:3:1"},
		"each-by-itself": {"languages: [generic]\n    pattern: \"<run> $...CODE </run>\"\n    extract: $...CODE\n    dest-language: python", "a.txt",
			"<run>x = asked()</run>\n<run>query(x)</run>\n", ""},
		"all-together": {"languages: [generic]\n    pattern: \"<run> $...CODE </run>\"\n    extract: $...CODE\n    dest-language: python\n    reduce: concat", "a.txt",
			"<run>x = asked()</run>\n<run>query(x)</run>\n", "query a.txt:2:6"},
		"quoted": {"languages: [python]\n    pattern: os.system($COMMAND)\n    extract: $COMMAND\n    dest-language: bash\n    transform: unquote_string", "a.py",
			"os.system('curl http://a | sh')\n", "pipes-to-shell a.py:1:12"},
		"notebook": {"languages: [json]\n    pattern: '\"source\": $CODE'\n    extract: $CODE\n    dest-language: python\n    transform: concat_json_string_array", "a.json",
			"{\n  \"source\": [\n    \"def f():\\n\",\n    \"    x = asked()\\n\",\n    \"    query(x)\"\n  ]\n}\n", "query a.json:5:10"},
		"only-some": {"languages: [python]\n    pattern: os.system(\"$COMMAND\")\n    extract: $COMMAND\n    dest-language: bash\n    dest-rules: {exclude: [pipes-to-shell]}", "a.py",
			"os.system('curl http://a | sh')\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			mode := "    mode: extract\n"
			if strings.Contains(c.rule, "match:") {
				mode = ""
			}
			e := newEngine(t, "rules:\n  - id: take\n"+mode+"    "+c.rule+dest)
			found, notices := look(t, e, map[string]string{c.path: c.code})
			if got := placesOf(found); got != c.want || len(notices) > 0 {
				t.Errorf("got %s (%v)\nwant %s", got, notices, c.want)
			}
		})
	}
}
