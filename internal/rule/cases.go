package rule

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"golang.org/x/tools/txtar"
)

// Case is one file of a rule's cases.txtar: what must be found in it, or that nothing may be.
type Case struct {
	// Bad tells that the file stands under bad/, not under good/.
	Bad bool
	// Path is the file's path without bad/ or good/: what the engine is told.
	Path string
	// Text is the content without its marks. Its templates are not filled yet; Fill does that.
	Text string
	// Marks are the findings the author expects, by line.
	Marks []Mark
	// Whole tells that the file means something only as a whole, so it is not put inside a bigger one.
	Whole bool
}

// Mark expects a finding of Rule on a line of Text, counted from 1.
type Mark struct {
	Rule string
	Line int
}

// Name is the file's name in the archive.
func (c Case) Name() string {
	if c.Bad {
		return badFolder + c.Path
	}
	return goodFolder + c.Path
}

const (
	badFolder  = "bad/"
	goodFolder = "good/"
	// wholeLine, in the comment above the first file, says that no file may be put inside a bigger one.
	wholeLine = "# whole"
	maxFiles  = 64
)

// markForm is "want: ID, ID" in a comment of any style up to the end of the line, with the blanks before it.
var (
	markForm  = lazily(`[ \t]*(?:#+|//+|<!--|--|;+|/\*|%)[ \t]*want:[ \t]*([a-z0-9][a-z0-9-]*(?:[ \t]*,[ \t]*[a-z0-9][a-z0-9-]*)*)[ \t]*(?:-->|\*/)?[ \t\r]*$`)
	markStart = lazily(`(?:#|//|<!--|--|;|/\*|%)[ \t]*want:`)
)

// Cases reads the text of a cases.txtar. Names must be unique: txtar itself lets a second file of a name pass silently.
func Cases(src []byte) ([]Case, error) {
	if len(src) > maxCases {
		return nil, fmt.Errorf("read cases: larger than %d bytes", maxCases)
	}
	archive := txtar.Parse(src)
	if len(archive.Files) > maxFiles {
		return nil, fmt.Errorf("read cases: %d files; at most %d are read", len(archive.Files), maxFiles)
	}
	whole := false
	for line := range strings.Lines(string(archive.Comment)) {
		whole = whole || strings.TrimSpace(line) == wholeLine
	}
	var cases []Case
	var errs []error
	seen := map[string]bool{}
	for _, f := range archive.Files {
		c, err := readCase(f)
		if err == nil && seen[f.Name] {
			err = fmt.Errorf("case %q: the name is used twice", f.Name)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		seen[f.Name] = true
		c.Whole = whole
		cases = append(cases, c)
	}
	return cases, errors.Join(errs...)
}

func readCase(f txtar.File) (Case, error) {
	var c Case
	name, bad := strings.CutPrefix(f.Name, badFolder)
	name, good := strings.CutPrefix(name, goodFolder)
	if bad == good {
		return c, fmt.Errorf("case %q: want a name that starts with %q or %q", f.Name, badFolder, goodFolder)
	}
	if name != path.Clean(name) || name == "." || strings.HasPrefix(name, "../") || path.IsAbs(name) || strings.Contains(name, `\`) {
		return c, fmt.Errorf("case %q: want a plain path after the folder", f.Name)
	}
	c.Bad, c.Path = bad, name
	err := c.strip(string(f.Data))
	return c, err
}

// strip takes the marks out of the content. The line stays, so what follows keeps its number.
func (c *Case) strip(content string) error {
	var text strings.Builder
	var errs []error
	n := 0
	for line := range strings.Lines(content) {
		n++
		line, end := strings.TrimSuffix(line, "\n"), "\n"
		if !strings.Contains(line, "want:") {
			text.WriteString(line + end)
			continue
		}
		if m := markForm().FindStringSubmatchIndex(line); m != nil {
			ids := strings.FieldsFunc(line[m[2]:m[3]], func(r rune) bool { return strings.ContainsRune(" \t,", r) })
			for _, id := range ids {
				c.Marks = append(c.Marks, Mark{Rule: id, Line: n})
			}
			line = line[:m[0]]
		} else if markStart().MatchString(line) {
			errs = append(errs, fmt.Errorf("case %q: line %d: want \"want: RULE-ID, RULE-ID\" up to the end of the line", c.Name(), n))
		}
		text.WriteString(line + end)
	}
	c.Text = text.String()
	return errors.Join(errs...)
}
