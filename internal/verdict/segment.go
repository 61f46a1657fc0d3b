package verdict

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/history"
)

// segment is one file of verdicts: the sorted ids of the objects looked at, then what was seen in them.
//
//	magic "reeve-verdicts/1\n" · id size (1 byte) · count (4, big-endian) · ids · JSON of the rest
type segment struct {
	path     string
	size     int
	ids      []byte
	findings []finding.Finding
	seen     []history.Seen
}

const magic = "reeve-verdicts/1\n"

var errSegment = errors.New("not a verdict file")

// rest is the JSON part of a segment.
type rest struct {
	Findings []finding.Finding `json:"findings"`
	Seen     []seen            `json:"seen"`
}

type seen struct {
	Object  string `json:"o"`
	Finding int    `json:"f"`
	Start   int    `json:"s"`
	End     int    `json:"e"`
	Name    string `json:"n,omitempty"`
}

// sighting tells two things seen apart.
type sighting struct {
	fingerprint finding.Fingerprint
	rule        string
	member      string
	seen        history.Seen // its Finding is 0: numbers differ from file to file
}

func sightingOf(f *finding.Finding, one history.Seen) sighting {
	one.Finding = 0
	return sighting{f.Fingerprint, f.Rule, f.Location.Path, one}
}

// tell enters what the segment holds.
func (s *segment) tell(told map[sighting]bool) {
	for _, one := range s.seen {
		told[sightingOf(&s.findings[one.Finding], one)] = true
	}
}

// keep takes what was seen and not told yet, with the findings it names, each once.
func (s *segment) keep(findings []finding.Finding, seen []history.Seen, told map[sighting]bool) {
	numbers := map[int]int{}
	for _, one := range seen {
		key := sightingOf(&findings[one.Finding], one)
		if told[key] {
			continue
		}
		told[key] = true
		number, kept := numbers[one.Finding]
		if !kept {
			number = len(s.findings)
			numbers[one.Finding] = number
			s.findings = append(s.findings, findings[one.Finding])
		}
		one.Finding = number
		s.seen = append(s.seen, one)
	}
}

func parseSegment(body []byte) (segment, error) {
	body, ok := bytes.CutPrefix(body, []byte(magic))
	if !ok || len(body) < 5 {
		return segment{}, errSegment
	}
	s := segment{size: int(body[0])}
	n := int(binary.BigEndian.Uint32(body[1:])) * s.size
	if n > len(body)-5 {
		return segment{}, errSegment
	}
	s.ids = body[5 : 5+n]
	var r rest
	if err := json.Unmarshal(body[5+n:], &r); err != nil {
		return segment{}, err
	}
	s.findings = r.Findings
	for _, one := range r.Seen {
		id, err := git.ParseID(one.Object)
		if err != nil || one.Finding < 0 || one.Finding >= len(r.Findings) {
			return segment{}, errSegment
		}
		s.seen = append(s.seen, history.Seen{Object: id, Finding: one.Finding, Start: one.Start, End: one.End, Name: one.Name})
	}
	return s, nil
}

func (s *segment) encode() ([]byte, error) {
	r := rest{Findings: s.findings}
	for _, one := range s.seen {
		r.Seen = append(r.Seen, seen{one.Object.String(), one.Finding, one.Start, one.End, one.Name})
	}
	tail, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	body := append([]byte(magic), byte(s.size))
	body = binary.BigEndian.AppendUint32(body, uint32(s.count()))
	return append(append(body, s.ids...), tail...), nil
}

func (s *segment) count() int {
	if s.size == 0 {
		return 0
	}
	return len(s.ids) / s.size
}

func (s *segment) setIDs(ids []git.ID) {
	slices.SortFunc(ids, git.ID.Compare)
	ids = slices.Compact(ids)
	s.size = len(ids[0].Bytes())
	s.ids = make([]byte, 0, len(ids)*s.size)
	for _, id := range ids {
		s.ids = append(s.ids, id.Bytes()...)
	}
}

func (s *segment) at(i int) []byte { return s.ids[i*s.size : (i+1)*s.size] }

// has searches by halving.
func (s *segment) has(id git.ID) bool {
	want := id.Bytes()
	if len(want) != s.size {
		return false
	}
	low, high := 0, s.count()
	for low < high {
		middle := (low + high) / 2
		switch bytes.Compare(s.at(middle), want) {
		case 0:
			return true
		case -1:
			low = middle + 1
		default:
			high = middle
		}
	}
	return false
}

func (s *segment) all() []git.ID {
	ids := make([]git.ID, s.count())
	for i := range ids {
		ids[i] = git.MakeID(s.at(i))
	}
	return ids
}
