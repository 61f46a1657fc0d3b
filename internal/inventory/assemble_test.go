package inventory

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func npm(name, version string) Package {
	return Package{Ecosystem: "npm", Name: name, Version: version}
}

func TestAssemble_theLockFileSpeaksAndTheManifestNames(t *testing.T) {
	manifest := &Document{Path: "web/package.json", Format: "package.json", Ecosystem: "npm", Role: Manifest, Name: "shop-web", Licence: "MIT",
		Packages: []Package{{Ecosystem: "npm", Name: "express", Constraint: "^4"}, {Ecosystem: "npm", Name: "mocha", Constraint: "*", Scope: Development}}}
	lock := &Document{Path: "web/yarn.lock", Format: "yarn.lock", Ecosystem: "npm", Role: Lock,
		Packages: []Package{npm("express", "4.16.0"), npm("qs", "6.5.1"), npm("mocha", "9.0.0")}}
	lock.Packages[0].Requires = []int{1}
	got := Assemble([]*Document{lock, manifest})
	if len(got) != 1 {
		t.Fatalf("%d projects, want 1", len(got))
	}
	p := got[0]
	if p.Name != "shop-web" || p.File != "web/yarn.lock" || p.Dir != "web" || p.Licence != "MIT" {
		t.Errorf("project %+v", p)
	}
	if !p.Packages[0].Direct || p.Packages[1].Direct || p.Packages[2].Scope != Development {
		t.Errorf("packages %+v", p.Packages)
	}
	if diff := cmp.Diff([]int{0, 1}, p.Why(1)); diff != "" {
		t.Errorf("why (-want +got):\n%s", diff)
	}
	if lock.Packages[0].Direct {
		t.Error("the document was changed")
	}
}

func TestAssemble_membersOfALockedWorkspaceAreNoProjects(t *testing.T) {
	docs := []*Document{
		{Path: "package.json", Format: "package.json", Ecosystem: "npm", Role: Manifest, Name: "root", Members: []string{"packages/*"}},
		{Path: "yarn.lock", Format: "yarn.lock", Ecosystem: "npm", Role: Lock, Packages: []Package{npm("left-pad", "1.0.0")}},
		{Path: "packages/a/package.json", Format: "package.json", Ecosystem: "npm", Role: Manifest, Name: "a", Packages: []Package{{Ecosystem: "npm", Name: "left-pad", Constraint: "1"}}},
		{Path: "tools/x/package.json", Format: "package.json", Ecosystem: "npm", Role: Manifest, Name: "x", Packages: []Package{{Ecosystem: "npm", Name: "chalk", Constraint: "5"}}},
	}
	got := Assemble(docs)
	var names []string
	for _, p := range got {
		names = append(names, p.Name)
	}
	if diff := cmp.Diff([]string{"root", "x"}, names); diff != "" {
		t.Fatalf("projects (-want +got):\n%s", diff)
	}
	if !got[0].Packages[0].Direct {
		t.Error("what a member asks for is not direct")
	}
}

func TestAssemble_hashesAndVendoredPackagesAreAdded(t *testing.T) {
	docs := []*Document{
		{Path: "go.mod", Format: "go.mod", Ecosystem: "Go", Role: Manifest, Name: "example.com/m", Packages: []Package{{Ecosystem: "Go", Name: "golang.org/x/crypto", Version: "0.30.0", Direct: true}}},
		{Path: "go.sum", Format: "go.sum", Ecosystem: "Go", Role: Lock, Packages: []Package{{Ecosystem: "Go", Name: "golang.org/x/crypto", Version: "0.30.0", Integrity: "h1:abc="}}},
		{Path: "vendor/modules.txt", Format: "vendor/modules.txt", Ecosystem: "Go", Role: Lock, Packages: []Package{{Ecosystem: "Go", Name: "golang.org/x/crypto", Version: "0.30.0", Built: []string{"golang.org/x/crypto/bcrypt"}}}},
	}
	got := Assemble(docs)
	want := []*Project{{Name: "example.com/m", Ecosystem: "Go", File: "go.mod", Role: Manifest, Files: []string{"go.mod", "go.sum", "vendor/modules.txt"},
		Packages: []Package{{Ecosystem: "Go", Name: "golang.org/x/crypto", Version: "0.30.0", Direct: true, Integrity: "h1:abc=", Built: []string{"golang.org/x/crypto/bcrypt"}}}}}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("projects (-want +got):\n%s", diff)
	}
}

