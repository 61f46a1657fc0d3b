package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// gemBlock is a block of a Gemfile that gems stand in; each holds what the blocks around it say, too.
type gemBlock struct {
	groups   []string
	optional bool
	origin   string // "git+…", "file:…", or a registry's URL
	registry bool   // origin is a registry
}

// gemfile reads one Gemfile.
type gemfile struct {
	doc    *inventory.Document
	blocks []gemBlock
}

// readGemfile reads the gems that a Gemfile names in plain words. It is a program, and is not run: what it computes is unknown.
func readGemfile(path string, data []byte) (*inventory.Document, error) {
	tokens, err := lexRuby(data)
	if err != nil {
		return nil, err
	}
	g := &gemfile{
		doc:    &inventory.Document{Path: path, Format: "Gemfile", Ecosystem: rubyGems, Role: inventory.Manifest},
		blocks: []gemBlock{{}},
	}
	for _, s := range rubyStatements(tokens) {
		g.statement(s)
	}
	return g.doc, nil
}

func (g *gemfile) block() gemBlock { return g.blocks[len(g.blocks)-1] }

// statement reads one statement: a gem, the head of a block, its end, or something else that may open blocks.
func (g *gemfile) statement(s []rubyToken) {
	first := s[0]
	if first.kind != rubyWord {
		first.text = ""
	}
	inner := g.block()
	switch first.text {
	case "gem":
		g.gem(s)
	case "plugin":
		if call := readRubyCall(s[1:]); len(call.args) > 0 && !badName(call.args[0].first()) {
			g.add(inventory.Package{Name: call.args[0].first(), Constraint: constraintOfGem(call.args[1:]), Scope: inventory.Build, Line: first.line})
		}
	case "group":
		call := readRubyCall(s[1:])
		inner.groups = nil
		for _, arg := range call.args {
			inner.groups = append(inner.groups, arg.texts...)
			if arg.computed {
				inner.groups = append(inner.groups, "computed") // an unknown group is not left out
			}
		}
		_, optional, _ := call.option("optional")
		inner.optional = inner.optional || optional.computed && strings.Contains(joinRuby(s), "optional:true")
	case "source", "git", "github", "path":
		inner = g.source(first, s[1:], inner)
	case "eval_gemfile":
		g.include(s)
	}
	if first.text != "gem" {
		g.hidden(s)
	}
	g.nest(s, inner)
}

// joinRuby writes pieces without spaces.
func joinRuby(s []rubyToken) string {
	var b strings.Builder
	for _, t := range s {
		b.WriteString(t.text)
		if t.kind == rubyLabel {
			b.WriteByte(':')
		}
	}
	return b.String()
}

// source reads "source", "git" and "path", as a line of its own or the head of a block.
func (g *gemfile) source(first rubyToken, rest []rubyToken, inner gemBlock) gemBlock {
	call := readRubyCall(rest)
	if len(call.args) == 0 {
		return inner
	}
	value := call.args[0].first()
	opens := false
	for _, t := range rest {
		opens = opens || t.is(rubyWord, "do")
	}
	if value == "" || badName(value) {
		unknown(g.doc, "line %d: where gems come from is computed", first.line)
		return inner
	}
	if first.text == "path" {
		inner.origin, inner.registry = "file:"+value, false
		return inner
	}
	if first.text != "source" {
		inner.origin, inner.registry = gitOrigin(first.text, value, call), false
		return inner
	}
	if value == "rubygems" {
		value = "https://rubygems.org"
	}
	value = withoutUser(value)
	if opens {
		inner.origin, inner.registry = value, true
		return inner
	}
	extra := false
	for _, r := range g.doc.Registries {
		extra = extra || r.Scope == ""
	}
	g.doc.Registries = append(g.doc.Registries, inventory.Registry{URL: value, Extra: extra, Line: first.line})
	return inner
}

