package vex

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// member is one member of a document that is changed: its name, and its value as it stands there.
type member struct {
	name  string
	value json.RawMessage
}

// Add adds a statement to an OpenVEX document and gives the new one; without a document it makes one of the author's. What else stands in
// the document stays as it is. Its version grows by one and last_updated becomes now; its timestamp stays, because statements
// without a time of their own go by it. The statement gets the time now unless it has one.
func Add(existing []byte, s Statement, author string, now time.Time) ([]byte, error) {
	if s.At.IsZero() {
		s.At = now
	}
	if err := s.Valid(); err != nil {
		return nil, fmt.Errorf("add a VEX statement: %w", err)
	}
	if len(bytes.TrimSpace(existing)) == 0 {
		var out bytes.Buffer
		s.Author = author
		err := WriteOpenVEX(&out, []Statement{s}, Options{Author: author, Created: now})
		return out.Bytes(), err
	}
	out, err := added(existing, &s, author, now)
	if err != nil {
		return nil, fmt.Errorf("add a VEX statement: %w", err)
	}
	return out, nil
}

func added(existing []byte, s *Statement, author string, now time.Time) ([]byte, error) {
	d := &document{seen: map[string]bool{}}
	if _, err := d.read(bytes.NewReader(existing)); err != nil {
		return nil, err
	}
	if !d.seen["statements"] || d.seen["predicate"] {
		return nil, errors.New("the document is no OpenVEX document, and only those can be added to")
	}
	members, err := membersOf(existing)
	if err != nil {
		return nil, err
	}
	if s.Author = author; s.Author == d.author {
		s.Author = ""
	}
	statement, err := json.Marshal(openOf(s, ""))
	if err != nil {
		return nil, err
	}
	version := 1
	for i := range members {
		switch m := &members[i]; m.name {
		case "statements":
			var list []json.RawMessage
			if err := json.Unmarshal(m.value, &list); err != nil {
				return nil, err
			}
			m.value, err = json.Marshal(append(list, inert(statement)))
		case "version":
			var number json.Number
			if err := json.Unmarshal(m.value, &number); err != nil {
				return nil, fmt.Errorf("its version: %w", err)
			}
			n, err := strconv.Atoi(number.String())
			if err != nil || n < 0 {
				return nil, fmt.Errorf("its version %q is no number", cut(number.String()))
			}
			version = n
		}
		if err != nil {
			return nil, err
		}
	}
	members = set(members, "version", strconv.Itoa(version+1))
	members = set(members, "last_updated", strconv.Quote(now.UTC().Format(time.RFC3339Nano)))
	return joined(members)
}

// membersOf takes a document apart, keeping what stands in it.
func membersOf(data []byte) ([]member, error) {
	in := json.NewDecoder(bytes.NewReader(data))
	if _, err := in.Token(); err != nil {
		return nil, err
	}
	var members []member
	for in.More() {
		t, err := in.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: fmt.Sprint(t)}
		if err := in.Decode(&m.value); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	_, err := in.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return members, err
}

// set gives a member a value; a new one goes before the statements.
func set(members []member, name, value string) []member {
	at := len(members)
	for i := range members {
		if members[i].name == name {
			members[i].value = json.RawMessage(value)
			return members
		}
		if members[i].name == "statements" {
			at = i
		}
	}
	members = append(members, member{})
	copy(members[at+1:], members[at:])
	members[at] = member{name, json.RawMessage(value)}
	return members
}

// joined puts a document together again, indented.
func joined(members []member) ([]byte, error) {
	var flat, out bytes.Buffer
	flat.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			flat.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		flat.Write(name)
		flat.WriteByte(':')
		flat.Write(m.value)
	}
	flat.WriteByte('}')
	if err := json.Indent(&out, flat.Bytes(), "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
