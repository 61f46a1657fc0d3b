package sbom

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/github/go-spdx/v2/spdxexp"

	"github.com/reevehq/reeve/internal/inventory"
)

// Options say what of a written document does not come from the packages.
type Options struct {
	// Version is reeve's, as the document names its maker.
	Version string
	// Created is when the document is said to be made: the time of what was looked at, such as the commit's, so that the same
	// input gives the same bytes. Zero leaves it out, or writes 1970 where the format demands a time.
	Created time.Time
}

const toolName = "reeve"

// listing is an SBOM ready to be written: packages sorted by package URL, each once.
type listing struct {
	s       *SBOM
	entries []*entry
	subject *entry
	// direct are the packages that the subject requires, by position.
	direct []int
	// licences are the verdicts on licences, so that each is looked at once.
	licences map[string]string
}

// entry is one package to be written.
type entry struct {
	inventory.Package
	purl     string
	files    []string
	requires []int
	hashes   []hash
}

// prepare sorts, and joins packages with one package URL: they would be the same component.
func prepare(s *SBOM) *listing {
	l := &listing{s: s, licences: map[string]string{}}
	type numbered struct {
		position int
		*entry
	}
	var order []numbered
	for i := range s.Packages {
		e := &entry{Package: s.Packages[i], purl: PURL(&s.Packages[i])}
		if e.purl == "" {
			continue
		}
		if i < len(s.Where) {
			e.files = s.Where[i]
		}
		e.files = addNew(slices.Clone(e.files), e.File)
		order = append(order, numbered{i, e})
	}
	slices.SortStableFunc(order, func(a, b numbered) int {
		return cmp.Or(strings.Compare(a.purl, b.purl), strings.Compare(a.Ecosystem, b.Ecosystem),
			strings.Compare(a.Integrity, b.Integrity), strings.Compare(a.Licence, b.Licence))
	})
	moved := make([]int, len(s.Packages))
	for i := range moved {
		moved[i] = -1
	}
	for _, n := range order {
		last := len(l.entries) - 1
		if last < 0 || l.entries[last].purl != n.purl {
			l.entries = append(l.entries, n.entry)
			moved[n.position] = last + 1
			continue
		}
		merge(&l.entries[last].Package, &n.entry.Package)
		for _, f := range n.files {
			l.entries[last].files = addNew(l.entries[last].files, f)
		}
		moved[n.position] = last
	}
	for i, at := range moved {
		if at < 0 {
			continue
		}
		for _, required := range s.Packages[i].Requires {
			if required >= 0 && required < len(moved) && moved[required] >= 0 && moved[required] != at {
				l.entries[at].requires = append(l.entries[at].requires, moved[required])
			}
		}
	}
	for i, e := range l.entries {
		e.requires = sortedSet(e.requires)
		e.complete()
		if e.Direct {
			l.direct = append(l.direct, i)
		}
	}
	l.root()
	return l
}

// root makes the entry of what the document is about; where that has no name, it is the folder it stands in.
func (l *listing) root() {
	subject := l.s.Subject.Package
	subject.Name = cmp.Or(subject.Name, ".")
	l.subject = &entry{Package: subject}
	if subject.Ecosystem != "" {
		l.subject.purl = PURL(&subject)
	}
	l.subject.complete()
}

// complete fills in what follows from the package.
func (e *entry) complete() {
	e.hashes = hashesOf(e.Integrity)
	e.Origin = withoutUser(e.Origin)
}

// asRead is the package as a reader makes it of its package URL, hashes and licence.
func (e *entry) asRead() inventory.Package {
	p, err := FromPURL(e.purl)
	if err != nil {
		p = inventory.Package{Name: e.Name, Version: e.Version}
	}
	p.Integrity = integrity(p.Ecosystem, e.hashes)
	p.Licence = cutLicence(e.Licence)
	return p
}

// withoutUser takes user and password out of a URL.
func withoutUser(address string) string {
	before, after, found := strings.Cut(address, "://")
	if !found {
		return address
	}
	end := strings.IndexAny(after, "/?#")
	if end < 0 {
		end = len(after)
	}
	if at := strings.LastIndexByte(after[:end], '@'); at >= 0 && after[:at] != "git" {
		return before + "://" + after[at+1:]
	}
	return address
}

