package inflate

import "encoding/binary"

const (
	adlerMod = 65521
	// adlerBlock is the most bytes that can be added up in the lanes used here: a lane of 16 bits holds the sum of
	// sums of 22 bytes (255*22*23/2 < 1<<16), eight lanes take 176 bytes.
	adlerBlock = 176
	// adlerRun is how many bytes are added up before the sums, which have 64 bits, are reduced; any large number does.
	adlerRun = adlerBlock * 4096
	// adlerLanes takes every second byte of a word, adlerPairs every second lane.
	adlerLanes = 0x00ff00ff00ff00ff
	adlerPairs = 0x0000ffff0000ffff
)

// checksum continues an Adler-32 checksum (RFC 1950, 8.2) over p. It sums eight bytes at a time.
func checksum(sum uint32, p []byte) uint32 {
	a, b := uint64(sum&0xffff), uint64(sum>>16)
	for len(p) >= adlerBlock {
		run := p[:min(len(p), adlerRun)/adlerBlock*adlerBlock]
		p = p[len(run):]
		for ; len(run) >= adlerBlock; run = run[adlerBlock:] {
			a, b = adlerSum(a, b, (*[adlerBlock]byte)(run))
		}
		a %= adlerMod
		b %= adlerMod
	}
	for _, c := range p {
		a += uint64(c)
		b += a
	}
	return uint32(b%adlerMod)<<16 | uint32(a%adlerMod)
}

// adlerSum adds one block. even and odd are the sums of the words' even and odd bytes, in four lanes each; evens and
// odds are the sums of those after each word. So word i of 22 is counted 22-i times, as if each of its bytes had the
// weight of the word's first one; what that is too much is taken off at the end.
func adlerSum(a, b uint64, p *[adlerBlock]byte) (uint64, uint64) {
	var even, odd, evens, odds uint64
	for i := 0; i < adlerBlock; i += 16 {
		w := binary.LittleEndian.Uint64(p[i:])
		even += w & adlerLanes
		odd += w >> 8 & adlerLanes
		evens += even
		odds += odd
		w = binary.LittleEndian.Uint64(p[i+8:])
		even += w & adlerLanes
		odd += w >> 8 & adlerLanes
		evens += even
		odds += odd
	}
	b += adlerBlock * a
	b += 8 * fold(evens&adlerPairs+evens>>16&adlerPairs+odds&adlerPairs+odds>>16&adlerPairs)
	// Bytes 0, 2, 4, 6 of a word are in the lanes of even, 1, 3, 5, 7 in those of odd; byte k counted k too often.
	bytes04, bytes26 := even&adlerPairs, even>>16&adlerPairs
	bytes15, bytes37 := odd&adlerPairs, odd>>16&adlerPairs
	all := bytes04 + bytes26 + bytes15 + bytes37
	b -= fold(bytes15+2*bytes26+3*bytes37) + 4*(all>>32)
	return a + fold(all), b
}

// fold adds the two halves of a word.
func fold(w uint64) uint64 { return w&0xffffffff + w>>32 }
