// Package owner says which team owns a finding, from what repositories say themselves: CODEOWNERS files in the dialects of GitHub, GitLab
// and Bitbucket, and the catalog files of Backstage. Names in them become the teams of the register by slug and by declared alias.
//
// The files are hostile text: sizes and the work of a look-up are bounded, and names are quoted in every sentence. The package must not read
// files or ask a forge who belongs to a team; it takes contents and gives answers.
package owner

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/target/ignore"
)

// Dialect is whose rules a CODEOWNERS file follows.
type Dialect int

// The dialects.
const (
	// GitHub: patterns are those of gitignore but for "!", "[" and "\#"; "docs/*" names direct children only; the last rule that matches
	// decides, also one without owners (https://docs.github.com/articles/about-code-owners).
	GitHub Dialect = iota
	// GitLab: patterns are those of Ruby's File.fnmatch; each section decides for itself and all together own a file; "!" takes a file out of
	// its section (https://docs.gitlab.com/user/project/codeowners/reference/).
	GitLab
	// Bitbucket: the Cloud's own format (https://support.atlassian.com/bitbucket-cloud/docs/set-up-and-use-code-owners/), and what the app
	// "Code Owners for Bitbucket" adds to it: own groups, "!", quotes and {a,b}.
	Bitbucket
)

var dialectNames = [...]string{"GitHub", "GitLab", "Bitbucket"}

// String names the forge.
func (d Dialect) String() string { return dialectNames[max(0, min(int(d), len(dialectNames)-1))] }

// Files are the places of the file in a repository, in the order in which the forge looks for it: the first that is there counts.
func (d Dialect) Files() []string {
	switch d {
	case GitLab:
		return []string{"CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"}
	case Bitbucket:
		return []string{".bitbucket/CODEOWNERS", "CODEOWNERS"}
	}
	return []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}
}

// DialectOf tells the dialect of a file by its folder or, where that says nothing, by forms that only one dialect has; else GitHub.
func DialectOf(file string, data []byte) Dialect {
	switch {
	case strings.HasPrefix(file, ".gitlab/"):
		return GitLab
	case strings.HasPrefix(file, ".bitbucket/"):
		return Bitbucket
	case strings.HasPrefix(file, ".github/"):
		return GitHub
	}
	for line := range bytes.Lines(data[:min(len(data), maxFile)]) {
		text := strings.TrimSpace(string(line))
		if _, ok := readHeader(text); ok {
			return GitLab
		}
		if strings.HasPrefix(text, "@@@") || strings.HasPrefix(text, "CODEOWNERS.") {
			return Bitbucket
		}
	}
	return GitHub
}

const (
	// maxFile bounds a file, in bytes. GitHub does not load one of 3 MB.
	maxFile = 3 << 20
	// maxRules bounds its rules; maxPattern and maxPath bound patterns and paths, in bytes.
	maxRules, maxPattern, maxPath = 100_000, 1024, 4096
	// maxWork bounds the steps of one look-up: pattern bytes times path bytes times folders, of the patterns tried.
	maxWork = 1 << 28
	// maxProblems bounds what is told about one file.
	maxProblems = 100
	// maxOwners bounds the owners of one path, groups opened.
	maxOwners = 1000
)

// Problem is a line that counts for nothing, or for less than it says.
type Problem struct {
	// Line counts from 1.
	Line int
	// Text says what is wrong and what to do.
	Text string
}

// Codeowners is a CODEOWNERS file. It is not changed after it was read, so that many may ask it at once.
type Codeowners struct {
	dialect  Dialect
	rules    []rule
	sections []section
	// groups are those that a Bitbucket file defines.
	groups   map[string][]string
	index    index
	problems []Problem
}

// rule is one pattern with its owners.
type rule struct {
	text     string // as it is written
	glob     ignore.Pattern
	owners   []string
	line     int
	section  int
	work     int  // what matching it costs for each byte of a path
	itself   bool // the pattern must match the path itself, and not a folder above it
	excludes bool // GitLab's "!"
	keys     keys // where the index files it
}

// section is a section of a GitLab file; other files have the first only, which has no name.
type section struct {
	name      string
	optional  bool
	approvals int
}

// Problems are the lines that were passed over, at most the first 100.
func (c *Codeowners) Problems() []Problem { return c.problems }

// Match is a rule that decides who owns a path.
type Match struct {
	// Line is the rule's, from 1; Pattern is as written there.
	Line    int
	Pattern string
	// Section is the name of the GitLab section, "" for none. Optional tells that its approval is not demanded, Approvals how many are.
	Section   string
	Optional  bool
	Approvals int
	// Owners are as written: "@org/team", "@user", "user@example.com". None means that the file says nobody owns it.
	Owners []string
}

