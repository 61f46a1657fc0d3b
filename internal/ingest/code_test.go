package ingest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

func TestUnnumbered_leavesTheRegion(t *testing.T) {
	region := finding.Region{StartLine: 2, EndLine: 3}
	for code, want := range map[string]string{
		"1 a\n2   b\n3 c\n4 d\n": "  b\nc",
		"2: \tb()\n3: }\n":       "\tb()\n}",
		"7 x\n8\n":               "x\n",
		"no numbers\n2 here":     "no numbers\n2 here",
		"":                       "",
	} {
		if got := unnumbered(code, region); got != want {
			t.Errorf("unnumbered(%q) = %q, want %q", code, got, want)
		}
	}
}

func TestWithin_makesRelativeWhatIsInside(t *testing.T) {
	for _, tt := range [][3]string{
		{"/build/shop", "/build/shop/src/a.js", "src/a.js"},
		{"/build/shop/", "/build/shop/./src/../a.js", "a.js"},
		{`C:\build`, `C:\build\src\a.cs`, "src/a.cs"},
		{"/build/shop", "/build/shopping/a.js", "build/shopping/a.js"},
		{"", "/a.js", "a.js"},
		{"/", "/a.js", "a.js"},
	} {
		if got := within(tt[0], tt[1]); got != tt[2] {
			t.Errorf("within(%q, %q) = %q, want %q", tt[0], tt[1], got, tt[2])
		}
	}
}

