package remedy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/dirhash"

	"github.com/reevehq/reeve/internal/remedy/registry"
)

const shopMod = `module example.com/shop

go 1.21

// what we brew with
require example.com/brew v1.0.0 // pinned

require (
	example.com/leaf v0.1.0 // indirect
	example.com/water v1.0.0 // indirect
)
`

func shopSum(t *testing.T, s *shelf) string {
	t.Helper()
	return sumLines(t, s, "example.com/brew", "v1.0.0") + sumLines(t, s, "example.com/leaf", "v0.1.0") + sumLines(t, s, "example.com/water", "v1.0.0")
}

// sumLines are go.sum's lines of a module on the shelf, worked out apart from the code under test.
func sumLines(t *testing.T, s *shelf, path, version string) string {
	t.Helper()
	mod, err := registry.GoModSum([]byte(s.pages["/go/"+path+"/@v/"+version+".mod"]))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "m.zip")
	if err := os.WriteFile(file, []byte(s.pages["/go/"+path+"/@v/"+version+".zip"]), 0o600); err != nil {
		t.Fatal(err)
	}
	sum, err := dirhash.HashZip(file, dirhash.Hash1)
	if err != nil {
		t.Fatal(err)
	}
	return path + " " + version + " " + sum + "\n" + path + " " + version + "/go.mod " + mod + "\n"
}

func goShelf(t *testing.T) *shelf {
	s := newShelf(t)
	mod := func(path, rest string) string { return "module " + path + "\n\ngo 1.20\n" + rest }
	s.module("example.com/brew", "v1.0.0", map[string]string{"go.mod": mod("example.com/brew", "require example.com/leaf v0.1.0\n"), "brew.go": "package brew\nimport _ \"example.com/leaf\"\n"})
	s.module("example.com/brew", "v1.1.0", map[string]string{
		"go.mod":        mod("example.com/brew", "require (\n\texample.com/leaf v0.2.0\n\texample.com/cup v1.0.0\n\texample.com/unused v1.0.0\n)\n"),
		"brew.go":       "package brew\nimport (\n_ \"example.com/leaf\"\n_ \"example.com/brew/internal/pour\"\n_ \"fmt\"\n)\n",
		"internal/p.go": "package internal\n", "internal/pour/p.go": "package pour\nimport _ \"example.com/cup/handle\"\n",
		"tool/main.go": "package main\nimport _ \"example.com/unused\"\n", "brew_test.go": "package brew\nimport _ \"example.com/unused\"\n"})
	s.module("example.com/leaf", "v0.1.0", map[string]string{"go.mod": mod("example.com/leaf", ""), "l.go": "package leaf\n"})
	s.module("example.com/leaf", "v0.2.0", map[string]string{"go.mod": mod("example.com/leaf", ""), "l.go": "package leaf\n"})
	s.module("example.com/cup", "v1.0.0", map[string]string{"go.mod": mod("example.com/cup", ""), "handle/h.go": "package handle\n", "saucer/s.go": "package saucer\nimport _ \"example.com/unused\"\n"})
	s.module("example.com/water", "v1.0.0", map[string]string{"go.mod": mod("example.com/water", ""), "w.go": "package water\n"})
	return s
}

func TestGo_whatFollowsFromAnUpgradeIsRequiredAndHashed(t *testing.T) {
	s := goShelf(t)
	files := tree{"go.mod": shopMod, "go.sum": shopSum(t, s), "main.go": "package main\n"}
	db := openAdvisories(t, flaw{"GO-1", "Go", "example.com/brew", [][2]string{{"0", "1.1.0"}}})
	p := makePlan(t, request(t, files, db, s.client(t)))
	if len(p.Steps) != 1 || p.Steps[0].How != Direct {
		t.Fatalf("plan %+v", p)
	}
	wantMod := strings.NewReplacer("brew v1.0.0", "brew v1.1.0", "\texample.com/leaf v0.1.0", "\texample.com/cup v1.0.0 // indirect\n\texample.com/leaf v0.2.0").Replace(shopMod)
	if diff := cmp.Diff(wantMod, after(t, p, "go.mod")); diff != "" {
		t.Errorf("go.mod (-want +got):\n%s", diff)
	}
	wantSum := strings.SplitAfterN(sumLines(t, s, "example.com/brew", "v1.0.0"), "\n", 2)[1] + sumLines(t, s, "example.com/brew", "v1.1.0") +
		sumLines(t, s, "example.com/cup", "v1.0.0") + strings.SplitAfterN(sumLines(t, s, "example.com/leaf", "v0.1.0"), "\n", 2)[1] +
		sumLines(t, s, "example.com/leaf", "v0.2.0") + sumLines(t, s, "example.com/water", "v1.0.0")
	if diff := cmp.Diff(wantSum, after(t, p, "go.sum")); diff != "" {
		t.Errorf("go.sum (-want +got):\n%s", diff)
	}
}

