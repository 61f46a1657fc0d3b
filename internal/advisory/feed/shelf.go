package feed

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// shelf is where the files of a mirror stand.
type shelf interface {
	// small reads a small file; fs.ErrNotExist where there is none.
	small(ctx context.Context, name string, most int64) ([]byte, error)
	// fetch brings a file of the size that the index says, and gives where it is now. Done is called when it is used up.
	fetch(ctx context.Context, p Part) (in io.ReadCloser, done func(), err error)
	close()
}

// openShelf opens a path as a mirror: a folder with an index, or a tar of one. False where it is none.
func openShelf(path string) (shelf, bool, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, false, err
	case info.IsDir():
		root, err := os.OpenRoot(path)
		if err != nil {
			return nil, false, err
		}
		s := &folderShelf{root}
		if isMirror(s) {
			return s, true, nil
		}
		s.close()
		return nil, false, nil
	case strings.HasSuffix(strings.ToLower(path), ".tar"):
		s, err := openTar(path)
		if err != nil {
			return nil, false, err
		}
		return s, true, nil
	}
	return nil, false, nil
}

func isMirror(s shelf) bool {
	data, err := s.small(context.Background(), indexName, maxIndex)
	if err != nil {
		return false
	}
	_, err = parseIndex(data)
	return !errors.Is(err, errNoIndex)
}

// folderShelf is a folder. Links that lead out of it are not followed.
type folderShelf struct{ root *os.Root }

func (s *folderShelf) small(_ context.Context, name string, most int64) ([]byte, error) {
	f, err := s.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, name, most)
}

func readAll(r io.Reader, name string, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s has more than %d bytes", name, most)
	}
	return data, err
}

func (s *folderShelf) fetch(_ context.Context, p Part) (io.ReadCloser, func(), error) {
	f, err := s.root.Open(p.File)
	return f, func() {}, err
}

func (s *folderShelf) close() { s.root.Close() }

// tarShelf is an uncompressed tar.
type tarShelf struct {
	f *os.File
	// parts are where files lie, and how large they are.
	parts map[string][2]int64
}

func openTar(path string) (*tarShelf, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s := &tarShelf{f, map[string][2]int64{}}
	if err := s.list(); err != nil {
		f.Close()
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	return s, nil
}

// list goes through the headers.
func (s *tarShelf) list() error {
	in := tar.NewReader(s.f)
	for n := 0; ; n++ {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if n > 10_000 {
			return errors.New("it holds more files than any mirror")
		}
		at, err := s.f.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		if _, twice := s.parts[h.Name]; h.Typeflag != tar.TypeReg || !plainFile(h.Name) || twice {
			return fmt.Errorf("%.80q has no place in a bundle", h.Name)
		}
		s.parts[h.Name] = [2]int64{at, h.Size}
	}
	if _, ok := s.parts[indexName]; !ok {
		return errNoIndex
	}
	return nil
}

func (s *tarShelf) open(name string) (*io.SectionReader, error) {
	at, ok := s.parts[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return io.NewSectionReader(s.f, at[0], at[1]), nil
}

func (s *tarShelf) small(_ context.Context, name string, most int64) ([]byte, error) {
	in, err := s.open(name)
	if err != nil {
		return nil, err
	}
	return readAll(in, name, most)
}

func (s *tarShelf) fetch(_ context.Context, p Part) (io.ReadCloser, func(), error) {
	in, err := s.open(p.File)
	if err != nil {
		return nil, nil, err
	}
	return io.NopCloser(in), func() {}, nil
}

func (s *tarShelf) close() { s.f.Close() }

// webShelf is an address. What is large is fetched into the stage, from where it goes on after an interruption.
type webShelf struct {
	origin *origin
	stage  string
}

func (s *webShelf) small(ctx context.Context, name string, most int64) ([]byte, error) {
	a, err := s.origin.get(ctx, question{path: []string{name}, most: most})
	return a.data, err
}

func (s *webShelf) fetch(ctx context.Context, p Part) (io.ReadCloser, func(), error) {
	if err := os.MkdirAll(s.stage, 0o755); err != nil {
		return nil, nil, err
	}
	path := filepath.Join(s.stage, p.File)
	if _, err := s.origin.download(ctx, question{path: []string{p.File}, most: p.Size}, path); err != nil {
		return nil, nil, err
	}
	f, err := os.Open(path)
	return f, func() { discard(path); _ = os.Remove(s.stage) }, err
}

func (s *webShelf) close() {}

var (
	_ shelf = (*folderShelf)(nil)
	_ shelf = (*tarShelf)(nil)
	_ shelf = (*webShelf)(nil)
)
