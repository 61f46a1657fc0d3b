package secret

import (
	_ "embed"
	"strings"
	"sync"
)

// wordList are common words of English prose and of programs, from which dictionary and letter model are made.
//
//go:embed words.txt
var wordList string

// dictionary holds wordList for look-up.
var dictionary = sync.OnceValue(func() map[string]struct{} {
	words := strings.Fields(wordList)
	set := make(map[string]struct{}, len(words))
	for _, w := range words {
		set[w] = struct{}{}
	}
	return set
})

// maxWords bounds how many words one identifier or value is split into; what follows is left out.
const maxWords = 24

// words are the lower-case words of an identifier, kept in its own memory so that splitting allocates nothing.
type words struct {
	buf   [128]byte
	begin [maxWords + 1]uint8 // begin[i] is where word i starts in buf
	n     int
}

// split cuts s into words: at everything that is neither letter nor digit, between small letter and capital
// ("dbPassword"), before the last of several capitals ("APIKey"), and between letters and digits.
// Bytes outside ASCII count as letters.
func (w *words) split(s []byte) {
	w.n = 0
	end := 0
	for i := 0; i < len(s) && end < len(w.buf); i++ {
		c := classOf[s[i]]
		if c == other {
			continue
		}
		if w.n == 0 || i == 0 || startsWord(s, i) {
			if w.n == maxWords {
				break
			}
			w.begin[w.n] = uint8(end)
			w.n++
		}
		w.buf[end] = toLower(s[i])
		end++
	}
	w.begin[w.n] = uint8(end)
}

// startsWord tells whether the letter or digit at i begins a word.
func startsWord(s []byte, i int) bool {
	before, here := classOf[s[i-1]], classOf[s[i]]
	switch {
	case before == other:
		return true
	case before == digit || here == digit:
		return before != here
	case before == small && here == capital:
		return true
	}
	return before == capital && here == capital && i+1 < len(s) && classOf[s[i+1]] == small
}

// at is word i; a negative i counts from the end. Outside the words it is empty.
func (w *words) at(i int) []byte {
	if i < 0 {
		i += w.n
	}
	if i < 0 || i >= w.n {
		return nil
	}
	return w.buf[w.begin[i]:w.begin[i+1]]
}

// has tells whether one of the words is word.
func (w *words) has(word string) bool {
	for i := range w.n {
		if string(w.at(i)) == word {
			return true
		}
	}
	return false
}

// joined is the words from i up to j, without separators.
func (w *words) joined(i, j int) []byte { return w.buf[w.begin[i]:w.begin[j]] }

// String is the words joined by spaces: the normalised name.
func (w *words) String() string {
	var b strings.Builder
	for i := range w.n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.Write(w.at(i))
	}
	return b.String()
}

// The classes of bytes that word splitting tells apart.
const (
	other = iota
	small
	capital
	digit
)

// classOf is the class of every byte; bytes outside ASCII belong to letters of other scripts.
var classOf = func() (t [256]uint8) {
	for c := range 256 {
		switch {
		case c >= 'a' && c <= 'z', c >= 0x80:
			t[c] = small
		case c >= 'A' && c <= 'Z':
			t[c] = capital
		case c >= '0' && c <= '9':
			t[c] = digit
		}
	}
	return t
}()

func toLower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
