package image

import (
	"errors"
	"strings"
)

// maxPath bounds a path, in bytes: as much as Linux takes.
const maxPath = 4096

var (
	errEscapes = errors.New("its path leads out of the image")
	errLong    = errors.New("its path is longer than 4096 bytes")
	errName    = errors.New("its path holds a zero byte")
)

// inside makes a path of an entry's name: relative to the image's root, without "." and ".." steps; "" is the root itself.
func inside(name string) (string, error) {
	switch {
	case len(name) > maxPath:
		return "", errLong
	case strings.IndexByte(name, 0) >= 0:
		return "", errName
	}
	name = strings.TrimPrefix(name, "./")
	if isPlain(name) {
		return strings.TrimSuffix(name, "/"), nil
	}
	var steps []string
	for step := range strings.SplitSeq(name, "/") {
		switch step {
		case "", ".":
		case "..":
			if len(steps) == 0 {
				return "", errEscapes
			}
			steps = steps[:len(steps)-1]
		default:
			steps = append(steps, step)
		}
	}
	return strings.Join(steps, "/"), nil
}

// isPlain tells a name that has no step to take out but a slash at its end.
func isPlain(name string) bool {
	name = strings.TrimSuffix(name, "/")
	return name != "" && name != "." && name != ".." && name[0] != '/' && !strings.Contains(name, "//") && !strings.Contains(name, "/./") &&
		!strings.Contains(name, "/../") && !strings.HasPrefix(name, "../") && !strings.HasPrefix(name, "./") &&
		!strings.HasSuffix(name, "/.") && !strings.HasSuffix(name, "/..") && !strings.HasSuffix(name, "/")
}

func splitPath(path string) (dir, name string) {
	if n := strings.LastIndexByte(path, '/'); n >= 0 {
		return path[:n], path[n+1:]
	}
	return "", path
}

func joinPath(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}

// Names that OCI and docker give a meaning of their own (https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts).
const (
	whiteout = ".wh."
	opaque   = ".wh..wh..opq"
	aufs     = ".wh..wh."
)
