package installed

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// sqlite reads one table of a database file (https://www.sqlite.org/fileformat2.html), front to back. It knows no SQL.
type sqlite struct {
	data   []byte
	size   int // of a page
	usable int
	// seen are the pages read before: no page belongs to two.
	seen []bool
}

const (
	sqliteHead     = 100
	sqliteInterior = 0x05
	sqliteLeaf     = 0x0d
	// maxSQLiteDepth is how deep a tree of pages may be; SQLite's own limit.
	maxSQLiteDepth = 20
)

// readSQLite gives the headers of rpm's table Packages (hnum INTEGER PRIMARY KEY, blob BLOB).
func readSQLite(data []byte, take func(blob []byte) error) error {
	if len(data) < 512 {
		return errors.New("the database is cut short")
	}
	s := &sqlite{data: data, size: int(binary.BigEndian.Uint16(data[16:]))}
	if s.size == 1 {
		s.size = 65536
	}
	if s.size < 512 || s.size&(s.size-1) != 0 {
		return fmt.Errorf("the database has pages of %d bytes, which is not possible", s.size)
	}
	if s.usable = s.size - int(data[20]); s.usable < 480 {
		return fmt.Errorf("the database keeps %d bytes of each page for others, which is not possible", data[20])
	}
	if len(data)%s.size != 0 {
		return fmt.Errorf("the database has %d bytes, which are no whole pages of %d", len(data), s.size)
	}
	s.seen = make([]bool, len(data)/s.size+1)
	root := 0
	err := s.walk(1, 0, func(record []byte) error {
		columns, err := sqliteRecord(record, 4)
		if err != nil || len(columns) < 4 {
			return errors.Join(err, errors.New("the list of tables is damaged"))
		}
		if string(columns[0].data) == "table" && string(columns[1].data) == "Packages" {
			root = columns[3].number()
		}
		return nil
	})
	if err != nil {
		return err
	}
	if root == 0 {
		return errors.New("the database has no table Packages")
	}
	return s.walk(root, 0, func(record []byte) error {
		columns, err := sqliteRecord(record, 2)
		if err != nil {
			return err
		}
		if len(columns) < 2 || columns[1].kind < 12 {
			return errors.New("a row has no header")
		}
		return take(columns[1].data)
	})
}

// page gives a page, counted from 1, once.
func (s *sqlite) page(n int) ([]byte, error) {
	if n < 1 || n >= len(s.seen) || s.seen[n] {
		return nil, fmt.Errorf("page %d does not exist or is used twice", n)
	}
	s.seen[n] = true
	return s.data[(n-1)*s.size:][:s.size], nil
}

// walk goes through the tree of a table and gives its records.
func (s *sqlite) walk(n, depth int, row func(record []byte) error) error {
	page, err := s.page(n)
	if err != nil {
		return err
	}
	if depth > maxSQLiteDepth {
		return errors.New("the tree of a table is too deep")
	}
	start := 0
	if n == 1 {
		start = sqliteHead
	}
	head := page[start:]
	cells := 8
	if head[0] == sqliteInterior {
		cells = 12
	} else if head[0] != sqliteLeaf {
		return fmt.Errorf("page %d is no page of a table", n)
	}
	count := int(binary.BigEndian.Uint16(head[3:]))
	if cells+2*count > len(head) {
		return fmt.Errorf("page %d has %d cells, which is not possible", n, count)
	}
	for i := range count {
		at := int(binary.BigEndian.Uint16(head[cells+2*i:]))
		if at+4 > s.usable {
			return fmt.Errorf("page %d: a cell points outside it", n)
		}
		if head[0] == sqliteInterior {
			err = s.walk(int(binary.BigEndian.Uint32(page[at:])), depth+1, row)
		} else {
			err = s.cell(page[at:s.usable], row)
		}
		if err != nil {
			return fmt.Errorf("page %d: %w", n, err)
		}
	}
	if head[0] == sqliteInterior {
		return s.walk(int(binary.BigEndian.Uint32(head[8:])), depth+1, row)
	}
	return nil
}

// cell joins the record of a cell with what of it stands on overflow pages.
func (s *sqlite) cell(cell []byte, row func(record []byte) error) error {
	size, used := varint(cell)
	_, more := varint(cell[used:])
	cell = cell[used+more:]
	if used == 0 || more == 0 || size > uint64(len(s.data)) {
		return errors.New("a cell is damaged")
	}
	local := int(size)
	if most := s.usable - 35; local > most {
		least := (s.usable-12)*32/255 - 23
		if local = least + (int(size)-least)%(s.usable-4); local > most {
			local = least
		}
	}
	if local > len(cell) || int(size) > local && local+4 > len(cell) {
		return errors.New("a cell is cut short")
	}
	if int(size) == local {
		return row(cell[:local])
	}
	record := append(make([]byte, 0, size), cell[:local]...)
	for next := int(binary.BigEndian.Uint32(cell[local:])); len(record) < int(size); {
		page, err := s.page(next)
		if err != nil {
			return err
		}
		next = int(binary.BigEndian.Uint32(page))
		record = append(record, page[4:min(s.usable, 4+int(size)-len(record))]...)
	}
	return row(record)
}

// varint reads SQLite's numbers of 1 to 9 bytes; it gives how many they take, 0 where they are cut short.
func varint(b []byte) (v uint64, used int) {
	for i := range min(len(b), 9) {
		if i == 8 {
			return v<<8 | uint64(b[i]), 9
		}
		v = v<<7 | uint64(b[i]&0x7f)
		if b[i] < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}

// sqliteColumn is one value of a record: from kind 12 on a blob (even) or a text (odd).
type sqliteColumn struct {
	kind uint64
	data []byte
}

// number gives a whole number; 0 where it is none.
func (c sqliteColumn) number() int {
	switch c.kind {
	case 1, 2, 3, 4:
		n := 0
		for _, b := range c.data {
			n = n<<8 | int(b)
		}
		return n
	case 9:
		return 1
	}
	return 0
}

// sqliteRecord reads the first columns of a record.
func sqliteRecord(record []byte, columns int) ([]sqliteColumn, error) {
	head, used := varint(record)
	if used == 0 || head < uint64(used) || head > uint64(len(record)) {
		return nil, errors.New("a record is damaged")
	}
	kinds, body := record[used:head], record[head:]
	var all []sqliteColumn
	for len(kinds) > 0 && len(all) < columns {
		kind, n := varint(kinds)
		if n == 0 {
			return nil, errors.New("a record is damaged")
		}
		kinds = kinds[n:]
		var size uint64
		switch {
		case kind >= 12:
			size = (kind - 12) / 2
		case kind <= 7:
			size = [8]uint64{0, 1, 2, 3, 4, 6, 8, 8}[kind]
		}
		if size > uint64(len(body)) {
			return nil, errors.New("a record is cut short")
		}
		all = append(all, sqliteColumn{kind, body[:size]})
		body = body[size:]
	}
	return all, nil
}
