package secret

import (
	"bytes"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// readDockerConfig reads the credentials under "auths" of a Docker configuration (Docker's reference, "docker login"): auth is base64 of user and
// password; identitytoken and registrytoken are tokens.
func readDockerConfig(l *look, m *matcher, at int) {
	colon := bytes.IndexByte(l.data[at:min(len(l.data), at+24)], ':')
	if colon < 0 || l.isRead(m, at) {
		return
	}
	if bytes.HasPrefix(l.data[at:], []byte(`"auth"`)) {
		l.dockerAuth(m, at+colon+1)
		return
	}
	to := walkJSON(l.data, at+colon+1, func(t jsonText) {
		if len(t.keys) != 2 {
			return
		}
		c := candidate{m: m, start: t.start, end: t.end, value: t.value, where: "for registry " + plain(t.keys[0]), document: true, judged: true}
		c.facts = []finding.Fact{{Name: "registry", Value: plain(t.keys[0])}}
		switch t.keys[1] {
		case "auth":
			user, password, ok := userAndPassword(t.value)
			if !ok {
				return
			}
			c.value = password
			c.facts = append(c.facts, finding.Fact{Name: "user", Value: finding.Mask(plain(user))})
		case "password", "identitytoken", "registrytoken":
		default:
			return
		}
		l.offerPassword(c)
	})
	l.setRead(m, to)
}

// dockerAuth reads one "auth" of the older format, where registries stand at the top.
func (l *look) dockerAuth(m *matcher, at int) {
	walkJSON(l.data[:min(len(l.data), at+maxValue)], at, func(t jsonText) {
		if user, password, ok := userAndPassword(t.value); ok && len(t.keys) == 0 {
			l.offerPassword(candidate{
				m: m, start: t.start, end: t.end, value: password, where: "for a registry", document: true,
				facts: []finding.Fact{{Name: "user", Value: finding.Mask(plain(user))}},
			})
		}
	})
}

// userAndPassword decodes base64 of "user:password".
func userAndPassword(s string) (user, password string, ok bool) {
	b, ok := decode64(s)
	user, password, found := strings.Cut(string(b), ":")
	return user, password, ok && found && password != "" && printable(user) && printable(password)
}
