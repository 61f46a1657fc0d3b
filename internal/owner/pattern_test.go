package owner

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// word, pathOf and patternOf make small worlds in which patterns often match.
func word(r *rand.Rand) string {
	return []string{"a", "b", "src", "test", "x.go", "y.js", "z.min.js", ".hidden", "docs"}[r.IntN(9)]
}

func pathOf(r *rand.Rand) string {
	parts := make([]string, 1+r.IntN(4))
	for i := range parts {
		parts[i] = word(r)
	}
	return strings.Join(parts, "/")
}

func patternOf(r *rand.Rand) string {
	parts := make([]string, 1+r.IntN(4))
	for i := range parts {
		w := word(r)
		switch r.IntN(9) {
		case 0:
			w = "*"
		case 1:
			w = "**"
		case 2:
			w = "*" + w[r.IntN(len(w)):]
		case 3:
			w = w[:r.IntN(len(w))] + "?" + w[min(len(w), 2):]
		case 4:
			w = w[:1] + "*" + w[len(w)-1:]
		}
		parts[i] = w
	}
	out := strings.Join(parts, "/")
	if r.IntN(3) == 0 {
		out = "/" + out
	}
	if r.IntN(5) == 0 {
		out += "/"
	}
	return out
}

// fnmatched is Ruby's File.fnmatch with FNM_DOTMATCH and FNM_PATHNAME, written from its documentation, by trying everything.
func fnmatched(pattern, path string) bool {
	if rest, ok := strings.CutPrefix(pattern, "**/"); ok {
		for p := path; ; {
			if fnmatched(rest, p) {
				return true
			}
			_, below, more := strings.Cut(p, "/")
			if !more {
				return false
			}
			p = below
		}
	}
	name, rest, more := strings.Cut(pattern, "/")
	part, below, deeper := strings.Cut(path, "/")
	return more == deeper && globbed(name, part) && (!more || fnmatched(rest, below))
}

func globbed(pattern, name string) bool {
	switch {
	case pattern == "":
		return name == ""
	case pattern[0] == '*':
		return globbed(pattern[1:], name) || name != "" && globbed(pattern, name[1:])
	}
	return name != "" && (pattern[0] == '?' || pattern[0] == name[0]) && globbed(pattern[1:], name[1:])
}

func TestGitLab_patternsAreFnmatch(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	matched := 0
	for range 30_000 {
		pattern, path := patternOf(r), pathOf(r)
		full := pattern // as GitLab writes it before it asks Ruby
		switch {
		case full == "*":
			full = "/**/*"
		case !strings.HasPrefix(full, "/"):
			full = "/**/" + full
		}
		if strings.HasSuffix(full, "/") {
			full += "**/*"
		}
		want := fnmatched(full, "/"+path)
		if got := len(read(t, GitLab, pattern+" @a\n").Of(path)) > 0; got != want {
			t.Fatalf("%q against %q: got %t, want %t", pattern, path, got, want)
		}
		if want {
			matched++
		}
	}
	if matched < 1000 {
		t.Errorf("only %d matches: the test says little", matched)
	}
}

// Git is asked for its own opinion of the same patterns. GitHub differs from it only in "…/*".
func TestGitHub_patternsAreGitignores(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("there is no git")
	}
	dir := t.TempDir()
	run := func(in string, args ...string) string {
		cmd := exec.Command(git, args...)
		cmd.Dir, cmd.Stdin = dir, strings.NewReader(in)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
		out, err := cmd.Output()
		if failed, ok := err.(*exec.ExitError); err != nil && (!ok || failed.ExitCode() != 1) {
			t.Fatal(err)
		}
		return string(out)
	}
	run("", "init", "-q")
	r := rand.New(rand.NewPCG(2, 2))
	matched := 0
	for range 60 {
		pattern := patternOf(r)
		if directOnly(pattern) {
			continue
		}
		var paths []string
		for range 100 {
			paths = append(paths, pathOf(r))
		}
		if err := os.WriteFile(filepath.Join(dir, ".git", "info", "exclude"), []byte(pattern+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		ignored := strings.Fields(run(strings.Join(paths, "\n"), "check-ignore", "--no-index", "--stdin"))
		c := read(t, GitHub, pattern+" @a\n")
		for _, path := range paths {
			want := slices.Contains(ignored, path)
			if got := len(c.Of(path)) > 0; got != want {
				t.Fatalf("%q against %q: got %t, git says %t", pattern, path, got, want)
			}
			if want {
				matched++
			}
		}
	}
	if matched < 100 {
		t.Errorf("only %d matches: the test says little", matched)
	}
}

func TestIndex_findsWhatTryingAllFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for _, d := range []Dialect{GitHub, GitLab} {
		for range 300 {
			var text strings.Builder
			for i := range 1 + r.IntN(60) {
				if d == GitLab && r.IntN(10) == 0 {
					fmt.Fprintf(&text, "[%s]\n", word(r))
				}
				if d == GitLab && r.IntN(20) == 0 {
					text.WriteString("!")
				}
				fmt.Fprintf(&text, "%s @o%d\n", patternOf(r), i)
			}
			c := read(t, d, text.String())
			for range 50 {
				path := pathOf(r)
				var want []int
				for i := range c.rules {
					if c.rules[i].matches(path) {
						want = append(want, i)
					}
				}
				if d == GitHub && len(want) > 0 {
					want = want[len(want)-1:]
				}
				got, ok := c.find(path)
				slices.Sort(got)
				if got = slices.Compact(got); !ok || !slices.Equal(got, want) {
					t.Fatalf("%s: %q: got rules %v, want %v in\n%s", d, path, got, want, &text)
				}
			}
		}
	}
}

