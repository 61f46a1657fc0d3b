package lockfile

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestPackageLock(t *testing.T) {
	runReads(t, []reads{
		{name: "version_3", path: "web/package-lock.json", text: `{
  "name": "shop", "version": "1.0.0", "lockfileVersion": 3, "requires": true,
  "packages": {
    "": {"name": "shop", "version": "1.0.0", "license": "MIT",
      "dependencies": {"a": "^1.0.0", "other": "npm:@s/real@^2", "local": "file:../local", "gone": "^1"},
      "devDependencies": {"d": "~1.0.0"}, "optionalDependencies": {"o": "*", "fsevents": "2"}, "peerDependencies": {"p": "1"}},
    "../local": {"name": "local", "version": "0.1.0", "dependencies": {"b": "1"}},
    "node_modules/a": {"version": "1.0.1", "resolved": "https://registry.npmjs.org/a/-/a-1.0.1.tgz", "integrity": "sha512-aa",
      "hasInstallScript": true, "license": {"type": "ISC"}, "dependencies": {"b": "^2", "c": "1"}, "peerDependencies": {"none": "1"}},
    "node_modules/a/node_modules/b": {"version": "2.0.0", "inBundle": true, "dependencies": {"a": "^1"}},
    "node_modules/b": {"version": "1.0.0", "deprecated": "use c"},
    "node_modules/c": {"version": "1.0.0", "license": "(MIT OR Apache-2.0)", "dependencies": {"b": "1"}},
    "node_modules/d": {"version": "1.0.0", "dev": true, "dependencies": {"c": "1"}, "devDependencies": {"x": "1"}},
    "node_modules/g": {"version": "3.0.0", "resolved": "git+ssh://git@github.com/o/g.git#0123", "devOptional": true},
    "node_modules/local": {"resolved": "../local", "link": true},
    "node_modules/o": {"version": "1.0.0", "optional": true, "resolved": "https://user:pass@npm.example.org/o.tgz"},
    "node_modules/other": {"name": "@s/real", "version": "2.1.0"},
    "node_modules/p": {"version": "1.0.0", "peer": true}
  }, "dependencies": {"wrong": {"version": "9.9.9"}}
}`, want: `
package-lock.json npm lock name=shop version=1.0.0 licence=MIT
local@0.1.0 asks=file:../local origin=file:../local direct :7 -> b@1.0.0
a@1.0.1 asks=^1.0.0 licence=ISC integrity=sha512-aa origin=https://registry.npmjs.org/a/-/a-1.0.1.tgz direct script :8 -> b@2.0.0 c@1.0.0
b@2.0.0 :10 -> a@1.0.1
b@1.0.0 deprecated=use c :11
c@1.0.0 licence=(MIT OR Apache-2.0) :12 -> b@1.0.0
d@1.0.0 asks=~1.0.0 scope=development direct :13 -> c@1.0.0
g@3.0.0 origin=git+ssh://git@github.com/o/g.git#0123 optional :14
o@1.0.0 asks=* origin=https://npm.example.org/o.tgz direct optional :16
@s/real@2.1.0 asks=^2 alias=other direct :17
p@1.0.0 asks=1 direct :18
unknown: the project asks for "gone", which is not in the file
`},
		{name: "workspaces", path: "package-lock.json", text: `{"lockfileVersion": 2, "packages": {
"": {"workspaces": ["packages/*"]},
"node_modules/@w/a": {"resolved": "packages/a", "link": true},
"node_modules/b": {"resolved": "packages/b", "link": true},
"node_modules/x": {"version": "1.0.0"},
"packages/a": {"name": "@w/a", "version": "0.1.0", "dependencies": {"b": "*", "x": "^2"}, "devDependencies": {"y": "1"}},
"packages/a/node_modules/x": {"version": "2.0.0", "dependencies": {"y": "1"}},
"packages/b": {"dependencies": {"x": "1"}},
"node_modules/y": {"version": "1.0.0", "dev": true}
}}`, want: `
package-lock.json npm lock
x@1.0.0 asks=1 direct :5
@w/a@0.1.0 origin=link:packages/a direct :6 -> x@2.0.0 b@ y@1.0.0
x@2.0.0 asks=^2 direct :7 -> y@1.0.0
b@ asks=* origin=link:packages/b direct :8 -> x@1.0.0
y@1.0.0 asks=1 scope=development direct :9
member packages/*
`},
		{name: "version_1", path: "npm-shrinkwrap.json", text: `{"name": "old", "version": "0.1.0", "lockfileVersion": 1, "requires": true, "dependencies": {
"a": {"version": "1.0.0", "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz", "integrity": "sha1-x", "requires": {"b": "^2", "c": "1"},
  "dependencies": {
"b": {"version": "2.0.0", "bundled": true, "requires": {"c": "1"}}}},
"b": {"version": "1.0.0", "dev": true, "optional": true},
"c": {"version": "1.0.0", "requires": {"a": "1", "b": "1"}},
"f": {"version": "file:../f"},
"g": {"version": "git+ssh://git@github.com/o/g.git#0123", "from": "o/g"},
"h": {"version": "github:o/h#v1"},
"n": {"version": "npm:real@3.0.0"},
"t": {"version": "https://example.org/t.tgz", "integrity": "sha512-t"}
}}`, want: `
package-lock.json npm lock name=old version=0.1.0
a@1.0.0 integrity=sha1-x origin=https://registry.npmjs.org/a/-/a-1.0.0.tgz :2 -> b@2.0.0 c@1.0.0
b@2.0.0 :4 -> c@1.0.0
b@1.0.0 scope=development optional :5
c@1.0.0 :6 -> a@1.0.0 b@1.0.0
f@ origin=file:../f direct :7
g@ origin=git+ssh://git@github.com/o/g.git#0123 direct :8
h@ origin=git+https://github.com/o/h.git#v1 direct :9
real@3.0.0 alias=n direct :10
t@ integrity=sha512-t origin=https://example.org/t.tgz direct :11
`},
		{name: "keys_twice", path: "package-lock.json", text: `{"lockfileVersion": 3, "packages": {"node_modules/old": {"version": "1"}}, "packages": {
"": {"dependencies": {"a": "1", "a": "2"}, "dependencies": {"b": "1"}},
"node_modules/a": {"version": "1.0.0", "version": "1.0.1", "dev": true, "dev": false},
"node_modules/b": {"version": "1.0.0", "dependencies": {"a": "1"}},
"node_modules/b": {"version": "2.0.0"}
}}`, want: `
package-lock.json npm lock
a@1.0.1 :3
b@2.0.0 asks=1 direct :5
unknown: the key "packages" stands twice in the same object; the last one holds
unknown: the key "a" stands twice in the same object; the last one holds
unknown: the key "dependencies" stands twice in the same object; the last one holds
unknown: the key "version" stands twice in the same object; the last one holds
unknown: the key "dev" stands twice in the same object; the last one holds
unknown: the key "node_modules/b" stands twice in the same object; the last one holds
`},
		{name: "hostile_names", path: "package-lock.json", text: `{"lockfileVersion": 4, "packages": {
"node_modules/\u001b[31m": {"version": "1"},
"node_modules/::error::x": {"version": "1\n2"},
"node_modules/../../etc": {"version": "<b>"},
"node_modules/": {"version": "1"},
"` + strings.Repeat("node_modules/a/", 100) + `": {"version": "1"},
"node_modules/self": {"resolved": "node_modules/self", "link": true},
"node_modules/ring": {"resolved": "node_modules/ring2", "link": true},
"node_modules/ring2": {"resolved": "node_modules/ring", "link": true}
}}`, want: `
package-lock.json npm lock
::error::x@ :3
../../etc@<b> :4
self@ origin=file:node_modules/self :7
ring@ origin=file:node_modules/ring2 :8
ring2@ origin=file:node_modules/ring :9
unknown: "node_modules/a/node_modules/a/node_modules/a/node_modules/a/node_modules/a/node_" stands too deep in folders and was left out
unknown: lockfileVersion 4 is newer than what is known here (3); parts of it may have been missed
unknown: "\x1b[31m" is no possible name of a package and was left out
unknown: the version of "::error::x" is no possible version
unknown: "" is no possible name of a package and was left out
`},
		{name: "empty", path: "package-lock.json", text: `{"lockfileVersion": 3, "packages": {}}`, want: "package-lock.json npm lock\n"},
		{name: "cut", path: "package-lock.json", text: "{\"packages\": {\n\"node_modules/a\": {\"version\": \"1", err: `read package-lock.json "package-lock.json": line 2: the file is cut short`},
		{name: "deep", path: "package-lock.json", text: strings.Repeat(`{"dependencies": {"a": `, 1000), err: "line 1: nested too deep"},
	})
}

