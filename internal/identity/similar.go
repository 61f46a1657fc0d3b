package identity

import (
	"bytes"
	"hash/maphash"
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

// similarEnough is the least likeness of edited code. It was measured on lines with a fault in four languages (TestAlike_threshold): an argument
// added or a call wrapped leaves 98 of 100 above it and a renamed variable 3 of 4; a line of another rule never reaches it, and of lines that
// have the rule in common but other variables 1 of 6 does.
const similarEnough = 0.7

// maxWords bounds what is compared of a snippet.
const maxWords = 4096

// alike is how much of two findings' code is the same, 0 to 1: the common part of their words and pairs of neighbouring words (Dice's coefficient).
// Things with a name are the same whatever is said of them and however they are written.
func alike(a, b *finding.Finding) float64 {
	switch {
	case a == nil || b == nil:
		return 0
	case isThing(a) && isThing(b):
		return 1
	}
	seed := maphash.MakeSeed()
	x, y := shingles(a, seed), shingles(b, seed)
	if len(x) == 0 || len(y) == 0 || (a.Location.Snippet == "") != (b.Location.Snippet == "") {
		return 0
	}
	common, j := 0, 0
	for i := 0; i < len(x) && j < len(y); {
		switch {
		case x[i] < y[j]:
			i++
		case x[i] > y[j]:
			j++
		default:
			common, i, j = common+1, i+1, j+1
		}
	}
	return 2 * float64(common) / float64(len(x)+len(y))
}

// isThing tells findings about things that have a name: resources in code or in the world, accounts, clusters, hosts.
func isThing(f *finding.Finding) bool {
	return f.Engine != "sast" && (f.Location.Path == "" && len(f.Location.Logical) > 0 || step(f, "resource") != "")
}

// shingles are the hashes of a finding's words and pairs of words, sorted: of its code, else of its message.
func shingles(f *finding.Finding, seed maphash.Seed) []uint64 {
	c := coder{}
	c.lines(&f.Location)
	text := c.b
	if c.tokens == 0 {
		text = appendMessage(nil, f.Message[:min(len(f.Message), maxText)], false)
	}
	var out []uint64
	var last []byte
	for len(text) > 0 && len(out) < maxWords {
		n := 0
		for n < len(text) && isWord(text[n]) {
			n++
		}
		if n == 0 {
			text = text[1:]
			continue
		}
		out = append(out, maphash.Bytes(seed, text[:n]))
		if last != nil {
			out = append(out, maphash.Bytes(seed, bytes.Join([][]byte{last, text[:n]}, []byte{' '})))
		}
		last, text = text[:n], text[n:]
	}
	slices.Sort(out)
	return out
}
