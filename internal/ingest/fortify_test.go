package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

const fortifyDecisions = `<?xml version="1.0" encoding="UTF-8"?><ns2:Audit xmlns:ns2="xmlns://www.fortify.com/schema/audit" version="4.4"><ns2:ProjectInfo><ns2:Name>shop</ns2:Name></ns2:ProjectInfo><ns2:IssueList>
<ns2:Issue instanceId="11112222333344445555666677778888" revision="0"><ns2:Tag id="87f2364f-dcd4-49e6-861d-f8d3f351686b"><ns2:Value>Not an Issue</ns2:Value></ns2:Tag></ns2:Issue>
<ns2:Issue instanceId="99990000AAAABBBBCCCCDDDDEEEEFFFF" revision="0"><ns2:Tag id="87f2364f-dcd4-49e6-861d-f8d3f351686b"><ns2:Value>Exploitable</ns2:Value></ns2:Tag></ns2:Issue>
<ns2:Issue instanceId="12341234123412341234123412341234" suppressed="true" revision="1"><ns2:ThreadedComments><ns2:Comment><ns2:Content>our own mirror</ns2:Content><ns2:Username>lead</ns2:Username></ns2:Comment></ns2:ThreadedComments></ns2:Issue>
</ns2:IssueList></ns2:Audit>`

// part is one member of an archive.
type part struct{ name, text string }

func archive(t *testing.T, parts ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		m, err := w.Create(p.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(m, p.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFortifyFPR_isItsParts holds the binary sample to what it is made of: the FVDL sample and the decisions above.
func TestFortifyFPR_isItsParts(t *testing.T) {
	fvdl, err := os.ReadFile("testdata/fortify-fvdl/analysis.fvdl")
	if err != nil {
		t.Fatal(err)
	}
	want := archive(t, part{"VERSION", "5.22"}, part{"audit.xml", fortifyDecisions}, part{"audit.fvdl", string(fvdl)})
	const path = "testdata/fortify/with_decisions.fpr"
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(members(t, want), members(t, got)); diff != "" {
		t.Errorf("%s (-want +got; -update writes it):\n%s", path, diff)
	}
}

func members(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}

func TestFortifyFPR_saysTheSameAsItsFVDL(t *testing.T) {
	var alone, archived recorder
	for path, r := range map[string]*recorder{"testdata/fortify-fvdl/analysis.fvdl": &alone, "testdata/fortify/with_decisions.fpr": &archived} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(context.Background(), "", bytes.NewReader(data), "auto", r); err != nil {
			t.Fatal(err)
		}
	}
	waivers := 0
	for i := range archived.Findings {
		if archived.Findings[i].Verdict != nil {
			waivers++
			archived.Findings[i].Verdict = nil
		}
	}
	if waivers != 2 {
		t.Errorf("%d findings are waived, want 2", waivers)
	}
	same := cmp.Comparer(func(a, b finding.Sensitive) bool { return a.Reveal() == b.Reveal() })
	if diff := cmp.Diff(alone.Findings, archived.Findings, same); diff != "" {
		t.Errorf("FVDL and FPR differ (-fvdl +fpr):\n%s", diff)
	}
}

func TestFortifyFPR_hostileArchives(t *testing.T) {
	tests := map[string]struct {
		data []byte
		want string
	}{
		"two reports":   {archive(t, part{"audit.fvdl", "<FVDL/>"}, part{"audit.fvdl", "<FVDL/>"}), "two members"},
		"no report":     {archive(t, part{"readme", "audit.fvdl"}), "no member"},
		"not XML":       {archive(t, part{"audit.fvdl", "<FVDL"}), `in member "audit.fvdl"`},
		"cut directory": {archive(t, part{"audit.fvdl", "<FVDL/>"})[:60], "directory of the archive"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var r recorder
			_, err := Read(context.Background(), "x.fpr", bytes.NewReader(tt.data), "fortify", &r)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestZip_refusesBombs(t *testing.T) {
	in, err := newInput(context.Background(), bytes.NewReader(archive(t, part{"audit.fvdl", strings.Repeat(" ", freeGrowth+1<<20)})))
	if err != nil {
		t.Fatal(err)
	}
	z, err := in.zip()
	if err != nil {
		t.Fatal(err)
	}
	err = z.member("audit.fvdl", func(in *Input) error {
		_, err := in.whole(1 << 30)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "grows more than") {
		t.Errorf("error %v, want one about its growth", err)
	}
}

func TestFVDL_refusesWhatItCannotHold(t *testing.T) {
	one := fmt.Sprintf("<Vulnerability><InstanceInfo><InstanceID>%s</InstanceID></InstanceInfo></Vulnerability>\n", strings.Repeat("x", 1<<20))
	report := &repeated{head: "<FVDL><Vulnerabilities>", tail: "</Vulnerabilities></FVDL>", n: 70, one: func(int) string { return one }}
	var r recorder
	if _, err := Read(context.Background(), "", report, "auto", &r); err == nil || !strings.Contains(err.Error(), "import the FPR") {
		t.Errorf("error %v, want one that says what to do", err)
	}
	if len(r.Findings) > 0 {
		t.Errorf("%d findings were handed out of a report that was refused", len(r.Findings))
	}
}
