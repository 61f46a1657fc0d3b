package registry

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"

	"github.com/reevehq/reeve/internal/outbound"
)

func serve(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return server.URL
}

func client(t *testing.T, o Options) *Client {
	t.Helper()
	if o.SumDB == "" {
		o.SumDB = "off"
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestClient_redirectsNeverLeadInside(t *testing.T) {
	var reached atomic.Bool
	inside := serve(t, func(http.ResponseWriter, *http.Request) { reached.Store(true) })
	base := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inside+"/secret", http.StatusFound) })
	c := client(t, Options{Bases: map[string]string{"npm": base}})
	if _, err := c.NPM(context.Background(), "leaf"); !errors.As(err, new(outbound.Refused)) || reached.Load() {
		t.Errorf("got %v, reached %v", err, reached.Load())
	}
	byName := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(inside, "127.0.0.1", "localhost", 1), http.StatusFound)
	})
	c = client(t, Options{Bases: map[string]string{"npm": byName}})
	if _, err := c.NPM(context.Background(), "leaf"); !errors.As(err, new(outbound.Refused)) || reached.Load() {
		t.Errorf("got %v, reached %v", err, reached.Load())
	}
}

func TestClient_aNameThatResolvesToAPrivateAddressIsRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	c := client(t, Options{})
	conn, err := c.http.Transport.(*http.Transport).DialContext(context.Background(), "tcp", listener.Addr().String())
	if conn != nil {
		conn.Close()
	}
	if !errors.As(err, new(outbound.Refused)) {
		t.Errorf("dial: %v", err)
	}
}

func TestClient_errorsKeepPasswords(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	c := client(t, Options{Bases: map[string]string{"PyPI": strings.Replace(base, "http://", "http://user:pass-word@", 1)}})
	_, err := c.PyPI(context.Background(), "leaf")
	if err == nil || strings.Contains(err.Error(), "pass-word") || strings.Contains(c.Base("PyPI"), "pass-word") {
		t.Errorf("got %v, base %s", err, c.Base("PyPI"))
	}
	c = client(t, Options{Timeout: time.Second, Bases: map[string]string{"PyPI": "http://user:pass-word@127.0.0.1:1/"}})
	if _, err := c.PyPI(context.Background(), "leaf"); err == nil || strings.Contains(err.Error(), "pass-word") {
		t.Errorf("got %v", err)
	}
}

func TestClient_impossibleNamesAreNotAskedAbout(t *testing.T) {
	var asked atomic.Int32
	base := serve(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	all := map[string]string{}
	for _, e := range Ecosystems() {
		all[e] = base
	}
	c := client(t, Options{Bases: all, Private: "corp.example/*"})
	ctx := context.Background()
	for _, name := range []string{"", "../x", "a/b/c", "a?b", "a#b", "a b", "@x/../y", "a\x00b", "%2e", "a@b", "//host", ".."} {
		for kind, err := range map[string]error{
			"npm": second(c.NPM(ctx, name)), "PyPI": second(c.PyPI(ctx, name)), "crates": second(c.Crates(ctx, name)), "Maven": second(c.Maven(ctx, name)),
			"Go": second(c.GoVersions(ctx, name)),
		} {
			if !errors.Is(err, ErrNotAsked) {
				t.Errorf("%s %q: %v", kind, name, err)
			}
		}
	}
	if _, err := c.GoMod(ctx, "corp.example/secret", "v1.0.0"); !errors.Is(err, ErrNotAsked) {
		t.Errorf("private module: %v", err)
	}
	if asked.Load() != 0 {
		t.Errorf("%d requests were made", asked.Load())
	}
}

func second[T any](_ T, err error) error { return err }

func TestClient_aStalledRegistryEnds(t *testing.T) {
	stop := make(chan struct{})
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	})
	defer close(stop)
	c := client(t, Options{Timeout: 50 * time.Millisecond, Bases: map[string]string{"npm": base}})
	begin := time.Now()
	if _, err := c.NPM(context.Background(), "leaf"); err == nil || time.Since(begin) > 3*time.Second {
		t.Errorf("got %v after %s", err, time.Since(begin))
	}
}

func TestClient_asksAgainOnceWhenTheRegistryIsOverloaded(t *testing.T) {
	var asked atomic.Int32
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, `{"name":"leaf","versions":{"1.0.0":{"version":"1.0.0"},"2.0.0":{"version":"9.9.9"},"3.0.0":null}}`)
	})
	c := client(t, Options{Bases: map[string]string{"npm": base}})
	for range 2 { // the second time it is remembered
		p, err := c.NPM(context.Background(), "leaf")
		if err != nil || len(p.Versions) != 1 {
			t.Errorf("got %+v, %v", p, err)
		}
	}
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
}

