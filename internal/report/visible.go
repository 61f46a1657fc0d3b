package report

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// textLimit is how many characters of one outside text the formats for people show. Programs' formats keep all of it.
const textLimit = 2000

// visible makes outside text harmless on a terminal and in a build log, and shows what it did: whatever does not
// print (control characters, escape sequences, bidirectional overrides, zero-width characters, bytes that are not
// UTF-8) becomes a Go escape such as \x1b or \u202e. Long text is cut.
//
// Some build servers read commands out of anything a job prints: "##[" (GitHub), "##vso[" (Azure) and
// "##teamcity[", anywhere in a line. Their second "#" is escaped too.
func visible(s string) string {
	if harmless(s) {
		return s
	}
	var b strings.Builder
	n := 0
	for i := 0; i < len(s); n++ {
		if n == textLimit {
			b.WriteString("…")
			break
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + hexDigits(uint64(s[i]), 2))
		case r == '#' && commandAt(s, i):
			b.WriteString(`\x23`)
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(escapeRune(r))
		}
		i += size
	}
	return b.String()
}

// harmless is the fast way out for the usual: short printable ASCII without a doubled "#".
func harmless(s string) bool {
	if len(s) > textLimit {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' || s[i] == '#' && i > 0 && s[i-1] == '#' {
			return false
		}
	}
	return true
}

// commandAt tells whether s[i] is the second "#" of a build server's command marker.
func commandAt(s string, i int) bool {
	if i == 0 || s[i-1] != '#' {
		return false
	}
	rest := s[i+1:]
	return strings.HasPrefix(rest, "[") || strings.HasPrefix(rest, "vso[") || strings.HasPrefix(rest, "teamcity[")
}

func escapeRune(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x80:
		return `\x` + hexDigits(uint64(r), 2)
	case r < 0x10000:
		return `\u` + hexDigits(uint64(r), 4)
	}
	return `\U` + hexDigits(uint64(r), 8)
}

func hexDigits(n uint64, width int) string {
	s := strconv.FormatUint(n, 16)
	return strings.Repeat("0", max(0, width-len(s))) + s
}

// visibleLines is visible for text of several lines: line ends stay, tabs become blanks. A line does not begin with
// "::", which GitHub's runner would take for a command.
// At most limit lines are given; the second value counts those left out.
func visibleLines(s string, limit int) ([]string, int) {
	lines := splitLines(s)
	left := max(0, len(lines)-limit)
	lines = lines[:len(lines)-left]
	for i, line := range lines {
		line = visible(strings.ReplaceAll(line, "\t", "    "))
		if rest := strings.TrimLeft(line, " "); strings.HasPrefix(rest, "::") {
			line = line[:len(line)-len(rest)] + `\x3a` + rest[1:]
		}
		lines[i] = line
	}
	return lines, left
}

// splitLines splits at LF and CRLF; a last empty line does not count.
func splitLines(s string) []string {
	if s == "" {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return lines
}

// fold makes one line of prose. It is for sentences only: a path keeps its blanks and shows its line ends.
func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// Visible makes text from outside harmless on a terminal: control characters and marks that reorder text are shown as escapes.
func Visible(s string) string { return visible(s) }
