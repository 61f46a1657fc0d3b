package sbom

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/reevehq/reeve/internal/inventory"
)

// real are real documents, which are read where REEVE_DATA is a folder that holds them: how many components they list, and what
// reading them must give.
func real() []struct {
	file, version                         string
	components, packages, direct, unnamed int
	ecosystem                             string
} {
	return []struct {
		file, version                         string
		components, packages, direct, unnamed int
		ecosystem                             string
	}{
		{"cdx-juice-shop-11.1.2.json.gz", "1.2", 840, 840, 0, 0, "npm"},
		{"cdx-keycloak-10.0.2.json.gz", "1.2", 903, 903, 0, 0, "Maven"},
		{"cdx-dropwizard-1.3.15.json.gz", "1.2", 167, 167, 0, 0, "Maven"},
		{"cdx-dropwizard-1.3.15.xml.gz", "1.2", 167, 167, 0, 0, "Maven"},
		{"cdx-proton-bridge-1.8.0.json.gz", "1.2", 201, 201, 56, 0, "Go"},
		{"cdx-protonmail-webclient.json.gz", "1.2", 883, 883, 0, 0, "npm"},
		{"cdx-mongo-image.json.gz", "1.4", 293, 292, 0, 0, ""},
		{"cdx-quarkus.json.gz", "1.4", 94, 94, 1, 0, "Maven"},
		{"cdx-alpine-image.json.gz", "1.4", 15, 14, 0, 0, "Alpine:v3.16"},
		{"cdx-1.7-small.json.gz", "1.7", 1, 1, 1, 0, "Go"},
		{"spdx23-kubectl-image-amd64.json.gz", "2.3", 89, 88, 0, 0, ""},
		{"spdx-alpine-image.json.gz", "2.2", 14, 14, 0, 0, "Alpine:v3.16"},
		{"spdx-oci-index.json.gz", "2.2", 15, 15, 0, 0, "Alpine:v3.17"},
		{"spdx22-appbomination.json.gz", "2.2", 7, 6, 3, 2, "Maven"},
		{"spdx30-appbomination.json.gz", "3.0.1", 103, 6, 3, 2, "Maven"},
		{"spdx30-examplemaven.json.gz", "3.0.1", 50, 5, 1, 5, ""},
		{"spdx30-ai-simplehtr.json.gz", "3.0.1", 118, 11, 7, 11, ""},
	}
}

func unzipped(t testing.TB, file string) []byte {
	t.Helper()
	folder := os.Getenv("REEVE_DATA")
	if folder == "" {
		t.Skip("REEVE_DATA is not set")
	}
	f, err := os.Open(filepath.Join(folder, "sbom", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestRead_realDocuments(t *testing.T) {
	for _, c := range real() {
		t.Run(c.file, func(t *testing.T) {
			data := unzipped(t, c.file)
			s, err := Read(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			direct, unnamed := 0, 0
			for _, p := range s.Packages {
				if p.Direct {
					direct++
				}
				if p.Ecosystem == "" {
					unnamed++
				}
			}
			if s.Version != c.version || s.Components != c.components || len(s.Packages) != c.packages || direct != c.direct || unnamed != c.unnamed {
				t.Errorf("version %s with %d components, %d packages, %d direct, %d unnamed; want %+v", s.Version, s.Components, len(s.Packages), direct, unnamed, c)
			}
			if got := s.Document("sbom").Ecosystem; got != c.ecosystem || s.Subject.Name == "" {
				t.Errorf("ecosystem %q of %q", got, s.Subject.Name)
			}
			if !Is(data[:min(len(data), 4096)]) {
				t.Error("Is says no")
			}
			comesBack(t, s)
		})
	}
}

// comesBack writes what was read, in both formats, and reads it again.
func comesBack(t *testing.T, s *SBOM) {
	t.Helper()
	once := joined(s)
	for format, write := range writers {
		got, err := Read(bytes.NewReader(written(t, write, s, Options{})))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(once, sorted(got), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", format, diff)
		}
	}
}

// joined makes one package of packages with the same package URL, as the writers do.
func joined(s *SBOM) []inventory.Package {
	l := prepare(s)
	var list []inventory.Package
	for _, e := range l.entries {
		p := e.Package
		p.Requires = e.requires
		list = append(list, p)
	}
	return list
}

func BenchmarkRead(b *testing.B) {
	for _, file := range []string{"cdx-keycloak-10.0.2.json.gz", "cdx-dropwizard-1.3.15.xml.gz", "spdx23-kubectl-image-amd64.json.gz"} {
		b.Run(file, func(b *testing.B) {
			data := unzipped(b, file)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
