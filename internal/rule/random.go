package rule

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
)

const (
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lower  = "abcdefghijklmnopqrstuvwxyz"
	digits = "0123456789"
	// symbols need no quoting in a shell, a URL, YAML or JSON once they stand inside a word.
	symbols = "!*+.^_~-"
)

// alphabets are what the templates of a length draw from.
var alphabets = map[string]string{
	"alnum":    upper + lower + digits,
	"alpha":    upper + lower,
	"lower":    lower,
	"upper":    upper,
	"digit":    digits,
	"hex":      digits + "abcdef",
	"HEX":      digits + "ABCDEF",
	"lowernum": lower + digits,
	"uppernum": upper + digits,
	"base64":   upper + lower + digits + "+/",
	"urlsafe":  upper + lower + digits + "-_",
	"base32":   upper + "234567",
	"password": upper + lower + digits + symbols,
}

const (
	// maxDraw is the longest text a template may draw, in characters.
	maxDraw = 1 << 16
	// draws is how often a text is drawn until it looks drawn.
	draws = 100
)

// source gives the same numbers for the same seed and count, for ever.
func source(seed string, count int) *rand.Rand {
	return rand.New(rand.NewChaCha8(sha256.Sum256(binary.BigEndian.AppendUint64([]byte(seed), uint64(count)))))
}

// draw draws n characters. A text that by accident lacks a kind of character its alphabet has, or repeats one,
// looks like a word or a placeholder and would be passed over rightly; then it is drawn again.
func draw(random *rand.Rand, alphabet string, n int) string {
	b := make([]byte, n)
	for range draws {
		for i := range b {
			b[i] = alphabet[random.IntN(len(alphabet))]
		}
		if looksDrawn(string(b), alphabet) {
			break
		}
	}
	return string(b)
}

func looksDrawn(s, alphabet string) bool {
	kinds := 0
	for _, kind := range []string{upper, lower, digits} {
		if !strings.ContainsAny(alphabet, kind) {
			continue
		}
		kinds++
		if !strings.ContainsAny(s, kind) && len(s) >= kinds {
			return false
		}
	}
	for i := 3; i < len(s); i++ {
		if s[i] == s[i-1] && s[i] == s[i-2] && s[i] == s[i-3] {
			return false
		}
	}
	return true
}

// password draws a text that also has symbols, except at its ends, where YAML and shells read them otherwise.
func password(random *rand.Rand, n int) string {
	s := draw(random, alphabets["password"], n)
	for range draws {
		if n < 4 || strings.ContainsAny(s[1:n-1], symbols) && !strings.ContainsAny(s[:1]+s[n-1:], symbols) {
			break
		}
		s = draw(random, alphabets["password"], n)
	}
	return s
}

// uuid draws a random UUID, version 4 (RFC 9562).
func uuid(random *rand.Rand) string {
	b := octets(random, 16)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// octets draws n bytes.
func octets(random *rand.Rand, n int) []byte {
	b := make([]byte, 0, n+8)
	for len(b) < n {
		b = binary.BigEndian.AppendUint64(b, random.Uint64())
	}
	return b[:n]
}
