package advisory

import "slices"

// Scores of a delta. All scores change every day a little, and above all their percentiles, which are ranks. So the percentile is
// written once for each probability, and for the few CVEs that have another one:
//
//	0, or 1 and: the unit of numbers · CVEs that are gone · CVEs with another probability, and it ·
//	how many probabilities there are, and for each how much it and its percentile differ from the one before ·
//	CVEs whose percentile is another one, and it
//
// CVEs are numbers, each written as its difference to the one before. The other two tables are:
//
//	0, or 1 and: CVEs that are gone · CVEs that are new or differ, and their row

// threat writes how the tables about CVEs differ.
func (d *differ) threat(c *coder) error {
	from, to := d.from.sections, d.to.sections
	before, after := d.from.Info(), d.to.Info()
	if from[sectionEPSS] == to[sectionEPSS] && before.EPSS == after.EPSS {
		c.byte(0)
	} else {
		c.byte(1)
		c.scoreDelta(epssRows(d.from), epssRows(d.to))
	}
	if from[sectionKEV] == to[sectionKEV] && before.KEV == after.KEV {
		c.byte(0)
	} else {
		c.byte(1)
		table := rowTable[kevRow]{func(r kevRow) uint64 { return r.key }, func(a, b kevRow) bool { return a == b }}
		table.delta(c, kevRows(d.from), kevRows(d.to), func(r kevRow) {
			c.num(int(r.added))
			c.num(int(r.due))
			c.byte(boolByte(r.ransomware))
		})
	}
	if from[sectionExploits] == to[sectionExploits] && from[sectionExploitRows] == to[sectionExploitRows] {
		c.byte(0)
		return nil
	}
	old, err := exploitRows(d.from)
	if err != nil {
		return err
	}
	now, err := exploitRows(d.to)
	if err != nil {
		return err
	}
	c.byte(1)
	table := rowTable[exploitRow]{func(r exploitRow) uint64 { return r.key }, sameExploit}
	table.delta(c, old, now, func(r exploitRow) {
		c.byte(r.exploitation)
		c.byte(r.automatable)
		c.text(r.vector)
		c.nums(r.cwe)
	})
	return nil
}

func sameExploit(a, b exploitRow) bool {
	return a.exploitation == b.exploitation && a.automatable == b.automatable && a.vector == b.vector && slices.Equal(a.cwe, b.cwe)
}

// patchThreat takes over how the tables about CVEs differ.
func (b *Builder) patchThreat(c *cursor) error {
	if c.byte() == 1 {
		rows, ok := c.patchScores(epssRows(b.base))
		if !ok {
			return errDelta
		}
		b.epss = &epssSet{rows: rows}
	}
	if c.byte() == 1 {
		rows, ok := patchRows(c, kevRows(b.base), func(r kevRow) uint64 { return r.key }, func(key uint64) kevRow {
			return kevRow{key: key, added: uint32(c.num()), due: uint32(c.num()), ransomware: c.byte() == 1}
		})
		if !ok {
			return errDelta
		}
		b.kev = &kevSet{rows: rows}
	}
	if c.byte() == 1 {
		old, err := exploitRows(b.base)
		if err != nil {
			return err
		}
		rows, ok := patchRows(c, old, func(r exploitRow) uint64 { return r.key }, func(key uint64) exploitRow {
			return exploitRow{key: key, exploitation: c.byte(), automatable: c.byte(), vector: c.text(), cwe: c.nums()}
		})
		if !ok {
			return errDelta
		}
		b.exploits = &exploitSet{rows: rows}
	}
	if c.bad {
		return errDelta
	}
	return nil
}

func epssRows(db *DB) []epssRow {
	rows := make([]epssRow, 0, len(db.sections[sectionEPSS])/epssRowSize)
	for s := db.sections[sectionEPSS]; s != ""; s = s[epssRowSize:] {
		rows = append(rows, epssRowOf(s))
	}
	return rows
}

func kevRows(db *DB) []kevRow {
	rows := make([]kevRow, 0, len(db.sections[sectionKEV])/kevRowSize)
	for s := db.sections[sectionKEV]; s != ""; s = s[kevRowSize:] {
		rows = append(rows, kevRowOf(s))
	}
	return rows
}

