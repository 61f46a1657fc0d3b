package vex

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var usual = Options{Author: "Security team <sec@acme.example>", Namespace: "https://acme.example/vex", Version: "1.2.3"}

func written(t testing.TB, write func(io.Writer, []Statement, Options) error, list []Statement, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, list, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// randomStatements makes valid statements. Each speaks of a flaw of its own, if alone is asked for, so that none outweighs another.
func randomStatements(r *rand.Rand, alone bool) []Statement {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	var list []Statement
	for i := range 1 + r.IntN(8) {
		number := r.IntN(5)
		if alone {
			number = i
		}
		s := Statement{Author: pick(usual.Author, "Somebody else"), At: time.Date(2024, 1, 1+r.IntN(28), r.IntN(24), 0, 0, r.IntN(2)*1000, time.UTC)}
		s.Flaws = [][]string{
			{fmt.Sprintf("CVE-2024-%04d", number)}, {fmt.Sprintf("GHSA-aaaa-bbbb-%04d", number)},
			{fmt.Sprintf("CVE-2024-%04d", number), fmt.Sprintf("GHSA-aaaa-bbbb-%04d", number)},
		}[r.IntN(3)]
		switch s.Status = Statuses()[r.IntN(4)]; s.Status {
		case Affected:
			s.Action = pick("Upgrade to 2.", "Do <not>\nuse it \u202e\x1b[31m.")
		case NotAffected:
			s.Justification, s.Impact = Justifications()[r.IntN(5)], pick("", "Never called: \"x\" & y.")
			if r.IntN(4) == 0 {
				s.Justification, s.Impact = "", "We looked."
			}
		}
		for range r.IntN(3) {
			s.Proof = append(s.Proof, pick("main.go:3 calls a", "a.go:7 calls b", "  indented"))
		}
		for range 1 + r.IntN(3) {
			p := Product{ID: pick("pkg:npm/shop@1.0.0", "pkg:npm/a", "docker.io/library/alpine:3.19", "github.com/acme/shop", "cpe:2.3:a:acme:shop:1.0.0:*:*:*:*:*:*:*")}
			for range r.IntN(3) {
				p.Subcomponents = append(p.Subcomponents, pick("pkg:npm/a@1", "pkg:npm/b", "pkg:deb/debian/c@1?arch=amd64"))
			}
			s.Products = append(s.Products, p)
		}
		s.Products = sortedProducts(s.Products)
		if p := &s.Products[0]; strings.HasPrefix(p.ID, "pkg:npm/shop") && r.IntN(2) == 0 {
			p.Also = []string{"cpe:2.3:a:acme:shop:1.0.0:*:*:*:*:*:*:*"}
		}
		list = append(list, s)
	}
	return list
}

func TestWriteOpenVEX_readsBackTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		list := randomStatements(r, false)
		want, _, err := ready(list, usual)
		if err != nil {
			t.Fatal(err)
		}
		data := written(t, WriteOpenVEX, list, usual)
		got, err := Read("", bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%v in\n%s", err, data)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-want +got)\n%s\nin\n%s", diff, data)
		}
		if again := written(t, WriteOpenVEX, got, usual); !bytes.Equal(data, again) {
			t.Fatalf("written again it differs:\n%s", cmp.Diff(string(data), string(again)))
		}
	}
}

// meaning spreads statements out: what is said about each flaw in each product and subcomponent.
func meaning(list []Statement) map[string]string {
	m := map[string]string{}
	for _, s := range list {
		for _, p := range s.Products {
			parts := p.Subcomponents
			if len(parts) == 0 {
				parts = []string{""}
			}
			at := s.At.String()
			if s.Status == UnderInvestigation {
				at = "" // CSAF has no place for it
			}
			for _, part := range parts {
				m[strings.Join([]string{strings.Join(s.Flaws, " "), p.ID, part}, " | ")] = fmt.Sprintf("%s %q %q %q %q %q %s", s.Status, s.Justification, s.Impact, s.Action, s.Proof, s.Author, at)
			}
		}
	}
	return m
}

func TestWriteCSAF_readsBackTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		list := randomStatements(r, true)
		data := written(t, WriteCSAF, list, usual)
		got, err := Read("", bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%v in\n%s", err, data)
		}
		if diff := cmp.Diff(meaning(list), meaning(got)); diff != "" {
			t.Fatalf("(-want +got)\n%s\nin\n%s", diff, data)
		}
	}
}

