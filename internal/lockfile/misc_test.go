package lockfile

import (
	"strings"
	"testing"
)

// miscFiles are small examples, each with the packages it holds and what it leaves open.
var miscFiles = []struct{ path, content, packages, unknown string }{
	{"renv.lock", `{
  "R": { "Version": "4.2.1", "Repositories": [ { "Name": "CRAN", "URL": "https://cloud.r-project.org" } ] },
  "Packages": {
    "R6": { "Package": "R6", "Version": "2.5.1", "Source": "Repository", "Repository": "CRAN", "Requirements": ["R"] },
    "cli": { "Package": "cli", "Version": "3.6.1", "Source": "Repository", "Imports": ["R6 (>= 2.0)", "utils"], "License": "MIT + file LICENSE" },
    "limma": { "Package": "limma", "Version": "3.52.0", "Source": "Bioconductor", "Imports": "cli, R6\n (>= 1)" },
    "mine": { "Package": "mine", "Version": "0.1", "Source": "GitHub", "RemoteType": "github", "RemoteUsername": "me", "RemoteRepo": "mine", "RemoteSha": "abc" }
  }
}`, `
		4 R6 @2.5.1
		5 cli @3.6.1 licence MIT + file LICENSE -> R6@2.5.1
		6 limma in Bioconductor @3.52.0 -> cli@3.6.1 R6@2.5.1
		7 mine @0.1 from git+https://github.com/me/mine#abc`, ""},
	{"cabal.project.freeze", `active-repositories: hackage.haskell.org:merge
constraints: any.aeson ==2.1.0.0,
             aeson -cffi +ordered-keymap,
             any.text ==2.0.1 || ==2.0.2,
             setup.Cabal ==3.8.1.0
index-state: hackage.haskell.org 2023-01-01T00:00:00Z
`, `
		2 aeson @2.1.0.0
		4 text asks ==2.0.1 || ==2.0.2
		5 Cabal @3.8.1.0`, `
		line 4: the version of text is not known: it may be any of ==2.0.1 || ==2.0.2
		cabal.project.freeze does not say which package asks for which`},
	{"stack.yaml.lock", `# written by Stack
packages:
- completed:
    hackage: acme-missiles-0.3@sha256:2ba66a092a32593880a87fb00f3213762d7bca65a687d45965778deb8694c5d1,613
    pantry-tree:
      sha256: 614bc0cca76937507ea0a5ccc17a504c997ce458d7f2f9e43b15a10c8eaeb033
      size: 226
  original:
    hackage: acme-missiles-0.3
- completed:
    commit: 0123abc
    git: https://me:hidden-word@github.com/example/thing.git
    name: thing
    version: 1.2.3
  original:
    git: https://github.com/example/thing.git
snapshots:
- completed:
    sha256: 73ad581de7c5306278aec7706cafaf3b1c2eb7abf4ab586e4d9dc675c6106c4e
    url: https://raw.githubusercontent.com/commercialhaskell/stackage-snapshots/master/lts/20/26.yaml
  original: lts-20.26
`, `
		3 acme-missiles @0.3 hash sha256:2ba66a092a32593880a87fb00f3213762d7bca65a687d45965778deb8694c5d1 direct
		10 thing @1.2.3 from git+https://github.com/example/thing.git#0123abc direct`,
		`the packages of the snapshot "lts-20.26" are not listed in this file`},
	{"Manifest.toml", `julia_version = "1.9.0"
manifest_format = "2.0"
[[deps.ArgTools]]
uuid = "0dad84c5-d112-42e6-8d28-ef12dabb789f"
[[deps.JSON]]
deps = ["ArgTools", "Parsers"]
git-tree-sha1 = "31e996f0a15c7b280ba9f76636b3ff9e2ae58c9a"
uuid = "682c06a0-de6a-54ab-a142-c8b1cf79cde6"
version = "0.21.4"
[[deps.Parsers]]
git-tree-sha1 = "4b2e829ee66d4218e0cef22c0a64ee37cf258c29"
uuid = "69de0a69-1ddd-5017-9359-2bf0b02dc9f0"
version = "2.7.1"
`, `
		3 ArgTools
		5 JSON @0.21.4 hash git-tree-sha1:31e996f0a15c7b280ba9f76636b3ff9e2ae58c9a -> ArgTools Parsers@2.7.1
		10 Parsers @2.7.1 hash git-tree-sha1:4b2e829ee66d4218e0cef22c0a64ee37cf258c29`,
		"1 packages come with Julia 1.9.0 itself and have no version of their own"},
	{"old/Manifest.toml", `[[JSON]]
uuid = "682c06a0-de6a-54ab-a142-c8b1cf79cde6"
version = "0.21.1"
[JSON.deps]
Mmap = "a63ad114-7e13-5084-954f-fe012c677804"
[[Mmap]]
uuid = "a63ad114-7e13-5084-954f-fe012c677804"
`, "1 JSON @0.21.1 -> Mmap\n6 Mmap", "1 packages come with Julia  itself and have no version of their own"},
	{"env/conda-meta/numpy-1.26.0-py311.json", `{"name": "numpy", "version": "1.26.0", "build": "py311", "license": "BSD-3-Clause", "subdir": "linux-64",
"url": "https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.0-py311.conda", "requested_spec": "numpy", "depends": ["python"],
"sha256": "` + strings.Repeat("c", 64) + `"}`,
		"1 numpy @1.26.0 from https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.0-py311.conda hash sha256:" + strings.Repeat("c", 64) + " licence BSD-3-Clause arch linux-64 direct", ""},
	{"cpanfile.snapshot", `# carton snapshot format: version 1.0
DISTRIBUTIONS
  Mojolicious-9.33
    pathname: S/SR/SRI/Mojolicious-9.33.tar.gz
    provides:
      Mojo undef
      Mojo::Base undef
    requirements:
      ExtUtils::MakeMaker 0
      IO::Socket::IP 0.37
      perl 5.016
  IO-Socket-IP-0.41
    pathname: P/PE/PEVANS/IO-Socket-IP-0.41.tar.gz
    provides:
      IO::Socket::IP 0.41
`, `
		3 Mojolicious @9.33 from https://cpan.metacpan.org/authors/id/S/SR/SRI/Mojolicious-9.33.tar.gz -> IO-Socket-IP@0.41
		12 IO-Socket-IP @0.41 from https://cpan.metacpan.org/authors/id/P/PE/PEVANS/IO-Socket-IP-0.41.tar.gz`, ""},
	{"thing-1.0-1.rockspec", `package = "thing"
version = "1.0-1"
source = { url = "git://example.com/x.git" }
description = { summary = "x", license = "MIT" } -- a comment "with this"
dependencies = {
   "lua >= 5.1, < 5.4",
   "lpeg ~> 1.0",
   'exact == 2.1-1',
   platforms = { windows = { "winthing >= 1" } },
}
test_dependencies = { "busted" }
build = { type = "builtin", modules = { thing = "src/thing.lua" } }
`, `
		7 lpeg asks ~> 1.0 direct
		8 exact @2.1-1 asks == 2.1-1 direct
		9 winthing asks >= 1 direct
		11 busted for test direct`, `
		line 7: the version of lpeg is not known without a lock file
		line 9: the version of winthing is not known without a lock file
		line 11: the version of busted is not known without a lock file
		a rockspec names direct dependencies only; transitive ones are not known without a lock file or an SBOM`},
}

