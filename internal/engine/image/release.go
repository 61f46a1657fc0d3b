package image

import (
	"strings"
	"unicode"

	"github.com/reevehq/reeve/internal/installed"
)

// release is the distribution that an image is built on, as os-release(5) has it.
type release struct{ id, version, name string }

// readRelease reads an os-release file; nil where it names no distribution.
func readRelease(path string, data []byte) *release {
	doc, err := installed.Read(path, data)
	if err != nil || doc == nil || doc.Distribution.ID == "" {
		return nil // the engine for dependencies says what is wrong with it
	}
	d := doc.Distribution
	r := &release{id: d.ID, version: d.VersionID, name: d.Name}
	if strings.HasPrefix(d.Name, "CentOS Stream") {
		r.id = "centos-stream"
	}
	return r
}

// readRedHat reads the one line of releases before os-release: "CentOS release 6.10 (Final)".
func readRedHat(data []byte) *release {
	line, _, _ := strings.Cut(string(data[:min(len(data), 200)]), "\n")
	name, rest, ok := strings.Cut(line, " release ")
	if !ok || !isShown(line) {
		return nil
	}
	version, _, _ := strings.Cut(rest, " ")
	r := release{version: version, name: strings.TrimSpace(line)}
	switch {
	case strings.HasPrefix(name, "CentOS Stream"):
		r.id = "centos-stream"
	case strings.HasPrefix(name, "CentOS"):
		r.id = "centos"
	case strings.HasPrefix(name, "Red Hat Enterprise Linux"):
		r.id = "rhel"
	default:
		return nil
	}
	return &r
}

// isShown tells a name that may stand in a message.
func isShown(s string) bool {
	return len(s) <= 200 && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar })
}
