package advisory

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
)

// fill writes all sections.
func (b *Builder) fill(w *fileWriter) error {
	records, err := b.merge()
	if err != nil {
		return err
	}
	a := &assembly{records: records, strings: map[string]string{}, pkgs: map[string]int32{}, gists: make([]gist, 0, len(records)), naming: make([]naming, 0, len(records))}
	rows := make([]recordPlace, len(records))
	err = b.blocks(w, sectionFacts, records, func(i, block, at int, part func() (string, error)) error {
		rows[i].factsBlock, rows[i].factsAt = block, at
		facts, err := part()
		if err != nil {
			return err
		}
		return a.gather(&records[i], facts)
	})
	if err != nil {
		return err
	}
	err = b.blocks(w, sectionWords, records, func(i, block, at int, _ func() (string, error)) error {
		rows[i].wordsBlock, rows[i].wordsAt = block, at
		return nil
	})
	if err != nil {
		return err
	}
	a.nameFlaws()
	a.pkgs, a.strings = nil, nil
	var text stringTable
	if err := a.writeRecords(w, &text, rows); err != nil {
		return err
	}
	exploits, err := b.exploitSet()
	if err != nil {
		return err
	}
	if err := a.writeFlaws(w, exploits); err != nil {
		return err
	}
	if err := a.writePackages(w, &text); err != nil {
		return err
	}
	return b.writeThreat(w, exploits)
}

// recordPlace is where the parts of a record lie.
type recordPlace struct{ factsBlock, factsAt, wordsBlock, wordsAt int }

// blocks writes one part of all records, the blocks and their table. Where a block of base comes again unchanged, it is copied: then
// what it holds is asked for only where each needs it.
func (b *Builder) blocks(w *fileWriter, section int, records []merged, each func(i, block, at int, part func() (string, error)) error) error {
	if err := w.begin(section); err != nil {
		return err
	}
	out, err := newBlockWriter(w.put)
	if err != nil {
		return err
	}
	part, place := b.facts, 0
	if section == sectionWords {
		part, place = b.words, 2
	}
	for i := 0; i < len(records); {
		n, at, err := b.copyBlock(out, records[i:], place)
		if err != nil {
			return err
		}
		for k := range n {
			if err := each(i+k, out.next()-1, at[k], func() (string, error) { return part(&records[i+k]) }); err != nil {
				return err
			}
		}
		if i += n; n > 0 {
			continue
		}
		s, err := part(&records[i])
		if err != nil {
			return err
		}
		block, where, err := out.add(s, records[i].id)
		if err == nil {
			err = each(i, block, where, func() (string, error) { return s, nil })
		}
		if err != nil {
			return err
		}
		i++
	}
	if err := out.close(); err != nil {
		return err
	}
	if err := w.end(); err != nil {
		return err
	}
	return w.write(section+1, out.table)
}

// copyBlock copies the block that begins with the first of the records, where the records that follow are all that it holds, and tells
// of how many records that was and where they lie in it. Place is where a record's row says it: 0 for facts, 2 for words.
func (b *Builder) copyBlock(out *blockWriter, records []merged, place int) (n int, at []int, err error) {
	if records[0].old < 0 || len(out.raw) > 0 {
		return 0, nil, nil
	}
	block := -1
	for n < len(records) && records[n].old == records[0].old+n && records[n].old >= 0 {
		row, err := b.base.record(records[n].old)
		if err != nil {
			return 0, nil, err
		}
		if n == 0 {
			block = row.places[place]
		} else if row.places[place] != block {
			break
		}
		at = append(at, row.places[place+1])
		n++
	}
	last := records[0].old + n
	if at[0] != 0 || n < len(records) && last == b.base.records() {
		return 0, nil, nil // the middle of a block, or one that ended only because there were no more records
	}
	if last < b.base.records() {
		if row, err := b.base.record(last); err != nil || row.places[place] == block {
			return 0, nil, err // it goes on with a record that is gone
		}
	}
	from := &b.base.factsIn
	if place == 2 {
		from = &b.base.wordsIn
	}
	packed, size, ok := from.packed(block)
	if !ok {
		return 0, nil, errDamaged
	}
	return n, at, out.copy(packed, size)
}

