package lockfile

import (
	"testing"

	"github.com/reevehq/reeve/internal/inventory"
)

func TestPackageJSON(t *testing.T) {
	runReads(t, []reads{
		{name: "all", path: "web/package.json", text: `{
  "name": "shop", "version": "1.0.0", "license": "MIT", "private": true,
  "workspaces": {"packages": ["./packages/*", "apps/**"], "catalog": {"cat": "^7.0.0"}},
  "scripts": {"test": "x", "postinstall": "node setup.js", "prepare": "husky"},
  "dependencies": {
    "a": "^1.0.0",
    "alias": "npm:@s/real@^2",
    "cat": "catalog:",
    "both": "1",
    "file": "file:../file",
    "folder": "./folder",
    "git": "git+ssh://git@github.com/o/r.git#v1",
    "hub": "o/r#v1",
    "j": "jsr:^1.0.0",
    "star": "*",
    "tag": "latest",
    "tar": "https://user:pass@example.org/t.tgz",
    "ws": "workspace:^"
  },
  "devDependencies": {"both": "2", "d": "1", "peer": "3"},
  "optionalDependencies": {"a": "^1.0.0", "o": "1"},
  "peerDependencies": {"peer": "4", "maybe": "1"},
  "peerDependenciesMeta": {"maybe": {"optional": true}},
  "overrides": {"x": "1"}, "resolutions": {"y": "1"}
}`, want: `
package.json npm manifest name=shop version=1.0.0 licence=MIT
a@ asks=^1.0.0 direct optional :6
@s/real@ asks=^2 alias=alias direct :7
cat@ asks=^7.0.0 direct :8
both@ asks=1 direct :9
file@ asks=file:../file origin=file:../file direct :10
folder@ asks=./folder origin=file:./folder direct :11
git@ asks=git+ssh://git@github.com/o/r.git#v1 origin=git+ssh://git@github.com/o/r.git#v1 direct :12
hub@ asks=o/r#v1 origin=git+https://github.com/o/r.git#v1 direct :13
[JSR] j@ asks=^1.0.0 direct :14
star@ asks=* direct :15
tag@ asks=latest direct :16
tar@ asks=https://example.org/t.tgz origin=https://example.org/t.tgz direct :17
ws@ asks=workspace:^ origin=link: direct :18
o@ asks=1 direct optional :21
d@ asks=1 scope=development direct :20
peer@ asks=3 scope=development direct :20
maybe@ asks=1 direct optional :22
member packages/*
member apps/**
script postinstall=node setup.js
script prepare=husky
property catalog:default:cat=^7.0.0
`},
		{name: "bad_name", path: "package.json", text: `{"name": "a\u001b]0;x"}`, want: "package.json npm manifest\nunknown: the project's name \"a\\x1b]0;x\" is no possible name\n"},
		{name: "minimal", path: "package.json", text: `{}`, want: "package.json npm manifest\n"},
		{name: "odd_types", path: "package.json", text: `{"name": 1, "version": {}, "license": [{"type": "MIT"}, "ISC"], "dependencies": ["a"], "devDependencies": {"b": 1}, "scripts": "x", "workspaces": "y"}`, want: `
package.json npm manifest licence=MIT OR ISC
b@ scope=development direct :1
`},
		{name: "hostile", path: "package.json", text: `{"dependencies": {"\u0007": "1", "": "1", "../x": "<script>", "b": "1\n2", "c": "npm:\u001b@1"}}`, want: `
package.json npm manifest
../x@ asks=<script> direct :1
unknown: "\a" is no possible name of a package and was left out
unknown: "" is no possible name of a package and was left out
unknown: what is asked for under "b" is no possible version
unknown: what is asked for under "c" is no possible version
`},
		{name: "installed", path: "app/node_modules/@s/a/package.json", text: `{"name": "@s/a", "version": "1.0.0", "license": "MIT", "dependencies": {"b": "1"}, "scripts": {"install": "node-gyp rebuild"}, "deprecated": "no"}`, want: `
package.json npm installed
@s/a@1.0.0 licence=MIT deprecated=no script :1
script install=node-gyp rebuild
`},
		{name: "installed_alias", path: "node_modules/alias/package.json", text: `{"name": "real", "version": "1.0.0"}`, want: `
package.json npm installed
real@1.0.0 alias=alias :1
`},
		{name: "installed_inner", path: "node_modules/a/package.json", text: `{"type": "module"}`, want: "package.json npm installed\n"},
		{name: "cut", path: "package.json", text: "{\"name\": \"a\",\n", err: "line 2: the file is cut short"},
	})
}

