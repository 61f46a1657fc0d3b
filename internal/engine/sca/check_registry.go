package sca

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// address is where something is fetched from.
type address struct{ scheme, host, path string }

// addressOf reads a URL, also one with the kind of source before it ("registry+https://…"), and what git takes for one
// ("git@host:path"). ok is false for folders and names.
func addressOf(text string) (a address, ok bool) {
	before, rest, found := strings.Cut(text, "://")
	if !found {
		user, path, ok := strings.Cut(strings.TrimPrefix(text, "git+"), ":")
		_, host, isUser := strings.Cut(user, "@")
		if !ok || !isUser || strings.ContainsAny(host, "/ ") || host == "" {
			return address{}, false
		}
		return address{"ssh", strings.ToLower(host), "/" + strings.TrimPrefix(path, "/")}, true
	}
	scheme := strings.ToLower(before[strings.LastIndexByte(before, '+')+1:])
	u, err := url.Parse(scheme + "://" + rest)
	if err != nil || u.Host == "" {
		return address{}, false
	}
	return address{scheme, strings.ToLower(u.Host), u.Path}, true
}

// server is the host without its port.
func (a address) server() string {
	return (&url.URL{Host: a.host}).Hostname()
}

// isHere tells of addresses on the machine itself.
func (a address) isHere() bool {
	host := a.server()
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && (ip.IsLoopback() || ip.IsUnspecified())
}

// below tells whether an address begins with another one, taken step by step. Repositories are the same by whichever way they
// are fetched.
func (a address) below(root address) bool {
	if a.host != root.host {
		return false
	}
	if a.scheme != root.scheme && a.scheme != "git" && a.scheme != "ssh" {
		return false
	}
	prefix := strings.TrimSuffix(root.path, "/")
	return a.path == prefix || strings.HasPrefix(a.path, prefix+"/") || a.path+"/" == root.path
}

// source is one place that packages are fetched from, as one line says.
type source struct {
	doc  *inventory.Document
	line int
	text string
	at   address
	// pkg is the package that comes from there; nil for a registry.
	pkg *inventory.Package
	// scope is what a registry serves.
	scope string
}

// sources gives all places that a document names: its registries, then the addresses of its packages.
func sources(d *inventory.Document) []source {
	var out []source
	for _, r := range d.Registries {
		if a, ok := addressOf(r.URL); ok {
			out = append(out, source{doc: d, line: r.Line, text: r.URL, at: a, scope: r.Scope})
		}
	}
	for i := range d.Packages {
		pkg := &d.Packages[i]
		if pkg.Origin == "" || isLocal(pkg) {
			continue
		}
		if a, ok := addressOf(pkg.Origin); ok {
			out = append(out, source{doc: d, line: pkg.Line, text: pkg.Origin, at: a, pkg: pkg})
		}
	}
	return out
}

// roleOrder puts what people write before what tools write.
func roleOrder(d *inventory.Document) int {
	return map[inventory.Role]int{inventory.Settings: 0, inventory.Manifest: 1, inventory.Lock: 2}[d.Role]
}

// wanting gives the sources that do not meet a demand: one for each host in each folder and ecosystem, with the number of those alike.
func wanting(v *supplyView, bad func(*source) bool, report func(s *source, alike int)) {
	type key struct{ dir, ecosystem, host string }
	docs := slices.Clone(v.docs)
	slices.SortStableFunc(docs, func(a, b *inventory.Document) int { return cmp.Compare(roleOrder(a), roleOrder(b)) })
	first := map[key]int{}
	var found []source
	var alike []int
	for _, d := range docs {
		if d.Role == inventory.Installed || isFixture(d.Path) {
			continue
		}
		for _, s := range sources(d) {
			if s.pkg != nil && isSample(d.Path) || !bad(&s) {
				continue
			}
			k := key{dirOf(d.Path), d.Ecosystem, s.at.scheme + "://" + s.at.host}
			if i, known := first[k]; known {
				alike[i]++
				continue
			}
			first[k] = len(found)
			found, alike = append(found, s), append(alike, 1)
		}
	}
	for i := range found {
		report(&found[i], alike[i])
	}
}

// registryInsecure reports what is fetched without encryption: whoever is on the way can change it.
func registryInsecure(v *supplyView, _ *Supply, report func(fault)) {
	open := func(s *source) bool {
		if s.at.isHere() || s.at.scheme != "http" && s.at.scheme != "git" {
			return false
		}
		// What a commit or a hash pins cannot be changed on the way.
		return s.pkg == nil || s.pkg.Integrity == "" && !commitIn(s.text)
	}
	wanting(v, open, func(s *source, alike int) {
		what := "Packages are"
		if s.pkg != nil {
			what = clip(s.pkg.Name) + " is"
		}
		text := fmt.Sprintf("%s: %s fetched from %s://%s without encryption", s.doc.Path, what, s.at.scheme, s.at.host)
		if alike > 1 {
			text += fmt.Sprintf(" (%d places)", alike)
		}
		report(fault{
			at: place(s.doc.Path, s.line), identity: []string{s.doc.Path, s.at.host}, message: text + ": anybody on the way can put other code in its place.",
			fix: "Write https:// instead. If the host does not offer it, fetch from one that does.",
		})
	})
	for _, d := range v.docs {
		for _, r := range d.Registries {
			if r.Scope != "trusted-host" || isFixture(d.Path) || (address{host: strings.ToLower(r.URL)}).isHere() {
				continue
			}
			report(fault{
				at: place(d.Path, r.Line), identity: []string{d.Path, "trusted-host", r.URL},
				message: fmt.Sprintf("%s tells pip not to check the certificate of %s: anybody on the way can put other code in place of its packages.", d.Path, clip(r.URL)),
				fix:     "Remove trusted-host. If the host has a certificate of your own authority, name that authority with the setting cert.",
			})
		}
	}
}

// registryNotApproved reports what is fetched from where the team has not said it may.
func registryNotApproved(v *supplyView, s *Supply, report func(fault)) {
	if len(s.Registries) == 0 {
		return
	}
	var approved []address
	for _, text := range s.Registries {
		if a, ok := addressOf(text); ok {
			approved = append(approved, a)
		}
	}
	other := func(s *source) bool {
		return s.scope != "trusted-host" && !slices.ContainsFunc(approved, s.at.below)
	}
	wanting(v, other, func(s *source, alike int) {
		what := "packages are fetched"
		if s.pkg != nil {
			what = clip(s.pkg.Name) + " is fetched"
		}
		text := fmt.Sprintf("%s: %s from %s://%s", s.doc.Path, what, s.at.scheme, s.at.host)
		if alike > 1 {
			text += fmt.Sprintf(" (%d places)", alike)
		}
		report(fault{
			at: place(s.doc.Path, s.line), identity: []string{s.doc.Path, s.at.host}, message: text + ", which is none of the approved registries.",
			fix: "Fetch it through an approved registry and write the lock file anew, or have the address added to dependencies.registries.",
		})
	})
}
