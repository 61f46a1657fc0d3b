package ingest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/report"
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

// general are the formats whose speed matters most, by name: a report of n findings of usual size.
func general(n int) map[string]*repeated {
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
	}
}

func BenchmarkRead_general(b *testing.B) {
	const n = 20_000
	for _, name := range []string{"generic", "sarif", "sarif-results-first", "reeve-jsonl"} {
		data, err := io.ReadAll(general(n)[name])
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

// Memory does not grow with the report: what is alive while the last findings come is little, however many came before.
func TestRead_memoryDoesNotGrow(t *testing.T) {
	const n, most = 60_000, 32 << 20
	for name, in := range general(n) {
		t.Run(name, func(t *testing.T) {
			peak := uint64(0)
			sink := tally{every: n / 3, look: func() {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}}
			if _, err := Read(context.Background(), "", in, "auto", &sink); err != nil {
				t.Fatal(err)
			}
			if sink.findings != n || peak > most {
				t.Errorf("%d findings, %d MiB alive, want %d and at most %d MiB", sink.findings, peak>>20, n, most>>20)
			}
		})
	}
}

func TestReadSaved_whatReeveWroteComesBack(t *testing.T) {
	want := finding.Result{
		Schema: finding.SchemaV1, Tool: finding.Tool{Name: "reeve", Version: "1"}, Engines: []finding.EngineStatus{{Name: "sca", State: "failed", Why: "no database"}},
		Rules:    []finding.Rule{{ID: "sql", Engine: "sast", Title: "SQL"}},
		Findings: []finding.Finding{{Fingerprint: "f", Rule: "sql", Engine: "sast", Message: "m", Severity: finding.High, Location: finding.Location{Path: "a.go"}, Rank: &finding.Rank{Score: 70}}},
		Unread:   []finding.Unread{{What: "b.go", Why: "locked"}},
	}
	for _, name := range []string{"json", "jsonl", "sarif"} {
		format, _ := report.Lookup(name)
		var data bytes.Buffer
		if err := format.Write(&data, &want, report.Options{}); err != nil {
			t.Fatal(err)
		}
		var got recorder
		h, err := Read(context.Background(), "", &data, "auto", &got)
		if err != nil {
			t.Fatal(err)
		}
		f := got.Findings[0]
		if h.Format != "reeve" || len(h.Partial) != 2 || f.Fingerprint != "f" || f.Rank == nil || f.Rank.Score != 70 || f.Engine != "sast" {
			t.Errorf("%s: header %+v, finding %+v", name, h, f)
		}
	}
}

func TestReadGeneric_isStrict(t *testing.T) {
	tests := []struct{ in, want string }{
		{`[{"rule":"r","severity":"high","path":"a","colour":"red"}]`, `unknown field "colour": reeve knows asset, class,`},
		{`{"schema":"reeve-import/1","finding":[]}`, `unknown member "finding"`},
		{`{"schema":"reeve-import/2","findings":[]}`, `schema "reeve-import/2": this reeve reads "reeve-import/1"`},
		{`[{"rule":"r","severity":"high","path":"a"},{"rule":"r","severity":"dire","path":"a"}]`, `finding 2: severity "dire": want one of`},
		{`[{"rule":"r","severity":"high"}]`, "finding 1: no place"},
		{`[{"severity":"high","path":"a"}]`, "neither a rule nor a title"},
		{`[{"rule":"r","severity":"high","path":"a","status":"maybe"}]`, `status "maybe": want open`},
		{`[{"rule":"r","severity":"high","path":"a","class":"magic"}]`, `class "magic": want one of`},
		{`[{"rule":"r","severity":"high","path":"a","date":"yesterday"}]`, `date "yesterday": want a day`},
		{`[{"rule":"r","severity":"high","path":"a","line":"7"}]`, "/line is a string"},
		{`[{"rule":"r","severity":"high","path":"a","line":-1}]`, "line -1"},
		{"rule,severity,path,colour\nr,high,a,red\n", `unknown column "colour": reeve knows asset, class,`},
		{"rule,severity,path,line\nr,high,a,x\n", `finding 1: line "x" is no number`},
		{"rule,severity,path\nr,high\n", "finding 1 has 2 cells, the first line names 3 columns"},
	}
	for _, test := range tests {
		var got recorder
		_, err := Read(context.Background(), "", strings.NewReader(test.in), "generic", &got)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.in, err, test.want)
		}
	}
}
