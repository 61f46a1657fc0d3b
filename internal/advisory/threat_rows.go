package advisory

import (
	"encoding/binary"
	"slices"
)

// writeThreat writes the scores, the exploited CVEs, the exploit index, and where everything comes from.
func (b *Builder) writeThreat(w *fileWriter, exploits *exploitSet) error {
	epss, kev, err := b.threatSets()
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	var table []byte
	for _, r := range epss.rows {
		table = le.AppendUint64(table, r.key)
		table = le.AppendUint32(table, r.probability)
		table = le.AppendUint32(table, r.percentile)
	}
	if err := w.write(sectionEPSS, table); err != nil {
		return err
	}
	table = nil
	for _, r := range kev.rows {
		table = le.AppendUint64(table, r.key)
		table = le.AppendUint32(table, r.added)
		table = le.AppendUint32(table, r.due)
		table = le.AppendUint32(table, uint32(boolInt(r.ransomware)))
	}
	if err := w.write(sectionKEV, table); err != nil {
		return err
	}
	table = nil
	var c coder
	for _, r := range exploits.rows {
		table = le.AppendUint64(table, r.key)
		table = le.AppendUint32(table, uint32(len(c.b)))
		c.byte(r.exploitation)
		c.byte(r.automatable)
		c.text(r.vector)
		c.nums(r.cwe)
	}
	if err := w.write(sectionExploits, c.b); err != nil {
		return err
	}
	if err := w.write(sectionExploitRows, table); err != nil {
		return err
	}
	c = coder{}
	sources := b.sourceList()
	c.num(len(sources))
	for _, s := range sources {
		c.text(s.Name)
		c.time(s.Newest)
		c.num(s.Count)
	}
	c.text(epss.date)
	c.text(kev.date)
	return w.write(sectionInfo, c.b)
}

// threatSets gives the scores and the catalogue: those that were set, else base's.
func (b *Builder) threatSets() (*epssSet, *kevSet, error) {
	epss, kev := b.epss, b.kev
	if epss == nil {
		epss = &epssSet{}
		if b.base != nil {
			epss.date = b.base.Info().EPSS
			for s := b.base.sections[sectionEPSS]; s != ""; s = s[epssRowSize:] {
				epss.rows = append(epss.rows, epssRowOf(s))
			}
		}
	}
	if kev == nil {
		kev = &kevSet{}
		if b.base != nil {
			kev.date = b.base.Info().KEV
			for s := b.base.sections[sectionKEV]; s != ""; s = s[kevRowSize:] {
				kev.rows = append(kev.rows, kevRowOf(s))
			}
		}
	}
	return epss, kev, nil
}

// exploitSet gives the exploit index: the one that was set, else base's.
func (b *Builder) exploitSet() (*exploitSet, error) {
	if b.exploits != nil {
		return b.exploits, nil
	}
	set := &exploitSet{}
	if b.base == nil {
		return set, nil
	}
	for s := b.base.sections[sectionExploitRows]; s != ""; s = s[exploitSize:] {
		row, ok := b.base.exploitAt(s)
		if !ok {
			return nil, errDamaged
		}
		set.rows = append(set.rows, row)
	}
	return set, nil
}

// find gives what the index knows of a flaw, nil where it knows nothing.
func (e *exploitSet) find(id string) *exploitRow {
	key, ok := cveKey(id)
	if !ok {
		return nil
	}
	i, found := slices.BinarySearchFunc(e.rows, key, func(r exploitRow, key uint64) int {
		switch {
		case r.key < key:
			return -1
		case r.key > key:
			return 1
		}
		return 0
	})
	if !found {
		return nil
	}
	return &e.rows[i]
}

func epssRowOf(s string) epssRow { return epssRow{u64(s), u32(s[8:]), u32(s[12:])} }

func kevRowOf(s string) kevRow { return kevRow{u64(s), u32(s[8:]), u32(s[12:]), u32(s[16:]) == 1} }

// findRow gives the row of a table sorted by CVE, "" where there is none.
func findRow(table string, size int, key uint64) string {
	low, high := 0, len(table)/size
	for low < high {
		mid := (low + high) / 2
		if u64(table[mid*size:]) < key {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low*size < len(table) && u64(table[low*size:]) == key {
		return table[low*size:]
	}
	return ""
}

// exploitAt reads what a row of the exploit index points to.
func (db *DB) exploitAt(row string) (exploitRow, bool) {
	at := offset(row[8:])
	data := db.sections[sectionExploits]
	if at > len(data) {
		return exploitRow{}, false
	}
	c := cursor{s: data[at:]}
	r := exploitRow{key: u64(row), exploitation: c.byte(), automatable: c.byte(), vector: c.text(), cwe: c.nums()}
	return r, !c.bad
}
