package image

import (
	"strings"
)

// piped is a download that goes straight into an interpreter.
type piped struct{ host, shell string }

// pipedDownloads finds in a shell command what is fetched and run without being looked at: "curl … | sh", "bash <(curl …)",
// "sh -c "$(curl …)"", "eval "$(wget …)"". It reads words and not the whole grammar of a shell.
func pipedDownloads(command string, depth int) []piped {
	var out []piped
	if depth > maxShells {
		return nil
	}
	for _, pipeline := range pipelines(command) {
		host, fetched := "", false
		for _, stage := range pipeline {
			words := stage.command()
			if len(words) == 0 {
				continue
			}
			name := base0(words[0])
			if by := interpreter(name); fetched && by != "" && readsProgram(words[1:]) {
				out = append(out, piped{host, by})
				break
			}
			if inner := innerCommand(name, stage.text); inner != "" {
				out = append(out, pipedDownloads(inner, depth+1)...)
			}
			if isFetcher(name) {
				host, fetched = hostIn(words), true
			}
			if shell := runsText(name, words[1:]); shell != "" {
				if text, ok := substituted(stage.text); ok {
					out = append(out, piped{hostIn(strings.Fields(text)), shell})
					break
				}
			}
		}
	}
	return out
}

// maxShells bounds how many shells start one another in a command.
const maxShells = 3

// innerCommand is the command that a shell is given as text: sh -c '…'.
func innerCommand(name, text string) string {
	if !isShell(name) {
		return ""
	}
	_, inner, ok := strings.Cut(text, "c '")
	end := "'"
	if !ok {
		if _, inner, ok = strings.Cut(text, `c "`); !ok {
			return ""
		}
		end = `"`
	}
	if n := strings.LastIndex(inner, end); n >= 0 {
		inner = inner[:n]
	}
	return inner
}

// stage is one command of a pipeline.
type stage struct{ text string }

// command gives the words from the command's name on: assignments, "sudo", "env" and their like before it are passed over.
func (s stage) command() []string {
	words := strings.Fields(s.text)
	for len(words) > 0 {
		w := strings.Trim(words[0], `"'({&`)
		switch {
		case w == "" || w == "sudo" || w == "env" || w == "exec" || w == "command" || w == "time" || w == "then" || w == "do" || w == "else" || w == "!" || w == "if" || w == "RUN" || w == "set":
		case strings.Contains(w, "=") && !strings.HasPrefix(w, "-"):
		case strings.HasPrefix(w, "-"): // an option of sudo or env
		default:
			words[0] = w
			return words
		}
		words = words[1:]
	}
	return nil
}

// pipelines cuts a command at ";", "&", "&&", "||" and line ends into pipelines, and these at "|" into stages; quoted text stays whole.
func pipelines(command string) [][]stage {
	var out [][]stage
	var now []stage
	var quote byte
	start := 0
	cut := func(end int) {
		now = append(now, stage{command[start:end]})
	}
	for n := 0; n < len(command); n++ {
		c := command[n]
		switch {
		case c == '\\' && quote != '\'':
			n++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '|' && n+1 < len(command) && command[n+1] == '|', c == ';', c == '\n', c == '&' && (n == 0 || command[n-1] != '>' && command[n-1] != '|'):
			cut(n)
			out = append(out, now)
			now = nil
			if c == '|' {
				n++
			}
			start = n + 1
		case c == '|':
			cut(n)
			start = n + 1
		}
	}
	cut(len(command))
	return append(out, now)
}

// base0 is a command's name without its folder and what closes around it.
func base0(path string) string {
	return strings.TrimRight(path[strings.LastIndexByte(path, '/')+1:], ")}\"'`;")
}

func isFetcher(name string) bool {
	switch name {
	case "curl", "wget", "fetch", "aria2c", "axel", "http", "lynx":
		return true
	}
	return false
}

// interpreter is the plain name of a program that runs what it reads, "" for any other.
func interpreter(name string) string {
	if isShell(name) {
		return name
	}
	for _, plain := range []string{"python", "perl", "ruby", "node", "php", "pwsh"} {
		if strings.HasPrefix(name, plain) {
			return plain
		}
	}
	return ""
}

// readsProgram tells by an interpreter's arguments that it takes its program from what is piped into it.
func readsProgram(arguments []string) bool {
	for _, a := range arguments {
		switch {
		case a == "-" || a == "-s" || a == "--" || a == "/dev/stdin":
			return true
		case a == "-c" || a == "-m" || a == "-e" || a == "-r" || a == "-p" || strings.HasPrefix(a, "-ne") || strings.HasPrefix(a, "-pe") || strings.HasPrefix(a, "-le"):
			return false // the program stands in the arguments
		case !strings.HasPrefix(a, "-") && !strings.HasPrefix(a, ">") && !strings.HasPrefix(a, "2>") && strings.Trim(a, `)"'`) != "":
			return false // the program is a file
		}
	}
	return true
}

func isShell(name string) bool {
	switch name {
	case "sh", "bash", "ash", "dash", "zsh", "ksh":
		return true
	}
	return false
}

// runsText names what runs the text that a substitution gives, "" where nothing does.
func runsText(name string, arguments []string) string {
	switch {
	case name == "eval" || name == "source" || name == ".":
		if name == "." {
			return "the shell"
		}
		return name
	case isShell(name) && len(arguments) > 0:
		return name
	}
	return ""
}

// nearby is how far into a substitution its command is looked for, in bytes.
const nearby = 1 << 10

// substituted is the text of a download whose output takes its place in the command: $(curl …), `curl …` or <(curl …).
func substituted(text string) (string, bool) {
	for _, open := range []string{"$(", "<(", "`"} {
		for rest := text; ; {
			n := strings.Index(rest, open)
			if n < 0 {
				break
			}
			rest = rest[n+len(open):]
			words := stage{rest[:min(len(rest), nearby)]}.command()
			if len(words) > 0 && isFetcher(base0(words[0])) {
				return strings.Join(words, " "), true
			}
		}
	}
	return "", false
}

// hostIn is the host of the first web address among the words.
func hostIn(words []string) string {
	for _, w := range words {
		if n := strings.Index(w, "http"); n >= 0 {
			if host := hostOf(strings.TrimRight(w[n:], `"')`+"`;")); host != "" {
				return host
			}
		}
	}
	return unnamedHost
}
