package image

import (
	"strings"
	"unicode"
)

// maxInstruction bounds an instruction's text, in bytes.
const maxInstruction = 300

// instruction is a history's line as its author wrote it in the Dockerfile, as far as that can be told.
func instruction(createdBy, comment string) string {
	s := strings.TrimSpace(createdBy)
	if s == "" {
		s = strings.TrimSpace(comment)
	}
	s = strings.TrimSpace(strings.TrimSuffix(s, "# buildkit"))
	if rest, ok := strings.CutPrefix(s, "RUN "); ok {
		s = strings.TrimSpace(rest)
		if !isShell(s) {
			s = "RUN " + s
		}
	}
	s = withoutArguments(s)
	if rest, ok := cutShell(s); ok {
		if nop, ok := strings.CutPrefix(rest, "#(nop)"); ok {
			s = strings.TrimSpace(nop)
		} else {
			s = "RUN " + rest
		}
	}
	return clip(blot(oneLine(s)), maxInstruction)
}

func isShell(s string) bool {
	_, ok := cutShell(withoutArguments(s))
	return ok
}

// cutShell takes off the shell that docker puts before what it runs.
func cutShell(s string) (rest string, ok bool) {
	for _, shell := range []string{"/bin/sh -c ", "/bin/bash -c ", "/bin/ash -c ", "/bin/bash -o pipefail -c ", "/bin/ash -eo pipefail -c ", "/bin/sh -ec "} {
		if rest, ok := strings.CutPrefix(s, shell); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return s, false
}

// withoutArguments takes off the build arguments that docker puts before a shell, as "|2 A=1 B=2 /bin/sh -c make".
func withoutArguments(s string) string {
	if !strings.HasPrefix(s, "|") {
		return s
	}
	if n := strings.Index(s, " /bin/"); n >= 0 {
		return s[n+1:]
	}
	return s
}

// oneLine makes one line of a text, with single blanks.
func oneLine(s string) string {
	if len(s) > 8*maxInstruction {
		s = s[:8*maxInstruction]
	}
	return strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ")
}

const blotted = "***"

// blot takes out of an instruction what looks like a secret: it names a place in reports, and secrets are the secrets engine's,
// which sees the configuration itself. It would rather blot too much.
func blot(s string) string {
	words := strings.Split(s, " ")
	next := nothing
	for n, w := range words {
		lower := strings.ToLower(strings.Trim(w, `"'`))
		switch {
		case next == untilQuote:
			words[n] = blotted
			if strings.ContainsAny(w, `"'`) {
				next = nothing
			}
			continue
		case next == oneWord:
			words[n], next = blotted, nothing
			continue
		case strings.HasSuffix(lower, ":") && isSecretName(lower):
			next = untilQuote
		case lower == "-u" || lower == "--user" || strings.HasPrefix(lower, "--") && !strings.Contains(lower, "=") && isSecretName(lower):
			next = oneWord
		}
		words[n] = blotWord(w)
	}
	return strings.Join(words, " ")
}

// How much of what follows a word is secret.
const (
	nothing = iota
	oneWord
	untilQuote
)

func blotWord(w string) string {
	if scheme, rest, ok := strings.Cut(w, "://"); ok {
		host, path, _ := strings.Cut(rest, "/")
		if at := strings.LastIndexByte(host, '@'); at >= 0 {
			host = blotted + host[at:]
		}
		address, _, asked := strings.Cut(path, "?")
		if asked {
			address += "?" + blotted
		}
		var steps []string
		for step := range strings.SplitSeq(address, "/") {
			steps = append(steps, blotDrawn(step))
		}
		if before, _, ok := strings.Cut(scheme, "="); ok && isSecretName(before) {
			return before + "=" + blotted
		}
		return scheme + "://" + host + "/"[:min(1, len(path))] + strings.Join(steps, "/")
	}
	for _, between := range []string{"=", `":`, `':`} {
		if name, value, ok := strings.Cut(w, between); ok && value != "" && isSecretName(name) {
			return name + between + blotted
		}
	}
	return blotDrawn(w)
}

// isSecretName tells names whose values are not for everybody.
func isSecretName(name string) bool {
	lower := strings.ToLower(name)
	for _, part := range []string{"pass", "pwd", "secret", "token", "key", "auth", "cred", "cookie", "session", "private", "salt", "dsn", "license"} {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}

// blotDrawn blots what looks drawn and not written: long runs of letters and digits mixed. Digests are kept: they name what is public.
func blotDrawn(w string) string {
	if strings.Contains(w, "sha256:") || strings.Contains(w, "file:") || strings.Contains(w, "dir:") || strings.Contains(w, "multi:") {
		return w
	}
	run, digits, letters := 0, 0, 0
	for _, r := range w {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
			letters++
		case r == '_' || r == '-' || r == '+':
		default:
			run, digits, letters = 0, 0, 0
			continue
		}
		run++
		if run >= 20 && digits >= 3 && letters >= 3 {
			return blotted
		}
	}
	return w
}
