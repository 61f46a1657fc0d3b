package target

import (
	"bytes"
	"fmt"
)

var _ Reader = (*Directory)(nil)

// ReadFile reads a file below the folder again. What is no plain file by now, or lies behind a link, is an error.
func (d *Directory) ReadFile(path string) ([]byte, error) {
	if !localPath(path) {
		return nil, fmt.Errorf("read %q: not a path inside the folder", path)
	}
	root, err := openRoot(d.path)
	if err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	defer root.release()
	in := root
	dir, name := split(path)
	if dir != "" {
		if in, err = root.open(dir); err != nil {
			return nil, fmt.Errorf("read %q: %w", path, err)
		}
		defer in.release()
	}
	r := reader{limit: d.options.MaxFileSize}
	data, _, kind, err := r.read(in, name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %q: %w", path, err)
	case kind != 0:
		return nil, fmt.Errorf("read %q: not a plain file", path)
	}
	return bytes.Clone(data), nil
}
