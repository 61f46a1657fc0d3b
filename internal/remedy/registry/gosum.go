package registry

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
)

// sumKey is the public key of the Go project's checksum database, as the Go command has it built in.
const sumKey = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

// sums is the client of the checksum database.
type sums struct {
	client *sumdb.Client
	ops    *sumOps
}

// sumAddress gives the database's key and where it is; nil where it is switched off.
func (c *Client) sumAddress() (key string, at *url.URL) {
	said := strings.Fields(c.options.SumDB)
	switch {
	case len(said) > 0 && said[0] == "off":
		return "", nil
	case len(said) == 0 || said[0] == "sum.golang.org":
		key = sumKey
	default:
		key = said[0]
	}
	name, _, ok := strings.Cut(key, "+")
	if !ok {
		return "", nil // a name alone, which only the Go command may know the key of
	}
	address := "https://" + name
	if len(said) > 1 {
		address = said[1]
	}
	u, err := url.Parse(strings.TrimSuffix(address, "/"))
	if err != nil || u.Host == "" {
		return "", nil
	}
	return key, u
}

// GoSums asks the checksum database for the hashes of a module's version: of its archive and of its go.mod. known is false where there is
// no database for it, or where it cannot be reached; an error says that it was reached and cannot be trusted.
func (c *Client) GoSums(ctx context.Context, path, version string) (archive, mod string, known bool, err error) {
	if module.MatchPrefixPatterns(c.options.NoSumDB, path) {
		return "", "", false, nil
	}
	s := c.sumClient()
	if s == nil {
		return "", "", false, nil
	}
	s.ops.mu.Lock()
	s.ops.ctx = ctx
	s.ops.mu.Unlock()
	lines, err := s.client.Lookup(path, version)
	if err == nil {
		var modLines []string
		modLines, err = s.client.Lookup(path, version+"/go.mod")
		lines = append(lines, modLines...)
	}
	if said := s.ops.security(); said != "" {
		return "", "", false, errors.New("ask the checksum database: it is not to be trusted: " + said)
	}
	if err != nil {
		return "", "", false, nil
	}
	for _, line := range lines {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[0] != path {
			continue
		}
		switch fields[1] {
		case version:
			archive = fields[2]
		case version + "/go.mod":
			mod = fields[2]
		}
	}
	return archive, mod, archive != "" && mod != "", nil
}

func (c *Client) sumClient() *sums {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sums != nil {
		return c.sums
	}
	key, at := c.sumAddress()
	if at == nil {
		return nil
	}
	ops := &sumOps{c: c, key: key, at: at.String(), config: map[string][]byte{}}
	c.sums = &sums{client: sumdb.NewClient(ops), ops: ops}
	return c.sums
}

// sumOps is what the database's client needs of the world: the network, and a memory that lasts as long as the process.
type sumOps struct {
	c       *Client
	key, at string

	mu     sync.Mutex
	ctx    context.Context
	config map[string][]byte
	said   string
	proxy  string // the address through the proxy, "-" where the proxy does not serve the database
}

var _ sumdb.ClientOps = (*sumOps)(nil)

// ReadRemote asks through the module proxy where that serves the database, as the Go command does, else the database itself.
func (o *sumOps) ReadRemote(path string) ([]byte, error) {
	o.mu.Lock()
	ctx := o.ctx
	o.mu.Unlock()
	base := o.through(ctx)
	body, _, err := o.c.get(ctx, base+path, "")
	return body, err
}

func (o *sumOps) through(ctx context.Context) string {
	o.mu.Lock()
	proxy := o.proxy
	o.mu.Unlock()
	if proxy == "" {
		proxy = "-"
		name, _, _ := strings.Cut(o.key, "+")
		if base, err := o.c.at("Go", "sumdb/"+name); err == nil {
			if _, _, err := o.c.get(ctx, base+"/supported", ""); err == nil {
				proxy = base
			}
		}
		o.mu.Lock()
		o.proxy = proxy
		o.mu.Unlock()
	}
	if proxy != "-" {
		return proxy
	}
	return o.at
}

// ReadConfig gives the key, and the newest tree that was seen.
func (o *sumOps) ReadConfig(file string) ([]byte, error) {
	if file == "key" {
		return []byte(o.key), nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.config[file], nil
}

// WriteConfig remembers the newest tree.
func (o *sumOps) WriteConfig(file string, old, new []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if string(o.config[file]) != string(old) {
		return sumdb.ErrWriteConflict
	}
	o.config[file] = new
	return nil
}

// ReadCache has nothing: answers are remembered where they come in.
func (o *sumOps) ReadCache(file string) ([]byte, error) {
	return nil, fmt.Errorf("%q is not kept", file)
}

// WriteCache keeps nothing.
func (o *sumOps) WriteCache(string, []byte) {}

// Log says nothing.
func (o *sumOps) Log(string) {}

// SecurityError remembers that the database contradicts itself.
func (o *sumOps) SecurityError(msg string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.said = msg
}

func (o *sumOps) security() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.said
}
