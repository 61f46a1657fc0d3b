// Package installed reads what is there after installation, from the content of single files: the databases of distributions'
// package managers, the metadata that language package managers leave beside what they install, jars, and binaries that carry a
// list of what was built into them.
//
// Everything read is hostile: a reader never panics, takes time and memory in proportion to the file, and answers what is cut short
// or is nonsense with an error that says where. The package must not open a file, run a program, use the network, or judge a package;
// what lock files and manifests say is package lockfile's.
package installed

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/inventory"
)

const (
	// maxName is the longest name of a package that is believed, in bytes.
	maxName = 512
	// maxUnknown is how many sentences a document holds about what it leaves open.
	maxUnknown = 100
)

// kind is one kind of file.
type kind struct {
	// format is its usual name.
	format string
	read   func(path string, data []byte) (*inventory.Document, error)
}

// Wants tells by the path and the content's first bytes whether Read may find something. It is cheap. head may be the whole file.
func Wants(path string, head []byte) bool {
	return kindOf(path, head) != nil
}

// Read gives what one file says about installed packages; nil, nil for nothing of interest. data must be whole and is not kept.
// Packages of distributions have the Ecosystem "dpkg", "apk" or "rpm" until Distribution, from os-release, says which it is.
func Read(path string, data []byte) (doc *inventory.Document, err error) {
	k := kindOf(path, data)
	if k == nil {
		return nil, nil
	}
	defer func() {
		// The standard library's readers of executables are meant for honest files.
		if p := recover(); p != nil {
			doc, err = nil, fmt.Errorf("read %s %q: its content made the reader fail: %v", k.format, path, p)
		}
	}()
	doc, err = k.read(path, data)
	if err != nil {
		return nil, fmt.Errorf("read %s %q: %w", k.format, path, err)
	}
	return doc, nil
}

// kindOf finds the kind of a file; nil for none.
func kindOf(file string, head []byte) *kind {
	if k := kindByPath(file); k != nil {
		return k
	}
	if isExecutable(head) {
		return &kind{"executable", readExecutable}
	}
	return nil
}

// kindByPath finds the kind of databases and metadata.
func kindByPath(file string) *kind {
	base := file[strings.LastIndexByte(file, '/')+1:]
	switch base {
	case "os-release":
		if ends(file, "etc/os-release") || ends(file, "usr/lib/os-release") {
			return &kind{"os-release", readOSRelease}
		}
	case "status":
		if ends(file, "var/lib/dpkg/status") {
			return &kind{"dpkg status", readDpkg}
		}
	case "installed":
		if ends(file, "lib/apk/db/installed") {
			return &kind{"apk database", readApk}
		}
	case "Packages", "Packages.db", "rpmdb.sqlite", "rpmdb.sqlite-wal", "container-manifest-2":
		return rpmKind(file, base)
	case "package.json":
		if isNodeModule(file) {
			return &kind{"package.json", readNodeModule}
		}
	case "METADATA", "PKG-INFO":
		if isPythonMetadata(file) {
			return &kind{"Python metadata", readPython}
		}
	case "installed.json":
		if ends(file, "vendor/composer/installed.json") {
			return &kind{"installed.json", readComposer}
		}
	case "pom.properties":
		if strings.Contains("/"+file, "/META-INF/maven/") {
			return &kind{"pom.properties", readPomProperties}
		}
	case "MANIFEST.MF":
		if jarOf(file) != "" {
			return &kind{"MANIFEST.MF", readManifest}
		}
	}
	return kindByExtension(file, base)
}

// kindByExtension finds the kind of metadata whose names differ.
func kindByExtension(file, base string) *kind {
	dir := path.Dir(file)
	switch {
	case strings.HasSuffix(base, ".egg-info"):
		return &kind{"Python metadata", readPython}
	case ends(dir, "var/lib/dpkg/status.d"):
		if strings.HasSuffix(base, ".md5sums") {
			return &kind{"dpkg list", readDpkgSums}
		}
		return &kind{"dpkg status", readDpkg}
	case strings.HasSuffix(base, ".list") && ends(dir, "var/lib/dpkg/info"):
		return &kind{"dpkg list", readDpkgList}
	case strings.HasSuffix(base, ".gemspec") && (ends(dir, "specifications") || ends(dir, "specifications/default")):
		return &kind{"gemspec", readGemspec}
	}
	return nil
}

// ends tells that a path ends in whole elements.
func ends(file, suffix string) bool {
	rest, ok := strings.CutSuffix(file, suffix)
	return ok && (rest == "" || strings.HasSuffix(rest, "/"))
}

// badName tells that a text cannot be the name of a package at all.
func badName(name string) bool {
	return name == "" || len(name) > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl)
}

// badValue tells that a text cannot be a version or another value of one line; it may be empty.
func badValue(value string) bool { return value != "" && badName(value) }

// unknown notes a sentence about what the file leaves open. There is an end to it.
func unknown(doc *inventory.Document, format string, args ...any) {
	switch n := len(doc.Unknown); {
	case n < maxUnknown:
		doc.Unknown = append(doc.Unknown, fmt.Sprintf(format, args...))
	case n == maxUnknown:
		doc.Unknown = append(doc.Unknown, "more is left open than is listed here")
	}
}

// unknownName notes that a package was left out for its name or version.
func unknownName(doc *inventory.Document, name, version string) {
	unknown(doc, "%q in version %q is no possible package and was left out", shorten(name), shorten(version))
}

func shorten(text string) string {
	if len(text) > 80 {
		return strings.ToValidUTF8(text[:80], "") + "…"
	}
	return text
}

// valid tells that a package can be one, and notes it where it cannot. Licences and origins that are nonsense are left out of it.
func valid(doc *inventory.Document, p *inventory.Package) bool {
	if badName(p.Name) || badValue(p.Version) || badValue(p.Source.Name) || badValue(p.Source.Version) || badValue(p.Arch) {
		unknownName(doc, p.Name, p.Version)
		return false
	}
	if badValue(p.Licence) {
		p.Licence = ""
	}
	if badValue(p.Origin) {
		p.Origin = ""
	}
	return true
}

// errorAt says what is wrong at a line, counted from 1.
func errorAt(line int, format string, args ...any) error {
	return fmt.Errorf("line %d: %w", line, fmt.Errorf(format, args...))
}

// eachLine calls do with every line of data, without its end, counted from 1, and stops at the first error.
func eachLine(data []byte, do func(n int, line string) error) error {
	for n, at := 1, 0; at < len(data); n++ {
		end := at
		for end < len(data) && data[end] != '\n' {
			end++
		}
		if err := do(n, strings.TrimSuffix(string(data[at:end]), "\r")); err != nil {
			return err
		}
		at = end + 1
	}
	return nil
}