func TestGo_whatRisesWithItAndIsFlawedRisesFurther(t *testing.T) {
	s := goShelf(t)
	s.module("example.com/leaf", "v0.2.1", map[string]string{"go.mod": "module example.com/leaf\n\ngo 1.20\n", "l.go": "package leaf\n"})
	files := tree{"go.mod": shopMod, "go.sum": shopSum(t, s)}
	db := openAdvisories(t, flaw{"GO-1", "Go", "example.com/brew", [][2]string{{"0", "1.1.0"}}}, flaw{"GO-2", "Go", "example.com/leaf", [][2]string{{"0.2.0", "0.2.1"}}})
	p := makePlan(t, request(t, files, db, s.client(t)))
	if text := after(t, p, "go.mod"); !strings.Contains(text, "example.com/leaf v0.2.1 // indirect") {
		t.Errorf("go.mod:\n%s", text)
	}
}

func TestGo_leftWithItsReason(t *testing.T) {
	for name, c := range map[string]struct {
		change func(tree, *shelf)
		want   string
	}{
		"replaced": {func(f tree, _ *shelf) { f["go.mod"] += "\nreplace example.com/brew => ../brew\n" }, ""},
		"vendored": {func(f tree, _ *shelf) {
			f["vendor/modules.txt"] = "# example.com/brew v1.0.0\n## explicit\nexample.com/brew\n"
		}, "vendored"},
		"wrong hash": {func(f tree, _ *shelf) {
			f["go.sum"] += "example.com/brew v1.1.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
		}, "another hash"},
		"newer Go in an old module": {func(f tree, s *shelf) {
			f["go.mod"] = strings.Replace(shopMod, "go 1.21", "go 1.16", 1)
			s.pages["/go/example.com/brew/@v/v1.1.0.mod"] = "module example.com/brew\n\ngo 1.23\n"
		}, "another form"},
		"excluded": {func(f tree, _ *shelf) { f["go.mod"] += "\nexclude example.com/brew v1.1.0\n" }, "excludes"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			s := goShelf(t)
			files := tree{"go.mod": shopMod, "go.sum": shopSum(t, s)}
			c.change(files, s)
			db := openAdvisories(t, flaw{"GO-1", "Go", "example.com/brew", [][2]string{{"0", "1.1.0"}}})
			p := makePlan(t, request(t, files, db, s.client(t)))
			if len(p.Changes) != 0 || c.want != "" && (len(p.Left) != 1 || !strings.Contains(p.Left[0].Why, c.want)) {
				t.Errorf("plan %+v, want nothing written and %q", p, c.want)
			}
		})
	}
}

func TestGo_theReleaseOfGoRises(t *testing.T) {
	s := goShelf(t)
	s.module("example.com/leaf", "v0.3.0", map[string]string{"go.mod": "module example.com/leaf\n\ngo 1.23\n", "l.go": "package leaf\n"})
	files := tree{"go.mod": shopMod, "go.sum": shopSum(t, s)}
	db := openAdvisories(t, flaw{"GO-1", "Go", "example.com/leaf", [][2]string{{"0", "0.3.0"}}})
	p := makePlan(t, request(t, files, db, s.client(t)))
	if text := after(t, p, "go.mod"); !strings.Contains(text, "\ngo 1.23\n") || !strings.Contains(text, "leaf v0.3.0 // indirect") {
		t.Errorf("go.mod:\n%s", text)
	}
	if len(p.Steps) != 1 || len(p.Steps[0].Risks) == 0 || p.Steps[0].How != InRange {
		t.Errorf("steps %+v", p.Steps)
	}
}

func TestGo_theToolchainLine(t *testing.T) {
	db := openAdvisories(t, flaw{"GO-1", "Go", "stdlib", [][2]string{{"0", "1.21.9"}, {"1.22.0", "1.22.2"}}})
	for mod, want := range map[string]string{
		"module m\n\ngo 1.21.3\n\nrequire example.com/x v1.0.0\n":         "module m\n\ngo 1.21.3\n\ntoolchain go1.21.9\n\nrequire example.com/x v1.0.0\n",
		"module m\r\n\r\ngo 1.21.0\r\n\r\ntoolchain go1.22.1 // ours\r\n": "module m\r\n\r\ngo 1.21.0\r\n\r\ntoolchain go1.22.2 // ours\r\n",
	} {
		p := makePlan(t, request(t, tree{"go.mod": mod}, db, nil))
		if diff := cmp.Diff(want, after(t, p, "go.mod")); diff != "" {
			t.Errorf("go.mod (-want +got):\n%s", diff)
		}
	}
}

func TestGo_offlineLeavesGoSumToTheGoCommand(t *testing.T) {
	s := goShelf(t)
	files := tree{"go.mod": shopMod, "go.sum": shopSum(t, s)}
	db := openAdvisories(t, flaw{"GO-1", "Go", "example.com/brew", [][2]string{{"0", "1.1.0"}}})
	p := makePlan(t, request(t, files, db, nil))
	if len(p.Steps) != 1 || p.Steps[0].Refresh != "go mod tidy" || len(p.Changes) != 1 {
		t.Errorf("plan %+v", p)
	}
}