func TestMatch_hostileFilesStayCheap(t *testing.T) {
	line := strings.Repeat("*a", 400) + "b @x\n"
	c := read(t, GitLab, strings.Repeat(line, maxFile/len(line)-1))
	path := strings.Repeat(strings.Repeat("a", 250)+"/", 16) + "a"
	team, because := Resolve(Facts{Path: path, Codeowners: c})
	if team != "" || !strings.Contains(because, "too many patterns") {
		t.Errorf("got %q, %q", team, because)
	}
}

func FuzzReadCodeowners(f *testing.F) {
	f.Add(github, "docs/a.md", 0)
	f.Add("^[A][2] @a\n!x\n* @b\n[A\n", "x", 1)
	f.Add("@@@A @@A\n\"a b\" @@A:all\n!{a,b}.{c,d} @@\"x y\"\n", "a.c", 2)
	f.Fuzz(func(t *testing.T, text, path string, dialect int) {
		d := Dialect(uint(dialect) % 3)
		DialectOf("CODEOWNERS", []byte(text))
		c, err := ReadCodeowners([]byte(text), d)
		if err != nil {
			return
		}
		for _, m := range c.Match(path) {
			if m.Line < 1 || m.Line > 1+bytes.Count([]byte(text), []byte("\n")) {
				t.Errorf("line %d of a shorter file", m.Line)
			}
			for _, o := range m.Owners {
				if !isOwner(o) {
					t.Errorf("owner %q", o)
				}
			}
		}
	})
}

// bench is a file of 10,000 patterns as large repositories have them, and 100,000 paths.
func bench(d Dialect) (*Codeowners, []string) {
	r := rand.New(rand.NewPCG(4, 4))
	var text strings.Builder
	text.WriteString("* @org/all\n")
	for i := range 10_000 {
		switch i % 10 {
		case 0:
			fmt.Fprintf(&text, "**/module%d/ @org/t%d\n", r.IntN(2000), i)
		case 1:
			fmt.Fprintf(&text, "*.ext%d @org/t%d\n", r.IntN(500), i)
		case 2:
			fmt.Fprintf(&text, "/services/s%d/**/*.proto @org/t%d\n", r.IntN(800), i)
		case 3:
			fmt.Fprintf(&text, "/services/s%d/* @org/t%d\n", r.IntN(800), i)
		default:
			fmt.Fprintf(&text, "/services/s%d/module%d/ @org/t%d\n", r.IntN(800), r.IntN(2000), i)
		}
	}
	c, err := ReadCodeowners([]byte(text.String()), d)
	if err != nil {
		panic(err)
	}
	paths := make([]string, 100_000)
	for i := range paths {
		paths[i] = fmt.Sprintf("services/s%d/module%d/internal/file%d.ext%d", r.IntN(800), r.IntN(2000), i, r.IntN(1000))
	}
	return c, paths
}

func BenchmarkMatch(b *testing.B) {
	for _, d := range []Dialect{GitHub, GitLab} {
		b.Run(d.String(), func(b *testing.B) {
			c, paths := bench(d)
			b.ReportAllocs()
			for b.Loop() { // all of 100,000 paths against 10,000 patterns
				for _, p := range paths {
					if c.Match(p) == nil {
						b.Fatal("nobody")
					}
				}
			}
		})
	}
}
