package image

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/klauspost/compress/zstd"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target"
)

func sample(t testing.TB) v1.Image {
	return imageOf(t,
		pack(t, dir("etc/"), plain("etc/passwd", "root"), plain("etc/old", "old"), plain("app/a/1", "one"), plain("app/b", "b")),
		pack(t, plain("etc/.wh.old", ""), plain("app/a/.wh..wh..opq", ""), plain("app/a/2", "two"), plain("./app/b", "B")),
	)
}

var sampleFiles = []string{
	"1 app/a/1 gone one", "1 app/b gone b", "1 etc/old gone old", "1 etc/passwd root",
	"2 app/a/2 two", "2 app/b B",
}

func zipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOpen_everySource(t *testing.T) {
	img := sample(t)
	hash, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	host := host(t)
	push(t, host+"/shop/api:1.2", img)
	archive := saved(t, img, "shop/api:1.2")
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	folder := laid(t, img)
	compressed := written(t, "odd-name", zipped(t, data))
	oci := written(t, "image.oci", tarred(t, folder))
	encoder, _ := zstd.NewWriter(nil)
	small := written(t, "image.zst", encoder.EncodeAll(data, nil))
	tests := []struct{ name, ref, asset string }{
		{"registry", host + "/shop/api:1.2", host + "/shop/api:1.2@" + hash.String()},
		{"registry-forced", "registry:" + host + "/shop/api:1.2", host + "/shop/api:1.2@" + hash.String()},
		{"registry-digest", host + "/shop/api@" + hash.String(), host + "/shop/api@" + hash.String()},
		{"docker-archive", archive, archive},
		{"docker-archive-forced", "docker-archive:" + archive, archive},
		{"docker-archive-named", archive + "#shop/api:1.2", archive},
		{"docker-archive-gzip", compressed, compressed},
		{"docker-archive-zstd", small, small},
		{"oci-layout", folder, folder + "@" + hash.String()},
		{"oci-layout-forced", "oci:" + folder, folder + "@" + hash.String()},
		{"oci-layout-digest", folder + "#" + hash.String(), folder + "@" + hash.String()},
		{"oci-archive", oci, oci + "@" + hash.String()},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i := opened(t, test.ref, Options{})
			if diff := cmp.Diff(finding.Asset{Kind: "image", Name: test.asset}, i.Asset()); diff != "" {
				t.Error(diff)
			}
			for range 2 { // Each may be called again
				g := run1(t, i, 3)
				if g.err != nil || len(g.unread) > 0 {
					t.Fatal(g.err, g.unread)
				}
				if diff := cmp.Diff(sampleFiles, g.files); diff != "" {
					t.Error(diff)
				}
				if g.looked.Files != len(sampleFiles) {
					t.Errorf("counted %d files", g.looked.Files)
				}
			}
		})
	}
}

func TestOpen_daemon(t *testing.T) {
	archive, err := os.ReadFile(saved(t, sample(t), "shop/api:1.2"))
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(t.TempDir(), "d.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/images/shop/api:1.2/get" {
			w.WriteHeader(http.StatusNotFound)
			w.Write([]byte(`{"message":"no such image: \u001b[31mx"}`))
			return
		}
		w.Write(archive)
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })

	o := Options{Sockets: []string{filepath.Join(t.TempDir(), "absent.sock"), socket}, TempDir: t.TempDir()}
	i := opened(t, "docker-daemon:shop/api:1.2", o)
	if i.Asset().Name != "shop/api:1.2" {
		t.Error(i.Asset())
	}
	g := run1(t, i, 2)
	if diff := cmp.Diff(sampleFiles, g.files); diff != "" || g.err != nil {
		t.Error(g.err, diff)
	}
	if left, _ := os.ReadDir(o.TempDir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	_, err = Open(context.Background(), "docker-daemon:other", o)
	fails(t, err, "404", "no such image")
	if strings.Contains(err.Error(), "\x1b") {
		t.Errorf("a terminal escape of the daemon reached the error: %q", err)
	}
	_, err = Open(context.Background(), "docker-daemon:../../containers/json", o)
	fails(t, err, "no name of an image")
	_, err = Open(context.Background(), "docker-daemon:x", Options{Sockets: []string{filepath.Join(t.TempDir(), "absent.sock")}})
	fails(t, err, "no daemon listens")
}

