package match

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/syntax"
)

// text matches a text with holes: "..." is any text, "$X" any text by a name, "=~/regexp/" what the expression is found in.
func (m *matcher) text(p, t *syntax.Node, e *Env, then yes) {
	if p.Flags&syntax.Postfix != 0 && several(t) && strings.Trim(p.Text, ".") == "" {
		then(e) // whatever they are
		return
	}
	if p.Kind == syntax.Regexp && p.Text == "..." && m.file.Tree.Language == syntax.Ruby && t.Kind == syntax.Call {
		if name, _ := t.Kid(syntax.ACallee).Dotted(); name == "Regexp.new" && m.file.Tree.Text[t.Start] == '/' {
			then(e)
		}
		return
	}
	if t.Kind != p.Kind {
		return
	}
	switch pattern := p.Text; {
	case pattern == "...":
		then(e)
	case wholeMetavar().MatchString(pattern):
		m.bindText(pattern, t.Text, t, e, then)
	case strings.HasPrefix(pattern, "=~/"):
		if re := compiled(slashed(pattern[len("=~/"):])); re != nil && re.MatchString(t.Text) {
			then(e)
		}
	default:
		m.textParts(pattern, t, e, then)
	}
}

// slashed reads what stands behind the first slash of a regular expression: its text, a slash and flags.
func slashed(text string) string {
	end := strings.LastIndexByte(text, '/')
	if end < 0 {
		return text
	}
	if flags := text[end+1:]; flags != "" && strings.Trim(flags, "ims") == "" {
		return "(?" + flags + ")" + text[:end]
	}
	return text[:end]
}

var wholeMetavar = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\$[A-Z_][A-Z_0-9]*$`) })

var textHoles = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\.\.\.|\$[A-Z_][A-Z_0-9]*`) })

// textParts matches a text with holes in its midst.
func (m *matcher) textParts(pattern string, t *syntax.Node, e *Env, then yes) {
	var b strings.Builder
	var names []string
	b.WriteString(`(?s)^`)
	at := 0
	for _, hole := range textHoles().FindAllStringIndex(pattern, -1) {
		b.WriteString(regexp.QuoteMeta(pattern[at:hole[0]]))
		if at = hole[1]; pattern[hole[0]] == '$' {
			names = append(names, pattern[hole[0]:hole[1]])
			b.WriteString(`(.*)`)
		} else {
			b.WriteString(`.*`)
		}
	}
	b.WriteString(regexp.QuoteMeta(pattern[at:]) + `$`)
	re := compiled(b.String())
	if re == nil {
		return
	}
	groups := re.FindStringSubmatch(t.Text)
	if groups == nil {
		return
	}
	var next func(i int, e *Env)
	next = func(i int, e *Env) {
		if i == len(names) {
			then(e)
			return
		}
		m.bindText(names[i], groups[i+1], t, e, func(e *Env) { next(i+1, e) })
	}
	next(0, e)
}

// bindText lets a metavariable stand for a part of a text.
func (m *matcher) bindText(name, text string, t *syntax.Node, e *Env, then yes) {
	if name == "$_" {
		then(e)
		return
	}
	known, bound := e.Get(name)
	if !bound {
		then(e.With(name, Binding{Text: text, Start: t.Start, End: t.End}))
		return
	}
	if known.Nodes == nil && known.Text == text {
		then(e)
		return
	}
	if len(known.Nodes) == 1 && known.Nodes[0].Text == text {
		switch known.Nodes[0].Kind {
		case syntax.String, syntax.Name:
			then(e)
		}
	}
}

// regexps keeps what was compiled, as patterns come again for every file.
var regexps sync.Map

func compiled(text string) *regexp.Regexp {
	if known, ok := regexps.Load(text); ok {
		return known.(*regexp.Regexp)
	}
	re, err := regexp.Compile(text)
	if err != nil {
		re = nil
	}
	regexps.Store(text, re)
	return re
}

// sameNumber tells whether two numbers that are written in different ways are the same: 8, 010, 0x8; 1.5, 15e-1.
func sameNumber(a, b string) bool {
	if one, err := strconv.ParseInt(a, 0, 64); err == nil {
		other, err := strconv.ParseInt(b, 0, 64)
		return err == nil && one == other
	}
	return !strings.ContainsAny(b, "xX") && strings.ContainsAny(b, ".eE") && sameFloat(a, b)
}

// sameFloat tells whether two numbers are the same, whether they are whole or not.
func sameFloat(a, b string) bool {
	one, err := strconv.ParseFloat(a, 64)
	if err != nil {
		return false
	}
	other, err := strconv.ParseFloat(b, 64)
	return err == nil && one == other
}
