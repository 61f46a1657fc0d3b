package image

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	served "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target"
)

// part is one entry of a tar made for a test.
type part struct {
	name, content string
	kind          byte
	link          string
	mode          int64
}

func dir(name string) part            { return part{name: name, kind: tar.TypeDir, mode: 0o755} }
func plain(name, content string) part { return part{name: name, content: content} }

// pack makes a tar.
func pack(t testing.TB, parts ...part) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, p := range parts {
		h := &tar.Header{Name: p.name, Typeflag: p.kind, Linkname: p.link, Mode: p.mode, Size: int64(len(p.content))}
		if p.kind == 0 {
			h.Typeflag = tar.TypeReg
		}
		if p.mode == 0 {
			h.Mode = 0o644
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, p.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// layerOf makes a gzip layer of a tar.
func layerOf(t testing.TB, data []byte) v1.Layer {
	t.Helper()
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil })
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// imageOf makes an image of layers, bottom first.
func imageOf(t testing.TB, tars ...[]byte) v1.Image {
	t.Helper()
	var adds []mutate.Addendum
	for n, data := range tars {
		adds = append(adds, mutate.Addendum{Layer: layerOf(t, data), History: v1.History{CreatedBy: fmt.Sprintf("COPY step-%d / # buildkit", n+1)}})
	}
	img, err := mutate.Append(empty.Image, adds...)
	if err != nil {
		t.Fatal(err)
	}
	return platformed(t, img, "linux", "amd64")
}

func platformed(t testing.TB, img v1.Image, os, arch string) v1.Image {
	t.Helper()
	c, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	c = c.DeepCopy()
	c.OS, c.Architecture = os, arch
	out, err := mutate.ConfigFile(img, c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// rawLayer is a layer whose stored form and diffID are as given, whatever they hold.
func rawLayer(data []byte, diffID string) v1.Layer {
	return odd{static.NewLayer(data, types.DockerLayer), diffID}
}

type odd struct {
	v1.Layer
	diffID string
}

func (o odd) DiffID() (v1.Hash, error) {
	if o.diffID == "" {
		return o.Digest()
	}
	return v1.NewHash(o.diffID)
}

// host starts a registry in this process and gives its host.
func host(t testing.TB) string {
	t.Helper()
	server := httptest.NewServer(served.New(served.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	u, _ := url.Parse(server.URL)
	return u.Host
}

func push(t testing.TB, ref string, what any) {
	t.Helper()
	r, err := name.ParseReference(ref)
	if err != nil {
		t.Fatal(err)
	}
	switch what := what.(type) {
	case v1.Image:
		err = remote.Write(r, what)
	case v1.ImageIndex:
		err = remote.WriteIndex(r, what)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// saved writes an image as docker-save does.
func saved(t testing.TB, img v1.Image, tag string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "image.tar")
	r, err := name.NewTag(tag)
	if err != nil {
		t.Fatal(err)
	}
	if err := tarball.WriteToFile(file, r, img); err != nil {
		t.Fatal(err)
	}
	return file
}

// laid writes an OCI layout.
func laid(t testing.TB, what any, options ...layout.Option) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "layout")
	l, err := layout.Write(path, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	switch what := what.(type) {
	case v1.Image:
		err = l.AppendImage(what, options...)
	case v1.ImageIndex:
		err = l.AppendIndex(what, options...)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// tarred packs a folder.
func tarred(t testing.TB, folder string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	if err := w.AddFS(os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func written(t testing.TB, name string, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// got is what a run over an image handed over, one line a file.
type got struct {
	files  []string
	looked finding.Looked
	unread []finding.Unread
	err    error
}

func (g got) whys() (out []string) {
	for _, u := range g.unread {
		out = append(out, u.What+": "+u.Why)
	}
	return out
}

// line writes an item as "LAYER PATH [gone] CONTENT".
func line(item *target.Item) string {
	gone := ""
	if item.Gone {
		gone = " gone"
	}
	return fmt.Sprintf("%d %s%s %s", item.Layer, item.Path, gone, item.Data)
}

func run1(t testing.TB, i *Image, workers int) got {
	t.Helper()
	var mu sync.Mutex
	var g got
	busy := make([]bool, workers)
	g.looked, g.unread, g.err = i.Each(context.Background(), workers, func(n int, item *target.Item) error {
		mu.Lock()
		if busy[n] {
			t.Errorf("worker %d is called twice at once", n)
		}
		busy[n] = true
		mu.Unlock()
		defer func() {
			mu.Lock()
			busy[n] = false
			mu.Unlock()
		}()
		text := line(item)
		mu.Lock()
		defer mu.Unlock()
		if item.Surface == "" {
			g.files = append(g.files, text)
		}
		return nil
	})
	slices.Sort(g.files)
	return g
}

func opened(t testing.TB, ref string, o Options) *Image {
	t.Helper()
	i, err := Open(context.Background(), ref, o)
	if err != nil {
		t.Fatalf("Open(%q): %v", ref, err)
	}
	t.Cleanup(func() { i.Close() })
	return i
}

// fails wants an error that says all of the words.
func fails(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}

// fixed opens the same content again and again.
func fixed(data []byte) func(context.Context) (io.ReadCloser, bool, error) {
	return func(context.Context) (io.ReadCloser, bool, error) {
		return io.NopCloser(bytes.NewReader(data)), false, nil
	}
}
