package remedy

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/engine/sca"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/lockfile"
	"github.com/reevehq/reeve/internal/remedy/registry"
)

// tree are files in memory.
type tree map[string]string

func (t tree) Paths() []string {
	var out []string
	for p := range t {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

func (t tree) Read(p string) ([]byte, error) {
	if text, ok := t[p]; ok {
		return []byte(text), nil
	}
	return nil, fmt.Errorf("read %q: there is none", p)
}

// flaw is an advisory: ecosystem, package, and the pairs of versions between which it is flawed.
type flaw struct {
	id, ecosystem, name string
	ranges              [][2]string
}

func openAdvisories(t *testing.T, flaws ...flaw) *advisory.DB {
	t.Helper()
	b := advisory.NewBuilder(nil)
	for _, f := range flaws {
		kind := "ECOSYSTEM"
		if f.ecosystem == "npm" || f.ecosystem == "Go" || f.ecosystem == "crates.io" {
			kind = "SEMVER"
		}
		var ranges []any
		for _, r := range f.ranges {
			ranges = append(ranges, map[string]any{"type": kind, "events": []any{map[string]string{"introduced": r[0]}, map[string]string{"fixed": r[1]}}})
		}
		data, err := json.Marshal(map[string]any{"id": f.id, "modified": "2026-01-02T00:00:00Z", "summary": f.name + " is flawed",
			"affected": []any{map[string]any{"package": map[string]string{"ecosystem": f.ecosystem, "name": f.name}, "ranges": ranges}}})
		if err != nil {
			t.Fatal(err)
		}
		record, err := advisory.ParseOSV(data)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Add(record); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "advisories.db")
	if _, err := b.Write(path, time.Unix(1_700_000_000, 0)); err != nil {
		t.Fatal(err)
	}
	db, err := advisory.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// request finds what there is to be found, as a scan does.
func request(t *testing.T, files tree, db *advisory.DB, client *registry.Client) Request {
	t.Helper()
	r := Request{Files: files, Advisories: db, Registry: client, MaxJump: Minor}
	for _, p := range files.Paths() {
		if lockfile.Match(p) != nil {
			r.Documents = append(r.Documents, p)
		}
	}
	probe, err := newWork(r)
	if err != nil {
		t.Fatal(err)
	}
	ecosystems := map[string]bool{}
	for _, e := range probe.ecosystems {
		ecosystems[e] = true
	}
	for e := range ecosystems {
		projects, err := probe.projects(e, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range projects {
			for i := range p.Packages {
				pkg := &p.Packages[i]
				for _, m := range probe.match(pkg.Ecosystem, pkg.Name, pkg.Version) {
					r.Findings = append(r.Findings, finding.Finding{Engine: sca.Name, Rule: m.ID, Severity: finding.High, Message: pkg.Name + " has " + m.ID,
						Component: &finding.Component{Ecosystem: pkg.Ecosystem, Name: pkg.Name, Version: pkg.Version, Project: p.Name},
						Rank:      &finding.Rank{Score: 70, Level: finding.High, Because: []string{"it is attacked over the network"}}})
				}
			}
		}
	}
	return r
}

func makePlan(t *testing.T, r Request) *Plan {
	t.Helper()
	p, err := Make(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// after gives a file of a plan.
func after(t *testing.T, p *Plan, path string) string {
	t.Helper()
	for _, c := range p.Changes {
		if c.Path == path {
			return string(c.After)
		}
	}
	t.Fatalf("%s is not changed; steps %+v, left %+v", path, p.Steps, p.Left)
	return ""
}

// changedLines are the lines that only one of two texts has, in order.
func changedLines(before, after string) []string {
	var out []string
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	count := map[string]int{}
	for _, l := range a {
		count[l]--
	}
	for _, l := range b {
		count[l]++
	}
	for _, l := range a {
		if count[l] < 0 {
			count[l]++
			out = append(out, "-"+l)
		}
	}
	for _, l := range b {
		if count[l] > 0 {
			count[l]--
			out = append(out, "+"+l)
		}
	}
	return out
}

// shelf is a registry for all ecosystems, in process.
type shelf struct {
	url   string
	pages map[string]string
	types map[string]string
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{pages: map[string]string{}, types: map[string]string{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		page, ok := s.pages[path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if kind := s.types[path]; kind != "" {
			w.Header().Set("Content-Type", kind)
		}
		fmt.Fprint(w, page)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *shelf) client(t *testing.T) *registry.Client {
	t.Helper()
	c, err := registry.New(registry.Options{Timeout: 5 * time.Second, SumDB: "off", Bases: map[string]string{
		"npm": s.url + "/npm/", "PyPI": s.url + "/simple/", "Go": s.url + "/go/", "crates.io": s.url + "/crates/", "Maven": s.url + "/maven/"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// sri is the hash under which the shelf knows an npm package.
func sri(name, version string) string {
	sum := sha512.Sum512([]byte(name + "@" + version))
	return "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

// npm puts a package with its versions there: each by what its package.json says.
func (s *shelf) npm(name string, versions map[string]string) {
	all := map[string]any{}
	latest := ""
	for v, says := range versions {
		fields := map[string]any{}
		if err := json.Unmarshal([]byte(says), &fields); err != nil {
			panic(err)
		}
		fields["name"], fields["version"], fields["license"] = name, v, "MIT"
		fields["dist"] = map[string]any{"tarball": "https://registry.npmjs.org/" + name + "/-/" + name + "-" + v + ".tgz", "integrity": sri(name, v)}
		all[v] = fields
		x, _ := parseSemver(v)
		if y, ok := parseSemver(latest); !ok || x.compare(y) > 0 {
			latest = v
		}
	}
	data, _ := json.Marshal(map[string]any{"name": name, "dist-tags": map[string]string{"latest": latest}, "versions": all})
	s.pages["/npm/"+strings.Replace(name, "/", "%2f", 1)] = string(data)
}

// sum256 is a hash in hex that stands for a file.
func sum256(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

// pypi puts a project there: each version with what it requires.
func (s *shelf) pypi(name string, versions map[string][]string) {
	var files []any
	for v, requires := range versions {
		wheel := strings.ReplaceAll(name, "-", "_") + "-" + v + "-py3-none-any.whl"
		text := "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + v + "\n"
		for _, r := range requires {
			text += "Requires-Dist: " + r + "\n"
		}
		text += "\nRequires-Dist: not-a-header\n"
		meta := sha256.Sum256([]byte(text))
		files = append(files, map[string]any{"filename": wheel, "url": "../../files/" + wheel, "hashes": map[string]string{"sha256": sum256(wheel)},
			"requires-python": ">=3.8", "core-metadata": map[string]string{"sha256": hex.EncodeToString(meta[:])}},
			map[string]any{"filename": name + "-" + v + ".tar.gz", "url": "../../files/" + name + "-" + v + ".tar.gz", "hashes": map[string]string{"sha256": sum256(name + v)}})
		s.pages["/files/"+wheel+".metadata"] = text
	}
	data, _ := json.Marshal(map[string]any{"files": files})
	s.pages["/simple/"+name+"/"], s.types["/simple/"+name+"/"] = string(data), "application/vnd.pypi.simple.v1+json"
}

// crate puts one version of a crate into the index; needs are what the index's "deps" and "features" say, as JSON members.
func (s *shelf) crate(name, version, more string) {
	key := "/crates/" + name[:2] + "/" + name[2:4] + "/" + name
	if more != "" {
		more = "," + more
	}
	s.pages[key] += fmt.Sprintf(`{"name":%q,"vers":%q,"cksum":%q,"yanked":false%s}`+"\n", name, version, sum256(name+version), more)
}

// module puts a version of a Go module there: its files by their paths.
func (s *shelf) module(path, version string, files map[string]string) {
	base := "/go/" + path + "/@v/"
	s.pages[base+"list"] += version + "\n"
	s.pages[base+version+".mod"] = files["go.mod"]
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(path + "@" + version + "/" + name)
		if err != nil {
			panic(err)
		}
		fmt.Fprint(w, text)
	}
	z.Close()
	s.pages[base+version+".zip"] = b.String()
}

// maven puts an artifact's versions there.
func (s *shelf) maven(name string, versions ...string) {
	group, artifact, _ := strings.Cut(name, ":")
	text := "<metadata><versioning><versions>"
	for _, v := range versions {
		text += "<version>" + v + "</version>"
	}
	s.pages["/maven/"+strings.ReplaceAll(group, ".", "/")+"/"+artifact+"/maven-metadata.xml"] = text + "</versions></versioning></metadata>"
}
