package identity

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// path hashes a path: case kept, slashes one way, no empty or "." parts.
func (s *scratch) path(p string) digest {
	from := s.open(tagWhere)
	for i := 0; i < len(p); {
		j := i
		for j < len(p) && p[j] != '/' && p[j] != '\\' {
			j++
		}
		if part := p[i:j]; part != "" && part != "." {
			if len(s.b) > from {
				s.b = append(s.b, '/')
			}
			s.b = append(s.b, part...)
		}
		i = j + 1
	}
	return s.sum()
}

// url hashes a URL: host in lower case unless it is to be left out, path, and the names of the query, sorted. The scheme, a default port, values and
// the fragment do not matter. Without the host, parts of the path that are made anew for every run (numbers, ids) do not matter either.
func (s *scratch) url(u string, host bool) digest {
	from := s.open(tagWhere)
	authority, path, query := splitURL(u)
	if host {
		s.lower(authority)
	}
	from = s.end(from)
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		s.b = append(s.b, '/')
		if !host && volatile(part) {
			part = "#"
		}
		s.b = append(s.b, part...)
	}
	s.end(from)
	var room [16]string
	names := room[:0]
	for pair := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' || r == ';' }) {
		name, _, _ := strings.Cut(pair, "=")
		if len(names) < 256 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		s.b = append(s.b, '&')
		s.b = append(s.b, name...)
	}
	return s.sum()
}

// splitURL cuts a URL without judging it; credentials and default ports are dropped.
func splitURL(u string) (authority, path, query string) {
	u, _, _ = strings.Cut(u, "#")
	u, query, _ = strings.Cut(u, "?")
	scheme, rest, found := strings.Cut(u, "://")
	if !found || strings.ContainsAny(scheme, "/.") {
		return "", u, query
	}
	authority, path, _ = strings.Cut(rest, "/")
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	if host, port, ok := cutLast(authority, ':'); ok && (port == "80" || port == "443" || port == "") {
		authority = host
	}
	return authority, path, query
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	if i := strings.LastIndexByte(s, sep); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func (s *scratch) lower(text string) {
	for i := range len(text) {
		s.b = append(s.b, lowerByte(text[i]))
	}
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// logical hashes the place in the world's terms. What every build and roll-out makes anew is left out: layers, tags and digests of images, the
// hash in the name of a pod. Ports are left out on demand.
func (s *scratch) logical(l *finding.Location, ports bool) digest {
	t := tagIn
	if !ports {
		t = tagOut
	}
	at := s.open(t)
	s.b = append(s.b, l.Surface...)
	at = s.end(at)
	for _, step := range l.Logical[:min(len(l.Logical), 64)] {
		name := step.Name
		switch step.Kind {
		case "layer":
			continue
		case "port":
			if !ports {
				continue
			}
		case "image":
			name = withoutTag(name)
		case "resource":
			name = withoutPodHash(name)
		}
		s.b = append(s.b, step.Kind...)
		at = s.end(at)
		s.b = append(s.b, name...)
		at = s.end(at)
	}
	return s.sum()
}

// withoutTag cuts the tag, the digest and what Trivy writes behind them from the name of an image: "nginx:1.25 (debian 12.4)" is nginx.
func withoutTag(name string) string {
	if i := strings.Index(name, " ("); i > 0 && strings.HasSuffix(name, ")") {
		name = name[:i]
	}
	name, _, _ = strings.Cut(name, "@sha256:")
	if before, tag, ok := cutLast(name, ':'); ok && before != "" && tag != "" && !strings.Contains(tag, "/") &&
		(tag == "latest" || tag[0] >= '0' && tag[0] <= '9' || len(tag) > 1 && tag[0] == 'v' && tag[1] >= '0' && tag[1] <= '9') {
		return before
	}
	return name
}

// withoutPodHash cuts what Kubernetes appends to the names of pods and replica sets: letters and digits without vowels and 0, 1 and 3.
func withoutPodHash(name string) string {
	if len(name) < 12 || !strings.Contains(name, "Pod") && !strings.Contains(name, "pod") && !strings.Contains(name, "ReplicaSet") && !strings.Contains(name, "replicaset") {
		return name
	}
	return withoutMade(withoutMade(name, 5, 5), 8, 10)
}

// withoutMade cuts the last part of a name where Kubernetes made it and it is as long as given.
func withoutMade(name string, least, most int) string {
	before, last, ok := cutLast(name, '-')
	if ok && len(last) >= least && len(last) <= most && strings.Trim(last, "bcdfghjklmnpqrstvwxz2456789") == "" && strings.ContainsAny(last, "2456789") {
		return before
	}
	return name
}

// resource hashes an address as several tools write it: "aws_s3_bucket.logs" is "aws_s3_bucket[logs]", "Deployment.default.api" is "Deployment/api".
func (s *scratch) resource(address string) digest {
	from := s.open(tagIn)
	for part := range strings.FieldsFuncSeq(address, func(r rune) bool { return strings.ContainsRune(`./[]"' `, r) }) {
		if strings.EqualFold(part, "default") {
			continue
		}
		if len(s.b) > from {
			s.b = append(s.b, '.')
		}
		s.lower(part)
	}
	return s.sum()
}
