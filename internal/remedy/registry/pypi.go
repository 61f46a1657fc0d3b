package registry

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// PyPIFile is one file of a project: a wheel or a source archive.
type PyPIFile struct {
	// Name is the file's, Version the version it is of.
	Name, Version string
	// SHA256 is its hash in hex, "" where the index tells none.
	SHA256 string
	// Python is what it asks of the interpreter (Requires-Python), "" where it asks nothing.
	Python string
	// Yanked tells that it was taken back.
	Yanked bool

	// Size is in bytes, 0 where the index does not tell it.
	Size     int64
	address  string
	metadata string // the hash of its metadata, "-" where that is there without a hash, "" where it is not there
}

// PyPI gives the files of a project. The name is normalised (PEP 503).
func (c *Client) PyPI(ctx context.Context, name string) ([]PyPIFile, error) {
	if !isName(name, "") || strings.ToLower(name) != name {
		return nil, notAsked("PyPI", name)
	}
	address, err := c.at("PyPI", name+"/")
	if err != nil {
		return nil, err
	}
	body, kind, err := c.get(ctx, address, "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1")
	if err != nil {
		return nil, fmt.Errorf("look up %q: %w", name, err)
	}
	base, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address of the index is none")
	}
	kind, _, _ = mime.ParseMediaType(kind)
	read := simpleHTML
	if strings.HasSuffix(kind, "json") {
		read = simpleJSON
	}
	files, err := read(body)
	if err != nil {
		return nil, fmt.Errorf("read what the index says of %q: %w", name, err)
	}
	out := files[:0]
	for _, f := range files {
		at, err := base.Parse(f.address)
		f.Version = fileVersion(f.Name, name)
		if err != nil || f.Version == "" || len(f.SHA256) != 64 && f.SHA256 != "" {
			continue
		}
		f.address = at.String()
		out = append(out, f)
	}
	return out, nil
}

