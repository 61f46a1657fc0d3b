package inflate

// header reads the two bytes before the first block (RFC 1950, 2.2). A preset dictionary is never used by git.
func (d *Decoder) header() error {
	if len(d.src) < 2 {
		return ErrShort
	}
	cmf, flg := d.src[0], d.src[1]
	if cmf&15 != 8 || cmf>>4 > 7 || flg&0x20 != 0 || (uint(cmf)<<8|uint(flg))%31 != 0 {
		return ErrCorrupt
	}
	d.in, d.final, d.stage = 2, false, atBlock
	return nil
}

// finish checks what stands after the last block: the size and the checksum.
func (d *Decoder) finish() error {
	d.giveBack()
	if d.out != len(d.dst) {
		d.stage = failed
		return ErrSize
	}
	if len(d.src)-d.in < 4 {
		d.stage = failed
		return ErrShort
	}
	s := d.src[d.in:]
	if uint32(s[0])<<24|uint32(s[1])<<16|uint32(s[2])<<8|uint32(s[3]) != d.sum {
		d.stage = failed
		return ErrCorrupt
	}
	d.in += 4
	d.stage = atCheck
	return nil
}

// block reads a block's header (RFC 1951, 3.2.3).
func (d *Decoder) block() error {
	head, ok := d.take(3)
	if !ok {
		return ErrShort
	}
	d.final = head&1 != 0
	switch head >> 1 {
	case 0:
		return d.startStored()
	case 1:
		if !d.fixedReady {
			d.work.fixed(&d.fixedLit, &d.fixedDist)
			d.fixedReady = true
		}
		d.lit, d.dist = &d.fixedLit, &d.fixedDist
	case 2:
		if err := d.readTables(); err != nil {
			return err
		}
		d.lit, d.dist = &d.ownLit, &d.ownDist
	default:
		return ErrCorrupt
	}
	d.stage = inCodes
	return nil
}

// startStored reads the length of a block that is not compressed.
func (d *Decoder) startStored() error {
	d.giveBack()
	if len(d.src)-d.in < 4 {
		return ErrShort
	}
	s := d.src[d.in:]
	n, not := uint16(s[0])|uint16(s[1])<<8, uint16(s[2])|uint16(s[3])<<8
	if n != ^not {
		return ErrCorrupt
	}
	d.in += 4
	d.stored, d.stage = int(n), inStored
	return nil
}

// copyStored copies a stored block, or what there is and fits of it.
func (d *Decoder) copyStored() error {
	n := copy(d.dst[min(d.out, len(d.dst)):], d.src[d.in:min(d.in+d.stored, len(d.src))])
	d.in += n
	d.out += n
	d.stored -= n
	switch {
	case d.stored == 0:
		d.stage = atBlock
		return nil
	case d.in == len(d.src):
		return ErrShort
	}
	return ErrSize
}

// readTables reads the code lengths of a block with its own codes (RFC 1951, 3.2.7) and builds its tables.
func (d *Decoder) readTables() error {
	head, ok := d.take(14)
	if !ok {
		return ErrShort
	}
	nlit, ndist, nclen := int(head&31)+257, int(head>>5&31)+1, int(head>>10)+4
	if nlit > maxLit || ndist > maxDist {
		return ErrCorrupt
	}
	var clens [19]uint8
	for _, place := range clenOrder[:nclen] {
		v, ok := d.take(3)
		if !ok {
			return ErrShort
		}
		clens[place] = uint8(v)
	}
	if !d.work.clen(&clens) {
		return ErrCorrupt
	}
	if err := d.readLengths(nlit + ndist); err != nil {
		return err
	}
	if !d.work.tables(&d.ownLit, &d.ownDist, nlit, ndist) {
		return ErrCorrupt
	}
	return nil
}

// readLengths reads n code lengths, themselves compressed, into the builder.
func (d *Decoder) readLengths(n int) error {
	lens := &d.work.lens
	for i := 0; i < n; {
		if d.held < 14 {
			d.fill()
		}
		entry := d.work.clenTable[d.hold&(1<<clenBits-1)]
		size := uint(entry & 7)
		if size == 0 {
			return ErrCorrupt
		}
		if size > d.held {
			return ErrShort
		}
		d.hold >>= size
		d.held -= size
		symbol := entry >> 3
		if symbol < 16 {
			lens[i] = symbol
			i++
			continue
		}
		run, value, err := d.repeat(symbol, lens, i)
		if err != nil {
			return err
		}
		if i+run > n {
			return ErrCorrupt
		}
		for j := i; j < i+run; j++ {
			lens[j] = value
		}
		i += run
	}
	return nil
}

// repeat reads how often a code length is repeated, and which.
func (d *Decoder) repeat(symbol uint8, lens *[320]uint8, i int) (run int, value uint8, err error) {
	var extra uint
	switch symbol {
	case 16:
		if i == 0 {
			return 0, 0, ErrCorrupt
		}
		run, extra, value = 3, 2, lens[i-1]
	case 17:
		run, extra = 3, 3
	default:
		run, extra = 11, 7
	}
	v, ok := d.take(extra)
	if !ok {
		return 0, 0, ErrShort
	}
	return run + int(v), value, nil
}
