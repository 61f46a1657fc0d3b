package sca

import "strings"

// operated splits an operator off the front of a text.
func operated(text string) (op, rest string) {
	n := len(text) - len(strings.TrimLeft(text, "<>=!~^"))
	return text[:n], strings.TrimSpace(text[n:])
}

// joined takes the blanks between operators and what they are about away: ">= 1.2 <2" is ">=1.2" and "<2".
func joined(text string) []string {
	var out []string
	for word := range strings.FieldsSeq(text) {
		if n := len(out); n > 0 && strings.Trim(out[n-1], "<>=!~^") == "" {
			out[n-1] += word
		} else {
			out = append(out, word)
		}
	}
	return out
}

// npmSpan reads a range of npm (https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies). Tags are not decided.
func npmSpan(text string) ([][]bound, bool) {
	var parts [][]bound
	for alternative := range strings.SplitSeq(text, "||") {
		if from, to, ok := strings.Cut(alternative, " - "); ok {
			alternative = ">=" + strings.TrimSpace(from) + " <=" + strings.TrimSpace(to)
		}
		part := []bound{}
		for _, word := range joined(alternative) {
			op, version := operated(word)
			p, ok := partialOf(version)
			if !ok || len(p.numbers) > 3 || p.rest != "" && p.rest[0] != '-' {
				return nil, false
			}
			if op == "~>" {
				op = "~"
			}
			bounds, ok := p.compared(op, "-0")
			if !ok {
				return nil, false
			}
			part = append(part, bounds...)
		}
		parts = append(parts, part)
	}
	return parts, true
}

// cargoSpan reads a requirement of Cargo, where a bare version means "^".
func cargoSpan(text string) ([][]bound, bool) {
	part := []bound{}
	for word := range strings.SplitSeq(text, ",") {
		op, version := operated(strings.TrimSpace(word))
		p, ok := partialOf(version)
		if !ok || len(p.numbers) > 3 || p.rest != "" && p.rest[0] != '-' {
			return nil, false
		}
		if op == "" && !strings.ContainsAny(version, "*xX") {
			op = "^"
		}
		bounds, ok := p.compared(op, "-0")
		if !ok {
			return nil, false
		}
		part = append(part, bounds...)
	}
	return [][]bound{part}, true
}

// composerSpan reads a constraint of Composer. Branches and aliases are not decided.
func composerSpan(text string) ([][]bound, bool) {
	var parts [][]bound
	for alternative := range strings.SplitSeq(strings.ReplaceAll(text, "||", "|"), "|") {
		alternative = strings.TrimSpace(alternative)
		if from, to, ok := strings.Cut(alternative, " - "); ok {
			alternative = ">=" + strings.TrimSpace(from) + " <=" + strings.TrimSpace(to)
		}
		if strings.Contains(alternative, "dev-") || strings.Contains(alternative, "-dev") || strings.Contains(alternative, " as ") || alternative == "" {
			return nil, false
		}
		part := []bound{}
		for _, word := range joined(strings.ReplaceAll(alternative, ",", " ")) {
			word, _, _ = strings.Cut(word, "@")
			if word == "" {
				continue // only a stability
			}
			bounds, ok := composerBounds(word)
			if !ok {
				return nil, false
			}
			part = append(part, bounds...)
		}
		parts = append(parts, part)
	}
	return parts, true
}

func composerBounds(word string) ([]bound, bool) {
	op, version := operated(word)
	p, ok := partialOf(version)
	if !ok {
		return nil, false
	}
	n := len(p.numbers)
	open := strings.HasSuffix(version, "*") || strings.HasSuffix(version, ".x") || version == "x"
	switch {
	case open && op == "" && n == 0:
		return nil, true
	case open && op != "":
		return nil, false
	case open:
		return p.within(n, "-dev"), true
	case op == "" || op == "=" || op == "==":
		return []bound{{"=", p.least()}}, true
	case op == "^":
		return p.within(p.caret(), "-dev"), true
	case op == "~":
		return p.within(max(n-1, 1), "-dev"), true
	case op == "<>":
		return []bound{{"!=", p.least()}}, true
	case op == "<":
		return []bound{{"<", p.least() + "-dev"}}, p.rest == ""
	}
	return []bound{{op, p.least()}}, op == "<=" || op == ">" || op == ">=" || op == "!="
}

// gemSpan reads requirements of RubyGems, all of which must hold.
func gemSpan(text string) ([][]bound, bool) {
	part := []bound{}
	for word := range strings.SplitSeq(text, ",") {
		op, version := operated(strings.TrimSpace(word))
		p, ok := partialOf(version)
		if !ok || strings.ContainsAny(version, "xX*") {
			return nil, false
		}
		n := len(p.numbers)
		switch op {
		case "", "=":
			part = append(part, bound{"=", version})
		case "~>":
			if n == 4 || p.rest != "" {
				return nil, false
			}
			part = append(part, bound{">=", version}, bound{"<", p.next(max(n-1, 1)) + ".a"})
		case "<", "<=", ">", ">=", "!=":
			part = append(part, bound{op, version})
		default:
			return nil, false
		}
	}
	return [][]bound{part}, true
}

// pythonSpan reads specifiers (PEP 440), and what Poetry adds to them.
func pythonSpan(text string) ([][]bound, bool) {
	var parts [][]bound
	for alternative := range strings.SplitSeq(text, "||") {
		part := []bound{}
		for word := range strings.SplitSeq(alternative, ",") {
			if word = strings.TrimSpace(word); word == "" || word == "*" {
				continue
			}
			bounds, ok := pythonBounds(word)
			if !ok {
				return nil, false
			}
			part = append(part, bounds...)
		}
		parts = append(parts, part)
	}
	return parts, true
}

func pythonBounds(word string) ([]bound, bool) {
	op, version := operated(word)
	version, local, _ := strings.Cut(version, "+")
	p, ok := partialOf(version)
	if !ok || local != "" || strings.ContainsAny(version, "xX") {
		return nil, false
	}
	n := len(p.numbers)
	if base, open := strings.CutSuffix(version, ".*"); open {
		return []bound{{"~", base}}, op == "==" || op == "" || op == "="
	}
	if strings.Contains(version, "*") {
		return nil, false
	}
	switch op {
	case "", "=", "==", "===":
		return []bound{{"=", version}}, true
	case "~=":
		return p.within(n-1, ".dev0"), n > 1
	case "^":
		return p.within(p.caret(), ".dev0"), true
	case "~":
		return p.within(min(n, 2), ".dev0"), true
	}
	return []bound{{op, version}}, op == "<" || op == "<=" || op == ">" || op == ">=" || op == "!="
}
