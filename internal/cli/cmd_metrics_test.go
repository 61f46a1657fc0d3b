package cli

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/api"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/people"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// office is a register behind the real API, and a terminal that asks it: by address and token, or as a database.
type office struct {
	t                        *testing.T
	desk                     *desk.Desk
	root                     access.Principal
	now                      time.Time
	address, token, database string
	in                       string
}

func newOffice(t *testing.T) *office {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	o := &office{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), database: storetest.SQLite(t)}
	db, err := store.Open(ctx, o.database)
	must(err)
	t.Cleanup(func() { _ = db.Close() })
	clock := func() time.Time { return o.now }
	reg, err := register.New(ctx, db, register.Options{Now: clock})
	must(err)
	o.desk = desk.New(reg, clock)
	keeper, err := people.New(ctx, people.Options{Desk: o.desk, BaseURL: "http://localhost"})
	must(err)
	s := httptest.NewServer(api.New(o.desk, keeper.Who, api.Options{Sessions: keeper, Log: slog.New(slog.DiscardHandler)}))
	t.Cleanup(s.Close)
	o.address = s.URL
	grants := []access.Grant{{Role: access.Admin}}
	o.root = access.Principal{Person: 1, Name: "root", Grants: grants}
	person, err := o.desk.AddPerson(ctx, o.root, desk.Person{Login: "ada", Grants: grants})
	must(err)
	_, o.token, err = o.desk.NewToken(ctx, access.Principal{Person: person, Name: "ada", Grants: grants}, desk.Token{Title: "laptop", Only: access.Actions()})
	must(err)
	_, err = o.desk.SetTeam(ctx, o.root, "payments", desk.TeamChange{Name: "Payments", Aliases: []string{"@acme/payments"}})
	must(err)
	return o
}

// run runs a command and gives what it prints, and what it complains of.
func (o *office) run(far bool, code int, arguments ...string) (out, complaints string) {
	o.t.Helper()
	var stdout, stderr bytes.Buffer
	env := map[string]string{envDatabase: o.database}
	if far {
		env = map[string]string{envServer: o.address, envToken: o.token}
	}
	w := &World{
		Stdin: strings.NewReader(o.in), Stdout: &stdout, Stderr: &stderr, Getenv: func(name string) string { return env[name] },
		Now: func() time.Time { return o.now }, StateDir: o.t.TempDir(), CacheDir: o.t.TempDir(), ConfigDir: o.t.TempDir(),
	}
	if got := Run(o.t.Context(), w, arguments); got != code {
		o.t.Fatalf("%v: exit code %d, want %d\n%s%s", arguments, got, code, &stdout, &stderr)
	}
	return stdout.String(), stderr.String()
}

const (
	bothFound = `{"version":"1.144.0","results":[
 {"check_id":"sql-concat","path":"pay/a.py","start":{"line":1,"col":1},"end":{"line":1,"col":9},"extra":{"message":"SQL is put together.","severity":"ERROR","lines":"query(a)"}},
 {"check_id":"shell-true","path":"web/b.py","start":{"line":2,"col":1},"end":{"line":2,"col":9},"extra":{"message":"A shell runs.","severity":"ERROR","lines":"call(b)"}}
],"errors":[],"paths":{"scanned":[]}}`
	oneFound = `{"version":"1.144.0","results":[
 {"check_id":"sql-concat","path":"pay/a.py","start":{"line":1,"col":1},"end":{"line":1,"col":9},"extra":{"message":"SQL is put together.","severity":"ERROR","lines":"query(a)"}}
],"errors":[],"paths":{"scanned":[]}}`
)

