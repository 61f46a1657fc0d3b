package image

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	served "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/reevehq/reeve/internal/outbound"
)

// crooked is a registry between whose answers and the client a function stands. It may answer itself and then returns true.
func crooked(t testing.TB, img v1.Image, spoil func(w http.ResponseWriter, r *http.Request) bool) string {
	t.Helper()
	inner := served.New(served.Logger(log.New(io.Discard, "", 0)))
	var ready atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ready.Load() && spoil(w, r) {
			return
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	u, _ := url.Parse(server.URL)
	push(t, u.Host+"/a:b", img)
	ready.Store(true)
	return u.Host + "/a:b"
}

func isBlob(r *http.Request, img v1.Image, n int) bool {
	layers, _ := img.Layers()
	d, _ := layers[n].Digest()
	return strings.HasSuffix(r.URL.Path, "/blobs/"+d.String())
}

func TestRegistry_lies(t *testing.T) {
	img := sample(t)
	other := zipped(t, pack(t, plain("etc/passwd", "another")))
	layers, _ := img.Layers()
	size, _ := layers[0].Size()
	tests := []struct {
		name  string
		spoil func(w http.ResponseWriter, r *http.Request) bool
	}{
		{"other-layer", func(w http.ResponseWriter, r *http.Request) bool {
			if isBlob(r, img, 0) {
				w.Write(other)
			}
			return isBlob(r, img, 0)
		}},
		{"other-layer-of-same-size", func(w http.ResponseWriter, r *http.Request) bool {
			if isBlob(r, img, 0) {
				w.Write(append(other, make([]byte, int(size)-len(other))...))
			}
			return isBlob(r, img, 0)
		}},
		{"endless-layer", func(w http.ResponseWriter, r *http.Request) bool {
			if !isBlob(r, img, 0) {
				return false
			}
			w.(http.Flusher).Flush() // chunked: no length is said
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return true
				}
			}
			return true
		}},
		{"cut-layer", func(w http.ResponseWriter, r *http.Request) bool {
			if isBlob(r, img, 0) {
				w.(http.Flusher).Flush()
				w.Write(other[:20])
			}
			return isBlob(r, img, 0)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i := opened(t, crooked(t, img, test.spoil), Options{})
			g := run1(t, i, 2)
			if !errors.Is(g.err, ErrLie) && !strings.Contains(fmt.Sprint(g.err), "Content-Length") {
				t.Errorf("a lie went through: %v, %v", g.err, g.unread)
			}
		})
	}
}

func TestRegistry_liesBeforeLayers(t *testing.T) {
	img := sample(t)
	m, _ := img.Manifest()
	hash, _ := img.Digest()
	big := bytes.Repeat([]byte(" "), maxManifest+1)
	tests := []struct {
		name  string
		at    string
		body  []byte
		ref   string
		words []string
	}{
		{"configuration", m.Config.Digest.String(), []byte(`{"rootfs":{}}`), "", []string{ErrLie.Error()}},
		{"configuration-same-size", m.Config.Digest.String(), bytes.Repeat([]byte(" "), int(m.Config.Size)), "", []string{ErrLie.Error()}},
		{"manifest-by-digest", hash.String(), []byte(`{"schemaVersion":2,"config":{}}`), "@" + hash.String(), []string{"does not match"}},
		{"manifest-too-long", "/manifests/b", big, "", []string{"longer than is read"}},
		{"manifest-both", "/manifests/b", []byte(`{"schemaVersion":2,"manifests":[],"config":{},"layers":[]}`), "", []string{"at once"}},
		{"manifest-neither", "/manifests/b", []byte(`{"schemaVersion":2}`), "", []string{"neither"}},
		{"manifest-schema-1", "/manifests/b", []byte(`{"schemaVersion":1,"fsLayers":[]}`), "", []string{"schema 1"}},
		{"manifest-no-json", "/manifests/b", []byte(`<html>`), "", []string{"read manifest"}},
		{"digest-is-a-path", "/manifests/b", []byte(`{"schemaVersion":2,"config":{"digest":"sha256:../../../etc/passwd","size":3}}`), "", []string{"not of the form"}},
		{"huge-configuration", "/manifests/b", []byte(`{"schemaVersion":2,"config":{"digest":"` + hash.String() + `","size":99999999999}}`), "", []string{"at most"}},
		{"index-in-itself", "/manifests/", []byte(`{"schemaVersion":2,"manifests":[{"digest":"` + hash.String() + `","size":9}]}`), "", []string{"read manifest", "does not match"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ref := crooked(t, img, func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.Contains(r.URL.Path, test.at) {
					return false
				}
				w.Write(test.body)
				return true
			})
			if test.ref != "" {
				ref = strings.TrimSuffix(ref, ":b") + test.ref
			}
			i, err := Open(context.Background(), ref, Options{})
			if err == nil {
				i.Close()
			}
			fails(t, err, test.words...)
		})
	}
}

