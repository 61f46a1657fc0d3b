package syntax

import "bytes"

// maxIndents is how many block mappings and sequences may stand in one another. The grammar's scanner keeps them in 1024 bytes, and ends the program where
// there are more than 253.
const maxIndents = 100

// yamlBlank takes out what is nested deeper than the grammar can read.
func yamlBlank(text []byte) []byte {
	out := text
	var open []int // the columns of the collections that are open
	for at := 0; at < len(text); {
		end := at + sizeTo(text[at:], "\n")
		first := true
		for i := at; i < end; i++ {
			c := text[i]
			if c == ' ' || c == '\t' || c == '\r' {
				continue
			}
			if first {
				for len(open) > 0 && open[len(open)-1] > i-at {
					open = open[:len(open)-1]
				}
				first = false
			}
			if open = append(open, i-at); len(open) > maxIndents {
				if &out[0] == &text[0] {
					out = bytes.Clone(text)
				}
				blankOut(out[i:end])
				open = open[:maxIndents]
				break
			}
			if (c != '-' && c != '?' && c != ':') || i+1 < end && text[i+1] != ' ' && text[i+1] != '\t' && text[i+1] != '\r' {
				break
			}
		}
		at = end + 1
	}
	return out
}
