package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Files of an OCI layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md) and of docker's archives.
const (
	layoutMark   = "oci-layout"
	layoutIndex  = "index.json"
	blobFolder   = "blobs"
	dockerIndex  = "manifest.json"
	refName      = "org.opencontainers.image.ref.name"
	fullName     = "io.containerd.image.name"
	maxIndexFile = maxManifest
)

// opener opens the plain files of a folder or an archive by name. fs.ErrNotExist says that there is none.
type opener interface {
	open(name string) (r io.ReadCloser, size int64, err error)
}

// blobs gives the content of an OCI layout.
type blobs struct{ files opener }

func (b blobs) manifest(ctx context.Context, d descriptor) ([]byte, error) {
	return small(ctx, b, d, maxManifest)
}

func (b blobs) blob(_ context.Context, d descriptor) (io.ReadCloser, bool, error) {
	algorithm, code, err := d.Digest.parts()
	if err != nil {
		return nil, false, err
	}
	r, _, err := b.files.open(path.Join(blobFolder, algorithm, code))
	if errors.Is(err, fs.ErrNotExist) {
		err = errAbsent
	}
	return r, false, err
}

// folder opens the files of a folder, and none outside it whatever its links say.
type folder struct{ root *os.Root }

func (f folder) open(name string) (io.ReadCloser, int64, error) {
	info, err := f.root.Stat(name) // before opening: a pipe would block
	if err != nil {
		return nil, 0, plainError(err)
	}
	if !info.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("%q is not a plain file", name)
	}
	r, err := f.root.Open(name)
	if err != nil {
		return nil, 0, plainError(err)
	}
	return r, info.Size(), nil
}

// plainError takes the path out of an error: it is said already, and may be an absolute one.
func plainError(err error) error {
	var whole *fs.PathError
	if errors.As(err, &whole) {
		return whole.Err
	}
	return err
}

// fromLayout finds an image in an OCI layout folder.
func (i *Image) fromLayout(ctx context.Context, dir, which string) (*pointed, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open image: %w", err)
	}
	i.close = append(i.close, func() { root.Close() })
	p, err := i.inLayout(ctx, folder{root}, which)
	if err != nil {
		return nil, fmt.Errorf("open image %q: %w", dir, err)
	}
	p.name = dir
	return p, nil
}

// inLayout finds an image among the files of an OCI layout.
func (i *Image) inLayout(ctx context.Context, files opener, which string) (*pointed, error) {
	if _, err := wholeFile(files, layoutMark, maxIndexFile); err != nil {
		return nil, fmt.Errorf("it is no OCI layout: read %s: %w", layoutMark, err)
	}
	data, err := wholeFile(files, layoutIndex, maxIndexFile)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", layoutIndex, err)
	}
	index, err := readManifest(data)
	if err != nil {
		return nil, err
	}
	if index.Manifests == nil {
		return nil, fmt.Errorf("read %s: it is no index of images", layoutIndex)
	}
	named, err := pick(index.Manifests, which)
	if err != nil {
		return nil, err
	}
	d, err := choose(named, i.options.Platform)
	if err != nil {
		return nil, err
	}
	from := blobs{files}
	if data, err = from.manifest(ctx, d); err != nil {
		return nil, fmt.Errorf("read manifest %s: %w", d.Digest.short(), err)
	}
	return i.follow(ctx, from, d, data)
}

// pick keeps what a layout's index has under a name, a tag or a digest. Without a name, all must be of one image.
func pick(all []descriptor, which string) ([]descriptor, error) {
	all = slices.DeleteFunc(slices.Clone(all), isAttestation)
	var names []string
	var kept []descriptor
	for _, d := range all {
		name := d.Annotations[fullName]
		if name == "" {
			name = d.Annotations[refName]
		}
		if which == "" || which == name || which == d.Annotations[refName] || which == string(d.Digest) {
			kept = append(kept, d)
		}
		if name == "" {
			name = string(d.Digest)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	listed := clip(strings.Join(slices.Compact(slices.Clone(names)), ", "), 1000)
	switch {
	case len(kept) == 0 && which != "":
		return nil, fmt.Errorf("it holds no image %q; it holds %s", which, listed)
	case which == "" && len(kept) > 1 && !onePerPlatform(kept):
		return nil, fmt.Errorf("it holds several images; name one after a #: %s", listed)
	}
	return kept, nil
}

// onePerPlatform tells the entries of one image for several platforms from those of several images.
func onePerPlatform(all []descriptor) bool {
	seen := map[platform]bool{}
	names := map[string]bool{}
	for _, d := range all {
		if d.Platform == nil || seen[d.Platform.usual()] {
			return false
		}
		seen[d.Platform.usual()] = true
		names[d.Annotations[fullName]+"\x00"+d.Annotations[refName]] = true
	}
	return len(names) == 1
}

// wholeFile reads a file of at most limit bytes.
func wholeFile(files opener, name string, limit int64) ([]byte, error) {
	r, size, err := files.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if size > limit {
		return nil, fmt.Errorf("it has %d bytes; at most %d are read", size, limit)
	}
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("it has more than %d bytes", limit)
	}
	return data, err
}
