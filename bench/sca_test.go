package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/lockfile"
)

func TestMadeGraph_isTheSameEveryTimeAndReachesAll(t *testing.T) {
	g, again := madeGraph(800, 100), madeGraph(800, 100)
	if g.packageLock(false) != again.packageLock(false) {
		t.Error("two graphs of the same size differ")
	}
	seen := map[int]bool{}
	for _, one := range g.place() {
		seen[one.id] = true
	}
	if len(seen) != 801 {
		t.Errorf("%d packages are placed, want 800 and the project", len(seen))
	}
	names := map[string]int{}
	for _, p := range g.packages {
		names[p.name]++
	}
	if len(names) != 701 {
		t.Errorf("%d names, want 700 and the project's", len(names))
	}
}

func TestPlace_everyNeedIsMetByItsVersion(t *testing.T) {
	g := madeGraph(800, 100)
	dev := 0
	for _, at := range g.place() {
		for _, to := range g.packages[at.id].needs {
			if _, there := at.lookUp(g.packages[to].name); there == nil || there.id != to {
				t.Fatalf("%q does not find %s@%s", at.path, g.packages[to].name, g.packages[to].version)
			}
		}
		if g.packages[at.id].dev {
			dev++
		}
	}
	if dev == 0 {
		t.Error("nothing is for development only")
	}
}

func TestNpmLocks_readersSeeEveryPackage(t *testing.T) {
	g := madeGraph(300, 40)
	for lock, files := range g.npmLocks() {
		document, err := lockfile.Read(lock, []byte(files[lock]))
		if err != nil {
			t.Errorf("%s: %v", lock, err)
			continue
		}
		seen := map[string]bool{}
		for _, p := range document.Packages {
			seen[p.Name+"@"+p.Version] = true
		}
		for _, p := range g.packages[1:] {
			if !seen[p.name+"@"+p.version] {
				t.Errorf("%s lacks %s@%s", lock, p.name, p.version)
			}
		}
	}
}

