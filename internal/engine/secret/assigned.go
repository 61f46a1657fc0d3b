package secret

import (
	"bytes"
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

// assigned tries a rule that looks for assignments on the identifier in which a literal stands.
func (l *look) assigned(m *matcher, at, end int) {
	n := l.nameAt(at, end)
	if n.ok && l.judgeAssignment(m, n) {
		return
	}
	if m.match.Document != "assignment" {
		l.assignedLoosely(m, at, end)
	}
}

// nameAt reads the identifier around a literal and its assignment, each identifier once.
func (l *look) nameAt(at, end int) *named {
	n := &l.current
	if n.known && at >= n.start && end <= n.end {
		return n
	}
	*n = named{start: at, end: end, known: true}
	start, stop, ok := nameAround(l.data, at, end)
	if !ok {
		return n
	}
	n.start, n.end = start, stop
	n.a, n.ok = readAssignment(l.data, start, stop)
	if n.ok {
		n.words.split(spoken(l.data[start:stop]))
	}
	return n
}

// spoken is the name as it is judged: SQL's "identified by" names a password.
func spoken(name []byte) []byte {
	if bytes.EqualFold(name, []byte("identified by")) {
		return []byte("password")
	}
	return name
}

// judgeAssignment offers the assignment if the rule's names and conditions fit. It tells whether the name fitted.
func (l *look) judgeAssignment(m *matcher, n *named) bool {
	naming, weight, ok := m.nameOf(n)
	if !ok {
		return false
	}
	a := &n.a
	c := candidate{
		m: m, weight: weight, document: m.value == nil, start: a.valueStart, end: a.valueEnd, from: a.nameStart, to: max(a.valueEnd, a.nameEnd), value: a.value,
		name: string(l.data[a.nameStart:a.nameEnd]), facts: []finding.Fact{{Name: notationFact, Value: notationNames[a.notation]}},
	}
	if a.kind != noSecret {
		naming.kind, naming.weak = a.kind, false
	}
	if m.match.Document == "assignment" && !l.credible(&c, naming, a) {
		return true
	}
	if m.value != nil && !m.value.re().MatchString(a.value) {
		return true
	}
	if m.match.Document != "assignment" && refers(a.value) != "" {
		return true
	}
	if m.match.Document != "assignment" && naming.weak {
		c.step--
		c.reasons = append(c.reasons, "the name says more than the secret's name")
	}
	l.offer(c)
	return true
}

// notationFact is the name of the fact that says how the value was written; what it means depends on the path.
const notationFact = "notation"

// nameOf tells whether the rule wants an identifier, what it says about its value, and how much of it the rule's name is.
func (m *matcher) nameOf(n *named) (says naming, weight int, ok bool) {
	if len(m.names) == 0 {
		if !n.classified {
			n.naming, n.classified = classify(&n.words), true
		}
		return n.naming, 0, n.naming.kind != noSecret
	}
	for i := range m.names {
		fits, weak := m.names[i].names(&n.words)
		if !fits || ok && (weak && !says.weak || len(m.names[i].fused) <= weight) {
			continue
		}
		says, weight, ok = naming{kind: generated, weak: weak}, len(m.names[i].fused), true
		if m.names[i].password() {
			says.kind = chosen
		}
	}
	return says, weight, ok
}

// password tells whether a rule's name is of the password kind.
func (n ruleName) password() bool {
	return slices.ContainsFunc(n.words, func(w string) bool {
		return roleOf([]byte(w))&(passwordWord|passWord) != 0 || w == "pin" || fusedHead([]byte(w)) == chosen
	})
}

// credible judges name, value and notation together, and notes its doubts.
func (l *look) credible(c *candidate, n naming, a *assignment) bool {
	o := l.e.worth.judge(a.value, n.kind)
	if !o.ok || a.notation == bare && a.spaced && n.kind == chosen && !plainlySecret(a.value) {
		return false
	}
	c.step, c.reasons, c.judged = o.step, o.reasons, true
	if n.weak {
		c.step--
		c.reasons = append(c.reasons, "the name may mean something else")
	}
	if a.doubt != "" {
		c.step--
		c.reasons = append(c.reasons, a.doubt)
	}
	if n := commented(l.data, a.nameStart); n > 0 {
		c.step -= n
		c.reasons = append(c.reasons, "it stands in a comment")
	}
	return !(a.notation == bare && a.doubt != "" && o.step < 1)
}

// maxComment bounds how far before a name its line may begin to be read as a comment, in bytes.
const maxComment = 400

// commented tells how much a comment around data[at] takes away: a step where something may have been commented out, two where what stands
// there is set off as a sample, as in documentation that is written into code. It is 0 where the line is no comment.
func commented(data []byte, at int) int {
	begin := max(0, at-maxComment)
	line := data[begin:at]
	if i := bytes.LastIndexByte(line, '\n'); i >= 0 {
		line = line[i+1:]
	} else if begin > 0 {
		return 0
	}
	text := bytes.TrimLeft(line, " \t")
	for _, mark := range []string{"///", "//!", "//", "#", "* ", "-- ", ";", "<!--"} {
		rest, ok := bytes.CutPrefix(text, []byte(mark))
		switch {
		case !ok, mark == "* " && len(text) == len(line), mark == "#" && bytes.HasPrefix(rest, []byte("define")):
			continue
		case mark == "* " || mark == "///" || mark == "//!" || len(rest)-len(bytes.TrimLeft(rest, " ")) >= 2:
			return 2
		}
		return 1
	}
	return 0
}

// plainlySecret tells whether a bare word after "name = " can be no other name: it has a mark no identifier has, or digits inside.
func plainlySecret(v string) bool {
	if !identifierLike(v) {
		return true
	}
	t := traitsOf(v)
	return t.digits > 0 && t.share < 0.9
}

// assignedLoosely tries the rule on names written with spaces, as in prose and in the keys of documents: "Heroku API key: x".
func (l *look) assignedLoosely(m *matcher, at, end int) {
	if !l.current.known || at < l.current.start || end > l.current.end || !opensLoosely(l.data, l.current.end) {
		return
	}
	start, stop := widenName(l.data, l.current.start, l.current.end)
	var n named
	n.words.split(l.data[start:stop])
	if n.words.n < 2 {
		return
	}
	if _, _, fits := m.nameOf(&n); !fits {
		return
	}
	if n.a, n.ok = readAssignment(l.data, start, stop); n.ok {
		l.judgeAssignment(m, &n)
	}
}

// opensLoosely tells whether words parted by one blank, and then an operator, follow the name that ends at i.
func opensLoosely(data []byte, i int) bool {
	for limit := min(len(data), i+80); i < limit; i++ {
		switch c := data[i]; {
		case c == ':' || c == '=':
			return true
		case nameByte[c] || isQuote(c):
		case c == ' ' && i+1 < limit && data[i+1] != ' ':
		default:
			return false
		}
	}
	return false
}

// maxSpaced bounds how many words with spaces between are taken together on either side.
const maxSpaced = 4

// widenName takes in the words beside a name that only one blank parts from it.
func widenName(data []byte, start, stop int) (int, int) {
	for range maxSpaced {
		if start < 2 || data[start-1] != ' ' || !nameByte[data[start-2]] {
			break
		}
		i := start - 1
		for i > 0 && start-i < 40 && nameByte[data[i-1]] {
			i--
		}
		start = i
	}
	for range maxSpaced {
		if stop+1 >= len(data) || data[stop] != ' ' || !nameByte[data[stop+1]] {
			break
		}
		i := stop + 1
		for i < len(data) && i-stop < 40 && nameByte[data[i]] {
			i++
		}
		stop = i
	}
	return start, stop
}
