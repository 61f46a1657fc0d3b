package reach

import (
	"context"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folderSource is a folder of this machine as a Source.
type folderSource string

func (f folderSource) Paths() []string {
	var out []string
	_ = filepath.WalkDir(string(f), func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "bin") {
			return fs.SkipDir
		}
		if d.Type().IsRegular() {
			rel, _ := filepath.Rel(string(f), p)
			out = append(out, filepath.ToSlash(rel))
		}
		return nil
	})
	return out
}

func (f folderSource) Read(p string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(f), filepath.FromSlash(p)))
}

// machine is where this machine keeps Go source.
func machine() Options {
	cache := os.Getenv("GOMODCACHE")
	if cache == "" {
		cache = filepath.Join(build.Default.GOPATH, "pkg", "mod")
	}
	return Options{GoModules: []string{cache}, GoRoot: build.Default.GOROOT}
}

// measured is a folder and a question in the form "module package.Symbol".
func measured(b *testing.B, questions ...string) {
	dir := os.Getenv("REACH_DIR")
	if dir == "" {
		dir = "../.."
	}
	var qs []Question
	for _, text := range questions {
		module, symbol, _ := strings.Cut(text, " ")
		q := Question{Ecosystem: "Go", Name: module}
		if symbol != "" {
			i := strings.LastIndexByte(symbol, '/')
			pkg, name, _ := strings.Cut(symbol[i+1:], ".")
			s := Symbols{Path: symbol[:i+1] + pkg}
			if name != "" {
				s.Names = strings.Split(name, ",")
			}
			q.Symbols = []Symbols{s}
		}
		qs = append(qs, q)
	}
	b.ReportAllocs()
	for b.Loop() {
		a := New(folderSource(dir), machine())
		answers, err := a.AskAll(context.Background(), qs)
		if err != nil {
			b.Fatal(err)
		}
		for i, answer := range answers {
			b.Logf("%s: %s: %s", questions[i], answer.Reach.State, answer.Reach.Because)
			for _, s := range answer.Steps {
				b.Logf("    %s:%d %s", s.Location.Path, s.Location.Region.StartLine, s.Message)
			}
		}
		for _, p := range a.golang {
			b.ReportMetric(float64(p.b.of-p.b.left), "units")
		}
	}
}

func BenchmarkGo_repository(b *testing.B) {
	questions := strings.Split(os.Getenv("REACH_ASK"), ";")
	if questions[0] == "" {
		questions = []string{"github.com/klauspost/compress github.com/klauspost/compress/zstd.NewReader"}
	}
	measured(b, questions...)
}

func BenchmarkScan(b *testing.B) {
	for name, scan := range map[string]func([]byte) *unit{"js/call.txtar": scanJS, "python/call.txtar": scanPython, "java/call.txtar": scanJava} {
		b.Run(name[:strings.IndexByte(name, '/')], func(b *testing.B) {
			text, err := os.ReadFile("testdata/" + name)
			if err != nil {
				b.Fatal(err)
			}
			data := []byte(strings.Repeat(string(text), 100))
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				scan(data)
			}
		})
	}
}
