package search

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Annotation is what a comment of a rule's test says about the line of code that follows it: "ruleid: a, b" that the rules find something there,
// "ok: a" that they do not (https://semgrep.dev/docs/writing-rules/testing-rules).
type Annotation struct {
	// Line is that of the code, from 1.
	Line int
	Rule string
	// Found tells that the rule must find something, else that it must not. Todo says that it is known not to be so yet, or is so for Semgrep's
	// commercial engine only: then neither is promised here.
	Found, Todo bool
}

var annotated = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\w-])((?:(?:todo|deep|pro)*(?:ruleid|ok)\s*:\s*)+)([\w.-]+(?:\s*,\s*[\w.-]+)*)`)
})

var open = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("todo|deep|pro") })

// Annotations reads the annotations of a test. Comments that stand one below the other are all about the code that follows them.
func Annotations(text string) []Annotation {
	var out, waiting []Annotation
	for i, line := range strings.Split(text, "\n") {
		m := annotated().FindAllStringSubmatch(line, -1)
		if len(m) == 0 || !comment(line) {
			for _, a := range waiting {
				a.Line = i + 1
				out = append(out, a)
			}
			waiting = nil
		}
		for _, m := range m {
			if !comment(line) {
				continue
			}
			for rule := range strings.SplitSeq(m[2], ",") {
				waiting = append(waiting, Annotation{Rule: strings.TrimSpace(rule), Found: strings.Contains(m[1], "ruleid"), Todo: open().MatchString(m[1])})
			}
		}
	}
	return out
}

// comment tells whether a line is a comment in some language, and nothing else.
func comment(line string) bool {
	line = strings.TrimSpace(line)
	return slices.ContainsFunc([]string{"//", "#", "/*", "*", "<!--", "--", ";", "(*", "{#", "{{", "<%#", "%", "'", "\"\"\"", "{/*"}, func(mark string) bool {
		return strings.HasPrefix(line, mark)
	})
}
