package ignore

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// List is the patterns of one place, in the order in which they were written: the last one that matches decides.
type List []Pattern

// ParseFile reads the content of an ignore file.
func ParseFile(data []byte) List {
	var list List
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	for line := range bytes.Lines(data) {
		if p, ok := Parse(string(bytes.TrimSuffix(line, []byte("\n")))); ok {
			list = append(list, p)
		}
	}
	return list
}

// Scope is the ignore patterns that hold in one directory: its own and those of the directories above.
// A nil Scope ignores nothing. Scopes are never changed, so workers share them.
type Scope struct {
	above *Scope
	// prefix is the length of the path of the directory the list belongs to, with its slash.
	prefix int
	list   List
}

// Within adds the patterns found in a directory, which decide before those of the directories above.
// The directory is a path without slashes at its ends, "" for the root. An empty list adds nothing.
func (s *Scope) Within(directory string, list List) *Scope {
	if len(list) == 0 {
		return s
	}
	prefix := 0
	if directory != "" {
		prefix = len(directory) + 1
	}
	return &Scope{above: s, prefix: prefix, list: list}
}

// Ignored tells whether a path is left out. As in git, what is below an ignored directory is ignored as well:
// the caller asks about directories first and does not go into those that are.
func (s *Scope) Ignored(path string, directory bool) bool {
	for ; s != nil; s = s.above {
		below := path[s.prefix:]
		for i := len(s.list) - 1; i >= 0; i-- {
			if p := &s.list[i]; p.Match(below, directory) {
				return !p.negate
			}
		}
	}
	return false
}

// Glob is one pattern of reeve.yaml. It names a path and, where that is a directory, everything below it.
// "*.md" matches at any depth, "docs/*.md" from the root only, "vendor/" a directory with all that is in it.
type Glob struct {
	pattern Pattern
	text    string
}

// NewGlob reads a pattern. Unlike in an ignore file it must be one that can match: no comment, no negation, no open bracket.
func NewGlob(text string) (Glob, error) {
	if strings.HasPrefix(text, "!") {
		return Glob{}, fmt.Errorf("pattern %q: negation is not possible here", text)
	}
	if strings.ContainsAny(text, "\r\n\x00") {
		return Glob{}, fmt.Errorf("pattern %q: holds a line break or a zero byte", text)
	}
	p, ok := Parse(text)
	if !ok {
		return Glob{}, fmt.Errorf("pattern %q: matches nothing", text)
	}
	for _, s := range p.segments {
		if s.kind != wildcard {
			continue
		}
		if err := check(s.text); err != nil {
			return Glob{}, fmt.Errorf("pattern %q: %w", text, err)
		}
	}
	return Glob{p, text}, nil
}

// check finds an element that can never match.
func check(text string) error {
	for text != "" {
		width, _ := matchOne(text, 'x')
		if width == 0 {
			return errors.New("unclosed or malformed [...] or a backslash at the end")
		}
		text = text[width:]
	}
	return nil
}

// String is the pattern as it was written.
func (g Glob) String() string { return g.text }

// Match tells whether the pattern names the path of a file or one of the directories above it.
func (g Glob) Match(path string) bool {
	if len(g.pattern.segments) == 0 {
		return false
	}
	for i := range len(path) {
		if path[i] == '/' && i > 0 && g.pattern.Match(path[:i], true) {
			return true
		}
	}
	return path != "" && g.pattern.Match(path, false)
}

// Pattern gives the glob as a pattern for a List.
func (g Glob) Pattern() Pattern { return g.pattern }