func TestPyPI_bothFormsOfTheIndex(t *testing.T) {
	sum := strings.Repeat("ab", 32)
	pages := map[string][2]string{
		"/simple/tea-leaf/": {"text/html", `<!DOCTYPE html><a href="../../f/tea_leaf-1.0-py3-none-any.whl#sha256=` + sum + `" data-requires-python="&gt;=3.8" data-yanked="">x</a>
<a href="../../f/tea-leaf-1.1.tar.gz#md5=1">x</a><a href="/f/other-1.0.tar.gz">x</a><a href="/f/Tea.Leaf-2.0.zip#sha256=` + sum + `">x</a>`},
	}
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", pages[r.URL.Path][0])
		fmt.Fprint(w, pages[r.URL.Path][1])
	})
	c := client(t, Options{Bases: map[string]string{"PyPI": base + "/simple"}})
	files, err := c.PyPI(context.Background(), "tea-leaf")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, fmt.Sprintf("%s %s %v %s %s", f.Name, f.Version, f.Yanked, f.Python, strings.TrimPrefix(f.address, base)))
	}
	want := []string{"tea_leaf-1.0-py3-none-any.whl 1.0 true >=3.8 /f/tea_leaf-1.0-py3-none-any.whl", "tea-leaf-1.1.tar.gz 1.1 false  /f/tea-leaf-1.1.tar.gz", "Tea.Leaf-2.0.zip 2.0 false  /f/Tea.Leaf-2.0.zip"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestPyPIRequires_outOfTheWheelIfItHasTheHashThatIsStated(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, _ := z.Create("leaf-1.0.dist-info/METADATA")
	fmt.Fprint(w, "Name: leaf\nRequires-Dist: water (>=2)\n\nRequires-Dist: body\n")
	z.Close()
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(b.Bytes()) })
	c := client(t, Options{Bases: map[string]string{"PyPI": base}})
	sum := sha256.Sum256(b.Bytes())
	file := PyPIFile{Name: "leaf-1.0-py3-none-any.whl", SHA256: hex.EncodeToString(sum[:]), address: base + "/w"}
	requires, known, err := c.PyPIRequires(context.Background(), []PyPIFile{file})
	if err != nil || !known || len(requires) != 1 || requires[0] != "water (>=2)" {
		t.Errorf("got %q, %v, %v", requires, known, err)
	}
	file.SHA256 = strings.Repeat("0", 64)
	if _, _, err := c.PyPIRequires(context.Background(), []PyPIFile{file}); err == nil {
		t.Error("another hash was taken")
	}
}

func TestGoSums_theDatabaseIsAskedAndChecked(t *testing.T) {
	signer, key, err := note.GenerateKey(nil, "sums.example")
	if err != nil {
		t.Fatal(err)
	}
	db := sumdb.NewTestServer(signer, func(path, version string) ([]byte, error) {
		return fmt.Appendf(nil, "%s %s h1:zip=\n%s %s/go.mod h1:mod=\n", path, version, path, version), nil
	})
	server := httptest.NewServer(sumdb.NewServer(db))
	defer server.Close()
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) })
	c := client(t, Options{Bases: map[string]string{"Go": proxy}, SumDB: key + " " + server.URL, NoSumDB: "corp.example"})
	archive, mod, known, err := c.GoSums(context.Background(), "example.com/leaf", "v1.0.0")
	if err != nil || !known || archive != "h1:zip=" || mod != "h1:mod=" {
		t.Errorf("got %q %q %v %v", archive, mod, known, err)
	}
	if _, _, known, err := c.GoSums(context.Background(), "corp.example/leaf", "v1.0.0"); known || err != nil {
		t.Errorf("a module that the database does not know was asked about: %v %v", known, err)
	}
	_, otherKey, _ := note.GenerateKey(nil, "sums.example")
	c = client(t, Options{Bases: map[string]string{"Go": proxy}, SumDB: otherKey + " " + server.URL})
	if _, _, known, _ := c.GoSums(context.Background(), "example.com/leaf", "v1.0.0"); known {
		t.Error("a database that signs with another key was believed")
	}
}

func TestFromEnvironment(t *testing.T) {
	env := map[string]string{"GOPROXY": "direct,https://proxy.example|off", "npm_config_registry": "https://npm.example", "PIP_INDEX_URL": "https://pip.example/simple", "GOPRIVATE": "corp.example"}
	o := FromEnvironment(func(name string) string { return env[name] })
	want := map[string]string{"Go": "https://proxy.example", "npm": "https://npm.example", "PyPI": "https://pip.example/simple"}
	if diff := cmp.Diff(want, o.Bases); diff != "" || o.Private != "corp.example" || o.NoSumDB != "corp.example" {
		t.Errorf("options %+v\n%s", o, diff)
	}
	env["GOPROXY"] = "off"
	c := client(t, FromEnvironment(func(name string) string { return env[name] }))
	if _, err := c.GoVersions(context.Background(), "example.com/leaf"); !errors.Is(err, ErrNotAsked) {
		t.Errorf("GOPROXY=off: %v", err)
	}
	for _, bad := range []Options{{Bases: map[string]string{"npm": "file:///etc"}}, {Bases: map[string]string{"pip": "https://x"}}, {Bases: map[string]string{"npm": "::"}}} {
		if _, err := New(bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func FuzzSimpleIndex(f *testing.F) {
	f.Add([]byte(`{"files":[{"filename":"a-1.0.tar.gz","url":"x","hashes":{"sha256":"00"},"yanked":"no","core-metadata":{"sha256":"1"}}]}`), "a")
	f.Add([]byte(`<a href="a-1.0.tar.gz#sha256=00" data-requires-python="x">`), "a")
	f.Fuzz(func(t *testing.T, body []byte, name string) {
		for _, read := range []func([]byte) ([]PyPIFile, error){simpleJSON, simpleHTML} {
			files, err := read(body)
			if err != nil {
				continue
			}
			for _, file := range files {
				if v := fileVersion(file.Name, name); strings.Contains(v, "/") && !strings.Contains(file.Name, "/") {
					t.Fatalf("%q of %q", v, file.Name)
				}
			}
		}
		_ = requiresDist(body)
		_, _ = wheelMetadata(body)
	})
}
