package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/risk"
)

func TestVendor_filesAreWhatWasPublished(t *testing.T) {
	list, err := staticFiles.ReadFile("static/vendor/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for line := range strings.Lines(string(list)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		known[name] = sum
	}
	err = fs.WalkDir(staticFiles, "static/vendor", func(name string, d fs.DirEntry, err error) error {
		file := path.Base(name)
		if err != nil || d.IsDir() || strings.HasSuffix(file, ".LICENSE") || file == "SHA256SUMS" || file == "README.md" {
			return err
		}
		content, err := staticFiles.ReadFile(name)
		sum := sha256.Sum256(content)
		if got := hex.EncodeToString(sum[:]); got != known[file] {
			t.Errorf("%s has the SHA-256 %s, want %q", file, got, known[file])
		}
		delete(known, file)
		return err
	})
	if err != nil || len(known) > 0 {
		t.Errorf("not there: %v, %v", known, err)
	}
}

func TestLocal(t *testing.T) {
	for to, want := range map[string]string{
		"/": "/", "/findings?q=kev%3Ayes": "/findings?q=kev%3Ayes", "": "/else", "//evil.example": "/else", "https://evil.example/": "/else", "javascript:alert(1)": "/else",
		"/\\evil.example": "/else", "\\\\evil.example": "/else", "/a\r\nSet-Cookie: x": "/else", "evil": "/else", "/\t/evil.example": "/else",
	} {
		if got := local(to, "/else"); got != want {
			t.Errorf("local(%q) is %q, want %q", to, got, want)
		}
	}
}

func TestWebAddress(t *testing.T) {
	for s, want := range map[string]string{"https://x.example/a?b=c": "https://x.example/a?b=c", "http://x.example": "http://x.example", "javascript:alert(1)": "", "data:text/html,x": "", "https://u:p@x.example": "", "//x.example": "", "x": "", "https://": ""} {
		if got := webAddress(s); got != want {
			t.Errorf("webAddress(%q) is %q, want %q", s, got, want)
		}
	}
}

func TestWordAt(t *testing.T) {
	for _, c := range []struct {
		text                string
		at                  int
		before, word, after string
	}{
		{"state:open lev", 14, "state:open ", "lev", ""}, {"state:open lev kev:yes", 14, "state:open ", "lev", " kev:yes"}, {"sta", 3, "", "sta", ""}, {"a b", 2, "a ", "", ""},
		{`team:"a b" x`, 10, "", `team:"a b"`, " x"}, {`team:"a b`, 9, "", `team:"a b`, ""}, {"", 0, "", "", ""},
	} {
		before, word, after := wordAt(c.text, c.at)
		if before != c.before || word != c.word || after != c.after {
			t.Errorf("wordAt(%q, %d) is %q, %q, %q", c.text, c.at, before, word, after)
		}
	}
}

