package advisory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"
	"strings"
	"sync"
	"time"
)

// DB is a database that is open. It may be asked by several goroutines at once. Nothing it gives points into the file.
type DB struct {
	data     string
	release  func() error
	sections [sectionCount]string
	digest   string
	built    time.Time
	// shift brings a package's hash to its bucket.
	shift    int
	factsIn  blocks
	wordsIn  blocks
	matchers sync.Pool
}

// Open opens a database. It looks at the header only, however large the file is: see Verify.
func Open(path string) (*DB, error) {
	data, release, err := mapFile(path)
	if err != nil {
		return nil, fmt.Errorf("open advisory database: %w", err)
	}
	db := &DB{data: data, release: release}
	if why := db.header(); why != "" {
		db.Close()
		return nil, fmt.Errorf("open advisory database %s: %w: %s", path, errDamaged, why)
	}
	return db, nil
}

// header reads the header and says what is wrong with it.
func (db *DB) header() string {
	h := db.data[:headerSize]
	switch {
	case h[:len(magic)-2] != magic[:len(magic)-2]:
		return "it is no database of reeve's"
	case h[:len(magic)] != magic:
		return "it has another version; update it"
	case u64(h[16:]) != uint64(len(db.data)):
		return "it was cut short"
	case u32(h[64:]) != sectionCount:
		return "it has other sections"
	}
	sum := []byte(h)
	copy(sum[headerCRC:], "\x00\x00\x00\x00")
	if crc32.Checksum(sum, crc32.MakeTable(crc32.Castagnoli)) != u32(h[headerCRC:]) {
		return "its header is wrong"
	}
	for i := range sectionCount {
		row := h[headerCRC+4+16*i:]
		off, size := u64(row), u64(row[8:])
		if off < headerSize || off > uint64(len(db.data)) || size > uint64(len(db.data))-off || size%uint64(rowSize(i)) != 0 {
			return fmt.Sprintf("section %d is not inside it", i)
		}
		db.sections[i] = db.data[off : off+size]
	}
	buckets := len(db.sections[sectionBuckets])/bucketRow - 1
	if buckets < 1 || buckets&(buckets-1) != 0 {
		return "its index has no possible size"
	}
	db.shift = 64 - bits.TrailingZeros(uint(buckets))
	db.digest = hex.EncodeToString([]byte(h[32:64]))
	if seconds := u64(h[24:]); seconds < 1<<40 {
		db.built = time.Unix(int64(seconds), 0).UTC()
	}
	db.factsIn.table, db.factsIn.data = db.sections[sectionFactsTable], db.sections[sectionFacts]
	db.wordsIn.table, db.wordsIn.data = db.sections[sectionWordsTable], db.sections[sectionWords]
	db.matchers.New = func() any { return new(matcher) }
	return ""
}

// Close gives the file up. Nothing may be asked after it, or while it runs.
func (db *DB) Close() error {
	if db.release == nil {
		return nil
	}
	db.factsIn.close()
	db.wordsIn.close()
	err := db.release()
	db.release, db.data, db.sections = nil, "", [sectionCount]string{}
	return err
}

// Verify reads the whole file and tells whether it is as it was written.
func (db *DB) Verify() error {
	sum := sha256.New()
	if _, err := io.Copy(sum, strings.NewReader(db.data[headerSize:])); err != nil {
		return fmt.Errorf("verify advisory database: %w", err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != db.digest {
		return fmt.Errorf("verify advisory database: %w: its content is not what was written", errDamaged)
	}
	return nil
}

// Info describes the database.
func (db *DB) Info() Info {
	info := Info{
		Built: db.built, Digest: db.digest, Size: int64(len(db.data)),
		Records: db.records(), Flaws: db.Flaws(), Packages: len(db.sections[sectionPackages]) / packageRow,
		Scores: len(db.sections[sectionEPSS]) / epssRowSize, Exploited: len(db.sections[sectionKEV]) / kevRowSize,
		Exploits: len(db.sections[sectionExploitRows]) / exploitSize,
	}
	c := cursor{s: db.sections[sectionInfo]}
	for range c.count() {
		s := Source{Name: strings.Clone(c.text()), Newest: c.time(), Count: c.num()}
		if !c.bad {
			info.Sources = append(info.Sources, s)
		}
	}
	info.EPSS = strings.Clone(c.text())
	info.KEV = strings.Clone(c.text())
	return info
}

func (db *DB) records() int { return len(db.sections[sectionRecords]) / recordRow }

// recordAt is one row of the table of records. Its id is a part of the file.
type recordAt struct {
	id          string
	places      [4]int
	what, about uint64
}

func (db *DB) record(i int) (recordAt, error) {
	if i < 0 || i >= db.records() {
		return recordAt{}, errDamaged
	}
	row := db.sections[sectionRecords][i*recordRow:]
	id, ok := db.text(u32(row))
	if !ok || id == "" {
		return recordAt{}, errDamaged
	}
	r := recordAt{id: id, what: u64(row[20:]), about: u64(row[28:])}
	for n := range r.places {
		r.places[n] = offset(row[4+4*n:])
	}
	return r, nil
}

// text gives one of the strings. It is a part of the file.
func (db *DB) text(at uint32) (string, bool) {
	all := db.sections[sectionStrings]
	if int(at) >= len(all) {
		return "", false
	}
	c := cursor{s: all[at:]}
	s := c.text()
	return s, !c.bad
}

// facts and words give the two parts of a record as they were encoded.
func (db *DB) facts(i int) (string, error) {
	r, err := db.record(i)
	if err != nil {
		return "", err
	}
	return db.factsIn.item(r.places[0], r.places[1])
}

func (db *DB) words(i int) (string, error) {
	r, err := db.record(i)
	if err != nil {
		return "", err
	}
	return db.wordsIn.item(r.places[2], r.places[3])
}

// findPackage gives what is said about the package with this key, "" where nothing is.
func (db *DB) findPackage(key []byte) (run string, err error) {
	h := hash64(key)
	buckets, table := db.sections[sectionBuckets], db.sections[sectionPackages]
	b := 0
	if db.shift < 64 {
		b = int(h >> db.shift)
	}
	low, high := offset(buckets[b*bucketRow:]), offset(buckets[(b+1)*bucketRow:])
	if low > high || high > len(table)/packageRow {
		return "", errDamaged
	}
	for low < high { // the first row with this hash
		mid := (low + high) / 2
		if u64(table[mid*packageRow:]) < h {
			low = mid + 1
		} else {
			high = mid
		}
	}
	for i := low; i*packageRow < len(table) && i < low+16; i++ {
		row := table[i*packageRow:]
		if u64(row) != h {
			break
		}
		name, ok := db.text(u32(row[8:]))
		if !ok {
			return "", errDamaged
		}
		if name != string(key) {
			continue
		}
		advice := db.sections[sectionAdvice]
		off, size := offset(row[12:]), offset(row[16:])
		if off > len(advice) || size > len(advice)-off {
			return "", errDamaged
		}
		return advice[off : off+size], nil
	}
	return "", nil
}
