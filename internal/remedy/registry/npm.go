package registry

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// NPMPackage is what npm's registry says of a package.
type NPMPackage struct {
	// Name is the package's own.
	Name string `json:"name"`
	// Tags name versions ("latest").
	Tags map[string]string `json:"dist-tags"`
	// Versions are all of them.
	Versions map[string]*NPMVersion `json:"versions"`
}

// NPMVersion is one version of a package, as its package.json says.
type NPMVersion struct {
	Version      string            `json:"version"`
	Dependencies map[string]string `json:"dependencies"`
	Optional     map[string]string `json:"optionalDependencies"`
	Peer         map[string]string `json:"peerDependencies"`
	PeerMeta     map[string]struct {
		Optional bool `json:"optional"`
	} `json:"peerDependenciesMeta"`
	// Fields are all its members, as they came.
	Fields map[string]json.RawMessage `json:"-"`
	// Tarball is where its archive is, Integrity its hash as npm writes it in lock files; "" where the registry tells none.
	Tarball   string `json:"-"`
	Integrity string `json:"-"`
	// Deprecated is what its maintainers say where they have given it up.
	Deprecated string `json:"-"`
}

// UnmarshalJSON reads a version. Members that have another type than they should count as not there.
func (v *NPMVersion) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &v.Fields); err != nil {
		return err
	}
	read := func(name string, into any) { _ = json.Unmarshal(v.Fields[name], into) }
	read("version", &v.Version)
	read("dependencies", &v.Dependencies)
	read("optionalDependencies", &v.Optional)
	read("peerDependencies", &v.Peer)
	read("peerDependenciesMeta", &v.PeerMeta)
	read("deprecated", &v.Deprecated)
	var dist struct{ Tarball, Integrity, Shasum string }
	read("dist", &dist)
	v.Tarball, v.Integrity = dist.Tarball, dist.Integrity
	if v.Integrity == "" && len(dist.Shasum) == 40 {
		if sum, err := hex.DecodeString(dist.Shasum); err == nil {
			v.Integrity = "sha1-" + base64.StdEncoding.EncodeToString(sum)
		}
	}
	for name := range v.Optional { // npm lists what is optional twice
		delete(v.Dependencies, name)
	}
	return nil
}

// NPM gives every version of a package.
func (c *Client) NPM(ctx context.Context, name string) (*NPMPackage, error) {
	body, err := c.npm(ctx, name, "", "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8")
	if err != nil {
		return nil, err
	}
	var p NPMPackage
	if err := json.Unmarshal(body, &p); err != nil {
		return nil, fmt.Errorf("read what npm's registry says of %q: %w", name, err)
	}
	for version, v := range p.Versions {
		if v == nil || v.Version != version {
			delete(p.Versions, version)
		}
	}
	return &p, nil
}

// NPMVersion gives all that is said of one version, licence and funding included, which NPM may leave out.
func (c *Client) NPMVersion(ctx context.Context, name, version string) (*NPMVersion, error) {
	if !isName(version, "+") {
		return nil, notAsked("npm", version)
	}
	body, err := c.npm(ctx, name, "/"+version, "application/json")
	if err != nil {
		return nil, err
	}
	var v NPMVersion
	if err := json.Unmarshal(body, &v); err != nil {
		return nil, fmt.Errorf("read what npm's registry says of %q: %w", name, err)
	}
	if v.Version != version {
		return nil, fmt.Errorf("ask for %s of %q: the registry answered with %.80q", version, name, v.Version)
	}
	return &v, nil
}

func (c *Client) npm(ctx context.Context, name, rest, accept string) ([]byte, error) {
	scope, bare, scoped := strings.Cut(name, "/")
	if scoped && (!strings.HasPrefix(scope, "@") || !isName(scope[1:], "~") || !isName(bare, "~")) || !scoped && !isName(name, "~") {
		return nil, notAsked("npm", name)
	}
	address, err := c.at("npm", strings.Replace(name, "/", "%2f", 1)+rest)
	if err != nil {
		return nil, err
	}
	body, _, err := c.get(ctx, address, accept)
	if err != nil {
		return nil, fmt.Errorf("look up %q: %w", name, err)
	}
	return body, nil
}
