package lockfile

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/inventory"
)

const (
	// maxName is the longest name of a package that is believed, in bytes.
	maxName = 512
	// maxPath is the longest path that is believed, in bytes.
	maxPath = 4096
	// maxPackages is how many packages one file may list, and maxNeeds how often it may say that one needs another: ten times
	// the biggest seen. More would only cost memory.
	maxPackages = 1 << 17
	maxNeeds    = 1 << 21
	// maxUnknown is how many sentences a document holds about what it leaves open.
	maxUnknown = 100
	// maxDepth is how deep a document may be nested.
	maxDepth = 200
)

// errTruncated is the cause where a file ends too early.
var errTruncated = errors.New("the file is cut short")

// errTooMany is the cause where a file lists more packages than are read.
var errTooMany = errors.New("more packages are listed than any project has")

// badName tells that a text cannot be the name of a package at all.
func badName(name string) bool {
	if name == "" || len(name) > maxName || !utf8.ValidString(name) {
		return true
	}
	for i := range len(name) {
		if c := name[i]; c < 0x20 || c == 0x7f {
			return true
		}
	}
	return strings.ContainsFunc(name, func(r rune) bool { return r > 0x7f && unicode.IsControl(r) })
}

// badVersion tells that a text cannot be a version or a constraint: what is no name is none either, but it may be empty.
func badVersion(version string) bool { return version != "" && badName(version) }

// unknown notes a sentence about what the file leaves open. There is an end to it.
func unknown(doc *inventory.Document, format string, args ...any) {
	switch n := len(doc.Unknown); {
	case n < maxUnknown:
		sentence := fmt.Sprintf(format, args...)
		if !slices.Contains(doc.Unknown, sentence) {
			doc.Unknown = append(doc.Unknown, sentence)
		}
	case n == maxUnknown:
		doc.Unknown = append(doc.Unknown, "more is left open than is listed here")
	}
}

// unknownName notes that a package was left out for its name. Long names are cut.
func unknownName(doc *inventory.Document, name string) {
	if len(name) > 80 {
		name = strings.ToValidUTF8(name[:80], "") + "…"
	}
	unknown(doc, "%q is no possible name of a package and was left out", name)
}

// lineError is an error at a line of the file.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }
func (e *lineError) Unwrap() error { return e.err }

// errorAt says what is wrong at a line, counted from 1.
func errorAt(line int, format string, args ...any) error {
	return &lineError{line, fmt.Errorf(format, args...)}
}

// lines gives the line of offsets into data. Asking in growing order costs one pass over the data in all; going back starts again.
type lines struct {
	data     []byte
	at, line int
}

// of gives the line of the byte at offset, from 1.
func (l *lines) of(offset int) int {
	offset = min(max(offset, 0), len(l.data))
	if offset < l.at || l.line == 0 {
		l.at, l.line = 0, 1
	}
	l.line += bytes.Count(l.data[l.at:offset], []byte{'\n'})
	l.at = offset
	return l.line
}

// eachLine calls do with every line of data, without its end, counted from 1, and stops at the first error.
func eachLine(data []byte, do func(n int, line []byte) error) error {
	for n := 1; len(data) > 0; n++ {
		line, rest, _ := bytes.Cut(data, []byte{'\n'})
		data = rest
		if err := do(n, bytes.TrimSuffix(line, []byte{'\r'})); err != nil {
			return err
		}
	}
	return nil
}

// withoutUser gives a URL without user and password, but for the "git@" of repositories. Text that is no URL loses what stands
// between "//" and "@".
func withoutUser(address string) string {
	if strings.IndexByte(address, '@') < 0 {
		return address
	}
	if u, err := url.Parse(address); err == nil && (u.User == nil || u.User.String() == "git") {
		return address
	}
	start := strings.Index(address, "//")
	if start < 0 {
		return address
	}
	host := address[start+2:]
	if end := strings.IndexAny(host, "/?#"); end >= 0 {
		host = host[:end]
	}
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		return address[:start+2] + address[start+2+at+1:]
	}
	return address
}
