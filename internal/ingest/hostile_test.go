package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/finding"
)

// endless is a report that begins, and then says one thing as often as it is asked for.
type endless struct {
	head, more string
	given      int64
}

func (e *endless) Read(p []byte) (n int, err error) {
	if e.given < int64(len(e.head)) {
		n = copy(p, e.head[e.given:])
	} else {
		for n < len(p) {
			at := int(e.given-int64(len(e.head))+int64(n)) % len(e.more)
			n += copy(p[n:], e.more[at:])
		}
	}
	e.given += int64(n)
	if e.given > 1<<30 {
		return n, errors.New("a gigabyte was read: the reader would read on forever")
	}
	return n, nil
}

// What never ends is given up after little more than one finding may take, and without holding more than a few hundred MiB.
func TestRead_givesUpWhatNeverEnds(t *testing.T) {
	tests := []struct{ name, tool, head, more string }{
		{"string", "semgrep", `{"version":"1","results":[{"check_id":"r","extra":{"message":"`, "aaaaaaaa"},
		{"string that nobody needs", "semgrep", `{"version":"1","results":[],"errors":[],"paths":{"scanned":["a.py"]},"junk":"`, "aaaaaaaa"},
		{"name of a member", "trivy", `{"SchemaVersion":2,"ArtifactName":"a","`, "aaaaaaaa"},
		{"path", "gitleaks", `[{"RuleID":"r","Secret":"s","StartLine":1,"File":"`, "dir/"},
		{"one finding of many members", "grype", `{"matches":[{"vulnerability":{"id":"CVE-2099-1"},"artifact":{`, `"a":{},`},
		{"number", "bandit", `{"generated_at":"2026-01-02T03:04:05Z","metrics":{"_totals":{}},"results":[{"line_number":`, "99999999"},
		{"brackets", "semgrep", `{"version":"1","results":[`, "["},
		{"brackets that nobody needs", "semgrep", `{"version":"1","results":[],"errors":[],"paths":{"scanned":[]},"junk":`, "["},
		{"objects in objects", "gosec", `{"Golang errors":{},"Issues":[],"junk":`, `{"a":`},
		{"brackets in a loose value", "ocsf", `[{"class_uid":2003,"finding_info":{"title":"t"},"metadata":{"product":{"name":"P"}},"resources":`, "["},
		{"attribute", "nessus", `<NessusClientData_v2><Report><ReportHost name="`, "aaaaaaaa"},
		{"section", "nessus", `<NessusClientData_v2><Report><ReportHost name="h"><ReportItem pluginID="1" severity="2"><synopsis><![CDATA[`, "aaaaaaaa"},
		{"comment", "burp", `<issues burpVersion="1"><!--`, "aaaaaaaa"},
		{"elements in elements", "zap-xml", `<OWASPZAPReport version="2"><site>`, "<a>"},
		{"elements in a finding", "spotbugs", `<BugCollection><BugInstance type="X">`, "<a>"},
		{"elements in a recursive table", "nmap", `<nmaprun scanner="nmap"><host><port protocol="tcp" portid="1"><script id="a">`, "<table>"},
		{"components in components", "cyclonedx", `{"bomFormat":"CycloneDX","specVersion":"1.5","components":[`, `{"name":"a","components":[`},
		{"components in components", "cyclonedx-xml", `<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components>`, "<component><name>a</name><components>"},
		{"line", "gitleaks-csv", "RuleID,Secret,Match,StartLine\n", "aaaaaaaa"},
		{"row", "gitleaks-csv", "RuleID,Secret,Match,StartLine\n", "a,"},
		{"cell", "nessus-csv", "Plugin ID,Host,Name,Synopsis\n1,h,\"", "aaaa\n"},
		{"empty objects", "eslint", `[{"filePath":"a","messages":[`, "{},"},
		{"empty elements", "checkmarx-xml", `<CxXMLResults><Query name="a"><Result><Path>`, "<PathNode/>"},
		{"line", "lynis", "report_version_major=1\nlynis_version=3\nwarning[]=", "aaaaaaaa"},
	}
	for _, test := range tests {
		t.Run(test.tool+" "+test.name, func(t *testing.T) {
			start, before := time.Now(), alive()
			var sink tally
			_, err := Read(context.Background(), "", &endless{head: test.head, more: test.more}, test.tool, &sink)
			if err == nil || strings.Contains(err.Error(), "gigabyte") {
				t.Errorf("error %v, want a refusal", err)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
			var m runtime.MemStats
			if runtime.ReadMemStats(&m); m.HeapSys > 1<<30 {
				t.Errorf("the heap has grown to %d MiB", m.HeapSys>>20)
			}
			if held := alive() - before; held > 4<<20 {
				t.Errorf("%d MiB are still held", held>>20)
			}
		})
	}
}

func TestRead_refusesBombs(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.WriteString(w, `{"version":"1","results":[],"errors":[],"paths":{"scanned":[]},"junk":[`); err != nil {
		t.Fatal(err)
	}
	long := []byte(`"` + strings.Repeat("a", 1<<20) + `",`)
	for range 2 * freeGrowth >> 20 { // 128 MiB in 128 KiB
		if _, err := w.Write(long); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var sink tally
	if _, err := Read(context.Background(), "", &packed, "auto", &sink); err == nil || !strings.Contains(err.Error(), "grows more than") {
		t.Errorf("error %v, want one about its growth", err)
	}
}

// No XML report makes its reader read a file, ask a host or expand an entity.
func TestRead_xmlEntities(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("what nobody may read"), 0o600); err != nil {
		t.Fatal(err)
	}
	lol := `<!ENTITY l0 "lol">`
	for i := 1; i < 10; i++ {
		lol += fmt.Sprintf(`<!ENTITY l%d "%s">`, i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
	}
	prolog := regexp.MustCompile(`(?s)^\s*(<\?xml.*?\?>|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>|<!--.*?-->|\s)*`)
	root := regexp.MustCompile(`(?s)^<([^\s/>]+)([^>]*)>`)
	seen := 0
	for _, path := range samples(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if newHead("", data).Root() == "" {
			continue
		}
		seen++
		body := string(data[len(prolog.Find(data)):])
		for what, entity := range map[string]string{"x": `<!ENTITY x SYSTEM "file://` + secret + `">`, "l9": lol} {
			doctype := `<?xml version="1.0"?><!DOCTYPE r [` + entity + `]>`
			for _, begin := range []string{`<${1}${2}>&` + what + `;`, `<${1} a="&` + what + `;"${2}>`} {
				report := doctype + root.ReplaceAllString(body, begin)
				var got recorder
				_, err := Read(context.Background(), "", strings.NewReader(report), filepath.Base(filepath.Dir(path)), &got)
				if shown := fmt.Sprintf("%+v", got); err == nil || strings.Contains(shown, "nobody may read") || strings.Contains(shown, "lollol") {
					t.Errorf("%s with the entity %s: error %v, want a refusal", path, what, err)
				}
			}
		}
	}
	if seen < 15 {
		t.Errorf("only %d XML samples were tried", seen)
	}
}

// strict is a sink that holds every reader to what Format promises about texts.
type strict struct {
	recorder
	t *testing.T
}

func (s *strict) Finding(f finding.Finding) error {
	shown := fmt.Sprintf("%+v %+v", f, f.Component)
	if !utf8.ValidString(shown) || strings.Contains(shown, "\x00") {
		s.t.Errorf("a finding holds what is no text: %q", shown)
	}
	if f.Rule == "" || f.Message == "" || len(f.Location.Path) > maxPath || len(f.Location.Snippet) > maxText || len(f.Message) > 500 {
		s.t.Errorf("a finding is not as promised: %.300q", shown)
	}
	return s.recorder.Finding(f)
}

func (s *strict) Rule(r finding.Rule) error {
	if shown := fmt.Sprintf("%+v", r); !utf8.ValidString(shown) || strings.Contains(shown, "\x00") || r.ID == "" || r.Title == "" || len(r.ID) > maxName {
		s.t.Errorf("a rule is not as promised: %.300q", shown)
	}
	return s.recorder.Rule(r)
}

func TestRead_oddTexts(t *testing.T) {
	long := strings.Repeat("dir/", 10<<20/4)
	tests := []struct{ name, tool, report string }{
		{"invalid UTF-8", "semgrep", "{\"version\":\"1\",\"results\":[{\"check_id\":\"a\xff\xfeb\",\"path\":\"\xc3\x28.py\",\"extra\":{\"message\":\"\xed\xa0\x80\"}}],\"errors\":[],\"paths\":{\"scanned\":[]}}"},
		{"NUL", "semgrep", `{"version":"1","results":[{"check_id":"a\u0000b","path":"\u0000.py","extra":{"message":"\u0000","lines":"x\u0000y"}}],"errors":[],"paths":{"scanned":[]}}`},
		{"half a pair", "semgrep", `{"version":"1","results":[{"check_id":"\ud800","path":"a","extra":{"message":"m"}}],"errors":[],"paths":{"scanned":[]}}`},
		{"invalid UTF-8 and NUL", "gitleaks-csv", "RuleID,Secret,Match,StartLine,File\na\xff\x00,s\xff,m,1,\x00f\xfe\n"},
		{"a path of 10 MiB", "gitleaks", `[{"RuleID":"r","Secret":"some value","StartLine":1,"File":"` + long + `"}]`},
		{"a rule's name of 10 MiB", "gosec", `{"Golang errors":{},"Issues":[{"rule_id":"` + long + `","details":"` + long + `","file":"a","code":"` + long + `"}],"Stats":{"nosec":0}}`},
		{"nothing said", "semgrep", `{"version":"1","results":[{},{"check_id":null,"path":null}],"errors":[],"paths":{"scanned":[]}}`},
		{"nothing said", "nessus", `<NessusClientData_v2><Report><ReportHost><ReportItem severity="3"></ReportItem></ReportHost></Report></NessusClientData_v2>`},
		{"nothing said", "grype", `{"matches":[{"vulnerability":{"id":"CVE-2099-1"},"artifact":{}}],"descriptor":{"name":"grype"}}`},
	}
	for _, test := range tests {
		t.Run(test.tool+" "+test.name, func(t *testing.T) {
			sink := &strict{t: t}
			if _, err := Read(context.Background(), "", strings.NewReader(test.report), test.tool, sink); err != nil || len(sink.Findings) == 0 {
				t.Errorf("%d findings, error %v", len(sink.Findings), err)
			}
		})
	}
}

// Numbers that are none, and members that come twice.
func TestRead_oddJSON(t *testing.T) {
	for _, test := range []struct{ results, want string }{
		{`[{"check_id":"a","path":"f","start":{"line":NaN}}]`, "error"},
		{`[{"check_id":"a","path":"f","start":{"line":Infinity}}]`, "error"},
		{`[{"check_id":"a","path":"f","start":{"line":1e400}}]`, "error"},
		{`[{"check_id":"a","path":"f","start":{"line":99999999999999999999}}]`, "error"},
		{`[{"check_id":"a",'path':"f"}]`, "error"},
		{`[{"check_id":"a","path":"f"},]`, "error"},
		{`[{"check_id":"a","check_id":"b","path":"f"}]`, "b"},
		{`[{"check_id":"a","path":"f"}],"results":[{"check_id":"b","path":"f"}]`, "a b"},
		{`[{"CHECK_ID":"a","Path":"f"}]`, "a"},
	} {
		got, err := readAs("semgrep", `{"version":"1","errors":[],"paths":{"scanned":[]},"results":`+test.results+`}`)
		var rules []string
		for _, f := range got.Findings {
			rules = append(rules, f.Rule)
		}
		if said := strings.Join(rules, " "); test.want == "error" && err == nil || test.want != "error" && (err != nil || said != test.want) {
			t.Errorf("%s: %q (%v), want %s", test.results, said, err, test.want)
		}
	}
}

func TestRead_byteOrderMarks(t *testing.T) {
	for _, path := range samples(t) {
		tool := filepath.Base(filepath.Dir(path))
		if tool != "bandit" && tool != "junit" && tool != "gitleaks-csv" {
			continue
		}
		plain, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := readAs("auto", string(plain))
		if err != nil {
			t.Fatal(err)
		}
		little, big := []byte{0xff, 0xfe}, []byte{0xfe, 0xff}
		for _, unit := range utf16.Encode([]rune(string(plain))) {
			little, big = append(little, byte(unit), byte(unit>>8)), append(big, byte(unit>>8), byte(unit))
		}
		for encoding, report := range map[string]string{"UTF-8": "\xef\xbb\xbf" + string(plain), "UTF-16LE": string(little), "UTF-16BE": string(big)} {
			got, err := readAs("auto", report)
			if err != nil || got.Header.Format != tool || len(got.Findings) != len(want.Findings) {
				t.Errorf("%s in %s: %d findings as %q (%v), want %d", tool, encoding, len(got.Findings), got.Header.Format, err, len(want.Findings))
			}
		}
	}
}

// A million rules, each with one finding, are handed on and not held.
func TestRead_distinctRules(t *testing.T) {
	const n = 12_000
	reports := map[string]*repeated{
		"semgrep": {n: n, head: `{"version":"1","results":[`, tail: `],"errors":[],"paths":{"scanned":[]}}`, one: func(i int) string {
			return separated(i, fmt.Sprintf(`{"check_id":"rule-%d","path":"a","extra":{"message":"m","severity":"ERROR"}}`, i))
		}},
		"sarif": {n: n, head: `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Linter"}},"results":[`, tail: `]}]}`, one: func(i int) string {
			return separated(i, fmt.Sprintf(`{"ruleId":"rule-%d","message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a"}}}]}`, i))
		}},
		"checkmarx-xml": {n: n, head: `<CxXMLResults ProjectName="a">`, tail: `</CxXMLResults>`, one: func(i int) string {
			return fmt.Sprintf(`<Query name="Rule_%d" Severity="High"><Result FileName="a" Line="1"/></Query>`, i)
		}},
	}
	for name, report := range reports {
		t.Run(name, func(t *testing.T) {
			var seen []int64
			sink := tally{every: n / 6, look: func() { seen = append(seen, alive()) }}
			if _, err := Read(context.Background(), "", report, "auto", &sink); err != nil {
				t.Fatal(err)
			}
			if per := (seen[5] - seen[1]) / (n * 4 / 6); sink.findings != n || name != "sarif" && per > 8 || per > 1200 { // SARIF's rules are bounded by package report
				t.Errorf("%d of %d findings, each holds %d bytes", sink.findings, n, per)
			}
		})
	}
}
