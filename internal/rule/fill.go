package rule

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Mint makes a token that passes the engine's proof of structure named check, with the given prefix.
// It must take all randomness from random, so that the same case is filled the same on every machine.
type Mint func(check, prefix string, random *rand.Rand) (string, error)

// Filled is a case ready to be looked at.
type Filled struct {
	Data  []byte
	Wants []Want
}

// Want expects a finding of Rule somewhere in the lines First to Last of Filled.Data; several where the marked line held a template of several lines.
type Want struct {
	Rule        string
	First, Last int
}

// maxFilled bounds what templates may make of a case, in bytes.
const maxFilled = 4 << 20

// Fill puts values in place of the templates. The values depend on the rule's id, the file's name and the
// template's place in it, and on nothing else.
func (c Case) Fill(id string, mint Mint) (Filled, error) {
	f := filler{seed: id + "\x00" + c.Name(), mint: mint}
	pieces, err := f.pieces(c.Text)
	if err != nil {
		return Filled{}, fmt.Errorf("case %q: %w", c.Name(), err)
	}
	out := Filled{Data: []byte(join(pieces))}
	starts := lineStarts(c.Text)
	for _, m := range c.Marks {
		out.Wants = append(out.Wants, Want{
			Rule:  m.Rule,
			First: lineOf(pieces, starts[m.Line-1]),
			Last:  lineOf(pieces, starts[m.Line]-1),
		})
	}
	return out, nil
}

// piece is a part of a text before and after filling. Plain text is the same before and after.
type piece struct {
	at    int // offset before filling
	len   int // length before filling
	text  string
	plain bool
}

func join(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.text)
	}
	return b.String()
}

// lineStarts gives the offset of each line, and the text's length as the last.
func lineStarts(s string) []int {
	starts := []int{0}
	for line := range strings.Lines(s) {
		starts = append(starts, starts[len(starts)-1]+len(line))
	}
	return starts
}

// lineOf gives the line after filling for an offset before filling; an offset inside a template counts as its end.
func lineOf(pieces []piece, at int) int {
	line := 1
	for _, p := range pieces {
		if at <= p.at {
			return line
		}
		if p.plain && at < p.at+p.len {
			return line + strings.Count(p.text[:at-p.at], "\n")
		}
		line += strings.Count(p.text, "\n")
	}
	return line
}

var templateName = lazily(`^\{\{([A-Za-z0-9]+)(?: |\}\})`)

// wrappers turn text, templates in it filled first, into another spelling of it.
var wrappers = map[string]func(string) (string, error){
	"b64of":    func(s string) (string, error) { return base64.StdEncoding.EncodeToString([]byte(s)), nil },
	"b64urlof": func(s string) (string, error) { return base64.RawURLEncoding.EncodeToString([]byte(s)), nil },
	"hexof":    func(s string) (string, error) { return hex.EncodeToString([]byte(s)), nil },
	"urlof":    func(s string) (string, error) { return escapeAll(s), nil },
	"unhex": func(s string) (string, error) {
		b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
		if err != nil {
			return "", fmt.Errorf("template unhex: %w", err)
		}
		return string(b), nil
	},
}

// filler fills the templates of one case.
type filler struct {
	seed string
	mint Mint
	// count numbers the templates of the file, so that each has its own value.
	count int
	// size is how many bytes were made so far, depth how many wrappers are open.
	size  int
	depth int
	// veiled makes stars of all values, for people to read.
	veiled bool
}

// pieces fills the templates in s. What is no template of ours (Helm, Jinja) stays as it is.
func (f *filler) pieces(s string) ([]piece, error) {
	var out []piece
	done := 0
	for at := 0; at < len(s); {
		next := strings.Index(s[at:], "{{")
		if next < 0 {
			break
		}
		at += next
		text, length, err := f.template(s[at:])
		if err != nil {
			return nil, err
		}
		if length == 0 {
			at++
			continue
		}
		if f.size += len(text); f.size > maxFilled {
			return nil, fmt.Errorf("templates make more than %d bytes", maxFilled)
		}
		out = append(out, piece{done, at - done, s[done:at], true}, piece{at, length, text, false})
		at += length
		done = at
	}
	return append(out, piece{done, len(s) - done, s[done:], true}), nil
}

