package feed

import (
	"crypto/md5" // as the sum that storages tell, not as a proof against anybody
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"time"
	"unicode"
)

// listed is one line of a modified_id.csv: an id, and when its record was changed last, as it is written there. The time is "" for a
// record that was not taken and is to be fetched the next time.
type listed struct{ id, at string }

const (
	maxList = 512 << 20 // bytes
	maxLine = 1 << 10
)

// parseList reads a modified_id.csv: "time,ID" in each line. It gives the lines sorted by id, each id once with its newest time.
func parseList(text string) ([]listed, error) {
	list, err := parseLines(text)
	if err != nil {
		return nil, err
	}
	sortList(list)
	return slices.CompactFunc(list, func(a, b listed) bool { return a.id == b.id }), nil
}

// sortList sorts by id, and of one id the newest first.
func sortList(list []listed) {
	slices.SortFunc(list, func(a, b listed) int {
		if c := strings.Compare(a.id, b.id); c != 0 {
			return c
		}
		return timeOf(b.at).Compare(timeOf(a.at))
	})
}

// parseLines reads lines in their order.
func parseLines(text string) ([]listed, error) {
	list := make([]listed, 0, strings.Count(text, "\n"))
	for n := 1; text != ""; n++ {
		line, rest, _ := strings.Cut(text, "\n")
		text = rest
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			continue
		}
		at, id, found := strings.Cut(line, ",")
		switch {
		case len(line) > maxLine || !found:
			return nil, fmt.Errorf("line %d: %.80q is no time and id", n, line)
		case timeOf(at).IsZero():
			return nil, fmt.Errorf("line %d: %.40q is no time", n, at)
		case !possibleID(id):
			return nil, fmt.Errorf("line %d: %.80q is no possible id", n, id)
		}
		list = append(list, listed{id, at})
		if len(list) > maxRecords {
			return nil, errors.New("it has more lines than any ecosystem has records")
		}
	}
	return list, nil
}

// possibleID tells whether a text can be a record's id, and a part of an address or the name of a file.
func possibleID(s string) bool {
	return s != "" && len(s) <= 512 && s != "." && s != ".." && !strings.ContainsAny(s, `/\`) &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar })
}

func timeOf(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// lookUp finds an id in a sorted list.
func lookUp(list []listed, id string) (at string, found bool) {
	i, found := slices.BinarySearchFunc(list, id, func(l listed, id string) int { return strings.Compare(l.id, id) })
	if !found {
		return "", false
	}
	return list[i].at, true
}

// difference compares two sorted lists: what is new or has another time, and what is gone.
func difference(old, now []listed) (changed []listed, gone []string) {
	for len(old) > 0 || len(now) > 0 {
		switch {
		case len(now) == 0 || len(old) > 0 && old[0].id < now[0].id:
			gone, old = append(gone, old[0].id), old[1:]
		case len(old) == 0 || now[0].id < old[0].id:
			changed, now = append(changed, now[0]), now[1:]
		default:
			if old[0].at != now[0].at {
				changed = append(changed, now[0])
			}
			old, now = old[1:], now[1:]
		}
	}
	return changed, gone
}

// newest gives the newest time of a list that is not after now: feeds hold records from the future.
func newest(list []listed, now time.Time) time.Time {
	var out time.Time
	for _, l := range list {
		if t := timeOf(l.at); t.After(out) && !t.After(now) {
			out = t
		}
	}
	return out
}

// splice makes the new list out of the old one and the first lines of the new one, which are the newest. The sums that the source tells
// of the new list, as Google's storage does, prove that nothing else has changed; false where they do not.
func splice(old []listed, head string, sums []string) ([]listed, bool) {
	cut := strings.LastIndexByte(head, '\n')
	top, err := parseLines(head[:cut+1])
	if err != nil || len(sums) == 0 {
		return nil, false
	}
	out := slices.Clone(old)
	for _, l := range top {
		if i, known := slices.BinarySearchFunc(old, l.id, func(a listed, id string) int { return strings.Compare(a.id, id) }); known {
			out[i].at = l.at
		} else {
			out = append(out, l)
		}
	}
	if !proves(sums, written(out)) {
		return nil, false
	}
	sortList(out)
	return out, true
}

// written gives the text of a list as the source writes it: the newest first, and of one time by id.
func written(list []listed) []byte {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b listed) int {
		if c := strings.Compare(b.at, a.at); c != 0 {
			return c
		}
		return strings.Compare(a.id, b.id)
	})
	var b []byte
	for _, l := range list {
		b = append(append(append(append(b, l.at...), ','), l.id...), '\n')
	}
	return b
}

// proves tells whether sums of the kind "md5=…" or "crc32c=…", in base64, are those of a content. The MD5 counts where there is one.
func proves(sums []string, content []byte) bool {
	var crc, hash string
	for _, line := range sums {
		for one := range strings.SplitSeq(line, ",") {
			if sum, ok := strings.CutPrefix(strings.TrimSpace(one), "md5="); ok {
				hash = sum
			} else if sum, ok := strings.CutPrefix(strings.TrimSpace(one), "crc32c="); ok {
				crc = sum
			}
		}
	}
	if hash != "" {
		sum := md5.Sum(content)
		return hash == base64.StdEncoding.EncodeToString(sum[:])
	}
	sum := binary.BigEndian.AppendUint32(nil, crc32.Checksum(content, crc32.MakeTable(crc32.Castagnoli)))
	return crc == base64.StdEncoding.EncodeToString(sum)
}
