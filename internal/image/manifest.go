package image

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
)

// Limits of what is read whole, in bytes and in number.
const (
	maxManifest = 4 << 20
	maxConfig   = 8 << 20
	maxLayers   = 1000
	maxNested   = 4
)

// descriptor names content by digest and size.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      digest            `json:"digest"`
	Size        int64             `json:"size"`
	URLs        []string          `json:"urls"`
	Annotations map[string]string `json:"annotations"`
	Platform    *platform         `json:"platform"`
}

// digest is "sha256:HEX" or "sha512:HEX".
type digest string

// parts checks the form: what passes can be used as a file's name.
func (d digest) parts() (algorithm, code string, err error) {
	algorithm, code, _ = strings.Cut(string(d), ":")
	want := map[string]int{"sha256": sha256.Size * 2, "sha512": sha512.Size * 2}[algorithm]
	lower := strings.Trim(code, "0123456789abcdef") == ""
	if want == 0 || len(code) != want || !lower {
		return "", "", fmt.Errorf("digest %q is not of the form sha256:HEX or sha512:HEX", clip(string(d), 200))
	}
	return algorithm, code, nil
}

// hasher makes the hash that the digest was made with.
func (d digest) hasher() (hash.Hash, error) {
	algorithm, _, err := d.parts()
	if err != nil {
		return nil, err
	}
	if algorithm == "sha512" {
		return sha512.New(), nil
	}
	return sha256.New(), nil
}

// fits compares a finished hash.
func (d digest) fits(h hash.Hash) error {
	_, code, err := d.parts()
	if err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != code {
		return fmt.Errorf("%w: promised %s, had %s…", ErrLie, d.short(), got[:12])
	}
	return nil
}

// short is the form people read.
func (d digest) short() string {
	algorithm, code, ok := strings.Cut(string(d), ":")
	if !ok {
		return clip(string(d), 20)
	}
	return algorithm + ":" + code[:min(12, len(code))]
}

// manifest is an image's, or an index of several: one of the two and never both.
type manifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	Config        *descriptor       `json:"config"`
	Layers        []descriptor      `json:"layers"`
	Manifests     []descriptor      `json:"manifests"`
	Annotations   map[string]string `json:"annotations"`
}

// readManifest decodes a manifest or index. What kind it is, its content says and not who sent it.
func readManifest(data []byte) (*manifest, error) {
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	switch {
	case m.SchemaVersion == 1:
		return nil, errors.New("read manifest: it is of schema 1, which docker gave up in 2019 and which is not read here")
	case m.Manifests != nil && (m.Config != nil || m.Layers != nil):
		return nil, errors.New("read manifest: it says that it is an image and an index of images at once")
	case m.Manifests == nil && m.Config == nil:
		return nil, errors.New("read manifest: it is neither an image nor an index of images")
	case len(m.Layers) > maxLayers || len(m.Manifests) > maxLayers:
		return nil, fmt.Errorf("read manifest: it has more than %d parts", maxLayers)
	}
	return &m, nil
}

// fetcher gives content by its descriptor.
type fetcher interface {
	// manifest gives a manifest, checked.
	manifest(ctx context.Context, d descriptor) ([]byte, error)
	// blob opens content. Checked tells that the reader itself checks digest and size. errAbsent says that there is none.
	blob(ctx context.Context, d descriptor) (r io.ReadCloser, checked bool, err error)
}

// errAbsent says that content is named and not there.
var errAbsent = errors.New("it is not there")

// pointed is what leads to an image.
type pointed struct {
	// name is how the image was asked for; digest its manifest's, "" where there is none; index that of the index it was chosen from.
	name          string
	digest, index digest
	annotations   map[string]string
	config        []byte
	configDigest  digest
	layers        []layer
}

// follow goes from an index to the image of the wanted platform.
func (i *Image) follow(ctx context.Context, from fetcher, d descriptor, data []byte) (*pointed, error) {
	p := &pointed{digest: d.Digest}
	for range maxNested {
		m, err := readManifest(data)
		if err != nil {
			return nil, err
		}
		if m.Manifests == nil {
			return p, p.read(ctx, from, m)
		}
		if p.index == "" {
			p.index = p.digest
		}
		child, err := choose(m.Manifests, i.options.Platform)
		if err != nil {
			return nil, err
		}
		p.digest = child.Digest
		if data, err = from.manifest(ctx, child); err != nil {
			return nil, fmt.Errorf("read manifest %s: %w", child.Digest.short(), err)
		}
	}
	return nil, errors.New("read manifest: more indexes inside one another than make sense")
}

