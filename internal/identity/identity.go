// Package identity says when two sightings are the same finding: of one source from look to look, and of several sources in one asset.
//
// A source is one tool looking at one branch of one asset. What it sees is a sighting, known by its Keys. Of makes the keys of a finding; Follow
// meets what a source no longer sees with what it newly sees; Twins meets what it newly sees with what other sources see. Keys are asked from the
// exact to the vague, and where more than one answer is possible there is none: two findings rather than one false merge.
//
// The package is pure. It must not store, rank or judge, and it never shows a secret: a value enters a keyed hash and nothing else. Everything in a
// finding is hostile: work is linear in its text, matching is n log n also where every sighting has the same keys.
package identity

import (
	"encoding/binary"
	"encoding/hex"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// Keys are what a sighting is known by, from the exact to the vague. All are keyed hashes, so that whoever writes the code that is looked at
// cannot make two findings collide. 0 is "has none".
type Keys struct {
	// Exact is the finding in this very place, as far as its kind has places: rule, file, code, function, line and column; flaw, package and project;
	// rule, URL, method and parameter; rule and resource; the value of a secret. Two sightings of one look with equal Exact are one.
	Exact [16]byte
	// Print is the tool's own stable fingerprint, with the rule. Counters of occurrence at its end are cut: they move when one of two is mended.
	Print uint64
	// Drift is Exact without position: it survives moved lines, reformatting, comments, and pages that move to another host.
	Drift uint64
	// Code is Drift without file and function: it survives renames and moves. 0 where the code is too short to tell anything. It is odd where it
	// comes from code, even where it comes from a name (a package, a resource, a value).
	Code uint64
	// Spot is rule, file and function or resource, whatever the code: it survives an edit in place.
	Spot uint64
	// Twin is what every tool sees alike: family of weakness, file and line of code; flaw and package; value of a secret; resource and control.
	Twin uint64
	// Line is Twin by the line's number, for tools that show no code. It means something within one commit only.
	Line uint64
}

// Options are what the keys need to know beside the finding.
type Options struct {
	// Key makes the hashes, as in finding.Identify. With the key of a scan, a secret has the identity that reeve itself gives it.
	Key finding.Key
	// Own tells that reeve itself made the finding: then its Fingerprint is the identity and survives everything by itself.
	Own bool
	// Canon gives the name under which a flaw and all its aliases are one ("CVE-2021-44228"), "" where it knows none. It is asked for
	// the best known of a finding's names: the CVE among rule and aliases, else the GHSA, else the first in sorted order. Nil: that name itself.
	Canon func(id string) string
	// Name gives a package's name as its ecosystem tells names apart (advisory.NormalName). Nil: names differ where they are written differently.
	Name func(ecosystem, name string) string
	// Family gives Family of the rule with this id; the caller keeps it by rule. Nil: code and infrastructure of several tools never meet.
	Family func(rule string) string
}

// Of makes the keys of a finding. It reads the first 16 KiB of a snippet or message.
func Of(f *finding.Finding, o Options) Keys {
	s := scratch{b: make([]byte, 0, 512), key: o.Key}
	var k Keys
	valued := f.Engine == "secret" && f.Secret.Reveal() != ""
	switch {
	case f.Component != nil && (f.Component.Name != "" || f.Component.PURL != ""):
		k = ofPackage(&s, f, &o)
	case valued:
		k = ofValue(&s, f, &o)
	case step(f, "url") != "":
		k = ofPage(&s, f, &o)
	default:
		k = ofPlace(&s, f, &o)
	}
	if own, ok := ownExact(f, &o); ok {
		return Keys{Exact: own, Twin: k.Twin, Line: k.Line}
	}
	if f.Fingerprint != "" && !valued {
		k.Print = s.text(tagPrint, f.Rule, withoutCounter(string(f.Fingerprint))).weak()
	}
	return k
}

// ownExact is the identity that reeve gave a finding of its own.
func ownExact(f *finding.Finding, o *Options) (exact [16]byte, ok bool) {
	if !o.Own || len(f.Fingerprint) != 2*len(exact) {
		return exact, false
	}
	_, err := hex.Decode(exact[:], []byte(f.Fingerprint))
	return exact, err == nil
}

// withoutCounter cuts the number of the occurrence that CodeQL (":2") and Semgrep ("_1") write behind the hash of a line: the second of two
// equal lines becomes the first when the first is mended.
func withoutCounter(print string) string {
	digits := len(print) - len(strings.TrimRight(print, "0123456789"))
	if cut := len(print) - digits - 1; digits > 0 && digits <= 4 && cut >= 8 && (print[cut] == ':' || print[cut] == '_') {
		return print[:cut]
	}
	return print
}

// ofValue is a secret whose value is known: the value is the identity, wherever it stands. A new value in the same place is another secret, so
// the place is no key, and neither is a fingerprint that a tool makes of the place.
func ofValue(s *scratch, f *finding.Finding, o *Options) Keys {
	value := strings.ReplaceAll(strings.TrimSpace(f.Secret.Reveal()), "\r\n", "\n")
	var k Keys
	_, _ = hex.Decode(k.Exact[:], []byte(finding.Identify(o.Key, "secret", value))) // 32 hex digits by contract
	k.Drift = binary.BigEndian.Uint64(k.Exact[:])
	k.Code, k.Twin = k.Drift&^1, k.Drift
	k.Line = secretLine(s, f)
	return k
}

// secretLine is where a secret stands and what of it is shown, for tools that do not give the value.
func secretLine(s *scratch, f *finding.Finding) uint64 {
	shown, _, masked := strings.Cut(f.Evidence, "*")
	if f.Location.Path == "" || f.Location.Region.StartLine == 0 || !masked {
		return 0
	}
	shown = shown[:min(4, len(shown))]
	return s.text(tagLine, "secret", shown).and(s.path(f.Location.Path)).at(f.Location.Region.StartLine, 0).weak()
}

// ofPackage is a flaw of a package: neither version nor position is part of it.
func ofPackage(s *scratch, f *finding.Finding, o *Options) Keys {
	c := f.Component
	ecosystem, name := ecosystemOf(c), c.Name
	if name == "" {
		name, _, _ = strings.Cut(strings.TrimPrefix(c.PURL, "pkg:"), "@")
	} else if o.Name != nil {
		name = o.Name(c.Ecosystem, name)
	}
	what := s.text(tagWhat, flaw(f, o.Canon), ecosystem, name)
	whole := what.and(s.path(withoutTag(Place(f))))
	return Keys{Exact: whole.exact(), Drift: whole.weak(), Code: what.weak() &^ 1, Twin: what.weak()}
}

// ofPage is a finding of a running site: rule, URL, method and parameter.
func ofPage(s *scratch, f *finding.Finding, o *Options) Keys {
	url, parameter := step(f, "url"), step(f, "parameter")
	what := s.text(tagWho, f.Rule, strings.ToUpper(step(f, "method")), parameter)
	full := s.url(url, true)
	k := Keys{Exact: what.and(full).exact(), Drift: what.and(s.url(url, false)).weak()}
	if family := familyOf(f, o); family != "" {
		k.Twin = s.text(tagFamily, family, parameter).and(full).weak()
	}
	return k
}

// ofPlace is everything else: a rule, a file or a thing in the world, and the code or the message there.
func ofPlace(s *scratch, f *finding.Finding, o *Options) Keys {
	l := &f.Location
	who, where, in := s.text(tagWho, f.Rule), s.path(l.Path), s.logical(l, true)
	there := who.and(where).and(in)
	what, enough := s.code(l)
	strict := what
	if !enough.any {
		strict, what = s.message(f.Message, true), s.message(f.Message, false)
	}
	secret := f.Engine == "secret"
	if secret && f.Evidence != "" {
		what = s.text(tagWhat, f.Evidence)
		strict = what
	}
	k := Keys{Exact: there.and(strict).at(l.Region.StartLine, l.Region.StartColumn).exact(), Drift: there.and(what).weak()}
	if secret { // what is not known of its value must not be guessed from its place
		k.Line = secretLine(s, f)
		return k
	}
	if l.Path != "" || len(l.Logical) > 0 {
		k.Spot = there.weak()
		if step(f, "port") != "" {
			k.Spot = who.and(where).and(s.logical(l, false)).weak()
		}
	}
	switch {
	case enough.telling:
		k.Code = who.and(what).weak() | 1
	case !enough.any && l.Path != "" && step(f, "resource") != "":
		k.Code = who.and(in).weak() &^ 1
	}
	ofTwin(s, f, o, where, &k)
	return k
}

// ofTwin adds what other tools see alike; where is the digest of the file.
func ofTwin(s *scratch, f *finding.Finding, o *Options, where digest, k *Keys) {
	l, name := &f.Location, familyOf(f, o)
	if name == "" {
		return
	}
	family := s.text(tagFamily, name)
	resource, host := step(f, "resource"), step(f, "host")
	switch {
	case resource != "" && f.Engine != "sast":
		k.Twin = family.and(s.resource(resource)).weak()
	case host != "":
		port, _, _ := strings.Cut(step(f, "port"), "/")
		k.Twin = family.and(s.text(tagIn, strings.ToLower(host), port)).weak()
	case l.Path != "":
		family = family.and(where)
		if line, enough := s.line(l); enough.any {
			k.Twin = family.and(line).weak()
		}
		if l.Region.StartLine > 0 {
			k.Line = family.at(l.Region.StartLine, 0).weak()
		}
	}
}

// Place is where a sighting stands in one word, as Candidate.Path wants it: the project of a package, the URL of a page, else the file.
func Place(f *finding.Finding) string {
	if f.Component != nil && f.Component.Project != "" {
		return f.Component.Project
	}
	if url := step(f, "url"); url != "" && f.Component == nil {
		return url
	}
	return f.Location.Path
}

// step is the innermost logical place of a kind, or "".
func step(f *finding.Finding, kind string) string {
	for i := len(f.Location.Logical) - 1; i >= 0; i-- {
		if f.Location.Logical[i].Kind == kind {
			return f.Location.Logical[i].Name
		}
	}
	return ""
}
