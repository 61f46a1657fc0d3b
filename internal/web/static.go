package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed static
var staticFiles embed.FS

// static is a file that pages load.
type static struct {
	content []byte
	kind    string
	// sum is in its address, so that browsers may keep it for ever.
	sum string
}

// statics are the embedded files by path, "reeve.css".
var statics = sync.OnceValue(func() map[string]static {
	all := map[string]static{}
	_ = fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := staticFiles.ReadFile(name)
		sum := sha256.Sum256(content)
		all[strings.TrimPrefix(name, "static/")] = static{content, kindOf(name), hex.EncodeToString(sum[:8])}
		return err
	}) // the files are in the binary: nothing can fail
	return all
})

// kindOf gives a media type that does not depend on the machine.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	return mime.FormatMediaType("text/plain", map[string]string{"charset": "utf-8"})
}

// staticURL is the address of a file.
func staticURL(name string) string { return "/static/" + name + "?v=" + statics()[name].sum }

func serveStatic(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/static/")
	file, ok := statics()[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.kind)
	h.Set("ETag", `"`+file.sum+`"`)
	switch {
	case r.URL.Query().Get("v") == file.sum:
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	case file.kind == "font/woff2": // style sheets name them without their sum
		h.Set("Cache-Control", "public, max-age=86400")
	default:
		h.Set("Cache-Control", "no-cache")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file.content))
}
