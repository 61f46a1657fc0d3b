package owner

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/target/ignore"
)

// reader reads a file line by line.
type reader struct {
	*Codeowners
	line int
	// current is the section the lines belong to, and usual are the owners of its lines that name none.
	current int
	usual   []string
	// named finds sections by their names in lower case. The first has GitLab's name for it.
	named map[string]int
}

func (r *reader) problem(format string, args ...any) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, Problem{r.line, fmt.Sprintf(format, args...)})
	}
}

// read reads a line that is neither blank nor a comment.
func (r *reader) read(text string) {
	switch r.dialect {
	case GitLab:
		r.readGitLab(text)
	case Bitbucket:
		r.readBitbucket(text)
	default:
		r.readGitHub(text)
	}
}

// add adds a rule, if its pattern is one.
func (r *reader) add(pattern, written string, made rule) {
	if len(pattern) > maxPattern {
		r.problem("the pattern has %d bytes, more than %d: the line is passed over", len(pattern), maxPattern)
		return
	}
	glob, ok := ignore.Parse(pattern)
	if !ok {
		r.problem("the pattern %q matches nothing: the line is passed over", written)
		return
	}
	made.glob, made.text, made.line, made.section = glob, written, r.line, r.current
	made.work = 1
	if strings.ContainsAny(pattern, `*?[\`) {
		made.work = len(pattern)
	}
	made.keys = keysOf(pattern)
	r.rules = append(r.rules, made)
}

// cutPattern parts the pattern of a line from the rest, at the first white space that no backslash protects.
func cutPattern(text string) (pattern, rest string) {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case ' ', '\t':
			return text[:i], text[i:]
		}
	}
	return text, ""
}

// spaces takes the backslashes off spaces but for one at the end, where it tells a name from a slip.
func spaces(pattern string) string {
	end := ""
	if strings.HasSuffix(pattern, `\ `) {
		pattern, end = strings.TrimSuffix(pattern, `\ `), `\ `
	}
	return strings.ReplaceAll(pattern, `\ `, " ") + end
}

// readGitHub reads "pattern owners # comment".
func (r *reader) readGitHub(text string) {
	pattern, rest := cutPattern(text)
	switch {
	case strings.HasPrefix(pattern, "!"):
		r.problem("%q: GitHub knows no \"!\": write the pattern without owners after the one that it takes from; the line is passed over", pattern)
		return
	case strings.HasPrefix(pattern, `\#`):
		r.problem("%q: GitHub cannot name a file that begins with \"#\"; the line is passed over", pattern)
		return
	case strings.ContainsAny(pattern, "[]"):
		r.problem("%q: GitHub knows no [ ] in patterns: write one line for each; the line is passed over", pattern)
		return
	}
	var owners []string
	for _, word := range strings.Fields(rest) {
		if word[0] == '#' {
			break
		}
		if !isOwner(word) {
			r.problem("%q is no owner: want @user, @org/team or a mail address; the line is passed over", word)
			return
		}
		owners = append(owners, word)
	}
	r.add(spaces(pattern), pattern, rule{owners: owners, itself: directOnly(pattern)})
}

// directOnly tells a pattern that ends in "/*": it names direct children, and not what is in folders among them.
func directOnly(pattern string) bool { return strings.HasSuffix(pattern, "/*") }

// isOwner tells what can be an owner: "@user", "@org/team", "@@role" or a mail address.
func isOwner(word string) bool {
	if name, ok := strings.CutPrefix(word, "@"); ok {
		name = strings.TrimPrefix(name, "@")
		return name != "" && !strings.Contains(name, "@") && !strings.HasPrefix(name, "/") && !strings.HasSuffix(name, "/")
	}
	name, host, ok := strings.Cut(word, "@")
	return ok && name != "" && host != "" && !strings.ContainsAny(host, "@/")
}

// header is the first line of a GitLab section.
type header struct {
	section
	owners string
}

// readHeader reads "^[name][approvals] owners".
func readHeader(text string) (h header, ok bool) {
	text, h.optional = strings.CutPrefix(text, "^")
	if text, ok = strings.CutPrefix(text, "["); !ok {
		return h, false
	}
	if h.name, text, ok = strings.Cut(text, "]"); !ok || strings.TrimSpace(h.name) == "" {
		return h, false
	}
	h.name = strings.TrimSpace(h.name)
	h.approvals = 1
	if count, rest, counted := strings.Cut(strings.TrimPrefix(text, "["), "]"); counted && strings.HasPrefix(text, "[") {
		n, err := strconv.Atoi(count)
		if err == nil && n > 1 {
			h.approvals = n // anything else counts as 1
		}
		text = rest
	}
	h.owners = text
	return h, text == "" || text[0] == ' ' || text[0] == '\t'
}

func (r *reader) readGitLab(text string) {
	text = strings.TrimRight(text, " \t")
	if h, ok := readHeader(text); ok {
		r.enter(h)
		return
	}
	if strings.HasPrefix(text, "[") || strings.HasPrefix(text, "^[") {
		r.problem("%q is no heading of a section: want [name], ^[name] or [name][2]; it is read as a pattern", clip(text))
	}
	text, excludes := strings.CutPrefix(text, "!")
	written, rest := cutPattern(text)
	pattern := spaces(written)
	if strings.HasPrefix(pattern, `\#`) {
		pattern = pattern[1:]
	}
	owners := r.usual
	if strings.TrimSpace(rest) != "" {
		owners = r.owners(rest)
	}
	if excludes {
		owners, written = nil, "!"+written
	} else if len(owners) == 0 {
		r.problem("%q has no owners: GitLab approves it by itself; name somebody or take it out with \"!\"", clip(written))
	}
	r.add(fnmatch(pattern), written, rule{owners: owners, itself: true, excludes: excludes})
}

