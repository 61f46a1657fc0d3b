package facet

// blockRows is how many rows stand in one block: what a pass looks at together, and what a change copies.
const blockRows = 1024

// column is one attribute of a block's rows. Readers may hold it for as long as they like: a writer of a later generation copies it first.
type column[T uint8 | uint32 | int64] struct {
	generation uint64
	v          [blockRows]T
}

// The columns nobody has written to: all blocks share them, so that what is empty everywhere costs nothing.
var (
	zeroBytes column[uint8]
	zeroWords column[uint32]
	zeroLongs column[int64]
)

// set writes one value, into a copy where readers may hold the column.
func set[T uint8 | uint32 | int64](c **column[T], generation uint64, at int, v T) {
	if (*c).v[at] == v {
		return
	}
	if (*c).generation != generation {
		fresh := **c
		fresh.generation = generation
		*c = &fresh
	}
	(*c).v[at] = v
}

// The columns of one byte: codes of small vocabularies, bits and the score.
const (
	byteState = iota // 0 is a place without a row
	byteClass
	byteLevel
	byteSeverity
	byteScore
	byteConfidence
	byteFlags
	byteReach
	byteInternet
	byteEnvironment
	byteRunning
	byteData
	byteExploit
	byteColumns
)

// The columns of four bytes: ids of names, ids of texts, times in seconds, and the EPSS. 0 is none everywhere.
const (
	wordAsset = iota
	wordTeam
	wordAssignee
	wordRule
	wordFlaw
	wordTitle
	wordPlace
	wordComponent
	wordFix
	wordTools
	wordRefs
	wordOpened
	wordChanged
	wordDue
	wordClosed
	wordEPSS
	wordColumns

	nameColumns = wordFlaw + 1             // those before are ids that callers give
	firstText   = wordTitle                // from here to
	textColumns = wordRefs + 1 - firstText // there are ids of the index' own texts
)

// block is blockRows places for rows.
type block struct {
	generation  uint64
	id, touched *column[int64]
	bytes       [byteColumns]*column[uint8]
	words       [wordColumns]*column[uint32]
}

func newBlock(generation uint64) *block {
	b := &block{generation: generation, id: &zeroLongs, touched: &zeroLongs}
	for i := range b.bytes {
		b.bytes[i] = &zeroBytes
	}
	for i := range b.words {
		b.words[i] = &zeroWords
	}
	return b
}

// clear empties a place. Strings and ids stay where they are: nobody looks at a place without a state.
func (b *block) clear(generation uint64, at int) { set(&b.bytes[byteState], generation, at, 0) }

// slots finds the place of a row by its id. Ids are given out in sequence, so pages of them are nearly full.
type slots map[int64]*[slotPage]uint32

const slotPage = 256

// at gives the place of a row; false where there is none.
func (s slots) at(id int64) (uint32, bool) {
	page := s[id>>8]
	if page == nil || page[id&(slotPage-1)] == 0 {
		return 0, false
	}
	return page[id&(slotPage-1)] - 1, true
}

func (s slots) put(id int64, place uint32) {
	page := s[id>>8]
	if page == nil {
		page = new([slotPage]uint32)
		s[id>>8] = page
	}
	page[id&(slotPage-1)] = place + 1
}

func (s slots) remove(id int64) {
	page := s[id>>8]
	page[id&(slotPage-1)] = 0
	if *page == [slotPage]uint32{} {
		delete(s, id>>8)
	}
}
