// Package image makes a container image a target: from a registry, a docker-save or OCI archive, an OCI layout folder, or a
// daemon's socket, its configuration and every file of every layer are handed over as a stream.
//
// Everything in an image is hostile. The package never runs anything of it (no docker client, no credential helper), never
// writes a file of it to disk, follows no link, talks to no host but the registry and what the registry names, checks every
// digest while it reads, and keeps no layer in memory. It must not judge content: it knows no rule and no format of packages.
package image

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target"
)

// Options say which image is meant, how it is fetched, and how much of it is read. The zero value fetches anonymously.
type Options struct {
	// Platform chooses from an image for several platforms, as "os/architecture" or "os/architecture/variant".
	// "" means linux on this machine's architecture, else linux/amd64, else the only one there is.
	Platform string

	// Username and Password sign in at the registry, IdentityToken gets its tokens (OAuth2 refresh token), RegistryToken is one.
	Username, Password, IdentityToken, RegistryToken string
	// DockerConfig is the content of docker's config.json, of which only "auths" is used: credential helpers are programs and are not run.
	DockerConfig []byte
	// Insecure lets the registry's own host be spoken to without TLS. Loopback hosts need no leave.
	Insecure bool
	// RootCAs are the authorities that may vouch for the registry; nil means the system's.
	RootCAs *x509.CertPool
	// Proxy gives the proxy of a request; nil means none. ProxyFromEnvironment is one.
	Proxy func(*http.Request) (*url.URL, error)
	// Stall is how long the registry or daemon may send next to nothing; 0 means DefaultStall.
	Stall time.Duration
	// Sockets are the paths of unix sockets on which a daemon may speak the Docker Engine API (docker, podman), tried in
	// turn; nil means DefaultSockets.
	Sockets []string

	// MaxFileSize is the size in bytes above which a file is passed over as "too big"; 0 means target.DefaultMaxFileSize.
	MaxFileSize int64
	// MaxSize is how many bytes all layers together may unpack to; 0 means DefaultMaxSize.
	MaxSize int64
	// MaxFiles is how many entries all layers together may have; 0 means DefaultMaxFiles.
	MaxFiles int
	// Ratio is how many times larger than its compressed form a layer may be, once it is larger than 100 MiB; 0 means DefaultRatio.
	Ratio int
	// Exclude tells of a path that its file is passed over; nil excludes none.
	Exclude func(path string) bool
	// Linked tells of a hard link's path that its name matters (a lock file's, say), so that its content is handed over under
	// this name too, at the price of reading the layer twice; nil means that no such name does.
	Linked func(path string) bool
	// TempDir is where compressed archives and what a daemon sends are unpacked to, without a name where the system allows it;
	// "" means the system's folder for such files.
	TempDir string
}

// The defaults of Options.
const (
	DefaultStall    = 30 * time.Second
	DefaultMaxSize  = 256 << 30
	DefaultMaxFiles = 20_000_000
	DefaultRatio    = 200
)

// ProxyFromEnvironment gives the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name.
func ProxyFromEnvironment(r *http.Request) (*url.URL, error) { return http.ProxyFromEnvironment(r) }

// DefaultSockets are where docker's and podman's system services listen.
func DefaultSockets() []string { return []string{"/var/run/docker.sock", "/run/podman/podman.sock"} }

// ConfigPath is the path of the item that holds the configuration.
const ConfigPath = "image configuration"

// Image is an opened image. Its methods may be called again; Each reads the layers anew.
type Image struct {
	options Options
	name    string
	about   About
	config  []byte
	layers  []layer // bottom first
	close   []func()
}

var _ target.Source = (*Image)(nil)

// Open finds the image behind a reference: a folder or file where there is one, else a name in a registry. What a file holds
// is told by its content; the prefixes docker-archive:, oci-archive:, oci:, registry: and docker-daemon: force a kind. Where
// an archive or layout holds several images, "#NAME" after its path names one by tag or digest.
// Only manifests and the configuration are read here. Close gives the image up.
func Open(ctx context.Context, ref string, o Options) (*Image, error) {
	o = o.filled()
	kind, rest := split(ref)
	i := &Image{options: o}
	p, err := i.open(ctx, kind, rest)
	if err == nil {
		err = i.take(p)
	}
	if err != nil {
		_ = i.Close()
		return nil, err
	}
	return i, nil
}

func (o Options) filled() Options {
	if o.Stall <= 0 {
		o.Stall = DefaultStall
	}
	if o.Sockets == nil {
		o.Sockets = DefaultSockets()
	}
	if o.MaxFileSize <= 0 {
		o.MaxFileSize = target.DefaultMaxFileSize
	}
	if o.MaxSize <= 0 {
		o.MaxSize = DefaultMaxSize
	}
	if o.MaxFiles <= 0 {
		o.MaxFiles = DefaultMaxFiles
	}
	if o.Ratio <= 0 {
		o.Ratio = DefaultRatio
	}
	return o
}

// Asset is the image, by the reference it was opened by and, where it is known, its manifest's digest.
func (i *Image) Asset() finding.Asset { return finding.Asset{Kind: "image", Name: i.name} }

// Close gives up connections and temporary files.
func (i *Image) Close() error {
	for n := len(i.close) - 1; n >= 0; n-- {
		i.close[n]()
	}
	i.close = nil
	return nil
}

// ErrLie says that content does not have the digest or size that was promised for it: nothing of the image can be relied upon.
var ErrLie = errors.New("content is not what its digest promises")
