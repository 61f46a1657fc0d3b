package secret

import (
	"strings"
)

// scheme takes the credential out of the value of an HTTP header: "Bearer X", "Basic X", "Token X".
func (p *parser) scheme() {
	word, rest, ok := strings.Cut(p.a.value, " ")
	if !ok || len(word) > 12 || strings.ContainsAny(strings.TrimSpace(rest), " \t") {
		return
	}
	switch strings.ToLower(word) {
	case "bearer", "token", "apikey", "api-key", "key", "jwt", "splunk", "genie-key", "basic", "ssws", "bot":
	default:
		return
	}
	rest = strings.TrimSpace(rest)
	p.a.valueStart = p.a.valueEnd - len(rest)
	p.a.value, p.a.notation = rest, header
	if strings.EqualFold(word, "basic") {
		p.basic(rest)
	}
}

// basic decodes the user and password of basic authentication (RFC 7617).
func (p *parser) basic(credential string) {
	b, ok := decode64(credential)
	user, password, found := strings.Cut(string(b), ":")
	if !ok || !found || !printable(user) || !printable(password) {
		p.a.value = ""
		return
	}
	p.a.value, p.a.kind = password, chosen
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}