// Match gives the rules that decide who owns a path: at most one, but one for each section in a GitLab file, in the order of the sections.
// The path is that of a file, slash-separated and relative to the root. What no file can be called, nobody owns.
func (c *Codeowners) Match(path string) []Match {
	list, _ := c.match(path)
	return list
}

// Of gives the owners of a path, without repeats.
func (c *Codeowners) Of(path string) []string {
	var out []string
	for _, m := range c.Match(path) {
		for _, o := range m.Owners {
			if !slices.Contains(out, o) && len(out) < maxOwners {
				out = append(out, o)
			}
		}
	}
	return out
}

// match also tells whether it could be found out: a file made for it can cost too much.
func (c *Codeowners) match(path string) ([]Match, bool) {
	path, ok := clean(path)
	if c == nil || !ok {
		return nil, true
	}
	found, ok := c.find(path)
	if !ok {
		return nil, false
	}
	var out []Match
	slices.SortFunc(found, func(a, b int) int { return b - a })
	decided := map[int]int{} // by section, the rule that decides; -1 where the section excludes the path
	for _, i := range found {
		r := &c.rules[i]
		if r.excludes {
			decided[r.section] = -1
		} else if _, ok := decided[r.section]; !ok {
			decided[r.section] = i
		}
	}
	for _, s := range sortedKeys(decided) {
		if decided[s] < 0 {
			continue
		}
		r := &c.rules[decided[s]]
		at := c.sections[s]
		out = append(out, Match{r.line, r.text, at.name, at.optional, at.approvals, c.open(r.owners)})
	}
	return out, true
}

func sortedKeys(m map[int]int) []int {
	out := make([]int, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// open gives owners and, after each group that the file defines, who is in it.
func (c *Codeowners) open(owners []string) []string {
	if len(c.groups) == 0 {
		return owners
	}
	var out []string
	seen := map[string]bool{}
	for queue := slices.Clone(owners); len(queue) > 0 && len(out) < maxOwners; {
		o := queue[0]
		queue = queue[1:]
		if seen[o] {
			continue
		}
		seen[o] = true
		out = append(out, o)
		queue = append(queue, c.groups[o]...)
	}
	return out
}

// clean brings a path into the form of patterns. One that leads out of the root, or is longer than paths can be, is none.
func clean(path string) (string, bool) {
	path = strings.TrimLeft(path, "/")
	if len(path) > maxPath || strings.ContainsRune(path, 0) {
		return "", false
	}
	plain := true // most are: nothing is copied
	for part := range strings.SplitSeq(path, "/") {
		plain = plain && part != "" && part != "." && part != ".."
	}
	if plain {
		return path, true
	}
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		switch part {
		case "", ".":
		case "..":
			if len(parts) == 0 {
				return "", false
			}
			parts = parts[:len(parts)-1]
		default:
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/"), len(parts) > 0
}

// matches tells whether the rule names the path or, where its dialect wants that, a folder above it.
func (r *rule) matches(path string) bool {
	if !r.itself {
		for i := range len(path) {
			if path[i] == '/' && r.glob.Match(path[:i], true) {
				return true
			}
		}
	}
	return r.glob.Match(path, false)
}

// ReadCodeowners reads a CODEOWNERS file. A line that the forge would pass over is passed over and stands in Problems. The error says that the
// whole file is of no use, and in which line that shows.
func ReadCodeowners(data []byte, d Dialect) (*Codeowners, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("read CODEOWNERS: %d bytes, more than %d: name folders instead of files", len(data), maxFile)
	}
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return nil, fmt.Errorf("read CODEOWNERS: line %d holds a zero byte: this is no text", 1+bytes.Count(data[:at], []byte("\n")))
	}
	r := reader{Codeowners: &Codeowners{dialect: d, sections: []section{{}}}, named: map[string]int{"codeowners": 0}}
	number := 0
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
		number++
		r.line = number
		if text := strings.TrimLeft(strings.TrimRight(string(line), "\r\n"), " \t"); text != "" && text[0] != '#' {
			r.read(text)
		}
		if len(r.rules) > maxRules {
			return nil, fmt.Errorf("read CODEOWNERS: line %d: more than %d rules: name folders instead of files", number, maxRules)
		}
	}
	r.index = newIndex(r.rules)
	return r.Codeowners, nil
}