func TestInteger_readsWhatTextsBeginWith(t *testing.T) {
	for text, want := range map[string]int{"79": 79, "79-81": 79, "12.0": 12, " 4 ": 4, "": 0, "N/A": 0, "-1": 0, "99999999999999999999": 0, "4294967296": 0} {
		if got := integer(text); got != want {
			t.Errorf("integer(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestLiteral_takesTheLongestQuotedText(t *testing.T) {
	for code, want := range map[string]string{
		`db.Open("user", "long enough")`: "long enough",
		`a = 'it''s'`:                    "it",
		`a := "say \"hello\" to"`:        `say \"hello\" to`,
		"a = `raw\ntext`":                "raw\ntext",
		`a = "open`:                      "",
		"a = 1":                          "",
	} {
		if got := literal(code); got != want {
			t.Errorf("literal(%q) = %q, want %q", code, got, want)
		}
	}
}

func TestConceal_leavesNothing(t *testing.T) {
	for _, value := range []string{"a value for this test", "xyz", ""} {
		code := fmt.Sprintf("password = %q", value)
		rule := finding.Rule{Why: "found " + code}
		f := finding.Finding{
			Message: "found " + code, Location: finding.Location{Snippet: code, Logical: steps("member", code)},
			Flow: []finding.Step{{Message: code, Location: finding.Location{Snippet: code}}},
			Fix:  finding.Fix{Text: code, Edits: []finding.Edit{{New: code}}}, Also: []finding.Location{{Snippet: code}},
		}
		conceal(&rule, &f, value)
		if shown := fmt.Sprintf("%+v %+v", rule, f); value != "" && strings.Contains(shown, value) {
			t.Errorf("%q is still shown: %s", value, shown)
		}
		if f.Secret.Reveal() != value {
			t.Errorf("the secret is %q, want %q", f.Secret.Reveal(), value)
		}
		if value == "" && (f.Location.Snippet != "" || f.Flow != nil) {
			t.Error("code with an unknown secret is shown")
		}
	}
}

func TestCheckmarxPackage_splitsNameAndVersion(t *testing.T) {
	for _, tt := range []struct{ id, name, purl string }{
		{"Npm-jquery-2.1.4", "", "pkg:npm/jquery@2.1.4"},
		{"Npm-log4js-api-1.0.2", "log4js-api", "pkg:npm/log4js-api@1.0.2"},
		{"Maven-com.example:log-1.2-api-2.17.1", "com.example:log-1.2-api", "pkg:maven/com.example/log-1.2-api@2.17.1"},
		{"Python-django-3.2-rc1", "", "pkg:pypi/django@3.2-rc1"},
		{"Go-example.com/x-v1.0.0", "", "pkg:golang/example.com/x@v1.0.0"},
		{"Odd", "", "pkg:generic/Odd"},
	} {
		if got := checkmarxPackage(tt.id, tt.name).PURL; got != tt.purl {
			t.Errorf("checkmarxPackage(%q, %q) = %q, want %q", tt.id, tt.name, got, tt.purl)
		}
	}
}

func TestVeracodeLibrary_readsCoordinates(t *testing.T) {
	for id, want := range map[string]string{
		"maven:com.example:db:2.1.214:": "pkg:maven/com.example/db@2.1.214",
		"npm:example-left::1.0.0:":      "pkg:npm/example-left@1.0.0",
		"pypi:example::3.0:":            "pkg:pypi/example@3.0",
		"composer:acme:tool:1.0:":       "pkg:composer/acme/tool@1.0",
		"":                              "pkg:generic/free%20text@9",
	} {
		if got := veracodeLibrary(id, "free text", "9").PURL; got != want {
			t.Errorf("veracodeLibrary(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestFortifyText_choosesAndReplaces(t *testing.T) {
	const text = `<Content><Paragraph>In <Replace key="file" link="x"/>.<AltParagraph>Anywhere.</AltParagraph></Paragraph> &amp; <Paragraph>open</Content>`
	v := &fvdlVulnerability{}
	v.Definitions = append(v.Definitions, struct {
		Key   string `xml:"key,attr"`
		Value string `xml:"value,attr"`
	}{"file", "<a>.c"})
	if got := fortifyText(text, v); got != "In <a>.c. & open" {
		t.Errorf("of one finding: %q", got)
	}
	if got := fortifyText(text, nil); got != "Anywhere. & open" {
		t.Errorf("of any: %q", got)
	}
}

func TestSemgrepTrace_takesAnyShape(t *testing.T) {
	deep := strings.Repeat(`["CliCall", [[{"path": "a", "start": {"line": 1}}, "x"], [], `, 3000) + "null" + strings.Repeat("]]", 3000)
	for name, trace := range map[string]string{
		"deep": deep, "number": "3", "empty": "[]", "unknown tag": `["Other", [1, 2], 3]`, "object": `{"a": [1]}`, "short call": `["CliCall", [[]]]`, "no content": `["CliLoc", [{"path": "a"}]]`,
	} {
		report := `{"results": [{"check_id": "r", "path": "a.go", "extra": {"message": "m", "severity": "ERROR", "dataflow_trace": {"taint_source": ` + trace + `}}}], "errors": []}`
		var r recorder
		if _, err := Read(context.Background(), "", strings.NewReader(report), "semgrep", &r); err != nil || len(r.Findings) != 1 {
			t.Errorf("%s: %d findings, error %v", name, len(r.Findings), err)
		}
	}
}

func TestShelf_refusesRatherThanCuts(t *testing.T) {
	var s shelf
	f := finding.Finding{Message: strings.Repeat("x", 1<<20)}
	for range 63 {
		if err := s.hold(finding.Rule{}, f); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.hold(finding.Rule{}, f); err == nil || !strings.Contains(err.Error(), "more than is held") {
		t.Errorf("error %v, want a refusal", err)
	}
}

func TestESLint_knowsItsSecurityRules(t *testing.T) {
	for id, want := range map[string]bool{"no-eval": true, "security/detect-new-rule": true, "no-unsanitized/method": true, "semi": false, "react/display-name": false} {
		if _, got := eslintWeakness(id); got != want {
			t.Errorf("%s is about security: %v, want %v", id, got, want)
		}
	}
}

func TestReadCode_hostileTypesAreErrorsOrNothing(t *testing.T) {
	for _, report := range []string{
		`{"results": [{"test_id": 1, "issue_text": null, "line_range": "x", "issue_cwe": null}], "generated_at": 3, "metrics": {"_totals": {}}}`,
		`{"results": [{"check_id": null, "extra": {"metadata": {"cwe": {"a": 1}, "sca-fix-versions": {"a": {"b": 1}}}, "sca_info": {}}}], "errors": [{"path": {}}]}`,
		`[{"filePath": null, "messages": [{"ruleId": "x", "line": -1, "severity": 2}]}]`,
		`{"results": [{"type": "sca", "similarityId": null, "state": null, "data": {"scaPackageData": null}}], "totalCount": -1, "scanID": null}`,
	} {
		var r recorder
		_, err := Read(context.Background(), "", strings.NewReader(report), "auto", &r)
		if err == nil && len(r.Findings) > 1 {
			t.Errorf("%s gave %s", report, cmp.Diff([]finding.Finding(nil), r.Findings))
		}
	}
}