func TestAssemble_everyPackageOfAnImageIsOfTheLayerThatBroughtIt(t *testing.T) {
	status := func(layer int, gone bool, packages ...Package) *Document {
		return &Document{Path: "var/lib/dpkg/status", Format: "dpkg status", Ecosystem: "dpkg", Role: Installed, Layer: layer, Gone: gone, Packages: packages}
	}
	deb := func(name, version string) Package { return Package{Ecosystem: "dpkg", Name: name, Version: version} }
	docs := []*Document{
		{Path: "etc/os-release", Role: Installed, Layer: 1, Distribution: Distribution{ID: "debian", Name: "Debian 12", Ecosystem: "Debian:12"}},
		status(1, true, deb("bash", "5.2"), deb("openssl", "3.0.11"), deb("curl", "7.88")),
		status(2, true, deb("bash", "5.2"), deb("openssl", "3.0.15"), deb("wget", "1.21")),
		status(4, false, deb("bash", "5.2"), deb("openssl", "3.0.15"), deb("wget", "1.21"), deb("curl", "7.88")),
	}
	got := Assemble(docs)
	if len(got) != 1 || got[0].Ecosystem != "Debian:12" {
		t.Fatalf("projects %+v", got)
	}
	layers := map[string]int{}
	for _, p := range got[0].Packages {
		layers[p.Name] = p.Layer
		if p.Ecosystem != "Debian:12" {
			t.Errorf("%s is of %q", p.Name, p.Ecosystem)
		}
	}
	// curl went with layer 2 and came back with layer 4: that is the layer that brought it.
	want := map[string]int{"bash": 1, "openssl": 2, "wget": 2, "curl": 4}
	if diff := cmp.Diff(want, layers); diff != "" {
		t.Errorf("layers (-want +got):\n%s", diff)
	}
}

func TestAssemble_aManifestAloneSaysWhatItLeavesOpen(t *testing.T) {
	docs := []*Document{{Path: "a/package.json", Format: "package.json", Ecosystem: "npm", Role: Manifest, Packages: []Package{{Ecosystem: "npm", Name: "x", Constraint: "^1"}}}}
	got := Assemble(docs)
	if len(got) != 1 || got[0].Role != Manifest || got[0].Name != "a" || got[0].Packages[0].Version != "" {
		t.Errorf("projects %+v", got)
	}
}

func TestWhy_cyclesAndUnknownEndsAreNoTrap(t *testing.T) {
	p := &Project{Packages: []Package{{Name: "a", Direct: true, Requires: []int{1, 9, -1}}, {Name: "b", Requires: []int{0, 1}}, {Name: "c"}}}
	if diff := cmp.Diff([]int{0, 1}, p.Why(1)); diff != "" {
		t.Errorf("why (-want +got):\n%s", diff)
	}
	for _, i := range []int{2, -1, 3} {
		if why := p.Why(i); why != nil {
			t.Errorf("Why(%d) = %v", i, why)
		}
	}
}

func TestIsMember_patternsAreRelativeToTheWorkspace(t *testing.T) {
	for _, c := range []struct {
		pattern, root, dir string
		want               bool
	}{
		{"packages/*", "", "packages/a", true},
		{"packages/*", "", "packages/a/b", false},
		{"packages/**", "", "packages/a/b", true},
		{"./libs/core", "ws", "ws/libs/core", true},
		{"libs/core", "ws", "libs/core", false},
		{"[", "", "a", false},
		{".", "", "a", false},
	} {
		if got := isMember(c.pattern, c.root, c.dir); got != c.want {
			t.Errorf("isMember(%q, %q, %q) = %v", c.pattern, c.root, c.dir, got)
		}
	}
}

