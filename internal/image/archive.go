package image

import (
	"archive/tar"
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// maxMembers bounds the files of an archive of layers.
const maxMembers = 100_000

// maxLinks bounds how many links inside an archive follow one another.
const maxLinks = 8

// member is one file of an archive: where its content lies, or what it links to.
type member struct {
	at, size int64
	link     string
}

// tarFile opens the members of an uncompressed tar by name.
type tarFile struct {
	content io.ReaderAt
	members map[string]member
}

// indexTar goes through the headers of a tar once; content is passed over and not read.
func indexTar(ctx context.Context, in *io.SectionReader) (*tarFile, error) {
	f := &tarFile{content: in, members: map[string]member{}}
	t := tar.NewReader(in)
	for n := 0; ; n++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		h, err := t.Next()
		if err == io.EOF {
			return f, nil
		}
		at, _ := in.Seek(0, io.SeekCurrent) // a section tells where it is
		if err != nil {
			return nil, fmt.Errorf("read archive at byte %d: %w", at, err)
		}
		if n == maxMembers {
			return nil, fmt.Errorf("read archive: it has more than %d members, and is no image", maxMembers)
		}
		name, err := inside(h.Name)
		if err != nil || isSparse(h) {
			continue // no part of an image is written so
		}
		switch h.Typeflag {
		case tar.TypeReg:
			f.members[name] = member{at: at, size: h.Size}
		case tar.TypeSymlink:
			f.members[name] = member{link: path.Join(path.Dir(name), h.Linkname)}
		case tar.TypeLink:
			f.members[name] = member{link: path.Clean(h.Linkname)}
		}
	}
}

func (f *tarFile) open(name string) (io.ReadCloser, int64, error) {
	name = path.Clean(name)
	for range maxLinks {
		m, ok := f.members[name]
		if !ok {
			return nil, 0, fs.ErrNotExist
		}
		if m.link == "" {
			return io.NopCloser(io.NewSectionReader(f.content, m.at, m.size)), m.size, nil
		}
		name = m.link
	}
	return nil, 0, fmt.Errorf("%q: links lead in a circle", clip(name, 200))
}

// fromArchive finds an image in an archive that docker, podman, skopeo or another builder wrote.
func (i *Image) fromArchive(ctx context.Context, k kind, file, which string) (*pointed, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open image: %w", err)
	}
	i.close = append(i.close, func() { f.Close() })
	p, err := i.inFile(ctx, k, f, which)
	if err != nil {
		return nil, fmt.Errorf("open image %q: %w", file, err)
	}
	p.name = file
	return p, nil
}

// inFile finds an image in an archive, which is unpacked to a temporary file first where it is compressed.
func (i *Image) inFile(ctx context.Context, k kind, f *os.File, which string) (*pointed, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, plainError(err)
	}
	head := make([]byte, 8)
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, plainError(err)
	}
	size := info.Size()
	if formOf(head[:n]) != formPlain {
		if f, size, err = i.spool(ctx, f); err != nil {
			return nil, err
		}
	}
	return i.inTar(ctx, k, io.NewSectionReader(f, 0, size), which)
}

// inTar finds an image in a tar. Where both docker's and OCI's lists are there (docker 25 and later), they tell of the same
// content, and docker's is the one with one entry an image.
func (i *Image) inTar(ctx context.Context, k kind, content *io.SectionReader, which string) (*pointed, error) {
	files, err := indexTar(ctx, content)
	if err != nil {
		return nil, err
	}
	_, docker := files.members[dockerIndex]
	_, oci := files.members[layoutIndex]
	switch {
	case docker && k != ociArchive:
		return i.inDocker(files, which)
	case oci && k != dockerArchive:
		return i.inLayout(ctx, files, which)
	}
	return nil, fmt.Errorf("it holds neither docker's %s nor OCI's %s", dockerIndex, layoutIndex)
}

// dockerImage is one image of docker's manifest.json.
type dockerImage struct {
	Config       string
	RepoTags     []string
	Layers       []string
	LayerSources map[digest]descriptor
}

