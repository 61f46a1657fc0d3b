package lsp

import (
	"path"
	"strings"
	"sync"
)

// comment is how a comment begins in a language, and how it ends ("" where the line ends it).
type comment struct{ open, end string }

// commentStyles names languages by the ids that editors give them and by the endings and names of their files.
var commentStyles = sync.OnceValue(func() map[string]comment {
	out := map[string]comment{}
	for _, style := range []struct {
		comment
		names string
	}{
		{comment{open: "//"}, "c cpp cc h hpp csharp cs dart go groovy gradle jenkinsfile java javascript js mjs cjs javascriptreact jsx jsonc json5 kotlin kt kts less " +
			"objective-c m objective-cpp mm php proto proto3 rust rs sass scss scala sc solidity sol swift typescript ts mts cts typescriptreact tsx zig go.mod"},
		{comment{open: "#"}, "shellscript sh bash zsh fish coffeescript dockerfile dockercompose dotenv env elixir ex exs gitignore graphql hcl tf tfvars terraform " +
			"ini cfg conf julia makefile mk nix perl pl pm powershell ps1 properties puppet pp python py pyi r ruby rb gemfile rakefile toml yaml yml " +
			"ansible helm nginx starlark bzl bazel"},
		{comment{open: "--"}, "sql lua haskell hs ada elm plsql"},
		{comment{open: ";"}, "clojure clj lisp scheme asm s"},
		{comment{open: "%"}, "latex tex erlang erl matlab"},
		{comment{open: "REM"}, "bat cmd"},
		{comment{open: "<!--", end: " -->"}, "html htm xml xhtml svg markdown md vue xsl csproj"},
		{comment{open: "/*", end: " */"}, "css"},
	} {
		for name := range strings.FieldsSeq(style.names) {
			out[name] = style.comment
		}
	}
	return out
})

// commentOf gives how comments are written in a document: by its language, else by its name.
func commentOf(language, name string) (comment, bool) {
	base := strings.ToLower(path.Base(name))
	ending := strings.TrimPrefix(path.Ext(base), ".")
	for _, many := range []string{".env", "dockerfile"} { // .env.local, Dockerfile.build
		if strings.HasPrefix(base, many+".") {
			ending = strings.TrimPrefix(many, ".")
		}
	}
	for _, key := range []string{strings.ToLower(language), base, ending} {
		if c, known := commentStyles()[key]; known {
			return c, true
		}
	}
	return comment{}, false
}
