package remedy

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWrite_allFilesOrNone(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a", "old")
	put(t, dir, "sub/b", "old")
	both := []Change{{"a", []byte("old"), []byte("new")}, {"sub/b", []byte("old"), []byte("new")}}
	if err := Write(dir, both); err != nil || content(t, dir, "a") != "new" || content(t, dir, "sub/b") != "new" {
		t.Fatalf("write: %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, "a"))
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	// b is not what the plan was made of any more, so a stays too.
	both[0].Before, both[0].After = []byte("new"), []byte("newer")
	if err := Write(dir, both); err == nil || !strings.Contains(err.Error(), "changed while") || content(t, dir, "a") != "new" {
		t.Errorf("write: %v, a is %q", err, content(t, dir, "a"))
	}
	entries, _ := filepath.Glob(filepath.Join(dir, "*", ".reeve-*"))
	more, _ := filepath.Glob(filepath.Join(dir, ".reeve-*"))
	if len(entries)+len(more) > 0 {
		t.Errorf("left behind: %v %v", entries, more)
	}
}

func TestWrite_noLinkIsFollowed(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	put(t, outside, "a", "old")
	put(t, dir, "b", "old")
	if err := os.Symlink(filepath.Join(outside, "a"), filepath.Join(dir, "a")); err != nil {
		t.Skip("no symbolic links here")
	}
	if err := os.Symlink(outside, filepath.Join(dir, "sub")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"a", "sub/a", "../" + filepath.Base(outside) + "/a"} {
		err := Write(dir, []Change{{"b", []byte("old"), []byte("new")}, {path, []byte("old"), []byte("new")}})
		if err == nil || content(t, outside, "a") != "old" || content(t, dir, "b") != "old" {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// hostile is a plan whose every text does what it can.
func hostile() *Plan {
	const bad = "x\x1b[31m\u202e](http://evil) <script> @all ::error::x |`"
	return &Plan{
		Steps: []Step{{Project: bad, Dir: bad, Ecosystem: "npm", Name: bad, From: bad, To: bad, How: Parent, By: []string{bad}, Score: 7, Risks: []string{bad}, Refresh: "run " + bad,
			Moves:  []Move{{Name: bad, From: "1", To: "2"}, {Name: "other" + bad, To: bad}},
			Clears: []Flaw{{ID: bad, Package: bad, Title: bad, Because: []string{bad}}}}},
		Left:    []Left{{Name: bad, Version: bad, Why: bad, Do: bad, Flaws: []Flaw{{ID: bad}}}},
		Changes: []Change{{Path: bad, Before: []byte("a\n\tb\n"), After: []byte("a\n\t" + bad + "\n")}},
		Notes:   []string{bad},
	}
}

func TestOutput_nothingOfATargetReachesTheTerminalOrTheForge(t *testing.T) {
	var text, diff, pull bytes.Buffer
	p := hostile()
	if err := WriteText(&text, p); err != nil {
		t.Fatal(err)
	}
	if err := WriteDiff(&diff, p.Changes); err != nil {
		t.Fatal(err)
	}
	if err := WritePull(&pull, p); err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]string{"text": text.String(), "diff": diff.String(), "pull": pull.String()} {
		if strings.ContainsAny(out, "\x1b\u202e") {
			t.Errorf("%s: control characters:\n%q", name, out)
		}
		for line := range strings.Lines(out) {
			if strings.HasPrefix(strings.TrimSpace(line), "::") {
				t.Errorf("%s: a workflow command: %q", name, line)
			}
		}
	}
	outsideCode := strings.NewReplacer("`", "").Replace(strings.Join(splitCode(pull.String()), ""))
	for _, bad := range []string{"<script>", "](http", "@all"} {
		if strings.Contains(outsideCode, bad) {
			t.Errorf("pull request: %q in\n%s", bad, pull.String())
		}
	}
	if !strings.Contains(diff.String(), "-\tb\n") {
		t.Errorf("diff lost its tabs:\n%s", diff.String())
	}
}

// splitCode gives the parts of Markdown outside code spans.
func splitCode(markdown string) []string {
	var out []string
	for line := range strings.Lines(markdown) {
		for {
			start := strings.IndexByte(line, '`')
			if start < 0 || start > 0 && line[start-1] == '\\' {
				break
			}
			fence := start
			for fence < len(line) && line[fence] == '`' {
				fence++
			}
			end := strings.Index(line[fence:], line[start:fence])
			if end < 0 {
				break
			}
			out = append(out, line[:start])
			line = line[fence+end+fence-start:]
		}
		out = append(out, line)
	}
	return out
}

func TestOutput_anEmptyPlanSaysSo(t *testing.T) {
	var text bytes.Buffer
	if err := WriteText(&text, &Plan{}); err != nil || !strings.Contains(text.String(), "Nothing to mend") {
		t.Errorf("%q, %v", text.String(), err)
	}
}