// simpleJSON reads the index's answer as PEP 691 has it.
func simpleJSON(body []byte) ([]PyPIFile, error) {
	var said struct {
		Files []struct {
			Filename string            `json:"filename"`
			URL      string            `json:"url"`
			Hashes   map[string]string `json:"hashes"`
			Python   *string           `json:"requires-python"`
			Yanked   any               `json:"yanked"`
			Size     int64             `json:"size"`
			Core     any               `json:"core-metadata"`
			Dist     any               `json:"dist-info-metadata"`
			Old      any               `json:"data-dist-info-metadata"`
		} `json:"files"`
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return nil, err
	}
	var out []PyPIFile
	for _, f := range said.Files {
		one := PyPIFile{Name: f.Filename, address: f.URL, SHA256: f.Hashes["sha256"], Size: f.Size}
		if f.Python != nil {
			one.Python = *f.Python
		}
		one.Yanked = f.Yanked != nil && f.Yanked != false
		for _, m := range []any{f.Core, f.Dist, f.Old} {
			switch m := m.(type) {
			case bool:
				if m && one.metadata == "" {
					one.metadata = "-"
				}
			case map[string]any:
				one.metadata = "-"
				if sum, ok := m["sha256"].(string); ok {
					one.metadata = sum
				}
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// simpleHTML reads the index's answer as PEP 503 has it.
func simpleHTML(body []byte) ([]PyPIFile, error) {
	var out []PyPIFile
	tokens := html.NewTokenizer(bytes.NewReader(body))
	tokens.SetMaxBuf(1 << 20)
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			if err := tokens.Err(); err.Error() != "EOF" {
				return nil, err
			}
			return out, nil
		case html.StartTagToken:
			token := tokens.Token()
			if token.Data != "a" {
				continue
			}
			var one PyPIFile
			for _, a := range token.Attr {
				switch a.Key {
				case "href":
					address, fragment, _ := strings.Cut(a.Val, "#")
					one.address = address
					one.SHA256, _ = strings.CutPrefix(fragment, "sha256=")
					if !strings.HasPrefix(fragment, "sha256=") {
						one.SHA256 = ""
					}
					name := address[strings.LastIndexByte(address, '/')+1:]
					if plain, err := url.PathUnescape(name); err == nil {
						name = plain
					}
					one.Name = name
				case "data-requires-python":
					one.Python = a.Val
				case "data-yanked":
					one.Yanked = true
				case "data-core-metadata", "data-dist-info-metadata":
					one.metadata = "-"
					if sum, ok := strings.CutPrefix(a.Val, "sha256="); ok {
						one.metadata = sum
					}
				}
			}
			out = append(out, one)
		}
	}
}

// fileVersion takes the version out of a file's name; "" for what is neither wheel nor source archive.
func fileVersion(file, name string) string {
	if stem, ok := strings.CutSuffix(file, ".whl"); ok {
		parts := strings.Split(stem, "-")
		if len(parts) < 5 || normalPython(parts[0]) != name {
			return ""
		}
		return parts[1]
	}
	for _, extension := range []string{".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz"} {
		stem, ok := strings.CutSuffix(file, extension)
		if !ok {
			continue
		}
		for i := range len(stem) {
			if stem[i] == '-' && normalPython(stem[:i]) == name && i+1 < len(stem) && stem[i+1] >= '0' && stem[i+1] <= '9' {
				return stem[i+1:]
			}
		}
	}
	return ""
}

// normalPython is a project's name as PEP 503 compares it.
func normalPython(name string) string {
	var b strings.Builder
	dash := false
	for i := range len(name) {
		switch c := name[i]; {
		case c == '-' || c == '_' || c == '.':
			dash = true
			continue
		default:
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}

// maxWheel is the size up to which a wheel is fetched for what it says of itself, in bytes.
const maxWheel = 16 << 20

// PyPIRequires gives what a version needs, as PEP 508 writes it: from its metadata where the index has it apart (PEP 658), else out of its
// smallest wheel. known is false where no file says it without being built.
func (c *Client) PyPIRequires(ctx context.Context, files []PyPIFile) (requires []string, known bool, err error) {
	var wheel *PyPIFile
	for i := range files {
		f := &files[i]
		if f.metadata != "" {
			text, err := c.checked(ctx, f.address+".metadata", strings.TrimPrefix(f.metadata, "-"))
			if err != nil {
				return nil, false, fmt.Errorf("look up what %q needs: %w", f.Name, err)
			}
			return requiresDist(text), true, nil
		}
		if strings.HasSuffix(f.Name, ".whl") && f.Size <= maxWheel && f.SHA256 != "" && (wheel == nil || f.Size < wheel.Size) {
			wheel = f
		}
	}
	if wheel == nil {
		return nil, false, nil
	}
	data, err := c.checked(ctx, wheel.address, wheel.SHA256)
	if err == nil {
		data, err = wheelMetadata(data)
	}
	if err != nil {
		return nil, false, fmt.Errorf("look up what %q needs: %w", wheel.Name, err)
	}
	return requiresDist(data), true, nil
}

// checked fetches a file and compares it with the hash that the index states.
func (c *Client) checked(ctx context.Context, address, sum string) ([]byte, error) {
	body, _, err := c.get(ctx, address, "")
	if err != nil {
		return nil, err
	}
	if got := sha256.Sum256(body); sum != "" && hex.EncodeToString(got[:]) != sum {
		return nil, errors.New("the answer does not have the hash that the index states")
	}
	return body, nil
}

// wheelMetadata is the METADATA file of a wheel.
func wheelMetadata(data []byte) ([]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("read wheel: %w", err)
	}
	for _, member := range archive.File {
		dir, rest, ok := strings.Cut(member.Name, "/")
		if !ok || rest != "METADATA" || !strings.HasSuffix(dir, ".dist-info") {
			continue
		}
		r, err := member.Open()
		if err != nil {
			return nil, fmt.Errorf("read wheel: %w", err)
		}
		defer r.Close()
		return io.ReadAll(io.LimitReader(r, 4<<20))
	}
	return nil, errors.New("read wheel: it has no metadata")
}

// requiresDist takes the requirements out of metadata: its header ends at the first empty line.
func requiresDist(text []byte) []string {
	var out []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		if value, ok := strings.CutPrefix(line, "Requires-Dist:"); ok {
			out = append(out, strings.TrimSpace(value))
		}
	}
	return out
}
