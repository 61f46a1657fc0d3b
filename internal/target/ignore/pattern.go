// Package ignore matches slash-separated paths against the patterns of gitignore(5): the one pattern language of reeve,
// used by .gitignore, .reeveignore and every path pattern in reeve.yaml.
//
// Matching works on bytes, costs at most pattern × path steps whatever the pattern, and allocates nothing.
// The package must not touch the file system; reading ignore files is the caller's job.
package ignore

import "strings"

// Pattern is one line of an ignore file.
type Pattern struct {
	// segments are the parts between slashes; "**" stands for any number of directories.
	segments []segment
	// negate brings back what an earlier pattern left out ("!keep.log").
	negate bool
	// directory makes the pattern match directories only ("build/").
	directory bool
	// anchored ties the pattern to the directory of its file ("/todo", "docs/draft").
	anchored bool
}

// kind chooses the cheapest way to match a segment.
type kind uint8

const (
	literal   kind = iota // no special character
	suffix                // "*" and then a literal
	wildcard              // anything else
	doubleAny             // "**"
)

type segment struct {
	kind kind
	text string // for suffix, what follows the "*"
}

// Parse reads one line of an ignore file. It returns false for a blank line and a comment.
// A pattern that git would never match (an unclosed bracket) is a pattern that never matches.
func Parse(line string) (Pattern, bool) {
	line = trimTrailingSpaces(strings.TrimSuffix(line, "\r"))
	if line == "" || line[0] == '#' {
		return Pattern{}, false
	}
	var p Pattern
	if line[0] == '!' {
		p.negate = true
		line = line[1:]
	}
	if strings.HasSuffix(line, "/") {
		p.directory = true
		line = line[:len(line)-1]
	}
	p.anchored = strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if line == "" {
		return Pattern{}, false
	}
	for part := range strings.SplitSeq(line, "/") {
		p.segments = append(p.segments, newSegment(part))
	}
	return p, true
}

// trimTrailingSpaces drops spaces at the end but keeps one that a backslash protects.
func trimTrailingSpaces(line string) string {
	end := len(line)
	for end > 0 && line[end-1] == ' ' {
		end--
	}
	backslashes := 0
	for i := end - 1; i >= 0 && line[i] == '\\'; i-- {
		backslashes++
	}
	if backslashes%2 == 1 && end < len(line) {
		end++
	}
	return line[:end]
}

func newSegment(text string) segment {
	switch {
	case text == "**":
		return segment{kind: doubleAny}
	case !strings.ContainsAny(text, `*?[\`):
		return segment{literal, text}
	case text[0] == '*' && !strings.ContainsAny(text[1:], `*?[\`):
		return segment{suffix, text[1:]}
	}
	return segment{wildcard, text}
}

// Negated tells whether the pattern brings paths back instead of leaving them out.
func (p *Pattern) Negated() bool { return p.negate }

// Match tells whether the pattern names the path itself: not something below it, and regardless of negation.
// The path is relative to the directory that holds the ignore file, without slashes at its ends.
func (p *Pattern) Match(path string, directory bool) bool {
	if p.directory && !directory {
		return false
	}
	if !p.anchored {
		return p.segments[0].match(path[strings.LastIndexByte(path, '/')+1:])
	}
	return matchSegments(p.segments, path)
}

// matchSegments goes back only to the last "**", which is enough for the same reason as in matchWildcard:
// an earlier one that takes more can only leave less for the rest.
func matchSegments(segments []segment, path string) bool {
	backSegments, backPath, canGoBack := segments, "", false
	for {
		if len(segments) > 0 && segments[0].kind == doubleAny {
			if len(segments) == 1 {
				return path != "" // "a/**" is what is below a, not a
			}
			segments = segments[1:]
			backSegments, backPath, canGoBack = segments, path, true
			continue
		}
		if len(segments) == 0 && path == "" {
			return true
		}
		if len(segments) > 0 && path != "" {
			name, rest, _ := strings.Cut(path, "/")
			if segments[0].match(name) {
				segments, path = segments[1:], rest
				continue
			}
		}
		if !canGoBack || backPath == "" {
			return false
		}
		_, backPath, _ = strings.Cut(backPath, "/")
		segments, path = backSegments, backPath
	}
}

func (s segment) match(name string) bool {
	switch s.kind {
	case literal:
		return s.text == name
	case suffix:
		return strings.HasSuffix(name, s.text)
	case doubleAny:
		return true
	}
	return matchWildcard(s.text, name)
}
