package image

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/image"
	"github.com/reevehq/reeve/internal/target"
)

func layerOf(t *testing.T, files ...tar.Header) v1.Layer {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range files {
		content := []byte("x")
		if h.Linkname != "" {
			content = []byte(h.Linkname)
		}
		h.Linkname, h.Typeflag, h.Size = "", tar.TypeReg, int64(len(content))
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		w.Write(content)
	}
	w.Close()
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(out.Bytes())), nil })
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A real image, read by the target and judged by the engine.
func TestConclude_ofARealImage(t *testing.T) {
	img, err := mutate.Append(empty.Image,
		mutate.Addendum{Layer: layerOf(t,
			tar.Header{Name: "etc/os-release", Mode: 0o644, Linkname: "ID=debian\nVERSION_ID=\"10\"\n"},
			tar.Header{Name: "usr/bin/passwd", Mode: 0o4755},
			tar.Header{Name: "opt/rootsh", Mode: 0o4755},
			tar.Header{Name: "app/.git/HEAD", Mode: 0o644},
		), History: v1.History{CreatedBy: "/bin/sh -c #(nop) ADD file:0 in / "}},
		mutate.Addendum{Layer: layerOf(t,
			tar.Header{Name: "app/.wh..git", Mode: 0o644},
			tar.Header{Name: "app/main.py", Mode: 0o777},
		), History: v1.History{CreatedBy: "RUN /bin/sh -c curl https://get.example.com | sh # buildkit"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "image.tar")
	tag, _ := name.NewTag("shop/api:1")
	if err := tarball.WriteToFile(file, tag, img); err != nil {
		t.Fatal(err)
	}
	i, err := image.Open(context.Background(), file, image.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	e := made(t, ruled(t), day)
	w := engine.NewPass([]engine.Engine{e}, archive.Limits{}).Worker()
	w.Noting = true
	layers := map[int][]finding.Logical{}
	_, unread, err := i.Each(context.Background(), 1, func(_ int, item *target.Item) error {
		layers[item.Layer] = item.Logical
		w.Look(context.Background(), &engine.Content{Path: item.Path, Data: item.Data, Surface: item.Surface, Mode: item.Mode, Layer: item.Layer, Gone: item.Gone})
		return nil
	})
	if err != nil || len(unread) > 0 {
		t.Fatal(err, unread)
	}
	var got []string
	err = e.Conclude(context.Background(), &engine.Target{Asset: i.Asset(), Notes: w.Notes[0], Layers: layers}, func(f finding.Finding) {
		where := f.Location.Path
		for _, l := range f.Location.Logical {
			if l.Kind == "instruction" {
				where += " by " + l.Name
			}
		}
		got = append(got, f.Rule+" at "+where)
	})
	want := []string{
		"image-distribution-end-of-life at etc/os-release by ADD file:0 in /",
		"image-holds-git-history at app/.git/HEAD by ADD file:0 in /",
		"image-pipes-download-to-shell at image configuration",
		"image-runs-as-root at image configuration",
		"image-setuid-file at opt/rootsh by ADD file:0 in /",
		"image-world-writable-file at app/main.py by RUN curl https://get.example.com | sh",
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}