// TestRegister_isTheSameNearAndFar: a story is told through the server, and every command says the same about it from there and from the database.
func TestRegister_isTheSameNearAndFar(t *testing.T) {
	o := newOffice(t)
	dir := t.TempDir()
	write(t, dir, ".gitlab/CODEOWNERS", "/pay/ @acme/payments\n")
	o.in = bothFound
	out, _ := o.run(true, 0, "import", "-", "--asset", "acme/shop", "--ref", "main", "--root", dir)
	if !strings.Contains(out, "2 new") {
		t.Fatal(out)
	}
	o.now = o.now.AddDate(0, 0, 3)
	o.in = oneFound
	if out, _ = o.run(true, 0, "import", "-", "--asset", "acme/shop", "--ref", "main", "--root", ""); !strings.Contains(out, "1 verified as fixed") {
		t.Fatal(out)
	}
	for _, c := range []struct {
		arguments string
		want      []string
	}{
		{"metrics", []string{"2025-12-05 to 2026-03-04\n", "Median time to a proved fix  3.0 d  1 fix\n", "nobody's  1 ", "opened  ▁▁▁▁▁▁▁▁▁▁▁▁█▁  2\n"}},
		{"metrics --days 2", []string{"2026-03-03 to 2026-03-04\n", "closed  █  1\n"}},
		{"metrics --from 2026-03-01 --to 2026-03-02 --team payments --asset repository:acme/shop", []string{"2026-03-01 to 2026-03-02 · team payments · repository:acme/shop\n", "team payments  0 "}},
		{"metrics overview", []string{"1 to do: 1 high\n", "1 verified as fixed", "all                ▁", "█▄  1, was 0\n", "payments  1 ", "SQL is put together"}},
		{"findings --as-of 2026-03-01", []string{"2 findings as of 2026-03-01: 2 high\n", "web/b.py:2", "since 2026-03-01"}},
		{"findings --as-of 2026-03-04T12:00:00Z state:all level:high team:payments,none", []string{"2 findings as of", "verified"}},
		{"findings --as-of 2026-03-04 --known 2026-03-03 asset:repository:acme/shop", []string{"2 findings"}},
		{"findings --as-of 2026-02-28", []string{"0 findings as of 2026-02-28\n"}},
		{"register log --limit 2", []string{"import  Semgrep 1.144.0 about repository:acme/shop: 1 as before, 1 verified as fixed", "There are older ones"}},
		{"register log --kind set", []string{"set   team"}},
		{"register imports", []string{"ada#laptop  Semgrep 1.144.0  repository:acme/shop main  2 new\n"}},
		{"register seal", []string{`"signature"`}},
		{"register export", []string{`{"block":`, `{"seal":`}},
	} {
		arguments := strings.Fields(c.arguments)
		far, _ := o.run(true, 0, arguments...)
		near, _ := o.run(false, 0, arguments...)
		if cut(far) != cut(near) {
			t.Errorf("%s: from the server\n%s\nfrom the database\n%s", c.arguments, far, near)
		}
		for _, text := range c.want {
			if !strings.Contains(far, text) {
				t.Errorf("%s: %q is not in\n%s", c.arguments, text, far)
			}
		}
	}
	if out, _ = o.run(true, 0, "import", "-", "--asset", "acme/shop", "--source", "nightly", "--root", ""); !strings.Contains(out, "-: nightly 1.144.0, 1 finding\n  1 known from elsewhere") {
		t.Errorf("another source: %s", out)
	}
}

// cut takes off the last key of a seal, its signature and when it was made: each seal has its own.
func cut(text string) string {
	text, _, _ = strings.Cut(text, `"signed"`)
	return text
}

func TestRegister_everythingIsJSONToo(t *testing.T) {
	o := newOffice(t)
	for _, arguments := range [][]string{
		{"findings"}, {"findings", "--as-of", "2026-03-01"}, {"assets"}, {"teams"}, {"metrics"}, {"metrics", "overview"}, {"register", "log"}, {"register", "imports"},
	} {
		long, _ := o.run(true, 0, append(arguments, "--format", "json")...)
		short, _ := o.run(false, 0, append(arguments, "--json")...)
		var v map[string]any
		if err := json.Unmarshal([]byte(long), &v); err != nil || len(v) == 0 || len(short) != len(long) {
			t.Errorf("%v: %v\n%s%s", arguments, err, long, short)
		}
		if _, complaints := o.run(true, 2, append(arguments, "--format", "xml")...); !strings.Contains(complaints, "want text or json") {
			t.Errorf("%v: %s", arguments, complaints)
		}
	}
	for arguments, want := range map[string]string{
		"metrics --days 0": "at least 1", "metrics --from monday": "want a day", "metrics --days 3 --from 2026-01-01": "none of the others can be",
		"metrics --team gone": "no such thing", "findings --as-of soon": "want a day", "findings --as-of 2026-03-01 tool:zap": `"tool:zap"`,
		"findings --known 2026-03-01": "--as-of", "register log --limit 501": "500",
	} {
		if _, complaints := o.run(true, 2, strings.Fields(arguments)...); !strings.Contains(complaints, want) {
			t.Errorf("%s: %q is not in %s", arguments, want, complaints)
		}
	}
}

