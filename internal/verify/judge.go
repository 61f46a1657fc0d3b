package verify

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/finding"
)

// maxFact bounds what one fact takes over from a provider, in characters.
const maxFact = 120

// judge reads an answer. What the table does not know is Unknown.
func (a ask) judge(host string, got response, secret string, now time.Time) Answer {
	answer := Answer{Host: host}
	if why := evasive(got, now); why != "" {
		answer.Why = host + " " + why
		return answer
	}
	tree := decode(got)
	for _, r := range a.read {
		if !r.fits(got, tree, secret) {
			continue
		}
		answer.State, answer.Why = r.state, host+" "+r.clause(got.status)
		if r.state == Live {
			answer.Facts = a.pick(got, tree)
		}
		return answer
	}
	answer.Why = fmt.Sprintf("%s answers %d in a way that does not tell", host, got.status)
	return answer
}

// evasive names answers that say nothing about the secret, whatever their body holds.
func evasive(got response, now time.Time) string {
	pause, hasPause := retryAfter(got.header, now)
	switch {
	case got.status == http.StatusTooManyRequests && hasPause:
		return fmt.Sprintf("asks to wait %s", pause.Round(time.Second))
	case got.status == http.StatusTooManyRequests:
		return "asks for fewer calls"
	case got.status == http.StatusForbidden && (hasPause || got.header.Get("X-RateLimit-Remaining") == "0"):
		return "asks for fewer calls"
	case got.status >= 500:
		return fmt.Sprintf("answers %d: it has a fault of its own", got.status)
	case got.status >= 300 && got.status < 400:
		to := "elsewhere"
		if u, err := url.Parse(got.header.Get("Location")); err == nil && u.Hostname() != "" {
			to = "to " + plain(u.Hostname())
		}
		return fmt.Sprintf("answers %d and sends us %s, where the secret does not go", got.status, to)
	}
	return ""
}

func (r reading) fits(got response, tree any, secret string) bool {
	if r.status != got.status || r.of != nil && !r.of().MatchString(secret) {
		return false
	}
	switch r.path {
	case "":
		return true
	case "$":
		return r.matches(strings.TrimSpace(string(got.body)))
	}
	for _, node := range find(tree, r.path) {
		if len(r.is) == 0 || r.matches(scalar(node)) {
			return true
		}
	}
	return false
}

func (r reading) matches(text string) bool {
	for _, want := range r.is {
		if glob(want, text) {
			return true
		}
	}
	return false
}

// glob compares without regard to case; "*" at an end of the pattern stands for anything.
func glob(pattern, text string) bool {
	pattern, text = strings.ToLower(pattern), strings.ToLower(text)
	head, openHead := strings.CutPrefix(pattern, "*")
	body, openTail := strings.CutSuffix(head, "*")
	switch {
	case openHead && openTail:
		return strings.Contains(text, body)
	case openHead:
		return strings.HasSuffix(text, body)
	case openTail:
		return strings.HasPrefix(text, body)
	}
	return text == body
}

func (r reading) clause(status int) string {
	switch {
	case r.why != "":
		return r.why
	case r.state == Live:
		return "accepts it"
	case r.state == Dead:
		return fmt.Sprintf("refuses it (%d)", status)
	}
	return fmt.Sprintf("answers %d in a way that does not tell", status)
}

// pick reads the facts that the table wants from a live answer.
func (a ask) pick(got response, tree any) []finding.Fact {
	var facts []finding.Fact
	for _, p := range a.facts {
		var text string
		if name, isHeader := strings.CutPrefix(p.path, "@"); isHeader {
			text = got.header.Get(name)
		} else {
			text = join(find(tree, p.path))
		}
		if text = plain(text); text != "" {
			facts = append(facts, finding.Fact{Name: p.name, Value: text})
		}
	}
	return facts
}

func join(nodes []any) string {
	var parts []string
	for _, n := range nodes {
		if list, ok := n.([]any); ok {
			n = join(list)
		}
		if text := scalar(n); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, ", ")
}

// scalar gives a leaf as text, "" for what is none.
func scalar(node any) string {
	switch n := node.(type) {
	case string:
		return n
	case bool:
		return strconv.FormatBool(n)
	case fmt.Stringer: // json.Number
		return n.String()
	}
	return ""
}

// plain makes a provider's text fit to be shown: one line, printable, not long.
func plain(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "?")
	}
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	return cut(strings.TrimSpace(text), maxFact)
}

// cut shortens a text to n characters.
func cut(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}
