package lockfile

import "testing"

func TestComposer(t *testing.T) {
	runReads(t, []reads{
		{name: "lock", path: "composer.lock", text: `{
  "_readme": ["This file locks the dependencies"], "content-hash": "00",
  "packages": [
    {"name": "Acme/App", "version": "v1.2.3", "type": "library", "license": ["MIT", "GPL-2.0-only"],
     "source": {"type": "git", "url": "https://github.com/acme/app.git", "reference": "0123"},
     "dist": {"type": "zip", "url": "https://api.github.com/repos/acme/app/zipball/0123", "reference": "0123", "shasum": ""},
     "require": {"php": ">=8", "ext-json": "*", "psr/log-implementation": "1", "acme/path": "*", "gone/gone": "1"}, "require-dev": {"x/y": "1"}},
    {"name": "monolog/monolog", "version": "3.0.0", "provide": {"psr/log-implementation": "3.0.0"}, "require": {"acme/app": "*"}, "abandoned": true},
    {"name": "acme/path", "version": "dev-main", "dist": {"type": "path", "url": "../path", "reference": "0123"}},
    {"name": "acme/git", "version": "1.0.0", "source": {"type": "git", "url": "https://u:p@git.example.org/git.git", "reference": "ab"}, "abandoned": "acme/new"}
  ],
  "packages-dev": [
    {"name": "acme/plugin", "version": "1.0.0", "type": "composer-plugin", "dist": {"type": "zip", "url": "https://x.org/p.zip", "shasum": "0a"}}
  ]
}`, want: `
composer.lock Packagist lock
acme/app@v1.2.3 licence=MIT OR GPL-2.0-only origin=https://api.github.com/repos/acme/app/zipball/0123 :4 -> monolog/monolog@3.0.0 acme/path@dev-main
monolog/monolog@3.0.0 deprecated=abandoned :8 -> acme/app@v1.2.3
acme/path@dev-main origin=file:../path :9
acme/git@1.0.0 origin=git+https://git.example.org/git.git#ab deprecated=abandoned, use acme/new direct :10
acme/plugin@1.0.0 scope=development integrity=sha1:0a origin=https://x.org/p.zip direct script :13
unknown: "acme/app" asks for "gone/gone", which is not in the file
`},
		{name: "installed", path: "vendor/composer/installed.json", text: `{"packages": [{"name": "a/a", "version": "1.0.0"}, {"name": "b/b", "version": "2.0.0"}], "dev": true, "dev-package-names": ["b/b"]}`, want: `
installed.json Packagist installed
a/a@1.0.0 direct :1
b/b@2.0.0 scope=development direct :1
`},
		{name: "installed_1", path: "x/vendor/composer/installed.json", text: `[{"name": "a/a", "version": "1.0.0"}]`, want: `
installed.json Packagist installed
a/a@1.0.0 direct :1
`},
		{name: "twice", path: "composer.lock", text: `{"packages": [{"name": "a/a", "version": "1"}, {"name": "a/a", "version": "2"}, {"name": "\u0000/a"}]}`, want: `
composer.lock Packagist lock
a/a@2 direct :1
unknown: "a/a" stands twice in the file; the last one holds
unknown: "\x00/a" is no possible name of a package and was left out
`},
		{name: "cut", path: "composer.lock", text: "{\"packages\": [\n{\"name\": \"a/a\"},", err: "line 2: the file is cut short"},
		{name: "manifest", path: "composer.json", text: `{
  "name": "acme/shop", "license": "proprietary",
  "require": {"php": "^8.2", "ext-intl": "*", "composer-plugin-api": "^2", "Monolog/Monolog": "^3.0", "both/both": "1"},
  "require-dev": {"phpunit/phpunit": "^11", "both/both": "2"},
  "repositories": [{"type": "composer", "url": "https://user:pass@packages.example.org"}, {"type": "vcs", "url": "https://github.com/o/r"}, {"packagist.org": false}],
  "scripts": {"post-install-cmd": ["@a", "B::c"], "pre-update-cmd": "x", "test": "phpunit", "install-cmd": "no"}
}`, want: `
composer.json Packagist manifest name=acme/shop licence=proprietary
monolog/monolog@ asks=^3.0 direct :3
both/both@ asks=1 direct :3
phpunit/phpunit@ asks=^11 scope=development direct :4
registry https://packages.example.org line=5
script post-install-cmd=@a
B::c
script pre-update-cmd=x
`},
		{name: "repositories_by_name", path: "composer.json", text: `{"repositories": {"acme": {"type": "composer", "url": "https://a.example.org"}, "wp": {"type": "path", "url": "../x"}}}`, want: `
composer.json Packagist manifest
registry https://a.example.org extra line=1
`},
	})
	for path, want := range map[string]bool{"vendor/a/b/composer.json": false, "composer.json": true, "vendor/composer.json": true, "x/vendor/a/b/c/composer.json": false, "myvendor/a/b/composer.json": true} {
		if got := outsideVendor(path, ""); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