func exploitRows(db *DB) ([]exploitRow, error) {
	rows := make([]exploitRow, 0, len(db.sections[sectionExploitRows])/exploitSize)
	for s := db.sections[sectionExploitRows]; s != ""; s = s[exploitSize:] {
		row, ok := db.exploitAt(s)
		if !ok {
			return nil, errDamaged
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// key writes a CVE as its difference to the one before.
func (c *coder) key(last *uint64, key uint64) {
	c.num(int(key - *last))
	*last = key
}

// key reads a CVE; they come in order, without doubles.
func (c *cursor) key(last *uint64) uint64 {
	n := uint64(c.num())
	if n == 0 || n > 1<<60 || *last > 1<<60 {
		c.fail()
		return 0
	}
	*last += n
	return *last
}

// rowTable is a table whose rows are sorted by CVE: how a row's CVE is found, and when two rows are the same.
type rowTable[R any] struct {
	key  func(R) uint64
	same func(a, b R) bool
}

// delta writes how two such tables differ.
func (t rowTable[R]) delta(c *coder, old, now []R, write func(R)) {
	var gone, changed []R
	key, same := t.key, t.same
	for len(old) > 0 || len(now) > 0 {
		switch {
		case len(now) == 0 || len(old) > 0 && key(old[0]) < key(now[0]):
			gone, old = append(gone, old[0]), old[1:]
		case len(old) == 0 || key(now[0]) < key(old[0]):
			changed, now = append(changed, now[0]), now[1:]
		default:
			if !same(old[0], now[0]) {
				changed = append(changed, now[0])
			}
			old, now = old[1:], now[1:]
		}
	}
	last := uint64(0)
	c.num(len(gone))
	for _, r := range gone {
		c.key(&last, key(r))
	}
	last = 0
	c.num(len(changed))
	for _, r := range changed {
		c.key(&last, key(r))
		write(r)
	}
}

// patchRows reads what rowTable.delta has written.
func patchRows[R any](c *cursor, old []R, key func(R) uint64, read func(key uint64) R) ([]R, bool) {
	gone := map[uint64]bool{}
	last := uint64(0)
	for n := c.count(); n > 0 && !c.bad; n-- {
		gone[c.key(&last)] = true
	}
	var changed []R
	last = 0
	for n := c.count(); n > 0 && !c.bad; n-- {
		changed = append(changed, read(c.key(&last)))
	}
	if c.bad {
		return nil, false
	}
	out := make([]R, 0, len(old)+len(changed))
	for _, r := range old {
		if gone[key(r)] {
			continue
		}
		for len(changed) > 0 && key(changed[0]) < key(r) {
			out, changed = append(out, changed[0]), changed[1:]
		}
		if len(changed) > 0 && key(changed[0]) == key(r) {
			r, changed = changed[0], changed[1:]
		}
		out = append(out, r)
	}
	return append(out, changed...), true
}

// scoreUnit is the unit of scores with five digits behind the point, as they are published, in billionths.
const scoreUnit = 10_000

// scoreDelta writes how the scores differ.
func (c *coder) scoreDelta(old, now []epssRow) {
	unit := uint32(scoreUnit)
	for _, r := range now {
		if r.probability%scoreUnit != 0 || r.percentile%scoreUnit != 0 {
			unit = 1
			break
		}
	}
	c.num(int(unit))
	rows := rowTable[epssRow]{func(r epssRow) uint64 { return r.key }, func(a, b epssRow) bool { return a.probability == b.probability }}
	rows.delta(c, old, now, func(r epssRow) { c.num(int(r.probability / unit)) })
	table := map[uint32]uint32{}
	var probabilities []uint32
	for _, r := range now {
		if _, known := table[r.probability]; !known {
			table[r.probability] = r.percentile
			probabilities = append(probabilities, r.probability)
		}
	}
	slices.Sort(probabilities)
	c.num(len(probabilities))
	var p, q uint32
	for _, one := range probabilities {
		c.num(int((one - p) / unit))
		c.num(zigzag(int(table[one]/unit) - int(q/unit)))
		p, q = one, table[one]
	}
	odd := slices.DeleteFunc(slices.Clone(now), func(r epssRow) bool { return table[r.probability] == r.percentile })
	c.num(len(odd))
	last := uint64(0)
	for _, r := range odd {
		c.key(&last, r.key)
		c.num(int(r.percentile / unit))
	}
}

// patchScores reads what scoreDelta has written.
func (c *cursor) patchScores(old []epssRow) ([]epssRow, bool) {
	unit := c.num()
	if unit != 1 && unit != scoreUnit {
		return nil, false
	}
	score := func(n int) uint32 {
		if n < 0 || n > billion/unit {
			c.fail()
			return 0
		}
		return uint32(n * unit)
	}
	rows, ok := patchRows(c, old, func(r epssRow) uint64 { return r.key }, func(key uint64) epssRow { return epssRow{key: key, probability: score(c.num())} })
	if !ok {
		return nil, false
	}
	table := map[uint32]uint32{}
	p, q := 0, 0
	for n := c.count(); n > 0 && !c.bad; n-- {
		p += c.num()
		q += unzigzag(c.num())
		table[score(p)] = score(q)
	}
	odd := map[uint64]uint32{}
	last := uint64(0)
	for n := c.count(); n > 0 && !c.bad; n-- {
		key := c.key(&last)
		odd[key] = score(c.num())
	}
	for i := range rows {
		r := &rows[i]
		percentile, known := odd[r.key]
		if !known {
			percentile, known = table[r.probability]
		}
		if !known {
			return nil, false
		}
		r.percentile = percentile
	}
	return rows, !c.bad
}

func zigzag(n int) int   { return n<<1 ^ n>>63 }
func unzigzag(n int) int { return int(uint(n)>>1) ^ -(n & 1) }