func TestAssemble_requirementsFilesAreEachForThemselves(t *testing.T) {
	pip := func(name, version string) Package { return Package{Ecosystem: "PyPI", Name: name, Version: version} }
	docs := []*Document{
		{Path: "pyproject.toml", Format: "pyproject.toml", Ecosystem: "PyPI", Role: Manifest, Name: "shop"},
		{Path: "poetry.lock", Format: "poetry.lock", Ecosystem: "PyPI", Role: Lock, Packages: []Package{pip("flask", "2.0.0")}},
		{Path: "requirements.txt", Format: "requirements.txt", Ecosystem: "PyPI", Role: Lock, Packages: []Package{pip("django", "3.0")}},
		{Path: "requirements-dev.txt", Format: "requirements.txt", Ecosystem: "PyPI", Role: Manifest, Packages: []Package{pip("pytest", "")},
			Needs: []Need{{Path: "constraints.txt", What: "constraints"}}},
		{Path: "constraints.txt", Format: "constraints.txt", Ecosystem: "PyPI", Role: Manifest, Packages: []Package{pip("pytest", "7.0"), pip("unused", "1.0")}},
	}
	got := map[string]string{}
	for _, p := range Assemble(docs) {
		if p.Name != "shop" {
			t.Errorf("project %q in %s", p.Name, p.File)
		}
		for _, pkg := range p.Packages {
			got[pkg.Name] = pkg.Version
		}
	}
	if diff := cmp.Diff(map[string]string{"flask": "2.0.0", "django": "3.0", "pytest": "7.0"}, got); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
}

func TestAssemble_scopesFollowFromWhatIsAskedFor(t *testing.T) {
	lock := &Document{Path: "yarn.lock", Format: "yarn.lock", Ecosystem: "npm", Role: Lock, Packages: []Package{
		npm("express", "4.0.0"), npm("qs", "6.0.0"), npm("eslint", "9.0.0"), npm("ansi", "1.0.0"), npm("both", "1.0.0"), npm("stray", "1.0.0"), npm("qs", "7.0.0"),
	}}
	lock.Packages[0].Requires = []int{1, 4}
	lock.Packages[2].Requires = []int{3, 4}
	for i := range lock.Packages {
		lock.Packages[i].Direct = i == 0 || i == 2 || i == 5 || i == 6 // as a reader infers it
	}
	root := &Document{Path: "package.json", Format: "package.json", Ecosystem: "npm", Role: Manifest, Name: "shop", Members: []string{"a"},
		Packages: []Package{{Name: "express", Constraint: "4"}, {Name: "qs", Constraint: "7"}}}
	member := &Document{Path: "a/package.json", Format: "package.json", Ecosystem: "npm", Role: Manifest, Name: "a",
		Packages: []Package{{Name: "eslint", Constraint: "9", Scope: Development}}}
	got := Assemble([]*Document{lock, root, member})
	if len(got) != 1 {
		t.Fatalf("%d projects, want 1", len(got))
	}
	type known struct {
		Direct bool
		Scope  Scope
	}
	all := map[string]known{}
	for _, pkg := range got[0].Packages {
		all[pkg.Name+"@"+pkg.Version] = known{pkg.Direct, pkg.Scope}
	}
	want := map[string]known{
		"express@4.0.0": {true, Production}, "qs@6.0.0": {false, Production}, "qs@7.0.0": {true, Production}, "both@1.0.0": {false, Production},
		"eslint@9.0.0": {true, Development}, "ansi@1.0.0": {false, Development}, "stray@1.0.0": {false, Production},
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
}
