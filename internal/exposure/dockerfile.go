package exposure

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"
)

// dockerfile is what a Dockerfile puts into its image (https://docs.docker.com/reference/dockerfile/).
type dockerfile struct {
	// copies are from the build context, in order.
	copies []copied
	// workdirs are the folders of the image that it works in, absolute.
	workdirs []string
	bases    []string
}

type copied struct {
	sources []string
	// to is absolute in the image.
	to   string
	line int
}

// isDockerfile tells a Dockerfile by its name: Dockerfile, Dockerfile.api, api.Dockerfile, Containerfile.
func isDockerfile(base string) bool {
	_, ok := dockerfileName(base)
	return ok
}

// dockerfileName is what the name of a Dockerfile says beside that: "api" for "Dockerfile.api".
func dockerfileName(base string) (string, bool) {
	lower := strings.ToLower(base)
	for _, word := range []string{"dockerfile", "containerfile"} {
		if lower == word {
			return "", true
		}
		if name, ok := strings.CutPrefix(lower, word+"."); ok && name != "dockerignore" {
			return name, name != "md" && name != "tmpl"
		}
		if name, ok := strings.CutSuffix(lower, "."+word); ok {
			return name, true
		}
	}
	return "", false
}

// maxDockerfile bounds the instructions of a Dockerfile.
const maxInstructions = 10_000

// readDockerfile reads the instructions that tell what is in the image. Whatever else stands there is passed over.
func readDockerfile(data []byte) *dockerfile {
	d := &dockerfile{}
	work, here := "/", false
	count := 0
	for line, text := range instructions(data) {
		if count++; count > maxInstructions {
			break
		}
		name, rest, _ := strings.Cut(text, " ")
		rest = strings.TrimSpace(rest)
		switch strings.ToUpper(name) {
		case "FROM":
			work, here = "/", true
			for _, f := range strings.Fields(rest) {
				if !strings.HasPrefix(f, "--") {
					d.bases = append(d.bases, f)
					break
				}
			}
		case "WORKDIR":
			if here {
				work = absolute(work, strings.Trim(rest, `"'`))
				d.workdirs = append(d.workdirs, work)
			}
		case "COPY", "ADD":
			if c, ok := readCopy(rest, work); ok && here {
				c.line = line
				d.copies = append(d.copies, c)
			}
		}
	}
	if !here {
		return nil
	}
	return d
}

func absolute(work, p string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join(work, p)
}

// readCopy reads the arguments of COPY and ADD; false where they come from another stage or from elsewhere.
func readCopy(rest, work string) (copied, bool) {
	var args []string
	for strings.HasPrefix(rest, "--") {
		flag, after, _ := strings.Cut(rest, " ")
		if strings.HasPrefix(flag, "--from") {
			return copied{}, false
		}
		rest = strings.TrimSpace(after)
	}
	if strings.HasPrefix(rest, "[") {
		if json.Unmarshal([]byte(rest), &args) != nil {
			return copied{}, false
		}
	} else {
		args = strings.Fields(rest)
	}
	if len(args) < 2 || strings.HasPrefix(args[0], "<<") {
		return copied{}, false
	}
	c := copied{to: absolute(work, args[len(args)-1])}
	for _, s := range args[:len(args)-1] {
		if !strings.Contains(s, "://") && !strings.Contains(s, "$") {
			c.sources = append(c.sources, s)
		}
	}
	return c, len(c.sources) > 0
}

// instructions gives the instructions with the line each begins on: continued lines are joined, comments dropped.
func instructions(data []byte) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		var b strings.Builder
		begin, number, until := 0, 0, ""
		for line := range bytes.Lines(data) {
			number++
			text := strings.TrimSpace(string(line))
			if until != "" {
				if text == until {
					until = ""
				}
				continue
			}
			if text == "" || text[0] == '#' {
				continue
			}
			if b.Len() == 0 {
				begin = number
			}
			part, more := strings.CutSuffix(text, "\\")
			if b.Len() < maxText*16 {
				b.WriteString(part)
			}
			if more {
				continue
			}
			if !yield(begin, b.String()) {
				return
			}
			until = hereDocument(b.String())
			b.Reset()
		}
		if b.Len() > 0 {
			yield(begin, b.String())
		}
	}
}

// hereDocument gives the word that ends the document which an instruction begins ("RUN <<EOF"), "" for none.
func hereDocument(text string) string {
	name, rest, _ := strings.Cut(text, " ")
	switch strings.ToUpper(name) {
	case "RUN", "COPY", "ADD":
	default:
		return ""
	}
	_, word, ok := strings.Cut(rest, "<<")
	if !ok || strings.HasPrefix(word, "<") {
		return ""
	}
	word = strings.TrimPrefix(word, "-")
	if end := strings.IndexAny(word, " \t;|&>"); end >= 0 {
		word = word[:end]
	}
	return strings.Trim(word, `"'`)
}

// held are the folders of the target that the image holds, given the build context and the Dockerfile's own folder.
func (d *dockerfile) held(context, own string) (folders []string, line int) {
	var everything []copied
	for _, c := range d.copies {
		for _, s := range c.sources {
			at, ok := under(context, strings.TrimLeft(s, "/"))
			if !ok {
				continue
			}
			switch base := path.Base(at); {
			case at == context:
				everything = append(everything, c)
			case strings.ContainsAny(base, "*?["):
				at, _ = under(at, "..")
				fallthrough
			default:
				folders = append(folders, at)
			}
			if line == 0 || at == context {
				line = c.line
			}
		}
	}
	if len(everything) == 0 {
		return folders, line
	}
	// All of the context is there: what is worked in tells which part is meant.
	for _, c := range everything {
		for _, w := range d.workdirs {
			if rest, ok := strings.CutPrefix(w, strings.TrimRight(c.to, "/")+"/"); ok && rest != "" {
				at, _ := under(context, rest)
				folders = append(folders, at)
			}
		}
	}
	if own != context && strings.HasPrefix(own, strings.TrimLeft(context+"/", "/")) {
		return append(folders, own), line
	}
	return append(folders, context), line
}
