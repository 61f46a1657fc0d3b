package sbom

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

	"github.com/reevehq/reeve/internal/inventory"
)

var writers = map[string]func(io.Writer, *SBOM, Options) error{"CycloneDX": WriteCycloneDX, "SPDX": WriteSPDX}

func written(t testing.TB, write func(io.Writer, *SBOM, Options) error, s *SBOM, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, s, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// randomSBOM makes an SBOM as reeve makes them, with packages that all have a package URL of their own.
func randomSBOM(r *rand.Rand) *SBOM {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	s := &SBOM{Subject: Subject{Kind: pick("application", "container", "library"), Package: inventory.Package{Name: "the shop", Version: pick("", "1.2"), Licence: pick("", "MIT", "Our own, \"really\"")}}}
	if r.IntN(2) == 0 {
		s.Subject.Package = inventory.Package{Ecosystem: "npm", Name: "@shop/web", Version: "1.0.0"}
	}
	seen := map[string]bool{}
	for range r.IntN(20) {
		p := randomPackage(r)
		p.Licence = pick("", "MIT", "Apache-2.0 OR MIT", "GPL-2.0-only WITH Classpath-exception-2.0", "LicenseRef-x", "Do <what> you\nlike", "gpl", "NONE of it")
		p.Integrity = pick("", "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
			"sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==", "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "sha512-broken",
			"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 sha256:0000000000000000000000000000000000000000000000000000000000000000")
		p.Scope = inventory.Scope(pick("", "", "development", "test", "build"))
		p.Origin = pick("", "https://registry.npmjs.org/x/-/x-1.0.0.tgz", "git+ssh://git@github.com/a/b.git#abc", "link:packages/a", "file:../a b")
		p.Alias, p.Constraint, p.Deprecated = pick("", "other"), pick("", "^1.0", ">=2,<3"), pick("", "use \x1b[31mred\u202e")
		p.Optional, p.Direct, p.InstallScript, p.Line, p.Layer = r.IntN(3) == 0, r.IntN(3) == 0, r.IntN(4) == 0, r.IntN(3), r.IntN(3)
		if purl := PURL(&p); !seen[purl] && purl != PURL(&s.Subject.Package) {
			seen[purl] = true
			s.Packages = append(s.Packages, p)
			s.Where = append(s.Where, slices.Sorted(slices.Values([]string{pick("a/package-lock.json", "go.sum"), pick("z", "é=\n")})))
		}
	}
	for i := range s.Packages {
		for range r.IntN(4) {
			if to := r.IntN(len(s.Packages)); to != i {
				s.Packages[i].Requires = addInt(s.Packages[i].Requires, to)
			}
		}
		slices.Sort(s.Packages[i].Requires)
	}
	return s
}

func addInt(list []int, n int) []int {
	if slices.Contains(list, n) {
		return list
	}
	return append(list, n)
}

// whereByPURL gives the files of each package.
func whereByPURL(s *SBOM) map[string][]string {
	m := map[string][]string{}
	for i, files := range s.Where {
		m[PURL(&s.Packages[i])] = files
	}
	return m
}

func TestWrite_readsBackTheSame(t *testing.T) {
	for format, write := range writers {
		t.Run(format, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 4))
			for range 60 {
				s := randomSBOM(r)
				o := Options{Version: "1.2.3", Created: time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)}
				data := written(t, write, s, o)
				got, err := Read(bytes.NewReader(data))
				if err != nil {
					t.Fatalf("%v in\n%s", err, data)
				}
				if diff := cmp.Diff(sorted(s), sorted(got), cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("packages (-want +got)\n%s\nin\n%s", diff, data)
				}
				if diff := cmp.Diff(s.Subject, got.Subject, cmpopts.IgnoreFields(inventory.Package{}, "Requires")); diff != "" {
					t.Fatalf("subject (-want +got)\n%s", diff)
				}
				if diff := cmp.Diff(whereByPURL(s), whereByPURL(got)); diff != "" {
					t.Fatalf("files (-want +got)\n%s", diff)
				}
				if !got.Created.Equal(o.Created) || got.Format != format {
					t.Fatalf("created %v, format %s", got.Created, got.Format)
				}
				got.Distribution = inventory.Distribution{} // concluded from the packages
				if again := written(t, write, got, o); !bytes.Equal(data, again) {
					t.Fatalf("written again it differs:\n%s", cmp.Diff(string(data), string(again)))
				}
			}
		})
	}
}

