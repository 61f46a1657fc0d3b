package feed

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Format is the name of the format of mirrors.
const Format = "reeve-advisories/1"

// Index says what a mirror holds.
type Index struct {
	Format string `json:"format"`
	// Built is when the database was made, Digest that of its content.
	Built  time.Time `json:"built"`
	Digest string    `json:"digest"`
	// Database is the file of the database, packed with zstd; Unpacked is its size then, in bytes.
	Part
	Unpacked int64 `json:"unpacked"`
	// Deltas make this database out of older ones.
	Deltas []Delta `json:"deltas,omitempty"`
}

// Part is one file of a mirror.
type Part struct {
	// File is its name, Size its size in bytes, SHA256 its hash in hex.
	File   string `json:"file"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Delta is a file that makes one database out of another.
type Delta struct {
	// From and To are the digests of the two.
	From string `json:"from"`
	To   string `json:"to"`
	Part
}

const (
	maxIndex     = 1 << 20
	maxSignature = 1 << 10
	maxDatabase  = 16 << 30
	maxDeltaFile = 256 << 20
)

// errNoIndex says that something is no index of a mirror.
var errNoIndex = errors.New("it is no index of a mirror")

// parseIndex reads an index. Where it is none of this format at all, that is errNoIndex.
func parseIndex(data []byte) (*Index, error) {
	var i Index
	if err := json.Unmarshal(data, &i); err != nil || !strings.HasPrefix(i.Format, "reeve-advisories/") {
		return nil, errNoIndex
	}
	if i.Format != Format {
		return nil, fmt.Errorf("the mirror has the format %.40q, which this reeve does not know", i.Format)
	}
	switch {
	case i.Built.IsZero() || i.Built.Unix() < 0:
		return nil, errors.New("the index does not say when its database was made")
	case !isHash(i.Digest):
		return nil, errors.New("the index does not say the digest of its database")
	case i.Unpacked <= 0 || i.Unpacked > maxDatabase:
		return nil, errors.New("the index says an impossible size of its database")
	case len(i.Deltas) > 1000:
		return nil, errors.New("the index has too many deltas")
	}
	if err := i.check(maxDatabase); err != nil {
		return nil, err
	}
	for _, d := range i.Deltas {
		if !isHash(d.From) || d.To != i.Digest {
			return nil, errors.New("the index has a delta that does not lead to its database")
		}
		if err := d.check(maxDeltaFile); err != nil {
			return nil, err
		}
	}
	return &i, nil
}

// check tells whether a part can be one.
func (p *Part) check(most int64) error {
	switch {
	case !plainFile(p.File):
		return fmt.Errorf("the index names %.80q, which is no plain name of a file", p.File)
	case p.Size <= 0 || p.Size > most:
		return fmt.Errorf("the index says that %q has an impossible size", p.File)
	case !isHash(p.SHA256):
		return fmt.Errorf("the index does not say the hash of %q", p.File)
	}
	return nil
}

// isHash tells whether a text is a SHA-256 in hex.
func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32 && s == strings.ToLower(s)
}

// plainFile tells whether a text is the name of a file in the mirror's own folder.
func plainFile(s string) bool {
	if s == "" || len(s) > 200 || s[0] == '.' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}
