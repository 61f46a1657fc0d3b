package reach

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what is answered into the cases; read them after that")

// mapSource is a target in memory.
type mapSource map[string]string

func (m mapSource) Paths() []string {
	var out []string
	for p := range m {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

func (m mapSource) Read(p string) ([]byte, error) {
	text, ok := m[p]
	if !ok {
		return nil, errors.New("not there")
	}
	return []byte(text), nil
}

// A case is a txtar archive. Its comment holds lines "ask ECOSYSTEM NAME [SYMBOL...] [KEY=VALUE...]" and "option NAME"; the file "want" is what is
// answered. Files under modcache/ and goroot/ stand outside the target.
type testCase struct {
	source    mapSource
	options   Options
	questions []Question
	archive   *txtar.Archive
	file      string
}

func readCase(t *testing.T, file string) *testCase {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := &testCase{source: mapSource{}, archive: archive, file: file}
	dir := t.TempDir()
	for _, f := range archive.Files {
		where, _, _ := strings.Cut(f.Name, "/")
		switch where {
		case "want":
			continue
		case "modcache", "goroot":
			p := filepath.Join(dir, filepath.FromSlash(f.Name))
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			c.source[f.Name] = string(f.Data)
		}
	}
	c.options.GoModules = []string{filepath.Join(dir, "modcache")}
	c.options.GoRoot = filepath.Join(dir, "goroot")
	for line := range strings.Lines(string(archive.Comment)) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "ask":
			c.questions = append(c.questions, parseQuestion(t, words[1:]))
		case "budget":
			if _, err := fmt.Sscan(words[1], &c.options.Budget); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(c.questions) == 0 {
		t.Fatal("the case asks nothing")
	}
	return c
}

func parseQuestion(t *testing.T, words []string) Question {
	q := Question{Ecosystem: words[0], Name: words[1]}
	by := map[string]*Symbols{}
	var order []string
	for _, w := range words[2:] {
		key, value, isOption := strings.Cut(w, "=")
		switch {
		case w == "direct":
			q.Direct = true
		case w == "alone":
			q.Alone = true
		case isOption && key == "dir":
			q.Dir = value
		case isOption && key == "names":
			q.ImportNames = strings.Split(value, ",")
		case isOption && key == "goos":
			for _, s := range by {
				s.GOOS = strings.Split(value, ",")
			}
		case isOption:
			t.Fatalf("unknown option %q", w)
		default:
			pkg, name, _ := strings.Cut(w, "#")
			if by[pkg] == nil {
				by[pkg] = &Symbols{Path: pkg}
				order = append(order, pkg)
			}
			if name != "" {
				by[pkg].Names = append(by[pkg].Names, name)
			}
		}
	}
	for _, p := range order {
		q.Symbols = append(q.Symbols, *by[p])
	}
	return q
}

func show(answers []Answer) string {
	var b strings.Builder
	for _, a := range answers {
		fmt.Fprintf(&b, "%s: %s\n", a.Reach.State, a.Reach.Because)
		for _, s := range a.Steps {
			fmt.Fprintf(&b, "\t%s:%d: %s\n", s.Location.Path, s.Location.Region.StartLine, s.Message)
		}
	}
	return b.String()
}

func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.ToSlash(strings.TrimPrefix(file, "testdata"+string(filepath.Separator))), ".txtar"), func(t *testing.T) {
			c := readCase(t, file)
			answers, err := New(c.source, c.options).AskAll(context.Background(), c.questions)
			if err != nil {
				t.Fatal(err)
			}
			got := show(answers)
			c.compare(t, got)
			again, err := New(c.source, c.options).AskAll(context.Background(), c.questions)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, show(again)); diff != "" {
				t.Errorf("asked again: -first +second:\n%s", diff)
			}
			for i, q := range c.questions { // one at a time must not answer otherwise
				one, err := New(c.source, c.options).Ask(context.Background(), q)
				if err != nil {
					t.Fatal(err)
				}
				if one.Reach.State != answers[i].Reach.State {
					t.Errorf("question %d alone is answered %q, among others %q", i, one.Reach.State, answers[i].Reach.State)
				}
			}
			for _, a := range answers {
				if a.Reach.Because == "" {
					t.Error("an answer without a sentence")
				}
			}
		})
	}
}

func (c *testCase) compare(t *testing.T, got string) {
	t.Helper()
	i := slices.IndexFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == "want" })
	if *update {
		want := txtar.File{Name: "want", Data: []byte(got)}
		if i >= 0 {
			c.archive.Files[i] = want
		} else {
			c.archive.Files = append(c.archive.Files, want)
		}
		if err := os.WriteFile(c.file, txtar.Format(c.archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if i < 0 {
		t.Fatalf("the case says nothing of what it wants; got:\n%s", got)
	}
	if diff := cmp.Diff(string(c.archive.Files[i].Data), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
