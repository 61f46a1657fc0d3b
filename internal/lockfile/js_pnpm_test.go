package lockfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestPnpmLock(t *testing.T) {
	runReads(t, []reads{
		{name: "version_9", path: "pnpm-lock.yaml", text: `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

catalogs:
  default:
    c:
      specifier: ^1.0.0
      version: 1.0.0

importers:

  .:
    dependencies:
      '@s/a':
        specifier: ^1.0.0
        version: 1.2.0(react@18.0.0)
      lib:
        specifier: workspace:*
        version: link:packages/lib
      renamed:
        specifier: npm:real@^2
        version: real@2.0.0
    devDependencies:
      c:
        specifier: 'catalog:'
        version: 1.0.0

  packages/lib:
    dependencies:
      g:
        specifier: github:o/g
        version: https://codeload.github.com/o/g/tar.gz/0123
      react:
        specifier: ^18
        version: 18.0.0
    optionalDependencies:
      fsevents:
        specifier: ^2
        version: 2.3.3

packages:

  '@s/a@1.2.0':
    resolution: {integrity: sha512-aa==}
    engines: {node: '>=18'}
    deprecated: |-
      Do not use.
      Really.
    peerDependencies:
      react: '*'

  c@1.0.0:
    resolution: {integrity: sha512-cc==}

  d@1.0.0:
    resolution: {integrity: sha512-dd==}

  fsevents@2.3.3:
    resolution: {integrity: sha512-ff==}
    os: [darwin]

  g@https://codeload.github.com/o/g/tar.gz/0123:
    resolution: {tarball: https://codeload.github.com/o/g/tar.gz/0123}
    version: 0.1.0

  react@18.0.0:
    resolution: {integrity: sha512-rr==}

  real@2.0.0:
    resolution: {integrity: sha512-ee==}

snapshots:

  '@s/a@1.2.0(react@17.0.0)':
    dependencies:
      d: 1.0.0

  '@s/a@1.2.0(react@18.0.0)':
    dependencies:
      react: 18.0.0
      other: real@2.0.0

  c@1.0.0:
    dependencies:
      d: 1.0.0

  d@1.0.0:
    dependencies:
      c: 1.0.0

  fsevents@2.3.3:
    optional: true

  g@https://codeload.github.com/o/g/tar.gz/0123: {}

  react@18.0.0: {}

  real@2.0.0: {}
`, want: `
pnpm-lock.yaml npm lock
@s/a@1.2.0 asks=^1.0.0 integrity=sha512-aa== deprecated=Do not use.
Really. direct :46 -> d@1.0.0 react@18.0.0 real@2.0.0
c@1.0.0 asks=^1.0.0 integrity=sha512-cc== direct :55 -> d@1.0.0
d@1.0.0 integrity=sha512-dd== :58 -> c@1.0.0
fsevents@2.3.3 asks=^2 integrity=sha512-ff== direct optional :61
g@0.1.0 asks=github:o/g origin=https://codeload.github.com/o/g/tar.gz/0123 direct :65
react@18.0.0 asks=^18 integrity=sha512-rr== direct :69
real@2.0.0 asks=^2 alias=renamed integrity=sha512-ee== direct :72
lib@ asks=workspace:* origin=link:packages/lib direct :31 -> fsevents@2.3.3 g@0.1.0 react@18.0.0
member packages/lib
`},
		{name: "version_9_scopes", path: "pnpm-lock.yaml", text: `lockfileVersion: '9.0'
importers:
  .:
    devDependencies:
      a: {specifier: '1', version: 1.0.0}
packages:
  a@1.0.0:
    resolution: {integrity: x}
  b@1.0.0:
    resolution: {type: git, repo: 'https://u:p@example.org/b.git', commit: '0123'}
  c@1.0.0:
    resolution: {directory: ../c, type: directory}
snapshots:
  a@1.0.0:
    dependencies:
      b: 1.0.0
  b@1.0.0: {}
  c@1.0.0: {}
`, want: `
pnpm-lock.yaml npm lock
a@1.0.0 asks=1 scope=development integrity=x direct :7 -> b@1.0.0
b@1.0.0 scope=development origin=git+https://example.org/b.git#0123 :9
c@1.0.0 origin=file:../c :11
`},
		{name: "version_6", path: "pnpm-lock.yaml", text: `lockfileVersion: '6.0'

dependencies:
  a:
    specifier: ^1.0.0
    version: 1.0.0(b@2.0.0)
  gh:
    specifier: o/gh
    version: github.com/o/gh/0123
devDependencies:
  '@t/d':
    specifier: ~1.0.0
    version: 1.0.0

packages:

  /@t/d@1.0.0:
    resolution: {integrity: sha512-dd==}
    dev: true

  /a@1.0.0(b@2.0.0):
    resolution: {integrity: sha512-aa==}
    requiresBuild: true
    dependencies:
      b: 2.0.0
      c: /@t/d@1.0.0
    dev: false

  /b@2.0.0:
    resolution: {integrity: sha512-bb==}
    dev: false
    optional: true

  github.com/o/gh/0123:
    resolution: {tarball: https://codeload.github.com/o/gh/tar.gz/0123}
    name: gh
    version: 3.0.0
    dev: false
`, want: `
pnpm-lock.yaml npm lock
@t/d@1.0.0 asks=~1.0.0 scope=development integrity=sha512-dd== direct :17
a@1.0.0 asks=^1.0.0 integrity=sha512-aa== direct script :21 -> @t/d@1.0.0 b@2.0.0
b@2.0.0 integrity=sha512-bb== optional :29
gh@3.0.0 asks=o/gh origin=https://codeload.github.com/o/gh/tar.gz/0123 direct :34
`},
		{name: "version_5", path: "pnpm-lock.yaml", text: `lockfileVersion: 5.4

specifiers:
  a: ^1.0.0
  r: npm:real@2

dependencies:
  a: 1.0.0_b@2.0.0
  r: /real/2.0.0

packages:

  /@t/d/1.0.0_@babel+core@7.0.0:
    resolution: {integrity: sha512-dd==}

  /a/1.0.0_b@2.0.0:
    resolution: {integrity: sha512-aa==, tarball: https://npm.example.org/a.tgz}
    dependencies:
      '@t/d': 1.0.0_@babel+core@7.0.0
      x: npm.example.org/x/1.0.0

  /real/2.0.0:
    resolution: {integrity: sha512-rr==}
    deprecated: gone

  npm.example.org/x/1.0.0:
    resolution: {integrity: sha512-xx==}
`, want: `
pnpm-lock.yaml npm lock
@t/d@1.0.0 integrity=sha512-dd== :13
a@1.0.0 asks=^1.0.0 integrity=sha512-aa== origin=https://npm.example.org/a.tgz direct :16 -> @t/d@1.0.0 x@1.0.0
real@2.0.0 asks=2 alias=r integrity=sha512-rr== deprecated=gone direct :22
x@1.0.0 integrity=sha512-xx== :26
`},
		{name: "two_documents", path: "pnpm-lock.yaml", text: "---\nlockfileVersion: '9.0'\nimporters:\n  .:\n    packageManagerDependencies:\n      pnpm: {specifier: 11.0.0, version: 11.0.0}\npackages:\n  pnpm@11.0.0:\n    resolution: {integrity: p}\nsnapshots:\n  pnpm@11.0.0: {}\n---\n" +
			"lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: '1', version: 1.0.0}\npackages:\n  a@1.0.0:\n    resolution: {integrity: x}\nsnapshots:\n  a@1.0.0: {}\n", want: `
pnpm-lock.yaml npm lock
pnpm@11.0.0 asks=11.0.0 scope=build integrity=p direct :8
a@1.0.0 asks=1 integrity=x direct :19
`},
		{name: "empty", path: "pnpm-lock.yaml", text: "lockfileVersion: '9.0'\n", want: "pnpm-lock.yaml npm lock\n"},
		{name: "no_version", path: "pnpm-lock.yaml", text: "packages: {}\n", err: "lockfileVersion is missing"},
		{name: "cut_before_snapshots", path: "pnpm-lock.yaml", text: "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: x}\n", err: `line 3: "a" has no snapshot: the file is cut short`},
		{name: "cut_in_packages", path: "pnpm-lock.yaml", text: "lockfileVersion: '6.0'\ndependencies:\n  a:\n    specifier: '1'\n    version: 1.0.0\n", err: `"." asks for "a" "1.0.0", which is not in the file`},
		{name: "cut_in_line", path: "pnpm-lock.yaml", text: "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: x", err: "line 3: did not find expected ',' or '}'"},
	})
}

