package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
)

// download fetches content into a file. What an attempt or an earlier run has fetched of it is kept beside the file (PATH.part, and
// its tag in PATH.etag) and only the rest is asked for, as long as the source still has the same content.
//
// A file that is there already and has a tag beside it is complete: then it is asked only whether it is still the newest.
func (o *origin) download(ctx context.Context, q question, path string) (etag string, err error) {
	have := ""
	if isRegular(path) {
		have = readTag(path)
	}
	err = o.persist(ctx, &q, func() error {
		etag, err = o.fetchRest(ctx, q, path, have)
		return err
	})
	if errors.Is(err, errSame) && have != "" && q.etag != have {
		return have, nil
	}
	return etag, err
}

func isRegular(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().IsRegular()
}

// fetchRest makes one attempt.
func (o *origin) fetchRest(ctx context.Context, q question, path, have string) (etag string, err error) {
	f, err := os.OpenFile(path+".part", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	switch tag := readTag(path); {
	case have != "":
		q.etag = have
	case info.Size() > 0 && info.Size() < q.most && strongTag(tag):
		q.from, q.etag = info.Size(), tag
	}
	res, err := o.ask(ctx, &q)
	if err != nil {
		if q.from > 0 && !isPassing(err) { // the part may be the whole, or is of no use: begin anew
			_ = os.Remove(path + ".etag")
			return "", &passing{err: err}
		}
		return "", err
	}
	defer res.Body.Close()
	if err := o.place(res, f, q.from); err != nil {
		return "", err
	}
	etag = res.Header.Get("ETag")
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) { // what is complete must not stand beside another tag
		return "", err
	}
	if err := os.WriteFile(path+".etag", []byte(etag), 0o600); err != nil {
		return "", err
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return "", err
	}
	n, err := io.Copy(struct{ io.Writer }{f}, io.LimitReader(&counter{res.Body, o.bytes}, q.most-at+1))
	var disk *fs.PathError
	switch {
	case errors.As(err, &disk):
		return "", err
	case err != nil:
		return "", o.failure(err)
	case at+n > q.most:
		return "", fmt.Errorf("it has more than %d bytes", q.most)
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	return etag, os.Rename(path+".part", path)
}

// place sets the file to where the answer begins.
func (o *origin) place(res *http.Response, f *os.File, from int64) error {
	at := int64(0)
	if res.StatusCode == http.StatusPartialContent {
		begin, ok := contentRange(res.Header.Get("Content-Range"))
		if !ok || begin != from {
			return errors.New("the source gives another part than was asked for")
		}
		at = from
	}
	if err := f.Truncate(at); err != nil {
		return err
	}
	_, err := f.Seek(at, io.SeekStart)
	return err
}

func isPassing(err error) bool {
	var again *passing
	return errors.As(err, &again)
}

// strongTag tells whether a tag stands for the very bytes.
func strongTag(tag string) bool { return strings.HasPrefix(tag, `"`) }

func readTag(path string) string {
	data, err := readFile(path+".etag", 1<<10)
	if err != nil {
		return ""
	}
	return string(data)
}

// discard takes away what was downloaded, whole or in part.
func discard(path string) {
	for _, suffix := range []string{"", ".part", ".etag"} {
		_ = os.Remove(path + suffix)
	}
}
