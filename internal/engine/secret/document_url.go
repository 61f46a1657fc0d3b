package secret

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/reevehq/reeve/internal/entropy"
	"github.com/reevehq/reeve/internal/finding"
)

// maxURL is how far the authority of a URL is followed, in bytes.
const maxURL = 512

// readURL reads the password of a URL's authority (RFC 3986 section 3.2.1) and the signature of a shared access URL.
func readURL(l *look, m *matcher, at int) {
	text := l.data[at:min(len(l.data), at+32)]
	switch {
	case bytes.HasPrefix(text, []byte("?sig=")), bytes.HasPrefix(text, []byte("&sig=")):
		l.signature(m, at)
		return
	case bytes.HasPrefix(text, []byte(oracleThin)):
		l.oracle(m, at)
		return
	}
	i := bytes.Index(text, []byte("://"))
	if i < 0 {
		return
	}
	at += i // a rule's own keywords may be schemes
	scheme := at
	for scheme > 0 && at-scheme < 24 && (classOf[l.data[scheme-1]] != other && l.data[scheme-1] < 0x80 || l.data[scheme-1] == '+' || l.data[scheme-1] == '-' || l.data[scheme-1] == '.') {
		scheme--
	}
	start := at + len("://")
	end, last := authority(l.data, start)
	if last < 0 || scheme == at {
		return
	}
	user, password, ok := bytes.Cut(l.data[start:last], []byte{':'})
	if !ok || len(password) == 0 {
		return
	}
	begin := start + len(user) + 1
	value := string(password)
	if decoded, err := url.PathUnescape(value); err == nil {
		value = decoded
	}
	name := strings.ToLower(string(l.data[scheme:at]))
	place := string(l.data[last+1 : end])
	c := candidate{m: m, start: begin, end: last, from: scheme, to: end, value: value, document: true, judged: true}
	if host := plain(place); host != "" {
		c.where = "in a URL of " + host
	}
	c.facts = []finding.Fact{{Name: "scheme", Value: plain(name)}, {Name: "host", Value: plain(place)}}
	if len(user) > 0 {
		c.facts = append(c.facts, finding.Fact{Name: "user", Value: finding.Mask(plain(string(user)))})
	}
	if c.weighURL(value, string(user), place) {
		l.offer(c)
	}
}

// authority gives the end of a URL's host and the place of the "@" before it, -1 if there is none.
// Before the "@" stands what people write there, encoded or not; after it a host and a port.
func authority(data []byte, start int) (end, last int) {
	last = -1
	colon := false
	limit := min(len(data), start+maxURL)
	for end = start; end < limit; end++ {
		switch c := data[end]; {
		case c == '@':
			last = end
		case c == ':':
			colon = true
		case c == '#' && colon && last < 0: // wrong, but written
		case c <= ' ' || c == '/' || c == '?' || c == '#' || c == '\\' || isQuote(c):
			return end, last
		case last >= 0 && classOf[c] == other && strings.IndexByte(".-_:[]%${}<>*", c) < 0:
			return end, last
		}
	}
	return end, last
}

// weighURL judges the password of a URL: who writes one into a URL mostly means it, but manuals are full of such URLs.
func (c *candidate) weighURL(password, user, place string) bool {
	if standsIn(password) != "" || refers(password) != "" || refers(user) != "" || strings.ContainsAny(password, "<>{}$*") && templated(password) || len(password) < 3 {
		return false
	}
	low := strings.ToLower(password)
	usual, word := commonDefault(password)
	switch {
	case word || low == strings.ToLower(user) && usual:
		c.step -= 2
		c.reasons = append(c.reasons, "the password is a stand-in")
	case usual || low == strings.ToLower(user):
		c.step--
		c.reasons = append(c.reasons, "the password is a common default")
	case saysName(password) || onlyLetters(password) && wordShare(password) >= 0.6:
		c.step--
		c.reasons = append(c.reasons, "the password is a plain word")
	}
	host, _, _ := strings.Cut(strings.ToLower(place), ":")
	switch {
	case host == "localhost" || host == "127.0.0.1" || host == "0.0.0.0" || host == "" || host == "[::1]" || host == "host.docker.internal":
		c.step--
		c.reasons = append(c.reasons, "the host is this machine")
	case strings.Contains(host, "example") || strings.HasSuffix(host, ".test") || strings.HasSuffix(host, ".invalid") || host == "host" || host == "hostname" || host == "server" ||
		strings.HasPrefix(host, "your") || host == "domain.com" || host == "mydomain.com" || refers(place) != "" || host == "proxy" || host == "foo" || host == "test":
		c.step -= 2
		c.reasons = append(c.reasons, "the host is an example")
	}
	return c.step > -3
}

// signature reads the "sig" of a shared access URL (Microsoft: "Create a service SAS"): HMAC-SHA256 in base64, percent-encoded.
func (l *look) signature(m *matcher, at int) {
	start := at + len("?sig=")
	end := start
	for end < len(l.data) && end-start < 120 && (classOf[l.data[end]] != other && l.data[end] < 0x80 || strings.IndexByte("%+/=-_", l.data[end]) >= 0) {
		end++
	}
	value, err := url.PathUnescape(string(l.data[start:end]))
	b, ok := decode64(value)
	if err != nil || !ok || len(b) != 32 || entropy.Of(value) < 4 {
		return
	}
	l.offer(candidate{m: m, start: start, end: end, value: value, where: "in a shared access URL", document: true, judged: true})
}

// oracle reads the password of Oracle's thin driver: jdbc:oracle:thin:USER/PASS@host (Oracle JDBC Developer's Guide).
func (l *look) oracle(m *matcher, at int) {
	start := at + len(oracleThin)
	end, last := start, -1
	slash := -1
	for ; end < len(l.data) && end-start < maxURL; end++ {
		c := l.data[end]
		if c <= ' ' || isQuote(c) || c == '<' {
			break
		}
		if c == '/' && slash < 0 && last < 0 {
			slash = end
		}
		if c == '@' && slash >= 0 {
			last = end
			break
		}
	}
	if slash < 0 || last < slash+2 {
		return
	}
	value := string(l.data[slash+1 : last])
	c := candidate{m: m, start: slash + 1, end: last, value: value, where: "in a URL of an Oracle database", document: true, judged: true}
	if c.weighURL(value, string(l.data[start:slash]), "database") {
		l.offer(c)
	}
}

const oracleThin = "thin:"
