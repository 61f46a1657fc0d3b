package advisory

// What records say about one package lies in one run of bytes, an entry behind the other:
//
//	size of the entry · number of flaws · the first flaw, then differences · record · body
//
// and the body, which does not depend on the flaws:
//
//	flags · ranges · versions · symbols
//
// The flaws of an entry are those for which this record speaks: see precedence.go.

const (
	adviceMalicious = 1 << iota
	adviceSemver    // the ecosystem's order is not known, but these versions are semver's
)

// advice writes the body of an entry.
func (c *coder) advice(a *Affected, malicious bool) {
	flags := byte(0)
	if malicious {
		flags |= adviceMalicious
	}
	if orderOf(a.Ecosystem) == noOrder && orderFor(a.Ecosystem, a.Ranges) == semverOrder {
		flags |= adviceSemver
	}
	c.byte(flags)
	c.num(len(a.Ranges))
	for _, one := range a.Ranges {
		c.num(len(one.Events))
		for _, e := range one.Events {
			c.byte(byte(e.Kind))
			c.text(e.Version)
		}
	}
	c.texts(a.Versions)
	c.symbols(a.Symbols)
}

// entry is one entry as it is read.
type entry struct {
	// flaws is where their numbers begin, count how many there are.
	flaws  cursor
	count  int
	record int
	flags  byte
	body   string // behind the flags
}

// next reads the next entry of a run; false at the end and where the bytes make no sense, for which c.bad is true.
func (c *cursor) next(e *entry) bool {
	if c.s == "" {
		return false
	}
	one := cursor{s: c.text()}
	e.count = one.count()
	e.flaws = one
	for range e.count {
		one.num()
	}
	e.record = one.num()
	e.flags = one.byte()
	e.body = one.s
	if c.bad || one.bad || e.count == 0 {
		c.fail()
		return false
	}
	return true
}

// verdict is what an entry says about a version.
type verdict uint8

const (
	notAffected verdict = iota
	cannotTell
	affected
)

// judgeBody tells what the body of an entry says about a version; valid tells whether the version is one in the order.
func judgeBody(body string, o order, version string, valid bool) (verdict, bool) {
	c := cursor{s: body}
	n := c.count()
	if !valid && n > 0 {
		c.skipRanges(n)
	} else {
		for range n {
			in, bad := c.inside(o, version)
			if bad {
				return notAffected, false
			}
			if in {
				return affected, true
			}
		}
	}
	versions := c.count()
	for range versions {
		v := c.text()
		if v == version || valid && v != "" && o.valid(v) && o.compare(v, version) == 0 {
			return affected, !c.bad
		}
	}
	if c.bad {
		return notAffected, false
	}
	if !valid && n > 0 || version == "" {
		return cannotTell, true
	}
	return notAffected, true
}

// inside is Range.inside on the bytes of a range.
func (c *cursor) inside(o order, version string) (inside, bad bool) {
	limited, below := false, false
	for range c.count() {
		kind, v := EventKind(c.byte()), c.text()
		if kind == Limit {
			limited = true
			below = below || o.bound(version, v) < 0
			continue
		}
		if d := o.bound(version, v); d >= 0 {
			switch {
			case kind == Introduced:
				inside = true
			case kind == Fixed, kind == LastAffected && d > 0:
				inside = false
			}
		}
	}
	return inside && (!limited || below), c.bad
}

func (c *cursor) skipRanges(n int) {
	for range n {
		for range c.count() {
			c.byte()
			c.text()
		}
	}
}

// adviceRanges reads the ranges of a body.
func (c *cursor) adviceRanges() []Range {
	n := c.count()
	list := make([]Range, 0, min(n, 64))
	for range n {
		one := Range{Type: "ECOSYSTEM"}
		for range c.count() {
			one.Events = append(one.Events, Event{EventKind(c.byte()), c.text()})
		}
		if list = append(list, one); c.bad {
			return nil
		}
	}
	return list
}
