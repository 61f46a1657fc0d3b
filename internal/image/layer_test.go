package image

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/zstd"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target"
)

func TestEach_layers(t *testing.T) {
	tests := []struct {
		name   string
		layers [][]part
		o      Options
		want   []string
		unread []string
	}{
		{name: "file-replaced", layers: [][]part{{plain("a", "1")}, {plain("a", "2")}, {plain("a", "3")}},
			want: []string{"1 a gone 1", "2 a gone 2", "3 a 3"}},
		{name: "whiteout-and-back", layers: [][]part{{plain("d/a", "1")}, {plain(".wh.d", "")}, {plain("d/a", "3")}},
			want: []string{"1 d/a gone 1", "3 d/a 3"}},
		{name: "whiteout-of-a-folder", layers: [][]part{{plain("d/e/a", "1"), plain("de", "x")}, {plain(".wh.d", "")}},
			want: []string{"1 d/e/a gone 1", "1 de x"}},
		{name: "whiteout-in-the-same-layer", layers: [][]part{{plain("a", "1")}, {plain(".wh.a", ""), plain("a", "2")}},
			want: []string{"1 a gone 1", "2 a 2"}},
		{name: "opaque", layers: [][]part{{plain("d/a", "1"), plain("d/e/b", "1")}, {dir("d/"), plain("d/.wh..wh..opq", ""), plain("d/a", "2")}},
			want: []string{"1 d/a gone 1", "1 d/e/b gone 1", "2 d/a 2"}},
		{name: "opaque-root", layers: [][]part{{plain("a", "1"), plain("d/b", "1")}, {plain(".wh..wh..opq", "")}},
			want: []string{"1 a gone 1", "1 d/b gone 1"}},
		{name: "opaque-below-whole-layers", layers: [][]part{{plain("d/a", "1")}, {plain("d/.wh..wh..opq", "")}, {plain("x", "3")}},
			want: []string{"1 d/a gone 1", "3 x 3"}},
		{name: "folder-over-file", layers: [][]part{{plain("a", "1")}, {dir("a/"), plain("a/b", "2")}},
			want: []string{"1 a gone 1", "2 a/b 2"}},
		{name: "folder-over-folder", layers: [][]part{{dir("a"), plain("a/b", "1")}, {dir("a/"), plain("a/c", "2")}},
			want: []string{"1 a/b 1", "2 a/c 2"}},
		{name: "link-over-folder", layers: [][]part{{plain("a/b", "1")}, {part{name: "a", kind: tar.TypeSymlink, link: "/etc"}}},
			want: []string{"1 a/b gone 1"}},
		{name: "overlay-device", layers: [][]part{{plain("a", "1")}, {part{name: "a", kind: tar.TypeChar}}},
			want: []string{"1 a gone 1"}},
		{name: "aufs-leftovers", layers: [][]part{{plain("a", "1")}, {plain(".wh..wh.aufs", ""), dir(".wh..wh.plnk/"), plain(".wh..wh.orph", "")}},
			want: []string{"1 a 1"}},
		{name: "content-in-a-whiteout", layers: [][]part{{plain("a", "1")}, {plain(".wh.a", "hidden")}},
			want: []string{"1 a gone 1", "2 .wh.a gone hidden"}},
		{name: "whiteout-of-nothing", layers: [][]part{{plain("d/a", "1")}, {plain("d/.wh...", ""), plain("d/.wh.", "")}},
			want:   []string{"1 d/a 1"},
			unread: []string{`"d/.wh.": it is a whiteout of nothing`, `"d/.wh...": it is a whiteout of nothing`}},
		{name: "paths", layers: [][]part{{plain("/abs", "1"), plain("./dot", "2"), plain("a/../b", "3"), plain("a//c/./d", "4"), plain("../up", "5"), plain("a/../../up", "6"), plain("\x1b[31m\n::error::x", "7")}},
			want:   []string{"1 \x1b[31m\n::error::x 7", "1 a/c/d 4", "1 abs 1", "1 b 3", "1 dot 2"},
			unread: []string{`"../up": its path leads out`, `"a/../../up": its path leads out`}},
		{name: "long-path", layers: [][]part{{plain(strings.Repeat("a/", 2100)+"b", "1")}}, unread: []string{"longer than 4096"}},
		{name: "empty-file", layers: [][]part{{plain("a", "")}}, want: []string{"1 a "}},
		{name: "twice-in-a-layer", layers: [][]part{{plain("a", "1"), plain("a", "2")}}, want: []string{"1 a 1", "1 a 2"}},
		{name: "too-big", layers: [][]part{{plain("a", "12345"), plain("b", "1234")}}, o: Options{MaxFileSize: 4}, want: []string{"1 b 1234"}},
		{name: "excluded", layers: [][]part{{plain("a", "1"), plain("b", "2")}}, o: Options{Exclude: func(p string) bool { return p == "a" }}, want: []string{"1 b 2"}},
		{name: "too-many", layers: [][]part{{plain("a", "1")}, {plain("b", "2"), plain("c", "3")}}, o: Options{MaxFiles: 2}, want: []string{"2 b 2", "2 c 3"}, unread: []string{"more than 2 entries"}},
		{name: "links", layers: [][]part{{plain("a", "1"), part{name: "b", kind: tar.TypeLink, link: "a"}, part{name: "c", kind: tar.TypeSymlink, link: "../../etc/passwd"}, part{name: "d", kind: tar.TypeFifo}, part{name: "e", kind: tar.TypeBlock}}},
			want: []string{"1 a 1"}},
		{name: "hard-link-stays", layers: [][]part{{plain("d/a", "1"), part{name: "b", kind: tar.TypeLink, link: "/d/a"}, part{name: "c", kind: tar.TypeLink, link: "./d/a"}}, {plain(".wh.d", "")}},
			want: []string{"1 b 1", "1 c 1", "1 d/a gone 1"}},
		{name: "hard-link-wanted", layers: [][]part{{plain("a", "1"), part{name: "go.mod", kind: tar.TypeLink, link: "a"}, part{name: "x", kind: tar.TypeLink, link: "a"}}, {plain(".wh.go.mod", "")}},
			o: Options{Linked: func(p string) bool { return p == "go.mod" }}, want: []string{"1 a 1", "1 go.mod gone 1"}},
		{name: "hard-link-to-nothing", layers: [][]part{{part{name: "go.mod", kind: tar.TypeLink, link: "a"}, part{name: "x", kind: tar.TypeLink, link: "../../a"}}},
			o: Options{Linked: func(p string) bool { return p == "go.mod" }}, unread: []string{`go.mod: it is a hard link to "a"`, "the path it links to leads out"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var tars [][]byte
			for _, l := range test.layers {
				tars = append(tars, pack(t, l...))
			}
			g := run1(t, opened(t, laid(t, imageOf(t, tars...)), test.o), 2)
			if g.err != nil {
				t.Fatal(g.err)
			}
			if diff := cmp.Diff(test.want, g.files); diff != "" {
				t.Error(diff)
			}
			if len(g.unread) != len(test.unread) {
				t.Fatalf("unread: %q", g.whys())
			}
			for _, want := range test.unread {
				if !strings.Contains(strings.Join(g.whys(), "\n"), want) {
					t.Errorf("unread %q lacks %q", g.whys(), want)
				}
			}
		})
	}
}

