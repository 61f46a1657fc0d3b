package lockfile

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/inventory"
)

// fuzzRead checks what must hold of whatever a reader makes of whatever a file holds.
func fuzzRead(f *testing.F, path string, seeds ...string) {
	f.Helper()
	for _, seed := range seeds {
		f.Add([]byte(seed))
		f.Add([]byte(seed[:len(seed)*2/3]))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := string(data)
		doc, err := Read(path, data)
		if string(data) != before {
			t.Fatal("the data was changed")
		}
		if err != nil {
			if doc != nil {
				t.Fatal("a document beside an error")
			}
			return
		}
		if doc == nil {
			return
		}
		checkDocument(t, doc, path)
		again, err := Read(path, data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(doc, again); diff != "" {
			t.Fatalf("read twice: %s", diff)
		}
		for i := range data { // what was read must not hang on the data
			data[i] = 'x'
		}
		if diff := cmp.Diff(again, doc); diff != "" {
			t.Fatalf("the document changed with the data: %s", diff)
		}
	})
}

func checkDocument(t *testing.T, doc *inventory.Document, path string) {
	t.Helper()
	if doc.Path != path || doc.Format == "" || doc.Ecosystem == "" || doc.Role == "" {
		t.Fatalf("%+v is not complete", doc)
	}
	if len(doc.Unknown) > maxUnknown+1 {
		t.Fatalf("%d sentences", len(doc.Unknown))
	}
	for i := range doc.Packages {
		pkg := &doc.Packages[i]
		if badName(pkg.Name) || badVersion(pkg.Version) || pkg.Ecosystem == "" {
			t.Fatalf("%q %q is no package", pkg.Name, pkg.Version)
		}
		if pkg.Line < 0 {
			t.Fatalf("line %d", pkg.Line)
		}
		for _, to := range pkg.Requires {
			if to < 0 || to >= len(doc.Packages) {
				t.Fatalf("%q requires %d of %d", pkg.Name, to, len(doc.Packages))
			}
		}
		if !slices.IsSorted(pkg.Requires) || len(slices.Compact(slices.Clone(pkg.Requires))) != len(pkg.Requires) {
			t.Fatalf("%q requires %v", pkg.Name, pkg.Requires)
		}
	}
}

func FuzzPackageLock(f *testing.F) {
	fuzzRead(f, "package-lock.json",
		`{"lockfileVersion": 3, "packages": {"": {"workspaces": ["p/*"], "dependencies": {"a": "^1"}}, "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}}, "node_modules/a/node_modules/b": {"version": "1.0.0", "dev": true, "dependencies": {"a": "1"}}, "node_modules/w": {"resolved": "p/w", "link": true}, "p/w": {"dependencies": {"a": "1"}}}}`,
		`{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "requires": {"b": "1"}, "dependencies": {"b": {"version": "npm:c@1"}}}, "g": {"version": "git+ssh://git@x/y#1"}}}`)
}

func FuzzPackageJSON(f *testing.F) {
	fuzzRead(f, "package.json", `{"name": "a", "workspaces": {"packages": ["x"], "catalog": {"c": "1"}}, "dependencies": {"a": "npm:b@1", "c": "catalog:", "g": "o/r#x", "p": "patch:a@npm%3A1#x"}, "peerDependencies": {"a": "1"}, "peerDependenciesMeta": {"a": {"optional": true}}, "scripts": {"install": "x"}, "license": [{"type": "MIT"}]}`)
}

func FuzzInstalledPackage(f *testing.F) {
	fuzzRead(f, "node_modules/@s/a/package.json", `{"name": "b", "version": "1.0.0", "scripts": {"install": "x"}, "deprecated": true}`)
}

func FuzzYarnLock(f *testing.F) {
	fuzzRead(f, "yarn.lock", yarnClassicHead+"a@1, \"@s/b@npm:c@^1\":\n  version \"1.0.0\"\n  resolved \"https://x/a.tgz#01\"\n  dependencies:\n    d \"1\"\n\nd@1:\n  version \"1.0.0\"\n",
		"__metadata:\n  version: 8\n\n\"a@npm:1, a@npm:2\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n  dependencies:\n    b: \"npm:1\"\n  dependenciesMeta:\n    b:\n      optional: true\n\n\"b@patch:b@npm%3A1#x\":\n  version: 1.0.0\n  resolution: \"b@patch:b@npm%3A1.0.0#x::y=1\"\n\n\"w@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"w@workspace:.\"\n  dependencies:\n    a: \"npm:1\"\n")
}

