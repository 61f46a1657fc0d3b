package ingest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/vex"
)

// tally is the sink that only counts; every so many findings it calls look.
type tally struct {
	findings int
	every    int
	look     func()
}

func (t *tally) Begin(Format) error                        { return nil }
func (t *tally) Rule(finding.Rule) error                   { return nil }
func (t *tally) Package(inventory.Package, []string) error { return nil }
func (t *tally) Statement(vex.Statement) error             { return nil }
func (t *tally) Note(string)                               {}

func (t *tally) Finding(finding.Finding) error {
	t.findings++
	if t.every > 0 && t.findings%t.every == 0 {
		t.look()
	}
	return nil
}

// repeated is a report of n findings, made while it is read.
type repeated struct {
	head, tail string
	one        func(i int) string
	n, i       int
	left       string
}

func (r *repeated) Read(p []byte) (int, error) {
	for r.left == "" {
		switch {
		case r.i == 0 && r.head != "":
			r.left, r.head = r.head, ""
		case r.i < r.n:
			r.left = r.one(r.i)
			r.i++
		case r.tail != "":
			r.left, r.tail = r.tail, ""
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

func separated(i int, s string) string {
	if i == 0 {
		return s
	}
	return "," + s
}

// streams are reports of n findings of usual size, of the formats whose speed matters most, by name.
func streams(n int) map[string]*repeated {
	text := strings.Repeat("The caller decides what runs on the server. ", 3)
	return map[string]*repeated{
		"generic": {n: n, head: `{"schema":"reeve-import/1","tool":{"name":"bench"},"findings":[`, tail: `]}`, one: func(i int) string {
			return separated(i, fmt.Sprintf(`{"rule":"rule-%d","title":"SQL built from input","severity":"high","message":"q%d reaches the statement","path":"web/part%d/search.go","line":%d,"cwe":["CWE-89"],"description":%q,"references":["https://example.com/rule-%d"],"confidence":"high"}`, i%50, i, i%1000, i%400+1, text, i%50))
		}},
		"sarif": {n: n, head: `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Linter","rules":[{"id":"sql","shortDescription":{"text":"SQL"},"properties":{"tags":["security","external/cwe/cwe-089"],"security-severity":"8.8"}}]}},"results":[`, tail: `]}]}`, one: func(i int) string {
			return separated(i, fmt.Sprintf(`{"ruleId":"sql","ruleIndex":0,"message":{"text":"q%d reaches the statement. %s"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"web/part%d/search.go","uriBaseId":"%%SRCROOT%%"},"region":{"startLine":%d,"startColumn":2,"endColumn":20}}}],"partialFingerprints":{"primaryLocationLineHash":"%016x:1"}}`, i, text, i%1000, i%400+1, i))
		}},
		"sarif-results-first": {n: n, head: `{"version":"2.1.0","runs":[{"results":[`, tail: `],"tool":{"driver":{"name":"Linter"}}}]}`, one: func(i int) string {
			return separated(i, fmt.Sprintf(`{"ruleId":"sql","message":{"text":"q%d reaches the statement. %s"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"web/part%d/search.go"},"region":{"startLine":%d}}}]}`, i, text, i%1000, i%400+1))
		}},
		"reeve-jsonl": {n: n, head: `{"type":"result","schema":"reeve-result/1","tool":{"name":"reeve"}}` + "\n" + `{"type":"rule","id":"sql","engine":"sast","title":"SQL"}` + "\n", tail: fmt.Sprintf(`{"type":"end","rules":1,"findings":%d}`, n), one: func(i int) string {
			return fmt.Sprintf(`{"type":"finding","fingerprint":"%032x","rule":"sql","engine":"sast","message":"q%d reaches the statement","severity":"high","confidence":"high","location":{"path":"web/part%d/search.go","region":{"startLine":%d,"startColumn":2,"endLine":%d,"endColumn":20},"snippet":"db.Query(q)"},"facts":[{"name":"sink","value":"db.Query"}],"verdict":{"action":"block","new":true,"because":%q}}`+"\n", i, i, i%1000, i%400+1, i%400+1, text)
		}},
		"semgrep": {n: n, head: `{"version":"1.99.0","results":[`, tail: `],"errors":[],"paths":{"scanned":[]}}`, one: func(i int) string {
			return separated(i, fmt.Sprintf(`{"check_id":"go.lang.sqli-%d","path":"web/part%d/search.go","start":{"line":%d,"col":2,"offset":99},"end":{"line":%d,"col":20,"offset":117},"extra":{"message":%q,"metadata":{"cwe":["CWE-89: SQL Injection"],"owasp":["A03:2021 - Injection"],"confidence":"HIGH","likelihood":"HIGH","impact":"MEDIUM","category":"security","references":["https://example.com/sqli"],"technology":["go"]},"severity":"ERROR","fingerprint":"%032x_0","lines":"db.Query(q)","validation_state":"NO_VALIDATOR","engine_kind":"OSS"}}`, i%50, i%1000, i%400+1, i%400+1, text, i))
		}},
		"trivy": {n: n, head: `{"SchemaVersion":2,"ArtifactName":"shop:1","ArtifactType":"container_image","Results":[{"Target":"package-lock.json","Class":"lang-pkgs","Type":"npm","Vulnerabilities":[`, tail: `]}]}`, one: func(i int) string {
			return separated(i, fmt.Sprintf(`{"VulnerabilityID":"CVE-2099-%d","PkgName":"paint%d","PkgIdentifier":{"PURL":"pkg:npm/paint%d@1.2.3"},"InstalledVersion":"1.2.3","FixedVersion":"1.2.4","Status":"fixed","SeveritySource":"ghsa","PrimaryURL":"https://avd.example.com/nvd/cve-2099-%d","Title":"Paint drips","Description":%q,"Severity":"HIGH","CweIDs":["CWE-79"],"CVSS":{"nvd":{"V3Vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H","V3Score":7.5}},"References":["https://example.com/a"],"PublishedDate":"2026-01-02T03:04:05Z"}`, 1000+i%5000, i%1000, i%1000, i, text))
		}},
		"grype": {n: n, head: `{"matches":[`, tail: `],"descriptor":{"name":"grype","version":"0.90.0"}}`, one: func(i int) string {
			return separated(i, fmt.Sprintf(`{"vulnerability":{"id":"GHSA-aaaa-bbbb-%04d","severity":"High","description":%q,"cvss":[{"vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H","metrics":{"baseScore":7.5}}],"fix":{"versions":["2"],"state":"fixed"}},"relatedVulnerabilities":[{"id":"CVE-2099-%d"}],"artifact":{"name":"paint%d","version":"1","type":"npm","purl":"pkg:npm/paint%d@1","locations":[{"path":"/srv/a"}]}}`, i%5000, text, 1000+i%5000, i%1000, i%1000))
		}},
		"gosec": {n: n, head: `{"Golang errors":{},"Issues":[`, tail: `],"Stats":{"nosec":0},"GosecVersion":"2"}`, one: func(i int) string {
			return separated(i, fmt.Sprintf(`{"severity":"MEDIUM","confidence":"HIGH","cwe":{"id":"22"},"rule_id":"G304","details":"Potential file inclusion via variable","file":"/src/part%d/a.go","code":"%d: os.Open(p)","line":"%d","column":"2"}`, i%1000, i%400+1, i%400+1))
		}},
		"gitleaks-csv": {n: n, head: "RuleID,Commit,File,SymlinkFile,Secret,Match,StartLine,EndLine,StartColumn,EndColumn,Author,Message,Date,Email,Fingerprint,Tags\n", one: func(i int) string {
			return fmt.Sprintf("generic,0f3c,part%d/a.env,,hunter-two-%d,K=hunter-two-%d,%d,%d,1,9,A,m,2026-01-02T03:04:05Z,a@example.com,x,\n", i%1000, i, i, i%400+1, i%400+1)
		}},
		"nessus": {n: n, head: `<NessusClientData_v2><Report name="a"><ReportHost name="10.0.0.1"><HostProperties><tag name="host-ip">10.0.0.1</tag></HostProperties>`, tail: `</ReportHost></Report></NessusClientData_v2>`, one: func(i int) string {
			return fmt.Sprintf(`<ReportItem port="%d" svc_name="www" protocol="tcp" severity="2" pluginID="%d" pluginName="Old TLS" pluginFamily="General"><synopsis>Old.</synopsis><description>%s</description><solution>Turn it off.</solution><cvss3_base_score>6.5</cvss3_base_score></ReportItem>`, i%60000+1, 10000+i%50, text)
		}},
	}
}

func BenchmarkRead(b *testing.B) {
	const n = 20_000
	for _, name := range slices.Sorted(maps.Keys(streams(0))) {
		data, err := io.ReadAll(streams(n)[name])
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				var sink tally
				if _, err := Read(context.Background(), "", bytes.NewReader(data), "auto", &sink); err != nil || sink.findings != n {
					b.Fatalf("%d findings: %v", sink.findings, err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "findings/s")
			b.ReportMetric(float64(len(data)/n), "B/finding")
		})
	}
}

// alive is how much of the heap is in use.
func alive() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// What is alive in the middle of a report is alive at its end: a report of ten times as many findings, or of ten million, takes no more.
func TestRead_memoryDoesNotGrow(t *testing.T) {
	const n = 12_000
	for name, report := range streams(n) {
		t.Run(name, func(t *testing.T) {
			var seen []int64
			sink := tally{every: n / 6, look: func() { seen = append(seen, alive()) }}
			before := alive()
			if _, err := Read(context.Background(), "", report, "auto", &sink); err != nil {
				t.Fatal(err)
			}
			if name == "sarif-results-first" { // they wait for their rules, packed and bounded
				return
			}
			if grown := slices.Max(seen[3:]) - slices.Max(seen[:3]); sink.findings != n || grown > 1<<20 || slices.Max(seen)-before > 8<<20 {
				t.Errorf("%d of %d findings, %d KiB alive, %d KiB more in the second half", sink.findings, n, (slices.Max(seen)-before)>>10, grown>>10)
			}
		})
	}
}
