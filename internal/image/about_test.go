package image

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

func TestAbout(t *testing.T) {
	day := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	first, second := pack(t, plain("a", "1")), pack(t, plain("b", "2"))
	img, err := mutate.Append(empty.Image,
		mutate.Addendum{Layer: layerOf(t, first), History: v1.History{CreatedBy: "/bin/sh -c #(nop) ADD file:0123 in / ", Created: v1.Time{Time: day}}},
		mutate.Addendum{History: v1.History{CreatedBy: `/bin/sh -c #(nop)  CMD ["bash"]`, EmptyLayer: true}},
		mutate.Addendum{Layer: layerOf(t, second), History: v1.History{CreatedBy: "RUN /bin/sh -c apk add curl # buildkit"}},
		mutate.Addendum{History: v1.History{CreatedBy: `ENTRYPOINT ["/app"]`, EmptyLayer: true}},
	)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := img.ConfigFile()
	c = c.DeepCopy()
	c.OS, c.Architecture, c.Created = "linux", "arm64", v1.Time{Time: day}
	c.Config = v1.Config{
		User: "app", Env: []string{"PATH=/bin", "TOKEN=s3cret"}, Entrypoint: []string{"/app"}, Cmd: []string{"serve"},
		ExposedPorts: map[string]struct{}{"8080/tcp": {}, "22/tcp": {}}, Volumes: map[string]struct{}{"/data": {}},
		Labels:      map[string]string{"org.opencontainers.image.base.name": "docker.io/library/alpine:3.20"},
		Healthcheck: &v1.HealthConfig{Test: []string{"CMD", "/app", "health"}},
	}
	if img, err = mutate.ConfigFile(img, c); err != nil {
		t.Fatal(err)
	}
	folder := laid(t, img)
	a := opened(t, folder, Options{Platform: "linux/arm64"}).About()
	hash, _ := img.Digest()
	config, _ := img.ConfigName()
	layers, _ := img.Layers()
	step := func(n int) Layer {
		d, _ := layers[n].Digest()
		diff, _ := layers[n].DiffID()
		size, _ := layers[n].Size()
		return Layer{Number: n + 1, Digest: d.String(), DiffID: diff.String(), Size: size}
	}
	one, two := step(0), step(1)
	one.Instruction, one.Created, one.Base = "ADD file:0123 in /", day, true
	two.Instruction = "RUN apk add curl"
	want := About{
		Reference: folder, Digest: hash.String(), ConfigDigest: config.String(), Platform: "linux/arm64", Created: day, User: "app",
		Env: []string{"PATH", "TOKEN"}, Entrypoint: []string{"/app"}, Cmd: []string{"serve"}, Ports: []string{"22/tcp", "8080/tcp"},
		Volumes: []string{"/data"}, Labels: c.Config.Labels, Healthcheck: []string{"CMD", "/app", "health"},
		Layers: []Layer{one, {Instruction: `CMD ["bash"]`, Empty: true}, two, {Instruction: `ENTRYPOINT ["/app"]`, Empty: true}},
		Base:   Base{Name: "docker.io/library/alpine:3.20", Layers: 1, How: "judged by the history: a command to start stands before the layers of this image"},
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(fmt.Sprint(a), "s3cret") {
		t.Error("a value of the environment is shown")
	}
}

func TestAbout_unknownBase(t *testing.T) {
	a := opened(t, laid(t, sample(t)), Options{}).About()
	if a.Base.Layers != 0 || !strings.HasPrefix(a.Base.How, "unknown") || a.Layers[0].Base {
		t.Errorf("%+v", a.Base)
	}
}

func TestReadConfig_oddForms(t *testing.T) {
	c, err := readConfig([]byte(`{"config":{"Cmd":"run","Entrypoint":null,"Labels":null,"Healthcheck":null},"created":"yesterday","history":null}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(words{"run"}, c.Config.Cmd); diff != "" || !when(c.Created).IsZero() {
		t.Error(diff, c.Created)
	}
	p := &pointed{layers: []layer{{diffID: "x"}}}
	if got := describe(p, c); len(got.Layers) != 1 || got.Layers[0].Instruction != "" {
		t.Errorf("%+v", got.Layers)
	}
}

func TestInstruction(t *testing.T) {
	drawn := "a1B2c3D4e5F6g7H8i9J0" // made of a pattern
	tests := []struct{ in, comment, want string }{
		{"/bin/sh -c #(nop) ADD file:abc in / ", "", "ADD file:abc in /"},
		{"/bin/sh -c #(nop)  CMD [\"bash\"]", "", `CMD ["bash"]`},
		{"/bin/sh -c apt-get update", "", "RUN apt-get update"},
		{"RUN /bin/sh -c make -j4\tall # buildkit", "", "RUN make -j4 all"},
		{"RUN make # buildkit", "", "RUN make"},
		{"|1 TOKEN=hunter2 /bin/sh -c make", "", "RUN make"},
		{"RUN |2 A=1 TOKEN=hunter2 /bin/sh -c make # buildkit", "", "RUN make"},
		{"COPY . /app # buildkit", "", "COPY . /app"},
		{"", "bazel build", "bazel build"},
		{"ENV DB_PASSWORD=hunter2 PORT=80", "", "ENV DB_PASSWORD=*** PORT=80"},
		{"RUN curl -H 'Authorization: Bearer hunter2' https://x.example/a", "", "RUN curl -H 'Authorization: *** *** https://x.example/a"},
		{"RUN git clone https://bob:hunter2@git.example/a.git && x", "", "RUN git clone https://***@git.example/a.git && x"},
		{"RUN curl -u bob:hunter2 https://x.example", "", "RUN curl -u *** https://x.example"},
		{"RUN curl https://x.example/a?sig=hunter2", "", "RUN curl https://x.example/a?***"},
		{"RUN login --password hunter2 x", "", "RUN login --password *** x"},
		{"RUN login --password=hunter2 x", "", "RUN login --password=*** x"},
		{`RUN echo '{"auth":"hunter2"}' > x`, "", `RUN echo '{"auth":*** > x`},
		{"RUN echo " + drawn + " > x", "", "RUN echo *** > x"},
		{"RUN echo a\n\x1b[31m b", "", "RUN echo a \x1b[31m b"},
		{strings.Repeat("é", 400), "", strings.Repeat("é", 150) + "…"},
	}
	for _, test := range tests {
		got := instruction(test.in, test.comment)
		if got != test.want {
			t.Errorf("instruction(%q) = %q, want %q", test.in, got, test.want)
		}
		if strings.Contains(got, "hunter2") {
			t.Errorf("instruction(%q) shows the secret", test.in)
		}
	}
}

func TestInside(t *testing.T) {
	tests := []struct {
		in, want string
		err      error
	}{
		{"a/b", "a/b", nil}, {"./a", "a", nil}, {"/a", "a", nil}, {"//a//b/", "a/b", nil}, {"a/", "a", nil}, {".", "", nil}, {"./", "", nil}, {"/", "", nil}, {"", "", nil},
		{"a/./b", "a/b", nil}, {"a/../b", "b", nil}, {"a/..", "", nil}, {"a/.", "a", nil}, {"././a", "a", nil},
		{"..", "", errEscapes}, {"../a", "", errEscapes}, {"a/../../b", "", errEscapes}, {"/../a", "", errEscapes}, {"./../a", "", errEscapes},
		{"a\x00b", "", errName}, {strings.Repeat("a", maxPath+1), "", errLong}, {"...", "...", nil}, {"a/..b", "a/..b", nil}, {`a\..\b`, `a\..\b`, nil},
	}
	for _, test := range tests {
		if got, err := inside(test.in); got != test.want || err != test.err {
			t.Errorf("inside(%q) = %q, %v; want %q, %v", test.in, got, err, test.want, test.err)
		}
	}
}

func FuzzInside(f *testing.F) {
	for _, seed := range []string{"a/b", "./a/../b", "/../x", "a//b/./c", "..", "a/.."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got, err := inside(name)
		if err != nil {
			return
		}
		again, err := inside(got)
		if err != nil || again != got {
			t.Errorf("inside(%q) = %q, and of that %q, %v", name, got, again, err)
		}
		for step := range strings.SplitSeq(got, "/") {
			if got != "" && (step == "" || step == "." || step == "..") {
				t.Errorf("inside(%q) = %q", name, got)
			}
		}
	})
}

// What is hidden is what a walk over real layers would hide.
func TestSeen_againstPlainReckoning(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func() string { return []string{"a", "a/b", "a/b/c", "a/d", "e", "e/f"}[r.IntN(6)] }
	for range 2000 {
		s := newSeen()
		type fact struct {
			m     mark
			path  string
			layer int
		}
		var facts []fact
		for layer := 4; layer > 1; layer-- {
			for range r.IntN(3) {
				f := fact{[]mark{markWhole, markFolder, markBelow}[r.IntN(3)], pick(), layer}
				facts = append(facts, f)
				s.add(f.m, f.path, f.layer)
			}
		}
		path, layer := pick(), 1+r.IntN(4)
		want := false
		for _, f := range facts {
			below := strings.HasPrefix(path, f.path+"/")
			switch f.m {
			case markWhole:
				want = want || f.layer > layer && (below || f.path == path)
			case markFolder:
				want = want || f.layer > layer && f.path == path
			case markBelow:
				want = want || f.layer > layer && below
			}
		}
		dir, _ := splitPath(path)
		if got := s.folderHidden(dir, layer) || s.fileHidden(path, layer); got != want {
			t.Fatalf("%q in layer %d of %v: %t", path, layer, facts, got)
		}
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"schemaVersion":2,"config":{"digest":"sha256:00","size":1},"layers":[{"size":-1}]}`))
	f.Add([]byte(`{"manifests":[{"platform":{"os":"linux","architecture":"amd64"},"annotations":{"a":"b"}}]}`))
	f.Add([]byte(`{"config":{"Cmd":"x","Env":["A=b"]},"history":[{"created_by":"|1 A=b /bin/sh -c x"}],"rootfs":{"diff_ids":["x"]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := readManifest(data); err == nil {
			choose(m.Manifests, "linux/arm/v7")
			choose(m.Manifests, "")
			pick(m.Manifests, "")
		}
		if c, err := readConfig(data); err == nil {
			p := &pointed{}
			for _, d := range c.RootFS.DiffIDs {
				p.layers = append(p.layers, layer{diffID: d})
			}
			describe(p, c)
		}
	})
}

func FuzzLayer(f *testing.F) {
	f.Add(pack(f, plain("a", "1"), plain(".wh.b", ""), part{name: "c", kind: '1', link: "a"}))
	f.Add(sparse(f, "x", 1000))
	f.Add(zipped(f, pack(f, dir("a/"), plain("a/.wh..wh..opq", ""))))
	f.Add(bomb(f, 1000))
	f.Fuzz(func(t *testing.T, data []byte) {
		open := fixed(data)
		i := &Image{options: Options{MaxSize: 16 << 20, MaxFileSize: 1 << 20, Linked: func(string) bool { return true }}.filled(), config: []byte("{}")}
		i.layers = []layer{{digest: digestOf(data), diffID: digestOf(data), size: int64(len(data)), open: open}, {digest: digestOf(data), diffID: digestOf(data), size: int64(len(data)), open: open}}
		g := run1(t, i, 1)
		for _, line := range g.files {
			if strings.HasPrefix(line, "3 ") {
				t.Error(line)
			}
		}
	})
}

func FuzzArchive(f *testing.F) {
	layer := pack(f, plain("a", "1"))
	config := `{"rootfs":{"diff_ids":["` + diffID(layer) + `"]}}`
	f.Add(pack(f, plain("manifest.json", `[{"Config":"c.json","Layers":["l/layer.tar"]}]`), plain("c.json", config), plain("l/layer.tar", string(layer))))
	f.Add(pack(f, plain("manifest.json", `[{"Config":"c","Layers":["l"]}]`), plain("c", config), part{name: "l", kind: '2', link: "../m"}, part{name: "m", kind: '1', link: "n"}))
	f.Add(pack(f, plain("oci-layout", "{}"), plain("index.json", `{"manifests":[]}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		i := &Image{options: Options{MaxSize: 16 << 20}.filled()}
		p, err := i.inTar(context.Background(), anyKind, io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data))), "")
		if err == nil && i.take(p) == nil {
			run1(t, i, 1)
		}
	})
}