func TestOpen_whatIsNoImage(t *testing.T) {
	img := sample(t)
	folder := laid(t, img)
	broken := laid(t, img)
	if err := os.WriteFile(filepath.Join(broken, "index.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, ref string
		words     []string
	}{
		{"nothing", "", []string{"no reference"}},
		{"absent-file", "./absent.tar", []string{"no such file"}},
		{"absent-archive", "absent.tar.gz", []string{"no such file"}},
		{"absent-layout", "oci:absent", []string{"no such file"}},
		{"bad-name", "Shop/API:1", []string{"no name in a registry"}},
		{"empty-folder", t.TempDir(), []string{"no OCI layout"}},
		{"text", written(t, "x", []byte("hello")), []string{"archive"}},
		{"empty", written(t, "x", nil), []string{"neither"}},
		{"foreign-tar", written(t, "x", pack(t, plain("a", "b"))), []string{"neither"}},
		{"not-docker", "docker-archive:" + written(t, "x", tarred(t, folder)), []string{"neither"}},
		{"not-oci", "oci-archive:" + saved(t, img, "a:b"), []string{"neither"}},
		{"not-layout", "oci:" + saved(t, img, "a:b"), []string{"prefix"}},
		{"not-json", written(t, "x", pack(t, plain("manifest.json", "{"))), []string{"manifest.json"}},
		{"no-images", written(t, "x", pack(t, plain("manifest.json", "[]"))), []string{"names no image"}},
		{"no-config", written(t, "x", pack(t, plain("manifest.json", `[{"Config":"../../etc/passwd","Layers":[]}]`))), []string{"configuration"}},
		{"circle", written(t, "x", pack(t, plain("manifest.json", `[{"Config":"a"}]`), part{name: "a", kind: '2', link: "b"}, part{name: "b", kind: '2', link: "a"})), []string{"circle"}},
		{"broken-layout", broken, []string{"read manifest"}},
		{"no-such-name", saved(t, img, "a:b") + "#c:d", []string{`no image "c:d"`, "a:b"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i, err := Open(context.Background(), test.ref, Options{})
			if err == nil {
				i.Close()
			}
			fails(t, err, test.words...)
		})
	}
}

func TestOpen_layoutNeverLeavesItsFolder(t *testing.T) {
	img := sample(t)
	folder := laid(t, img)
	m, err := img.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	blob := filepath.Join(folder, "blobs", "sha256", m.Config.Digest.Hex)
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.Rename(blob, outside); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, blob); err != nil {
		t.Fatal(err)
	}
	_, err = Open(context.Background(), folder, Options{})
	fails(t, err, "read configuration", "escapes")
}

func TestOpen_platform(t *testing.T) {
	index := mutate.AppendManifests(empty.Index,
		mutate.IndexAddendum{Add: platformed(t, sample(t), "linux", "arm64"), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "arm64", Variant: "v8"}}},
		mutate.IndexAddendum{Add: platformed(t, sample(t), "linux", "amd64"), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "amd64"}}},
		mutate.IndexAddendum{Add: platformed(t, sample(t), "linux", "s390x"), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "s390x"}}},
		mutate.IndexAddendum{Add: platformed(t, sample(t), "unknown", "unknown"), Descriptor: v1.Descriptor{
			Platform: &v1.Platform{OS: "unknown", Architecture: "unknown"}, Annotations: map[string]string{"vnd.docker.reference.type": "attestation-manifest"},
		}},
	)
	host := host(t)
	push(t, host+"/a:many", index)
	push(t, host+"/a:one", platformed(t, sample(t), "linux", "s390x"))
	for _, ref := range []string{host + "/a:many", laid(t, index)} {
		for want, platform := range map[string]string{"linux/arm64": "linux/arm64", "linux/aarch64": "linux/arm64", "linux/amd64": "linux/amd64", "linux/s390x": "linux/s390x"} {
			i := opened(t, ref, Options{Platform: want})
			if got := i.About().Platform; got != platform {
				t.Errorf("%s of %s is %s", want, ref, got)
			}
			if i.About().Index == "" || i.About().Index == i.About().Digest {
				t.Errorf("index %q, digest %q", i.About().Index, i.About().Digest)
			}
		}
		if got := opened(t, ref, Options{}).About().Platform; !strings.HasPrefix(got, "linux/") {
			t.Error(got)
		}
		_, err := Open(context.Background(), ref, Options{Platform: "windows/amd64"})
		fails(t, err, "no image for windows/amd64", "linux/amd64, linux/arm64/v8, linux/s390x")
		_, err = Open(context.Background(), ref, Options{Platform: "arm64"})
		fails(t, err, "want os/architecture")
	}
	if got := opened(t, host+"/a:one", Options{}).About().Platform; got != "linux/s390x" {
		t.Error(got)
	}
	_, err := Open(context.Background(), host+"/a:one", Options{Platform: "linux/arm64"})
	fails(t, err, "is for linux/s390x, not for linux/arm64")
}

func TestOpen_severalImagesInOneLayout(t *testing.T) {
	folder := laid(t, sample(t), layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": "one"}))
	other, err := random.Image(10, 1)
	if err != nil {
		t.Fatal(err)
	}
	l, err := layout.FromPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.AppendImage(other, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": "two"})); err != nil {
		t.Fatal(err)
	}
	_, err = Open(context.Background(), folder, Options{})
	fails(t, err, "several images", "one, two")
	if g := run1(t, opened(t, folder+"#one", Options{}), 1); len(g.files) != len(sampleFiles) {
		t.Error(g)
	}
	_, err = Open(context.Background(), folder+"#three", Options{})
	fails(t, err, `no image "three"`)
}

func TestImage_handsOverConfigurationOnce(t *testing.T) {
	i := opened(t, saved(t, sample(t), "a:b"), Options{})
	var seen []target.Item
	_, _, err := i.Each(context.Background(), 1, func(_ int, item *target.Item) error {
		if item.Surface == finding.ImageConfig {
			kept := *item
			kept.Data = bytes.Clone(item.Data)
			seen = append(seen, kept)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != 1 || seen[0].Path != ConfigPath || !json.Valid(seen[0].Data) || seen[0].Layer != 0 {
		t.Errorf("%+v", seen)
	}
}