// A file of an unusual form says the same as in its usual one.
func TestPnpmLock_unusualForm(t *testing.T) {
	usual := generatedPnpmLock(50)
	var any any
	if err := yaml.Unmarshal(usual, &any); err != nil {
		t.Fatal(err)
	}
	unusual, err := yaml.Marshal(any)
	if err != nil {
		t.Fatal(err)
	}
	unusual = append([]byte("%YAML 1.1\n---\n"), unusual...)
	want, err := Read("pnpm-lock.yaml", usual)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read("pnpm-lock.yaml", unusual)
	if err != nil {
		t.Fatal(err)
	}
	show := func(text string) map[string]bool {
		lines := map[string]bool{}
		for line := range strings.Lines(text) {
			if i := strings.Index(line, " :"); i > 0 {
				line = line[:i]
			}
			lines[strings.TrimSpace(line)] = true
		}
		return lines
	}
	if diff := cmp.Diff(show(showDoc(want)), show(showDoc(got))); diff != "" {
		t.Error(diff)
	}
}

func generatedPnpmLock(n int) []byte {
	var b strings.Builder
	b.WriteString("lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n\nimporters:\n\n  .:\n    dependencies:\n      package-0:\n        specifier: ^1.0.0\n        version: 1.0.0\n\npackages:\n\n")
	for i := range n {
		fmt.Fprintf(&b, "  package-%d@1.%d.0:\n    resolution: {integrity: sha512-%s==}\n    engines: {node: '>=18'}\n\n", i, i%50, strings.Repeat("Ab9/", 21)+"xy")
	}
	b.WriteString("snapshots:\n\n")
	for i := range n {
		peers := ""
		if i%5 == 0 {
			peers = "(react@18.0.0)"
		}
		key := fmt.Sprintf("package-%d@1.%d.0%s", i, i%50, peers)
		fmt.Fprintf(&b, "  %s:\n    dependencies:\n", key)
		for d := range 4 {
			to := (i*7 + d*13 + 1) % n
			fmt.Fprintf(&b, "      package-%d: 1.%d.0\n", to, to%50)
		}
		b.WriteString("\n")
	}
	return []byte(b.String())
}

func BenchmarkPnpmLock(b *testing.B) { benchmarkRead(b, "pnpm-lock.yaml", generatedPnpmLock(5000)) }
