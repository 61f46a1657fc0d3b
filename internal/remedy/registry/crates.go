package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// Crate is one version of a crate.
type Crate struct {
	Name    string `json:"name"`
	Version string `json:"vers"`
	// Needs are what it depends on.
	Needs []CrateNeed `json:"deps"`
	// Checksum is the archive's SHA-256 in hex.
	Checksum string `json:"cksum"`
	// Features are what each feature switches on.
	Features map[string][]string `json:"features"`
	// More are features whose values use newer forms; New puts them into Features.
	More   map[string][]string `json:"features2"`
	Yanked bool                `json:"yanked"`
	// Rust is the least release of Rust that builds it, "" where it states none.
	Rust string `json:"rust_version"`
}

// CrateNeed is one dependency of a crate.
type CrateNeed struct {
	// Name is what the crate calls it; Package is its real name where that differs.
	Name    string `json:"name"`
	Package string `json:"package"`
	Req     string `json:"req"`
	// Features are switched on in it, and its default ones where Default says so.
	Features []string `json:"features"`
	Default  bool     `json:"default_features"`
	Optional bool     `json:"optional"`
	// Kind is normal, build or dev.
	Kind string `json:"kind"`
	// Target is the platform it is for, "" for all.
	Target string `json:"target"`
	// Registry is where it comes from, "" for the same one.
	Registry string `json:"registry"`
}

// Real is the crate's own name.
func (n *CrateNeed) Real() string { return firstOf(n.Package, n.Name) }

// Crates gives every version of a crate.
func (c *Client) Crates(ctx context.Context, name string) ([]Crate, error) {
	if !isName(name, "") || strings.Contains(name, ".") {
		return nil, notAsked("crates.io", name)
	}
	lower := strings.ToLower(name)
	prefix := ""
	switch len(lower) {
	case 1, 2:
		prefix = fmt.Sprint(len(lower))
	case 3:
		prefix = "3/" + lower[:1]
	default:
		prefix = lower[:2] + "/" + lower[2:4]
	}
	address, err := c.at("crates.io", prefix+"/"+lower)
	if err != nil {
		return nil, err
	}
	body, _, err := c.get(ctx, address, "text/plain")
	if err != nil {
		return nil, fmt.Errorf("look up %q: %w", name, err)
	}
	var out []Crate
	for line := range bytes.Lines(body) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var one Crate
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, fmt.Errorf("read the index's entry of %q: %w", name, err)
		}
		if one.Name != name || len(one.Checksum) != 64 {
			continue
		}
		if len(one.More) > 0 {
			if one.Features == nil {
				one.Features = map[string][]string{}
			}
			maps.Copy(one.Features, one.More)
		}
		out = append(out, one)
	}
	return out, nil
}
