// Package entropy measures how surprising a text is: what was thrown is more so than what people write. It must not judge: where the border lies depends
// on what is looked for.
package entropy

import "math"

// Of is the Shannon entropy of a text's bytes, in bits per byte (C. E. Shannon, A Mathematical Theory of Communication, 1948).
func Of(s string) float64 {
	if s == "" {
		return 0
	}
	var counts [256]int
	for i := range len(s) {
		counts[s[i]]++
	}
	sum := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(s))
			sum -= p * math.Log2(p)
		}
	}
	return sum
}