func TestAskNpm(t *testing.T) {
	for spec, want := range map[string]inventory.Package{
		"":                         {},
		"npm:":                     {},
		"npm:@s/b":                 {Name: "@s/b", Alias: "a"},
		"npm:^1":                   {Constraint: "^1"},
		"npm:a@1":                  {Constraint: "1"},
		"github:o/r#semver:^1":     {Constraint: "github:o/r#semver:^1", Origin: "git+https://github.com/o/r.git#semver:^1"},
		"gitlab:o/r":               {Constraint: "gitlab:o/r", Origin: "git+https://gitlab.com/o/r.git"},
		"git@github.com:o/r.git":   {Constraint: "git@github.com:o/r.git", Origin: "git+ssh://git@github.com/o/r.git"},
		"git://github.com/o/r":     {Constraint: "git://github.com/o/r", Origin: "git+git://github.com/o/r"},
		"https://x.org/r.git#main": {Constraint: "git+https://x.org/r.git#main", Origin: "git+https://x.org/r.git#main"},
		"patch:a@npm%3A^4.0.0#~b":  {Constraint: "^4.0.0"},
		"patch:@s/a@^4.0.0#~b":     {Constraint: "^4.0.0"},
		"patch:a":                  {Constraint: "patch:a"},
		">=1.0.0 <2.0.0 || 3":      {Constraint: ">=1.0.0 <2.0.0 || 3"},
		"1.0.0 - 2.0.0":            {Constraint: "1.0.0 - 2.0.0"},
		"link:../b":                {Constraint: "link:../b", Origin: "file:../b"},
		"workspace:packages/b":     {Constraint: "workspace:packages/b", Origin: "link:packages/b"},
	} {
		got := inventory.Package{}
		askNpm(&got, "a", spec)
		if want.Name == "" {
			want.Name = "a"
		}
		want.Ecosystem = npm
		if got.Name != want.Name || got.Alias != want.Alias || got.Constraint != want.Constraint || got.Origin != want.Origin {
			t.Errorf("%q: %s %s %s %s", spec, got.Name, got.Alias, got.Constraint, got.Origin)
		}
	}
}

func TestPnpmWorkspace(t *testing.T) {
	runReads(t, []reads{{name: "all", path: "pnpm-workspace.yaml", text: "packages:\n  - 'packages/*'\n  - \"!**/test/**\"\ncatalog:\n  a: ^1\ncatalogs:\n  old:\n    a: ^0\nregistries:\n  default: https://u:p@npm.example.org/\n  '@s': https://s.example.org/\n", want: `
pnpm-workspace.yaml npm settings
member packages/*
member !**/test/**
registry https://npm.example.org/ line=10
registry https://s.example.org/ scope=@s line=11
property catalog:default:a=^1
property catalog:old:a=^0
`}})
}

func TestNpmSettings(t *testing.T) {
	runReads(t, []reads{
		{name: "npmrc", path: ".npmrc", text: "; comment\n# another\nregistry = \"https://npm.example.org/\"\n@acme:registry=https://user:pass@acme.example.org/npm/\n//acme.example.org/npm/:_authToken=${NPM_TOKEN}\nalways-auth=true\n[section]\nregistry=https://no.example.org\n", want: `
.npmrc npm settings
registry https://npm.example.org/ line=3
registry https://acme.example.org/npm/ scope=@acme line=4
`},
		{name: "yarnrc", path: ".yarnrc", text: "# comment\nregistry \"https://npm.example.org/\"\n\"@acme:registry\" \"https://acme.example.org/\"\nlastUpdateCheck 1\n--install.flat true\n", want: `
.yarnrc npm settings
registry https://npm.example.org/ line=2
registry https://acme.example.org/ scope=@acme line=3
`},
		{name: "yarnrc_yml", path: ".yarnrc.yml", text: "nodeLinker: node-modules\nnpmRegistryServer: \"https://npm.example.org\"\nnpmScopes:\n  acme:\n    npmRegistryServer: https://acme.example.org\n    npmAuthToken: \"${T}\"\nplugins:\n  - path: .yarn/plugins/x.cjs\n    spec: x\n", want: `
.yarnrc.yml npm settings
registry https://npm.example.org line=2
registry https://acme.example.org scope=@acme line=5
`},
	})
}