// read takes configuration and layers from an image's manifest.
func (p *pointed) read(ctx context.Context, from fetcher, m *manifest) error {
	p.annotations = m.Annotations
	p.configDigest = m.Config.Digest
	var err error
	if p.config, err = small(ctx, from, *m.Config, maxConfig); err != nil {
		return fmt.Errorf("read configuration %s: %w", m.Config.Digest.short(), err)
	}
	for _, d := range m.Layers {
		if _, _, err := d.Digest.parts(); err != nil {
			return fmt.Errorf("read manifest: layer: %w", err)
		}
		if d.Size < 0 {
			return fmt.Errorf("read manifest: layer %s: size %d", d.Digest.short(), d.Size)
		}
		p.layers = append(p.layers, layer{
			digest: d.Digest, size: d.Size, refused: refusal(d, from),
			open: func(ctx context.Context) (io.ReadCloser, bool, error) { return from.blob(ctx, d) },
		})
	}
	return nil
}

// small reads a whole blob of at most limit bytes and checks it.
func small(ctx context.Context, from fetcher, d descriptor, limit int64) ([]byte, error) {
	if d.Size < 0 || d.Size > limit {
		return nil, fmt.Errorf("it has %d bytes; at most %d are read", d.Size, limit)
	}
	r, _, err := from.blob(ctx, d)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, d.Size+1))
	if err != nil {
		return nil, err
	}
	return data, checkWhole(data, d)
}

// checkWhole compares content with its descriptor.
func checkWhole(data []byte, d descriptor) error {
	if int64(len(data)) != d.Size {
		return fmt.Errorf("%w: promised %d bytes", ErrLie, d.Size)
	}
	h, err := d.Digest.hasher()
	if err != nil {
		return err
	}
	h.Write(data)
	return d.Digest.fits(h)
}

// refusal says why a layer is not even tried, "" where it is.
func refusal(d descriptor, from fetcher) string {
	_, remote := from.(*registry)
	switch {
	case strings.HasSuffix(d.MediaType, "+encrypted"):
		return "encrypted layer, not read"
	case remote && (len(d.URLs) > 0 || isForeign(d.MediaType)):
		return "foreign layer, not fetched"
	}
	return ""
}

func isForeign(mediaType string) bool {
	return strings.Contains(mediaType, ".foreign.") || strings.Contains(mediaType, ".nondistributable.")
}

// take makes the image of what leads to it.
func (i *Image) take(p *pointed) error {
	c, err := readConfig(p.config)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	if len(c.RootFS.DiffIDs) != len(p.layers) {
		return fmt.Errorf("read configuration: it names %d layers and the manifest %d; it is no container image, or was tampered with", len(c.RootFS.DiffIDs), len(p.layers))
	}
	if p.index == "" && i.options.Platform != "" {
		if err := c.platform().demand(i.options.Platform); err != nil {
			return fmt.Errorf("read configuration: %w", err)
		}
	}
	for n := range p.layers {
		p.layers[n].diffID = c.RootFS.DiffIDs[n]
		if _, _, err := p.layers[n].diffID.parts(); err != nil {
			return fmt.Errorf("read configuration: layer %d: %w", n+1, err)
		}
	}
	i.config, i.layers = p.config, p.layers
	i.name = p.name
	if p.digest != "" {
		i.name = p.name + "@" + string(p.digest)
	}
	i.about = describe(p, c)
	for n := range i.layers {
		l, a := &i.layers[n], i.about.Layers[slices.IndexFunc(i.about.Layers, func(a Layer) bool { return a.Number == n+1 })]
		l.logical = a.logical()
	}
	return nil
}

// clip cuts a text from outside to at most n bytes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// digestOf is the digest of content.
func digestOf(data []byte) digest {
	sum := sha256.Sum256(data)
	return digest("sha256:" + hex.EncodeToString(sum[:]))
}
