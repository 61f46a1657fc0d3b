package syntax

import "strings"

// yamlEllipsis writes an ellipsis as what stands around it: a pair among pairs, an item among items, a value by itself.
func yamlEllipsis(hole, before, after string) (string, bool) {
	if hole != "..." {
		return "", false
	}
	lines := yamlLines(strings.Split(before+hole+after, "\n"))
	i := strings.Count(before, "\n")
	dash := before[strings.LastIndexByte(before, '\n')+1:]
	rest, _, _ := strings.Cut(after, "\n")
	if strings.Trim(dash, " -") != "" || strings.TrimSpace(rest) != "" || lines.inText(i) || strings.Count(before, "{")+strings.Count(before, "[") > strings.Count(before, "}")+strings.Count(before, "]") {
		return ellipsisWord, true
	}
	switch kind := lines.kind(i, len(dash)); {
	case kind == yamlPair:
		return ellipsisWord + ": " + ellipsisWord, true
	case kind == yamlItem && !strings.Contains(dash, "-"):
		return "- " + ellipsisWord, true
	}
	return ellipsisWord, true
}

// inText tells that a line is one of a literal or folded scalar.
func (y yamlLines) inText(at int) bool {
	scalar := -1
	for i := range y[:at] {
		indent := y.indent(i)
		if scalar >= 0 && (indent > scalar || strings.TrimSpace(y[i]) == "") {
			continue
		}
		scalar = -1
		if yamlOpensText(y[i]) {
			scalar = indent
		}
	}
	return scalar >= 0 && y.indent(at) > scalar
}

// yamlOpensText tells that a line is followed by those of a literal or folded scalar.
func yamlOpensText(line string) bool {
	line = strings.TrimRight(line, " +-0123456789")
	return strings.HasSuffix(line, ": |") || strings.HasSuffix(line, ": >") || strings.HasSuffix(line, "- |") || strings.HasSuffix(line, "- >")
}

// yamlLines are the lines of a pattern.
type yamlLines []string

// What a line is to its neighbours.
const (
	yamlAlone = iota
	yamlPair
	yamlItem
)

func (y yamlLines) indent(i int) int { return len(y[i]) - len(strings.TrimLeft(y[i], " ")) }

// kind tells what a line must be whose content begins at a column: what the next line that begins there is, or the one before it. What a dash stands
// before has nothing before it.
func (y yamlLines) kind(i, column int) int {
	for n := i + 1; n < len(y) && (y.indent(n) >= column || strings.TrimSpace(y[n]) == ""); n++ {
		if kind := y.at(n, column); kind != yamlAlone && y.indent(n) == column {
			return kind
		}
	}
	for n := i; n > 0 && y.indent(n) >= column; {
		if n--; strings.TrimSpace(y[n]) == "" {
			continue
		}
		if kind := y.at(n, column); kind != yamlAlone {
			return kind
		}
	}
	return yamlAlone
}

// at tells what begins at a column of a line, where only dashes stand before it.
func (y yamlLines) at(i, column int) int {
	if len(y[i]) <= column || strings.Trim(y[i][:column], " -") != "" {
		return yamlAlone
	}
	switch content := strings.TrimRight(y[i][column:], " "); {
	case content == "" || content[0] == ' ' || content == "...":
		return yamlAlone
	case strings.HasPrefix(content, "- "), content == "-":
		return yamlItem
	case strings.Contains(content, ": "), strings.HasSuffix(content, ":"):
		return yamlPair
	}
	return yamlAlone
}

// yamlMeant takes the one pair of a mapping, or the one item of a sequence, for itself: it may stand in any.
func yamlMeant(nodes []*Node) []*Node {
	switch one := nodes[0]; {
	case len(nodes) > 1 || len(one.Kids) != 1:
	case one.Kind == Dict, one.Kind == List && one.Flags&Braced == 0:
		return []*Node{as(Each, one.Kids[0])}
	}
	return nodes
}
