package rule

import (
	"regexp"
	"sync"
)

// lazily compiles a pattern when it is first needed: a program that never reads a rule file must not pay for it at start.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