// TestOwnFiles: those of the folder alone, and nothing that a link in it leads to.
func TestOwnFiles(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "key")
	write(t, filepath.Dir(secret), "key", "not yours")
	for name, c := range map[string]struct {
		make       func(dir string)
		owners     string
		complaints string
	}{
		"nothing":      {func(string) {}, "", ""},
		"in-its-root":  {func(dir string) { write(t, dir, "CODEOWNERS", "a"); write(t, dir, ".gitlab/CODEOWNERS", "b") }, "a", ""},
		"of-the-forge": {func(dir string) { write(t, dir, "CODEOWNERS", "a"); write(t, dir, ".github/CODEOWNERS", "b") }, "b", ""},
		"of-Bitbucket": {func(dir string) { write(t, dir, ".bitbucket/CODEOWNERS", "c") }, "c", ""},
		"too-long":     {func(dir string) { write(t, dir, "CODEOWNERS", strings.Repeat("x", maxOwn+1)) }, "", "more than"},
		"a-folder":     {func(dir string) { write(t, dir, "CODEOWNERS/x", "a") }, "", "not a file"},
		"a-link-out":   {func(dir string) { link(t, secret, filepath.Join(dir, "CODEOWNERS")) }, "", "escapes"},
		"a-link-within": {func(dir string) {
			write(t, dir, "owners", "d")
			link(t, "owners", filepath.Join(dir, "CODEOWNERS"))
		}, "d", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c.make(dir)
			var complaints bytes.Buffer
			var in register.Import
			ownFiles(&World{Stderr: &complaints}, &in, dir)
			got := ""
			if in.Codeowners != nil {
				got = *in.Codeowners
			}
			if got != c.owners || (complaints.Len() == 0) != (c.complaints == "") || !strings.Contains(complaints.String(), c.complaints) {
				t.Errorf("got %.20q and %q", got, &complaints)
			}
		})
	}
}

// TestPush_bringsTheOwnersOfWhatWasLookedAt: a real scan of a folder whose name is that of the one we stand in.
func TestPush_bringsTheOwnersOfWhatWasLookedAt(t *testing.T) {
	o := newOffice(t)
	dir := filepath.Join(t.TempDir(), "shop")
	write(t, dir, "reeve.yaml", "dependencies:\n  advisories: optional\n")
	write(t, dir, "pay/a.py", "print(1)\n")
	write(t, dir, "catalog-info.yml", "kind: Component\n")
	write(t, dir, "shop/CODEOWNERS", "* @acme/others\n")
	write(t, dir, "CODEOWNERS", "* @acme/payments\n")
	t.Chdir(dir)
	for _, far := range []bool{true, false} {
		arguments := []string{"scan", "--quiet", "--push", "--asset", "application:far"}
		if !far {
			arguments[4] = "application:near"
		}
		if _, said := o.run(far, 0, arguments...); !strings.Contains(said, "register: reeve") {
			t.Fatal(said)
		}
	}
	assets, err := o.desk.Assets(t.Context(), o.root, desk.AssetsAsk{})
	if err != nil || assets.Total != 2 {
		t.Fatalf("%+v %v", assets, err)
	}
	for _, a := range assets.Items {
		a, err := o.desk.Asset(t.Context(), o.root, a.ID)
		if err != nil || a.Codeowners != "* @acme/payments\n" || a.Catalog != "kind: Component\n" {
			t.Errorf("%+v %v", a, err)
		}
	}
}

func TestPush_folder(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		looked  finding.Asset
		targets []string
		want    string
	}{
		{finding.Asset{Kind: "directory", Name: "x"}, nil, "."},
		{finding.Asset{Kind: "directory", Name: "x"}, []string{dir, "other"}, dir},
		{finding.Asset{Kind: "repository", Name: "x"}, []string{"git:."}, "."},
		{finding.Asset{Kind: "repository", Name: "https://forge.example/a/b"}, []string{"git+https://forge.example/a/b"}, ""},
		{finding.Asset{Kind: "image", Name: "shop"}, []string{"image:shop"}, ""},
		{finding.Asset{Kind: "sbom", Name: "shop.json"}, []string{"sbom:shop.json"}, ""},
	} {
		f := pushFlags{targets: func() []string { return c.targets }}
		if got := f.folder(c.looked); got != c.want {
			t.Errorf("%+v of %v: got %q, want %q", c.looked, c.targets, got, c.want)
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, to, path string) {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		t.Skip(err)
	}
}
