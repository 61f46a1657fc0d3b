package census

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bill writes a CycloneDX document of npm packages.
func bill(name string, packages ...string) []byte {
	var parts, direct []string
	for i, p := range packages {
		n, v, _ := strings.Cut(p, "@")
		parts = append(parts, fmt.Sprintf(`{"type":"library","bom-ref":"r%d","name":%q,"version":%q,"purl":"pkg:npm/%s@%s"}`, i, n, v, n, v))
		if i == 0 {
			direct = append(direct, `"r0"`)
		}
	}
	return fmt.Appendf(nil, `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"application","bom-ref":"top","name":%q,"version":"1.0"}},
"components":[%s],"dependencies":[{"ref":"top","dependsOn":[%s]}]}`, name, strings.Join(parts, ","), strings.Join(direct, ","))
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
}

func openOwn(t *testing.T, dir, cache string) *Folder {
	t.Helper()
	f, err := OpenFolder(t.Context(), dir, cache, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// subjects gives the subjects that have a flaw.
func subjects(t *testing.T, f *Folder) string {
	t.Helper()
	db := ownDB(t)
	var out []string
	for _, h := range holdersOf(t, f.Index, db, "CVE-2026-0001") {
		for _, d := range f.Of(h.SBOM) {
			out = append(out, fmt.Sprintf("%s %s %s %v", d.Path, d.Subject, h.Version, h.Direct))
		}
	}
	if len(out) > 0 {
		for i := range out {
			for j := i + 1; j < len(out); j++ {
				if out[j] < out[i] {
					out[i], out[j] = out[j], out[i]
				}
			}
		}
	}
	return strings.Join(out, "; ")
}

func TestOpenFolder_knowsWhatItHasRead(t *testing.T) {
	dir, cache := t.TempDir(), t.TempDir()
	put(t, filepath.Join(dir, "shop.json"), bill("shop", "left-trim@1.2.0", "other@1.0.0"))
	put(t, filepath.Join(dir, "team", "copy.json"), bill("shop", "left-trim@1.2.0", "other@1.0.0"))
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(bill("blog", "other@1.0.0", "left-trim@1.1.0"))
	z.Close()
	put(t, filepath.Join(dir, "team", "blog.json.gz"), packed.Bytes())
	put(t, filepath.Join(dir, "README.md"), []byte("# ours"))
	put(t, filepath.Join(dir, "package.json"), []byte(`{"name":"x"}`))
	put(t, filepath.Join(dir, "cut.cdx.json"), bill("cut", "left-trim@1.2.0")[:200])
	put(t, filepath.Join(dir, "odd.cdx.json.gz"), []byte("\x1f\x8b\x00"))
	if err := os.Symlink(filepath.Join(dir, "shop.json"), filepath.Join(dir, "link.json")); err != nil {
		t.Log(err)
	}
	f := openOwn(t, dir, cache)
	want := "shop.json shop 1.2.0 true; team/blog.json.gz blog 1.1.0 false; team/copy.json shop 1.2.0 true"
	if got := subjects(t, f); got != want {
		t.Errorf("got %s", got)
	}
	problems := f.Problems()
	if len(problems) != 2 || problems[0].Path != "cut.cdx.json" || !strings.Contains(problems[0].Problem, "byte") || len(f.Documents) != 5 || f.Read != 5 {
		t.Errorf("%d read, problems %+v", f.Read, problems)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}

	f = openOwn(t, dir, cache)
	if got := subjects(t, f); got != want || f.Read != 0 || len(f.Problems()) != 2 {
		t.Errorf("again: %d read, %s, %+v", f.Read, got, f.Problems())
	}
	f.Close()

	put(t, filepath.Join(dir, "shop.json"), bill("shop", "left-trim@1.3.0"))
	os.Remove(filepath.Join(dir, "team", "blog.json.gz"))
	f = openOwn(t, dir, cache)
	if got := subjects(t, f); got != "team/copy.json shop 1.2.0 true" || f.Read != 1 {
		t.Errorf("after changes: %d read, %s", f.Read, got)
	}
	f.Close()
	os.Remove(filepath.Join(dir, "team", "copy.json"))
	f = openOwn(t, dir, cache)
	if got := subjects(t, f); got != "" || f.Index.Size().SBOMs != 1 {
		t.Errorf("after the last is gone: %s, %+v", got, f.Index.Size())
	}
	f.Close()
}

func TestOpenFolder_makesADamagedIndexAnew(t *testing.T) {
	dir, cache := t.TempDir(), t.TempDir()
	put(t, filepath.Join(dir, "shop.json"), bill("shop", "left-trim@1.2.0"))
	openOwn(t, dir, cache).Close()
	damaged := 0
	err := filepath.WalkDir(cache, func(path string, d os.DirEntry, err error) error {
		if err == nil && (d.Name() == "manifest" || isSegmentName(d.Name())) {
			damaged++
			return os.WriteFile(path, []byte("damaged"), 0o600)
		}
		return err
	})
	if err != nil || damaged != 2 {
		t.Fatal(damaged, err)
	}
	f := openOwn(t, dir, cache)
	defer f.Close()
	if got := subjects(t, f); got != "shop.json shop 1.2.0 true" {
		t.Errorf("got %s", got)
	}
}

func TestOpenFolder_withoutACache(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "shop.json"), bill("shop", "left-trim@1.2.0"))
	t.Setenv("TMPDIR", t.TempDir())
	f := openOwn(t, dir, "")
	if got := subjects(t, f); got != "shop.json shop 1.2.0 true" {
		t.Errorf("got %s", got)
	}
	f.Close()
	if entries, _ := os.ReadDir(os.TempDir()); len(entries) > 0 {
		t.Errorf("left: %v", entries)
	}
	if _, err := OpenFolder(t.Context(), filepath.Join(dir, "none"), "", nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := OpenFolder(ctx, dir, "", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