// gitOrigin gives the origin of a gem from git.
func gitOrigin(kind, value string, call rubyCall) string {
	switch kind {
	case "github":
		if !strings.Contains(value, "/") {
			value += "/" + value
		}
		value = "https://github.com/" + value + ".git"
	case "gitlab", "bitbucket":
		host := map[string]string{"gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}[kind]
		value = "https://" + host + "/" + value + ".git"
	case "gist":
		value = "https://gist.github.com/" + value + ".git"
	}
	origin := "git+" + withoutUser(value)
	if name, at, ok := call.option("ref", "tag", "branch"); ok && at.first() != "" {
		origin += "?" + name + "=" + at.first()
	}
	return origin
}

func (g *gemfile) include(s []rubyToken) {
	call := readRubyCall(s[1:])
	if len(call.args) > 0 && call.args[0].first() != "" {
		if to, ok := neighbour(g.doc.Path, call.args[0].first()); ok {
			g.doc.Needs = append(g.doc.Needs, inventory.Need{Path: to, What: "gemfile"})
			return
		}
	}
	unknown(g.doc, "line %d: another Gemfile is read that cannot be told or lies outside", s[0].line)
}

// gem reads a line "gem …".
func (g *gemfile) gem(s []rubyToken) {
	call := readRubyCall(s[1:])
	line := s[0].line
	if len(call.args) == 0 || call.args[0].first() == "" {
		unknown(g.doc, "line %d: the name of a gem is computed", line)
		return
	}
	b := g.block()
	p := inventory.Package{Name: call.args[0].first(), Line: line, Optional: b.optional, Origin: b.origin}
	if badName(p.Name) {
		unknownName(g.doc, p.Name)
		return
	}
	for _, arg := range call.args[1:] {
		if arg.computed {
			unknown(g.doc, "line %d: the version of %s is computed", line, p.Name)
		}
	}
	p.Constraint = constraintOfGem(call.args[1:])
	groups := b.groups
	if _, said, ok := call.option("group", "groups"); ok {
		groups = append(groups[:len(groups):len(groups)], said.texts...)
		if said.computed {
			groups = append(groups, "computed")
		}
	}
	p.Scope = rubyScope(groups)
	registry := ""
	if b.registry {
		registry = b.origin
	}
	switch kind, value, ok := call.option("git", "github", "gitlab", "bitbucket", "gist", "path", "source"); {
	case !ok:
	case value.first() == "" || badName(value.first()):
		unknown(g.doc, "line %d: where %s comes from is computed", line, p.Name)
	case kind == "path":
		p.Origin, registry = "file:"+value.first(), ""
	case kind == "source":
		registry = withoutUser(value.first())
		p.Origin = registry
	default:
		p.Origin, registry = gitOrigin(kind, value.first(), call), ""
	}
	if registry != "" {
		g.doc.Registries = append(g.doc.Registries, inventory.Registry{URL: registry, Scope: p.Name, Extra: true, Line: line})
	}
	g.add(p)
}

func (g *gemfile) add(p inventory.Package) {
	if badVersion(p.Constraint) {
		unknownName(g.doc, p.Name+" "+p.Constraint)
		return
	}
	p.Ecosystem, p.Direct = rubyGems, true
	p.Version = exactGem(p.Constraint)
	g.doc.Packages = append(g.doc.Packages, p)
}

// constraintOfGem joins the literal versions of a gem.
func constraintOfGem(args []rubyArg) string {
	var all []string
	for _, arg := range args {
		if !arg.computed {
			all = append(all, arg.texts...)
		}
	}
	return strings.Join(all, ", ")
}

// hidden notes gems that stand inside another statement, where they are not read.
func (g *gemfile) hidden(s []rubyToken) {
	for i := 1; i+1 < len(s); i++ {
		if s[i].is(rubyWord, "gem") && !s[i-1].is(rubyMark, ".") && (s[i+1].kind == rubyString || s[i+1].kind == rubyWord || s[i+1].is(rubyMark, "(")) {
			unknown(g.doc, "line %d: a gem stands inside an expression that is not evaluated", s[i].line)
			return
		}
	}
}

// nest follows the blocks that a statement opens and ends. What is opened holds inner.
func (g *gemfile) nest(s []rubyToken, inner gemBlock) {
	opens := 0
	loop := false
	for i, t := range s {
		if t.kind != rubyWord || i > 0 && (s[i-1].is(rubyMark, ".") || s[i-1].is(rubyMark, "&.") || s[i-1].is(rubyWord, "def")) {
			continue
		}
		start := i == 0 || s[i-1].is(rubyMark, "=") || s[i-1].is(rubyMark, "(")
		switch t.text {
		case "end":
			opens--
		case "do":
			if !loop {
				opens++
			}
			loop = false
		case "while", "until", "for":
			if start {
				opens++
				loop = true
			}
		case "if", "unless", "case", "begin", "def", "class", "module":
			if start {
				opens++
			}
		}
	}
	for ; opens > 0; opens-- {
		g.blocks = append(g.blocks, inner)
	}
	if n := len(g.blocks) + opens; opens < 0 {
		g.blocks = g.blocks[:max(n, 1)]
	}
}
