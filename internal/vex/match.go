package vex

import (
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"
)

// maxName is the longest identifier that is compared as what it means and not only as text, in bytes.
const maxName = 8 << 10

// subject is what Find is asked about.
type subject struct {
	pkg     identifier
	product identifier
	hasPkg  bool
	hasItem bool
}

func newSubject(purl, product string) subject {
	return subject{pkg: newIdentifier(purl), product: newIdentifier(product), hasPkg: purl != "", hasItem: product != ""}
}

// isMeant tells whether a statement speaks of the subject.
func (s subject) isMeant(one *Statement) bool {
	return slices.ContainsFunc(one.Products, func(p Product) bool {
		names := append([]string{p.ID}, p.Also...)
		isProduct := s.hasItem && slices.ContainsFunc(names, func(name string) bool { return newIdentifier(name).means(s.product) })
		if len(p.Subcomponents) > 0 {
			return isProduct && s.hasPkg && slices.ContainsFunc(p.Subcomponents, func(name string) bool { return newIdentifier(name).means(s.pkg) })
		}
		return isProduct || s.hasPkg && slices.ContainsFunc(names, func(name string) bool { return newIdentifier(name).means(s.pkg) })
	})
}

// identifier is a name of a product or package, taken apart as far as it can be.
type identifier struct {
	text string
	// purl is set where the text is a package URL.
	purl *packageurl.PackageURL
}

func newIdentifier(text string) identifier {
	id := identifier{text: text}
	if len(text) > maxName || len(text) < 4 || !strings.EqualFold(text[:4], "pkg:") {
		return id
	}
	u, err := packageurl.FromString(text)
	if err != nil {
		return id
	}
	qualifiers := u.Qualifiers[:0]
	for _, q := range u.Qualifiers {
		switch {
		case q.Value == "" || slices.Contains(passedOver(), q.Key) || u.Type == packageurl.TypeMaven && q.Key == "type" && q.Value == "jar":
		case q.Key == "epoch":
			if q.Value != "0" && !strings.Contains(u.Version, ":") && u.Version != "" {
				u.Version = q.Value + ":" + u.Version
			}
		default:
			qualifiers = append(qualifiers, q)
		}
	}
	u.Qualifiers = qualifiers
	switch u.Type {
	case packageurl.TypeGolang:
		if v := strings.TrimPrefix(u.Version, "v"); v != "" && v[0] >= '0' && v[0] <= '9' {
			u.Version = v
		}
	case packageurl.TypeRPM:
		u.Version = strings.TrimPrefix(u.Version, "0:")
	}
	id.purl = &u
	return id
}

// passedOver are qualifiers that say something about a package, but not which one it is.
func passedOver() []string {
	return []string{"upstream", "package-id", "vcs_url", "download_url", "checksum", "file_name"}
}

// means tells whether this name, from a statement, means the other, of what is looked at. It may say less than the other (no version,
// no tag), never more.
func (id identifier) means(other identifier) bool {
	if id.text == "" || other.text == "" {
		return false
	}
	if id.text == other.text {
		return true
	}
	switch {
	case id.purl != nil && other.purl != nil:
		return id.meansPackage(other)
	case id.purl != nil:
		image, ok := parseImage(other.text)
		return ok && imageOf(id.purl).means(image)
	case other.purl != nil:
		image, ok := parseImage(id.text)
		theirs := imageOf(other.purl)
		return ok && image.means(theirs)
	}
	if repositoryName(id.text) == repositoryName(other.text) {
		return true
	}
	mine, ok := parseImage(id.text)
	theirs, also := parseImage(other.text)
	return ok && also && mine.means(theirs)
}

func (id identifier) meansPackage(other identifier) bool {
	a, b := id.purl, other.purl
	if a.Type != b.Type || a.Namespace != b.Namespace || a.Name != b.Name || a.Version != "" && a.Version != b.Version || a.Subpath != "" && a.Subpath != b.Subpath {
		return false
	}
	for _, q := range a.Qualifiers {
		if !slices.Contains(b.Qualifiers, q) {
			return false
		}
	}
	return true
}

// repositoryName is the address of a repository without what does not tell repositories apart.
func repositoryName(s string) string {
	for _, prefix := range []string{"git+", "https://", "http://", "ssh://", "git@"} {
		s = strings.TrimPrefix(s, prefix)
	}
	s = strings.TrimSuffix(strings.TrimSuffix(s, "/"), ".git")
	if host, path, found := strings.Cut(s, "/"); found {
		return strings.ToLower(host) + "/" + path
	}
	return s
}

// image is a reference to a container image.
type image struct {
	// repository is with the registry, "docker.io/library/alpine".
	repository string
	// tag and digest are "" where the reference has none.
	tag, digest string
}

// means tells whether a reference in a statement means another. Without tag and digest it means every image of the repository; a
// digest alone is enough, as it is one of the content.
func (i image) means(other image) bool {
	if i.digest != "" {
		return i.digest == other.digest && (i.repository == "" || i.repository == other.repository)
	}
	return i.repository != "" && i.repository == other.repository && (i.tag == "" || i.tag == other.tag)
}

// imageOf reads a package URL of an image. OCI's have their repository in a qualifier; without it only their digest names one for certain.
func imageOf(u *packageurl.PackageURL) image {
	var i image
	q := u.Qualifiers.Map()
	switch u.Type {
	case packageurl.TypeOCI:
		if at, ok := parseImage(q["repository_url"]); ok {
			i = image{repository: at.repository, tag: q["tag"]}
		}
	case packageurl.TypeDocker:
		name := u.Name
		if u.Namespace != "" {
			name = u.Namespace + "/" + name
		}
		if host := q["repository_url"]; host != "" {
			name = strings.TrimSuffix(host, "/") + "/" + name
		}
		at, ok := parseImage(name)
		if !ok {
			return image{}
		}
		i = at
		i.tag = u.Version
	default:
		return image{}
	}
	if strings.HasPrefix(u.Version, "sha256:") || strings.HasPrefix(u.Version, "sha512:") {
		i.digest = u.Version
		if u.Type == packageurl.TypeDocker {
			i.tag = ""
		}
	}
	return i
}

// parseImage reads an image reference: "alpine", "docker.io/library/alpine:3.19", "registry:5000/a/b@sha256:…".
func parseImage(s string) (image, bool) {
	if s == "" || len(s) > maxName || strings.Contains(s, "://") || strings.ContainsAny(s, " \t\r\n") || strings.HasPrefix(s, "pkg:") || strings.HasPrefix(s, "cpe:") {
		return image{}, false
	}
	name, digest, _ := strings.Cut(s, "@")
	tag := ""
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		name, tag = name[:colon], name[colon+1:]
	}
	if name == "" || name != strings.ToLower(name) && !strings.Contains(name, "/") {
		return image{}, false
	}
	host, _, found := strings.Cut(name, "/")
	switch {
	case !found:
		name = "docker.io/library/" + name
	case !strings.ContainsAny(host, ".:") && host != "localhost":
		name = "docker.io/" + name
	case host == "index.docker.io":
		name = "docker.io" + strings.TrimPrefix(name, host)
	}
	return image{name, tag, digest}, true
}
