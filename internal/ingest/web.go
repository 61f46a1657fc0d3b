package ingest

import (
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

// webPlace is where a dynamic tool found a fault: what stays the same from scan to scan. Values that the tool sent are no part of it.
type webPlace struct{ url, method, parameter string }

// webPlaceOf makes the place of an address as tools write it.
func webPlaceOf(address, method, parameter string) webPlace {
	return webPlace{stableURL(address), strings.ToUpper(oneLine(method, 40)), oneLine(parameter, 200)}
}

var sessionInPath = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i);(jsessionid|phpsessid|sid)=[^/;]*`) })

// stableURL cuts off an address what changes or must not be shown: credentials, query, fragment, a session in the path, the port that is meant
// anyway. What has no scheme is taken for a path.
func stableURL(address string) string {
	address, _, _ = strings.Cut(strings.TrimSpace(address), "#")
	address, _, _ = strings.Cut(address, "?")
	if bare := strings.TrimLeft(address, "/"); strings.HasPrefix(bare, "http") {
		address = bare
	}
	address = sessionInPath().ReplaceAllString(address, "")
	scheme, rest, found := strings.Cut(address, "://")
	if !found || strings.ContainsAny(scheme, "/ ") {
		return oneLine(address, 2000)
	}
	authority, path, _ := strings.Cut(rest, "/")
	scheme = strings.ToLower(scheme)
	return oneLine(scheme+"://"+stableHost(scheme, authority)+"/"+path, 2000)
}

// stableHost cuts credentials and the usual port off an authority.
func stableHost(scheme, authority string) string {
	host := strings.ToLower(authority[strings.LastIndexByte(authority, '@')+1:])
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.HasSuffix(host, "]") {
		return host
	}
	port := host[i+1:]
	usual := scheme == "https" && port == "443" || scheme == "http" && port == "80"
	if usual || strings.Trim(port, "0123456789") != "" || port == "" {
		return host[:i]
	}
	return host
}

// origin is the site: scheme, host and port; "" where the place has none.
func (p webPlace) origin() string {
	scheme, rest, found := strings.Cut(p.url, "://")
	if !found {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

// asset is the site the place belongs to, zero where it names none.
func (p webPlace) asset() finding.Asset { return siteAsset(p.origin()) }

func siteAsset(origin string) finding.Asset {
	if origin == "" {
		return finding.Asset{}
	}
	return finding.Asset{Kind: "url", Name: origin}
}

func (p webPlace) location() finding.Location {
	return finding.Location{Logical: steps("url", p.url, "method", p.method, "parameter", p.parameter)}
}

// String is the place in a sentence.
func (p webPlace) String() string {
	s := strings.TrimSpace(p.method + " " + p.url)
	if p.parameter != "" {
		s += ", parameter " + p.parameter
	}
	return s
}
