package syntax

import (
	"regexp"
	"strings"
	"sync"
)

// phpNames finds that what follows is a name, and no variable.
var phpNames = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:(?:\b(?:class|interface|trait|enum|extends|implements|function|namespace|new|instanceof|insteadof|goto|const|use)|->|::|\\)\s*|#\[\s*|\)\s*:\s*)$`)
})

// phpTyped finds that what stands before it is a type: a variable or further types follow.
var phpTyped = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s+[$&.]`) })

// phpInParams finds that a text ends within the parameters of a function.
var phpInParams = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:function|fn)\b\s*&?\s*(?:\$?\w+)?\s*\([^()]*$`)
})

// phpHole writes a hole of a pattern: metavariables are variables wherever a variable can stand, and the language's own variables are none.
func phpHole(hole, before, after string) (string, bool) {
	quote := quoted(before)
	switch hole {
	case "...":
		if quote != 0 {
			return ellipsisWord, true
		}
		if strings.HasPrefix(after, "$") { // what is unpacked
			return hole, true
		}
		if phpInParams().MatchString(before) {
			return "$" + ellipsisWord, true
		}
		return "", false
	case "$_GET", "$_POST", "$_COOKIE", "$_REQUEST", "$_SERVER", "$_FILES", "$_ENV", "$_SESSION", "$GLOBALS":
		return hole, true
	}
	if hole[0] != '$' || strings.HasPrefix(hole, "$...") || quote == '\'' {
		return "", false
	}
	written := metaWord + hole[1:]
	if quote == 0 {
		if phpNames().MatchString(before) || phpTyped().MatchString(after) {
			return written, true
		}
		end := strings.TrimRight(before, " \n")
		if strings.HasPrefix(after, ":") && !strings.HasPrefix(after, "::") && (strings.HasSuffix(end, "(") || strings.HasSuffix(end, ",")) {
			return written, true // the name of an argument
		}
	}
	if quote != 0 && !strings.HasSuffix(before, "{") && !strings.HasPrefix(after, "->") && !strings.HasPrefix(after, "[") {
		return "{$" + written + "}", true
	}
	return "$" + written, true
}

// quoted gives the quote within which a text ends, 0 for none.
func quoted(text string) byte {
	var quote byte
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote == c:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"' || c == '`'):
			quote = c
		}
	}
	return quote
}
