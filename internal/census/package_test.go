package census

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/inventory"
)

func TestHaving_findsPackagesWhateverIsKnownOfThem(t *testing.T) {
	x, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	add := func(id string, packages ...inventory.Package) {
		t.Helper()
		if err := x.Add(id, packages); err != nil {
			t.Fatal(err)
		}
		if err := x.Flush(t.Context()); err != nil { // a segment each
			t.Fatal(err)
		}
	}
	add("a", inventory.Package{Ecosystem: "npm", Name: "left", Version: "1.0.0", Direct: true}, inventory.Package{Ecosystem: "PyPI", Name: "left", Version: "1.0.0"})
	add("b", inventory.Package{Ecosystem: "npm", Name: "left", Version: "2.0.0"})
	add("c", inventory.Package{Ecosystem: "Debian:12", Name: "libssl3", Version: "3.0.11-1", Source: inventory.Source{Name: "openssl", Version: "3.0.11-1"}})
	add("gone", inventory.Package{Ecosystem: "npm", Name: "left", Version: "1.0.0"})
	if err := x.Remove("gone"); err != nil {
		t.Fatal(err)
	}
	if err := x.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		ecosystem, name, version string
		want                     []Holding
	}{
		{"npm", "left", "", []Holding{{SBOM: "a", Ecosystem: "npm", Package: "left", Version: "1.0.0", Direct: true}, {SBOM: "b", Ecosystem: "npm", Package: "left", Version: "2.0.0"}}},
		{"npm", "left", "2.0.0", []Holding{{SBOM: "b", Ecosystem: "npm", Package: "left", Version: "2.0.0"}}},
		{"PyPI", "Left", "1.0.0", []Holding{{SBOM: "a", Ecosystem: "PyPI", Package: "left", Version: "1.0.0"}}},
		{"Debian", "openssl", "", []Holding{{SBOM: "c", Ecosystem: "Debian:12", Package: "libssl3", Version: "3.0.11-1"}}},
		{"npm", "right", "", nil},
	} {
		got, err := x.Having(t.Context(), test.ecosystem, test.name, test.version)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %s (-want +got)\n%s", test.name, test.version, diff)
		}
	}
}
