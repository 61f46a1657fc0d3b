package archive

import (
	"bytes"
	"strconv"
	"strings"
)

// kind is a format that can be opened.
type kind uint8

const (
	none kind = iota
	zipped
	selfExtracting
	tarred
	gzipped
	bzipped
	xzipped
	zstandard
)

// tails is where a self-extracting zip has its end record, in bytes from the end.
const tails = 1024

// kindOf recognises a format by its content. It is called for every piece of content, so the first byte decides in most cases.
func kindOf(data []byte) kind {
	if len(data) < 12 {
		return none
	}
	switch data[0] {
	case 'P':
		if has(data, "PK\x05\x06") || has(data, "PK\x07\x08PK\x03\x04") || has(data, "PK\x03\x04") && len(data) >= localLength {
			return zipped
		}
	case 0x1f:
		if has(data, "\x1f\x8b\x08") && data[3]&0xe0 == 0 { // RFC 1952: reserved flags are zero
			return gzipped
		}
	case 'B':
		if has(data, "BZh") && '1' <= data[3] && data[3] <= '9' && (has(data[4:], "1AY&SY") || has(data[4:], "\x17\x72\x45\x38\x50\x90")) {
			return bzipped
		}
	case 0xfd:
		if has(data, xzMagic) {
			return xzipped
		}
	case 0x28:
		if has(data, "\x28\xb5\x2f\xfd") {
			return zstandard
		}
	case 'M', 0x7f, '#':
		if (has(data, "MZ") || has(data, "\x7fELF") || has(data, "#!")) && bytes.Contains(data[max(0, len(data)-tails):], []byte(endMagic)) {
			return selfExtracting
		}
	}
	if data[0]&0xf0 == 0x50 && has(data[1:], "\x2a\x4d\x18") { // a skippable frame, RFC 8878 section 3.1.2
		return zstandard
	}
	if isTar(data) {
		return tarred
	}
	return none
}

func has(data []byte, prefix string) bool {
	return len(data) >= len(prefix) && string(data[:len(prefix)]) == prefix
}

// isTar checks the checksum of the first header, which every tar format has (POSIX.1-1988).
func isTar(data []byte) bool {
	if len(data) < tarBlock || data[0] == 0 || data[154] != 0 && data[154] != ' ' && data[155] != 0 && data[155] != ' ' {
		return false
	}
	want, err := strconv.ParseInt(strings.Trim(string(data[148:156]), " \x00"), 8, 32)
	if err != nil {
		return false
	}
	unsigned, signed := int64(8*' '), int64(8*' ')
	for i, c := range data[:tarBlock] {
		if i < 148 || i >= 156 {
			unsigned += int64(c)
			signed += int64(int8(c))
		}
	}
	return want == unsigned || want == signed
}

const tarBlock = 512
