package ingest

import (
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

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
		if n := integer(line[m[2]:m[3]]); n >= r.StartLine && n <= r.EndLine {
			inside = append(inside, text)
		}
	}
	if len(inside) > 0 {
		return strings.Join(inside, "\n")
	}
	return strings.Join(all, "\n")
}
