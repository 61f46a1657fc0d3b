package installed

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// readNDB reads rpm's own database format (lib/backend/ndb/rpmpkg.c of rpm): slots that say in which blocks of 16 bytes a header stands.
func readNDB(data []byte, take func(blob []byte) error) error {
	const head, slot, page = 32, 16, 4096
	if len(data) < head {
		return errors.New("the database is cut short")
	}
	if version := binary.LittleEndian.Uint32(data[4:]); version != 0 {
		return fmt.Errorf("the database has format version %d, which is not known", version)
	}
	pages := uint64(binary.LittleEndian.Uint32(data[12:]))
	if pages == 0 || pages*page > uint64(len(data)) {
		return fmt.Errorf("the database has %d bytes and says that it has %d pages of slots", len(data), pages)
	}
	left := uint64(len(data)) // headers do not overlap
	for at := uint64(head); at < pages*page; at += slot {
		s := data[at:]
		if string(s[:4]) != "Slot" {
			return fmt.Errorf("byte %d: a slot is damaged", at)
		}
		number, block := binary.LittleEndian.Uint32(s[4:]), uint64(binary.LittleEndian.Uint32(s[8:]))
		if number == 0 {
			continue
		}
		start := block * 16
		if start+16 > uint64(len(data)) {
			return fmt.Errorf("byte %d: a slot points behind the end of the file", at)
		}
		b := data[start:]
		size := uint64(binary.LittleEndian.Uint32(b[12:]))
		if string(b[:4]) != "BlbS" || binary.LittleEndian.Uint32(b[4:]) != number || size > uint64(len(b)-16) || size > left {
			return fmt.Errorf("byte %d: package %d is damaged", start, number)
		}
		left -= size
		if err := take(b[16 : 16+size]); err != nil {
			return fmt.Errorf("byte %d: package %d: %w", start, number, err)
		}
	}
	return nil
}

// The parts of Berkeley DB's hash format (src/dbinc/db_page.h of libdb) that rpm uses.
const (
	bdbHead       = 26 // bytes before the offsets of a page
	bdbMagic      = 0x00061561
	bdbHashOld    = 2
	bdbOverflow   = 7
	bdbHashMeta   = 8
	bdbHash       = 13
	bdbItemInline = 1
	bdbItemOff    = 3
)

// berkeley is a hash database while it is read.
type berkeley struct {
	data  []byte
	order binary.ByteOrder
	size  int
	last  int
	// seen are the overflow pages that belong to a value read before: no page belongs to two.
	seen []bool
}

// readBerkeley reads rpm's old database: pages of keys and values, values of more than a page in chains of overflow pages.
func readBerkeley(data []byte, take func(blob []byte) error) error {
	if len(data) < 512 {
		return errors.New("the database is cut short")
	}
	b := &berkeley{data: data, order: binary.LittleEndian}
	if binary.BigEndian.Uint32(data[12:]) == bdbMagic {
		b.order = binary.BigEndian
	}
	if b.order.Uint32(data[12:]) != bdbMagic || data[25] != bdbHashMeta {
		return errors.New("the content is no rpm database of a form that is known")
	}
	if data[24] != 0 {
		return errors.New("the database is encrypted")
	}
	b.size, b.last = int(b.order.Uint32(data[20:])), int(b.order.Uint32(data[32:]))
	if b.size < 512 || b.size > 65536 || b.size&(b.size-1) != 0 {
		return fmt.Errorf("the database has pages of %d bytes, which is not possible", b.size)
	}
	if b.last > len(data) || (b.last+1)*b.size > len(data) {
		return fmt.Errorf("the database has %d bytes and says that it has %d pages of %d", len(data), b.last+1, b.size)
	}
	b.seen = make([]bool, b.last+1)
	for n := 1; n <= b.last; n++ {
		page := b.page(n)
		if page[25] != bdbHash && page[25] != bdbHashOld {
			continue
		}
		if err := b.values(page, take); err != nil {
			return fmt.Errorf("page %d: %w", n, err)
		}
	}
	return nil
}

func (b *berkeley) page(n int) []byte { return b.data[n*b.size:][:b.size] }

// values reads the values of one page: every second item, the others are their keys.
func (b *berkeley) values(page []byte, take func(blob []byte) error) error {
	count := int(b.order.Uint16(page[20:]))
	if count%2 != 0 || bdbHead+2*count > len(page) {
		return fmt.Errorf("there are %d items, which is not possible", count)
	}
	for i := 1; i < count; i += 2 {
		at, before := int(b.order.Uint16(page[bdbHead+2*i:])), int(b.order.Uint16(page[bdbHead+2*i-2:]))
		if at < bdbHead || at >= len(page) {
			return fmt.Errorf("item %d points outside the page", i)
		}
		var blob []byte
		switch page[at] {
		case bdbItemOff:
			if at+12 > len(page) {
				return fmt.Errorf("item %d is cut short", i)
			}
			var err error
			if blob, err = b.chain(int(b.order.Uint32(page[at+4:])), int(b.order.Uint32(page[at+8:]))); err != nil {
				return err
			}
		case bdbItemInline:
			if before <= at || before > len(page) || before-at-1 <= 8 {
				continue // the next number rpm will give, or what is free
			}
			blob = page[at+1 : before]
		default:
			continue
		}
		if err := take(blob); err != nil {
			return err
		}
	}
	return nil
}

// chain joins the parts of a value that stands on overflow pages.
func (b *berkeley) chain(n, size int) ([]byte, error) {
	if size < 0 || size > len(b.data) {
		return nil, fmt.Errorf("a value of %d bytes is larger than the database", size)
	}
	blob := make([]byte, 0, size)
	for n != 0 {
		if n < 0 || n > b.last || b.seen[n] {
			return nil, fmt.Errorf("a value goes on at page %d, which is not possible", n)
		}
		b.seen[n] = true
		page := b.page(n)
		used := int(b.order.Uint16(page[22:]))
		if page[25] != bdbOverflow || bdbHead+used > len(page) {
			return nil, fmt.Errorf("page %d is damaged", n)
		}
		blob = append(blob, page[bdbHead:bdbHead+used]...)
		n = int(b.order.Uint32(page[16:]))
	}
	if len(blob) != size {
		return nil, fmt.Errorf("a value has %d bytes, not %d", len(blob), size)
	}
	return blob, nil
}
