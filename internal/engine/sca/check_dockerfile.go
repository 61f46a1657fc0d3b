package sca

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const (
	// maxDockerfiles and maxDockerfile bound what is read, in files and bytes.
	maxDockerfiles = 5000
	maxDockerfile  = 1 << 20
)

// aboutDockerfiles are the endings of what is about such files, or makes them, and is none.
var aboutDockerfiles = [...]string{".dockerignore", ".md", ".j2", ".tmpl", ".template", ".go", ".py", ".js", ".ts", ".rb", ".java", ".rs", ".php", ".cs", ".json", ".yaml", ".yml", ".html"}

// isDockerfile tells by its name that a file says how an image is built.
func isDockerfile(file string) bool {
	base := strings.ToLower(path.Base(file))
	for _, name := range []string{"dockerfile", "containerfile"} {
		if base == name || strings.HasPrefix(base, name+".") || strings.HasSuffix(base, "."+name) {
			return !slices.Contains(aboutDockerfiles[:], path.Ext(base))
		}
	}
	return false
}

// baseImage is one image that another is built from.
type baseImage struct {
	// name is the reference without tag and digest.
	name, tag, digest string
	line              int
}

// baseImages calls found with the base images of all Dockerfiles.
func baseImages(v *supplyView, found func(file string, b baseImage)) {
	if v.target == nil || v.target.Tree == nil || v.target.Asset.Kind == "image" {
		return
	}
	left := maxDockerfiles
	for _, file := range v.target.Tree.Paths() {
		if !isDockerfile(file) || isSample(file) {
			continue
		}
		if left--; left < 0 {
			notice(v.target, fmt.Sprintf("only the first %d Dockerfiles were read", maxDockerfiles))
			return
		}
		data, err := v.target.Tree.Read(file)
		if err != nil || len(data) > maxDockerfile {
			continue
		}
		for _, b := range readBaseImages(data) {
			if !b.isBuiltHere() {
				found(file, b)
			}
		}
	}
}

// isBuiltHere tells of names that no registry serves: those of the machine itself, and single words that an official image could
// not have.
func (b baseImage) isBuiltHere() bool {
	host, _, slash := strings.Cut(b.name, "/")
	if !slash {
		return strings.Contains(b.name, "_")
	}
	return (address{host: strings.ToLower(host)}).isHere()
}

// baseImageMoves reports base images without a tag, or with one that is meant to move.
func baseImageMoves(v *supplyView, _ *Supply, report func(fault)) {
	baseImages(v, func(file string, b baseImage) {
		if b.digest != "" || b.tag != "" && b.tag != "latest" {
			return
		}
		how := "by the tag latest"
		if b.tag == "" {
			how = "without a tag, which means latest"
		}
		report(fault{
			at: place(file, b.line), identity: []string{file, b.name},
			message: fmt.Sprintf("%s takes %s %s: the image is another one whenever its owner wishes.", file, clip(b.name), how),
			fix:     fmt.Sprintf("Name a release and its digest: FROM %s:1.2.3@sha256:…, and let a bot propose newer ones.", clip(b.name)),
		})
	})
}

// baseImageUndigested reports base images with a tag and no digest.
func baseImageUndigested(v *supplyView, _ *Supply, report func(fault)) {
	baseImages(v, func(file string, b baseImage) {
		if b.digest != "" || b.tag == "" || b.tag == "latest" {
			return
		}
		report(fault{
			at: place(file, b.line), identity: []string{file, b.name},
			message: fmt.Sprintf("%s takes %s by a tag, which can be moved to another image.", file, clip(b.name+":"+b.tag)),
			fix:     fmt.Sprintf("Add the digest: FROM %s@sha256:…, and let a bot keep it fresh.", clip(b.name+":"+b.tag)),
		})
	})
}

// instruction is one instruction of a Dockerfile.
type instruction struct {
	name, rest string
	line       int
}

