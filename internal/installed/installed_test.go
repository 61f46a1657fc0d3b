package installed

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/inventory"
)

// show writes packages one a line, with only what is set.
func show(doc *inventory.Document) string {
	if doc == nil {
		return "nothing"
	}
	var out strings.Builder
	for i := range doc.Packages {
		p := &doc.Packages[i]
		fmt.Fprintf(&out, "%d %s %s @%s", p.Line, p.Ecosystem, p.Name, p.Version)
		for _, field := range [][2]string{{"source ", p.Source.Name}, {"source@", p.Source.Version}, {"for ", string(p.Scope)}, {"alias ", p.Alias}, {"from ", p.Origin}, {"hash ", p.Integrity},
			{"licence ", p.Licence}, {"arch ", p.Arch}, {"deprecated ", p.Deprecated}, {"files ", strings.Join(p.Files, ",")}} {
			if field[1] != "" {
				fmt.Fprintf(&out, " %s%s", field[0], field[1])
			}
		}
		if p.Direct {
			out.WriteString(" direct")
		}
		if p.InstallScript {
			out.WriteString(" script")
		}
		for n, r := range p.Requires {
			if n == 0 {
				out.WriteString(" ->")
			}
			out.WriteString(" " + doc.Packages[r].Name)
		}
		out.WriteByte('\n')
	}
	for _, u := range doc.Unknown {
		out.WriteString("? " + u + "\n")
	}
	return strings.TrimSpace(out.String())
}

