package image

import (
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// maxInstruction is how much of an instruction is looked at, in bytes.
const maxInstruction = 64 << 10

// instructions are the steps of the history as their author wrote them, in order.
func (v *view) instructions() []string {
	if v.config == nil {
		return nil
	}
	var out []string
	for _, h := range v.config.History {
		out = append(out, written(h.CreatedBy[:min(len(h.CreatedBy), maxInstruction)]))
	}
	return out
}

// written takes off what docker and BuildKit put around an instruction: "#(nop)", the shell and the build arguments before it.
func written(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimSpace(strings.TrimSuffix(s, "# buildkit"))
	if _, rest, ok := strings.Cut(s, "#(nop)"); ok && strings.HasPrefix(s, "/bin/") {
		return strings.TrimSpace(rest)
	}
	run, isRun := strings.CutPrefix(s, "RUN ")
	if strings.HasPrefix(run, "|") {
		if n := strings.Index(run, " /bin/"); n >= 0 {
			run = run[n+1:]
		}
	}
	if name, rest, ok := strings.Cut(run, " -c "); ok && strings.HasPrefix(name, "/bin/") && !strings.ContainsAny(name, "|;&") {
		return "RUN " + rest
	}
	if isRun {
		return "RUN " + run
	}
	return s
}

func checkRemoteAdd(v *view, report func(fault)) {
	once := map[string]bool{}
	for _, text := range v.instructions() {
		words := strings.Fields(text)
		if len(words) < 3 || words[0] != "ADD" {
			continue
		}
		var sources []string
		sealed := false
		for _, w := range words[1:] {
			sealed = sealed || strings.HasPrefix(w, "--checksum=")
			if !strings.HasPrefix(w, "--") {
				sources = append(sources, w)
			}
		}
		for n, s := range sources {
			host := hostOf(s)
			switch {
			case host != "" && n < len(sources)-1 && !sealed && !isPinnedGit(s):
			case isHex64(s) && n == 0 && len(sources) > 1 && sources[1] == "in": // how docker without BuildKit writes down a file that it fetched
				host = "an address that the history does not name"
			default:
				continue
			}
			if !once[host] {
				once[host] = true
				report(fault{message: fmt.Sprintf("ADD fetches a file from %s, and nothing says what it must be", host), parts: []string{host}, facts: hostFact(host)})
			}
		}
	}
}

// isPinnedGit tells a repository that is named with a commit.
func isPinnedGit(s string) bool {
	_, after, ok := strings.Cut(s, "#")
	commit, _, _ := strings.Cut(after, ":")
	return ok && (len(commit) == 40 || len(commit) == 64) && isHex(commit)
}

func isHex(s string) bool   { return s != "" && strings.Trim(s, "0123456789abcdef") == "" }
func isHex64(s string) bool { return len(s) == 64 && isHex(s) }

// hostOf is the host of a web address, "" where the text is none, and where the host is no name that may be shown.
func hostOf(s string) string {
	s = strings.Trim(s, `"'[],`)
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return ""
		}
	}
	if n := strings.IndexAny(rest, "/?#"); n >= 0 {
		rest = rest[:n]
	}
	rest = strings.ToLower(rest[strings.LastIndexByte(rest, '@')+1:])
	if rest == "" || len(rest) > 255 || strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789.-:") != "" {
		return unnamedHost
	}
	return rest
}

// unnamedHost stands for a host that is made up when the image is built.
const unnamedHost = "an address that is made up during the build"

func hostFact(host string) []finding.Fact {
	if strings.HasPrefix(host, "an address") {
		return nil
	}
	return []finding.Fact{{Name: "host", Value: host}}
}

func checkPipeToShell(v *view, report func(fault)) {
	once := map[string]bool{}
	for _, text := range v.instructions() {
		if !strings.HasPrefix(text, "RUN ") {
			continue
		}
		for _, p := range pipedDownloads(strings.TrimPrefix(text, "RUN "), 0) {
			if key := p.host + "\x00" + p.shell; !once[key] {
				once[key] = true
				report(fault{message: fmt.Sprintf("What %s answers is run by %s as it comes", p.host, p.shell), parts: []string{p.host, p.shell}, facts: hostFact(p.host)})
			}
		}
	}
}
