package secret

import (
	"math"
	"strings"
	"sync"
)

// letterModel tells how well letters follow one another in words. It is made of the word list on first use.
type letterModel struct {
	// cost[a][b][c] is the price in bits of letter c after a and b; index 26 is the edge of a word.
	cost [27][27][27]float32
}

var letters = sync.OnceValue(func() *letterModel {
	var pairs [27][27]float64
	var triples [27][27][27]float64
	for word := range strings.FieldsSeq(wordList) {
		a, b := 26, 26
		for i := 0; i <= len(word); i++ {
			c := 26
			if i < len(word) {
				c = int(word[i] - 'a')
			}
			triples[a][b][c]++
			pairs[b][c]++
			a, b = b, c
		}
	}
	m := new(letterModel)
	for a := range 27 {
		for b := range 27 {
			m.fill(a, b, &triples[a][b], &pairs[b])
		}
	}
	return m
})

// fill prices the letters after a and b. What was not seen after both is priced by what was seen after b alone.
func (m *letterModel) fill(a, b int, after *[27]float64, afterOne *[27]float64) {
	seen, seenOne := 0.0, 0.0
	for c := range 27 {
		seen += after[c]
		seenOne += afterOne[c]
	}
	for c := range 27 {
		one := (afterOne[c] + 0.1) / (seenOne + 2.7)
		p := (after[c] + 3*one) / (seen + 3)
		m.cost[a][b][c] = float32(-math.Log2(p))
	}
}

// price is the mean price of a lower-case word in bits per letter: 2.5 to 5.5 for words of most languages in Latin script,
// mostly 6 to 11 for random letters.
func (m *letterModel) price(word []byte) float32 {
	a, b, sum := 26, 26, float32(0)
	for _, ch := range word {
		if ch < 'a' || ch > 'z' {
			return 0 // a letter of another script: no generator of tokens uses those
		}
		c := int(ch - 'a')
		sum += m.cost[a][b][c]
		a, b = b, c
	}
	return sum / float32(len(word))
}

// dearest is the price up to which a word of that many letters counts as one. One in a hundred random words is cheaper.
var dearest = [...]float32{4: 3.5, 5: 4.1, 6: 4.7, 7: 5.1, 8: 5.3, 9: 5.5, 10: 5.7}

// wordlike tells whether a lower-case word, as split gives it, is one people use or could use.
func wordlike(word []byte) bool {
	if len(word) < 2 || classOf[word[0]] == digit {
		return false
	}
	if _, ok := dictionary()[string(word)]; ok {
		return true
	}
	return len(word) > 3 && letters().price(word) < dearest[min(len(word), len(dearest)-1)]
}

// wordShare is the share of a value's letters and digits that stand in words: near 1 for names and text, near 0 for what a generator made.
func wordShare(value string) float64 {
	if len(value) > 128 {
		value = value[:128]
	}
	var w words
	w.split([]byte(value))
	inWords, all := 0, 0
	for i := range w.n {
		word := w.at(i)
		all += len(word)
		if wordlike(word) {
			inWords += len(word)
		}
	}
	if all == 0 {
		return 0
	}
	return float64(inWords) / float64(all)
}