func trim(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\t", "")) }

// metadata are small files with what is read from them.
var metadata = []struct{ path, content, want string }{
	{"var/lib/dpkg/status", `Package: libc6
Status: install ok installed
Source: glibc (2.36-9+deb12u4)
Version: 2.36-9+deb12u4+b1
Architecture: amd64
Multi-Arch: same
Description: GNU C Library
 Package: not-this
 .
 Status: x

Package: gone
Status: deinstall ok config-files
Version: 1.0

Package: half
Status: install ok half-configured
Version: 1:2.0-1
Architecture: all
Source: half

Package: bad` + "\x1b" + `name
Status: install ok installed
Version: 1
`, `
		1 dpkg libc6 @2.36-9+deb12u4+b1 source glibc source@2.36-9+deb12u4 arch amd64
		16 dpkg half @1:2.0-1 source half arch all
		? "bad\x1bname" in version "1" is no possible package and was left out`},
	{"var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12.4+deb12u5\nArchitecture: amd64\nMaintainer: x", "1 dpkg base-files @12.4+deb12u5 arch amd64"},
	{"var/lib/dpkg/status.d/base.md5sums", "0123  usr/share/a\n4567  etc/b\n", "0 dpkg base @ files usr/share/a,etc/b"},
	{"var/lib/dpkg/info/libc6:amd64.list", "/.\n/lib\n/lib/libc.so.6\n", "0 dpkg libc6 @ arch amd64 files lib,lib/libc.so.6"},
	{"lib/apk/db/installed", `C:Q1pSfk1wzXJr2kbNUqvgyTzrqYEWY=
P:ssl_client
V:1.36.1-r5
A:x86_64
L:GPL-2.0-only
o:busybox
D:so:libc.musl-x86_64.so.1
F:usr
F:usr/bin
R:ssl_client
a:0:0:755
F:
R:.hidden

P:musl
V:1.2.4-r2
o:musl

`, `
		1 apk ssl_client @1.36.1-r5 source busybox licence GPL-2.0-only arch x86_64 files usr/bin/ssl_client,.hidden
		15 apk musl @1.2.4-r2`},
	{"app/node_modules/left-pad/package.json", `{"name":"left-pad","version":"1.3.0","license":"WTFPL","scripts":{"test":"x"}}`, "1 npm left-pad @1.3.0 licence WTFPL"},
	{"node_modules/@acme/tool/package.json", `{"name":"@acme/tool","version":"2.0.0","licenses":[{"type":"MIT"},{"type":"ISC"}],"scripts":{"postinstall":"node x"},"deprecated":"use y"}`,
		"1 npm @acme/tool @2.0.0 licence MIT OR ISC deprecated use y script"},
	{"node_modules/alias/package.json", `{"name":"real","version":"1.0.0"}`, "1 npm real @1.0.0 alias alias"},
	{"node_modules/a/dist/package.json", `{"name":"inner","version":"1.0.0"}`, "nothing"},
	{"node_modules/b/package.json", `{"type":"module"}`, "nothing"},
	{"src/package.json", `{"name":"own","version":"1.0.0"}`, "nothing"},
	{"usr/lib/python3/site-packages/PyYAML-6.0.1.dist-info/METADATA", "Metadata-Version: 2.1\nName: Py_YAML\nVersion: 6.0.1\nLicense: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\nRequires-Dist: x\n\nName: not-this\n",
		"1 PyPI py-yaml @6.0.1 licence MIT License"},
	{"lib/python3/thing.egg-info/PKG-INFO", "Name: thing\nVersion: 1\nLicense-Expression: MIT OR Apache-2.0\n", "1 PyPI thing @1 licence MIT OR Apache-2.0"},
	{"lib/python3/old-1.0.egg-info", "Name: old\nVersion: 1.0\n", "1 PyPI old @1.0"},
	{"a/x.egg!/EGG-INFO/PKG-INFO", "Name: zipped\nVersion: 3\n", "1 PyPI zipped @3"},
	{"PKG-INFO", "Name: own\nVersion: 3\n", "nothing"},
	{"usr/lib/ruby/gems/3.1.0/specifications/rake-13.0.6.gemspec", `# -*- encoding: utf-8 -*-
# stub: rake 13.0.6 ruby lib
Gem::Specification.new do |s|
  s.name = "rake".freeze
  s.version = "13.0.6"
  s.licenses = ["MIT".freeze, "Ruby".freeze]
end
`, "2 RubyGems rake @13.0.6 licence MIT OR Ruby"},
	{"specifications/default/json-2.6.gemspec", "Gem::Specification.new do |spec|\n  spec.name = 'json'\n  spec.version = Gem::Version.new('2.6')\n  spec.platform = \"x86_64-linux\"\nend\n",
		"1 RubyGems json @2.6 arch x86_64-linux"},
	{"vendor/composer/installed.json", `{"packages":[
{"name":"monolog/monolog","version":"2.9.1","license":["MIT"],"require":{"php":">=7.2","psr/log":"^1.0"},"dist":{"type":"zip","url":"https://api.github.com/repos/x","shasum":""}},
{"name":"psr/log","version":"1.1.4","license":["MIT","ISC"]},
{"name":"phpunit/phpunit","version":"9.6.0","abandoned":"other/unit"}],"dev":true,"dev-package-names":["phpunit/phpunit"]}`, `
		0 Packagist monolog/monolog @2.9.1 from https://api.github.com/repos/x licence MIT -> psr/log
		0 Packagist psr/log @1.1.4 licence MIT OR ISC
		0 Packagist phpunit/phpunit @9.6.0 for development deprecated abandoned, use other/unit`},
	{"vendor/composer/installed.json", `[{"name":"a/b","version":"1.0"}]`, "0 Packagist a/b @1.0"},
	{"app.jar!/BOOT-INF/lib/b.jar!/META-INF/maven/org.x/b/pom.properties", "#Generated by Maven\n#Mon\nversion=1.2.3\ngroupId=org.x\nartifactId=b\n", "1 Maven org.x:b @1.2.3"},
	{"app.jar!/BOOT-INF/lib/log4j-1.2-api-2.14.1.jar!/META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nBundle-SymbolicName: org.apache.logging.log4j.1.2-api\r\n", `
		1 Maven log4j-1.2-api @2.14.1
		? the group of log4j-1.2-api 2.14.1 is not known: its manifest and its name do not tell it`},
	{"src/META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nImplementation-Version: 1\n", "nothing"},
	{"var/lib/rpmmanifest/container-manifest-2", "bash\t5.1.8-1.cm2\t1\t2\tMicrosoft\t(none)\t3\tx86_64\t0\tbash-5.1.8-1.cm2.src.rpm\nopenssl-libs\t1.1.1k-9.cm2\t1\t2\tM\t(none)\t3\tx86_64\t1\topenssl-1.1.1k-8.cm2.src.rpm\n", `
		1 rpm bash @5.1.8-1.cm2 arch x86_64
		2 rpm openssl-libs @1:1.1.1k-9.cm2 source openssl source@1:1.1.1k-8.cm2 arch x86_64`},
	{"var/lib/rpm/rpmdb.sqlite-wal", strings.Repeat("x", 33), "? the last changes to the rpm database stand in its write-ahead log, which is not read"},
	{"var/lib/rpm/rpmdb.sqlite-wal", "", "nothing"},
}

func TestRead(t *testing.T) {
	for _, m := range metadata {
		doc, err := Read(m.path, []byte(m.content))
		if err != nil {
			t.Errorf("%s: %v", m.path, err)
			continue
		}
		if diff := cmp.Diff(trim(m.want), show(doc)); diff != "" {
			t.Errorf("%s:\n%s", m.path, diff)
		}
	}
}

func TestRead_refuses(t *testing.T) {
	for path, contents := range map[string][]string{
		"var/lib/dpkg/status":                      {"Package: a\nStatus: install ok installed\n", "Package: a\nVersion: 1", "nonsense\n", "Version: 1\n"},
		"lib/apk/db/installed":                     {"P:a\nV:1", "P:a\n\n", "nonsense\n"},
		"etc/os-release":                           {"nonsense"},
		"node_modules/a/package.json":              {"", "{", "[]"},
		"a.dist-info/METADATA":                     {"Name: a\n"},
		"specifications/a.gemspec":                 {"", "Gem::Specification.new do |s|\n s.name = name\nend"},
		"vendor/composer/installed.json":           {"", "{", `{"packages":[{"name":"a/b"}]}`},
		"a.jar!/META-INF/maven/g/a/pom.properties": {"", "version=${x}\ngroupId=g\nartifactId=a\n"},
		"var/lib/rpm/rpmdb.sqlite":                 {"SQLite format 3\x00", "x"},
		"var/lib/rpm/Packages":                     {"x", strings.Repeat("\x00", 600)},
		"var/lib/rpm/Packages.db":                  {"RpmP", "RpmP" + strings.Repeat("\x00", 60)},
		"var/lib/rpmmanifest/container-manifest-2": {"a\tb\n"},
	} {
		for _, content := range contents {
			if doc, err := Read(path, []byte(content)); err == nil {
				t.Errorf("%s %q: no error, but %s", path, content, show(doc))
			}
		}
	}
}

func TestOSRelease(t *testing.T) {
	for content, want := range map[string]string{
		"ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_CODENAME=bookworm\n": "Debian:12",
		"ID=debian\nVERSION_CODENAME=trixie\n":                                             "Debian:13",
		"ID=debian\nPRETTY_NAME=\"Debian GNU/Linux sid\"\n":                                "Debian",
		"ID=ubuntu\nVERSION_ID=\"22.04\"\nVERSION=\"22.04.3 LTS (Jammy Jellyfish)\"\n":     "Ubuntu:22.04:LTS",
		"ID=ubuntu\nVERSION_ID=\"23.10\"\nVERSION=\"23.10 (Mantic Minotaur)\"\n":           "Ubuntu:23.10",
		"ID=alpine\nVERSION_ID=3.19.1\n":                                                   "Alpine:v3.19",
		"ID=alpine\nVERSION_ID=3.20_alpha20240329\n":                                       "Alpine:edge",
		"ID=wolfi\nVERSION_ID=\"20230201\"\n":                                              "Wolfi",
		"ID=chainguard\n":                                                                  "Chainguard",
		"ID=rocky\nVERSION_ID=\"9.3\"\n":                                                   "Rocky Linux:9",
		"ID=\"almalinux\"\nVERSION_ID='8.9'\n":                                             "AlmaLinux:8",
		"ID=rhel\nVERSION_ID=9.3\nCPE_NAME=\"cpe:/o:redhat:enterprise_linux:9::baseos\"\n": "Red Hat:enterprise_linux:9::baseos",
		"ID=opensuse-leap\nVERSION_ID=15.5\nPRETTY_NAME=\"openSUSE Leap 15.5\"\n":          "openSUSE:Leap 15.5",
		"ID=opensuse-tumbleweed\nPRETTY_NAME=\"openSUSE Tumbleweed\"\n":                    "openSUSE:Tumbleweed",
		"ID=sles\nVERSION_ID=15.5\nPRETTY_NAME=\"SUSE Linux Enterprise Server 15 SP5\"\n":  "SUSE:Linux Enterprise Server 15 SP5",
		"ID=mageia\nVERSION_ID=9\n":                                                        "Mageia:9",
		"ID=photon\nVERSION_ID=4.0\n":                                                      "Photon OS:4.0",
		"ID=azurelinux\nVERSION_ID=\"3.0\"\n":                                              "Azure Linux:3",
		"ID=\"openEuler\"\nVERSION_ID=\"22.03\"\nVERSION=\"22.03 (LTS-SP1)\"\n":            "openEuler:22.03-LTS-SP1",
		"ID=\"amzn\"\nVERSION_ID=\"2023\"\n":                                               "",
		"ID=ol\nVERSION_ID=9\n":                                                            "",
		"# only a comment\n\n":                                                             "",
	} {
		doc, err := Read("etc/os-release", []byte(content))
		if err != nil {
			t.Errorf("%q: %v", content, err)
			continue
		}
		if doc.Distribution.Ecosystem != want {
			t.Errorf("%q is %q, want %q", content, doc.Distribution.Ecosystem, want)
		}
		if (want == "") != (len(doc.Unknown) > 0) {
			t.Errorf("%q leaves open %q", content, doc.Unknown)
		}
	}
}

func TestWants(t *testing.T) {
	for path, want := range map[string]bool{
		"etc/os-release": true, "usr/lib/os-release": true, "rootfs/etc/os-release": true, "docs/os-release": false, "xetc/os-release": false,
		"var/lib/rpm/Packages": true, "usr/lib/sysimage/rpm/rpmdb.sqlite": true, "debian/dists/Packages": false,
		"usr/lib/apk/db/installed": true, "installed": false, "var/lib/dpkg/info/a.postinst": false,
		"a.jar!/META-INF/MANIFEST.MF": true, "META-INF/MANIFEST.MF": false, "node_modules/@a/package.json": false,
	} {
		if got := Wants(path, nil); got != want {
			t.Errorf("Wants(%s) = %v", path, got)
		}
	}
	for head, want := range map[string]bool{"\x7fELF": true, "MZ\x90\x00": true, "\xcf\xfa\xed\xfe": true, "\xca\xfe\xba\xbe\x00\x00\x00\x02": true,
		"\xca\xfe\xba\xbe\x00\x00\x00\x34": false, "#!/b": false, "": false} {
		if got := Wants("usr/bin/x", []byte(head)); got != want {
			t.Errorf("Wants(%q) = %v", head, got)
		}
	}
}

func TestJar(t *testing.T) {
	for _, c := range []struct{ file, manifest, want string }{
		{"lib/guava-31.1-jre.jar", "Bundle-SymbolicName: com.google.guava\nBundle-Version: 31.1.0.jre\n", "guava 31.1-jre"},
		{"lib/guava-31.1-jre.jar", "Bundle-SymbolicName: com.google.guava\nImplementation-Vendor-Id: com.google.guava\n", "com.google.guava:guava 31.1-jre"},
		{"lib/log4j-core-2.14.1.jar", "Bundle-SymbolicName: org.apache.logging.log4j.core\nImplementation-Version: 2.14.1\n", "org.apache.logging.log4j:log4j-core 2.14.1"},
		{"jackson-databind-2.15.2.jar", "Bundle-SymbolicName: com.fasterxml.jackson.core.jackson-databind;singleton:=true\n", "com.fasterxml.jackson.core:jackson-databind 2.15.2"},
		{"commons-io.jar", "Implementation-Vendor-Id: org.apache.comm\n ons\nImplementation-Version: 2.11.0\n", "org.apache.commons:commons-io 2.11.0"},
		{"log4j-1.2-api-2.14.1.jar", "", "log4j-1.2-api 2.14.1"},
		{"junit-4.13-beta-3.jar", "", "junit 4.13-beta-3"},
		{"thing-1.0-20230101.120000-3.jar", "", "thing 1.0-20230101.120000-3"},
		{"odd-1.0-2-x.jar", "Implementation-Version: 2-x\n", "odd-1.0 2-x"},
		{"vendor-1.0.jar", "Implementation-Vendor-Id: Acme Corporation\n", "vendor 1.0"},
		{"versionless.jar", "", ""},
		{"x-1.jar", "Manifest-Version: 1\n\nImplementation-Vendor-Id: org.late\n", "x 1"},
	} {
		p, ok := Jar(c.file, []byte(c.manifest))
		got := ""
		if ok {
			got = p.Name + " " + p.Version
		}
		if got != c.want {
			t.Errorf("Jar(%s) = %q, want %q", c.file, got, c.want)
		}
	}
}

func TestWithoutManifests(t *testing.T) {
	docs := []*inventory.Document{
		{Path: "a.jar!/META-INF/MANIFEST.MF", Format: "MANIFEST.MF"},
		{Path: "a.jar!/META-INF/maven/g/a/pom.properties", Format: "pom.properties"},
		{Path: "a.jar!/b.jar!/META-INF/MANIFEST.MF", Format: "MANIFEST.MF"},
	}
	if diff := cmp.Diff(docs[1:], WithoutManifests(docs)); diff != "" {
		t.Error(diff)
	}
}

func FuzzRead(f *testing.F) {
	for _, m := range metadata {
		f.Add(m.path, []byte(m.content))
	}
	f.Add("etc/os-release", []byte("ID=debian\nVERSION_ID=\"12\"\n"))
	f.Add("a-1.jar!/META-INF/MANIFEST.MF", []byte("Implementation-Version: 1\n"))
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		doc, err := Read(path, data)
		if err != nil && strings.Contains(err.Error(), "made the reader fail") {
			t.Error(err)
		}
		check(t, doc, err)
	})
}

// check looks at what holds for every document.
func check(t *testing.T, doc *inventory.Document, err error) {
	t.Helper()
	if err != nil && doc != nil {
		t.Errorf("both a document and %v", err)
	}
	if doc == nil {
		return
	}
	for _, p := range doc.Packages {
		if badName(p.Name) || badValue(p.Version) {
			t.Errorf("package %q %q", p.Name, p.Version)
		}
		for _, to := range p.Requires {
			if to < 0 || to >= len(doc.Packages) {
				t.Errorf("%s requires %d of %d", p.Name, to, len(doc.Packages))
			}
		}
	}
}
