package advisory

import "time"

// A record is kept in two parts, each in blocks of its own: its facts, which matching is made from, and its words, which only people
// read. Both are position-independent, so that they are carried from one database to the next as they are.

// encodeFacts writes what matching is made from, and gives where in it the packages begin. Equal records have equal bytes.
func (r *Record) encodeFacts() (facts []byte, packages int) {
	c := coder{b: make([]byte, 0, 256)}
	c.u64(uint64(r.Modified.Unix()))
	c.time(r.Published)
	c.texts(r.Aliases)
	c.texts(r.Upstream)
	c.texts(r.Related)
	c.scores(r.Severity)
	c.text(r.Word)
	c.nums(r.CWE)
	c.text(r.Informational)
	packages = len(c.b)
	c.num(len(r.Affected))
	for i := range r.Affected {
		a := &r.Affected[i]
		c.text(a.Ecosystem)
		c.text(a.Name)
		c.scores(a.Severity)
		c.ranges(a.Ranges)
		c.texts(a.Versions)
		c.symbols(a.Symbols)
	}
	return c.b, packages
}

// decodeFacts reads what encodeFacts has written. The record's texts are parts of s.
func decodeFacts(id, s string) (*Record, error) {
	c := cursor{s: s}
	r := &Record{ID: id, Malicious: len(id) > 4 && id[:4] == "MAL-"}
	if n := int64(c.u64()); n > 0 && n < 1<<40 {
		r.Modified = time.Unix(n, 0).UTC()
	}
	r.Published = c.time()
	r.Aliases = c.texts()
	r.Upstream = c.texts()
	r.Related = c.texts()
	r.Severity = c.scores()
	r.Word = c.text()
	r.CWE = c.nums()
	r.Informational = c.text()
	n := c.count()
	r.Affected = make([]Affected, 0, min(n, 256))
	for range n {
		r.Affected = append(r.Affected, Affected{
			Ecosystem: c.text(), Name: c.text(), Severity: c.scores(), Ranges: c.ranges(), Versions: c.texts(), Symbols: c.symbols(),
		})
		if c.bad {
			break
		}
	}
	if c.bad || c.s != "" {
		return nil, errDamaged
	}
	return r, nil
}

// encodeWords writes what only people read.
func (r *Record) encodeWords() []byte {
	c := coder{b: make([]byte, 0, len(r.Summary)+len(r.Details)+64*len(r.References)+16)}
	c.text(r.Summary)
	c.text(r.Details)
	c.num(len(r.References))
	for _, one := range r.References {
		c.text(one.Type)
		c.text(one.URL)
	}
	return c.b
}

// decodeWords reads what encodeWords has written into the record.
func (r *Record) decodeWords(s string) error {
	c := cursor{s: s}
	r.Summary = c.text()
	r.Details = c.text()
	n := c.count()
	r.References = make([]Reference, 0, min(n, 256))
	for range n {
		if r.References = append(r.References, Reference{Type: c.text(), URL: c.text()}); c.bad {
			break
		}
	}
	if c.bad || c.s != "" {
		return errDamaged
	}
	return nil
}

func (c *coder) scores(list []Score) {
	c.num(len(list))
	for _, s := range list {
		c.text(s.Type)
		c.text(s.Score)
	}
}

func (c *cursor) scores() []Score {
	n := c.count()
	if n == 0 {
		return nil
	}
	list := make([]Score, 0, min(n, 64))
	for range n {
		if list = append(list, Score{Type: c.text(), Score: c.text()}); c.bad {
			return nil
		}
	}
	return list
}

func (c *coder) ranges(list []Range) {
	c.num(len(list))
	for _, one := range list {
		c.byte(boolByte(one.Type == "SEMVER"))
		c.num(len(one.Events))
		for _, e := range one.Events {
			c.byte(byte(e.Kind))
			c.text(e.Version)
		}
	}
}

func (c *cursor) ranges() []Range {
	n := c.count()
	if n == 0 {
		return nil
	}
	list := make([]Range, 0, min(n, 256))
	for range n {
		one := Range{Type: "ECOSYSTEM"}
		if c.byte() == 1 {
			one.Type = "SEMVER"
		}
		m := c.count()
		one.Events = make([]Event, 0, min(m, 256))
		for range m {
			if one.Events = append(one.Events, Event{EventKind(c.byte()), c.text()}); c.bad {
				return nil
			}
		}
		if list = append(list, one); c.bad {
			return nil
		}
	}
	return list
}

func (c *coder) symbols(list []Symbols) {
	c.num(len(list))
	for _, s := range list {
		c.text(s.Path)
		c.texts(s.Names)
		c.texts(s.GOOS)
		c.texts(s.GOARCH)
	}
}

func (c *cursor) symbols() []Symbols {
	n := c.count()
	if n == 0 {
		return nil
	}
	list := make([]Symbols, 0, min(n, 256))
	for range n {
		if list = append(list, Symbols{c.text(), c.texts(), c.texts(), c.texts()}); c.bad {
			return nil
		}
	}
	return list
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}