// inDocker finds an image among the files of a docker-save archive.
func (i *Image) inDocker(files opener, which string) (*pointed, error) {
	data, err := wholeFile(files, dockerIndex, maxManifest)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", dockerIndex, err)
	}
	var images []dockerImage
	if err := json.Unmarshal(data, &images); err != nil {
		return nil, fmt.Errorf("read %s: %w", dockerIndex, err)
	}
	m, err := pickDocker(images, which)
	if err != nil {
		return nil, err
	}
	if len(m.Layers) > maxLayers {
		return nil, fmt.Errorf("read %s: it names more than %d layers", dockerIndex, maxLayers)
	}
	p := &pointed{}
	if p.config, err = wholeFile(files, m.Config, maxConfig); err != nil {
		return nil, fmt.Errorf("read configuration %q: %w", clip(m.Config, 200), err)
	}
	p.configDigest = digestOf(p.config)
	if named := nameDigest(m.Config); named != "" && named != p.configDigest {
		return nil, fmt.Errorf("read configuration %q: %w", clip(m.Config, 200), ErrLie)
	}
	c, err := readConfig(p.config)
	if err != nil {
		return nil, fmt.Errorf("read configuration %q: %w", clip(m.Config, 200), err)
	}
	for n, name := range m.Layers {
		l := layer{open: func(context.Context) (io.ReadCloser, bool, error) {
			r, _, err := files.open(name)
			if errors.Is(err, fs.ErrNotExist) {
				err = errAbsent
			}
			return r, false, err
		}}
		r, size, err := files.open(name)
		switch {
		case err == nil:
			r.Close()
			if strings.HasPrefix(name, blobFolder+"/") { // elsewhere a layer's name promises nothing; its diffID does
				l.digest, l.size = nameDigest(name), size
			}
		case n < len(c.RootFS.DiffIDs) && len(m.LayerSources[c.RootFS.DiffIDs[n]].URLs) > 0:
			l.refused = "foreign layer, not fetched"
		}
		p.layers = append(p.layers, l)
	}
	return p, nil
}

// pickDocker chooses an image of docker's list by one of its names.
func pickDocker(images []dockerImage, which string) (*dockerImage, error) {
	var names []string
	for n := range images {
		m := &images[n]
		if which != "" && (slices.Contains(m.RepoTags, which) || string(nameDigest(m.Config)) == which) {
			return m, nil
		}
		if names = append(names, m.RepoTags...); len(m.RepoTags) == 0 {
			names = append(names, string(nameDigest(m.Config)))
		}
	}
	listed := clip(strings.Join(names, ", "), 1000)
	switch {
	case which != "":
		return nil, fmt.Errorf("it holds no image %q; it holds %s", which, listed)
	case len(images) == 0:
		return nil, fmt.Errorf("read %s: it names no image", dockerIndex)
	case len(images) > 1:
		return nil, fmt.Errorf("it holds several images; name one after a #: %s", listed)
	}
	return &images[0], nil
}

// nameDigest is the digest that a member is named after, "" where it is named otherwise: "HEX.json", "blobs/sha256/HEX", "sha256:HEX".
func nameDigest(name string) digest {
	d := digest("sha256:" + strings.TrimSuffix(strings.TrimPrefix(path.Base(name), "sha256:"), ".json"))
	if _, _, err := d.parts(); err != nil {
		return ""
	}
	return d
}

// spool unpacks an archive to a temporary file that has no name where the system allows it, and so goes away with the process.
func (i *Image) spool(ctx context.Context, in io.Reader) (*os.File, int64, error) {
	f, err := os.CreateTemp(i.options.TempDir, "reeve-image-")
	if err != nil {
		return nil, 0, fmt.Errorf("unpack archive: %w", err)
	}
	_ = os.Remove(f.Name())
	i.close = append(i.close, func() {
		f.Close()
		_ = os.Remove(f.Name())
	})
	s := &stored{r: in, size: -1}
	r, form, err := decompress(bufio.NewReaderSize(s, 64<<10))
	if err != nil {
		return nil, 0, fmt.Errorf("unpack archive: %w", err)
	}
	defer r.Close()
	left := i.options.MaxSize
	u := &unpacked{r: r, from: s, ratio: int64(i.options.Ratio), left: &left}
	n, err := io.Copy(f, untilDone{ctx, u})
	if err != nil {
		return nil, 0, fmt.Errorf("unpack archive: %s, after %d bytes: %w", form, n, plainError(err))
	}
	return f, n, nil
}

// untilDone reads until the context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}
