package lockfile

import "testing"

func TestPackageResolved(t *testing.T) {
	runReads(t, []reads{
		{name: "version_1", path: "Package.resolved", text: `{"object": {"pins": [
{"package": "NIO", "repositoryURL": "https://github.com/apple/swift-nio.git", "state": {"branch": null, "revision": "0123", "version": "2.40.0"}},
{"package": "X", "repositoryURL": "git@github.com:o/X.git", "state": {"branch": "main", "revision": "4567", "version": null}}
]}, "version": 1}`, want: `
Package.resolved SwiftURL lock
github.com/apple/swift-nio@2.40.0 integrity=0123 origin=git+https://github.com/apple/swift-nio.git#0123 :2
github.com/o/X@ asks=main integrity=4567 origin=git+git@github.com:o/X.git#4567 :3
unknown: "github.com/o/X" is pinned to a revision and no version
`},
		{name: "version_3", path: "a/Package.resolved", text: `{"originHash": "00", "pins": [
{"identity": "swift-nio", "kind": "remoteSourceControl", "location": "https://user:pass@GitHub.com/apple/swift-nio", "state": {"revision": "0123", "version": "2.40.0"}},
{"identity": "mona.linked-list", "kind": "registry", "location": "", "state": {"version": "1.0.0"}},
{"identity": "here", "kind": "localSourceControl", "location": "/src/here", "state": {"revision": "ab", "version": "0.1.0"}}
], "version": 3}`, want: `
Package.resolved SwiftURL lock
github.com/apple/swift-nio@2.40.0 integrity=0123 origin=git+https://GitHub.com/apple/swift-nio#0123 :2
mona.linked-list@1.0.0 :3
here@0.1.0 integrity=ab origin=file:/src/here :4
`},
		{name: "cut", path: "Package.resolved", text: `{"pins": [{"identity": "a"`, err: "line 1: the file is cut short"},
	})
	for address, want := range map[string]string{
		"https://github.com/a/b.git":        "github.com/a/b",
		"ssh://git@GitHub.com/a/b.git/":     "github.com/a/b",
		"git@gitlab.com:group/sub/b.git":    "gitlab.com/group/sub/b",
		"https://u:p@example.org:8443/a/b/": "example.org:8443/a/b",
		"http://github.com/a/b":             "github.com/a/b",
		"example.org":                       "example.org",
		"":                                  "",
	} {
		if got := repositoryName(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

func TestPodfileLock(t *testing.T) {
	runReads(t, []reads{
		{name: "all", path: "Podfile.lock", text: `PODS:
  - Alamofire (5.4.0)
  - "Firebase/Core (10.0.0)":
    - Firebase/CoreOnly
    - GoogleUtilities (~> 7.0)
    - Gone
  - Firebase/CoreOnly (10.0.0):
    - Alamofire (= 5.4.0)
  - GoogleUtilities (7.11.0)
  - Local (0.1.0)
  - Remote (1.0.0-beta.1)

DEPENDENCIES:
  - Firebase/Core (~> 10.0)
  - "Local (from ` + "`../Local`" + `)"
  - Remote (from ` + "`https://github.com/o/Remote.git`, tag `1.0`" + `)

SPEC REPOS:
  https://github.com/acme/specs.git:
    - GoogleUtilities
  trunk:
    - Alamofire

EXTERNAL SOURCES:
  Local:
    :path: "../Local"
  Remote:
    :git: https://github.com/o/Remote.git
    :tag: '1.0'

CHECKOUT OPTIONS:
  Remote:
    :commit: 0123
    :git: https://github.com/o/Remote.git

SPEC CHECKSUMS:
  Alamofire: aa00
  "Firebase": bb00

PODFILE CHECKSUM: cc00

COCOAPODS: 1.15.2
`, want: `
Podfile.lock CocoaPods lock
Alamofire@5.4.0 integrity=aa00 :2
Firebase@10.0.0 asks=~> 10.0 integrity=bb00 direct :3 -> Alamofire@5.4.0 GoogleUtilities@7.11.0
GoogleUtilities@7.11.0 :9
Local@0.1.0 origin=file:../Local direct :10
Remote@1.0.0-beta.1 origin=git+https://github.com/o/Remote.git#0123 direct :11
registry https://github.com/acme/specs.git line=19
unknown: "Firebase" asks for "Gone", which is not in the file
`},
		{name: "cut", path: "Podfile.lock", text: "PODS:\n  - A (1.0)\n\nDEPENDENCIES:\n  - A\n", err: "the section COCOAPODS is missing: the file is cut short"},
		{name: "cut_in_line", path: "Podfile.lock", text: "PODS:\n  - A (1.", err: `line 2: a pod and its version are expected and not "A (1."`},
		{name: "conflict", path: "Podfile.lock", text: "PODS:\n<<<<<<< HEAD\n", err: "line 2: the file holds an unresolved merge conflict"},
	})
}
