package verify

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// maxDepth bounds how deep a body is followed.
const maxDepth = 32

// decode reads a JSON or XML body into maps, lists and leaves. A body that is neither, or broken, gives nil.
// Of a body that was cut off, what came before the cut is kept: lists of models are long, and their first bytes tell enough.
func decode(got response) any {
	text := bytes.TrimSpace(bytes.TrimPrefix(got.body, []byte("\xef\xbb\xbf")))
	if len(text) > 0 && text[0] == '<' {
		if start := bytes.ToLower(text[:min(len(text), 9)]); bytes.HasPrefix(start, []byte("<html")) || bytes.Equal(start, []byte("<!doctype")) {
			return nil // a page for people, whatever its elements are called
		}
		return decodeXML(text)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	node, err := readJSON(dec, 0)
	if err != nil && got.whole {
		return nil
	}
	if _, more := dec.Token(); more != io.EOF && got.whole {
		return nil
	}
	return node
}

// readJSON reads one value. With an error it gives what it had.
func readJSON(dec *json.Decoder, depth int) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	delim, open := token.(json.Delim)
	if !open {
		return token, nil
	}
	if depth == maxDepth {
		return nil, io.ErrShortBuffer
	}
	if delim == '[' {
		return readList(dec, depth)
	}
	return readObject(dec, depth)
}

func readList(dec *json.Decoder, depth int) (any, error) {
	list := []any{}
	for dec.More() {
		node, err := readJSON(dec, depth+1)
		if node != nil {
			list = append(list, node)
		}
		if err != nil {
			return list, err
		}
	}
	_, err := dec.Token()
	return list, err
}

func readObject(dec *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return object, err
		}
		name, _ := key.(string)
		node, err := readJSON(dec, depth+1)
		if node != nil {
			object[name] = node
		}
		if err != nil {
			return object, err
		}
	}
	_, err := dec.Token()
	return object, err
}

// decodeXML reads elements as maps by local name and leaves as text; of elements with the same name the first counts.
func decodeXML(text []byte) any {
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.Strict = true
	root := map[string]any{}
	if err := readElements(dec, root, nil, 0); err != nil && err != io.EOF {
		return nil
	}
	return root
}

func readElements(dec *xml.Decoder, into map[string]any, text *strings.Builder, depth int) error {
	for {
		token, err := dec.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.CharData:
			if text != nil {
				text.Write(t)
			}
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if depth == maxDepth {
				return io.ErrShortBuffer
			}
			if err := readElement(dec, t.Name.Local, into, depth); err != nil {
				return err
			}
		}
	}
}

func readElement(dec *xml.Decoder, name string, into map[string]any, depth int) error {
	children, text := map[string]any{}, strings.Builder{}
	err := readElements(dec, children, &text, depth+1)
	if _, taken := into[name]; !taken {
		if len(children) > 0 {
			into[name] = children
		} else {
			into[name] = strings.TrimSpace(text.String())
		}
	}
	return err
}

// find gives the nodes at a path of keys and indexes joined by dots; "*" stands for every child.
func find(node any, path string) []any {
	key, rest, more := strings.Cut(path, ".")
	var found []any
	for _, child := range children(node, key) {
		switch {
		case child == nil:
		case more:
			found = append(found, find(child, rest)...)
		default:
			found = append(found, child)
		}
	}
	return found
}

func children(node any, key string) []any {
	switch n := node.(type) {
	case map[string]any:
		if key != "*" {
			return []any{n[key]}
		}
		var all []any
		for _, name := range sortedKeys(n) {
			all = append(all, n[name])
		}
		return all
	case []any:
		if key == "*" {
			return n
		}
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(n) {
			return []any{n[i]}
		}
	}
	return nil
}
