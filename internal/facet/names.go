package facet

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// MaxID is the greatest id of a name. Ids are given out in sequence: the index keeps room for each up to the greatest.
const MaxID = 1<<24 - 1

// Entry is what a name's id stands for: an asset, a team, a person, a rule or a flaw.
type Entry struct {
	// ID is what rows carry, 1 to MaxID; entries with others are left out.
	ID int32
	// Name is what people call it and queries ask for. An entry without a name is forgotten.
	Name string
	// Title is what it says: the title of a rule. Free text is looked for in it too.
	Title string
	// Aliases are other names: a flaw's in other databases. A query for one of them finds the entry.
	Aliases []string
	// Kind and Criticality are an asset's: "repository", "high". They can be asked for as fields.
	Kind, Criticality string
}

// dictionary is a snapshot of names by id.
type dictionary struct {
	texts
	assets []*attributes // for assets only, beside the chunks
	// order gives every id's place in the alphabet of names, and the alphabet. It is made when first asked for.
	order func() (ranks []uint32, alphabet []string)
}

// attributes are the kinds and criticalities of one chunk's assets.
type attributes [chunkRecords]struct{ kind, criticality string }

// with gives the dictionary with entries put into it. The receiver stays as it is.
func (d *dictionary) with(entries []Entry, generation uint64) *dictionary {
	entries = slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool { return e.ID <= 0 || e.ID > MaxID })
	slices.SortStableFunc(entries, func(a, b Entry) int { return cmp.Compare(a.ID, b.ID) })
	out := &dictionary{texts: texts{slices.Clone(d.chunks)}, assets: slices.Clone(d.assets)}
	for len(entries) > 0 {
		k := int(entries[0].ID) / chunkRecords
		n := 0
		for n < len(entries) && int(entries[n].ID)/chunkRecords == k {
			n++
		}
		out.rewrite(k, entries[:n], generation)
		entries = entries[n:]
	}
	out.order = sync.OnceValues(out.alphabet)
	return out
}

// rewrite makes chunk k anew with entries in it.
func (d *dictionary) rewrite(k int, entries []Entry, generation uint64) {
	for len(d.chunks) <= k {
		d.chunks, d.assets = append(d.chunks, nil), append(d.assets, nil)
	}
	old, attrs := d.chunks[k], attributes{}
	if old == nil {
		old = newChunk(generation)
	}
	if d.assets[k] != nil {
		attrs = *d.assets[k]
	}
	last := max(len(old.ends)-1, int(entries[len(entries)-1].ID)%chunkRecords)
	fresh := newChunk(generation)
	for i := 0; i <= last; i++ {
		var record []byte
		if i < len(old.ends) {
			record = old.record(i)
		}
		for ; len(entries) > 0 && int(entries[0].ID)%chunkRecords == i; entries = entries[1:] {
			e := &entries[0]
			record = recordOf(e)
			attrs[i].kind, attrs[i].criticality = strings.ToLower(clean(e.Kind)), strings.ToLower(clean(e.Criticality))
		}
		fresh.add(record)
	}
	fresh.pack()
	d.chunks[k] = fresh
	if attrs != (attributes{}) {
		d.assets[k] = &attrs
	}
}

func recordOf(e *Entry) []byte {
	if e.Name == "" {
		return nil
	}
	record := appendPart(nil, e.Name)
	for _, alias := range e.Aliases[:min(len(e.Aliases), maxParts)] {
		if alias != "" {
			record = appendPart(record, alias)
		}
	}
	if e.Title != "" {
		record = append(append(append(record, tilde), clean(e.Title)...), tilde)
	}
	return record
}

// name is what stands for an id in a query and in a list: its name, or "#12" where it has none; "" for 0.
func (d *dictionary) name(id uint32) string {
	if id == 0 {
		return ""
	}
	if record := d.record(id); len(record) > 0 {
		return string(firstPart(record))
	}
	return "#" + strconv.Itoa(int(id))
}

// attribute is an asset's kind or criticality.
func (d *dictionary) attribute(id uint32, f Field) string {
	k := int(id / chunkRecords)
	if k >= len(d.assets) || d.assets[k] == nil {
		return ""
	}
	if f == Kind {
		return d.assets[k][id%chunkRecords].kind
	}
	return d.assets[k][id%chunkRecords].criticality
}

// alphabet ranks the ids by their names in lower case. Ids without a name come last, with the alphabet's length.
func (d *dictionary) alphabet() (ranks []uint32, names []string) {
	folded := make([]string, d.size())
	for id := range folded {
		if record := d.record(uint32(id)); len(record) > 0 {
			folded[id] = string(fold(firstPart(record)))
			names = append(names, folded[id])
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	ranks = make([]uint32, len(folded))
	for id, name := range folded {
		ranks[id] = uint32(len(names))
		if name != "" {
			at, _ := slices.BinarySearch(names, name)
			ranks[id] = uint32(at)
		}
	}
	return ranks, names
}

// suggest gives up to limit names that hold the text, those that begin with it first, then in the order of ids.
func (d *dictionary) suggest(text string, limit int) []string {
	needle := fold([]byte(clean(text)))
	var begin, hold []string
	for _, c := range d.chunks {
		if c == nil || len(begin) >= limit {
			continue
		}
		c.find(needle, func(i, _ int) bool {
			name := firstPart(c.record(i))
			switch at := bytes.Index(fold(name), needle); {
			case at == 0 && len(begin) < limit:
				begin = append(begin, string(name))
			case at > 0 && len(hold) < limit:
				hold = append(hold, string(name))
			}
			return true
		})
	}
	all := append(begin, hold...)
	return all[:min(len(all), max(limit, 0))]
}

// near gives up to three names that differ from text by at most a third of its letters, the nearest first.
func (d *dictionary) near(text string) []string {
	const look = 50_000 // names; a slip of the pen is worth no more than some milliseconds
	want := string(fold([]byte(clean(text))))
	type guess struct {
		name     string
		distance int
	}
	var found []guess
	for id := 1; id < min(d.size(), look); id++ {
		name := firstPart(d.record(uint32(id)))
		if bound := 1 + len(want)/4; len(name) > 0 && max(len(name)-len(want), len(want)-len(name)) <= bound {
			if n := distance(want, string(fold(name)), bound); n <= bound {
				found = append(found, guess{string(name), n})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b guess) int { return cmp.Compare(a.distance, b.distance) })
	var names []string
	for _, g := range found[:min(len(found), 3)] {
		names = append(names, g.name)
	}
	return names
}

// distance is how many letters must be put in, taken out or changed to get from a to b (Levenshtein's); above bound it may be anything above.
func distance(a, b string, bound int) int {
	if len(a) > 64 || len(b) > 64 {
		return bound + 1
	}
	var row [65]int
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
