package reach

import (
	"bytes"
	"go/build"
	"go/build/constraint"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// goConfig is the build that is analysed.
type goConfig struct {
	goos, goarch string
	// minor is the Go version up to which the tags go1.N hold.
	minor int
}

func newGoConfig(goos, goarch string, minor int) goConfig {
	if minor == 0 {
		minor = goMinor(strings.TrimPrefix(runtime.Version(), "go"))
	}
	return goConfig{goos: goos, goarch: goarch, minor: minor}
}

const (
	knownOS   = " aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos "
	unixOS    = " aix android darwin dragonfly freebsd hurd illumos ios linux netbsd openbsd solaris "
	knownArch = " 386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm "
)

func listed(list, word string) bool { return word != "" && strings.Contains(list, " "+word+" ") }

// tag tells whether a build tag holds. Cgo is off: what it generates is not source.
func (c goConfig) tag(tag string) bool {
	switch {
	case tag == c.goos, tag == c.goarch, tag == "gc":
		return true
	case tag == "unix":
		return listed(unixOS, c.goos)
	case tag == "linux":
		return c.goos == "android"
	case strings.HasPrefix(tag, "go1."):
		n, err := strconv.Atoi(tag[4:])
		return err == nil && n <= c.minor
	}
	return slices.Contains(build.Default.ToolTags, tag)
}

// matchName tells whether a file's name lets it into the build, and the part of the name that does not.
func (c goConfig) matchName(name string) (bool, string) {
	stem, _, _ := strings.Cut(name, ".")
	i := strings.IndexByte(stem, '_')
	if i < 0 {
		return true, ""
	}
	words := strings.Split(stem[i+1:], "_")
	if n := len(words); n > 0 && words[n-1] == "test" {
		words = words[:n-1]
	}
	n := len(words)
	if n >= 2 && listed(knownOS, words[n-2]) && listed(knownArch, words[n-1]) {
		return c.tag(words[n-2]) && c.tag(words[n-1]), words[n-2] + "/" + words[n-1]
	}
	if n >= 1 && (listed(knownOS, words[n-1]) || listed(knownArch, words[n-1])) {
		return c.tag(words[n-1]), words[n-1]
	}
	return true, ""
}

// match tells whether a file is in the build; if it is not, why ("windows", "!linux", "tools"), and whether no build ever holds it.
func (c goConfig) match(name string, data []byte) (ok bool, why string, never bool) {
	if ok, why := c.matchName(name); !ok {
		return false, why, false
	}
	expr := buildConstraint(data)
	if expr == nil || expr.Eval(c.tag) {
		return true, "", false
	}
	return false, expr.String(), needs(expr, "ignore") || needs(expr, "tools")
}

// needs tells whether the expression cannot hold without the tag.
func needs(e constraint.Expr, tag string) bool {
	switch e := e.(type) {
	case *constraint.TagExpr:
		return e.Tag == tag
	case *constraint.AndExpr:
		return needs(e.X, tag) || needs(e.Y, tag)
	case *constraint.OrExpr:
		return needs(e.X, tag) && needs(e.Y, tag)
	}
	return false
}

// buildConstraint reads the constraint above the package clause; nil where there is none.
func buildConstraint(data []byte) constraint.Expr {
	var plus constraint.Expr
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0:
		case bytes.HasPrefix(line, []byte("//")):
			text := string(line)
			if constraint.IsGoBuild(text) {
				if e, err := constraint.Parse(text); err == nil {
					return e
				}
			} else if constraint.IsPlusBuild(text) {
				if e, err := constraint.Parse(text); err == nil {
					if plus == nil {
						plus = e
					} else {
						plus = &constraint.AndExpr{X: plus, Y: e}
					}
				}
			}
		case bytes.HasPrefix(line, []byte("/*")):
			i := bytes.Index(data, []byte("*/"))
			if i < 0 {
				return plus
			}
			data = data[i+2:]
			continue
		default:
			return plus
		}
		data = rest
	}
	return plus
}