func TestEach_counts(t *testing.T) {
	data := pack(t, plain("a", "1"), part{name: "b", kind: tar.TypeLink, link: "a"}, part{name: "c", kind: tar.TypeSymlink, link: "a"},
		part{name: "d", kind: tar.TypeFifo}, part{name: "e", kind: tar.TypeBlock}, plain("f", "12345"))
	g := run1(t, opened(t, laid(t, imageOf(t, data)), Options{MaxFileSize: 4}), 1)
	want := finding.Looked{Files: 1, Skipped: map[string]int{"hard link": 1, "symbolic link": 1, "named pipe": 1, "device": 1, "too big": 1}}
	if diff := cmp.Diff(want, g.looked); diff != "" {
		t.Error(diff)
	}
}

func TestEach_facts(t *testing.T) {
	data := pack(t, part{name: "usr/bin/su", content: "x", mode: 0o4755}, part{name: "tmp/open", content: "x", mode: 0o666})
	i := opened(t, laid(t, imageOf(t, data)), Options{})
	want := map[string]target.Item{
		"usr/bin/su": {Path: "usr/bin/su", Mode: 0o104755, Layer: 1},
		"tmp/open":   {Path: "tmp/open", Mode: 0o100666, Layer: 1},
	}
	_, _, err := i.Each(context.Background(), 1, func(_ int, item *target.Item) error {
		if item.Surface != "" {
			return nil
		}
		kept := *item
		logical := kept.Logical
		kept.Data, kept.Logical = nil, nil
		if diff := cmp.Diff(want[item.Path], kept); diff != "" {
			t.Error(diff)
		}
		if len(logical) != 2 || logical[0].Kind != "layer" || len(logical[0].Name) != len("sha256:")+12 ||
			logical[1] != (finding.Logical{Kind: "instruction", Name: "COPY step-1 /"}) {
			t.Error(logical)
		}
		delete(want, item.Path)
		return nil
	})
	if err != nil || len(want) > 0 {
		t.Error(err, want)
	}
}

