package finding

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Fingerprint is a finding's identity: 32 hex digits of a keyed hash. It does not depend on lines, paths or
// the order of a scan. People quote its first 12 digits (see Short).
type Fingerprint string

// Short is the form people quote and type.
func (f Fingerprint) Short() string { return string(f[:min(12, len(f))]) }

// Key makes fingerprints of low-entropy secrets useless to whoever holds a report but not the key.
type Key []byte

// Identify makes a fingerprint out of what a finding is, engine first: everything that must differ for two
// findings to be two, and nothing that may change while they stay one.
// The parts are length-prefixed, so ("ab","c") and ("a","bc") differ. HMAC-SHA-256 (RFC 2104), 128 bits kept.
func Identify(key Key, parts ...string) Fingerprint {
	mac := hmac.New(sha256.New, key)
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		mac.Write(n[:])
		mac.Write([]byte(p))
	}
	return Fingerprint(hex.EncodeToString(mac.Sum(nil)[:16]))
}

// Sensitive holds a secret's value. Whatever prints or encodes it prints a placeholder; only Reveal gives the value.
type Sensitive struct{ value string }

const redacted = "[redacted]"

// Conceal wraps a secret's value.
func Conceal(value string) Sensitive { return Sensitive{value} }

// Reveal gives the value, for the one use it was kept for: asking its provider whether it still lives.
func (s Sensitive) Reveal() string { return s.value }

// String hides the value.
func (Sensitive) String() string { return redacted }

// GoString hides the value.
func (Sensitive) GoString() string { return redacted }

// MarshalText hides the value.
func (Sensitive) MarshalText() ([]byte, error) { return []byte(redacted), nil }