// owners are the words that can be owners. GitLab passes over all others.
func (r *reader) owners(text string) (out []string) {
	for _, word := range strings.Fields(text) {
		if isOwner(word) {
			out = append(out, word)
		} else if word[0] != '#' {
			r.problem("%q is no owner: want @user, @group or a mail address; it is passed over", clip(word))
		}
	}
	return out
}

// enter begins a section. Sections of one name, in any case, are one: required if any of them is.
func (r *reader) enter(h header) {
	r.usual = r.owners(h.owners)
	key := strings.ToLower(h.name)
	at, known := r.named[key]
	if !known {
		at = len(r.sections)
		r.named[key] = at
		r.sections = append(r.sections, h.section)
	} else {
		r.sections[at].optional = r.sections[at].optional && h.optional
		r.sections[at].approvals = max(r.sections[at].approvals, h.approvals)
	}
	r.current = at
}

// fnmatch writes GitLab's pattern as a gitignore pattern that names the same files: "*" alone is everything, what does not begin with a slash
// may lie anywhere, what ends with one is all that is below, and "**" means folders only where a slash follows.
func fnmatch(pattern string) string {
	if pattern == "*" {
		return "/**/*"
	}
	if !strings.HasPrefix(pattern, "/") {
		pattern = "/**/" + pattern
	}
	if strings.HasSuffix(pattern, "/") {
		return pattern + "**/*"
	}
	if strings.HasSuffix(pattern, "/**") {
		return pattern[:len(pattern)-1]
	}
	return pattern
}

// readBitbucket reads "pattern owners # comment", "@@@group members", and passes over settings of the app.
func (r *reader) readBitbucket(text string) {
	switch {
	case strings.HasPrefix(text, "CODEOWNERS."), strings.HasPrefix(text, "Check("), strings.HasPrefix(text, "OverallCheck("):
		return
	case strings.HasPrefix(text, "@@@"):
		words := bitbucketWords(text)
		if r.groups == nil {
			r.groups = map[string][]string{}
		}
		r.groups[words[0][1:]] = r.bitbucketOwners(words[1:])
		return
	}
	text, excludes := strings.CutPrefix(text, "!")
	var pattern, rest string
	if quoted, ok := strings.CutPrefix(text, `"`); ok {
		pattern, rest, ok = strings.Cut(quoted, `"`)
		if !ok {
			r.problem("the quote at the beginning is not closed: the line is passed over")
			return
		}
	} else {
		pattern, rest = cutPattern(text)
	}
	owners := r.bitbucketOwners(bitbucketWords(rest))
	written := pattern
	if excludes {
		owners, written = nil, "!"+pattern
	}
	list, ok := braces(spaces(pattern))
	if !ok {
		r.problem("%q stands for too many patterns, or its braces do not fit: the line is passed over", clip(pattern))
		return
	}
	for _, p := range list {
		r.add(p, written, rule{owners: owners, itself: directOnly(p)})
	}
}

// bitbucketWords parts a line into words, up to a comment. Quotes keep spaces in a word and are dropped.
func bitbucketWords(text string) (out []string) {
	var word strings.Builder
	quoted := false
	for _, c := range []byte(text + " ") {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ' ' || c == '\t'):
			if word.Len() > 0 {
				out = append(out, word.String())
				word.Reset()
			}
		case c == '#' && word.Len() == 0 && !quoted:
			return out
		default:
			word.WriteByte(c)
		}
	}
	return out
}

// bitbucketOwners drops how many of a group are asked (":random(2)").
func (r *reader) bitbucketOwners(words []string) (out []string) {
	for _, w := range words {
		if name, how, ok := strings.Cut(w, ":"); ok && (how == "all" || strings.HasPrefix(how, "random") || strings.HasPrefix(how, "least_busy")) {
			w = name
		}
		if isOwner(w) {
			out = append(out, w)
		} else {
			r.problem("%q is no owner: want @user, @workspace/group, @@group or a mail address; it is passed over", clip(w))
		}
	}
	return out
}

// braces writes "a.{js,ts}" as "a.js" and "a.ts".
func braces(pattern string) (out []string, ok bool) {
	const most = 64
	open := strings.IndexByte(pattern, '{')
	if open < 0 {
		return []string{pattern}, !strings.Contains(pattern, "}")
	}
	end := strings.IndexByte(pattern[open:], '}')
	if end < 0 || strings.Contains(pattern[open+1:open+end], "{") {
		return nil, false
	}
	rest, ok := braces(pattern[open+end+1:])
	if !ok {
		return nil, false
	}
	for choice := range strings.SplitSeq(pattern[open+1:open+end], ",") {
		for _, after := range rest {
			if out = append(out, pattern[:open]+choice+after); len(out) > most {
				return nil, false
			}
		}
	}
	return out, true
}

// clip shortens outside text for a message.
func clip(s string) string {
	const most = 80
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