func TestWrite_sameBytesInAnyOrder(t *testing.T) {
	for format, write := range writers {
		r := rand.New(rand.NewPCG(5, 6))
		for range 30 {
			s := randomSBOM(r)
			order := r.Perm(len(s.Packages))
			position := make([]int, len(order))
			for to, from := range order {
				position[from] = to
			}
			shuffled := &SBOM{Subject: s.Subject}
			for _, from := range order {
				p := s.Packages[from]
				p.Requires = nil
				for _, to := range s.Packages[from].Requires {
					p.Requires = append(p.Requires, position[to])
				}
				shuffled.Packages = append(shuffled.Packages, p)
				shuffled.Where = append(shuffled.Where, s.Where[from])
			}
			if a, b := written(t, write, s, Options{}), written(t, write, shuffled, Options{}); !bytes.Equal(a, b) {
				t.Fatalf("%s depends on the order:\n%s", format, cmp.Diff(string(a), string(b)))
			}
		}
	}
}

func TestWrite_contentNamesTheDocument(t *testing.T) {
	s := &SBOM{Packages: []inventory.Package{{Ecosystem: "npm", Name: "a", Version: "1"}}}
	for format, write := range writers {
		serial := func(s *SBOM, o Options) string {
			got, err := Read(bytes.NewReader(written(t, write, s, o)))
			if err != nil {
				t.Fatal(err)
			}
			return got.Serial
		}
		first := serial(s, Options{})
		if !regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(first) {
			t.Errorf("%s: serial %s", format, first)
		}
		if first != serial(s, Options{}) || first == serial(s, Options{Version: "2"}) || first == serial(&SBOM{}, Options{}) {
			t.Errorf("%s: the serial does not follow the content", format)
		}
	}
}

func TestWrite_distributionComesBack(t *testing.T) {
	s := &SBOM{
		Distribution: inventory.Distribution{ID: "debian", VersionID: "12", Name: "Debian GNU/Linux 12 (bookworm)", Codename: "bookworm", Ecosystem: "Debian:12"},
		Packages:     []inventory.Package{{Ecosystem: "Debian:12", Name: "a", Version: "1"}},
	}
	for format, write := range writers {
		got, err := Read(bytes.NewReader(written(t, write, s, Options{})))
		if err != nil {
			t.Fatal(err)
		}
		if got.Distribution != s.Distribution || len(got.Packages) != 1 {
			t.Errorf("%s: %+v, %+v", format, got.Distribution, got.Packages)
		}
	}
}

func TestWrite_noPasswordsAndNoEscapes(t *testing.T) {
	s := &SBOM{Packages: []inventory.Package{
		{Ecosystem: "npm", Name: "a", Version: "1", Origin: "https://user:hunter2@registry.example/a.tgz", Deprecated: "\x1b[31m \u009b31m \u202e <script>"},
		{Ecosystem: "npm", Name: "b", Version: "1", Origin: "https://hunter2@registry.example"},
	}}
	for format, write := range writers {
		data := written(t, write, s, Options{})
		if bytes.Contains(data, []byte("hunter2")) || !bytes.Contains(data, []byte("https://registry.example/a.tgz")) {
			t.Errorf("%s: origin of\n%s", format, data)
		}
		if bytes.ContainsAny(data, "\x1b\u009b\u202e<") {
			t.Errorf("%s: text that acts in\n%s", format, data)
		}
	}
}

