package remedy

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/lockfile"
)

// onlyBetween fails where two texts differ in more than one stretch of at most room bytes.
func onlyBetween(t *testing.T, before, after []byte, room int) {
	t.Helper()
	start := 0
	for start < len(before) && start < len(after) && before[start] == after[start] {
		start++
	}
	end := 0
	for end < len(before)-start && end < len(after)-start && before[len(before)-1-end] == after[len(after)-1-end] {
		end++
	}
	if n := len(before) - start - end; n > room {
		t.Fatalf("%d bytes changed, more than %d:\n%q\n%q", n, room, before, after)
	}
}

func FuzzNpmManifest(f *testing.F) {
	f.Add([]byte(npmManifest))
	f.Add([]byte("{\"dependencies\":{\"leaf\":\"^1.0.0\"},\"overrides\":{\"a\":\"1\"}}"))
	f.Add([]byte("\xef\xbb\xbf{\r\n\t\"dependencies\": {\r\n\t\t\"leaf\": \"^1.0.0\"\r\n\t},\r\n\t\"x\": [{}, []]\r\n}"))
	f.Add([]byte(`{"dependencies":{"leaf":"^1.0.0","leaf":"1"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var before map[string]any
		if out, err := askNpm(data, "leaf", "^1.0.0", "^1.0.3"); err == nil {
			lists := 0
			for _, list := range npmLists() {
				doc, err := parseJSON(data)
				if err != nil {
					t.Fatal(err)
				}
				if doc.text(doc.root.get(list).get("leaf")) == "^1.0.0" {
					lists++
				}
			}
			if lists == 1 {
				onlyBetween(t, data, out, len(`"\u005e\u0031\u002e\u0030\u002e\u0030"`))
			}
			if _, err := parseJSON(out); err != nil {
				t.Fatalf("the result cannot be read: %v\n%q", err, out)
			}
		}
		out, err := overrideNpm(data, []string{"overrides"}, "leaf", "^2.0.0")
		if err != nil {
			return
		}
		var after map[string]any
		if json.Unmarshal(bytes.TrimPrefix(out, []byte("\xef\xbb\xbf")), &after) != nil || json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &before) != nil {
			t.Fatalf("the result cannot be read: %q", out)
		}
		overrides, _ := after["overrides"].(map[string]any)
		if overrides["leaf"] != "^2.0.0" {
			t.Fatalf("no override: %q", out)
		}
		old, _ := before["overrides"].(map[string]any)
		delete(overrides, "leaf")
		delete(old, "leaf")
		if len(old) == 0 && len(overrides) == 0 {
			delete(before, "overrides")
			delete(after, "overrides")
		}
		if !reflect.DeepEqual(before, after) {
			t.Fatalf("more changed than the override:\n%q\n%q", data, out)
		}
	})
}

// FuzzJSONPatch takes members out and puts others in: the rest stays.
func FuzzJSONPatch(f *testing.F) {
	f.Add([]byte(`{"a": 1, "b": {"c": 2}, "d": []}`), uint8(5))
	f.Add([]byte("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n"), uint8(2))
	f.Add([]byte(`{"a":1}`), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, mask uint8) {
		doc, err := parseJSON(data)
		if err != nil || doc.root.kind != '{' {
			return
		}
		want := map[string]json.RawMessage{}
		gone := map[string]bool{}
		for i, m := range doc.root.members {
			want[m.name] = doc.raw(m.value)
			if mask>>(i%8)&1 == 1 {
				gone[m.name] = true
				delete(want, m.name)
			}
		}
		fields := []field{{"new", json.RawMessage(`{"x":[1,"y"]}`)}, {"b", json.RawMessage(`"z"`)}}
		for _, one := range fields {
			want[one.name] = one.raw
		}
		e := &jsonEdit{t: doc}
		e.patch(doc.root, fields, func(name string) bool { return gone[name] }, collateLess)
		out, err := e.done()
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		got, err := parseJSON(out)
		if err != nil {
			t.Fatalf("the result cannot be read: %v\n%q", err, out)
		}
		if len(got.root.members) != len(want) {
			t.Fatalf("%d members, want %d:\n%q\n%q", len(got.root.members), len(want), data, out)
		}
		for _, m := range got.root.members {
			if !same(want[m.name], got.raw(m.value)) {
				t.Fatalf("%q is %s, want %s", m.name, got.raw(m.value), want[m.name])
			}
		}
	})
}

// samePackages compares documents, but for one version.
func samePackages(t *testing.T, path string, before, after []byte, at int, version string) {
	t.Helper()
	old, err := lockfile.Read(path, before)
	if err != nil || old == nil {
		t.Fatal(err)
	}
	now, err := lockfile.Read(path, after)
	if err != nil {
		t.Fatalf("the result cannot be read: %v\n%q", err, after)
	}
	if len(now.Packages) != len(old.Packages) {
		t.Fatalf("%d packages of %d:\n%q\n%q", len(now.Packages), len(old.Packages), before, after)
	}
	for i := range old.Packages {
		was, is := old.Packages[i], now.Packages[i]
		if i == at {
			if is.Version != version {
				t.Fatalf("%s is %q, want %q:\n%q", is.Name, is.Version, version, after)
			}
			was.Version, was.Constraint, was.Integrity = is.Version, is.Constraint, is.Integrity
		}
		was.Requires, is.Requires, was.Line, is.Line = nil, nil, 0, 0
		if !reflect.DeepEqual(was, is) {
			t.Fatalf("%+v became %+v:\n%q\n%q", was, is, before, after)
		}
	}
}

func FuzzRequirements(f *testing.F) {
	f.Add([]byte("leaf==1.0\nwater==2 # x\n"), uint8(0))
	f.Add([]byte("a==1\r\nLeaf[x] == 1.0 ; python_version > \"3\" \\\r\n  --hash=sha256:aa \\\r\n  --hash=sha256:bb\r\n"), uint8(1))
	f.Add([]byte("leaf===1.0"), uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, n uint8) {
		doc, err := lockfile.Read("requirements.txt", data)
		if err != nil || len(doc.Packages) == 0 {
			return
		}
		at := int(n) % len(doc.Packages)
		pin := doc.Packages[at]
		if pin.Version == "" || pin.Origin != "" || pin.Integrity != "" {
			return
		}
		out, err := repin(data, &pin, "97.53", nil)
		if err != nil {
			return
		}
		onlyBetween(t, data, out, len(pin.Version))
		samePackages(t, "requirements.txt", data, out, at, "97.53")
	})
}

func FuzzCargo(f *testing.F) {
	shop := cargoShop()
	f.Add([]byte(shop["Cargo.lock"]), []byte(shop["Cargo.toml"]))
	f.Add([]byte(cargoHead+cargoBlock("a", "1.0.0")+cargoBlock("a", "2.0.0")+cargoBlock("shop", "0.1.0", "a 1.0.0", "a 2.0.0")), []byte("[workspace.dependencies]\nleaflet = '=1.0.0'\n"))
	f.Fuzz(func(t *testing.T, lock, manifest []byte) {
		if tree, err := readCargoTree(lock); err == nil {
			if got := tree.clone().write(); got != string(lock) {
				t.Fatalf("it is written otherwise:\n%q\n%q", lock, got)
			}
		}
		doc, err := lockfile.Read("Cargo.toml", manifest)
		if err != nil {
			return
		}
		count := map[string]int{}
		for i := range doc.Packages {
			count[doc.Packages[i].Name]++
		}
		for i := range doc.Packages {
			pkg := &doc.Packages[i]
			if count[pkg.Name] > 1 || pkg.Alias != "" || pkg.Constraint == "" {
				continue
			}
			list := cargoSites(manifest, pkg.Name, pkg.Constraint, false)
			for k := range list {
				list[k].text = "=97.5.3"
			}
			out, err := applySplices(manifest, list)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 1 {
				onlyBetween(t, manifest, out, len(pkg.Constraint))
			}
		}
	})
}

func FuzzPom(f *testing.F) {
	f.Add([]byte(parentPom))
	f.Add([]byte(childPom))
	f.Add([]byte("<project><properties><a><![CDATA[1]]></a><b>&lt;</b></properties></project>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := readPomSites(data)
		if err != nil {
			return
		}
		check := func(s splice) {
			if s.start < 0 || s.end < s.start || s.end > len(data) {
				t.Fatalf("a place outside the text: %+v of %d", s, len(data))
			}
		}
		for _, d := range x.dependencies {
			check(d.version)
		}
		for _, list := range x.properties {
			for _, s := range list {
				check(s)
			}
		}
	})
}

func FuzzGoMod(f *testing.F) {
	f.Add([]byte(shopMod))
	f.Add([]byte("module m\r\ngo 1.21\r\nrequire (\r\n\tx.y/z v1.0.0\r\n)\r\n"))
	f.Add([]byte("module m\n\nrequire \"x.y/z\" `v1.0.0` // v1.0.0\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		w := &work{r: Request{Files: tree{"go.mod": string(data)}}, originals: map[string][]byte{}, changed: map[string][]byte{}}
		b, err := newGoBuild(&job{w: w, project: &inventory.Project{File: "go.mod"}})
		if err != nil || len(b.file.Require) == 0 || b.file.Module == nil {
			return
		}
		name := b.file.Require[0].Mod.Path
		b.want[name], b.want["example.com/fresh"], b.fresh["example.com/fresh"] = "v97.53.0", "v1.2.3", true
		_, _ = b.writeMod() // it checks its own result
		b.fresh = map[string]bool{}
		delete(b.want, "example.com/fresh")
		b.want[name] = b.old[name]
		if out, err := b.writeMod(); err == nil && !bytes.Equal(out, data) {
			t.Fatalf("nothing was to change:\n%q\n%q", data, out)
		}
	})
}