// stringTable gathers texts with their lengths before them.
type stringTable struct{ c coder }

func (t *stringTable) add(s string) uint32 {
	at := uint32(len(t.c.b))
	t.c.text(s)
	return at
}

// writeRecords writes the strings and the table of records. Keys of packages are put behind the ids, in the order of a.pkgKeys.
func (a *assembly) writeRecords(w *fileWriter, text *stringTable, places []recordPlace) error {
	le := binary.LittleEndian
	rows := make([]byte, 0, len(places)*recordRow)
	for i, p := range places {
		rows = le.AppendUint32(rows, text.add(a.records[i].id))
		for _, n := range [...]int{p.factsBlock, p.factsAt, p.wordsBlock, p.wordsAt} {
			rows = le.AppendUint32(rows, uint32(n))
		}
		rows = le.AppendUint64(rows, a.records[i].what)
		rows = le.AppendUint64(rows, a.records[i].about)
	}
	a.keyAt = make([]uint32, len(a.pkgKeys))
	for i, k := range a.pkgKeys {
		a.keyAt[i] = text.add(k)
	}
	if err := w.write(sectionStrings, text.c.b); err != nil {
		return err
	}
	return w.write(sectionRecords, rows)
}

// flagMalicious and flagScored are what a flaw's first byte says.
const (
	flagMalicious = 1 << iota
	flagScored
)

// writeFlaws writes the flaws, their rows and their names.
func (a *assembly) writeFlaws(w *fileWriter, exploits *exploitSet) error {
	le := binary.LittleEndian
	var c coder
	var rows []byte
	var names []nameHash
	for i := range a.flaws {
		f := &a.flaws[i]
		rows = le.AppendUint32(rows, uint32(len(c.b)))
		a.writeFlaw(&c, f, exploits.find(f.id))
		names = append(names, nameHash{hash64(foldName(f.id)), uint32(i)})
		for _, alias := range f.aliases {
			names = append(names, nameHash{hash64(foldName(alias)), uint32(i)})
		}
		if len(c.b) > math.MaxUint32/2 {
			return errors.New("there are more flaws than one file can hold")
		}
	}
	if err := w.write(sectionFlaws, c.b); err != nil {
		return err
	}
	if err := w.write(sectionFlawRows, rows); err != nil {
		return err
	}
	slices.SortFunc(names, func(x, y nameHash) int {
		switch {
		case x.hash != y.hash:
			return boolInt(x.hash > y.hash)*2 - 1
		default:
			return int(x.flaw) - int(y.flaw)
		}
	})
	names = slices.Compact(names)
	table := make([]byte, 0, len(names)*nameRow)
	for _, n := range names {
		table = le.AppendUint64(table, n.hash)
		table = le.AppendUint32(table, n.flaw)
	}
	return w.write(sectionNames, table)
}

type nameHash struct {
	hash uint64
	flaw uint32
}

func (a *assembly) writeFlaw(c *coder, f *flawParts, known *exploitRow) {
	j := a.judge(f, known)
	flags := byte(0)
	if j.malicious {
		flags |= flagMalicious
	}
	if j.scored {
		flags |= flagScored
	}
	c.text(f.id)
	c.byte(flags)
	c.byte(byte(j.severity))
	c.byte(byte(j.score*10 + 0.5))
	what, about := hash64([]byte(f.id)), hash64([]byte(strings.Join(f.aliases, "\n")))
	for _, r := range f.records {
		what = what*31 + a.records[r].what
		about = about*31 + a.records[r].about
	}
	c.u64(what)
	c.u64(about)
	c.text(j.informational)
	c.time(j.published)
	c.time(j.modified)
	c.texts(f.aliases)
	c.num(len(f.records))
	for _, r := range f.records {
		c.num(int(r))
	}
	c.texts(j.vectors)
	c.nums(j.cwe)
}
