package identity

import "strings"

// message hashes a message without what changes from run to run. Strict keeps small numbers, which may tell two findings apart (a port, a count);
// loose keeps none but those in the names of flaws. Times, UUIDs, long hex and ephemeral ports are never kept.
func (s *scratch) message(text string, strict bool) digest {
	s.open(tagWhat)
	s.b = appendMessage(s.b, text[:min(len(text), maxText)], strict)
	return s.sum()
}

// appendMessage appends the words of a message, one blank between them, what is volatile as "#".
func appendMessage(b []byte, text string, strict bool) []byte {
	flawName := false // the last word may be the beginning of a flaw's name, as in CVE-2021-44228
	from := len(b)
	for i := 0; i < len(text); {
		if !isWord(text[i]) {
			flawName = flawName && text[i] == '-'
			i++
			continue
		}
		j := i + 1
		for j < len(text) && isWord(text[j]) {
			j++
		}
		if len(b) > from {
			b = append(b, ' ')
		}
		if end := i + 36; end <= len(text) && isUUID(text[i:end]) {
			b, i = append(b, '#'), end
			continue
		}
		if end := stampEnd(text, i); end > 0 {
			b, i = append(b, '#'), end
			continue
		}
		word := text[i:j]
		digit := word[0] >= '0' && word[0] <= '9'
		switch attached := i > 0 && (text[i-1] == '-' || text[i-1] == '.') && (i == 1 || isWord(text[i-2])); {
		case flawName && digit, strict && attached && len(word) < 8:
			b = append(b, word...)
		default:
			b = appendWord(b, word, strict)
			flawName = !digit && len(word) >= 2 && len(word) <= 6 && isUpper(word)
		}
		i = j
	}
	return b
}

// appendWord appends one word, or "#" for what is made anew: ids, hashes, numbers.
func appendWord(b []byte, word string, strict bool) []byte {
	if volatile(word) && (!strict || len(word) > 5) {
		return append(b, '#')
	}
	digits := len(word) - len(strings.TrimLeft(word, "0123456789"))
	if digits == 0 {
		return append(b, word...)
	}
	if strict && digits <= 5 && !(digits == 5 && word[:5] > "32767") {
		return append(b, word...)
	}
	b = append(b, '#')
	return append(b, word[digits:]...)
}

func isUpper(word string) bool {
	for i := range len(word) {
		if word[i] < 'A' || word[i] > 'Z' {
			return false
		}
	}
	return true
}

// volatile tells a name that nobody chose: a number, long hex, or a long mixture of letters and digits.
func volatile(word string) bool {
	digits, hex := 0, 0
	for i := range len(word) {
		c := word[i]
		if c >= '0' && c <= '9' {
			digits++
		}
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == '-' {
			hex++
		}
	}
	n := len(word)
	return n > 0 && digits > 0 && (digits == n || n >= 8 && hex == n || n >= 16 && digits >= 3 && !strings.ContainsAny(word, "_-"))
}

func isUUID(s string) bool {
	for i := range len(s) {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
			continue
		}
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return true
}

// stampEnd is where a date or a time of day that begins at text[i] ends, 0 where none begins: at least three groups of digits joined by "-", "/" or ":".
func stampEnd(text string, i int) int {
	if text[i] < '0' || text[i] > '9' {
		return 0
	}
	joints, j := 0, i
	for j < len(text) && j < i+40 {
		c := text[j]
		joint := c == '-' || c == ':' || c == '/'
		if !(c >= '0' && c <= '9' || joint || c == '.' || c == '+' || c == 'T' || c == 'Z') {
			break
		}
		if joint && text[j-1] >= '0' && text[j-1] <= '9' && j+1 < len(text) && text[j+1] >= '0' && text[j+1] <= '9' {
			joints++
		}
		j++
	}
	if joints < 2 || j < len(text) && isWord(text[j]) {
		return 0
	}
	return j
}
