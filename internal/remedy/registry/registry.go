// Package registry asks package registries which versions of a package there are, what each needs, and by which hash it is known:
// npm, PyPI's simple index, the Go module proxy and checksum database, crates.io's sparse index and Maven repositories.
//
// It is the network of `reeve fix` and of nothing else. Answers are hostile: they are bounded in size and time, a redirect never
// leads to a private address or away from TLS, and a name that is no possible name in its ecosystem is not asked about. It sends
// nothing but names of packages, and no credentials but those that a base address itself holds. It must not write into a project,
// and judges nothing.
package registry

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// ErrNotFound says that a registry does not know a package or version.
var ErrNotFound = errors.New("the registry does not know it")

// ErrNotAsked says that a package was not asked about: its name is not possible, it is private, or its ecosystem has no registry here.
var ErrNotAsked = errors.New("not asked about")

// Options say where registries are.
type Options struct {
	// Bases are addresses by ecosystem, as OSV names it ("npm", "PyPI", "Go", "crates.io", "Maven"); what is missing has its public
	// one. An empty address switches an ecosystem off.
	Bases map[string]string
	// Timeout is that of one request; 0 is 30 seconds.
	Timeout time.Duration
	// Private are patterns of Go modules that only their owners may be asked about (GOPRIVATE, GONOPROXY).
	Private string
	// SumDB names the checksum database as GOSUMDB does: "" for sum.golang.org, "off" for none, "KEY URL" for another. NoSumDB are
	// patterns of modules that it does not know (GONOSUMDB).
	SumDB, NoSumDB string
	// UserAgent says who asks.
	UserAgent string
}

// Client asks registries. It remembers answers for as long as it lives, and may be used by several goroutines.
type Client struct {
	options Options
	bases   map[string]*url.URL
	http    *http.Client
	mu      sync.Mutex
	kept    map[string]*answer
	sums    *sums
	// requests counts what was asked.
	requests int
}

// Ecosystems are those that have a registry here.
func Ecosystems() []string { return []string{"npm", "PyPI", "Go", "crates.io", "Maven"} }

func publicBase(ecosystem string) string {
	switch ecosystem {
	case "npm":
		return "https://registry.npmjs.org/"
	case "PyPI":
		return "https://pypi.org/simple/"
	case "Go":
		return "https://proxy.golang.org/"
	case "crates.io":
		return "https://index.crates.io/"
	case "Maven":
		return "https://repo.maven.apache.org/maven2/"
	}
	return ""
}

// FromEnvironment reads the variables by which package managers are told where their registries are.
func FromEnvironment(getenv func(string) string) Options {
	o := Options{Bases: map[string]string{}, SumDB: getenv("GOSUMDB"), Private: firstOf(getenv("GONOPROXY"), getenv("GOPRIVATE")), NoSumDB: firstOf(getenv("GONOSUMDB"), getenv("GOPRIVATE"))}
	for _, name := range []string{"npm_config_registry", "NPM_CONFIG_REGISTRY"} {
		if v := getenv(name); v != "" {
			o.Bases["npm"] = v
		}
	}
	if v := getenv("PIP_INDEX_URL"); v != "" {
		o.Bases["PyPI"] = v
	}
	if v := getenv("GOPROXY"); v != "" {
		o.Bases["Go"] = ""
		for part := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ',' || r == '|' }) {
			if part = strings.TrimSpace(part); part == "off" {
				break
			} else if part != "direct" && part != "noproxy" {
				o.Bases["Go"] = part
				break
			}
		}
	}
	return o
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// New makes a client. It fails where an address is none.
func New(o Options) (*Client, error) {
	c := &Client{options: o, bases: map[string]*url.URL{}, kept: map[string]*answer{}}
	for ecosystem := range o.Bases {
		if !slices.Contains(Ecosystems(), ecosystem) {
			return nil, fmt.Errorf("registry of %q: want one of %s", ecosystem, strings.Join(Ecosystems(), ", "))
		}
	}
	for _, ecosystem := range Ecosystems() {
		address, set := o.Bases[ecosystem]
		if !set {
			address = publicBase(ecosystem)
		}
		if address == "" {
			continue
		}
		address = strings.TrimPrefix(address, "sparse+")
		u, err := url.Parse(strings.TrimSuffix(address, "/") + "/")
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, fmt.Errorf("registry of %s: its address is no http or https address", ecosystem)
		}
		u.RawQuery, u.Fragment = "", ""
		c.bases[ecosystem] = u
	}
	c.http = c.client()
	return c, nil
}

// Base is where an ecosystem's registry is, without user and password; "" where there is none.
func (c *Client) Base(ecosystem string) string {
	u := c.bases[ecosystem]
	if u == nil {
		return ""
	}
	shown := *u
	shown.User = nil
	return shown.String()
}

// Requests counts what was asked so far.
func (c *Client) Requests() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.requests
}

// at is an address below an ecosystem's base. The steps are escaped already.
func (c *Client) at(ecosystem, steps string) (string, error) {
	u := c.bases[ecosystem]
	if u == nil {
		return "", fmt.Errorf("%w: no registry of %s is set", ErrNotAsked, ecosystem)
	}
	return u.String() + steps, nil
}

// isName tells of a text that may stand in a registry's address: printable ASCII without what a path, a query or a user gives a meaning.
func isName(name, also string) bool {
	if name == "" || len(name) > 512 || strings.Contains(name, "..") || strings.HasPrefix(name, ".") && also == "" {
		return false
	}
	for i := range len(name) {
		c := name[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
		if !letter && strings.IndexByte(also, c) < 0 {
			return false
		}
	}
	return true
}

func notAsked(ecosystem, name string) error {
	return fmt.Errorf("%w: %.80q is no possible name in %s", ErrNotAsked, name, ecosystem)
}
