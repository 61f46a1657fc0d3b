package lockfile

import (
	"net/url"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// askNpm sets what a dependency of package.json asks for: a range, a tag, another name, a folder, a repository, an archive.
// name is the key under which it stands.
func askNpm(pkg *inventory.Package, name, spec string) {
	pkg.Ecosystem, pkg.Name, pkg.Constraint = npm, name, strings.TrimSpace(spec)
	scheme, rest, _ := strings.Cut(pkg.Constraint, ":")
	switch scheme {
	case "npm":
		askOther(pkg, rest)
	case "jsr":
		pkg.Ecosystem = jsr
		askOther(pkg, rest)
	case "workspace":
		pkg.Origin = "link:"
		if strings.ContainsAny(rest, "/") && !strings.HasPrefix(rest, "@") {
			pkg.Origin += rest
		}
	case "file", "link", "portal":
		pkg.Origin = "file:" + rest
	case "patch":
		inner, _, _ := strings.Cut(rest, "#")
		if plain, err := url.PathUnescape(inner); err == nil {
			inner = plain
		}
		at := strings.IndexByte(strings.TrimPrefix(inner, "@"), '@')
		if at < 0 {
			return
		}
		if spec := inner[len(inner)-len(strings.TrimPrefix(inner, "@"))+at+1:]; !strings.HasPrefix(spec, "patch:") {
			askNpm(pkg, name, spec)
		}
	case "http", "https":
		pkg.Origin = withoutUser(pkg.Constraint)
		if path, _, _ := strings.Cut(rest, "#"); strings.HasSuffix(path, ".git") {
			pkg.Origin = "git+" + pkg.Origin
		}
		pkg.Constraint = pkg.Origin
	default:
		if origin := repository(pkg.Constraint); origin != "" {
			pkg.Origin = origin
			pkg.Constraint = withoutUser(pkg.Constraint)
		} else if isFolder(pkg.Constraint) {
			pkg.Origin = "file:" + pkg.Constraint
		}
	}
}

// askOther reads "name@range", or only "range", and makes what is asked for known under its real name.
func askOther(pkg *inventory.Package, spec string) {
	name, constraint := splitAt(spec)
	if name == "" { // only a range
		pkg.Constraint = constraint
		return
	}
	if name != pkg.Name {
		pkg.Alias = pkg.Name
	}
	pkg.Name, pkg.Constraint = name, constraint
}

// splitAt splits "name@version" at the "@" that is not a scope's. Text that starts like a version is all version.
func splitAt(text string) (name, version string) {
	if text == "" {
		return "", ""
	}
	if at := strings.IndexByte(text[1:], '@'); at >= 0 {
		return text[:at+1], text[at+2:]
	}
	if c := text[0]; c >= '0' && c <= '9' || strings.IndexByte("^~<>=*", c) >= 0 {
		return "", text
	}
	return text, ""
}

func isFolder(spec string) bool {
	for _, start := range []string{"./", "../", "/", "~/"} {
		if strings.HasPrefix(spec, start) {
			return true
		}
	}
	return spec == "." || spec == ".."
}

// repository gives the "git+" URL of a dependency that is taken from a git repository; "" where it is not.
func repository(spec string) string {
	scheme, rest, found := strings.Cut(spec, ":")
	if found {
		switch scheme {
		case "git", "ssh", "git+ssh", "git+https", "git+http", "git+file":
			if scheme == "git" && !strings.HasPrefix(rest, "//") {
				return ""
			}
			return "git+" + strings.TrimPrefix(withoutUser(spec), "git+")
		case "github":
			return hosted("github.com", rest)
		case "gitlab":
			return hosted("gitlab.com", rest)
		case "bitbucket":
			return hosted("bitbucket.org", rest)
		case "gist":
			return hosted("gist.github.com", rest)
		}
		if user, host, ok := strings.Cut(scheme, "@"); ok && user == "git" {
			return "git+ssh://git@" + host + "/" + rest
		}
		return ""
	}
	path, _, _ := strings.Cut(spec, "#")
	owner, repo, ok := strings.Cut(path, "/")
	if !ok || owner == "" || repo == "" || strings.ContainsAny(path, " @<>=^~*|") || strings.Contains(repo, "/") || strings.HasPrefix(owner, ".") {
		return ""
	}
	return hosted("github.com", spec)
}

func hosted(host, rest string) string {
	path, ref, _ := strings.Cut(rest, "#")
	address := "git+https://" + host + "/" + strings.TrimSuffix(path, ".git") + ".git"
	if ref != "" {
		address += "#" + ref
	}
	return address
}
