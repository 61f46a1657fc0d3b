package advisory

// The file, all numbers little-endian:
//
//	magic (16) · size of the file (8) · built, in seconds since 1970 (8) · SHA-256 of all behind the header (32) ·
//	number of sections (4) · CRC-32C of the header with this field zero (4) · for each section, its offset (8) and length (8)
//
// and the sections, in this order. Tables have rows of one size, so that they are searched where they lie.
const magic = "reeve-advisory1\n"

const (
	// The facts and the words of records, in compressed blocks: the blocks, and tables of them.
	sectionFacts = iota
	sectionFactsTable
	sectionWords
	sectionWordsTable
	// sectionStrings holds ids of records and keys of packages, each with its length before it.
	sectionStrings
	// sectionRecords has a row for each record, sorted by id.
	sectionRecords
	// sectionFlawRows has the offset of each flaw in sectionFlaws, sorted by id.
	sectionFlaws
	sectionFlawRows
	// sectionNames has a row for each name of each flaw, sorted by the name's hash.
	sectionNames
	// sectionAdvice holds what records say about packages: see advice.go.
	sectionAdvice
	// sectionPackages has a row for each package, sorted by the hash of its key; sectionBuckets says where each beginning of hashes begins.
	sectionPackages
	sectionBuckets
	// Scores, exploited CVEs and the exploit index, sorted by CVE.
	sectionEPSS
	sectionKEV
	sectionExploits
	sectionExploitRows
	// sectionInfo says where the content comes from, in a coder's bytes.
	sectionInfo
	sectionCount
)

const (
	headerCRC   = 16 + 8 + 8 + 32 + 4
	headerSize  = headerCRC + 4 + sectionCount*16
	recordRow   = 36 // id (4) · block and position of the facts (8) · of the words (8) · hashes of packages and the rest (16)
	flawRow     = 4
	nameRow     = 12 // hash (8) · flaw (4)
	packageRow  = 20 // hash (8) · key (4) · offset (4) and size (4) of its advice
	bucketRow   = 4
	epssRowSize = 16 // CVE (8) · probability (4) · percentile (4)
	kevRowSize  = 20 // CVE (8) · added (4) · due (4) · ransomware (4)
	exploitSize = 12 // CVE (8) · offset (4)
)

// rowSize gives the size of a section's rows; 1 for sections without rows.
func rowSize(section int) int {
	switch section {
	case sectionRecords:
		return recordRow
	case sectionFactsTable, sectionWordsTable:
		return blockRow
	case sectionFlawRows:
		return flawRow
	case sectionNames:
		return nameRow
	case sectionPackages:
		return packageRow
	case sectionBuckets:
		return bucketRow
	case sectionEPSS:
		return epssRowSize
	case sectionKEV:
		return kevRowSize
	case sectionExploitRows:
		return exploitSize
	}
	return 1
}

// foldName is a flaw's name as it is looked up: case does not count.
func foldName(name string) []byte { return appendLower(nil, name) }