// template fills the template s starts with and tells how long it is; 0 if it is none of ours.
func (f *filler) template(s string) (text string, length int, err error) {
	m := templateName().FindStringSubmatch(s)
	if m == nil {
		return "", 0, nil
	}
	name := m[1]
	if wrap, ok := wrappers[name]; ok {
		return f.wrap(s, name, wrap)
	}
	if _, ok := alphabets[name]; !ok && !slices.Contains([]string{"uuid", "token", "pem"}, name) {
		return "", 0, nil
	}
	arg, length := argument(s, len("{{")+len(name))
	arg = strings.TrimPrefix(arg, " ")
	if foreign(name, arg) {
		return "", 0, nil
	}
	if length == 0 {
		return "", 0, fmt.Errorf("template %s: its end \"}}\" is missing", name)
	}
	text, err = f.value(name, arg)
	return text, length, err
}

// wrap fills the template s starts with, which spells the text in it another way.
func (f *filler) wrap(s, name string, spell func(string) (string, error)) (text string, length int, err error) {
	arg, length := wrapped(s, len("{{")+len(name))
	if length == 0 {
		return "", 0, fmt.Errorf("template %s: its end \"}}\" is missing", name)
	}
	if f.depth++; f.depth > maxNesting {
		return "", 0, fmt.Errorf("template %s: nested deeper than %d levels", name, maxNesting)
	}
	inner, err := f.pieces(strings.TrimPrefix(arg, " "))
	f.depth--
	if err != nil {
		return "", 0, err
	}
	if f.veiled {
		return stars, length, nil
	}
	text, err = spell(join(inner))
	return text, length, err
}

// foreign tells a function of another template language that has the name of one of ours: {{lower .Values.name}}.
func foreign(name, arg string) bool {
	return arg != "" && !strings.Contains("0123456789", arg[:1]) && name != "token" && name != "pem"
}

// maxArgument is how long the argument of a template that draws may be; maxNesting how deep wrappers stand in each other.
const (
	maxArgument = 256
	maxNesting  = 8
)

// argument gives what stands between the template's name and its end, and the whole length; 0 if there is no end.
func argument(s string, start int) (string, int) {
	end := strings.Index(s[start:min(len(s), start+maxArgument)], "}}")
	if end < 0 {
		return "", 0
	}
	return s[start : start+end], start + end + len("}}")
}

// wrapped is argument for a template that wraps text, which may hold templates.
// Where the text has more opening than closing braces, as JSON at the end of it has, the end is the last of a run of braces.
func wrapped(s string, start int) (string, int) {
	depth := 1
	for i := start; i+1 < len(s); i++ {
		switch s[i : i+2] {
		case "{{":
			depth++
			i++
		case "}}":
			if depth--; depth > 0 {
				i++
				continue
			}
			open := strings.Count(s[start:i], "{") - strings.Count(s[start:i], "}")
			for ; open > 0 && i+2 < len(s) && s[i+2] == '}'; open-- {
				i++
			}
			return s[start:i], i + len("}}")
		}
	}
	return "", 0
}

// value makes the value of a template that is drawn by chance.
func (f *filler) value(name, arg string) (string, error) {
	if f.veiled {
		return veiled(name, arg), nil
	}
	f.count++
	random := source(f.seed, f.count)
	switch name {
	case "token":
		check, prefix, _ := strings.Cut(arg, " ")
		if f.mint == nil {
			return "", fmt.Errorf("template token %s: nobody here can make tokens", check)
		}
		return f.mint(check, prefix, random)
	case "pem":
		return armour(arg, random)
	case "uuid":
		if arg != "" {
			return "", fmt.Errorf("template uuid: want no argument, have %q", arg)
		}
		return uuid(random), nil
	}
	n, err := strconv.Atoi(arg)
	if err != nil || n < 1 || n > maxDraw {
		return "", fmt.Errorf("template %s: want a length from 1 to %d, have %q", name, maxDraw, arg)
	}
	if name == "password" {
		return password(random, n), nil
	}
	return draw(random, alphabets[name], n), nil
}

// escapeAll writes every byte that is not unreserved (RFC 3986, section 2.3) as %XX.
func escapeAll(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if strings.IndexByte(upper+lower+digits+"-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
