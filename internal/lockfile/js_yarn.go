package lockfile

import (
	"bytes"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// yarnLock is a yarn.lock while it is read, of either kind.
type yarnLock struct {
	doc     *inventory.Document
	entries []yarnEntry
	needs   []yarnNeed
	texts   map[string]string
	berry   bool
}

// yarnEntry is one entry: what is asked for, and what it gets.
type yarnEntry struct {
	descriptors []string // "name@range"
	pkg         inventory.Package
	resolution  string // berry: "name@npm:1.0.0"
	from, to    int    // its needs in yarnLock.needs
	position    int    // in the document, -1 for none
	member      bool   // is the project or a member of its workspace
}

// yarnNeed is one name that an entry asks for.
type yarnNeed struct {
	name, spec string
	optional   bool
}

// readYarnLock reads yarn.lock: that of Yarn 1, or of Yarn 2 and later ("berry").
func readYarnLock(path string, data []byte) (*inventory.Document, error) {
	var l *yarnLock
	fresh := func() {
		room := min(len(data)/400, 1<<13) // more must prove itself
		l = &yarnLock{texts: make(map[string]string, room), entries: make([]yarnEntry, 0, room), needs: make([]yarnNeed, 0, 3*room)}
		l.doc = &inventory.Document{Path: path, Format: "yarn.lock", Ecosystem: npm, Role: inventory.Lock}
	}
	fresh()
	if bytes.HasPrefix(data, []byte("__metadata:")) || bytes.Contains(data, []byte("\n__metadata:")) {
		err := readYAML(data, func(r *yamlReader) error {
			fresh()
			l.berry = true
			err := r.mapping(-1, func(key []byte, value yamlValue) error { return l.readBerry(r, key, value) })
			noteTwiceYAML(l.doc, r)
			return err
		})
		if err != nil {
			return nil, err
		}
	} else if err := l.readClassic(data); err != nil {
		return nil, err
	}
	whole := len(data) == 0 || data[len(data)-1] == '\n'
	if err := l.finish(whole); err != nil {
		return nil, err
	}
	return l.doc, nil
}

// text keeps a text once.
func (l *yarnLock) text(b []byte) string {
	if known, ok := l.texts[string(b)]; ok {
		return known
	}
	text := string(b)
	if len(text) < 100 {
		l.texts[text] = text
	}
	return text
}

// readBerry reads one entry of a berry file.
func (l *yarnLock) readBerry(r *yamlReader, key []byte, value yamlValue) error {
	if string(key) == "__metadata" {
		return nil
	}
	if len(l.entries) >= maxPackages {
		return r.fail(errTooMany)
	}
	e := yarnEntry{from: len(l.needs), position: -1}
	e.pkg.Line = r.keyLine()
	for _, descriptor := range bytes.Split(key, []byte(", ")) {
		e.descriptors = append(e.descriptors, string(descriptor))
	}
	var optional map[string]bool
	list := func(value yamlValue) error {
		return r.members(value, func(key []byte, value yamlValue) error {
			if len(l.needs) >= maxNeeds {
				return r.fail(errTooMany)
			}
			l.needs = append(l.needs, yarnNeed{name: l.text(key), spec: l.text(value.text)})
			return nil
		})
	}
	err := r.members(value, func(key []byte, value yamlValue) error {
		switch string(key) {
		case "version":
			e.pkg.Version = l.text(value.text)
		case "resolution":
			e.resolution = string(value.text)
		case "checksum":
			e.pkg.Integrity = string(value.text)
		case "dependencies":
			l.needs = l.needs[:e.from]
			return list(value)
		case "dependenciesMeta":
			optional = map[string]bool{}
			return r.members(value, func(key []byte, value yamlValue) error {
				name := string(key)
				return r.members(value, func(key []byte, value yamlValue) error {
					if string(key) == "optional" {
						optional[name] = string(value.text) == "true"
					}
					return nil
				})
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	e.to = len(l.needs)
	for i := e.from; i < e.to; i++ {
		l.needs[i].optional = optional[l.needs[i].name]
	}
	if e.resolution == "" {
		return errorAt(e.pkg.Line, "an entry without resolution: %w or damaged", errTruncated)
	}
	l.entries = append(l.entries, e)
	return nil
}

// readClassic reads a file of Yarn 1, which only looks like YAML.
func (l *yarnLock) readClassic(data []byte) error {
	var list string // the list being read
	err := eachLine(data, func(n int, line []byte) error {
		text := bytes.TrimLeft(line, " ")
		indent := len(line) - len(text)
		if len(text) == 0 || text[0] == '#' {
			return nil
		}
		if bytes.HasPrefix(line, []byte("<<<<<<<")) || bytes.HasPrefix(line, []byte(">>>>>>>")) || string(line) == "=======" {
			return &lineError{n, errConflict}
		}
		switch {
		case indent == 0:
			list = ""
			return l.classicEntry(n, text)
		case len(l.entries) == 0:
			return errorAt(n, "this belongs to no entry")
		case indent == 2:
			list = ""
			if name, ok := bytes.CutSuffix(text, []byte(":")); ok {
				list = string(name)
				return nil
			}
			return l.classicField(n, text)
		case indent == 4 && list != "":
			return l.classicNeed(n, list, text)
		}
		return errorAt(n, "the indent is not one that yarn writes")
	})
	if err != nil {
		return err
	}
	return l.classicEnd()
}

// classicEntry reads the line that starts an entry: "a@^1.0.0", "a@^1.1.0":
func (l *yarnLock) classicEntry(n int, text []byte) error {
	if err := l.classicEnd(); err != nil {
		return err
	}
	if len(l.entries) >= maxPackages {
		return errorAt(n, "%w", errTooMany)
	}
	e := yarnEntry{from: len(l.needs), to: len(l.needs), position: -1}
	e.pkg.Line = n
	for {
		descriptor, rest, err := classicText(n, text, ",:")
		if err != nil {
			return err
		}
		e.descriptors = append(e.descriptors, string(descriptor))
		if string(rest) == ":" {
			l.entries = append(l.entries, e)
			return nil
		}
		var more bool
		if text, more = bytes.CutPrefix(rest, []byte(",")); !more {
			return errorAt(n, "the line of an entry ends with %.80q and not with a colon", rest)
		}
		text = bytes.TrimLeft(text, " ")
	}
}

// classicEnd checks that the last entry was whole.
func (l *yarnLock) classicEnd() error {
	if n := len(l.entries); n > 0 && l.entries[n-1].pkg.Version == "" {
		return errorAt(l.entries[n-1].pkg.Line, "an entry without version: %w or damaged", errTruncated)
	}
	return nil
}

// classicField reads a line like version "1.0.0".
func (l *yarnLock) classicField(n int, text []byte) error {
	key, rest, err := classicText(n, text, " ")
	if err != nil {
		return err
	}
	value, rest, err := classicText(n, bytes.TrimLeft(rest, " "), "")
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errorAt(n, "%.80q follows a value", rest)
	}
	pkg := &l.entries[len(l.entries)-1].pkg
	switch string(key) {
	case "version":
		pkg.Version = l.text(value)
	case "resolved":
		pkg.Origin = string(value)
	case "integrity":
		pkg.Integrity = string(value)
	}
	return nil
}

// classicNeed reads a line of a list, like a "^1.0.0".
func (l *yarnLock) classicNeed(n int, list string, text []byte) error {
	key, rest, err := classicText(n, text, " ")
	if err != nil {
		return err
	}
	value, rest, err := classicText(n, bytes.TrimLeft(rest, " "), "")
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errorAt(n, "%.80q follows a value", rest)
	}
	if len(l.needs) >= maxNeeds {
		return errorAt(n, "%w", errTooMany)
	}
	if list == "dependencies" || list == "optionalDependencies" {
		l.needs = append(l.needs, yarnNeed{name: l.text(key), spec: l.text(value), optional: list == "optionalDependencies"})
		l.entries[len(l.entries)-1].to = len(l.needs)
	}
	return nil
}

// classicText reads a text, quoted or up to one of the bytes in end, or to the end of the line where there are none.
func classicText(n int, text []byte, end string) (value, rest []byte, err error) {
	switch {
	case len(text) == 0:
		return nil, nil, errorAt(n, "%w in the middle of a line", errTruncated)
	case text[0] == '"':
		value, rest, ok := quoted(text)
		if !ok {
			return nil, nil, errorAt(n, "a quoted text does not end")
		}
		return value, rest, nil
	}
	i := len(text)
	if end == ",:" { // a colon ends it only at the end of the line
		if comma := bytes.IndexByte(text, ','); comma >= 0 {
			i = comma
		} else if text[i-1] == ':' {
			i--
		}
	} else if end != "" {
		if at := bytes.IndexAny(text, end); at >= 0 {
			i = at
		}
	}
	if i == 0 {
		return nil, nil, errorAt(n, "a text is expected before %.80q", text)
	}
	return text[:i], text[i:], nil
}

// isHex tells that text is a hash of n hexadecimal digits.
func isHex(text string, n int) bool {
	return len(text) == n && strings.Trim(text, "0123456789abcdefABCDEF") == ""
}
