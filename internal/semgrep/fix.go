package semgrep

import (
	"crypto/sha256"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// fixSteps is how much work a fix's regular expression may do in one text.
const fixSteps = 1_000_000

// Apply gives a text with what the regular expression finds replaced. False where it finds nothing, or that takes too much work.
func (f *FixRegex) Apply(text string) (string, bool) {
	found, err := f.Regex.FindAll(text, fixSteps)
	if err != nil || len(found) == 0 {
		return text, false
	}
	if f.Count > 0 && len(found) > f.Count {
		found = found[:f.Count]
	}
	var b strings.Builder
	at := 0
	for _, m := range found {
		b.WriteString(text[at:m.Spans[0].Start])
		b.WriteString(f.replacement(text, m))
		at = m.Spans[0].End
	}
	return b.String() + text[at:], true
}

// replacement writes groups in the place of \1 … \9.
func (f *FixRegex) replacement(text string, m Match) string {
	var b strings.Builder
	for i := 0; i < len(f.Replacement); i++ {
		c := f.Replacement[i]
		if c != '\\' || i+1 == len(f.Replacement) {
			b.WriteByte(c)
			continue
		}
		i++
		switch c = f.Replacement[i]; {
		case c >= '0' && c <= '9':
			if group := int(c - '0'); group < len(m.Spans) && m.Spans[group].Start >= 0 {
				b.WriteString(text[m.Spans[group].Start:m.Spans[group].End])
			}
		case c == 'n':
			b.WriteByte('\n')
		case c == 't':
			b.WriteByte('\t')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// digest names what a rule says, whatever its comments and how it is laid out.
func digest(n *yaml.Node) [sha256.Size]byte {
	h := sha256.New()
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		h.Write([]byte{byte(n.Kind), byte(len(n.Content))})
		h.Write([]byte(n.Value))
		h.Write([]byte{0})
		for _, k := range n.Content {
			walk(k)
		}
	}
	walk(n)
	return [sha256.Size]byte(h.Sum(nil))
}

// numbered tells that something in a node says $1, $2 ….
func numbered(n *yaml.Node) bool {
	for rest := n.Value; ; {
		at := strings.IndexByte(rest, '$')
		if at < 0 || at+1 == len(rest) {
			break
		}
		if rest = rest[at+1:]; '0' <= rest[0] && rest[0] <= '9' {
			return true
		}
	}
	return slices.ContainsFunc(n.Content, numbered)
}