// TestWrite_keepsTheFormatsRules checks what the schemas demand of every document, on many.
func TestWrite_keepsTheFormatsRules(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 40 {
		s := randomSBOM(r)
		var cyclone struct {
			Metadata   struct{ Component cycloneComponent }
			Components []cycloneComponent
			Edges      []cycloneDependency `json:"dependencies"`
		}
		if err := json.Unmarshal(written(t, WriteCycloneDX, s, Options{}), &cyclone); err != nil {
			t.Fatal(err)
		}
		refs := map[string]bool{cyclone.Metadata.Component.Ref: true}
		for _, c := range cyclone.Components {
			if refs[c.Ref] || c.Ref == "" || c.Name == "" || c.Ref != c.PURL || !slices.Contains(kinds(), c.Type) {
				t.Fatalf("component %+v", c)
			}
			refs[c.Ref] = true
			for _, h := range c.Hashes {
				if !regexp.MustCompile(`^([a-f0-9]{32}|[a-f0-9]{40}|[a-f0-9]{64}|[a-f0-9]{96}|[a-f0-9]{128})$`).MatchString(h.Content) {
					t.Fatalf("hash %+v", h)
				}
			}
		}
		if !slices.IsSortedFunc(cyclone.Components, func(a, b cycloneComponent) int { return strings.Compare(a.PURL, b.PURL) }) {
			t.Fatal("components are not sorted")
		}
		if len(cyclone.Edges) != len(refs) {
			t.Fatalf("%d entries of dependencies for %d components", len(cyclone.Edges), len(refs))
		}
		for _, d := range cyclone.Edges {
			for _, on := range d.On {
				if !refs[on] {
					t.Fatalf("%s depends on %s, which is not there", d.Ref, on)
				}
			}
		}
		checkSPDX(t, written(t, WriteSPDX, s, Options{}))
	}
}

func checkSPDX(t *testing.T, data []byte) {
	t.Helper()
	var doc struct {
		Packages      []spdxPackage
		Relationships []spdxRelation
		Texts         []spdxText `json:"hasExtractedLicensingInfos"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	ids, licences := map[string]bool{spdxDocument: true}, map[string]bool{}
	for _, text := range doc.Texts {
		licences[text.ID] = true
	}
	for _, p := range doc.Packages {
		if ids[p.ID] || !regexp.MustCompile(`^SPDXRef-[a-zA-Z0-9.-]+$`).MatchString(p.ID) || p.Location == "" {
			t.Fatalf("package %+v", p)
		}
		ids[p.ID] = true
		if strings.HasPrefix(p.Declared, "LicenseRef-") && !licences[p.Declared] {
			t.Fatalf("licence %s is not explained", p.Declared)
		}
	}
	for _, r := range doc.Relationships {
		if !ids[r.From] || !ids[r.To] {
			t.Fatalf("relationship %+v of what is not there", r)
		}
	}
}

// TestWrite_officialSchemas validates against the schemas themselves where REEVE_SCHEMAS is a folder that holds them
// (bom-1.6.schema.json with spdx.schema.json and jsf-0.82.schema.json beside it, spdx-2.3.schema.json).
func TestWrite_officialSchemas(t *testing.T) {
	folder := os.Getenv("REEVE_SCHEMAS")
	if folder == "" {
		t.Skip("REEVE_SCHEMAS is not set")
	}
	for file, write := range map[string]func(io.Writer, *SBOM, Options) error{"bom-1.6.schema.json": WriteCycloneDX, "spdx-2.3.schema.json": WriteSPDX} {
		compiler := jsonschema.NewCompiler()
		compiler.AssertFormat()
		for _, part := range []string{"spdx.schema.json", "jsf-0.82.schema.json"} {
			addSchema(t, compiler, "http://cyclonedx.org/schema/"+part, filepath.Join(folder, part))
		}
		addSchema(t, compiler, "http://cyclonedx.org/schema/"+file, filepath.Join(folder, file))
		schema, err := compiler.Compile("http://cyclonedx.org/schema/" + file)
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(9, 10))
		for i := range 100 {
			data := written(t, write, randomSBOM(r), Options{Version: "1", Created: time.Unix(int64(i), 0)})
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

func addSchema(t *testing.T, compiler *jsonschema.Compiler, address, file string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v, err := jsonschema.UnmarshalJSON(f)
	if err == nil {
		err = compiler.AddResource(address, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestWrite_errorOfTheWriterComesBack(t *testing.T) {
	for format, write := range writers {
		if err := write(fullDisk{}, &SBOM{}, Options{}); err == nil || err.Error() != "write SBOM: disk full" {
			t.Errorf("%s: %v", format, err)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, fmt.Errorf("disk full") }
