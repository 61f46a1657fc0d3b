package ingest

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

// number reads the integer that a text begins with: "79", "79-81", "79.0"; 0 where it begins with none, or with one that is no line of a file.
func number(s string) int {
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(s[:end])
	if err != nil || n > 1<<31-1 {
		return 0
	}
	return n
}

// within makes a path relative to the folder that the report names as the one that was looked at; rooted where it is none or the path is outside.
func within(root, file string) string {
	file = strings.ReplaceAll(file, "\\", "/")
	root = strings.TrimRight(strings.ReplaceAll(root, "\\", "/"), "/")
	if rest, ok := strings.CutPrefix(file, root+"/"); ok && root != "" {
		return rooted(path.Clean(rest))
	}
	return rooted(file)
}

var numberedLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*([0-9]{1,9})(?::[ \t]?|[ \t]|$)`) })

// unnumbered takes the line numbers off code that a tool quotes as "12 import os" or "12: import os" and leaves the lines of the region, or
// all where none is in it. Code without numbers stays as it is.
func unnumbered(code string, r finding.Region) string {
	code = strings.TrimRight(code, "\r\n")
	var all, inside []string
	for line := range strings.SplitSeq(code, "\n") {
		m := numberedLine().FindStringSubmatchIndex(line)
		if m == nil {
			return code
		}
		text := strings.TrimRight(line[m[1]:], "\r")
		all = append(all, text)
		if n := number(line[m[2]:m[3]]); n >= r.StartLine && n <= r.EndLine {
			inside = append(inside, text)
		}
	}
	if len(inside) > 0 {
		return strings.Join(inside, "\n")
	}
	return strings.Join(all, "\n")
}

// sentence makes words of a name such as "hardcoded_password_string" or "SQL_Injection".
func sentence(name string) string {
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == ' ' }), " ")
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// quality is the severity of a fault that harms reliability or upkeep and not security: at most Low, whatever the tool calls it, because the
// register ranks by what an attacker gains.
func quality(s finding.Severity) finding.Severity { return min(s, finding.Low) }

// logical is a place of named steps; a step without a name is left out.
func logical(pairs ...string) []finding.Logical {
	var out []finding.Logical
	for i := 0; i+1 < len(pairs); i += 2 {
		if name := strings.TrimSpace(pairs[i+1]); name != "" {
			out = append(out, finding.Logical{Kind: pairs[i], Name: name})
		}
	}
	return out
}

// cwesNamed is cwesIn for texts in which a plain number means something else.
func cwesNamed(texts ...string) []int {
	return cwesIn(slices.DeleteFunc(slices.Clone(texts), func(t string) bool { return !strings.Contains(strings.ToLower(t), "cwe") })...)
}