func FuzzPnpmLock(f *testing.F) {
	fuzzRead(f, "pnpm-lock.yaml",
		"lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: '1', version: 1.0.0(b@1)}\n      l: {specifier: 'workspace:*', version: 'link:p'}\n  p: {}\npackages:\n  a@1.0.0:\n    resolution: {integrity: x}\n    deprecated: |-\n      b\nsnapshots:\n  a@1.0.0(b@1):\n    dependencies:\n      a: 1.0.0(b@1)\n",
		"lockfileVersion: 5.4\nspecifiers:\n  a: '1'\ndependencies:\n  a: 1.0.0_b@1\npackages:\n  /@s/c/1.0.0:\n    resolution: {integrity: x}\n    dev: true\n  /a/1.0.0_b@1:\n    resolution: {integrity: x}\n    optionalDependencies:\n      '@s/c': 1.0.0\n")
}

func FuzzPnpmWorkspace(f *testing.F) {
	fuzzRead(f, "pnpm-workspace.yaml", "packages:\n- a\n- 'b/*'\ncatalog: {a: '1'}\ncatalogs:\n  x:\n    y: '1'\nregistries:\n  default: https://x/\n")
}

func FuzzBunLock(f *testing.F) {
	fuzzRead(f, "bun.lock", `{"lockfileVersion": 1, "workspaces": {"": {"dependencies": {"a": "1",}}, "p": {"name": "w"}}, "packages": {"a": ["a@1.0.0", "", {"dependencies": {"b": "1"}, "optionalDependencies": {"a": "1"}}, "sha512-x"], "a/b": ["b@1.0.0", "", {}, "x"], "w": ["w@workspace:p"], /* c */ "@s/g": ["@s/g@github:o/g#1", {}, "x"]}}`)
}

func FuzzDenoLock(f *testing.F) {
	fuzzRead(f, "deno.lock", `{"version": "5", "specifiers": {"npm:a@1": "1.0.0_b@1", "jsr:@s/c@1": "1.0.0"}, "jsr": {"@s/c@1.0.0": {"dependencies": ["npm:a@1", "jsr:@s/c"]}}, "npm": {"a@1.0.0_b@1": {"dependencies": ["a"]}}, "workspace": {"dependencies": ["npm:a@1"], "members": {"x": {"dependencies": ["jsr:@s/c@1"]}}}}`,
		`{"version": "3", "packages": {"specifiers": {"npm:a@1": "npm:a@1.0.0"}, "npm": {"a@1.0.0": {"dependencies": {"b": "a@1.0.0"}}}}}`)
}

func FuzzNpmrc(f *testing.F) {
	fuzzRead(f, ".npmrc", "registry=https://x/\n@a:registry='https://u:p@y/'\n; c\n[s]\n")
}

func FuzzYarnrc(f *testing.F) {
	fuzzRead(f, ".yarnrc", "registry \"https://x/\"\n\"@a:registry\" \"y\"\n# c\n")
}

func FuzzYarnrcYAML(f *testing.F) {
	fuzzRead(f, ".yarnrc.yml", "npmRegistryServer: \"https://x\"\nnpmScopes:\n  a:\n    npmRegistryServer: y\nplugins:\n  - path: x\n    spec: y\ncatalog:\n  a: '1'\n")
}

func FuzzComposerLock(f *testing.F) {
	fuzzRead(f, "composer.lock", `{"packages": [{"name": "a/a", "version": "v1", "license": ["MIT"], "require": {"b/b": "1", "php": "8"}, "dist": {"url": "https://x", "shasum": "0a"}}, {"name": "c/c", "version": "1", "provide": {"b/b": "1"}, "abandoned": "d/d"}], "packages-dev": [{"name": "a/a"}]}`)
}

func FuzzComposerInstalled(f *testing.F) {
	fuzzRead(f, "vendor/composer/installed.json", `[{"name": "a/a", "version": "1"}]`, `{"packages": [{"name": "a/a"}], "dev-package-names": ["a/a"]}`)
}

func FuzzComposerJSON(f *testing.F) {
	fuzzRead(f, "composer.json", `{"require": {"a/a": "^1", "php": "8"}, "require-dev": {"a/a": "1", "b/b": "1"}, "repositories": {"x": {"type": "composer", "url": "https://x"}, "packagist.org": false}, "scripts": {"post-install-cmd": ["a"]}}`)
}

func FuzzPubspecLock(f *testing.F) {
	fuzzRead(f, "pubspec.lock", "packages:\n  a:\n    dependency: \"direct main\"\n    description:\n      name: b\n      sha256: x\n      url: \"https://pub.dev\"\n    source: hosted\n    version: \"1.0.0\"\n  f:\n    dependency: transitive\n    description: flutter\n    source: sdk\n    version: \"0.0.0\"\n")
}

