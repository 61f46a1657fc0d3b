package finding

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

func lineColumn(data []byte, at int) (line, column int) {
	at = min(at, len(data))
	line = 1 + bytes.Count(data[:at], []byte{'\n'})
	begin := bytes.LastIndexByte(data[:at], '\n') + 1
	return line, 1 + utf8.RuneCount(data[begin:at])
}

// Mask shows enough of a secret to recognise it and too little to use it: its first characters where the
// kind of secret is public knowledge anyway (a provider's prefix), and its length.
func Mask(secret string) string {
	n := utf8.RuneCountInString(secret)
	show := min(4, n/4)
	if n > 0 && show == 0 {
		return strings.Repeat("*", min(n, 8))
	}
	shown := string([]rune(secret)[:show])
	return shown + strings.Repeat("*", min(n-show, 12)) + lengthNote(n)
}

func lengthNote(n int) string {
	if n <= 16 {
		return ""
	}
	return " (" + strconv.Itoa(n) + " characters)"
}

// Clip cuts a text to at most n characters and says so with an ellipsis.
func Clip(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:max(0, n-1)]) + "…"
}
