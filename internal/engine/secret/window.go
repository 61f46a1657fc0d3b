package secret

import (
	"bytes"
	"cmp"
	"slices"
)

// window is a part of the content in which a rule's pattern is tried. It is cut at an edge where that is not the edge of a line.
type window struct {
	m                 *matcher
	start, end        int
	cutLeft, cutRight bool
}

// windowAround gives the lines around a keyword, as far as the rule reaches. Lines that are longer than that are cut.
func windowAround(data []byte, m *matcher, at, end int) window {
	reach := m.reach()
	w := window{m: m, start: max(0, at-reach), end: min(len(data), end+reach)}
	// One more reach to find the edge of the line: then ^, $ and \b see what really stands there.
	limit := max(0, w.start-reach)
	if i := bytes.LastIndexByte(data[limit:w.start], '\n'); i >= 0 {
		w.start = limit + i + 1
	} else if limit == 0 {
		w.start = 0
	} else {
		w.cutLeft = true
	}
	limit = min(len(data), w.end+reach)
	if i := bytes.IndexByte(data[w.end:limit], '\n'); i >= 0 {
		w.end += i
	} else if limit == len(data) {
		w.end = limit
	} else {
		w.cutRight = true
	}
	return w
}

// addWindow notes a window; one that continues the last is joined with it at once.
func (l *look) addWindow(w window) {
	if n := len(l.windows); n > 0 {
		if last := &l.windows[n-1]; last.m == w.m && last.start <= w.start && w.start <= last.end {
			if w.end >= last.end {
				last.end, last.cutRight = w.end, w.cutRight
			}
			return
		}
	}
	l.windows = append(l.windows, w)
}

func (m *matcher) reach() int {
	if m.match.Reach > 0 {
		return m.match.Reach
	}
	return usualReach
}

// everywhere tries a rule that no literal starts on all that is fresh.
func (l *look) everywhere(m *matcher) {
	if l.binary {
		return
	}
	if l.fresh == nil || l.depth > 0 {
		l.addWindow(window{m: m, end: len(l.data)})
		return
	}
	for _, s := range l.fresh {
		l.addWindow(windowAround(l.data, m, s.Start, s.End))
	}
}

// matchWindows tries the patterns, each on the union of its windows, so that no byte is tried twice by one rule.
func (l *look) matchWindows() {
	slices.SortStableFunc(l.windows, func(a, b window) int {
		return cmp.Or(cmp.Compare(a.m.number, b.m.number), cmp.Compare(a.start, b.start))
	})
	for i := 0; i < len(l.windows); {
		w := l.windows[i]
		for i++; i < len(l.windows) && l.windows[i].m == w.m && l.windows[i].start <= w.end; i++ {
			if next := l.windows[i]; next.end >= w.end {
				w.end, w.cutRight = next.end, next.cutRight
			}
		}
		l.match(w)
	}
}

// possible tells whether a text has what the pattern cannot do without, which is much cheaper to ask than the pattern.
func (m *matcher) possible(text []byte) bool {
	literals := m.musts()
	for _, s := range literals {
		if bytes.Contains(text, []byte(s)) {
			return true
		}
	}
	return len(literals) == 0
}

// match offers what the pattern finds in one window. What touches a cut edge may be half of something, and is left out.
func (l *look) match(w window) {
	x := w.m.pattern
	if !w.m.possible(l.data[w.start:w.end]) {
		return
	}
	group := x.group()
	matches := x.re().FindAllSubmatchIndex(l.data[w.start:w.end], -1)
	for _, loc := range matches {
		begin, end := w.start+loc[0], w.start+loc[1]
		s, e := loc[2*group], loc[2*group+1]
		if s < 0 || e <= s || w.cutLeft && begin == w.start || w.cutRight && end == w.end {
			continue
		}
		l.offer(candidate{m: w.m, start: w.start + s, end: w.start + e, from: begin, to: end, value: string(l.data[w.start+s : w.start+e])})
	}
	if len(matches) == 0 && !l.binary {
		l.unescapeSlashes(w)
	}
}

// unescapeSlashes tries the rules again where JSON or JavaScript writes "/" as "\/" beside a keyword.
func (l *look) unescapeSlashes(w window) {
	if i := bytes.Index(l.data[w.start:w.end], []byte(`\/`)); i >= 0 {
		l.decode(slashEscapes, w.start+i, 2)
	}
}