func FuzzPubspec(f *testing.F) {
	fuzzRead(f, "pubspec.yaml", "name: a\nworkspace:\n- b\ndependencies:\n  a: ^1\n  b:\n  c:\n    git: {url: x, ref: y}\n  d:\n    hosted: {name: e, url: z}\n    version: '1'\ndev_dependencies:\n  t: any\n")
}

func FuzzPackageResolved(f *testing.F) {
	fuzzRead(f, "Package.resolved", `{"pins": [{"identity": "a", "kind": "remoteSourceControl", "location": "https://u@x.y/a.git", "state": {"revision": "0", "version": "1"}}, {"identity": "a.b", "kind": "registry", "state": {"version": "1"}}], "version": 2}`, `{"object": {"pins": [{"package": "A", "repositoryURL": "git@x:y/z", "state": {"branch": "m"}}]}}`)
}

func FuzzPodfileLock(f *testing.F) {
	fuzzRead(f, "Podfile.lock", "PODS:\n  - A/B (1.0):\n    - C (= 1)\n  - \"C (1.0)\"\nDEPENDENCIES:\n  - A/B (~> 1)\n  - C (from `../C`)\nEXTERNAL SOURCES:\n  C:\n    :path: \"../C\"\nSPEC REPOS:\n  https://x/y.git:\n    - A\nSPEC CHECKSUMS:\n  A: 0a\nCOCOAPODS: 1\n")
}

func FuzzMixLock(f *testing.F) {
	fuzzRead(f, "mix.lock", "%{\n  \"a\": {:hex, :a, \"1.0\", \"x\", [:mix], [{:b, \"~> 1\", [hex: :b, optional: true]}], \"hexpm\", \"y\"}, # c\n  \"b\" => {:git, \"https://x\", \"0\", [branch: \"m\"]},\n}\n")
}

func FuzzRebarLock(f *testing.F) {
	fuzzRead(f, "rebar.lock", "{\"1.2.0\",\n[{<<\"a\">>,{pkg,<<\"b\">>,<<\"1\"/utf8>>},0}, % c\n {<<\"g\">>,{git,\"x\",{ref,\"0\"}},1}]}.\n[{pkg_hash,[{<<\"a\">>, <<\"AA\">>}]}].\n")
}

func FuzzGleamManifest(f *testing.F) {
	fuzzRead(f, "manifest.toml", "packages = [\n  { name = \"gleam_a\", version = \"1\", requirements = [\"b\"], source = \"hex\", outer_checksum = \"0A\" },\n  { name = \"b\", version = \"1\", source = \"git\", repo = \"x\", commit = \"0\" },\n]\n[requirements]\nb = { version = \"1\" }\n")
}

func FuzzConanLock(f *testing.F) {
	fuzzRead(f, "conan.lock", `{"version": "0.5", "requires": ["a/1#x%1", ["b/2@u/c"]], "build_requires": ["c/[>1]"]}`, `{"graph_lock": {"nodes": {"0": {"requires": ["1"]}, "1": {"ref": "a/1", "requires": ["2", "1"]}, "2": {"pref": "b/1#x:y#z", "context": "build"}}}}`)
}

func FuzzConanfile(f *testing.F) {
	fuzzRead(f, "conanfile.txt", "[requires]\na/1@u/c # x\nb/[>1]\n[tool_requires]\nc/2\n[options]\nx\n")
}

func FuzzVcpkg(f *testing.F) {
	fuzzRead(f, "vcpkg.json", `{"name": "a", "dependencies": ["b", {"name": "c", "version>=": "1", "host": true}], "features": {"x": {"dependencies": ["d"]}}, "overrides": [{"name": "b", "version": "1#2"}]}`)
}

func FuzzVcpkgConfiguration(f *testing.F) {
	fuzzRead(f, "vcpkg-configuration.json", `{"default-registry": {"repository": "https://u:p@x"}, "registries": [{"repository": "y", "packages": ["a*"]}]}`)
}

func FuzzWorkflow(f *testing.F) {
	fuzzRead(f, ".github/workflows/x.yml", "jobs:\n  a:\n    uses: o/r/.github/workflows/x.yml@v1\n  b:\n    steps:\n    - uses: a/b@v1.2.3 # x\n    - &c\n      uses: "+strings.Repeat("a/b/c@", 1)+strings.Repeat("0a", 20)+" # v1.0.0\n    - *c\n")
}

func FuzzAction(f *testing.F) {
	fuzzRead(f, "action.yml", "name: a\nruns:\n  using: composite\n  steps:\n  - uses: a/b@v1.2.3\n")
}