func TestBunLock(t *testing.T) {
	runReads(t, []reads{
		{name: "all", path: "bun.lock", text: `{
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "shop", "dependencies": { "a": "^1.0.0", "alias": "npm:real@2", "c": "catalog:" }, "devDependencies": { "d": "1", }, "optionalDependencies": { "o": "1" } },
    "packages/ws": { "name": "@w/ws", "version": "0.1.0", "dependencies": { "b": "1", "gone": "1" } },
  },
  "trustedDependencies": ["b"],
  "catalog": { "c": "^3.0.0" },
  "packages": {
    "@w/ws": ["@w/ws@workspace:packages/ws"],
    "@w/ws/b": ["b@1.0.0", "", {}, "sha512-b1=="],
    "a": ["a@1.2.0", "https://u:p@npm.example.org/a.tgz", { "dependencies": { "b": "^2", }, "optionalDependencies": { "o2": "1" }, "peerDependencies": { "p": "1" } }, "sha512-a=="],
    "a/b": ["b@2.0.0", "", { "dependencies": { "a": "*" } }, "sha512-b2=="],
    "alias": ["real@2.0.0", "", {}, "sha512-r=="],
    "b": ["b@3.0.0", "", {}, "sha512-b3=="],
    "c": ["c@3.1.0", "", {}, "sha512-c=="],
    "d": ["d@1.0.0", "", { "dependencies": { "b": "3" } }, "sha512-d=="],
    "g": ["g@github:o/g#0123", {}, "o-g-0123"],
    "o": ["o@1.0.0", "", {}, "sha512-o=="],
    "o2": ["o2@1.0.0", "", {}, "sha512-o2=="],
    // a comment
  }
}`, want: `
bun.lock npm lock name=shop
@w/ws@0.1.0 origin=link:packages/ws direct :10 -> b@1.0.0
b@1.0.0 asks=1 integrity=sha512-b1== direct script :11
a@1.2.0 asks=^1.0.0 integrity=sha512-a== origin=https://npm.example.org/a.tgz direct :12 -> b@2.0.0 o2@1.0.0
b@2.0.0 integrity=sha512-b2== script :13 -> a@1.2.0
real@2.0.0 asks=2 alias=alias integrity=sha512-r== direct :14
b@3.0.0 scope=development integrity=sha512-b3== script :15
c@3.1.0 asks=^3.0.0 integrity=sha512-c== direct :16
d@1.0.0 asks=1 scope=development integrity=sha512-d== direct :17 -> b@3.0.0
g@ origin=git+https://github.com/o/g.git#0123 :18
o@1.0.0 asks=1 integrity=sha512-o== direct optional :19
o2@1.0.0 integrity=sha512-o2== optional :20
member packages/ws
unknown: "@w/ws" asks for "gone", which is not in the file
`},
		{name: "binary", path: "bun.lockb", text: "#!/usr/bin/env bun\nbun-lockfile-format-v0\n\x00", want: `
bun.lockb npm lock
unknown: bun.lockb is binary and is not read; bun install --save-text-lockfile writes the bun.lock that is
`},
		{name: "cut", path: "bun.lock", text: `{"packages": {"a": ["a@1.0.0", "", {}, "sha`, err: "line 1: the file is cut short"},
	})
}

func TestDenoLock(t *testing.T) {
	runReads(t, []reads{
		{name: "version_4", path: "deno.lock", text: `{
  "version": "4",
  "specifiers": {"jsr:@std/assert@1": "1.0.6", "jsr:@std/internal@^1.0.4": "1.0.4", "npm:chalk@5": "5.3.0", "npm:a_b@1": "1.0.0_peer@2.0.0"},
  "jsr": {
    "@std/assert@1.0.6": {"integrity": "aa", "dependencies": ["jsr:@std/internal@^1.0.4"]},
    "@std/internal@1.0.4": {"integrity": "bb"}
  },
  "npm": {
    "chalk@5.3.0": {"integrity": "sha512-c", "dependencies": ["deep", "peer@2.0.0"]},
    "a_b@1.0.0_peer@2.0.0": {"integrity": "sha512-ab", "scripts": true},
    "deep@1.0.0": {"integrity": "sha512-d"},
    "peer@2.0.0": {"integrity": "sha512-p"}
  },
  "remote": {"https://deno.land/std/x.ts": "01"},
  "workspace": {"dependencies": ["jsr:@std/assert@1"], "packageJson": {"dependencies": ["npm:chalk@5"]}, "members": {"./lib": {"dependencies": ["npm:a_b@1"]}}}
}`, want: `
deno.lock npm lock
[JSR] @std/assert@1.0.6 asks=1 integrity=aa direct :5 -> @std/internal@1.0.4
[JSR] @std/internal@1.0.4 integrity=bb :6
chalk@5.3.0 asks=5 integrity=sha512-c direct :9 -> deep@1.0.0 peer@2.0.0
a_b@1.0.0 asks=1 integrity=sha512-ab direct script :10
deep@1.0.0 integrity=sha512-d :11
peer@2.0.0 integrity=sha512-p :12
member lib
unknown: 1 modules come from plain addresses; which versions they are is not said
`},
		{name: "version_3", path: "deno.lock", text: `{"version": "3", "packages": {"specifiers": {"npm:a@1": "npm:a@1.0.0"}, "npm": {"a@1.0.0": {"integrity": "x", "dependencies": {"b": "b@2.0.0"}}, "b@2.0.0": {"integrity": "y", "dependencies": {}}}}, "remote": {}}`, want: `
deno.lock npm lock
a@1.0.0 integrity=x direct :1 -> b@2.0.0
b@2.0.0 integrity=y :1
`},
		{name: "version_2", path: "deno.lock", text: `{"version": "2", "npm": {"specifiers": {"a@1": "a@1.0.0"}, "packages": {"a@1.0.0": {"integrity": "x", "dependencies": {}}}}}`, want: `
deno.lock npm lock
a@1.0.0 integrity=x direct :1
`},
	})
}
