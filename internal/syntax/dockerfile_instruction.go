package syntax

import "strings"

// dockerInstructions are the names of all instructions.
const dockerInstructions = " ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR "

// statement lowers an instruction. What is none is a command of a shell, as patterns have it.
func (d *docker) statement(i instruction) []*Node {
	start := i.from + len(i.text) - len(strings.TrimLeft(i.text, " \t"))
	text := strings.TrimSpace(i.text)
	if call := d.call(i, start-i.from, maxNested); call != nil {
		return []*Node{{Kind: ExprStmt, Start: start, End: i.end, Kids: []*Node{as(AValue, call)}}}
	}
	if yamlHole().MatchString(text) {
		return []*Node{{Kind: ExprStmt, Start: start, End: i.end, Kids: []*Node{{Kind: Name, Role: AValue, Text: text, Start: start, End: i.end}}}}
	}
	return d.shell(i.text, i.from)
}

// maxNested is how deep instructions stand in others: ONBUILD, HEALTHCHECK.
const maxNested = 3

// call lowers the instruction that begins at a place of a text; nil where none does.
func (d *docker) call(i instruction, at, depth int) *Node {
	rest := i.text[at:]
	size := len(rest)
	if blank := strings.IndexAny(rest, " \t"); blank >= 0 {
		size = blank
	}
	name := strings.ToUpper(rest[:size])
	if name == "" || depth == 0 || !strings.Contains(dockerInstructions, " "+name+" ") {
		return nil
	}
	start := i.from + at
	call := &Node{Kind: Call, Start: start, End: i.end, Kids: []*Node{{Kind: Name, Role: ACallee, Text: name, Start: start, End: start + size}}}
	words := dockerWords(i.text, at+size, d.escape)
	for len(words) > 0 && strings.HasPrefix(words[0].text, "--") && name != "CMD" && name != "ENTRYPOINT" {
		call.add(d.option(words[0], i.from))
		words = words[1:]
	}
	if len(words) == 0 {
		return call
	}
	body := words[0].from
	switch name {
	case "ONBUILD":
		call.add(d.call(i, body, depth-1))
	case "HEALTHCHECK":
		if nested := d.call(i, body, depth-1); nested != nil {
			call.add(nested)
			break
		}
		call.add(d.words(words, i.from)...)
	case "RUN", "CMD", "ENTRYPOINT", "SHELL", "VOLUME", "COPY", "ADD":
		d.arguments(call, name, i, words)
	case "MAINTAINER", "WORKDIR":
		call.add(d.word(dockerWord{text: strings.TrimSpace(i.text[body:]), from: body}, i.from))
	case "FROM":
		d.image(call, words[0], i.from)
		if len(words) == 3 && strings.EqualFold(words[1].text, "AS") {
			call.add(as(AName, d.word(words[2], i.from)))
		}
	default:
		for n, w := range words {
			more := d.argument(name, n, w, i)
			call.add(more)
			if more.End > i.from+w.from+len(w.text) {
				break // it took the rest
			}
		}
	}
	return call
}

// arguments lowers what may be written as a list, and what a shell runs.
func (d *docker) arguments(call *Node, name string, i instruction, words []dockerWord) {
	body := words[0].from
	if list := d.list(i.text, body, i.from); list != nil {
		call.add(list)
		return
	}
	if name == "VOLUME" || name == "COPY" || name == "ADD" || name == "SHELL" {
		call.add(d.words(words, i.from)...)
		for _, h := range i.heredocs {
			call.add(&Node{Kind: String, Text: d.text[h[0]:h[1]], Start: h[0], End: h[1]})
		}
		return
	}
	text, from := i.text[body:], i.from+body
	if len(i.heredocs) > 0 {
		text = d.text[from:i.end]
		if strings.HasPrefix(words[0].text, "<<") { // the commands are all in it
			text, from = d.text[i.heredocs[0][0]:i.heredocs[0][1]], i.heredocs[0][0]
		}
	}
	statements := d.shell(text, from)
	if statements == nil {
		call.add(d.words(words, i.from)...)
		return
	}
	for n, s := range statements {
		if n > 0 {
			call.add(&Node{Kind: Other, Text: ";", Start: s.Start, End: s.Start})
		}
		call.add(shellWords(s, nil)...)
	}
	call.add(&Node{Kind: Block, Role: ABody, Start: from, End: from + len(text), Kids: statements})
}

