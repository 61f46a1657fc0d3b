package guide

import (
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
)

// shelf is a small book: two frameworks, three families, a rule for audits.
func shelf(t *testing.T) *Book {
	t.Helper()
	made := func(id, languages string, severity finding.Severity, cwe int, tags ...string) rule.Rule {
		r := rule.Rule{Match: `{"languages":[` + languages + `]}`}
		r.Rule = finding.Rule{ID: id, Title: "Title of " + id, Why: "Why.", Fix: "Fix.", Severity: severity, CWE: []int{cwe}, Tags: tags, References: []string{"https://docs.example/a/b.html#c"}}
		return r
	}
	cases := map[string]string{
		"python-sql": `-- bad/a/app.py --
import db

def other():
    pass

def find(name):
    return db.run("x" + name)  # want: python-sql

-- good/a/app.py --
import db

def find(name):
    return db.run("x", name)
`,
	}
	return &Book{
		Rules: []rule.Rule{
			made("python-minor", `"python"`, finding.Low, 89, "python"),
			made("python-sql", `"py"`, finding.High, 89, "python", "sql"),
			made("django-debug", `"python"`, finding.Medium, 489, "python", "django"),
			made("flask-xss", `"python"`, finding.Medium, 79, "python", "flask", "xss"),
			made("python-llm-sql", `"python"`, finding.High, 89, "python", "llm"),
			made("python-look", `"python"`, finding.High, 89, "python", "audit"),
			made("go-sql", `"go"`, finding.High, 89, "go"),
			made("any-text", `"generic"`, finding.High, 89),
		},
		Cases: func(id string) ([]rule.Case, error) { return rule.Cases([]byte(cases[id])) },
	}
}

func headings(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			line = strings.TrimSpace(line)
			if i := strings.Index(line, "</a>"); i > 0 {
				line = "### " + line[i+len("</a>"):]
			}
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func TestWrite_familiesThenSeverity(t *testing.T) {
	text, err := shelf(t).Write(Ask{Language: "python"})
	if err != nil {
		t.Fatal(err)
	}
	want := "# Secure code in Python\n## Contents\n## Injection\n### Title of python-sql\n### Title of python-minor\n" +
		"## Cross-site scripting\n### Title of flask-xss\n## AI\n### Title of python-llm-sql\n## Configuration and information\n### Title of django-debug"
	if got := headings(text); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, part := range []string{
		"```python\ndef find(name):\n    return db.run(\"x\" + name)\n```", "```python\ndef find(name):\n    return db.run(\"x\", name)\n```",
		"[docs.example/…/b.html](https://docs.example/a/b.html#c)", "5 rules",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in\n%s", part, text)
		}
	}
}

func TestWrite_frameworkLeavesOthersOut(t *testing.T) {
	text, err := shelf(t).Write(Ask{Language: "python", Framework: "Django"})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "flask") || !strings.Contains(text, "django-debug") || !strings.Contains(text, "python-sql") || !strings.Contains(text, "Python with Django") {
		t.Error(text)
	}
}

func TestWrite_auditIsAskedFor(t *testing.T) {
	b := shelf(t)
	b.Audit = true
	if text, err := b.Write(Ask{Language: "python"}); err != nil || !strings.Contains(text, "python-look") {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestWrite_ownFindingsComeFirstAndAreHarmless(t *testing.T) {
	var own []finding.Finding
	for range 5 {
		own = append(own, finding.Finding{Rule: "python-sql", Location: finding.Location{
			Path: "a`b\x1b[2J.py", Region: finding.Region{StartLine: 7}, Snippet: "\t\trun(\"```\" + name)\x1b[2J\n\t\t# <b>",
		}})
	}
	text, err := shelf(t).Write(Ask{Language: "python", Findings: append(own, finding.Finding{Rule: "other"})})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"(**5 in your code**)", "**In your code**, ``a`b\\x1b[2J.py:7``", "````python\nrun(\"```\" + name)\\x1b[2J\n# <b>\n````", "And 2 more in your code."} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in\n%s", part, text)
		}
	}
	if strings.Contains(text, `db.run("x" + name)`) || strings.Contains(text, "\x1b") {
		t.Error(text)
	}
}

func TestWrite_saysWhichThereAre(t *testing.T) {
	for ask, want := range map[wanted]string{{"cobol", ""}: "go, python", {"python", "rails"}: "django, flask", {"go", "gin"}: "none of this language"} {
		if _, err := shelf(t).Write(Ask{Language: ask.language, Framework: ask.framework}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", ask, err)
		}
	}
}

// wanted is a language with a framework.
type wanted struct{ language, framework string }

func TestShelves(t *testing.T) {
	all := shelf(t).Shelves()
	if len(all) != 2 || all[0].Language != "go" || all[1].Rules != 5 || all[1].Frameworks["django"] != 1 || all[1].Frameworks["flask"] != 1 || len(all[1].Frameworks) != 2 {
		t.Errorf("%+v", all)
	}
}
