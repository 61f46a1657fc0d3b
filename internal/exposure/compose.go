package exposure

import (
	"net/netip"
	"path"
	"slices"
	"strings"
)

// composeService is a service of a compose file (https://github.com/compose-spec/compose-spec).
type composeService struct {
	name, image string
	line        int
	// built tells that the file says how it is built; context and dockerfile are relative to the root.
	built               bool
	context, dockerfile string
	buildFile           string
	buildLine           int
	// published is the port that is open on every address of the host, "" for none.
	published     string
	publishedLine int
	// signIn tells that the router in front of it demands signing in.
	signIn bool
	// stopped tells that it is scaled to nothing, optional that it starts only where a profile is asked for.
	stopped, optional bool
	privileged        string
	labels            map[string]string
}

// isCompose tells a compose file by its name: compose.yaml, docker-compose.prod.yml.
func isCompose(base string) bool {
	stem, ok := strings.CutSuffix(base, ".yml")
	if !ok {
		if stem, ok = strings.CutSuffix(base, ".yaml"); !ok {
			return false
		}
	}
	for _, name := range []string{"docker-compose", "compose"} {
		if rest, ok := strings.CutPrefix(stem, name); ok && (rest == "" || rest[0] == '.' || rest[0] == '-' || rest[0] == '_') {
			return true
		}
	}
	return false
}

// readCompose reads the services of a compose file.
func readCompose(file string, doc node) []composeService {
	var out []composeService
	for e, n := range doc.get("services").entries() {
		if !n.isMap() {
			continue
		}
		s := composeService{name: e.key, image: filled(n.get("image").str()), line: e.line, labels: labelsOf(n.get("labels"))}
		s.readBuild(file, n.get("build"))
		s.readPorts(n)
		s.readRights(n)
		s.optional = n.get("profiles").isList() && len(n.get("profiles").strings()) > 0
		s.stopped = n.get("scale").str() == "0" || n.get("deploy", "replicas").str() == "0"
		for key, value := range s.labels {
			key = strings.ToLower(key)
			if strings.HasPrefix(key, "traefik.") && strings.HasSuffix(key, ".rule") && s.published == "" {
				s.published, s.publishedLine = value, n.get("labels").line()
			}
			s.signIn = s.signIn || strings.Contains(key, ".middlewares.") && (strings.Contains(key, ".forwardauth.") || strings.Contains(key, ".basicauth.") || strings.Contains(key, ".digestauth."))
		}
		out = append(out, s)
	}
	return out
}

// labelsOf reads labels in both forms, a mapping and a list of "key=value".
func labelsOf(n node) map[string]string {
	if n.isMap() {
		return n.table()
	}
	var out map[string]string
	for _, s := range n.strings() {
		if out == nil {
			out = map[string]string{}
		}
		key, value, _ := strings.Cut(s, "=")
		out[key] = value
	}
	return out
}

func (s *composeService) readBuild(file string, build node) {
	context := build.get("context").str()
	if build.isMap() && context == "" {
		context = "."
	}
	if c := build.str(); c != "" {
		context = c
	}
	if context == "" {
		return
	}
	var ok bool
	if s.context, ok = under(folder(file), context); !ok || strings.Contains(context, "://") || strings.Contains(context, "$") {
		return
	}
	s.built, s.buildFile, s.buildLine = true, file, build.line()
	if d := build.get("dockerfile").str(); d != "" {
		s.dockerfile, _ = under(s.context, d)
	}
}

func (s *composeService) readPorts(n node) {
	publish := func(at node, port string) {
		if s.published == "" {
			s.published, s.publishedLine = "port "+port, at.line()
		}
	}
	if m := n.get("network_mode"); m.str() == "host" {
		publish(m, "of every kind")
	}
	for p := range n.get("ports").items() {
		if p.isMap() {
			if host := p.get("host_ip").str(); host == "" || !local(host) {
				publish(p, p.get("published").str())
			}
			continue
		}
		if host, port := splitPort(filled(p.str())); !local(host) {
			publish(p, port)
		}
	}
}

// splitPort parts "[HOST:]PUBLISHED:TARGET[/PROTOCOL]".
func splitPort(text string) (host, port string) {
	text, _, _ = strings.Cut(text, "/")
	parts := strings.Split(text, ":")
	if strings.HasPrefix(text, "[") {
		if i := strings.Index(text, "]:"); i > 0 {
			return text[1:i], strings.Split(text[i+2:], ":")[0]
		}
	}
	switch len(parts) {
	case 1, 2:
		return "", parts[0]
	}
	return strings.Join(parts[:len(parts)-2], ":"), parts[len(parts)-2]
}

// local tells an address of the machine itself.
func local(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

func (s *composeService) readRights(n node) {
	grant := func(right string) {
		if s.privileged == "" {
			s.privileged = right
		}
	}
	if n.get("privileged").isTrue() {
		grant("privileged")
	}
	if n.get("pid").str() == "host" {
		grant("the host's processes")
	}
	for _, c := range n.get("cap_add").strings() {
		if heavy(c) {
			grant("the capability " + c)
		}
	}
	for v := range n.get("volumes").items() {
		source := v.get("source").str()
		if text := v.str(); text != "" {
			source, _, _ = strings.Cut(text, ":")
		}
		if path.IsAbs(source) && powerful(source) {
			grant("the host's " + source)
		}
	}
}

// filled fills in what a text says itself about its variables: "${TAG:-latest}"; others become wild.
func filled(text string) string {
	if !strings.Contains(text, "$") {
		return text
	}
	var b strings.Builder
	for text != "" {
		i := strings.IndexByte(text, '$')
		if i < 0 || i+1 == len(text) {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:i])
		text = text[i+1:]
		if text[0] == '{' {
			name, rest, ok := strings.Cut(text[1:], "}")
			if !ok {
				return wild
			}
			if _, value, found := strings.Cut(name, ":-"); found {
				b.WriteString(value)
			} else {
				b.WriteString(wild)
			}
			text = rest
			continue
		}
		b.WriteString(wild)
		text = strings.TrimLeft(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
	}
	return b.String()
}

// composeEnvironment is the environment of a compose file, by its name and folders.
func composeEnvironment(file string) string {
	base := path.Base(file)
	if e := environmentOf(strings.TrimPrefix(strings.TrimSuffix(base, path.Ext(base)), "docker")); e != "" {
		return e
	}
	if strings.Contains(base, "override") {
		return development // docker compose adds it on a developer's machine by itself
	}
	return environmentOfPath(file)
}

// completed fills a service of an overlay ("compose.prod.yml") with what the main file beside it says.
func (s composeService) completed(main []composeService) composeService {
	i := slices.IndexFunc(main, func(m composeService) bool { return m.name == s.name })
	if i < 0 || s.built || s.image != "" {
		return s
	}
	m := main[i]
	s.image, s.built, s.context, s.dockerfile, s.buildFile, s.buildLine = m.image, m.built, m.context, m.dockerfile, m.buildFile, m.buildLine
	return s
}

// build is how the service's image is made.
func (s composeService) build() build {
	b := build{context: s.context, dockerfile: s.dockerfile, file: s.buildFile, line: s.buildLine, how: "compose"}
	if s.image != "" {
		b.names = []string{s.image}
	}
	return b
}