// argument lowers one argument of an instruction that has a form of its own.
func (d *docker) argument(name string, n int, w dockerWord, i instruction) *Node {
	rest := dockerWord{text: strings.TrimSpace(i.text[w.from+len(w.text):]), from: w.from + len(w.text) + 1}
	key, value, paired := cutWord(w, "=")
	switch {
	case name == "USER":
		if left, right, ok := cutWord(w, ":"); ok {
			return pairOf(Binary, ":", as(ALeft, d.word(left, i.from)), as(ARight, d.word(right, i.from)))
		}
	case name == "ARG":
		p := &Node{Kind: Param, Start: i.from + w.from, End: i.from + w.from + len(w.text)}
		if !paired {
			key = w
		}
		p.add(as(AName, d.name(key, i.from)))
		if paired {
			p.add(as(AValue, d.word(value, i.from)))
		}
		return p
	case (name == "ENV" || name == "LABEL") && n == 0 && !paired && rest.text != "" && !yamlHole().MatchString(w.text): // ENV key the value
		key, value, paired = w, rest, true
		fallthrough
	case (name == "ENV" || name == "LABEL") && paired:
		if name == "LABEL" {
			return pairOf(Pair, "", as(AKey, d.word(key, i.from)), as(AValue, d.word(value, i.from)))
		}
		a := pairOf(Assign, "=", as(ALeft, d.name(key, i.from)), as(ARight, d.word(value, i.from)))
		a.Flags = Declares
		return a
	}
	return d.word(w, i.from)
}

// image lowers the name of an image. Its tag and its digest are Decorators, as options are: a pattern may leave them out.
func (d *docker) image(call *Node, w dockerWord, from int) {
	part := func(key string, value dockerWord) {
		start := from + value.from - 1
		call.add(as(ADecorator, pairOf(Pair, "", &Node{Kind: String, Role: AKey, Text: key, Start: start, End: start + 1}, as(AValue, d.word(value, from)))))
	}
	if name, digest, ok := cutWord(w, "@"); ok {
		part("@", digest)
		w = name
	}
	if at := dockerTag(w.text); at > 0 {
		part(":", dockerWord{w.text[at+1:], w.from + at + 1})
		w.text = w.text[:at]
	}
	call.add(d.word(w, from))
}

// dockerTag is where the tag of an image begins, with its colon, 0 where it has none: behind the last slash, and in no braces.
func dockerTag(text string) int {
	depth := 0
	for at := len(text) - 1; at > 0; at-- {
		switch text[at] {
		case '}':
			depth++
		case '{':
			depth--
		case '/':
			if depth == 0 {
				return 0
			}
		case ':':
			if depth == 0 {
				return at
			}
		}
	}
	return 0
}

// option lowers an option: "--from=x".
func (d *docker) option(w dockerWord, from int) *Node {
	key, value, paired := cutWord(w, "=")
	if !paired {
		return as(ADecorator, d.word(w, from))
	}
	return as(ADecorator, pairOf(Pair, "", as(AKey, d.word(key, from)), as(AValue, d.word(value, from))))
}

// pairOf makes a node of two parts.
func pairOf(kind Kind, text string, left, right *Node) *Node {
	return &Node{Kind: kind, Text: text, Start: left.Start, End: right.End, Kids: []*Node{left, right}}
}

// shell reads what a shell runs; nil where that is too much.
func (d *docker) shell(text string, from int) []*Node {
	if d.shells++; d.shells > maxShells {
		return nil
	}
	tree, err := Bash.Parse([]byte(text))
	if err != nil {
		return nil
	}
	d.errors += tree.Errors
	tree.Root.Walk(func(n *Node) bool {
		n.Start, n.End = n.Start+from, n.End+from
		return true
	})
	return tree.Root.Kids
}

// shellWords gives the words and operators of commands one after the other.
func shellWords(n *Node, out []*Node) []*Node {
	copied := func(n *Node) *Node {
		c := *n
		c.Role = Each
		return &c
	}
	switch {
	case n.Kind == ExprStmt && len(n.Kids) == 1:
		return shellWords(n.Kids[0], out)
	case n.Kind == Binary && len(n.Kids) == 2:
		out = shellWords(n.Kids[0], out)
		out = append(out, &Node{Kind: Other, Text: n.Text, Start: n.Kids[0].End, End: max(n.Kids[0].End, n.Kids[1].Start)})
		return shellWords(n.Kids[1], out)
	case n.Kind != Call:
		return append(out, copied(n))
	}
	for _, k := range n.Kids {
		word := copied(k)
		if k.Role == ACallee && k.Kind == Name && !yamlHole().MatchString(k.Text) {
			word.Kind = String
		}
		out = append(out, word)
	}
	return out
}
