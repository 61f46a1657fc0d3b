package sast

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

// foreignFolders hold code that others wrote and that comes with packages: its flaws are told by the engine for dependencies.
var foreignFolders = [...]string{"node_modules", "bower_components", "vendor", "third_party", "site-packages", "dist-packages", ".venv", "venv", ".yarn", "Pods", "Carthage", "SourcePackages", "jspm_packages"}

// ForeignFolder tells of a folder by its name that others wrote the code in it.
func ForeignFolder(name string) bool { return slices.Contains(foreignFolders[:], name) }

// ForeignCode tells of a file by its path that others wrote it, or a program for browsers.
func ForeignCode(name string) bool {
	if strings.HasSuffix(name, ".min.js") || strings.HasSuffix(name, ".bundle.js") || strings.HasSuffix(name, "-min.js") || strings.HasSuffix(name, ".d.ts") {
		return true
	}
	for dir := path.Dir(name); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if ForeignFolder(path.Base(dir)) {
			return true
		}
	}
	return false
}

// What is read as code, in bytes: how long a file and its average line may be, and how far from its beginning it may say that a program wrote it.
const (
	maxFile   = 4 << 20
	maxLine   = 400
	beginning = 2048
)

// Unreadable says why a file is not read as code; "" where it is.
func Unreadable(data []byte) string {
	switch {
	case len(data) > maxFile:
		return "it is larger than 4 MB"
	case len(data) > 4096 && len(data)/(1+bytes.Count(data, []byte("\n"))) > maxLine:
		return "it is minified"
	}
	for line := range bytes.Lines(data[:min(len(data), beginning)]) {
		said := bytes.TrimLeft(line, "/*#;- \t<!")
		if len(said) == len(line) {
			continue // no comment
		}
		if bytes.HasPrefix(said, []byte("Code generated")) && bytes.Contains(said, []byte("DO NOT EDIT")) || bytes.HasPrefix(said, []byte("@generated")) {
			return "a program wrote it"
		}
	}
	return ""
}

// tests are what paths of tests and of examples have in their folders.
var tests = [...]string{"test", "tests", "__tests__", "spec", "specs", "testdata", "fixtures", "__mocks__", "mocks", "e2e", "cypress", "examples", "example", "samples", "benchmarks", "docs"}

// testCode tells of code that tests or shows other code, by its path.
func testCode(name string) bool {
	base := path.Base(name)
	stem := strings.TrimSuffix(base, path.Ext(base))
	for _, end := range []string{"_test", ".test", ".spec", "_spec", "Test", "Tests", "IT", ".stories", ".cy"} {
		if strings.HasSuffix(stem, end) && stem != end {
			return true
		}
	}
	if strings.HasPrefix(stem, "test_") || stem == "conftest" {
		return true
	}
	for dir := range strings.SplitSeq(path.Dir(name), "/") {
		if slices.Contains(tests[:], strings.ToLower(dir)) {
			return true
		}
	}
	return false
}
