package pcre

import (
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"
)

// set is a set of characters.
type set struct {
	// low holds the answer for characters below 128 once the set is done.
	low [128]bool
	// ranges are pairs of first and last; once the set is done they are apart and rise.
	ranges []rune
	tables []table
	not    bool
	fold   bool
}

// table is a part of a set that is given by a table, or by another set or what is not in it.
type table struct {
	of  *unicode.RangeTable
	set *set
	not bool
}

// done puts the ranges in order and fills in the answers for ASCII.
func (s *set) done() *set {
	pairs := make([][2]rune, 0, len(s.ranges)/2)
	for i := 0; i < len(s.ranges); i += 2 {
		pairs = append(pairs, [2]rune{s.ranges[i], s.ranges[i+1]})
	}
	slices.SortFunc(pairs, func(a, b [2]rune) int { return cmp.Compare(a[0], b[0]) })
	s.ranges = s.ranges[:0:0]
	for _, p := range pairs {
		if n := len(s.ranges); n > 0 && p[0] <= s.ranges[n-1]+1 {
			s.ranges[n-1] = max(s.ranges[n-1], p[1])
			continue
		}
		s.ranges = append(s.ranges, p[0], p[1])
	}
	if len(s.tables) > 0 || s.fold {
		for c := range s.low {
			s.low[c] = s.slow(rune(c))
		}
		return s
	}
	for c := range s.low {
		s.low[c] = s.not
	}
	for i := 0; i < len(s.ranges); i += 2 {
		for c := max(s.ranges[i], 0); c <= min(s.ranges[i+1], 127); c++ {
			s.low[c] = !s.not
		}
	}
	return s
}

// one gives the set of a single character: most of an expression are such.
func one(r rune, fold bool) *set {
	s := &set{ranges: []rune{r, r}, fold: fold}
	if r >= 0 && r < utf8.RuneSelf {
		s.low[r] = true
	}
	if fold {
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			if f < utf8.RuneSelf {
				s.low[f] = true
			}
		}
	}
	return s
}

func (s *set) has(r rune) bool {
	if r >= 0 && r < utf8.RuneSelf {
		return s.low[r]
	}
	return s.slow(r)
}

func (s *set) slow(r rune) bool {
	ok := s.plain(r)
	if !ok && s.fold && r >= 0 {
		for f := unicode.SimpleFold(r); f != r && !ok; f = unicode.SimpleFold(f) {
			ok = s.plain(f)
		}
	}
	return ok != s.not
}

func (s *set) plain(r rune) bool {
	// The ranges are apart and rise: r lies in one if an odd number of ends lie below it, or if it is an end.
	if i, end := slices.BinarySearch(s.ranges, r); end || i%2 == 1 {
		return true
	}
	for _, t := range s.tables {
		if t.of != nil && unicode.Is(t.of, r) || t.set != nil && t.set.has(r) != t.not {
			return true
		}
	}
	return false
}

// letter gives the set of a \ and a letter: d, w, s, h, v, N, and in capitals what is not in it. nil for others.
func letter(c rune) *set {
	s := &set{}
	switch unicode.ToLower(c) {
	case 'd':
		s.ranges = []rune{'0', '9'}
	case 'w':
		s.ranges = []rune{'0', '9', 'A', 'Z', 'a', 'z', '_', '_'}
	case 's':
		s.ranges = []rune{'\t', '\r', ' ', ' '}
	case 'h':
		s.ranges = []rune{'\t', '\t', ' ', ' ', 0xA0, 0xA0, 0x1680, 0x1680, 0x180E, 0x180E, 0x2000, 0x200A, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000}
	case 'v':
		s.ranges = []rune{'\n', '\r', 0x85, 0x85, 0x2028, 0x2029}
	case 'n':
		if c != 'N' { // \n is a line end
			return nil
		}
		s.ranges = []rune{'\n', '\n'}
	default:
		return nil
	}
	s.not = unicode.IsUpper(c)
	return s.done()
}

// posix gives the set of a [:name:], or nil.
func posix(name string) *set {
	s := &set{}
	switch name {
	case "alnum":
		s.ranges = []rune{'0', '9', 'A', 'Z', 'a', 'z'}
	case "alpha":
		s.ranges = []rune{'A', 'Z', 'a', 'z'}
	case "ascii":
		s.ranges = []rune{0, 127}
	case "blank":
		s.ranges = []rune{'\t', '\t', ' ', ' '}
	case "cntrl":
		s.ranges = []rune{0, 31, 127, 127}
	case "digit":
		s.ranges = []rune{'0', '9'}
	case "graph":
		s.ranges = []rune{'!', '~'}
	case "lower":
		s.ranges = []rune{'a', 'z'}
	case "print":
		s.ranges = []rune{' ', '~'}
	case "punct":
		s.ranges = []rune{'!', '/', ':', '@', '[', '`', '{', '~'}
	case "space":
		s.ranges = []rune{'\t', '\r', ' ', ' '}
	case "upper":
		s.ranges = []rune{'A', 'Z'}
	case "word":
		return letter('w')
	case "xdigit":
		s.ranges = []rune{'0', '9', 'A', 'F', 'a', 'f'}
	default:
		return nil
	}
	return s.done()
}

// property gives the set of \p{name}, or nil.
func property(name string) *set {
	switch name {
	case "Any":
		return (&set{not: true}).done()
	case "L&":
		return (&set{tables: []table{{of: unicode.Lu}, {of: unicode.Ll}, {of: unicode.Lt}}}).done()
	}
	of := unicode.Categories[name]
	if of == nil {
		of = unicode.Scripts[name]
	}
	if of == nil {
		return nil
	}
	return (&set{tables: []table{{of: of}}}).done()
}
