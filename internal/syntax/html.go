package syntax

import (
	"html"
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// HTML is HTML: elements are what they are in JSX, scripts are JavaScript, styles are left out.
var HTML = &Language{
	Name: "html", Title: "HTML",
	Extensions: []string{".html", ".htm"},
	grammar:    treesitter.HTML, lower: lowerHTML,
	fragments: []string{"%s", "<_ %s></_>"}, ellipses: []string{ellipsisWord}, hole: htmlHole,
}

// htmlWord is how metaWord is written in the name of an element.
const htmlWord = "RVMETA-"

// htmlHole writes a hole that is the name of an element, an ellipsis that a tag ends behind, and one that is a statement of a script.
func htmlHole(hole, before, after string) (string, bool) {
	if hole == "...>" {
		return ellipsisWord + ">", true
	}
	if strings.HasPrefix(hole, "$") && (strings.HasSuffix(before, "<") || strings.HasSuffix(before, "</")) { // names of elements have no "_"
		return htmlWord + strings.ReplaceAll(hole[1:], "_", "-"), true
	}
	script := strings.LastIndex(before, "<script")
	before = strings.TrimRight(before, " \t")
	inside := script >= 0 && strings.Contains(before[script:], ">") && !strings.Contains(before[script:], "</script")
	alone := inside && strings.ContainsRune(">;{}\n", rune(before[len(before)-1])) && !strings.HasPrefix(strings.TrimSpace(after), "<")
	return ellipsisWord + ";", hole == "..." && alone
}

func lowerHTML(l *lowering, n treesitter.Node) []*Node {
	switch n.Type() {
	case "element", "script_element", "style_element":
		return []*Node{htmlElement(l, n)}
	case "start_tag", "self_closing_tag": // by itself where the text has errors
		return []*Node{l.node(Element, n, htmlHead(l, n)...)}
	case "attribute":
		return []*Node{htmlAttr(l, n)}
	case "text", "entity", "raw_text":
		return htmlText(l, n)
	case "doctype", "end_tag", "erroneous_end_tag":
		return nil
	}
	return l.other(n)
}

// htmlElement lowers an element with what stands in it.
func htmlElement(l *lowering, n treesitter.Node) *Node {
	e := l.node(Element, n)
	for c := range n.Children() {
		switch {
		case c.Type() == "start_tag" || c.Type() == "self_closing_tag":
			e.add(htmlHead(l, c)...)
		case c.Type() == "raw_text" && n.Type() == "script_element" && htmlRuns(e):
			e.add(htmlScript(l, c)...)
		case c.Type() == "raw_text" && n.Type() == "style_element":
		default:
			e.add(l.all(c)...)
		}
	}
	return e
}

// htmlHead gives what a tag says: name, attributes.
func htmlHead(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		if c.Type() == "tag_name" {
			name := l.name(c)
			if hole, ok := strings.CutPrefix(name.Text, htmlWord); ok {
				name.Text = metaWord + strings.ReplaceAll(hole, "-", "_")
			}
			out = append(out, as(AName, name))
		} else {
			out = append(out, l.all(c)...)
		}
	}
	return out
}

// htmlAttr lowers an attribute; one that is only named has no Value. A value without quotes may be a hole of a pattern.
func htmlAttr(l *lowering, n treesitter.Node) *Node {
	a := l.node(Attr, n)
	for c := range n.Children() {
		switch c.Type() {
		case "attribute_name":
			a.add(as(AKey, l.name(c)))
		case "attribute_value":
			if text := l.source(c); text == ellipsisWord || strings.HasPrefix(text, metaWord) {
				a.add(as(AValue, l.name(c)))
			} else {
				a.add(as(AValue, l.texted(String, c, html.UnescapeString(text))))
			}
		case "quoted_attribute_value":
			a.add(as(AValue, l.texted(String, c, html.UnescapeString(l.source(c.First())))))
		}
	}
	return a
}

// htmlText lowers what stands between tags, without the blanks around it; a word that is a hole of a pattern stands for any content.
func htmlText(l *lowering, n treesitter.Node) []*Node {
	text := strings.TrimSpace(l.source(n))
	switch {
	case text == "":
		return nil
	case text == ellipsisWord, strings.HasPrefix(text, moreWord) && !strings.ContainsAny(text, " \n"):
		return []*Node{l.texted(Name, n, text)}
	}
	return []*Node{l.texted(String, n, html.UnescapeString(text))}
}

// htmlRuns tells that a browser runs a script: by its type, if it has one.
func htmlRuns(e *Node) bool {
	for _, k := range e.Kids {
		if key := k.Kid(AKey); k.Kind == Attr && key != nil && strings.EqualFold(key.Text, "type") && k.Kid(AValue) != nil {
			kind := strings.ToLower(k.Kid(AValue).Text)
			return kind == "" || kind == "module" || strings.Contains(kind, "javascript") || strings.Contains(kind, "ecmascript") || strings.Contains(kind, "babel")
		}
	}
	return true
}

// htmlScript lowers the content of a script as JavaScript, at its place in the file.
func htmlScript(l *lowering, n treesitter.Node) []*Node {
	tree, err := JavaScript.Parse([]byte(l.source(n)))
	if err != nil {
		return htmlText(l, n)
	}
	tree.Root.Walk(func(k *Node) bool {
		k.Start, k.End = k.Start+n.Start(), k.End+n.Start()
		return true
	})
	return tree.Root.Kids
}
