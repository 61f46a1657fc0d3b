package lockfile

import (
	"strings"
	"testing"
)

// A file that is cut anywhere is an error wherever its form lets that be seen.
func TestRead_cutAnywhereJavaScriptAndOthers(t *testing.T) {
	for path, text := range map[string]string{
		"package-lock.json":        string(generatedPackageLock(3)),
		"package.json":             `{"name": "a", "dependencies": {"b": "1"}}`,
		"bun.lock":                 `{"packages": {"a": ["a@1.0.0", "", {"dependencies": {}}, "x"],},}`,
		"deno.lock":                `{"version": "4", "npm": {"a@1.0.0": {"integrity": "x"}}}`,
		"composer.lock":            `{"packages": [{"name": "a/a", "version": "1"}]}`,
		"Package.resolved":         `{"pins": [{"identity": "a"}], "version": 2}`,
		"conan.lock":               `{"version": "0.5", "requires": ["a/1"]}`,
		"vcpkg.json":               `{"dependencies": ["a"]}`,
		"mix.lock":                 "%{\"a\": {:hex, :a, \"1.0.0\", \"x\"}}",
		"rebar.lock":               "[{<<\"a\">>,{pkg,<<\"a\">>,<<\"1\">>},0}].",
		"Podfile.lock":             "PODS:\n  - A (1.0)\nDEPENDENCIES:\n  - A\nCOCOAPODS:",
		"vcpkg-configuration.json": `{"registries": [{"repository": "y"}]}`,
	} {
		text = strings.TrimSpace(text)
		if _, err := Read(path, []byte(text)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for i := range text {
			if doc, err := Read(path, []byte(text[:i])); err == nil {
				t.Errorf("%s: cut after %q it is read as %s", path, text[max(0, i-20):i], showDoc(doc))
			}
		}
	}
}