// withLayer makes a layout of one layer whose stored form is as given.
func withLayer(t testing.TB, l v1.Layer) string {
	t.Helper()
	img, err := mutate.Append(empty.Image, mutate.Addendum{Layer: l, History: v1.History{CreatedBy: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	return laid(t, platformed(t, img, "linux", "amd64"))
}

func diffID(data []byte) string { return string(digestOf(data)) }

func TestEach_compression(t *testing.T) {
	data := pack(t, plain("a", "1"), plain("b", "2"))
	encoder, _ := zstd.NewWriter(nil)
	skippable := append([]byte{0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3}, encoder.EncodeAll(data, nil)...)
	tests := []struct {
		name   string
		stored []byte
	}{
		{"plain", data}, {"gzip", zipped(t, data)}, {"zstd", encoder.EncodeAll(data, nil)}, {"zstd-skippable", skippable},
		{"two-gzip-members", append(zipped(t, data[:700]), zipped(t, data[700:])...)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := run1(t, opened(t, withLayer(t, rawLayer(test.stored, diffID(data))), Options{}), 1)
			if diff := cmp.Diff([]string{"1 a 1", "1 b 2"}, g.files); diff != "" || g.err != nil || len(g.unread) > 0 {
				t.Error(diff, g.err, g.unread)
			}
		})
	}
}

func TestEach_damage(t *testing.T) {
	data := pack(t, plain("a", "1"), plain("b", strings.Repeat("2", 2000)))
	cut := data[:len(data)-2500]
	zip := zipped(t, data)
	spoiled := bytes.Clone(zip)
	spoiled[len(spoiled)/2] ^= 0xff
	tests := []struct {
		name           string
		stored         []byte
		diff, lie, why string
		files          int
	}{
		{"tar-cut", cut, diffID(cut), "", "damaged", 1},
		{"gzip-spoiled", spoiled, diffID(data), "", "damaged: gzip layer", -1},
		{"gzip-cut", zip[:len(zip)-12], diffID(data), "", "damaged: gzip layer", -1},
		{"gzip-trailing", append(bytes.Clone(zip), "more"...), diffID(data), "", "damaged: gzip layer", 2},
		{"no-tar", []byte(strings.Repeat("hello", 500)), "", "", "damaged: uncompressed layer", 0},
		{"nothing", nil, "", "", "", 0},
		{"xz", []byte("\xfd7zXZ\x00\x00\x00\x00\x00"), "", "", "xz", 0},
		{"other-diff-id", zip, diffID([]byte("x")), "unpacked: " + ErrLie.Error(), "", 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := run1(t, opened(t, withLayer(t, rawLayer(test.stored, test.diff)), Options{}), 1)
			switch {
			case test.lie != "":
				fails(t, g.err, test.lie)
				return
			case g.err != nil:
				t.Fatal(g.err)
			case test.why == "" && len(g.unread) > 0, test.why != "" && (len(g.unread) != 1 || !strings.Contains(g.unread[0].Why, test.why)):
				t.Errorf("unread: %q", g.whys())
			}
			if test.files >= 0 && len(g.files) != test.files {
				t.Error(g.files)
			}
		})
	}
}

func TestEach_localLies(t *testing.T) {
	img := sample(t)
	layers, _ := img.Layers()
	hash, _ := layers[1].Digest()
	for name, spoil := range map[string]func([]byte) []byte{
		"changed":  func(b []byte) []byte { b[len(b)-20] ^= 1; return b },
		"cut":      func(b []byte) []byte { return b[:len(b)-1] },
		"longer":   func(b []byte) []byte { return append(b, 0) },
		"replaced": func(b []byte) []byte { return zipped(t, pack(t, plain("x", "y"))) },
	} {
		t.Run(name, func(t *testing.T) {
			folder := laid(t, img)
			blob := filepath.Join(folder, "blobs", "sha256", hash.Hex)
			data, err := os.ReadFile(blob)
			if err != nil {
				t.Fatal(err)
			}
			os.Remove(blob)
			if err := os.WriteFile(blob, spoil(data), 0o600); err != nil {
				t.Fatal(err)
			}
			g := run1(t, opened(t, folder, Options{}), 1)
			if !errors.Is(g.err, ErrLie) {
				t.Error(g.err, g.unread)
			}
		})
	}
	t.Run("absent", func(t *testing.T) {
		folder := laid(t, img)
		os.Remove(filepath.Join(folder, "blobs", "sha256", hash.Hex))
		g := run1(t, opened(t, folder, Options{}), 1)
		if g.err != nil || len(g.unread) != 1 || !strings.Contains(g.unread[0].Why, "not in the image's files") {
			t.Error(g.err, g.unread)
		}
	})
	t.Run("docker-archive", func(t *testing.T) {
		data, err := os.ReadFile(saved(t, img, "a:b"))
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(data, []byte{0x1f, 0x8b})
		data[at+30] ^= 0xff
		g := run1(t, opened(t, written(t, "x", data), Options{}), 1)
		if g.err == nil && len(g.unread) == 0 {
			t.Error("a changed archive is clean")
		}
	})
}

func TestEach_layersThatAreNotRead(t *testing.T) {
	data := pack(t, plain("a", "1"))
	for _, kind := range []types.MediaType{types.DockerForeignLayer, types.OCIUncompressedRestrictedLayer, "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"} {
		img, err := mutate.Append(empty.Image,
			mutate.Addendum{Layer: layerOf(t, pack(t, plain("b", "2"))), History: v1.History{CreatedBy: "x"}},
			mutate.Addendum{Layer: odd{static.NewLayer(data, kind), diffID(data)}, URLs: []string{"http://127.0.0.1:1/x"}, MediaType: kind, History: v1.History{CreatedBy: "y"}})
		if err != nil {
			t.Fatal(err)
		}
		ref := host(t) + "/a:b"
		push(t, ref, img)
		g := run1(t, opened(t, ref, Options{}), 1)
		if g.err != nil || len(g.unread) != 1 || !strings.Contains(g.unread[0].Why, "layer, not ") || len(g.files) != 1 {
			t.Errorf("%s: %v %v %v", kind, g.err, g.unread, g.files)
		}
	}
}

// zeros is a reader of n zero bytes.
func zeros(n int64) io.Reader { return io.LimitReader(zero{}, n) }

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// bomb makes the gzip of a tar with one file of n zero bytes.
func bomb(t testing.TB, n int64) []byte {
	t.Helper()
	var out bytes.Buffer
	z, _ := zstd.NewWriter(&out, zstd.WithEncoderLevel(zstd.SpeedFastest))
	w := tar.NewWriter(z)
	w.WriteHeader(&tar.Header{Name: "zeros", Size: n, Typeflag: tar.TypeReg, Mode: 0o644})
	if _, err := io.Copy(w, zeros(n)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	z.Close()
	return out.Bytes()
}

func TestEach_bombs(t *testing.T) {
	data := bomb(t, 110<<20)
	t.Run("ratio", func(t *testing.T) {
		i := opened(t, withLayer(t, rawLayer(data, diffID(nil))), Options{})
		g := run1(t, i, 1)
		if g.err != nil || len(g.unread) != 1 || !strings.Contains(g.unread[0].Why, "200 times its size") {
			t.Error(g.err, g.unread)
		}
	})
	t.Run("size", func(t *testing.T) {
		i := opened(t, withLayer(t, rawLayer(data, diffID(nil))), Options{MaxSize: 1 << 20})
		g := run1(t, i, 1)
		if g.err != nil || len(g.unread) != 1 || !strings.Contains(g.unread[0].Why, "beyond all bounds") {
			t.Error(g.err, g.unread)
		}
	})
	t.Run("archive", func(t *testing.T) {
		_, err := Open(context.Background(), written(t, "x", data), Options{})
		fails(t, err, "beyond all bounds")
	})
	t.Run("sparse", func(t *testing.T) {
		var parts []byte
		for n := range 2 {
			parts = append(parts, sparse(t, fmt.Sprintf("s%d", n), 60<<20)...)
		}
		tarOf := append(parts, make([]byte, 1024)...)
		g := run1(t, opened(t, withLayer(t, rawLayer(tarOf, diffID(tarOf))), Options{}), 1)
		if g.err != nil || len(g.unread) != 1 || !strings.Contains(g.unread[0].Why, "200 times its size") {
			t.Error(g.err, g.unread)
		}
	})
}

// sparse makes the entry of a file that is one hole (GNU's format, version 1.0).
func sparse(t testing.TB, name string, size int64) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	// The map says that the only piece of data is empty and stands at the end.
	list := fmt.Sprintf("1\n%d\n0\n", size)
	content := list + strings.Repeat("\x00", 512-len(list))
	err := w.WriteHeader(&tar.Header{
		Name: "GNUSparseFile.0/" + name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content)), Format: tar.FormatPAX,
		PAXRecords: map[string]string{"RHT.x": "1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, content)
	w.Flush()
	// archive/tar writes no sparse files, so the record is put in by hand over one of the same length or shorter.
	data := out.Bytes()
	record := func(k, v string) string {
		n := len(k) + len(v) + 3
		n += len(fmt.Sprint(n + 2))
		return fmt.Sprintf("%d %s=%s\n", n, k, v)
	}
	records := record("GNU.sparse.major", "1") + record("GNU.sparse.minor", "0") + record("GNU.sparse.name", name) + record("GNU.sparse.realsize", fmt.Sprint(size))
	copy(data[512:1024], records+strings.Repeat("\x00", 512-len(records)))
	copy(data[124:136], fmt.Sprintf("%011o\x00", len(records)))
	copy(data[148:156], "        ")
	sum := 0
	for _, b := range data[:512] {
		sum += int(b)
	}
	copy(data[148:156], fmt.Sprintf("%06o\x00 ", sum))
	return data
}

func TestEach_stopsAtTheFirstError(t *testing.T) {
	var parts []part
	for n := range 5000 {
		parts = append(parts, plain(fmt.Sprintf("f%d", n), "x"))
	}
	i := opened(t, laid(t, imageOf(t, pack(t, parts...))), Options{})
	stop := errors.New("stop")
	calls := 0
	_, _, err := i.Each(context.Background(), 1, func(int, *target.Item) error {
		calls++
		if calls == 10 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || calls != 10 {
		t.Error(err, calls)
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, _, err = i.Each(ctx, 2, func(int, *target.Item) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