var hereDocument = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^<])<<-?(?:"([A-Za-z0-9_.]+)"|'([A-Za-z0-9_.]+)'|([A-Za-z_][A-Za-z0-9_.]*))`)
})

// instructions reads a Dockerfile: continued lines are one, comments and here-documents are left out.
func instructions(data []byte) []instruction {
	escape := byte('\\')
	var all []instruction
	var text strings.Builder
	var ends []string // of here-documents that are open
	start, n := 0, 0
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
		n++
		trimmed := strings.TrimSpace(string(line))
		if len(ends) > 0 {
			if strings.TrimLeft(trimmed, "\t") == ends[0] {
				ends = ends[1:]
			}
			continue
		}
		if strings.HasPrefix(trimmed, "#") {
			if directive := strings.ToLower(strings.ReplaceAll(trimmed[1:], " ", "")); len(all) == 0 && directive == "escape=`" {
				escape = '`'
			}
			continue
		}
		if trimmed == "" {
			continue
		}
		if text.Len() == 0 {
			start = n
		}
		if trimmed[len(trimmed)-1] == escape {
			text.WriteString(trimmed[:len(trimmed)-1])
			text.WriteByte(' ')
			continue
		}
		text.WriteString(trimmed)
		name, rest, _ := strings.Cut(text.String(), " ")
		text.Reset()
		one := instruction{strings.ToUpper(name), strings.TrimSpace(rest), start}
		if one.name == "RUN" || one.name == "COPY" || one.name == "ADD" {
			for _, m := range hereDocument().FindAllStringSubmatch(one.rest, 16) {
				ends = append(ends, m[1]+m[2]+m[3])
			}
		}
		all = append(all, one)
	}
	return all
}

// readBaseImages gives the images that a Dockerfile is built from: those of FROM and of COPY --from. Names that only the build is
// told are left out.
func readBaseImages(data []byte) []baseImage {
	arguments := map[string]string{}
	stages := map[string]bool{"scratch": true}
	before := true // the first FROM: only arguments from there are known in it
	var out []baseImage
	seen := map[string]bool{}
	take := func(reference string, line int) {
		reference, ok := substituted(reference, arguments)
		if !ok || stages[strings.ToLower(reference)] || strings.Trim(reference, "0123456789") == "" || strings.ContainsAny(reference, "${}() \"'") || seen[reference] {
			return
		}
		seen[reference] = true
		out = append(out, splitReference(reference, line))
	}
	for _, i := range instructions(data) {
		words := strings.Fields(i.rest)
		switch i.name {
		case "ARG":
			for _, word := range words {
				if name, value, given := strings.Cut(word, "="); before && given {
					if value, ok := substituted(strings.Trim(value, `"'`), arguments); ok {
						arguments[name] = value
					}
				}
			}
		case "FROM":
			before = false
			for len(words) > 0 && strings.HasPrefix(words[0], "--") {
				words = words[1:]
			}
			if len(words) == 0 {
				continue
			}
			take(words[0], i.line)
			if len(words) == 3 && strings.EqualFold(words[1], "as") {
				stages[strings.ToLower(words[2])] = true
			}
		case "COPY":
			for _, word := range words {
				if from, ok := strings.CutPrefix(word, "--from="); ok {
					take(from, i.line)
				}
			}
		}
	}
	return out
}

// splitReference takes a reference to an image apart.
func splitReference(reference string, line int) baseImage {
	b := baseImage{line: line}
	b.name, b.digest, _ = strings.Cut(reference, "@")
	if colon := strings.LastIndexByte(b.name, ':'); colon > strings.LastIndexByte(b.name, '/') {
		b.name, b.tag = b.name[:colon], b.name[colon+1:]
	}
	return b
}

// substituted puts the values of build arguments into a text: $NAME, ${NAME}, ${NAME:-else}, ${NAME-else}. ok is false where a value
// is not known.
func substituted(text string, arguments map[string]string) (result string, ok bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "$")
		b.WriteString(before)
		if !found {
			return b.String(), b.Len() > 0 && b.Len() < 1000
		}
		var name, fallback string
		if inner, braced := strings.CutPrefix(rest, "{"); braced {
			inner, after, closed := strings.Cut(inner, "}")
			if !closed {
				return "", false
			}
			text = after
			name, fallback, _ = strings.Cut(inner, "-")
			name = strings.TrimSuffix(name, ":")
		} else {
			end := strings.IndexFunc(rest, func(r rune) bool {
				return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
			})
			if end < 0 {
				end = len(rest)
			}
			name, text = rest[:end], rest[end:]
		}
		value := arguments[name]
		if value == "" {
			value = fallback
		}
		if value == "" || b.Len() > 1000 {
			return "", false
		}
		b.WriteString(value)
	}
}
