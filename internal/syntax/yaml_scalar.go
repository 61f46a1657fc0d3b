package syntax

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"

	"github.com/reevehq/reeve/internal/treesitter"
)

// yamlHole finds that a scalar is nothing but a hole of a pattern.
var yamlHole = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:` + metaWord + `\w+|` + moreWord + `\w+|` + ellipsisWord + `)$`)
})

// yamlPlain lowers a scalar without quotes: what it looks like says what it is.
func yamlPlain(l *lowering, n treesitter.Node) *Node {
	text := l.source(n)
	switch n.First().Type() {
	case "integer_scalar", "float_scalar":
		return l.texted(Number, n, text)
	case "boolean_scalar":
		return l.texted(Bool, n, strings.ToLower(text))
	case "null_scalar":
		return l.texted(Null, n, "null")
	}
	if yamlHole().MatchString(text) {
		return l.name(n)
	}
	if inner, ok := strings.CutPrefix(text, deepWord+"("); ok {
		inner = strings.TrimSpace(strings.TrimSuffix(inner, ")"))
		value := l.texted(String, n, inner)
		switch {
		case yamlHole().MatchString(inner):
			value.Kind = Name
		case yamlNumber().MatchString(inner):
			value.Kind = Number
		case inner == "true" || inner == "false":
			value.Kind = Bool
		case len(inner) > 1 && (inner[0] == '"' || inner[0] == '\'') && inner[len(inner)-1] == inner[0]:
			value.Text = yamlUnquoted(inner)
		}
		return l.node(Call, n, as(ACallee, l.texted(Name, n, deepWord)), value)
	}
	return l.texted(String, n, yamlFold(text))
}

// yamlNumber finds that a scalar is a number.
var yamlNumber = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[-+]?(?:\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?|0x[\da-fA-F]+)$`)
})

func yamlUnquoted(text string) string {
	if len(text) < 2 {
		return ""
	}
	return text[1 : len(text)-1]
}

// yamlFold joins the lines of a scalar: a break is a space, and each empty line a break.
func yamlFold(text string) string {
	if !strings.Contains(text, "\n") {
		return text
	}
	lines := strings.Split(text, "\n")
	var b strings.Builder
	empty := 0
	for i, line := range lines {
		if i > 0 {
			line = strings.TrimLeft(line, " \t")
		}
		if i < len(lines)-1 {
			line = strings.TrimRight(line, " \t\r")
		}
		switch {
		case i > 0 && line == "" && i < len(lines)-1:
			empty++
			continue
		case i > 0 && empty > 0:
			b.WriteString(strings.Repeat("\n", empty))
		case i > 0:
			b.WriteByte(' ')
		}
		empty = 0
		b.WriteString(line)
	}
	return b.String()
}

// yamlEscapes are the escapes of one letter: YAML 1.2, section 5.7.
const yamlEscapes = "0\x00a\ab\bt\t\t\tn\nv\vf\fr\re\x1b  \"\"//\\\\N\u0085_\u00a0L\u2028P\u2029"

// yamlDouble gives the text between double quotes.
func yamlDouble(text string) string {
	text = yamlFold(yamlJoin(text))
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for at := 0; at < len(text); {
		if text[at] != '\\' || at+1 == len(text) {
			b.WriteByte(text[at])
			at++
			continue
		}
		size := map[byte]int{'x': 2, 'u': 4, 'U': 8}[text[at+1]]
		if size == 0 {
			b.WriteString(yamlEscape(text[at+1]))
			at += 2
			continue
		}
		code, next := yamlCode(text, at, size)
		if low, after := yamlCode(text, next, 4); utf16.IsSurrogate(code) && strings.HasPrefix(text[next:], `\u`) {
			code, next = utf16.DecodeRune(code, low), after
		}
		b.WriteRune(code)
		at = next
	}
	return b.String()
}

// yamlJoin takes out the breaks that a backslash stands before, with what the next line begins with.
func yamlJoin(text string) string {
	parts := strings.Split(text, "\n")
	var b strings.Builder
	joined := false
	for i, part := range parts {
		if joined {
			part = strings.TrimLeft(part, " \t")
		}
		bare := strings.TrimRight(part, "\r")
		slashes := len(bare) - len(strings.TrimRight(bare, `\`))
		joined = slashes%2 == 1 && i < len(parts)-1
		switch {
		case joined:
			part = bare[:len(bare)-1]
		case i < len(parts)-1:
			part += "\n"
		}
		b.WriteString(part)
	}
	return b.String()
}

func yamlEscape(c byte) string {
	all := []rune(yamlEscapes)
	for i := 0; i+1 < len(all); i += 2 {
		if all[i] == rune(c) {
			return string(all[i+1])
		}
	}
	return string([]byte{'\\', c})
}

// yamlCode reads the number of a character behind a backslash and a letter, and gives where it ends.
func yamlCode(text string, at, size int) (rune, int) {
	from, to := min(at+2, len(text)), min(at+2+size, len(text))
	code, err := strconv.ParseUint(text[from:to], 16, 32)
	if err != nil {
		return '\uFFFD', to
	}
	return rune(code), to
}

// yamlBlock gives the text of a literal ("|") or folded (">") scalar: YAML 1.2, section 8.1.
func yamlBlock(l *lowering, n treesitter.Node) string {
	header, body, _ := strings.Cut(l.source(n), "\n")
	header, _, _ = strings.Cut(header, "#")
	lines := strings.Split(body, "\n")
	indent := -1
	for i, line := range lines {
		lines[i] = strings.TrimSuffix(line, "\r")
		if text := strings.TrimLeft(lines[i], " "); text != "" && (indent < 0 || len(lines[i])-len(text) < indent) {
			indent = len(lines[i]) - len(text)
		}
	}
	if at := strings.IndexAny(header, "123456789"); at >= 0 { // it is said how far it is indented
		before := l.text[strings.LastIndexByte(l.text[:n.Start()], '\n')+1 : n.Start()]
		indent = len(before) - len(strings.TrimLeft(before, " -")) + int(header[at]-'0')
	}
	for i, line := range lines {
		lines[i] = line[min(max(indent, 0), len(line)-len(strings.TrimLeft(line, " "))):]
	}
	text := strings.TrimRight(strings.Join(lines, "\n"), "\n")
	if strings.HasPrefix(header, ">") {
		text = yamlFolded(text)
	}
	if !strings.Contains(header, "-") && text != "" {
		text += "\n"
	}
	return text
}

// yamlFolded joins those lines of a folded scalar that are not indented further.
func yamlFolded(text string) string {
	var b strings.Builder
	lines := strings.Split(text, "\n")
	more := func(line string) bool { return line != "" && (line[0] == ' ' || line[0] == '\t') }
	for i, line := range lines {
		b.WriteString(line)
		if i == len(lines)-1 {
			break
		}
		next := lines[i+1]
		switch {
		case line == "" || more(line) || more(next):
			b.WriteByte('\n')
		case next != "":
			b.WriteByte(' ')
		}
	}
	return b.String()
}
