package git

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// CommitInfo is what a commit says. Its byte slices are parts of the data it was read from.
type CommitInfo struct {
	// Tree is the root tree.
	Tree ID
	// Parents are the commits before this one, the first parent first.
	Parents []ID
	// Author and Email say who wrote the change, When when, in the author's time zone.
	Author, Email []byte
	When          time.Time
	// Committer and CommitterEmail say who made the commit, Committed when.
	Committer, CommitterEmail []byte
	Committed                 time.Time
	// Message is all after the header.
	Message []byte
}

// TagInfo is what a tag object says. Its byte slices are parts of the data it was read from.
type TagInfo struct {
	// Object is what is tagged, Kind what that is.
	Object ID
	Kind   Kind
	// Name is the tag's name.
	Name []byte
	// Tagger and Email say who made the tag, When when; old tags do not say.
	Tagger, Email []byte
	When          time.Time
	// Message is all after the header, a signature included.
	Message []byte
}

var errHeader = errors.New("header is damaged")

// ParseCommit reads a commit. A commit without a readable tree or parent is an error; whatever else is damaged or
// missing (name, mail, date) stays empty, for git itself takes such commits.
func ParseCommit(data []byte) (CommitInfo, error) {
	var c CommitInfo
	rest := data
	for {
		key, value, after, ok := headerLine(rest)
		if !ok {
			break
		}
		rest = after
		var err error
		switch string(key) {
		case "tree":
			if c.Tree.IsZero() {
				c.Tree, err = parseHex(value)
			}
		case "parent":
			var parent ID
			parent, err = parseHex(value)
			c.Parents = append(c.Parents, parent)
		case "author":
			c.Author, c.Email, c.When = parsePerson(value)
		case "committer":
			c.Committer, c.CommitterEmail, c.Committed = parsePerson(value)
		}
		if err != nil {
			return CommitInfo{}, fmt.Errorf("parse commit: %w", err)
		}
	}
	c.Message = bytes.TrimPrefix(rest, []byte{'\n'})
	if c.Tree.IsZero() {
		return CommitInfo{}, fmt.Errorf("parse commit: %w: no tree", errHeader)
	}
	return c, nil
}

// ParseTag reads a tag object. A tag that does not say what it tags is an error; whatever else is missing stays empty.
func ParseTag(data []byte) (TagInfo, error) {
	var t TagInfo
	rest := data
	for {
		key, value, after, ok := headerLine(rest)
		if !ok {
			break
		}
		rest = after
		var err error
		switch string(key) {
		case "object":
			t.Object, err = parseHex(value)
		case "type":
			t.Kind = parseKind(value)
		case "tag":
			t.Name = value
		case "tagger":
			t.Tagger, t.Email, t.When = parsePerson(value)
		}
		if err != nil {
			return TagInfo{}, fmt.Errorf("parse tag: %w", err)
		}
	}
	t.Message = bytes.TrimPrefix(rest, []byte{'\n'})
	if t.Object.IsZero() {
		return TagInfo{}, fmt.Errorf("parse tag: %w: no object", errHeader)
	}
	return t, nil
}

// headerLine reads one line of a header, and the lines that go on with it (they begin with a space: signatures).
// ok is false at the empty line that ends the header, and at the end.
func headerLine(data []byte) (key, value, rest []byte, ok bool) {
	if len(data) == 0 || data[0] == '\n' {
		return nil, nil, data, false
	}
	line, rest, _ := bytes.Cut(data, []byte{'\n'})
	for len(rest) > 0 && rest[0] == ' ' {
		_, rest, _ = bytes.Cut(rest, []byte{'\n'})
	}
	key, value, _ = bytes.Cut(line, []byte{' '})
	return key, value, rest, true
}

// parseHex reads an id without making a string of it.
func parseHex(text []byte) (ID, error) {
	if len(text) != 2*sha1Size && len(text) != 2*sha256Size {
		return ID{}, fmt.Errorf("%w: id of %d digits", errHeader, len(text))
	}
	id := ID{n: uint8(len(text) / 2)}
	for i, c := range text {
		digit := hexDigit(c)
		if digit > 15 {
			return ID{}, fmt.Errorf("%w: id is not hexadecimal", errHeader)
		}
		id.sum[i/2] = id.sum[i/2]<<4 | digit
	}
	return id, nil
}

func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 0xff
}

// parsePerson reads "Name <mail> seconds zone" the way git does. What cannot be read stays empty.
func parsePerson(value []byte) (name, mail []byte, when time.Time) {
	name, rest, ok := bytes.Cut(value, []byte{'<'})
	name = bytes.TrimSpace(name)
	if !ok {
		return name, nil, when
	}
	mail, _, ok = bytes.Cut(rest, []byte{'>'})
	if !ok {
		return name, bytes.TrimSpace(mail), when
	}
	return name, mail, parseTime(rest[bytes.LastIndexByte(rest, '>')+1:])
}

// parseTime reads "seconds zone"; without a readable time it returns the zero time.
func parseTime(text []byte) time.Time {
	clock, zone, _ := bytes.Cut(bytes.TrimSpace(text), []byte{' '})
	if len(clock) > 15 {
		return time.Time{}
	}
	seconds, err := strconv.ParseInt(string(clock), 10, 64)
	if err != nil {
		return time.Time{}
	}
	offset := 0
	if v, err := strconv.Atoi(string(clipBytes(bytes.TrimSpace(zone), 6))); err == nil && v > -2400 && v < 2400 {
		offset = (v/100*60 + v%100) * 60
	}
	at := time.Unix(seconds, 0)
	if offset == 0 {
		return at.UTC()
	}
	return at.In(time.FixedZone("", offset))
}

func clipBytes(p []byte, most int) []byte { return p[:min(len(p), most)] }