func TestRegistry_stalls(t *testing.T) {
	img := imageOf(t, pack(t, plain("a", strings.Repeat("a", 100))))
	release := make(chan struct{})
	t.Cleanup(func() { close(release) }) // before the server closes
	layer := func(w http.ResponseWriter, r *http.Request, drip bool) bool {
		if !isBlob(r, img, 0) {
			return false
		}
		layers, _ := img.Layers()
		size, _ := layers[0].Size()
		w.Header().Set("Content-Length", fmt.Sprint(size))
		for range size - 1 {
			w.Write([]byte{0x1f})
			w.(http.Flusher).Flush()
			select {
			case <-release:
				return true
			case <-r.Context().Done():
				return true
			case <-time.After(20 * time.Millisecond):
			}
			if !drip {
				break
			}
		}
		select {
		case <-release:
		case <-r.Context().Done():
		}
		return true
	}
	tests := []struct {
		name  string
		spoil func(w http.ResponseWriter, r *http.Request) bool
	}{
		{"layer", func(w http.ResponseWriter, r *http.Request) bool { return layer(w, r, false) }},
		{"drip", func(w http.ResponseWriter, r *http.Request) bool { return layer(w, r, true) }},
		{"manifest", func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.Contains(r.URL.Path, "/manifests/") {
				return false
			}
			w.Header().Set("Content-Length", "100")
			w.Write([]byte("{"))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return true
		}},
		{"no-answer", func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.Contains(r.URL.Path, "/manifests/") {
				return false
			}
			<-r.Context().Done()
			return true
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			begun := time.Now()
			i, err := Open(context.Background(), crooked(t, img, test.spoil), Options{Stall: 150 * time.Millisecond})
			if err == nil {
				err = run1(t, i, 1).err
				i.Close()
			}
			fails(t, err, outbound.ErrStalled.Error())
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestRegistry_signsIn(t *testing.T) {
	img := sample(t)
	user, password := "robot", "pass word"
	encoded := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	ref := crooked(t, img, func(w http.ResponseWriter, r *http.Request) bool {
		u, p, ok := r.BasicAuth()
		if ok && u == user && p == password {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	host, _, _ := strings.Cut(ref, "/")
	file := func(auths, helpers string) []byte {
		return fmt.Appendf(nil, `{"auths":{%s},"credHelpers":{%s}}`, auths, helpers)
	}
	tests := []struct {
		name    string
		o       Options
		words   []string
		success bool
	}{
		{"anonymous", Options{}, []string{"refuses (401)"}, false},
		{"user", Options{Username: user, Password: password}, nil, true},
		{"wrong", Options{Username: user, Password: "no"}, []string{"refuses (401)"}, false},
		{"config", Options{DockerConfig: file(`"`+host+`":{"auth":"`+encoded+`"}`, "")}, nil, true},
		{"config-url", Options{DockerConfig: file(`"https://`+host+`/v1/":{"username":"robot","password":"pass word"}`, "")}, nil, true},
		{"config-repository", Options{DockerConfig: file(`"`+host+`":{"auth":"`+base64.StdEncoding.EncodeToString([]byte("a:b"))+`"},"`+host+`/a":{"auth":"`+encoded+`"}`, "")}, nil, true},
		{"config-other", Options{DockerConfig: file(`"other.example":{"auth":"`+encoded+`"}`, "")}, []string{"refuses"}, false},
		{"helper", Options{DockerConfig: file(`"`+host+`":{}`, `"`+host+`":"desktop"`)}, []string{`helper "desktop"`, "not run"}, false},
		{"config-broken", Options{DockerConfig: []byte("{" + encoded)}, []string{"docker's configuration"}, false},
		{"config-bad-auth", Options{DockerConfig: file(`"`+host+`":{"auth":"!`+encoded+`"}`, "")}, []string{"base64"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i, err := Open(context.Background(), ref, test.o)
			if test.success {
				if err != nil {
					t.Fatal(err)
				}
				i.Close()
				return
			}
			fails(t, err, test.words...)
			if strings.Contains(err.Error(), encoded) || strings.Contains(err.Error(), password) {
				t.Error("the error shows the sign-in")
			}
		})
	}
}

func TestRegistry_tokens(t *testing.T) {
	img := sample(t)
	var server *httptest.Server
	inner := served.New(served.Logger(log.New(io.Discard, "", 0)))
	var open atomic.Bool
	open.Store(true)
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/token":
			r.ParseForm()
			if u, p, ok := r.BasicAuth(); !ok || u != "u" || p != "p" {
				if r.Form.Get("refresh_token") != "identity" {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
			}
			json.NewEncoder(w).Encode(map[string]string{"token": "granted", "access_token": "granted"})
		case open.Load() || r.Header.Get("Authorization") == "Bearer granted":
			inner.ServeHTTP(w, r)
		default:
			w.Header().Set("WWW-Authenticate", `Bearer realm="`+server.URL+`/token",service="s"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(server.Close)
	u, _ := url.Parse(server.URL)
	push(t, u.Host+"/a:b", img)
	open.Store(false)
	for _, o := range []Options{{Username: "u", Password: "p"}, {IdentityToken: "identity"}, {RegistryToken: "granted"}} {
		i := opened(t, u.Host+"/a:b", o)
		if g := run1(t, i, 1); g.err != nil || len(g.files) != len(sampleFiles) {
			t.Error(g.err)
		}
	}
	_, err := Open(context.Background(), u.Host+"/a:b", Options{Username: "u", Password: "wrong"})
	fails(t, err, "refuses (401)")
}

func TestRegistry_realmElsewhereIsRefused(t *testing.T) {
	for _, realm := range []string{"http://169.254.169.254/token", "https://10.0.0.1/token", "http://elsewhere.example/token"} {
		asked := crooked(t, sample(t), func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("WWW-Authenticate", `Bearer realm="`+realm+`",service="s"`)
			w.WriteHeader(http.StatusUnauthorized)
			return true
		})
		_, err := Open(context.Background(), asked, Options{Username: "u", Password: "p"})
		if err == nil || !strings.Contains(err.Error(), "realm") && !strings.Contains(err.Error(), "TLS") {
			t.Errorf("%s: %v", realm, err)
		}
	}
}

func TestRegistry_tls(t *testing.T) {
	inner := served.New(served.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewUnstartedServer(inner)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	plainServer := httptest.NewServer(inner)
	t.Cleanup(plainServer.Close)
	u, _ := url.Parse(plainServer.URL)
	push(t, u.Host+"/a:b", sample(t))
	u, _ = url.Parse(server.URL)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	opened(t, u.Host+"/a:b", Options{RootCAs: pool})
	_, err := Open(context.Background(), u.Host+"/a:b", Options{})
	fails(t, err, "a:b")
}

func TestRegistry_answers(t *testing.T) {
	for status, words := range map[int][]string{404: {"no such image"}, 403: {"refuses (403)"}, 418: {"status 418"}} {
		ref := crooked(t, sample(t), func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "/manifests/") {
				w.WriteHeader(status)
				w.Write([]byte("::error::\x1b[31m"))
			}
			return strings.Contains(r.URL.Path, "/manifests/")
		})
		_, err := Open(context.Background(), ref, Options{})
		fails(t, err, words...)
		if strings.Contains(err.Error(), "::error::") {
			t.Error("the registry's words reached the error")
		}
	}
}

func TestRegistry_cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ref := crooked(t, sample(t), func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/blobs/") {
			cancel()
			<-r.Context().Done()
			return true
		}
		return false
	})
	begun := time.Now()
	_, err := Open(ctx, ref, Options{})
	if !errors.Is(err, context.Canceled) || time.Since(begun) > 5*time.Second {
		t.Error(err, time.Since(begun))
	}
}
