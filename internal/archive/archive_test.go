package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// member is a file to put into an archive.
type member struct{ name, text string }

func makeZip(t testing.TB, method uint16, members ...member) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	z.RegisterCompressor(byZstd, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
	z.RegisterCompressor(byXz, func(w io.Writer) (io.WriteCloser, error) { return &late{to: w}, nil })
	for _, m := range members {
		f, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, m.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// late packs with xz when it is closed: the library writes its header too early for the zip writer.
type late struct {
	bytes.Buffer
	to io.Writer
}

func (l *late) Close() error {
	w, err := xz.NewWriter(l.to)
	if err != nil {
		return err
	}
	if _, err := w.Write(l.Bytes()); err != nil {
		return err
	}
	return w.Close()
}

func makeTar(t testing.TB, members ...member) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Size: int64(len(m.text)), Mode: 0o644, Typeflag: tar.TypeReg}
		if strings.HasSuffix(m.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// pack compresses with one of the writers.
func pack(t testing.TB, data []byte, open func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := open(&out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func toGzip(t testing.TB, data []byte) []byte {
	return pack(t, data, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil })
}

func toXz(t testing.TB, data []byte) []byte {
	return pack(t, data, func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) })
}

func toZstd(t testing.TB, data []byte) []byte {
	return pack(t, data, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
}

// The standard library writes no bzip2: this is "hello from bzip2\n", packed by the program.
func bzip2ed(t testing.TB) []byte {
	t.Helper()
	data, err := hex.DecodeString("425a683931415926535955e9afe5000003d9800010400010001366d0102000229a3269e91fa840000d2af426e0bf2c0162ee48a70a120abd35fca0")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// walked is what a walk hands over.
func walked(data []byte, limits Limits) (map[string]string, []Refusal) {
	got := map[string]string{}
	refusals := Walk(context.Background(), data, limits, func(path string, data []byte) { got[path] = string(data) })
	return got, refusals
}

func TestWalk_formats(t *testing.T) {
	files := []member{{"a.txt", "alpha"}, {"dir/", ""}, {"dir/b", strings.Repeat("beta ", 1000)}, {"empty", ""}}
	inZip := map[string]string{"!/a.txt": "alpha", "!/dir/b": files[2].text, "!/empty": ""}
	tarball := makeTar(t, files...)
	tests := []struct {
		name string
		data []byte
		want map[string]string
	}{
		{"zip-deflated", makeZip(t, deflated, files...), inZip},
		{"zip-stored", makeZip(t, stored, files...), inZip},
		{"zip-zstd", makeZip(t, byZstd, files...), inZip},
		{"zip-xz", makeZip(t, byXz, files...), inZip},
		{"zip-empty", makeZip(t, stored), map[string]string{}},
		{"tar", tarball, inZip},
		{"tar-gz", toGzip(t, tarball), inZip},
		{"tar-xz", toXz(t, tarball), inZip},
		{"tar-zstd", toZstd(t, tarball), inZip},
		{"gz", toGzip(t, []byte("one file")), map[string]string{"!/content": "one file"}},
		{"gz-of-two", append(toGzip(t, []byte("one ")), toGzip(t, []byte("file"))...), map[string]string{"!/content": "one file"}},
		{"xz", toXz(t, []byte("one file")), map[string]string{"!/content": "one file"}},
		{"xz-of-two", append(append(toXz(t, []byte("one ")), 0, 0, 0, 0), toXz(t, []byte("file"))...), map[string]string{"!/content": "one file"}},
		{"xz-empty", toXz(t, nil), map[string]string{"!/content": ""}},
		{"zstd", toZstd(t, []byte("one file")), map[string]string{"!/content": "one file"}},
		{"zstd-skippable", append([]byte("\x51\x2a\x4d\x18\x04\x00\x00\x00skip"), toZstd(t, []byte("one file"))...), map[string]string{"!/content": "one file"}},
		{"bzip2", bzip2ed(t), map[string]string{"!/content": "hello from bzip2\n"}},
		{"self-extracting", append([]byte("#!/bin/sh\nexec unzip $0\n"), makeZip(t, deflated, files[0])...),
			map[string]string{"": "#!/bin/sh\nexec unzip $0\n", "!/a.txt": "alpha"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if !Is(test.data) {
				t.Error("not recognised")
			}
			got, refusals := walked(test.data, Limits{})
			if diff := cmp.Diff(test.want, got); diff != "" || len(refusals) != 0 {
				t.Errorf("%s %v", diff, refusals)
			}
		})
	}
}

func TestWalk_nested(t *testing.T) {
	innermost := toGzip(t, makeTar(t, member{"c/key", "deep"}))
	middle := makeZip(t, deflated, member{"b.tar.gz", string(innermost)}, member{"log.txt.gz", string(toGzip(t, []byte("log")))})
	outer := makeTar(t, member{"lib/a.jar", string(middle)}, member{"after", "still read"})
	got, refusals := walked(outer, Limits{})
	want := map[string]string{"!/lib/a.jar!/b.tar.gz!/c/key": "deep", "!/lib/a.jar!/log.txt.gz!/log.txt": "log", "!/after": "still read"}
	if diff := cmp.Diff(want, got); diff != "" || len(refusals) != 0 {
		t.Errorf("%s %v", diff, refusals)
	}
}

func TestWalk_headerNamesTheContent(t *testing.T) {
	data := pack(t, []byte("x"), func(w io.Writer) (io.WriteCloser, error) {
		z := gzip.NewWriter(w)
		z.Name = "../dump.sql"
		return z, nil
	})
	got, _ := walked(data, Limits{})
	if got["!/%2E%2E/dump.sql"] != "x" {
		t.Errorf("got %v", got)
	}
}

func TestWalk_depth(t *testing.T) {
	data := []byte("bottom")
	for range 5 {
		data = makeZip(t, stored, member{"x.zip", string(data)})
	}
	tests := []struct {
		depth   int
		visited bool
		refused []Refusal
	}{
		{5, true, nil},
		{4, false, []Refusal{{Path: "!/x.zip!/x.zip!/x.zip!/x.zip", Why: "archives lie more than 4 deep in one another", Bomb: true}}},
		{1, false, []Refusal{{Path: "!/x.zip", Why: "archives lie more than 1 deep in one another", Bomb: true}}},
		{-1, false, nil},
	}
	for _, test := range tests {
		got, refusals := walked(data, Limits{Depth: test.depth})
		if diff := cmp.Diff(test.refused, refusals); diff != "" || (len(got) == 1) != test.visited {
			t.Errorf("depth %d: %s %v", test.depth, diff, got)
		}
	}
}

func TestWalk_notAnArchive(t *testing.T) {
	for name, data := range map[string][]byte{
		"text":         []byte("nothing but text, long enough to hold a header of any kind that is known here"),
		"nothing":      nil,
		"PK":           []byte("PK\x03\x04"),
		"BZh":          []byte("BZh9 is how bzip2 begins"),
		"zeros":        make([]byte, 4096),
		"script":       []byte("#!/bin/sh\necho hello\n"),
		"mostly-tar":   append(bytes.Repeat([]byte("a"), 148), append([]byte("0000000\x00"), make([]byte, 400)...)...),
		"gzip-variant": []byte("\x1f\x8b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
	} {
		if Is(data) {
			t.Errorf("%s is taken for an archive", name)
		}
	}
}

// A program that only mentions a zip's end must still be looked at.
func TestWalk_programThatIsNoArchive(t *testing.T) {
	data := []byte("#!/bin/sh\nprintf 'PK\x05\x06' # makes an empty zip, and is long enough\n")
	got, refusals := walked(data, Limits{})
	if got[""] != string(data) || len(refusals) != 0 {
		t.Errorf("got %v, %v", got, refusals)
	}
}

func TestWalk_cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	refusals := Walk(ctx, makeZip(t, stored, member{"a", "a"}, member{"b", "b"}), Limits{}, func(string, []byte) {
		calls++
		cancel()
	})
	want := []Refusal{{Why: "stopped: context canceled"}}
	if diff := cmp.Diff(want, refusals); diff != "" || calls != 1 {
		t.Errorf("%d calls, %s", calls, diff)
	}
}

func TestLabel(t *testing.T) {
	tests := map[string]string{
		"a/b.txt":                 "a/b.txt",
		"../../etc/passwd":        "%2E%2E/%2E%2E/etc/passwd",
		"/etc/passwd":             "etc/passwd",
		`..\..\windows\x`:         "%2E%2E/%2E%2E/windows/x",
		`C:\x`:                    "C:/x",
		"./a/./b//c":              "a/b/c",
		"a!/b":                    "a%21/b",
		"a\x00b":                  "a%00b",
		"":                        "unnamed",
		"//":                      "unnamed",
		"new\nline\xff":           "new\nline\xff",
		strings.Repeat("x", 2000): strings.Repeat("x", maxName) + "…",
	}
	for name, want := range tests {
		if got := label(name); got != want {
			t.Errorf("label(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestInner(t *testing.T) {
	for path, want := range map[string]string{"!/a/b.txt.gz": "b.txt", "!/.gz": "content", "": "content", "!/b.tar.zst": "b.tar", "!/blob": "content"} {
		if got := inner(path, ""); got != want {
			t.Errorf("inner(%q) = %q, want %q", path, got, want)
		}
	}
}

func FuzzWalk(f *testing.F) {
	small := []member{{"a", "alpha"}, {"d/b.gz", string(toGzip(f, []byte("beta")))}}
	f.Add(makeZip(f, deflated, small...))
	f.Add(makeZip(f, byZstd, small...))
	f.Add(makeZip(f, byXz, small...))
	f.Add(makeZip(f, stored, small...)[:60])
	f.Add(makeTar(f, small...))
	f.Add(toGzip(f, makeTar(f, small...)))
	f.Add(toXz(f, []byte("gamma")))
	f.Add(toZstd(f, []byte("gamma")))
	f.Add(bzip2ed(f))
	f.Add(append([]byte("MZ\x00\x00"), makeZip(f, deflated, small...)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := Limits{Size: 1 << 20}
		total := 0
		refusals := Walk(context.Background(), data, limits, func(path string, member []byte) {
			total += len(member)
			if path != "" && (!strings.HasPrefix(path, "!/") || strings.Contains(path, "/../")) {
				t.Errorf("path %q", path)
			}
		})
		if total > int(limits.Size)+4*len(data) || len(refusals) > maxRefusals+1 {
			t.Errorf("%d bytes out of %d, %d refusals", total, len(data), len(refusals))
		}
	})
}

func BenchmarkWalk_zip(b *testing.B) {
	var members []member
	for range 1000 {
		members = append(members, member{"src/file.go", strings.Repeat("func handler(w http.ResponseWriter, r *http.Request) {}\n", 50)})
	}
	benchmark(b, makeZip(b, deflated, members...), 1000*int64(len(members[0].text)))
}

func BenchmarkWalk_tarGzip(b *testing.B) {
	var members []member
	for range 1000 {
		members = append(members, member{"src/file.go", strings.Repeat("func handler(w http.ResponseWriter, r *http.Request) {}\n", 50)})
	}
	benchmark(b, toGzip(b, makeTar(b, members...)), 1000*int64(len(members[0].text)))
}

func benchmark(b *testing.B, data []byte, unpacked int64) {
	b.SetBytes(unpacked)
	b.ReportAllocs()
	for b.Loop() {
		if r := Walk(context.Background(), data, Limits{Ratio: 10_000}, func(string, []byte) {}); len(r) != 0 {
			b.Fatal(r)
		}
	}
}

func BenchmarkIs_text(b *testing.B) {
	data := bytes.Repeat([]byte("func handler(w http.ResponseWriter, r *http.Request) {}\n"), 50)
	for b.Loop() {
		if Is(data) {
			b.Fatal("an archive")
		}
	}
}
