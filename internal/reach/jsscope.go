package reach

import "strings"

// scopes finds, in one pass, the blocks of try, and the stretches in which parameters and inner declarations hide the names of the file.
func (j *jsScanner) scopes() {
	type open struct {
		at      int
		bracket string
	}
	var stack []open
	for i, k := range j.tokens {
		if k.kind == word {
			if inner := len(stack); inner > 0 && (k.text == "const" || k.text == "let" || k.text == "var") && j.tok(i+1).kind == word {
				if value := j.tok(i + 3); j.is(i+2, "=") && (value.text == "require" || value.text == "await" || value.text == "import") {
					continue // loads something itself
				}
				j.hide(j.tok(i+1).text, i+1, j.blockEnd(stack[inner-1].at))
			}
			if j.is(i+1, "=>") && len(j.shadows[k.text]) < maxShadows {
				j.hide(k.text, i, j.bodyEnd(i+2))
			}
			continue
		}
		if k.kind != sign {
			continue
		}
		switch k.text {
		case "(", "[", "{", "${":
			stack = append(stack, open{i, k.text})
			if k.text == "{" && j.is(i-1, "try") {
				if end := j.closing(i); end > 0 {
					j.tries = append(j.tries, [2]int{i, end})
				}
			}
		case ")", "]", "}":
			if len(stack) == 0 {
				continue
			}
			from := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if k.text == ")" && from.bracket == "(" {
				j.parameters(from.at, i)
			}
		}
	}
}

// parameters hides the names in the brackets from..to where they are the parameters of a function.
func (j *jsScanner) parameters(from, to int) {
	body := to + 1
	switch {
	case j.is(body, "=>"):
		body++
	case j.is(body, "{"):
		before := j.tok(from - 1)
		if before.kind != word || before.text == "if" || before.text == "while" || before.text == "for" || before.text == "switch" || before.text == "with" {
			return
		}
	default:
		return
	}
	end := j.bodyEnd(body)
	for n := from + 1; n < to && n < from+200; n++ {
		if k := j.tok(n); k.kind == word && !j.isJoin(n-1) && !j.is(n-1, ":") && !j.is(n-1, "=") {
			j.hide(k.text, n, end)
		}
	}
}

// bodyEnd is the end of a function's body that begins at i.
func (j *jsScanner) bodyEnd(i int) int {
	if j.is(i, "{") || j.is(i, "(") {
		return j.blockEnd(i)
	}
	depth := 0
	for n := i; n < i+500; n++ {
		switch k := j.tok(n); {
		case k.kind == none:
			return n
		case k.kind == sign && strings.Contains("([{", k.text):
			depth++
		case k.kind == sign && strings.Contains(")]}", k.text):
			if depth--; depth < 0 {
				return n
			}
		case k.kind == sign && depth == 0 && (k.text == "," || k.text == ";"):
			return n
		}
	}
	return i + 500
}

// blockEnd is the end of the bracket at i, or of the file.
func (j *jsScanner) blockEnd(i int) int {
	if end := j.closing(i); end > 0 {
		return end
	}
	return len(j.tokens)
}

const maxShadows = 50

func (j *jsScanner) hide(name string, from, to int) {
	if len(j.shadows[name]) < maxShadows {
		j.shadows[name] = append(j.shadows[name], [2]int{from, to})
	}
}
