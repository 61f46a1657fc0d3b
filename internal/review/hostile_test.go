package review

import (
	"strings"
	"testing"
)

// FuzzClassify wants any bytes on both sides to be classified, and a file that is the same on both sides to be no change.
func FuzzClassify(f *testing.F) {
	f.Add("a.py", "def login():\n  return 1\n", "def login():\n  return 2\n")
	f.Add("a.js", "app.get('/a', (q, s) => { s.end() })", "app.get('/b', (q, s) => {")
	f.Add("k8s/a.yaml", "a: &x [*x]\n", "a: {b: {{ c }}}\n")
	f.Add("package.json", `{"dependencies":{"sharp":"1"}}`, `{"scripts":{"install":"x"`)
	f.Add("main.tf", "resource \"a\" \"b\" {}", "\x00")
	f.Fuzz(func(t *testing.T, path, before, after string) {
		if _, err := Classify([]File{{path, []byte(before), []byte(after)}}); err != nil {
			t.Fatal(err)
		}
		r, err := Classify([]File{{path, []byte(after), []byte(after)}})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Reviews) > 0 {
			t.Errorf("nothing changed, and there is %+v", r.Reviews)
		}
	})
}

func TestClassify_isTheSameAgain(t *testing.T) {
	files := []File{
		{"src/app.js", []byte("const a = 1\n"), []byte("app.get('/a', requireAdmin, h)\napp.post('/b', h)\nfunction login() { jwt.verify(t, k) }\n")},
		{"infra/a.tf", nil, []byte("resource \"a\" \"b\" { c = 1 }\n")},
	}
	first, err := Classify(files)
	if err != nil || len(first.Reviews) < 4 {
		t.Fatalf("%+v, error %v", first, err)
	}
	moved := []File{files[0], files[1]}
	moved[0].After = []byte("\n\n// a word\n" + strings.ReplaceAll(string(files[0].After), ", h)", ",\n  h)"))
	second, err := Classify(moved)
	if err != nil {
		t.Fatal(err)
	}
	for i := range first.Reviews {
		if a, b := first.Reviews[i], second.Reviews[i]; a.ID != b.ID || a.Digest != b.Digest {
			t.Errorf("%s %s is now %s %s", a.ID, a.Digest, b.ID, b.Digest)
		}
	}
}

func TestClassify_manyLinesStayCheap(t *testing.T) {
	var before, after strings.Builder
	for i := range 20_000 {
		before.WriteString("call(" + strings.Repeat("a", i%50) + ")\n")
		after.WriteString("call(" + strings.Repeat("b", i%50) + ")\n")
	}
	if _, err := Classify([]File{{"a.py", []byte(before.String()), []byte(after.String())}}); err != nil {
		t.Fatal(err)
	}
}
