package semgrep

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Paths says which files a rule looks at.
type Paths struct {
	// Include are the only files to look at; none means all.
	Include []Glob
	// Exclude are files not to look at, also where Include names them.
	Exclude []Glob
}

// Glob is one pattern of paths.
type Glob struct {
	// Text is the pattern as the rule writes it.
	Text  string
	match *regexp.Regexp
}

// Matches tells whether the rule looks at the file of that path: slash-separated, relative to the root of the project.
func (p Paths) Matches(path string) bool {
	path = strings.TrimPrefix(strings.TrimPrefix(path, "./"), "/")
	return (len(p.Include) == 0 || anyOf(p.Include, path)) && !anyOf(p.Exclude, path)
}

func anyOf(globs []Glob, path string) bool {
	for _, g := range globs {
		if g.match.MatchString(path) {
			return true
		}
	}
	return false
}

// Longest pattern of paths, in bytes.
const maxGlob = 4096

// parseGlob reads a pattern as Semgrep documents it: * and ? stand for anything but a slash, ** for folders, [a-z] and [!a-z] for
// one character; a leading slash ties the pattern to the root, any other may begin at any folder; what names a folder
// names all files in it.
func parseGlob(text string) (Glob, error) {
	switch {
	case len(text) > maxGlob:
		return Glob{}, fmt.Errorf("longer than %d bytes", maxGlob)
	case strings.Trim(text, "./") == "":
		return Glob{}, fmt.Errorf("the pattern names no file; use ** for all")
	case strings.HasPrefix(text, "!"):
		return Glob{}, fmt.Errorf("patterns that begin with ! are not supported; use exclude for what include should leave out")
	}
	rest := strings.TrimPrefix(text, ".")
	if !strings.HasPrefix(rest, "/") {
		rest = text // a hidden file, not ./
	}
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	if rest, anchored := strings.CutPrefix(rest, "/"); anchored {
		translate(&b, rest)
	} else {
		b.WriteString(`(?:.*/)?`)
		translate(&b, rest)
	}
	re, err := regexp.Compile(b.String())
	if err != nil {
		return Glob{}, fmt.Errorf("a bracket is not closed or its range is upside down")
	}
	return Glob{text, re}, nil
}

// translate writes a glob as a regular expression up to the end of the path.
func translate(b *strings.Builder, glob string) {
	folder := strings.HasSuffix(glob, "/")
	glob = strings.TrimSuffix(glob, "/")
	for i := 0; i < len(glob); {
		rest := glob[i:]
		starts := i == 0 || glob[i-1] == '/'
		switch {
		case starts && strings.HasPrefix(rest, "**/"):
			b.WriteString(`(?:.*/)?`)
			i += 3
		case starts && rest == "**":
			b.WriteString(`.+`)
			i += 2
		case rest[0] == '*':
			b.WriteString(`[^/]*`)
			i += len(rest) - len(strings.TrimLeft(rest, "*"))
		case rest[0] == '?':
			b.WriteString(`[^/]`)
			i++
		case rest[0] == '[':
			i += class(b, rest)
		case rest[0] == '\\' && len(rest) > 1:
			i++
			fallthrough
		default:
			r := firstRune(glob[i:])
			b.WriteString(regexp.QuoteMeta(r))
			i += len(r)
		}
	}
	if folder {
		b.WriteString(`/.+\z`)
	} else {
		b.WriteString(`(?:/.*)?\z`)
	}
}

// firstRune gives the first character, or byte where the text is not UTF-8.
func firstRune(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}

// class writes a bracket expression and gives how long it is.
func class(b *strings.Builder, s string) int {
	end := strings.IndexByte(s[min(2, len(s)):], ']') // a bracket that comes first belongs to the class
	if end < 0 {
		b.WriteString(`[`) // not closed: no regular expression
		return len(s)
	}
	end += 2
	body := s[1:end]
	b.WriteByte('[')
	if body[0] == '!' || body[0] == '^' {
		b.WriteString(`^/`)
		body = body[1:]
	}
	for _, r := range body {
		if r != '-' {
			b.WriteString(regexp.QuoteMeta(string(r)))
		} else {
			b.WriteByte('-')
		}
	}
	b.WriteByte(']')
	return end + 1
}

func (r *reader) paths(n *yaml.Node, rule *Rule) {
	for _, e := range r.entries(n, "paths") {
		var globs *[]Glob
		switch e.name {
		case "include":
			globs = &rule.Paths.Include
		case "exclude":
			globs = &rule.Paths.Exclude
		default:
			r.fault(e.key, "paths: unknown key %q; known are include, exclude", e.name)
			continue
		}
		if e.value.Kind == yaml.SequenceNode && len(e.value.Content) == 0 {
			continue
		}
		for _, item := range r.list(e.value, "paths: "+e.name) {
			t, ok := r.text(item, "paths: "+e.name)
			if !ok {
				continue
			}
			g, err := parseGlob(t.Value)
			if err != nil {
				r.fault(item, "paths: %s: pattern %s: %v", e.name, quote(t.Value), err)
				continue
			}
			*globs = append(*globs, g)
		}
	}
}
