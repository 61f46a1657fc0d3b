package sca

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
)

var builtOn = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)

// known makes a database of records.
func known(t *testing.T, records ...string) *advisory.DB {
	t.Helper()
	b := advisory.NewBuilder(nil)
	for _, text := range records {
		r, err := advisory.ParseOSV([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	b.AddSource("osv/test", builtOn, len(records))
	path := filepath.Join(t.TempDir(), "advisories.db")
	if _, err := b.Write(path, builtOn); err != nil {
		t.Fatal(err)
	}
	db, err := advisory.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

const (
	leakyFirst  = `{"id":"GHSA-1111-2222-3333","aliases":["CVE-2026-0001"],"modified":"2026-01-02T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"leaky"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.0.5"}]}]}]}`
	leakySecond = `{"id":"CVE-2026-0002","modified":"2026-01-02T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"leaky"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.0"}]}]}]}`
)

// concluded gives what the engine finds in files, by rule; files of images stand in layer 1.
func concluded(t *testing.T, o Options, asset string, files map[string]string) (map[string]finding.Finding, []string, error) {
	t.Helper()
	e, err := New(nil, o)
	if err != nil {
		t.Fatal(err)
	}
	var notes []string
	target := &engine.Target{Asset: finding.Asset{Kind: asset, Name: "t"}, Notice: func(s string) { notes = append(notes, s) }}
	for path, text := range files {
		c := &engine.Content{Path: path, Data: []byte(text)}
		if asset == "image" {
			c.Layer = 1
		}
		if !e.Wants(c) {
			continue
		}
		value, err := e.Note(c)
		if err != nil {
			t.Fatal(err)
		}
		if value != nil {
			target.Notes = append(target.Notes, engine.Note{Path: path, Layer: c.Layer, Value: value})
		}
	}
	found := map[string]finding.Finding{}
	err = e.Conclude(context.Background(), target, func(f finding.Finding) { found[f.Rule] = f })
	return found, notes, err
}

func lockOf(packages string) string {
	return `{"name":"shop","lockfileVersion":3,"packages":{"":{"name":"shop","dependencies":{"leaky":"1.0.0","parent":"1.0.0"},"devDependencies":{"tool":"1.0.0"}},` + packages + `}}`
}

func TestConclude_oneUpgradeMendsAllFlawsOfAPackage(t *testing.T) {
	o := Options{Advisories: known(t, leakyFirst, leakySecond)}
	found, _, err := concluded(t, o, "directory", map[string]string{"package-lock.json": lockOf(`"node_modules/leaky":{"version":"1.0.0"}`)})
	if err != nil {
		t.Fatal(err)
	}
	first, second := found["CVE-2026-0001"], found["CVE-2026-0002"]
	if first.Component == nil || second.Component == nil {
		t.Fatalf("found %v", found)
	}
	if first.Component.Upgrade != "1.2.0" || second.Component.Upgrade != "1.2.0" {
		t.Errorf("upgrade to %q and %q, want 1.2.0, which mends both", first.Component.Upgrade, second.Component.Upgrade)
	}
	if diff := cmp.Diff([]string{"GHSA-1111-2222-3333"}, first.Aliases); diff != "" {
		t.Errorf("aliases (-want +got):\n%s", diff)
	}
	if want := "Upgrade leaky from 1.0.0 to 1.2.0."; first.Fix.Text != want {
		t.Errorf("fix %q, want %q", first.Fix.Text, want)
	}
}

func TestConclude_productionSpeaksBeforeDevelopment(t *testing.T) {
	o := Options{Advisories: known(t, leakySecond)}
	found, _, err := concluded(t, o, "directory", map[string]string{"package-lock.json": lockOf(
		`"node_modules/tool":{"version":"1.0.0","dev":true,"dependencies":{"leaky":"0.1.0"}},
		 "node_modules/tool/node_modules/leaky":{"version":"0.1.0","dev":true},
		 "node_modules/parent":{"version":"1.0.0","dependencies":{"leaky":"1.1.0"}},
		 "node_modules/parent/node_modules/leaky":{"version":"1.1.0"},
		 "node_modules/leaky":{"version":"1.2.0"}`)})
	if err != nil {
		t.Fatal(err)
	}
	c := found["CVE-2026-0002"].Component
	if c == nil || c.Version != "1.1.0" || c.Scope != "" {
		t.Fatalf("component %+v, want the version that production has", c)
	}
	if diff := cmp.Diff([]string{"parent@1.0.0", "leaky@1.1.0"}, c.Why); diff != "" {
		t.Errorf("why here (-want +got):\n%s", diff)
	}
	if n := len(found["CVE-2026-0002"].Also); n != 1 {
		t.Errorf("%d other places, want that of the development version", n)
	}
}

func TestConclude_identityDoesNotDependOnFolderFileOrVersion(t *testing.T) {
	o := Options{Advisories: known(t, leakySecond)}
	var ids []finding.Fingerprint
	for path, version := range map[string]string{"package-lock.json": "1.0.0", "web/package-lock.json": "1.1.9", "web/npm-shrinkwrap.json": "1.0.0"} {
		found, _, err := concluded(t, o, "directory", map[string]string{path: lockOf(`"node_modules/leaky":{"version":"` + version + `"}`)})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, found["CVE-2026-0002"].Fingerprint)
	}
	if ids[0] == "" || ids[0] != ids[1] || ids[1] != ids[2] {
		t.Errorf("identities %v, want one", ids)
	}
}

func TestConclude_withoutADatabaseNothingIsClean(t *testing.T) {
	lock := map[string]string{"package-lock.json": lockOf(`"node_modules/leaky":{"version":"1.0.0"}`)}
	if _, _, err := concluded(t, Options{Required: true}, "directory", lock); err == nil || !strings.Contains(err.Error(), "reeve advisories update") {
		t.Errorf("error %v, want one that says what to do", err)
	}
	if _, notes, err := concluded(t, Options{}, "directory", lock); err != nil || len(notes) == 0 {
		t.Errorf("error %v, notes %v: want a note", err, notes)
	}
	if _, _, err := concluded(t, Options{Required: true}, "directory", map[string]string{"main.c": "int main;"}); err != nil {
		t.Errorf("error %v where there is no package", err)
	}
}

func TestConclude_anOldDatabaseIsAFinding(t *testing.T) {
	lock := map[string]string{"package-lock.json": lockOf(`"node_modules/leaky":{"version":"9.0.0"}`)}
	for age, want := range map[time.Duration]bool{13 * 24 * time.Hour: false, 15 * 24 * time.Hour: true} {
		o := Options{Advisories: known(t, leakySecond), MaxAge: 14 * 24 * time.Hour, Now: builtOn.Add(age)}
		found, _, err := concluded(t, o, "directory", lock)
		if err != nil {
			t.Fatal(err)
		}
		if _, got := found[staleRule.ID]; got != want {
			t.Errorf("%v after the newest record: found %v, want %v", age, got, want)
		}
	}
}

func TestConclude_aLockFileInAnImageIsAWishAndNoPackage(t *testing.T) {
	o := Options{Advisories: known(t, leakySecond)}
	files := map[string]string{"srv/package-lock.json": lockOf(`"node_modules/leaky":{"version":"1.0.0"}`)}
	if found, _, err := concluded(t, o, "image", files); err != nil || len(found) > 0 {
		t.Errorf("found %v, %v in a lock file alone", found, err)
	}
	files["srv/node_modules/leaky/package.json"] = `{"name":"leaky","version":"1.0.0"}`
	found, _, err := concluded(t, o, "image", files)
	if err != nil {
		t.Fatal(err)
	}
	if f := found["CVE-2026-0002"]; f.Reach == nil || f.Reach.State != finding.ReachUnknown || !strings.Contains(f.Location.Path, "node_modules") {
		t.Errorf("finding %+v", f)
	}
}

func TestRule_aFlawIsARuleTheWorldHasWritten(t *testing.T) {
	e, err := New(nil, Options{Advisories: known(t, leakyFirst)})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"CVE-2026-0001", "GHSA-1111-2222-3333"} {
		if r, ok := e.Rule(id); !ok || r.ID != "CVE-2026-0001" || r.Why == "" {
			t.Errorf("rule %q: %+v, %v", id, r, ok)
		}
	}
	if _, ok := e.Rule("CVE-1999-0001"); ok {
		t.Error("a flaw that nobody knows is a rule")
	}
}

func TestConclude_aVersionThatIsNoneHasNoFlawAndIsNamed(t *testing.T) {
	o := Options{Advisories: known(t, leakySecond)}
	found, notes, err := concluded(t, o, "directory", map[string]string{"package-lock.json": lockOf(`"node_modules/leaky":{"version":"next"}`)})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) > 0 || !strings.Contains(strings.Join(notes, "\n"), "leaky next") {
		t.Errorf("found %v, notes %q: want nothing found and the package named", found, notes)
	}
}
