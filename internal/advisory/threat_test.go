package advisory

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseEPSS(t *testing.T) {
	const text = "#model_version:v2025.03.14,score_date:2026-08-22T12:55:00Z\r\ncve,epss,percentile\r\nCVE-2002-0367,0.04919,0.91446\r\nCVE-2024-12345,1,0\r\n"
	date, rows, err := ParseEPSS(strings.NewReader(text))
	if err != nil || date != "2026-08-22" {
		t.Error(date, err)
	}
	if diff := cmp.Diff([]EPSSRow{{"CVE-2002-0367", 0.04919, 0.91446}, {"CVE-2024-12345", 1, 0}}, rows); diff != "" {
		t.Error(diff)
	}
}

func TestParseExploits(t *testing.T) {
	const text = "\ufeffcve,state,cvss_version,cvss_vector,base_score,cwe,ssvc_exploitation,ssvc_automatable,exploit_refs,ssvc_technical_impact\n" +
		"CVE-1999-0006,PUBLISHED,3.1,CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H,9.8,CWE-121;CWE-20;NVD-CWE-noinfo,POC,Yes,3,Total\n" +
		"CVE-1999-0013,PUBLISHED,,,,,none,\"no\",\"a, \"\"b\"\"\",\n\nCVE-1999-0014,REJECTED,,,,,active,no,,\nCVE-1999-0015,PUBLISHED,,nonsense,,,perhaps,,,all\n"
	rows, err := ParseExploits(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []ExploitRow{
		{CVE: "CVE-1999-0006", Exploitation: "poc", Automatable: "yes", TechnicalImpact: "total", Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", CWE: []int{121, 20}},
		{CVE: "CVE-1999-0013", Exploitation: "none", Automatable: "no"}, {CVE: "CVE-1999-0015"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

func TestParseCSV_saysWhereItIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "it has no header",
		"# only a comment\n":       "it has no header",
		"cve,percentile\n":         `line 1: it has no column "epss"`,
		"cve,epss,percentile\nCVE": "line 2: 1 fields are fewer than the header has",
		"#c\ncve,epss,percentile\nCVE-2024-0001,2,0\n":     `line 3: "2" is no number between 0 and 1`,
		"cve,epss,percentile\nCVE-2024-0001,NaN,0\n":       `"NaN" is no number between 0 and 1`,
		"cve,epss,percentile\nCVE-2024-0001,0.5,0.5\n,1,1": `line 3: "" is no CVE`,
		"cve,epss,percentile\n\"CVE-2024-0001,1,1\n":       "line 2: a quote does not end",
		"cve,epss,percentile\n\"a\"b,1,1\n":                "line 2: text follows a quoted field",
		strings.Repeat("x", maxThreatLine+1):               "line 1: ",
	} {
		date, rows, err := ParseEPSS(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) || rows != nil || date != "" {
			t.Errorf("%.60q: got %v, %v, want %q", text, rows, err, want)
		}
	}
}

func TestParseKEV(t *testing.T) {
	date, rows, err := ParseKEV(strings.NewReader(`{"title":"x","catalogVersion":"2025.08.25","dateReleased":"2025-08-25T18:00:46.8532Z","count":3,"vulnerabilities":[
		{"cveID":"CVE-2025-48384","vendorProject":"Git","dateAdded":"2025-08-25","dueDate":"2025-09-15","knownRansomwareCampaignUse":"Unknown","cwes":["CWE-59"]},
		{"cveID":"CVE-2021-44228","dateAdded":"2021-12-10","dueDate":"soon","knownRansomwareCampaignUse":"Known"},{"cveID":"none"},7]}`))
	if err != nil || date != "2025-08-25" {
		t.Error(date, err)
	}
	if diff := cmp.Diff([]KEVRow{{"CVE-2025-48384", "2025-08-25", "2025-09-15", false}, {"CVE-2021-44228", "2021-12-10", "", true}}, rows); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{``, `[]`, `{}`, `{"vulnerabilities":{}}`, `{"vulnerabilities":[`, `{"vulnerabilities":[]} x`} {
		if _, rows, err := ParseKEV(strings.NewReader(text)); err == nil || rows != nil {
			t.Errorf("%q passes for a catalogue", text)
		}
	}
}

func FuzzParseThreat(f *testing.F) {
	f.Add("#score_date:2026-08-22\ncve,epss,percentile\nCVE-2002-0367,0.04919,0.91446\n")
	f.Add("cve,cvss_vector,cwe,ssvc_exploitation,ssvc_automatable\nCVE-1999-0006,AV:N/AC:L/Au:N/C:P/I:P/A:P,CWE-1,\"POC\",yes\n")
	f.Add(`{"dateReleased":"2025-08-25","vulnerabilities":[{"cveID":"CVE-2025-48384","dateAdded":"2025-08-25"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		if date, rows, err := ParseEPSS(strings.NewReader(text)); err == nil {
			if date != "" && !isDay(date) {
				t.Errorf("%q passes for a day", date)
			}
			NewBuilder(nil).SetEPSS(date, rows)
		}
		if rows, err := ParseExploits(strings.NewReader(text)); err == nil {
			NewBuilder(nil).SetExploits(rows)
			for _, r := range rows {
				cvssScore(r.Vector)
			}
		}
		if date, rows, err := ParseKEV(strings.NewReader(text)); err == nil {
			NewBuilder(nil).SetKEV(date, rows)
		}
	})
}
