package image

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// kind says how an image is had.
type kind string

// The kinds, as the prefixes that force them.
const (
	anyKind       kind = ""
	dockerArchive kind = "docker-archive"
	ociArchive    kind = "oci-archive"
	ociLayout     kind = "oci"
	fromRegistry  kind = "registry"
	fromDaemon    kind = "docker-daemon"
)

// split takes the prefix off a reference.
func split(ref string) (kind, string) {
	for _, k := range []kind{dockerArchive, ociArchive, ociLayout, fromRegistry, fromDaemon} {
		if rest, ok := strings.CutPrefix(ref, string(k)+":"); ok {
			if k == fromRegistry {
				rest = strings.TrimPrefix(rest, "//")
			}
			return k, rest
		}
	}
	return anyKind, ref
}

// open reads what leads to an image's layers.
func (i *Image) open(ctx context.Context, k kind, ref string) (*pointed, error) {
	switch {
	case ref == "":
		return nil, errors.New("open image: no reference is given")
	case k == fromRegistry:
		return i.fromRegistry(ctx, ref)
	case k == fromDaemon:
		return i.fromDaemon(ctx, ref)
	}
	path, which := ref, ""
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if n := strings.LastIndexByte(ref, '#'); n > 0 {
			path, which = ref[:n], ref[n+1:]
			info, err = os.Stat(path)
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && k == anyKind && !looksLikePath(ref):
		return i.fromRegistry(ctx, ref)
	case err != nil:
		return nil, fmt.Errorf("open image: %w", err)
	case info.IsDir() && (k == anyKind || k == ociLayout):
		return i.fromLayout(ctx, path, which)
	case info.Mode().IsRegular() && k != ociLayout:
		return i.fromArchive(ctx, k, path, which)
	case k == anyKind:
		return nil, fmt.Errorf("open image: %q is neither a file nor a folder", path)
	}
	return nil, fmt.Errorf("open image: %q is not what the prefix %q says", path, k)
}

// looksLikePath tells a reference that can be no name in a registry, or is meant as none.
func looksLikePath(ref string) bool {
	if strings.HasPrefix(ref, "/") || strings.HasPrefix(ref, ".") || strings.Contains(ref, `\`) {
		return true
	}
	for _, ending := range []string{".tar", ".tar.gz", ".tgz", ".tar.zst"} {
		if strings.HasSuffix(ref, ending) {
			return true
		}
	}
	return false
}