// TestWriteCSAF_findsTheSame asks the same of statements that contradict each other before and after.
func TestWriteCSAF_findsTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		list := randomStatements(r, false)
		for i := range list { // one set of names a flaw
			list[i].Flaws = list[i].Flaws[:1]
			for n := range list[i].Products { // other names of a product hold for the whole document in CSAF
				list[i].Products[n].Also = nil
			}
		}
		got, err := Read("", bytes.NewReader(written(t, WriteCSAF, list, usual)))
		if err != nil {
			t.Fatal(err)
		}
		before, after := NewSet(list), NewSet(got)
		for _, s := range list {
			for _, p := range s.Products {
				for _, purl := range append(p.Subcomponents, "") {
					a, found := before.Find(s.Flaws, purl, p.ID)
					b, also := after.Find(s.Flaws, purl, p.ID)
					// The time of an investigation is lost, so it may outweigh more than before: that suppresses less, never more.
					if found != also || a.Status != b.Status && b.Status != UnderInvestigation {
						t.Fatalf("%v in %q of %q: %+v before, %+v after", s.Flaws, purl, p.ID, a, b)
					}
				}
			}
		}
	}
}

func TestWrite_sameBytesInAnyOrder(t *testing.T) {
	for name, write := range writers {
		r := rand.New(rand.NewPCG(7, 8))
		for range 40 {
			list := randomStatements(r, false)
			first := written(t, write, list, usual)
			shuffled := slices.Clone(list)
			r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			if second := written(t, write, append(shuffled, list...), usual); !bytes.Equal(first, second) {
				t.Fatalf("%s: %s", name, cmp.Diff(string(first), string(second)))
			}
		}
	}
}

var writers = map[string]func(io.Writer, []Statement, Options) error{"OpenVEX": WriteOpenVEX, "CSAF": WriteCSAF}

