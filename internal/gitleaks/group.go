package gitleaks

import (
	"regexp"
	"regexp/syntax"
	"slices"
)

// secretGroup is the name by which the engine knows the group that holds the secret.
const secretGroup = "secret"

// patterns gives the expressions that find what gitleaks' expression finds, with the group that holds the secret where the engine
// looks for it. Mostly that is the expression itself. Where gitleaks takes the first group that is not empty, and several may be that,
// there is one expression for each. The second result is what is not the same; "" if all is.
func patterns(source string, group int) ([]string, string) {
	re, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, "" // refused before
	}
	groups, why, asWritten := []int{group}, "", true
	if group == 0 {
		written := re.String()
		re = mergeCaptures(re)
		asWritten = re.String() == written
		groups, why = firstGroups(re)
	}
	if asWritten && len(groups) == 1 && engineTakes(re, groups[0]) {
		return []string{source}, why
	}
	var all []string
	for _, g := range groups {
		one := only(re, g).String()
		if _, err := regexp.Compile(one); err != nil {
			return []string{source}, "its groups cannot be told apart: the first counts as the secret"
		}
		all = append(all, one)
	}
	return all, why
}

// engineTakes tells whether the engine takes this group of the expression as it stands.
func engineTakes(re *syntax.Regexp, group int) bool {
	named := slices.Index(re.CapNames(), secretGroup)
	if named > 0 {
		return named == group
	}
	return group == min(1, re.MaxCap())
}

// firstGroups lists the groups that may be the first not to be empty; 0 stands for all of the match.
func firstGroups(re *syntax.Regexp) (groups []int, why string) {
	if re.MaxCap() == 0 {
		return []int{0}, ""
	}
	if !guaranteed(re) {
		return []int{0}, "its groups may all be empty: the whole match counts as the secret"
	}
	groups, exclusive := candidates(re)
	if len(groups) > maxPatterns {
		return []int{0}, "too many of its groups may hold the secret: the whole match counts as the secret"
	}
	if !exclusive {
		why = "several of its groups may hold something at once: each counts as a secret"
	}
	return groups, why
}

// maxPatterns bounds into how many rules one is split.
const maxPatterns = 16

// guaranteed tells whether every match has a group that is not empty.
func guaranteed(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpCapture:
		return shortest(re.Sub[0])
	case syntax.OpPlus:
		return guaranteed(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min > 0 && guaranteed(re.Sub[0])
	case syntax.OpConcat:
		return slices.ContainsFunc(re.Sub, guaranteed)
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !guaranteed(sub) })
	}
	return false
}

// candidates lists groups that may be the first not to be empty, and tells whether at most one of them is ever not empty.
// A group inside another is never first: whatever it holds, the other holds too.
func candidates(re *syntax.Regexp) (groups []int, exclusive bool) {
	switch re.Op {
	case syntax.OpCapture:
		return []int{re.Cap}, true
	case syntax.OpConcat:
		exclusive = true
		for _, sub := range re.Sub {
			more, alone := candidates(sub)
			exclusive = exclusive && alone && (len(groups) == 0 || len(more) == 0)
			groups = append(groups, more...)
			if guaranteed(sub) {
				break
			}
		}
		return groups, exclusive
	case syntax.OpAlternate:
		exclusive = true
		for _, sub := range re.Sub {
			more, alone := candidates(sub)
			groups, exclusive = append(groups, more...), exclusive && alone
		}
		return groups, exclusive
	case syntax.OpQuest:
		return candidates(re.Sub[0])
	case syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		groups, exclusive = candidates(re.Sub[0])
		return groups, exclusive && len(groups) < 2
	}
	return nil, true
}

// mergeCaptures makes one group of neighbours in an alternation: (a)|(b) is (a|b) to whoever takes the first that is not empty.
func mergeCaptures(re *syntax.Regexp) *syntax.Regexp {
	re = withSubs(re, mergeCaptures)
	if re.Op != syntax.OpAlternate {
		return re
	}
	var subs []*syntax.Regexp
	for i := 0; i < len(re.Sub); {
		n := i
		for n < len(re.Sub) && re.Sub[n].Op == syntax.OpCapture {
			n++
		}
		if n-i < 2 {
			subs = append(subs, re.Sub[i])
			i++
			continue
		}
		inside := &syntax.Regexp{Op: syntax.OpAlternate, Flags: re.Flags}
		for _, group := range re.Sub[i:n] {
			inside.Sub = append(inside.Sub, group.Sub[0])
		}
		merged := *re.Sub[i]
		merged.Sub = []*syntax.Regexp{inside}
		subs = append(subs, &merged)
		i = n
	}
	if len(subs) == 1 {
		return subs[0]
	}
	re.Sub = subs
	return re
}

// only keeps one group, under the name the engine knows, and dissolves all others.
func only(re *syntax.Regexp, group int) *syntax.Regexp {
	if re.Op == syntax.OpCapture && re.Cap != group {
		return only(re.Sub[0], group)
	}
	out := withSubs(re, func(sub *syntax.Regexp) *syntax.Regexp { return only(sub, group) })
	if out.Op == syntax.OpCapture {
		out.Name = secretGroup
	}
	return out
}

// withSubs copies an expression with its parts changed.
func withSubs(re *syntax.Regexp, change func(*syntax.Regexp) *syntax.Regexp) *syntax.Regexp {
	out := *re
	out.Sub = make([]*syntax.Regexp, len(re.Sub))
	for i, sub := range re.Sub {
		out.Sub[i] = change(sub)
	}
	return &out
}
