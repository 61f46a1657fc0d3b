package register

import "hash/maphash"

// place is where a look sees a finding: in an asset, by the number that the look gives it, under an exact key.
type place struct {
	exact [16]byte
	asset uint32
}

// places numbers the entries of a look from 0, each place once. It takes 28 to 36 bytes a place, as a report may hold millions; a map would take
// three times that.
type places struct {
	keys    []place
	digests []int64
	// slots hold numbers, plus one; 0 is free. A key lies in the first free slot from its hash on.
	slots []uint32
	seed  maphash.Seed
}

func newPlaces() *places { return &places{slots: make([]uint32, 1024), seed: maphash.MakeSeed()} }

// add numbers a place, or gives the number that it has.
func (p *places) add(at place, digest int64) (n int, fresh bool) {
	if 4*len(p.keys) >= 3*len(p.slots) {
		p.grow()
	}
	slot := p.slot(&at)
	if taken := p.slots[slot]; taken != 0 {
		return int(taken - 1), false
	}
	p.keys, p.digests = append(p.keys, at), append(p.digests, digest)
	p.slots[slot] = uint32(len(p.keys))
	return len(p.keys) - 1, true
}

// find gives the number of a place.
func (p *places) find(at place) (n int, ok bool) {
	taken := p.slots[p.slot(&at)]
	return int(taken) - 1, taken != 0
}

// slot is where a place is, or would be. The hash has a seed of its own, as keys may come from the report.
func (p *places) slot(at *place) uint64 {
	mask := uint64(len(p.slots) - 1)
	slot := (maphash.Bytes(p.seed, at.exact[:]) + uint64(at.asset)*0x9e3779b97f4a7c15) & mask
	for taken := p.slots[slot]; taken != 0 && p.keys[taken-1] != *at; taken = p.slots[slot] {
		slot = (slot + 1) & mask
	}
	return slot
}

func (p *places) grow() {
	p.slots = make([]uint32, 2*len(p.slots))
	for n := range p.keys {
		p.slots[p.slot(&p.keys[n])] = uint32(n + 1)
	}
}
