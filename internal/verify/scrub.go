package verify

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
)

// window is how many characters of a secret in a row are too many to show. Half a secret is a secret too.
const window = 12

// scrubber takes secrets, and longer pieces of them, out of texts.
type scrubber struct {
	pieces map[string]bool
	sizes  []int
}

const scrubbed = "[redacted]"

// newScrubber hides the secret parts in every spelling in which a URL, a header or a body may have carried them.
func newScrubber(vals values) scrubber {
	s := scrubber{pieces: map[string]bool{}}
	seen := map[int]bool{}
	for _, secret := range vals.hidden {
		for _, spelling := range spellings(secret) {
			n := min(window, len(spelling))
			if n == 0 {
				continue
			}
			if !seen[n] {
				seen[n] = true
				s.sizes = append(s.sizes, n)
			}
			for i := 0; i+n <= len(spelling); i++ {
				s.pieces[spelling[i:i+n]] = true
			}
		}
	}
	return s
}

// spellings lists how a secret may be written. Base64 has three, after how many bytes stand before the secret.
func spellings(secret string) []string {
	quoted, _ := json.Marshal(secret) // a string always marshals
	all := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`)}
	for before := range 3 {
		if len(secret) < 12+before {
			continue
		}
		aligned := secret[before:]
		aligned = aligned[:len(aligned)/3*3]
		all = append(all, base64.RawStdEncoding.EncodeToString([]byte(aligned)), base64.RawURLEncoding.EncodeToString([]byte(aligned)))
	}
	return all
}

// text replaces every stretch of the text that holds a piece of a secret.
func (s scrubber) text(text string) string {
	hit := make([]bool, len(text))
	found := false
	for _, n := range s.sizes {
		for i := 0; i+n <= len(text); i++ {
			if !s.pieces[text[i:i+n]] {
				continue
			}
			found = true
			for j := i; j < i+n; j++ {
				hit[j] = true
			}
		}
	}
	if !found {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case !hit[i]:
			b.WriteByte(text[i])
		case i == 0 || !hit[i-1]:
			b.WriteString(scrubbed)
		}
	}
	return b.String()
}
