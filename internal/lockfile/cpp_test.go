package lockfile

import "testing"

func TestCpp(t *testing.T) {
	runReads(t, []reads{
		{name: "conan_2", path: "conan.lock", text: `{"version": "0.5", "requires": [
"zlib/1.2.11#0123%1684.1",
"mine/2.0@acme/stable#ab"
], "build_requires": ["cmake/3.25.3#cc%1"], "python_requires": [["tool/1.0#dd", {"x": 1}]], "config_requires": []}`, want: `
conan.lock ConanCenter lock
zlib@1.2.11 integrity=0123 :2
mine@2.0 integrity=ab origin=conan:acme/stable :3
cmake@3.25.3 scope=build integrity=cc :4
tool@1.0 scope=build integrity=dd :4
`},
		{name: "conan_1", path: "conan.lock", text: `{"graph_lock": {"nodes": {
"0": {"ref": "shop/1.0", "options": "x", "requires": ["1"], "build_requires": ["3"], "path": "conanfile.py"},
"1": {"ref": "openssl/1.1.1k#aa", "requires": ["2", "9"], "context": "host"},
"2": {"ref": "zlib/1.2.11#bb", "requires": ["1"]},
"3": {"pref": "cmake/3.20.0#cc:dd#ee", "context": "build"}
}, "revisions_enabled": true}, "version": "0.4"}`, want: `
conan.lock ConanCenter lock name=shop version=1.0
openssl@1.1.1k integrity=aa direct :3 -> zlib@1.2.11
zlib@1.2.11 integrity=bb :4 -> openssl@1.1.1k
cmake@3.20.0 scope=build integrity=cc direct :5
unknown: "openssl" asks for node "9", which is not in the file
`},
		{name: "conanfile", path: "conanfile.txt", text: "# comment\n[requires]\nzlib/1.2.11\nopenssl/[>=1.1 <2] # range\nmine/1.0@acme/stable\n\n[tool_requires]\ncmake/3.25.3\n[test_requires]\ngtest/1.14.0\n[generators]\nCMakeDeps\n[options]\nzlib/*:shared=True\n", want: `
conanfile.txt ConanCenter manifest
zlib@ asks=1.2.11 direct :3
openssl@ asks=>=1.1 <2 direct :4
mine@ asks=1.0 origin=conan:acme/stable direct :5
cmake@ asks=3.25.3 scope=build direct :8
gtest@ asks=1.14.0 scope=test direct :10
`},
		{name: "conanfile_nonsense", path: "conanfile.txt", text: "zlib/1.0\n", err: `line 1: "zlib/1.0" stands in no section`},
		{name: "vcpkg", path: "vcpkg.json", text: `{"name": "shop", "version-semver": "1.0.0", "license": "MIT", "builtin-baseline": "0123",
"dependencies": ["fmt", {"name": "zlib", "version>=": "1.2.12"}, {"name": "vcpkg-cmake", "host": true}, "\u0007"],
"features": {"tests": {"description": "x", "dependencies": ["gtest", {"name": "shop", "features": ["x"]}]}},
"overrides": [{"name": "fmt", "version": "10.0.0#2"}]}`, want: `
vcpkg.json vcpkg manifest name=shop version=1.0.0 licence=MIT
fmt@10.0.0 direct :2
zlib@ asks=>=1.2.12 direct :2
vcpkg-cmake@ scope=build direct :2
gtest@ direct optional :3
unknown: "\a" is no possible name of a package and was left out
unknown: the versions of 3 packages follow from the baseline 0123, which is not here
`},
		{name: "vcpkg_configuration", path: "vcpkg-configuration.json", text: `{"default-registry": {"kind": "git", "repository": "https://u:p@github.com/microsoft/vcpkg", "baseline": "01"},
"registries": [{"kind": "git", "repository": "https://git.example.org/r", "packages": ["acme-*", "x"]}]}`, want: `
vcpkg-configuration.json vcpkg settings
registry https://github.com/microsoft/vcpkg line=1
registry https://git.example.org/r scope=acme-* line=2
registry https://git.example.org/r scope=x line=2
`},
	})
}
