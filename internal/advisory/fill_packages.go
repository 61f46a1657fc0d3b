package advisory

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
)

// writePackages writes what is said about packages, and the tables by which they are found.
func (a *assembly) writePackages(w *fileWriter, _ *stringTable) error {
	type place struct {
		hash uint64
		pkg  int32
	}
	slices.SortStableFunc(a.says, func(x, y says) int { return int(x.pkg) - int(y.pkg) })
	order := make([]place, len(a.pkgKeys))
	from := make([]int32, len(a.pkgKeys)+1)
	for i, k := range a.pkgKeys {
		order[i] = place{hash64([]byte(k)), int32(i)}
	}
	for _, s := range a.says {
		from[s.pkg+1]++
	}
	for i := range a.pkgKeys {
		from[i+1] += from[i]
	}
	slices.SortFunc(order, func(x, y place) int {
		if x.hash != y.hash {
			return boolInt(x.hash > y.hash)*2 - 1
		}
		return strings.Compare(a.pkgKeys[x.pkg], a.pkgKeys[y.pkg])
	})
	le := binary.LittleEndian
	if err := w.begin(sectionAdvice); err != nil {
		return err
	}
	rows := make([]byte, 0, len(order)*packageRow)
	at := 0
	for _, p := range order {
		run := a.advise(a.pkgKeys[p.pkg], a.says[from[p.pkg]:from[p.pkg+1]])
		rows = le.AppendUint64(rows, p.hash)
		rows = le.AppendUint32(rows, a.keyAt[p.pkg])
		rows = le.AppendUint32(rows, uint32(at))
		rows = le.AppendUint32(rows, uint32(len(run)))
		if at += len(run); at > math.MaxUint32/2 {
			return errors.New("there is more advice than one file can hold")
		}
		if err := w.put(run); err != nil {
			return err
		}
	}
	if err := w.end(); err != nil {
		return err
	}
	if err := w.write(sectionPackages, rows); err != nil {
		return err
	}
	bits := 0
	for 1<<bits < len(order) && bits < 24 {
		bits++
	}
	buckets := make([]byte, 0, (1<<bits+1)*bucketRow)
	next := 0
	for i := range uint64(1<<bits + 1) {
		for next < len(order) && bits > 0 && order[next].hash>>(64-bits) < i {
			next++
		}
		if i == 1<<bits {
			next = len(order)
		}
		buckets = le.AppendUint32(buckets, uint32(next))
	}
	return w.write(sectionBuckets, buckets)
}

// advise writes the run of one package: for each record its flaws, but for those on which a better database speaks.
func (a *assembly) advise(key string, list []says) []byte {
	ecosystem, _, _ := strings.Cut(key, "\x00")
	best := map[int32]int{}
	ranks := make([]int, len(list))
	for i, s := range list {
		ranks[i] = homeRank(ecosystem, a.naming[s.record].id)
		for _, f := range a.flawsOf[s.record] {
			if old, ok := best[f]; !ok || ranks[i] < old {
				best[f] = ranks[i]
			}
		}
	}
	var run, one coder
	var flaws []int32
	for i, s := range list {
		flaws = flaws[:0]
		for _, f := range a.flawsOf[s.record] {
			if best[f] == ranks[i] {
				flaws = append(flaws, f)
			}
		}
		if len(flaws) == 0 {
			continue
		}
		one.b = one.b[:0]
		one.num(len(flaws))
		last := int32(0)
		for _, f := range flaws {
			one.num(int(f - last))
			last = f
		}
		one.num(int(s.record))
		one.b = append(one.b, a.bodies[s.chunk][s.at:s.at+s.size]...)
		run.text(string(one.b))
	}
	return run.b
}
