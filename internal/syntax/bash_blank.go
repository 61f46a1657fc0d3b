package syntax

import (
	"bytes"
	"regexp"
	"sync"
)

// bashHeredoc finds what begins a heredoc, and the word that ends it.
var bashHeredoc = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^<<-?[ \t]*\\?["']?([A-Za-z_]\w*)`) })

// bashBlank takes comments out: behind one the grammar may take the next lines for a part of the command before it.
func bashBlank(text []byte) []byte {
	b := bashScan{out: bytes.Clone(text)}
	for at := 0; at < len(text); {
		end := at + sizeTo(text[at:], "\n")
		b.line(at, end)
		at = end + 1
	}
	return b.out
}

// bashScan goes through a text line by line.
type bashScan struct {
	out []byte
	// quote is the quote that is open, 0 for none; ends are the words that end the heredocs that are.
	quote byte
	ends  [][]byte
}

func (b *bashScan) line(at, end int) {
	if len(b.ends) > 0 && b.quote == 0 {
		if bytes.Equal(bytes.Trim(b.out[at:end], "\t\r"), b.ends[0]) {
			b.ends = b.ends[1:]
		}
		return
	}
	for i := at; i < end; i++ {
		switch c := b.out[i]; {
		case c == '\\' && b.quote != '\'':
			i++
		case b.quote != 0:
			if c == b.quote {
				b.quote = 0
			}
		case c == '\'' || c == '"':
			b.quote = c
		case c == '#' && (i == at || b.out[i-1] == ' ' || b.out[i-1] == '\t'):
			for ; i < end; i++ {
				b.out[i] = ' '
			}
		case c == '<' && bytes.HasPrefix(b.out[i:end], []byte("<<<")):
			i += 2
		case c == '<':
			if m := bashHeredoc().FindSubmatch(b.out[i:end]); m != nil {
				b.ends = append(b.ends, m[1])
				i += len(m[0]) - 1
			}
		}
	}
}
