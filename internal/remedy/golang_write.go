package remedy

import (
	"errors"
	"fmt"
	"go/version"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/reevehq/reeve/internal/advisory"
)

// writeMod changes versions in a go.mod where they stand, adds lines for new modules, and touches nothing else.
func (b *goBuild) writeMod() ([]byte, error) {
	var list []splice
	for _, r := range b.file.Require {
		want := b.want[r.Mod.Path]
		if want == r.Mod.Version {
			continue
		}
		s, err := b.token(r.Syntax, r.Mod.Version, want)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	if b.release != "" {
		if b.file.Go == nil {
			return nil, errors.New("go.mod has no go line")
		}
		s, err := b.token(b.file.Go.Syntax, b.file.Go.Version, b.release)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
		if t := b.file.Toolchain; t != nil && version.Compare(t.Name, "go"+b.release) < 0 {
			return nil, &errCannot{why: fmt.Sprintf("it needs Go %s, and go.mod asks for the toolchain %s", b.release, t.Name), do: "Raise the toolchain line first."}
		}
	}
	if len(b.fresh) > 0 {
		s, err := b.addRequires()
		if err != nil {
			return nil, err
		}
		list = append(list, s...)
	}
	data, err := applySplices(b.data, list)
	if err != nil {
		return nil, err
	}
	return data, b.checkWritten(data)
}

// checkWritten reads the new go.mod: it must require what is wanted and otherwise be the old one.
func (b *goBuild) checkWritten(data []byte) error {
	file, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		return fmt.Errorf("write go.mod: %w", err)
	}
	got := map[string]string{}
	for _, r := range file.Require {
		got[r.Mod.Path] = r.Mod.Version
	}
	if !maps.Equal(got, b.want) {
		return errors.New("write go.mod: it does not come out as it should")
	}
	return nil
}

// token replaces a word of a line.
func (b *goBuild) token(line *modfile.Line, old, want string) (splice, error) {
	start, end := line.Start.Byte, line.End.Byte
	if start < 0 || end > len(b.data) || start > end {
		return splice{}, errors.New("go.mod cannot be changed at this line")
	}
	text := string(b.data[start:end])
	for _, form := range []string{old, `"` + old + `"`, "`" + old + "`"} {
		for at := 0; ; {
			i := strings.Index(text[at:], form)
			if i < 0 {
				break
			}
			i += at
			after := i + len(form)
			if (i == 0 || strings.ContainsRune(" \t", rune(text[i-1]))) && (after == len(text) || strings.ContainsRune(" \t\r\n/", rune(text[after]))) {
				return splice{start + i, start + after, strings.Replace(form, old, want, 1)}, nil
			}
			at = after
		}
	}
	return splice{}, fmt.Errorf("go.mod cannot be changed at line %d", line.Start.Line)
}

// addRequires adds a line for each new module to the block that holds what is indirect, else behind the last require.
func (b *goBuild) addRequires() ([]splice, error) {
	newline := "\n"
	if strings.Contains(string(b.data), "\r\n") {
		newline = "\r\n"
	}
	var block *modfile.LineBlock
	most := -1
	for _, stmt := range b.file.Syntax.Stmt {
		if l, ok := stmt.(*modfile.LineBlock); ok && len(l.Token) > 0 && l.Token[0] == "require" && len(l.Line) > 0 {
			indirect := 0
			for _, line := range l.Line {
				for _, c := range line.Suffix {
					if strings.Contains(c.Token, "indirect") {
						indirect++
					}
				}
			}
			if indirect > most {
				block, most = l, indirect
			}
		}
	}
	var out []splice
	for _, p := range slices.Sorted(maps.Keys(b.fresh)) {
		text := p + " " + b.want[p] + " // indirect" + newline
		if block == nil {
			end := strings.IndexByte(string(b.data[b.file.Require[len(b.file.Require)-1].Syntax.End.Byte:]), '\n')
			if end < 0 {
				return nil, errors.New("go.mod has no place for a new line")
			}
			at := b.file.Require[len(b.file.Require)-1].Syntax.End.Byte + end + 1
			out = append(out, splice{at, at, "require " + text})
			continue
		}
		line := slices.IndexFunc(block.Line, func(l *modfile.Line) bool { return len(l.Token) > 0 && l.Token[0] > p && len(l.Before) == 0 })
		at := block.RParen.Pos.Byte
		if line >= 0 {
			at = block.Line[line].Start.Byte
		}
		at = strings.LastIndexByte(string(b.data[:at]), '\n') + 1
		out = append(out, splice{at, at, "\t" + text})
	}
	return out, nil
}

// goRelease raises the toolchain line, or adds one: the language's version stays as it is.
func goRelease(j *job) (*attempt, error) {
	b, err := newGoBuild(j)
	if err != nil {
		return nil, err
	}
	if b.file.Go == nil {
		return nil, errors.New("go.mod has no go line")
	}
	from := j.project.Packages[j.at[0]].Version
	choices, err := j.choices(from, j.told())
	if err != nil {
		return nil, err
	}
	to := choices[0].version
	if _, err := advisory.Compare("Go", to, from); err != nil {
		return nil, err
	}
	name := "go" + to
	if !version.IsValid(name) {
		return nil, fmt.Errorf("%s is no release of Go", to)
	}
	var s splice
	if t := b.file.Toolchain; t != nil {
		if s, err = b.token(t.Syntax, t.Name, name); err != nil {
			return nil, err
		}
	} else {
		end := b.file.Go.Syntax.End.Byte
		newline := "\n"
		if strings.HasPrefix(string(b.data[end:]), "\r\n") {
			newline = "\r\n"
		}
		rest := strings.IndexByte(string(b.data[end:]), '\n')
		if rest < 0 {
			return nil, errors.New("go.mod has no place for a new line")
		}
		s = splice{end + rest + 1, end + rest + 1, newline + "toolchain " + name + newline}
	}
	data, err := applySplices(b.data, []splice{s})
	if err != nil {
		return nil, err
	}
	if _, err := modfile.Parse("go.mod", data, nil); err != nil {
		return nil, fmt.Errorf("write go.mod: %w", err)
	}
	return &attempt{how: Direct, files: map[string][]byte{j.project.File: data}, moves: []Move{{Name: j.name, From: from, To: to}},
		risks: []string{"Everything is built with " + name + " then; pipelines and images that bring a Go of their own must have it too."}}, nil
}
