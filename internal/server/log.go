package server

import (
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// LogOptions say how a program logs.
type LogOptions struct {
	// Level is debug, info, warn or error; "" is info.
	Level string
	// Terminal makes lines for people, with the time of day; else each line is a JSON object.
	Terminal bool
}

// Levels lists the levels of LogOptions.
func Levels() []string { return []string{"debug", "info", "warn", "error"} }

// NewLog makes a log in which nothing is written out that looks like a secret, whoever logs it.
func NewLog(to io.Writer, o LogOptions) (*slog.Logger, error) {
	h := &slog.HandlerOptions{ReplaceAttr: mask}
	switch o.Level {
	case "debug":
		h.Level = slog.LevelDebug
	case "", "info":
		h.Level = slog.LevelInfo
	case "warn":
		h.Level = slog.LevelWarn
	case "error":
		h.Level = slog.LevelError
	default:
		return nil, fmt.Errorf("log level %q: want one of %s", o.Level, strings.Join(Levels(), ", "))
	}
	if !o.Terminal {
		return slog.New(slog.NewJSONHandler(to, h)), nil
	}
	h.ReplaceAttr = func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey && a.Value.Kind() == slog.KindTime {
			return slog.String(slog.TimeKey, a.Value.Time().Format(time.TimeOnly))
		}
		return mask(groups, a)
	}
	return slog.New(slog.NewTextHandler(to, h)), nil
}

// hidden are parts of names whose values are not written at all.
var hidden = []string{"token", "authorization", "password", "passwd", "passphrase", "cookie", "secret", "apikey", "privatekey", "credential"}

// redacted stands for a value that is not written.
const redacted = "[redacted]"

// named tells whether a name says that its value is a secret.
func named(key string) bool {
	key = strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(key))
	return slices.ContainsFunc(hidden, func(part string) bool { return strings.Contains(key, part) })
}

// mask hides what is named like a secret, also where a group around it is, and masks in all other values what looks like one.
func mask(groups []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindGroup {
		return a // its members come by themselves
	}
	if named(a.Key) || slices.ContainsFunc(groups, named) {
		return slog.String(a.Key, redacted)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(Clean(a.Value.String()))
	case slog.KindAny:
		text := textOf(a.Value.Any())
		if plain := Clean(text); plain != text {
			a.Value = slog.StringValue(plain)
		}
	}
	return a
}

// textOf is how a value would be written, "" for values that hold no text of others.
func textOf(v any) string {
	switch v := v.(type) {
	case nil, slog.Level, *slog.Source:
		return ""
	case error:
		return v.Error()
	case []byte:
		return string(v)
	}
	return fmt.Sprintf("%+v", v)
}

// shape is text that gives a secret away: its group is what is masked.
type shape struct {
	*regexp.Regexp
	group int
	whole bool
}

var shapes = sync.OnceValue(func() []shape {
	return []shape{
		// name=value and name: value, with or without quotes around either
		{regexp.MustCompile(`(?i)[a-z0-9_-]*(?:token|authorization|passw(?:or)?d|passphrase|cookie|secret|api[_-]?key|private[_-]?key)[a-z0-9_-]*["']?\]?\s*[:=]\s*["'\[]*(?:(?:bearer|basic|token)\s+)?([^\s"',;&\]]+)`), 1, true},
		{regexp.MustCompile(`(?i)\b(?:bearer|basic)\s+([a-z0-9._~+/=-]{12,})`), 1, true},
		{regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s:@"']*:([^/\s@"']+)@`), 1, true},
		{regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*`), 0, true},
		// tokens by their prefixes: JSON Web Tokens, those of reeve, of forges, clouds and registries
		{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?`), 0, false},
		{regexp.MustCompile(`\brv[jl]?_[A-Za-z0-9]{20,}`), 0, false},
		{regexp.MustCompile(`\b(?:gh[opsur]_|github_pat_|glpat-|gl[a-z]{2,6}-|xox[abeprs]-|npm_|pypi-|dop_v1_|hvs\.|whsec_|[rs]k_(?:live|test)_|sk-)[A-Za-z0-9_-]{16,}`), 0, false},
		{regexp.MustCompile(`\b(?:AKIA|ASIA|AIza)[A-Za-z0-9_-]{16,35}`), 0, false},
	}
})

// maxClean is how much of one text is written, in bytes.
const maxClean = 16 << 10

// Clean masks in a text what looks like a secret.
func Clean(text string) string {
	if len(text) > maxClean {
		text = strings.ToValidUTF8(text[:maxClean], "") + "…"
	}
	for _, s := range shapes() {
		text = s.clean(text)
	}
	return text
}

func (s shape) clean(text string) string {
	found := s.FindAllStringSubmatchIndex(text, -1)
	if found == nil {
		return text
	}
	var b strings.Builder
	last := 0
	for _, m := range found {
		from, to := m[2*s.group], m[2*s.group+1]
		b.WriteString(text[last:from])
		if s.whole {
			b.WriteString(redacted)
		} else {
			b.WriteString(finding.Mask(text[from:to]))
		}
		last = to
	}
	b.WriteString(text[last:])
	return b.String()
}
