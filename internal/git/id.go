package git

import (
	"bytes"
	"encoding/hex"
	"fmt"
)

// ID names an object: the hash of its kind, size and content. It is comparable and may be a map key.
// The zero ID names nothing.
type ID struct {
	sum [32]byte
	// n is the hash's length in bytes: 20 (SHA-1), 32 (SHA-256), or 0 for the zero ID.
	n uint8
}

// Hash lengths in bytes.
const (
	sha1Size   = 20
	sha256Size = 32
)

// ParseID reads a whole object name in hexadecimal (40 or 64 digits).
func ParseID(s string) (ID, error) {
	if len(s) != 2*sha1Size && len(s) != 2*sha256Size {
		return ID{}, fmt.Errorf("parse object id %q: want 40 or 64 hexadecimal digits", clip(s))
	}
	var id ID
	if _, err := hex.Decode(id.sum[:], []byte(s)); err != nil {
		return ID{}, fmt.Errorf("parse object id %q: %w", clip(s), err)
	}
	id.n = uint8(len(s) / 2)
	return id, nil
}

// MakeID makes an ID of a raw hash of 20 or 32 bytes; any other length gives the zero ID.
func MakeID(raw []byte) ID {
	var id ID
	if len(raw) == sha1Size || len(raw) == sha256Size {
		copy(id.sum[:], raw)
		id.n = uint8(len(raw))
	}
	return id
}

// String returns the hexadecimal name, or "" for the zero ID.
func (id ID) String() string { return hex.EncodeToString(id.Bytes()) }

// Bytes returns the raw hash: 20 or 32 bytes, none for the zero ID.
func (id ID) Bytes() []byte { return id.sum[:id.n] }

// IsZero tells whether the ID names nothing: the zero value, or git's all-zero name.
func (id ID) IsZero() bool { return id.sum == [32]byte{} }

// Compare orders IDs by their bytes.
func (id ID) Compare(other ID) int { return bytes.Compare(id.Bytes(), other.Bytes()) }

// clip shortens outside text for a message.
func clip(s string) string {
	const most = 100
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// Kind is what an object is. The values are those of git's pack format.
type Kind uint8

// The four kinds of objects.
const (
	Commit Kind = 1
	Tree   Kind = 2
	Blob   Kind = 3
	Tag    Kind = 4
)

// String returns git's word for the kind.
func (k Kind) String() string {
	switch k {
	case Commit:
		return "commit"
	case Tree:
		return "tree"
	case Blob:
		return "blob"
	case Tag:
		return "tag"
	}
	return "unknown"
}

// parseKind reads git's word for a kind; 0 when it is none.
func parseKind(word []byte) Kind {
	switch string(word) {
	case "commit":
		return Commit
	case "tree":
		return Tree
	case "blob":
		return Blob
	case "tag":
		return Tag
	}
	return 0
}

// Kinds is a set of kinds. The empty set stands for all of them.
type Kinds uint8

// KindsOf makes a set.
func KindsOf(kinds ...Kind) Kinds {
	var set Kinds
	for _, k := range kinds {
		set |= 1 << k
	}
	return set
}

// Has tells whether the kind is in the set.
func (s Kinds) Has(k Kind) bool { return s == 0 || s&(1<<k) != 0 }
