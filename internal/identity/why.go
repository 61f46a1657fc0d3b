package identity

import (
	"cmp"
	"fmt"
	"math"
	"strconv"

	"github.com/reevehq/reeve/internal/finding"
)

// explain makes the sentences. Whether a file was renamed or a function moved is known only when all pairs are.
func (f *follower) explain() []Pair {
	files := f.files()
	out := make([]Pair, len(f.pairs))
	for k, p := range f.pairs {
		out[k] = Pair{Gone: p.gone, Fresh: p.fresh, Why: f.why(&p, files)}
	}
	return out
}

// fate is what became of a file, as far as the matched sightings tell.
type fate struct {
	to    string
	stays bool // something of it is still seen, or parts went to several files
}

func (f *follower) files() map[string]fate {
	out := map[string]fate{}
	for _, p := range f.pairs {
		from, to := f.gone.roots[p.gone], f.fresh.roots[p.fresh]
		known, ok := out[from]
		out[from] = fate{to, known.stays || from == to || ok && known.to != to}
	}
	for _, root := range f.fresh.roots {
		if known, ok := out[root]; ok && !known.stays {
			known.stays = true
			out[root] = known
		}
	}
	return out
}

func (f *follower) why(p *matched, files map[string]fate) string {
	gone, fresh := &f.gone.all[p.gone], &f.fresh.all[p.fresh]
	from, to := f.gone.roots[p.gone], f.fresh.roots[p.fresh]
	switch {
	case gone.Keys.Exact == fresh.Keys.Exact:
		return "the same finding in the same place"
	case from != to && gone.Path != from:
		return fmt.Sprintf("the same page and parameter, now at %s instead of %s", short(to), short(from))
	case from != to && gone.Class == "sca":
		return fmt.Sprintf("the same flaw in the same package, whose project moved from %s to %s", short(from), short(to))
	case from != to && p.how == samePrint:
		return fmt.Sprintf("the tool knows it by the same fingerprint, in %s instead of %s", short(to), short(from))
	case from != to && files[from].stays:
		return fmt.Sprintf("the same %s moved from %s to %s", gone.text(), short(from), short(to))
	case from != to:
		return fmt.Sprintf("the file was renamed from %s to %s", short(from), short(to))
	case p.how == samePrint:
		return "the tool knows it by the same fingerprint" + moved(gone, fresh)
	case p.how == sameSpot:
		return f.whyEdited(p)
	case p.how == sameCode:
		return whyRenamed(gone, fresh)
	case gone.Path != from:
		return "the same page and parameter; only an id in the address changed"
	case gone.Line == 0 || fresh.Line == 0:
		return "the same rule about the same thing; only numbers in the message changed"
	case gone.Line == fresh.Line:
		return "the same " + gone.text() + " on the same line, laid out differently"
	}
	return "the same " + gone.text() + moved(gone, fresh)
}

// whyRenamed explains the same code under another name in the same file.
func whyRenamed(gone, fresh *Candidate) string {
	a, b := innermost(gone.load()), innermost(fresh.load())
	if a == "" || b == "" || a == b {
		return "the same " + gone.text() + moved(gone, fresh)
	}
	return fmt.Sprintf("the same %s, in %s instead of %s", gone.text(), short(b), short(a))
}

// whyEdited explains other code or another message in the same function or about the same thing.
func (f *follower) whyEdited(p *matched) string {
	gone, fresh := f.gone.all[p.gone].load(), f.fresh.all[p.fresh].load()
	if gone == nil || fresh == nil {
		return "edited in place"
	}
	if isThing(fresh) {
		a, b := step(gone, "port"), step(fresh, "port")
		switch {
		case a != b:
			return fmt.Sprintf("the same rule about the same host, on port %s instead of %s", short(b), short(a))
		case fresh.Location.Path != "":
			return fmt.Sprintf("the same rule about %s, which was edited", short(step(fresh, "resource")))
		}
		return "the same rule about the same thing; only the message changed"
	}
	where := cmp.Or(innermost(fresh), fresh.Location.Path)
	return fmt.Sprintf("edited code in %s: %d %% of its words are the same", short(where), int(math.Round(100*alike(gone, fresh))))
}

// text says what was compared.
func (c *Candidate) text() string {
	if c.Keys.Code&1 == 1 {
		return "code"
	}
	return "finding"
}

// moved says how far a sighting moved within its file, as the rest of a sentence.
func moved(gone, fresh *Candidate) string {
	by, way := fresh.Line-gone.Line, "down"
	if by < 0 {
		by, way = -by, "up"
	}
	switch {
	case by == 0 || gone.Line == 0 || fresh.Line == 0:
		return ""
	case by == 1:
		return ", 1 line further " + way
	}
	return ", " + strconv.Itoa(by) + " lines further " + way
}

// innermost is the function or the resource around a finding, or "".
func innermost(f *finding.Finding) string {
	if f == nil || len(f.Location.Logical) == 0 {
		return ""
	}
	return f.Location.Logical[len(f.Location.Logical)-1].Name
}

// short keeps sentences readable whatever the text in them: the end of a long name says more than its beginning.
func short(name string) string {
	const most = 120
	if len(name) <= most {
		return name
	}
	name = name[len(name)-most:]
	for name != "" && name[0]&0xc0 == 0x80 {
		name = name[1:]
	}
	return "…" + name
}
