package census

import (
	"cmp"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// flush writes what was gathered. Write is held.
func (x *Index) flush(ctx context.Context) error {
	if err := x.endMerge(len(x.segments) >= maxSegments); err != nil {
		return err
	}
	if len(x.batch.ids) == 0 && len(x.removed) == 0 {
		return nil
	}
	next := &manifest{next: x.manifest.next, segments: slices.Clone(x.manifest.segments)}
	fresh := uint64(0)
	ids, blocks := x.batch.sorted()
	if err := x.bury(next, ids); err != nil {
		return err
	}
	if len(ids) > 0 {
		fresh, next.next = next.next, next.next+1
		if err := writeSegment(ctx, x.dir, fresh, ids, blocks); err != nil {
			return err
		}
		next.segments = append(next.segments, segmentEntry{seq: fresh, dead: map[uint32]bool{}})
	}
	if err := x.install(next); err != nil {
		return err
	}
	x.batch, x.removed = newBatch(), map[string]bool{}
	x.startMerge()
	return nil
}

// bury marks in all segments what was removed or comes again.
func (x *Index) bury(next *manifest, ids []string) error {
	for i, s := range x.segments {
		entry := &next.segments[i]
		copied := false
		mark := func(id string) error {
			n, found, err := s.find(id)
			if err != nil || !found || entry.dead[n] {
				return err
			}
			if !copied {
				entry.dead, copied = maps.Clone(entry.dead), true
			}
			entry.dead[n] = true
			return nil
		}
		for _, id := range ids {
			if err := mark(id); err != nil {
				return err
			}
		}
		for id := range x.removed {
			if err := mark(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// install puts a manifest in place and opens what is new in it.
func (x *Index) install(next *manifest) error {
	open := map[uint64]*segment{}
	for _, s := range x.segments {
		open[s.seq] = s
	}
	var list, fresh []*segment
	for i := range next.segments {
		e := &next.segments[i]
		s, known := open[e.seq]
		if !known {
			var err error
			if s, err = openSegment(x.dir, e); err != nil {
				closeSegments(fresh)
				return err
			}
			fresh = append(fresh, s)
		}
		list = append(list, s)
		delete(open, e.seq)
	}
	if err := next.write(x.manifestPath()); err != nil {
		closeSegments(fresh)
		return err
	}
	info, err := os.Stat(x.manifestPath())
	if err != nil {
		return err
	}
	x.view.Lock()
	defer x.view.Unlock()
	for i, s := range list {
		s.dead = next.segments[i].dead
	}
	x.segments, x.manifest, x.seen = list, next, info
	for _, s := range open {
		s.close()
		_ = os.Remove(filepath.Join(x.dir, segmentName(s.seq)))
	}
	return nil
}

// merging is a merge on its way. It reads segments that are not given up before it has ended, and states of what is dead that are not changed.
type merging struct {
	sources []*segment
	// dead are those that were dead in each source when it began.
	dead  []map[uint32]bool
	seq   uint64
	sboms int
	done  chan error
	stop  context.CancelFunc
}

const (
	// fan is how many segments of about one size become one.
	fan = 4
	// maxSegments is from how many on writing waits for merging.
	maxSegments = 16
)

// startMerge begins a merge where it is worth it. Write is held.
func (x *Index) startMerge() {
	if x.merging != nil {
		return
	}
	sources := pick(x.segments)
	if len(sources) == 0 {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	m := &merging{sources: sources, done: make(chan error, 1), stop: stop}
	for _, s := range sources {
		m.dead = append(m.dead, s.dead)
	}
	m.seq = x.manifest.next
	x.manifest.next++ // whoever writes the next manifest writes it down
	x.merging = m
	go func() { m.done <- m.run(ctx, x.dir) }()
}

// pick chooses segments that are to become one: four of about one size, or one of which most is dead.
func pick(all []*segment) []*segment {
	for _, s := range all {
		if len(s.dead)*2 > s.count {
			return []*segment{s}
		}
	}
	list := slices.SortedFunc(slices.Values(all), func(a, b *segment) int { return cmp.Compare(len(a.data), len(b.data)) })
	for i := 0; i+fan <= len(list); i++ {
		if run := list[i : i+fan]; len(run[fan-1].data) <= fan*max(len(run[0].data), 64<<10) {
			n := fan
			for i+n < len(list) && len(list[i+n].data) <= fan*max(len(run[0].data), 64<<10) {
				n++
			}
			return list[i : i+n]
		}
	}
	return nil
}

// endMerge takes over a merge that has ended; wait waits for it. Write is held.
func (x *Index) endMerge(wait bool) error {
	m := x.merging
	if m == nil {
		return nil
	}
	var err error
	if wait {
		err = <-m.done
	} else {
		select {
		case err = <-m.done:
		default:
			return nil
		}
	}
	m.stop()
	x.merging = nil
	if err != nil {
		return err
	}
	return x.adopt(m)
}

// adopt puts the merged segment in the place of its sources. What has died in them meanwhile is dead in it too.
func (x *Index) adopt(m *merging) error {
	next := &manifest{next: x.manifest.next}
	for _, e := range x.manifest.segments {
		if !slices.ContainsFunc(m.sources, func(s *segment) bool { return s.seq == e.seq }) {
			next.segments = append(next.segments, e)
		}
	}
	if m.sboms > 0 {
		entry := segmentEntry{seq: m.seq, dead: map[uint32]bool{}}
		merged, err := openSegment(x.dir, &entry)
		if err != nil {
			return err
		}
		defer merged.close()
		for i, s := range m.sources {
			for n := range s.dead {
				if m.dead[i][n] {
					continue
				}
				id, err := s.id(n)
				if err != nil {
					return err
				}
				at, found, err := merged.find(string(id))
				if err != nil {
					return err
				}
				if found {
					entry.dead[at] = true
				}
			}
		}
		next.segments = append(next.segments, entry)
	}
	return x.install(next)
}

// run writes the merged segment.
func (m *merging) run(ctx context.Context, dir string) error {
	ids, numbers, err := m.ids()
	if err != nil || len(ids) == 0 {
		return err
	}
	m.sboms = len(ids)
	var failed error
	err = writeSegment(ctx, dir, m.seq, ids, func(yield func(*block) bool) { failed = m.blocks(numbers, yield) })
	if failed != nil {
		_ = os.Remove(filepath.Join(dir, segmentName(m.seq)))
		return failed
	}
	return err
}

const gone = ^uint32(0)

// ids gives the ids that are alive, sorted, and for each source the new numbers of its SBOMs.
func (m *merging) ids() (ids []string, numbers [][]uint32, err error) {
	type place struct {
		id     string
		source int
		n      uint32
	}
	var all []place
	for i, s := range m.sources {
		numbers = append(numbers, make([]uint32, s.count))
		for n := range uint32(s.count) {
			numbers[i][n] = gone
			if m.dead[i][n] {
				continue
			}
			id, err := s.id(n)
			if err != nil {
				return nil, nil, err
			}
			all = append(all, place{string(id), i, n})
		}
	}
	slices.SortFunc(all, func(a, b place) int { return cmp.Compare(a.id, b.id) })
	for i, p := range all {
		if i > 0 && all[i-1].id == p.id {
			return nil, nil, ErrDamaged // an SBOM is alive in one segment only
		}
		numbers[p.source][p.n] = uint32(i)
		ids = append(ids, p.id)
	}
	return ids, numbers, nil
}

// blocks merges the blocks of all sources, which are sorted by hash, key by key.
func (m *merging) blocks(numbers [][]uint32, yield func(*block) bool) error {
	at := make([]int, len(m.sources))
	for {
		hash, any := uint64(0), false
		for i, s := range m.sources {
			if at[i] < s.rowCount() {
				if h := s.row(at[i]).hash; !any || h < hash {
					hash, any = h, true
				}
			}
		}
		if !any {
			return nil
		}
		var list []holders
		for i, s := range m.sources {
			for ; at[i] < s.rowCount() && s.row(at[i]).hash == hash; at[i]++ {
				b, err := s.block(s.row(at[i]))
				if err != nil {
					return err
				}
				list = append(list, renumbered(b.holders, numbers[i])...)
			}
		}
		slices.SortStableFunc(list, func(a, b holders) int { return compareVariants(&a.variant, &b.variant) })
		for len(list) > 0 {
			b := &block{key: list[0].key}
			for len(list) > 0 && list[0].key == b.key {
				h := list[0]
				for list = list[1:]; len(list) > 0 && list[0].variant == h.variant; list = list[1:] {
					h.sboms = append(h.sboms, list[0].sboms...)
				}
				slices.Sort(h.sboms)
				b.holders = append(b.holders, h)
			}
			if !yield(b) {
				return nil
			}
		}
	}
}

// renumbered gives holders with new numbers, without the dead.
func renumbered(list []holders, numbers []uint32) []holders {
	out := list[:0]
	for _, h := range list {
		sboms := h.sboms[:0]
		for _, s := range h.sboms {
			if n := numbers[s>>1]; n != gone {
				sboms = append(sboms, n<<1|s&1)
			}
		}
		if h.sboms = sboms; len(sboms) > 0 {
			out = append(out, h)
		}
	}
	return out
}
