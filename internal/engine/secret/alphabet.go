package secret

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
)

// The alphabets tokens are written in.
const (
	digits        = "0123456789"
	lower         = "abcdefghijklmnopqrstuvwxyz"
	upper         = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	hexLower      = "0123456789abcdef"
	alnum         = digits + upper + lower
	alphabet32    = upper + "234567"
	alphabet36    = digits + lower
	alphabet62    = alnum // the GMP order, which GitHub's and npm's checksums use
	alphabet64    = upper + lower + digits + "+/"
	alphabet64URL = upper + lower + digits + "-_"
)

// pick makes n random characters of an alphabet.
func pick(r *rand.Rand, alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

// randomBytes makes n random bytes.
func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// made tells whether s is made of an alphabet only, and of at least least and at most most characters.
func made(s, alphabet string, least, most int) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	for i := range len(s) {
		if strings.IndexByte(alphabet, s[i]) < 0 {
			return false
		}
	}
	return true
}

// isHex tells whether s is n digits of base 16, in either case.
func isHex(s string, n int) bool { return made(strings.ToLower(s), hexLower, n, n) }

// decode64 reads base64 in either alphabet (RFC 4648 sections 4 and 5), padded or not.
func decode64(s string) ([]byte, bool) {
	s = strings.TrimRight(s, "=")
	enc := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		enc = base64.RawURLEncoding
	}
	b, err := enc.DecodeString(s)
	return b, err == nil
}

// encode writes n in the digits of an alphabet, most significant first, padded on the left to width.
func encode(n uint32, alphabet string, width int) string {
	b := []byte(strings.Repeat(alphabet[:1], width))
	for i := width - 1; i >= 0 && n > 0; i-- {
		b[i] = alphabet[n%uint32(len(alphabet))]
		n /= uint32(len(alphabet))
	}
	return string(b)
}