func TestMonorepo_readersSeeTheProjects(t *testing.T) {
	files, again := monorepo(3), monorepo(3)
	if digestOf(files) != digestOf(again) || len(files) != 1+3*(2+1+3) {
		t.Errorf("%d files; the same again: %v", len(files), digestOf(files) == digestOf(again))
	}
	for name, text := range files {
		if strings.HasSuffix(name, "go.sum") {
			continue
		}
		document, err := lockfile.Read(name, []byte(text))
		if err != nil || len(document.Packages) == 0 && name != "java/pom.xml" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParsePURL_spellingsAreOne(t *testing.T) {
	for purl, want := range map[string]listing{
		"pkg:npm/%40acme/web@1.2.3":                              {"npm", "@acme/web", "1.2.3"},
		"pkg:npm/@acme/web@1.2.3?a=b#c":                          {"npm", "@acme/web", "1.2.3"},
		"pkg:golang/github.com/Acme/Web@v1.2.3%2Bincompatible":   {"golang", "github.com/acme/web", "1.2.3+incompatible"},
		"pkg:pypi/Ruamel.Yaml_x@1":                               {"pypi", "ruamel-yaml-x", "1"},
		"pkg:deb/debian/zlib1g@1:1.2.11.dfsg-2?arch=amd64":       {"deb", "zlib1g", "1.2.11.dfsg-2"},
		"pkg:deb/debian/zlib1g@1.2.11.dfsg-2?arch=amd64&epoch=1": {"deb", "zlib1g", "1.2.11.dfsg-2"},
		"pkg:github/Actions/checkout@v4.1.0":                     {"githubactions", "actions/checkout", "4.1.0"},
		"pkg:maven/org.acme/web@1.0":                             {"maven", "org.acme/web", "1.0"},
		"pkg:npm/unversioned":                                    {"npm", "unversioned", ""},
	} {
		if got, ok := parsePURL(purl); !ok || got != want {
			t.Errorf("%s: got %v, %v; want %v", purl, got, ok, want)
		}
	}
	for _, wrong := range []string{"", "npm/a@1", "pkg:npm", "pkg:npm/a@%zz"} {
		if got, ok := parsePURL(wrong); ok {
			t.Errorf("%q was taken for %v", wrong, got)
		}
	}
}

func TestReadCycloneDX_nestedComponentsEachOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bill.json")
	write(t, path, `{"components":[{"purl":"pkg:npm/b@1","components":[{"purl":"pkg:npm/a@2"}]},{"purl":"pkg:npm/b@1"},{"name":"a file"}]}`)
	got, err := readCycloneDX(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]listing{{"npm", "a", "2"}, {"npm", "b", "1"}}, got, cmp.AllowUnexported(listing{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	write(t, path, `{"components":[{"purl"`)
	if _, err := readCycloneDX(path); err == nil {
		t.Error("half a report was read")
	}
}

const osvSample = `{"results":[{"packages":[
	{"package":{"name":"org.acme:web","version":"1.0","ecosystem":"Maven"},"groups":[{"ids":["GHSA-1"],"aliases":["CVE-1"]},{"ids":["CVE-1","GLAD-1"]},{"ids":["GHSA-2"]}]},
	{"package":{"name":"glibc","os_package_name":"libc6","version":"2.31-1","ecosystem":"Debian:11"}}]}]}`

func TestReadOSVScanner_packagesAndFlaws(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	write(t, path, osvSample)
	got, err := readOSVScanner(path)
	if err != nil {
		t.Fatal(err)
	}
	web := listing{"maven", "org.acme/web", "1.0"}
	if diff := cmp.Diff([]listing{{"deb", "libc6", "2.31-1"}, web}, got, cmp.AllowUnexported(listing{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	flaws, err := readOSVFlaws(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []flaw{{web, []string{"CVE-1", "GHSA-1", "GLAD-1"}}, {web, []string{"GHSA-2"}}}
	if diff := cmp.Diff(want, flaws, cmp.AllowUnexported(listing{}, flaw{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadReeveFlaws_oneFindingMayStandForSeveralVersions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result.json")
	write(t, path, `{"findings":[
		{"rule":"CVE-1","engine":"sca","aliases":["GHSA-1"],"facts":[{"name":"advisory","value":"GHSA-1"},{"name":"versions","value":"1.0, 2.0"}],"component":{"ecosystem":"npm","name":"web","version":"1.0"}},
		{"rule":"lock-missing","engine":"sca","component":{"ecosystem":"npm","name":"web"}},
		{"rule":"aws-key","engine":"secret"}]}`)
	got, err := readReeveFlaws(path)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{"CVE-1", "GHSA-1"}
	want := []flaw{{listing{"npm", "web", "1.0"}, ids}, {listing{"npm", "web", "2.0"}, ids}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(listing{}, flaw{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSplit_countsWhatIsCommon(t *testing.T) {
	at := func(name string) listing { return listing{"npm", name, "1"} }
	common, theirs, ours := split([]listing{at("a"), at("b"), at("d")}, []listing{at("b"), at("c"), at("d"), at("e")})
	if common != 2 || cmp.Diff([]listing{at("c"), at("e")}, theirs, cmp.AllowUnexported(listing{})) != "" || len(ours) != 1 || ours[0] != at("a") {
		t.Errorf("got %d, %v, %v", common, theirs, ours)
	}
}

func TestSplitFlaws_anAliasIsEnough(t *testing.T) {
	web, api := listing{"npm", "web", "1"}, listing{"npm", "api", "1"}
	ours := flawsOnce([]flaw{{web, []string{"CVE-1", "GHSA-1"}}, {api, []string{"CVE-9"}}})
	theirs := flawsOnce([]flaw{{web, []string{"GHSA-1"}}, {web, []string{"CVE-9"}}})
	common, theirsOnly, oursOnly := splitFlaws(ours, theirs)
	if common != 1 || len(theirsOnly) != 1 || theirsOnly[0].ids[0] != "CVE-9" || len(oursOnly) != 1 || oursOnly[0].at != api {
		t.Errorf("got %d, %v, %v", common, theirsOnly, oursOnly)
	}
}

func TestNanoseconds_ofTheBenchmarkAsked(t *testing.T) {
	const printed = "goos: linux\nBenchmarkOpenAll-2   10   99 ns/op\nBenchmarkOpen-2   \t 5000\t    240123.5 ns/op\t 17 B/op\nPASS\n"
	if got, ok := nanoseconds(printed, "BenchmarkOpen"); !ok || got != 240123.5 {
		t.Errorf("got %v, %v", got, ok)
	}
	if got, ok := nanoseconds(printed, "BenchmarkMatch"); ok {
		t.Errorf("got %v for a benchmark that did not run", got)
	}
}

func TestBillPURL_isReadAsTheSamePackage(t *testing.T) {
	for _, p := range []struct{ ecosystem, name, version string }{
		{"npm", "@acme/web", "1.0.0-rc+1"}, {"Maven", "org.acme:web", "1.0"}, {"Go", "github.com/acme/web", "1.0.0"}, {"Debian:11", "curl", "1:7.74.0-1+deb11u1"},
		{"Alpine:v3.19", "curl", "8.0-r0"}, {"PyPI", "django", "1!2.0"}, {"crates.io", "serde", "1.0.0"}, {"Packagist", "acme/web", "1.0"}, {"RubyGems", "rails", "7.0"},
	} {
		purl := billPURL(p.ecosystem, p.name, p.version)
		if got, ok := parsePURL(purl); !ok || got != ofOSV(p.ecosystem, p.name, p.version) {
			t.Errorf("%v: %s is read as %v", p, purl, got)
		}
	}
	for _, none := range []string{"Bitnami", "Kubernetes"} {
		if got := billPURL(none, "x", "1"); got != "" {
			t.Errorf("%s: got %s", none, got)
		}
	}
}

func TestMadeBill_isTheSameEveryTime(t *testing.T) {
	known := []knownPackage{{"npm", "web", []string{"1.0.1", "2.0.0"}}, {"PyPI", "api", nil}, {"Go", "acme.example/x", []string{"1.1.0"}}}
	bill := madeBill(known, 50)
	if bill != madeBill(known, 50) {
		t.Error("two bills differ")
	}
	if got := strings.Count(bill, `"purl"`); got != 50 {
		t.Errorf("%d packages, want 50", got)
	}
}

func TestPackLayer_foldersComeFirst(t *testing.T) {
	jars, err := jarFiles(4)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := packLayer(slices.Concat(systemFiles(10), moduleFiles(40), jars))
	if err != nil {
		t.Fatal(err)
	}
	made, files := map[string]bool{}, map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(packed)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeDir {
			made[h.Name] = true
			continue
		}
		if !made[h.Name[:strings.LastIndexByte(h.Name, '/')+1]] {
			t.Errorf("%s stands before its folder", h.Name)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	if got := bytes.Count(files["var/lib/dpkg/status"], []byte("Status: install ok installed\n")); got != 10 {
		t.Errorf("%d packages in dpkg's status, want 10", got)
	}
	if files["app/node_modules/lodash/package.json"] == nil || !bytes.Contains(files["app/node_modules/.package-lock.json"], []byte("node_modules/lodash")) {
		t.Error("lodash is not in node_modules")
	}
	jar := files["app/lib/log4j-core-2.14.1.jar"]
	if _, err := zip.NewReader(bytes.NewReader(jar), int64(len(jar))); err != nil {
		t.Errorf("a jar is none: %v", err)
	}
}

func TestScenes_unknownOnesAreRefused(t *testing.T) {
	if err := run(options{scenes: "secrets,scan"}); err == nil || !strings.Contains(err.Error(), "want some of secrets, sca, sast, register, conformance") {
		t.Errorf("got %v", err)
	}
	for scenes, want := range map[string]string{"sca": "docs/benchmarks-dependencies.md", "sast": "docs/benchmarks-code.md", "secrets,sca": "go run ./bench -write docs/benchmarks.md", "secrets": "-scenes secrets"} {
		if got := (options{scenes: scenes}).title(); !strings.Contains(got, want) {
			t.Errorf("%s: the page is titled %q", scenes, got)
		}
	}
}