func TestMisc(t *testing.T) {
	for _, file := range miscFiles {
		t.Run(strings.ReplaceAll(file.path, "/", "_"), func(t *testing.T) {
			doc := mustRead(t, file.path, file.content)
			compare(t, "packages", showPackages(doc), file.packages)
			compare(t, "unknown", strings.Join(doc.Unknown, "\n"), file.unknown)
		})
	}
}

func TestMisc_refuses(t *testing.T) {
	for path, contents := range map[string][]string{
		"renv.lock":            {"", "{", `{"R":{}}`, `[]`},
		"cabal.project.freeze": {"", "nonsense", "index-state: x\n"},
		"stack.yaml.lock":      {"", "nonsense", "other: 1\n"},
		"Manifest.toml":        {"[[deps", "a = "},
		"conda-meta/x.json":    {"", "{\"name\": \"x\""},
		"cpanfile.snapshot":    {"  X-1\n", "OTHER\n"},
		"a.rockspec":           {"", "package = \"x", "x = 1", "--[[ open"},
	} {
		for _, content := range contents {
			if doc, err := Read(path, []byte(content)); err == nil {
				t.Errorf("%s %q: no error, but %+v", path, content, doc)
			}
		}
	}
}

func FuzzMisc(f *testing.F) {
	for _, file := range miscFiles {
		f.Add(file.content)
	}
	f.Fuzz(func(t *testing.T, content string) {
		for _, reader := range miscReaders() {
			doc, err := reader.Read("a/x", []byte(content))
			if err != nil || doc == nil {
				continue
			}
			for _, p := range doc.Packages {
				if badName(p.Name) || badVersion(p.Version) || badVersion(p.Constraint) {
					t.Errorf("%s: package %q %q %q", doc.Format, p.Name, p.Version, p.Constraint)
				}
				for _, to := range p.Requires {
					if to < 0 || to >= len(doc.Packages) {
						t.Errorf("%s: %s requires %d of %d", doc.Format, p.Name, to, len(doc.Packages))
					}
				}
			}
		}
	})
}