func TestWrite_refuses(t *testing.T) {
	good := no(Product{ID: "pkg:npm/a"})
	bad := good
	bad.Justification = ""
	for name, write := range writers {
		for _, c := range []struct {
			list []Statement
			o    Options
			want string
		}{
			{[]Statement{good, bad}, usual, "not_affected needs a justification"},
			{nil, usual, "a document needs a statement"},
			{[]Statement{good}, Options{Namespace: "https://x"}, "a document needs an author"},
		} {
			if err := write(io.Discard, c.list, c.o); err == nil || !strings.Contains(err.Error(), "write "+name+": ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
		}
	}
	if err := WriteCSAF(io.Discard, []Statement{good}, Options{Author: "A"}); err == nil || !strings.Contains(err.Error(), "namespace") {
		t.Errorf("%v", err)
	}
}

func TestWrite_whatIsWritten(t *testing.T) {
	list := []Statement{no(Product{ID: "pkg:npm/shop", Subcomponents: []string{"pkg:npm/a@1"}})}
	list[0].Impact = "\u009b31m\u202e<script>"
	open := written(t, WriteOpenVEX, list, Options{Author: "A"})
	if !regexp.MustCompile(`"@id": "https://openvex.dev/docs/public/vex-[0-9a-f]{64}"`).Match(open) || !bytes.Contains(open, []byte(`"timestamp": "2024-01-01T00:00:00Z"`)) {
		t.Errorf("%s", open)
	}
	for name, write := range writers {
		if data := written(t, write, list, usual); bytes.ContainsAny(data, "\u009b\u202e<") {
			t.Errorf("%s: text that acts in\n%s", name, data)
		}
	}
	if bytes.Equal(open, written(t, WriteOpenVEX, list, Options{Author: "A", Created: day(5, 5)})) {
		t.Error("the time of issue is not written")
	}
}

// TestWriteCSAF_keepsTheProfilesRules checks what the profile VEX (CSAF 2.0, 4.5) and the mandatory tests demand.
func TestWriteCSAF_keepsTheProfilesRules(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 60 {
		var f csafFile
		if err := json.Unmarshal(written(t, WriteCSAF, randomStatements(r, false), usual), &f); err != nil {
			t.Fatal(err)
		}
		known, cves := map[string]bool{}, map[string]bool{}
		for _, p := range f.Tree.Names {
			known[p.ID] = true
		}
		for _, p := range f.Tree.Relationships {
			if !known[p.Reference] || !known[p.RelatesTo] || known[p.Name.ID] {
				t.Fatalf("relationship %+v", p)
			}
			known[p.Name.ID] = true
		}
		for _, v := range f.Vulnerabilities {
			if v.CVE == "" && len(v.IDs) == 0 || v.CVE != "" && cves[v.CVE] || len(v.Notes) == 0 {
				t.Fatalf("vulnerability %+v", v)
			}
			cves[v.CVE] = true
			explained := map[string]bool{}
			for _, flag := range v.Flags {
				for _, id := range flag.Products {
					explained[id] = true
				}
			}
			for _, m := range append(v.Threats, v.Remediations...) {
				for _, id := range m.Products {
					explained[id] = true
				}
			}
			seen := map[string]bool{}
			for _, id := range slices.Concat(v.Status.Affected, v.Status.NotAffected, v.Status.Fixed, v.Status.UnderInvestigation) {
				if seen[id] || !known[id] {
					t.Fatalf("product %s of %+v", id, v)
				}
				seen[id] = true
			}
			for _, id := range slices.Concat(v.Status.Affected, v.Status.NotAffected) {
				if !explained[id] {
					t.Fatalf("nothing explains the status of %s in %+v", id, v)
				}
			}
		}
	}
}

func TestAdd(t *testing.T) {
	now := time.Date(2024, 6, 7, 8, 9, 10, 0, time.UTC)
	s := no(Product{ID: "pkg:npm/a"})
	s.At = time.Time{}
	first, err := Add(nil, s, "Ann", now)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Add(first, Statement{Flaws: []string{"CVE-2"}, Products: s.Products, Status: Fixed, Proof: []string{"seen"}}, "Bob", now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read("", bytes.NewReader(second))
	if err != nil {
		t.Fatal(err)
	}
	s.At, s.Author = now, "Ann"
	want := []Statement{s, {Flaws: []string{"CVE-2"}, Products: s.Products, Status: Fixed, Proof: []string{"seen"}, Author: "Bob", At: now.Add(time.Hour)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var d struct {
		Author, Timestamp string
		Updated           string `json:"last_updated"`
		Version           int
	}
	if err := json.Unmarshal(second, &d); err != nil || d.Version != 2 || d.Author != "Ann" || d.Timestamp != "2024-06-07T08:09:10Z" || d.Updated != "2024-06-07T09:09:10Z" {
		t.Errorf("%v, %+v", err, d)
	}
}

func TestAdd_keepsTheRest(t *testing.T) {
	existing := `{"x-own": {"n": 1.50, "s": "é"}, "statements": [{"status": "fixed", "vulnerability": {"name": "C", "x": 1e3}, "products": [{"@id": "pkg:npm/z"}]}], "author": "A", "timestamp": "2024-01-01T00:00:00Z"}`
	got, err := Add([]byte(existing), no(Product{ID: "pkg:npm/a"}), "A", day(2, 2))
	if err != nil {
		t.Fatal(err)
	}
	var flat bytes.Buffer
	if err := json.Compact(&flat, got); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{"x-own":{"n":1.50,"s":"é"},`, `{"status":"fixed","vulnerability":{"name":"C","x":1e3},"products":[{"@id":"pkg:npm/z"}]}`, `"version":2`, `"timestamp":"2024-01-01T00:00:00Z"`} {
		if !strings.Contains(flat.String(), want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
}

func TestAdd_refuses(t *testing.T) {
	good := no(Product{ID: "pkg:npm/a"})
	bad := good
	bad.Justification = ""
	for _, c := range []struct {
		existing string
		s        Statement
		want     string
	}{
		{"", bad, "not_affected needs"},
		{"{", good, "cut short"},
		{sampleCSAF, good, "no OpenVEX document"},
		{`{"predicate": ` + sampleOpenVEX + `}`, good, "no OpenVEX document"},
		{`{"statements": [], "version": "x"}`, good, "its version"},
	} {
		if got, err := Add([]byte(c.existing), c.s, "A", day(1, 1)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, %v; want %q", got, err, c.want)
		}
	}
}

// TestWrite_officialSchemas validates against the schemas themselves where REEVE_SCHEMAS is a folder that holds them
// (openvex.json, csaf.json).
func TestWrite_officialSchemas(t *testing.T) {
	folder := os.Getenv("REEVE_SCHEMAS")
	if folder == "" {
		t.Skip("REEVE_SCHEMAS is not set")
	}
	for file, write := range map[string]func(io.Writer, []Statement, Options) error{"openvex.json": WriteOpenVEX, "csaf.json": WriteCSAF} {
		compiler := jsonschema.NewCompiler()
		for _, version := range []string{"2.0", "3.0", "3.1"} { // CSAF's refers to them, and we write no scores
			if err := compiler.AddResource("https://www.first.org/cvss/cvss-v"+version+".json", map[string]any{}); err != nil {
				t.Fatal(err)
			}
		}
		schema, err := compiler.Compile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(11, 12))
		for range 100 {
			data := written(t, write, randomStatements(r, false), usual)
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(v); err != nil {
				t.Fatalf("%s: %v in\n%s", file, err, data)
			}
		}
	}
}