func numbered(n int, format string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(parts, ",")
}

// generatedPackageLock writes a lock file of n packages in the shape that npm gives it.
func generatedPackageLock(n int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("{\n  \"name\": \"big\",\n  \"version\": \"1.0.0\",\n  \"lockfileVersion\": 3,\n  \"requires\": true,\n  \"packages\": {\n    \"\": {\n      \"name\": \"big\",\n      \"dependencies\": {\n        \"package-0\": \"^1.0.0\"\n      }\n    }")
	for i := range n {
		path := fmt.Sprintf("node_modules/package-%d", i)
		if i%10 == 9 {
			path = fmt.Sprintf("node_modules/package-%d/node_modules/package-%d", i-1, i/2)
		}
		fmt.Fprintf(&b, ",\n    \"%s\": {\n      \"version\": \"1.%d.0\",\n      \"resolved\": \"https://registry.npmjs.org/package-%d/-/package-%d-1.%d.0.tgz\",\n"+
			"      \"integrity\": \"sha512-%s==\",\n      \"license\": \"MIT\",\n      \"dependencies\": {", path, i%50, i, i, i%50, strings.Repeat("Ab9/", 21)+"xy")
		for d := range 4 {
			to := (random.IntN(max(n/8, 1))*4 + d) * 2
			if to%10 == 9 {
				to--
			}
			if d > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "\n        \"package-%d\": \"^1.0.0\"", to)
		}
		b.WriteString("\n      },\n      \"engines\": {\n        \"node\": \">=18.0.0\"\n      },\n      \"funding\": {\n        \"url\": \"https://github.com/sponsors/somebody\"\n      }\n    }")
	}
	b.WriteString("\n  }\n}\n")
	return []byte(b.String())
}

func TestPackageLock_generated(t *testing.T) {
	doc, err := Read("package-lock.json", generatedPackageLock(1000))
	if err != nil || len(doc.Packages) != 1000 || len(doc.Unknown) != 0 {
		t.Fatalf("%v, %d packages, %v", err, len(doc.Packages), doc.Unknown)
	}
}

func BenchmarkPackageLock(b *testing.B) {
	benchmarkRead(b, "package-lock.json", generatedPackageLock(5000))
}

func benchmarkRead(b *testing.B, path string, data []byte) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		doc, err := Read(path, data)
		if err != nil {
			b.Fatal(err)
		}
		if len(doc.Packages) < 5000 || len(doc.Unknown) > 0 {
			b.Fatal(len(doc.Packages), doc.Unknown)
		}
	}
}