// webAddress gives an origin as a URL that formats can hold, "" where it is none.
func webAddress(origin string) string {
	u, err := url.Parse(strings.TrimPrefix(origin, "registry+"))
	if err != nil || u.Host == "" || strings.ContainsFunc(origin, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	switch u.Scheme {
	case "http", "https", "git+https", "git+http", "git+ssh", "ssh", "git":
		return origin
	}
	return ""
}

// The verdicts on licences.
const (
	licenceID         = "id"
	licenceExpression = "expression"
	licenceWords      = "words"
)

// licenceKind tells what a licence is by SPDX' rules. Expressions with licences that only another document explains are words.
func (l *listing) licenceKind(licence string) string {
	kind, known := l.licences[licence]
	if known {
		return kind
	}
	kind = licenceWords
	if active, id := spdxexp.ActiveLicense(licence); active && id == licence {
		kind = licenceID
	} else if len(licence) <= 1000 && strings.Count(licence, "(") <= 50 && !strings.Contains(licence, "Ref-") && expression(licence) {
		kind = licenceExpression
	}
	l.licences[licence] = kind
	return kind
}

// expression tells whether a text is an SPDX expression.
func expression(licence string) bool {
	if strings.TrimSpace(licence) != licence {
		return false
	}
	valid, _ := spdxexp.ValidateLicenses([]string{licence})
	return valid
}

// stream writes a document piece by piece; the first error sticks.
type stream struct {
	w   *bufio.Writer
	err error
	// kept, where set, keeps the lists as they are written; play writes them as they were kept.
	kept, play *kept
}

// twice writes a document whose name follows from its content: once for the name, and once to w.
func twice(w io.Writer, write func(*stream, string)) error {
	sum := sha256.New()
	draft := &stream{w: bufio.NewWriter(sum), kept: &kept{}}
	write(draft, uuid(nil))
	if err := draft.finish(); err != nil {
		return err
	}
	s := &stream{w: bufio.NewWriterSize(w, 64<<10), play: draft.kept}
	write(s, uuid(sum.Sum(nil)))
	return s.finish()
}

// kept are the lists of a draft, encoded, so that they need not be made again; no lists where they are too large to be held, or
// where one of them holds the name that is about to change.
type kept struct {
	lists [][][]byte
	size  int
	next  int
}

// maxKept bounds what is held of a draft, in bytes.
const maxKept = 64 << 20

// add keeps one element of the last list, and tells whether all is kept still.
func (k *kept) add(encoded []byte) bool {
	k.size += len(encoded)
	last := len(k.lists) - 1
	k.lists[last] = append(k.lists[last], encoded)
	return k.size <= maxKept && !bytes.Contains(encoded, []byte(uuid(nil)))
}

// uuid makes a UUID of a hash: version 8 of RFC 9562, as its appendix B.2 does it with SHA-256.
func uuid(sum []byte) string {
	var b [16]byte
	copy(b[:], sum)
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (s *stream) finish() error {
	if s.err == nil {
		s.err = s.w.Flush()
	}
	if s.err != nil {
		return fmt.Errorf("write SBOM: %w", s.err)
	}
	return nil
}

// raw writes JSON's own marks.
func (s *stream) raw(syntax string) {
	if s.err == nil {
		_, s.err = s.w.WriteString(syntax)
	}
}

// value writes a value on one line.
func (s *stream) value(v any) { s.bytes(s.encode(v)) }

func (s *stream) encode(v any) (encoded []byte) {
	if s.err == nil {
		encoded, s.err = json.Marshal(v)
	}
	return inert(encoded)
}

func (s *stream) bytes(encoded []byte) {
	if s.err == nil {
		_, s.err = s.w.Write(encoded)
	}
}

// list writes an array, one element a line.
func (s *stream) list(each func(element func(any))) {
	s.raw("[")
	separator := "\n    "
	element := func(encoded []byte) {
		s.raw(separator)
		s.bytes(encoded)
		separator = ",\n    "
	}
	switch {
	case s.play != nil:
		for _, encoded := range s.play.lists[s.play.next] {
			element(encoded)
		}
		s.play.next++
	default:
		if s.kept != nil {
			s.kept.lists = append(s.kept.lists, nil)
		}
		each(func(v any) {
			encoded := s.encode(v)
			element(encoded)
			if s.kept != nil && !s.kept.add(encoded) {
				s.kept = nil
			}
		})
	}
	s.raw("\n  ]")
}

// inert escapes what could act on a terminal or hide: control and format characters. json has escaped those below U+0020.
func inert(encoded []byte) []byte {
	acts := func(r rune) bool { return r >= 0x7f && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }
	if !slices.ContainsFunc(encoded, func(b byte) bool { return b >= 0x7f }) || bytes.IndexFunc(encoded, acts) < 0 {
		return encoded
	}
	var out []byte
	for _, r := range string(encoded) {
		switch {
		case !acts(r):
			out = utf8.AppendRune(out, r)
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		}
	}
	return out
}