func TestToggled(t *testing.T) {
	for _, c := range []struct {
		query string
		field facet.Field
		value string
		want  string
	}{
		{"", facet.Level, "high", "level:high"}, {"level:high", facet.Level, "critical", "level:high,critical"}, {"level:high,critical", facet.Level, "high", "level:critical"},
		{"level:high kev:yes", facet.Level, "high", "kev:yes"}, {"state:active", facet.State, "open", "state:open"}, {"level:>=high", facet.Level, "low", "level:low"},
		{"asset:=shop", facet.Asset, "shop", ""}, {"-team:data", facet.Team, "data", "-team:data team:data"},
	} {
		q, err := facet.Parse(c.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := toggled(q, c.field, valuesOf(q, c.field), c.value)
		if err != nil || got.String() != c.want {
			t.Errorf("%q with %s %q is %q (%v), want %q", c.query, c.field, c.value, got, err, c.want)
		}
	}
}

func TestVectorsOf(t *testing.T) {
	got := vectorsOf([]string{"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:N/A:L", "not a vector", "a", "b", "one too many"})
	if len(got) != maxVectors || len(got[0].Metrics) != 8 || got[1].Text != "not a vector" || len(got[1].Metrics) != 0 {
		t.Fatalf("the vectors are %+v", got)
	}
	if m := got[0].Metrics[0]; m.Name != "Attack vector" || !strings.Contains(m.Value, "network") {
		t.Errorf("the first metric is %+v", m)
	}
}

func TestSSVC_decisionAndItsParts(t *testing.T) {
	page := func(s *finding.SSVC) findingPage {
		return findingPage{Finding: &desk.Finding{Text: finding.Finding{Rank: &finding.Rank{SSVC: s}}}}
	}
	if s := page(nil).SSVC(); s != nil {
		t.Errorf("what is no flaw has a decision: %+v", s)
	}
	act := page(&finding.SSVC{Decision: "Act", Least: "Act", Most: "Act", Exploitation: "active", Mission: "high"}).SSVC()
	if len(act.Decisions) != 1 || act.Decisions[0].Means != risk.ExplainDecision("Act") || act.Decisions[0].Means == "" {
		t.Errorf("the decision is %+v", act.Decisions)
	}
	if len(act.Parts) != 4 || act.Parts[0] != (metric{"Exploitation", "active"}) || act.Parts[3] != (metric{"Mission and well-being", "high"}) {
		t.Errorf("the parts are %+v", act.Parts)
	}
	open := page(&finding.SSVC{Least: "Track", Most: "Attend"}).SSVC()
	if len(open.Decisions) != 2 || open.Decisions[0].Name != "Track" || open.Decisions[1].Name != "Attend" || open.Decisions[1].Means == "" {
		t.Errorf("what is not decided is %+v", open.Decisions)
	}
}

func TestGraphOf(t *testing.T) {
	asset := func(id int64, internet string, uses ...int64) desk.Asset {
		return desk.Asset{ID: id, Name: fmt.Sprintf("a%d", id), Kind: "repository", Uses: uses, Context: finding.Exposure{Internet: internet}}
	}
	g := graphOf([]desk.Asset{asset(1, "open", 2), asset(2, "", 3), asset(3, ""), asset(4, "no"), asset(5, "", 5), asset(6, "open", 7), asset(7, "", 6)}, 0)
	at := map[string]node{}
	for _, n := range g.Nodes {
		at[n.Name] = n
		if n.X < 0 || n.Y < 0 || n.X+boxWide > g.Width || n.Y+boxHigh > g.Height {
			t.Errorf("%s lies outside: %+v of %d × %d", n.Name, n, g.Width, g.Height)
		}
		for _, other := range g.Nodes {
			if other.Name != n.Name && other.X == n.X && max(other.Y-n.Y, n.Y-other.Y) < boxHigh {
				t.Errorf("%s lies over %s", n.Name, other.Name)
			}
		}
	}
	if _, there := at["a4"]; there {
		t.Error("an asset without a line is drawn")
	}
	if !(at["Internet"].X < at["a1"].X && at["a1"].X < at["a2"].X && at["a2"].X < at["a3"].X) {
		t.Errorf("the way inwards does not go to the right: %+v", at)
	}
	if g := graphOf([]desk.Asset{asset(1, "")}, 1); len(g.Nodes) != 0 {
		t.Errorf("one asset without lines is drawn: %+v", g)
	}
	var many []desk.Asset
	for i := range int64(200) {
		many = append(many, asset(i+1, "open", (i*7)%200+1))
	}
	if g := graphOf(many, 0); len(g.Nodes) != maxNodes+1 || g.Left != 200-maxNodes {
		t.Errorf("%d boxes, %d left, want %d and %d", len(g.Nodes), g.Left, maxNodes+1, 200-maxNodes)
	}
}

func TestTimesInWords(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{0: "just now", -90 * time.Minute: "1 hour ago", -25 * time.Hour: "1 day ago", -40 * 24 * time.Hour: "40 days ago", -90 * 24 * time.Hour: "3 months ago", 48 * time.Hour: "in 2 days"} {
		if got := ago(now, now.Add(d)); got != want {
			t.Errorf("ago(%s) is %q, want %q", d, got, want)
		}
	}
	if got := left(now, now.Add(-49*time.Hour)); got != "2 days over" {
		t.Errorf("left is %q", got)
	}
	for d, want := range map[time.Duration]string{-time.Hour: "late", time.Hour: "soon", 100 * time.Hour: ""} {
		if got := over(now, now.Add(d)); got != want {
			t.Errorf("over(%s) is %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := num(n); got != want {
			t.Errorf("num(%d) is %q, want %q", n, got, want)
		}
	}
}

func FuzzSuggest(f *testing.F) {
	f.Add(`state:open team:"a b`, 12)
	f.Add("ä:\"\\", 1)
	f.Fuzz(func(t *testing.T, text string, at int) {
		if at < 0 || at > len(text) {
			t.Skip()
		}
		before, word, after := wordAt(text, at)
		if before+word != text[:at] || !strings.HasSuffix(text, after) {
			t.Errorf("wordAt(%q, %d) is %q, %q, %q", text, at, before, word, after)
		}
	})
}
