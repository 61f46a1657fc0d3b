package secret

import (
	"bytes"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// offerPassword offers a password that a document plainly calls so: it may be any text but a stand-in or a reference.
func (l *look) offerPassword(c candidate) {
	if standsIn(c.value) != "" || refers(c.value) != "" || c.value == "" {
		return
	}
	switch usual, word := commonDefault(c.value); {
	case word:
		return
	case usual:
		c.step--
		c.reasons = append(c.reasons, "the password is a common default")
	}
	c.judged = true
	l.offer(c)
}

// readNetrc reads a machine entry (the netrc(5) of BSD and GNU inetutils): machine HOST login USER password X, on one or several lines.
func readNetrc(l *look, m *matcher, at int) {
	if at > 0 && !isSpace(l.data[at-1]) && !isQuote(l.data[at-1]) {
		return
	}
	if !beginsLine(l.data, at) {
		return // prose speaks of machines too
	}
	text := l.data[at:min(len(l.data), at+1024)]
	host, user := "", ""
	key := ""
	for offset := 0; offset < len(text); {
		start, end := nextField(text, offset)
		if start == end {
			return
		}
		offset = end
		for end > start && (isQuote(text[end-1]) || text[end-1] == ';') {
			end-- // the entry stands in a string
		}
		field := strings.TrimSuffix(string(text[start:end]), `\n`)
		end = start + len(field)
		switch key {
		case "":
			key = field
			if key == "macdef" || key == "default" || key == "machine" && host != "" {
				return
			}
			if key != "machine" && key != "login" && key != "password" && key != "account" && key != "passwd" {
				return
			}
			continue
		case "machine":
			host = field
		case "login":
			user = field
		case "password", "passwd":
			l.offerPassword(candidate{
				m: m, start: at + start, end: at + end, value: field, where: "for machine " + plain(host), document: true,
				facts: []finding.Fact{{Name: "host", Value: plain(host)}, {Name: "user", Value: finding.Mask(plain(user))}},
			})
			return
		}
		key = ""
	}
}

// beginsLine tells whether nothing stands before at on its line but white space, the quote of a string, or a command that
// writes the line ("echo machine …").
func beginsLine(data []byte, at int) bool {
	before := bytes.TrimRight(data[lineStart(data, at):at], " \t")
	if len(before) == 0 || isQuote(before[len(before)-1]) || bytes.HasSuffix(before, []byte(`\n`)) {
		return true
	}
	return bytes.HasSuffix(before, []byte("echo")) || bytes.HasSuffix(before, []byte("printf"))
}

// nextField gives the next run of bytes that are no white space.
func nextField(text []byte, at int) (start, end int) {
	for at < len(text) && isSpace(text[at]) {
		at++
	}
	end = at
	for end < len(text) && !isSpace(text[end]) {
		end++
	}
	return at, end
}

// readNpmrc reads a credential of npm's configuration (npm docs, ".npmrc"): //registry/:_authToken=X, _auth=base64 of user and password,
// _password=base64 of the password.
func readNpmrc(l *look, m *matcher, at int) {
	line := l.data[lineStart(l.data, at):lineEnd(l.data, at)]
	if len(line) > 2*maxValue || at > 0 && nameByte[l.data[at-1]] {
		return
	}
	end := at
	for end < len(l.data) && nameByte[l.data[end]] {
		end++
	}
	key := string(l.data[at:end])
	p := parser{data: l.data, at: end, a: assignment{nameStart: at, nameEnd: end}}
	p.spaces()
	if p.peek(0) != '=' {
		return
	}
	p.at++
	p.spaces()
	if !(isQuote(p.peek(0)) && p.readQuoted()) && !p.readBare(bare) {
		return
	}
	c := candidate{m: m, start: p.a.valueStart, end: p.a.valueEnd, from: at, to: p.a.valueEnd, value: p.a.value, name: key, document: true}
	switch key {
	case "_authToken":
	case "_auth":
		user, password, ok := userAndPassword(c.value)
		if !ok {
			return
		}
		c.value = password
		c.facts = []finding.Fact{{Name: "user", Value: finding.Mask(plain(user))}}
	case "_password":
		b, ok := decode64(c.value)
		if !ok || !printable(string(b)) {
			return
		}
		c.value = string(b)
	default:
		return
	}
	if i := bytes.Index(line, []byte("//")); i >= 0 {
		registry, _, _ := strings.Cut(string(line[i+2:]), "/")
		c.facts = append(c.facts, finding.Fact{Name: "registry", Value: plain(registry)})
	}
	l.offerPassword(c)
}

// readPypirc reads the password lines of a section (Python Packaging User Guide, "The .pypirc file"), from its heading to the next.
func readPypirc(l *look, m *matcher, at int) {
	if l.isRead(m, at) {
		return
	}
	from := lineStart(l.data, at)
	text := l.data[from:min(len(l.data), from+4096)]
	l.setRead(m, from+len(text))
	section, user := "", ""
	offset := from
	for line := range bytes.Lines(text) {
		start := offset
		offset += len(line)
		trimmed := strings.TrimSpace(string(line))
		if strings.HasPrefix(trimmed, "[") {
			section, user = strings.Trim(trimmed, "[]"), ""
			continue
		}
		key, value, ok := strings.Cut(trimmed, "=")
		if !ok {
			key, value, ok = strings.Cut(trimmed, ":")
		}
		value, _, _ = strings.Cut(value, " #")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case !ok || value == "":
		case key == "username":
			user = value
		case key == "password":
			i := start + bytes.Index(line, []byte(value))
			l.offerPassword(candidate{
				m: m, start: i, end: i + len(value), value: value, where: "for repository " + plain(section), document: true,
				facts: []finding.Fact{{Name: "repository", Value: plain(section)}, {Name: "user", Value: finding.Mask(plain(user))}},
			})
		}
	}
}
