package registry

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb/dirhash"
)

// GoVersions gives the tagged versions of a module, with "v", in growing order.
func (c *Client) GoVersions(ctx context.Context, path string) ([]string, error) {
	body, err := c.golang(ctx, path, "@v/list")
	if err != nil {
		return nil, err
	}
	var out []string
	for line := range strings.FieldsSeq(string(body)) {
		if semver.IsValid(line) && module.Check(path, line) == nil {
			out = append(out, line)
		}
	}
	semver.Sort(out)
	return out, nil
}

// GoMod gives the go.mod of a module's version.
func (c *Client) GoMod(ctx context.Context, path, version string) ([]byte, error) {
	escaped, err := module.EscapeVersion(version)
	if err != nil {
		return nil, notAsked("Go", version)
	}
	return c.golang(ctx, path, "@v/"+escaped+".mod")
}

// GoModSum is the hash of a go.mod as go.sum has it.
func GoModSum(data []byte) (string, error) {
	return dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil })
}

func (c *Client) golang(ctx context.Context, path, rest string) ([]byte, error) {
	address, err := c.goAddress(path, rest)
	if err != nil {
		return nil, err
	}
	body, _, err := c.get(ctx, address, "")
	if err != nil {
		return nil, fmt.Errorf("look up %q: %w", path, err)
	}
	return body, nil
}

func (c *Client) goAddress(path, rest string) (string, error) {
	escaped, err := module.EscapePath(path)
	if err != nil {
		return "", notAsked("Go", path)
	}
	if module.MatchPrefixPatterns(c.options.Private, path) {
		return "", fmt.Errorf("%w: %q is private (GOPRIVATE)", ErrNotAsked, path)
	}
	return c.at("Go", escaped+"/"+rest)
}

// GoArchive is what a module's archive holds.
type GoArchive struct {
	// Sum is the archive's hash as go.sum has it ("h1:…").
	Sum string
}

// GoZip fetches a module's archive, works out its hash, and hands on its Go files one by one, by their paths in the module.
func (c *Client) GoZip(ctx context.Context, path, version string, file func(name string, data []byte)) (*GoArchive, error) {
	escaped, err := module.EscapeVersion(version)
	if err != nil {
		return nil, notAsked("Go", version)
	}
	address, err := c.goAddress(path, "@v/"+escaped+".zip")
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp("", "reeve-module-*.zip")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	err = c.open(ctx, address, "", func(r *http.Response) error {
		if err := statusError(r.StatusCode); err != nil {
			return err
		}
		n, err := io.Copy(f, io.LimitReader(r.Body, maxArchive+1))
		if err == nil && n > maxArchive {
			err = fmt.Errorf("the archive is larger than %d bytes", maxArchive)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("fetch %q: %w", path, err)
	}
	out := &GoArchive{}
	if out.Sum, err = dirhash.HashZip(f.Name(), dirhash.Hash1); err != nil {
		return nil, fmt.Errorf("read the archive of %q: %w", path, err)
	}
	return out, goFiles(f, path+"@"+version+"/", file)
}

// maxGoFile and maxGoFiles bound what is read of one archive, in bytes.
const (
	maxGoFile  = 8 << 20
	maxGoFiles = 500 << 20
)

func goFiles(f *os.File, prefix string, file func(name string, data []byte)) error {
	if file == nil {
		return nil
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	archive, err := zip.NewReader(f, info.Size())
	if err != nil {
		return fmt.Errorf("read archive: %w", err)
	}
	left := int64(maxGoFiles)
	for _, member := range archive.File {
		name, ok := strings.CutPrefix(member.Name, prefix)
		if !ok || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || member.UncompressedSize64 > maxGoFile {
			continue
		}
		if left -= int64(member.UncompressedSize64); left < 0 {
			return errors.New("read archive: it holds more than any module does")
		}
		r, err := member.Open()
		if err != nil {
			return fmt.Errorf("read archive: %w", err)
		}
		data, err := io.ReadAll(io.LimitReader(r, maxGoFile))
		r.Close()
		if err != nil {
			return fmt.Errorf("read archive: %w", err)
		}
		file(name, data)
	}
	return nil
}
