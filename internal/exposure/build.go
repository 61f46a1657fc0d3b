package exposure

import (
	"path"
	"slices"
	"strings"
)

// build says that images are made from a folder.
type build struct {
	// names are references without variables filled in (see wild); context and dockerfile are relative to the root, dockerfile "" where it is the usual one.
	names               []string
	context, dockerfile string
	file                string
	line                int
	// how is who builds it, for the proof.
	how string
}

// readSkaffold reads the artifacts of skaffold.yaml (https://skaffold.dev/docs/references/yaml/), those of profiles too.
func readSkaffold(file string, doc node) []build {
	var out []build
	take := func(n node) {
		for a := range n.get("build", "artifacts").items() {
			name := a.get("image")
			if !name.present() {
				name = a.get("imageName") // before v1beta13
			}
			context := a.get("context").str()
			if context == "" {
				context = "."
			}
			at, ok := under(folder(file), context)
			if !ok || name.str() == "" {
				continue
			}
			b := build{names: []string{name.str()}, context: at, file: file, line: name.line(), how: "skaffold"}
			if d := a.get("docker", "dockerfile").str(); d != "" {
				b.dockerfile, _ = under(at, d)
			}
			if p := a.get("jib", "project").str(); p != "" {
				b.context, _ = under(at, strings.ReplaceAll(strings.Trim(p, ":"), ":", "/"))
			}
			out = append(out, b)
		}
	}
	take(doc)
	for p := range doc.get("profiles").items() {
		take(p)
	}
	return out
}

// maxMatrix bounds the combinations of a workflow's matrix.
const maxMatrix = 256

// readWorkflow reads the images that a GitHub workflow builds: docker/build-push-action and "docker build" in its steps.
func readWorkflow(file string, doc node) []build {
	var out []build
	for _, job := range doc.get("jobs").pairs() {
		matrix := readMatrix(job.get("strategy", "matrix"))
		meta := map[string][]string{} // images of docker/metadata-action by step id
		for s := range job.get("steps").items() {
			uses, _, _ := strings.Cut(s.get("uses").str(), "@")
			with := s.get("with")
			switch {
			case uses == "docker/metadata-action":
				meta[s.get("id").str()] = lines(with.get("images").text())
			case uses == "docker/build-push-action":
				b := build{context: with.get("context").str(), dockerfile: with.get("file").str(), file: file, line: s.get("uses").line(), how: "the workflow"}
				b.names = tagged(with.get("tags").text(), meta)
				out = append(out, b.expanded(matrix)...)
			case s.get("run").present():
				run := s.get("run")
				for _, b := range readCommands(run.text()) {
					b.file, b.line, b.how = file, run.line(), "the workflow"
					if w := s.get("working-directory").str(); w != "" {
						b.context, b.dockerfile = path.Join(w, b.context), joinFile(w, b.dockerfile)
					}
					out = append(out, b.expanded(matrix)...)
				}
			}
		}
	}
	return out
}

func joinFile(dir, file string) string {
	if file == "" {
		return ""
	}
	return path.Join(dir, file)
}

// readPipeline reads "docker build" in the scripts of .gitlab-ci.yml.
func readPipeline(file string, doc node) []build {
	var out []build
	for _, job := range doc.pairs() {
		for n := range job.get("script").items() {
			for _, b := range readCommands(n.text()) {
				b.file, b.line, b.how = file, n.line(), "the pipeline"
				out = append(out, b.expanded(nil)...)
			}
		}
	}
	return out
}

// tagged are the images of the tags of a build, those that the metadata action made among them.
func tagged(tags string, meta map[string][]string) []string {
	var out []string
	for _, tag := range lines(strings.ReplaceAll(tags, ",", "\n")) {
		if id, ok := strings.CutPrefix(strings.ReplaceAll(tag, " ", ""), "${{steps."); ok {
			id, _, _ = strings.Cut(id, ".")
			out = append(out, meta[id]...)
			continue
		}
		out = append(out, tag)
	}
	return out
}

func lines(text string) []string {
	var out []string
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" && len(out) < maxMatrix {
			out = append(out, l)
		}
	}
	return out
}

// readMatrix reads the combinations of a matrix, each by name.
func readMatrix(m node) []map[string]string {
	combinations := []map[string]string{{}}
	for key, values := range m.pairs() {
		if key == "include" || key == "exclude" || !values.isList() {
			continue
		}
		var next []map[string]string
		for _, c := range combinations {
			for v := range values.items() {
				if len(next) < maxMatrix {
					next = append(next, joined(c, flat(key, v)))
				}
			}
		}
		if len(next) > 0 {
			combinations = next
		}
	}
	included := 0
	for v := range m.get("include").items() {
		if included++; included > maxMatrix {
			break
		}
		c := map[string]string{}
		for k, value := range v.pairs() {
			c[k] = value.str()
		}
		combinations = append(combinations, c)
	}
	return combinations
}

// flat is a value of a matrix: a word, or an object with fields ("service.name").
func flat(key string, v node) map[string]string {
	if s := v.str(); s != "" {
		return map[string]string{key: s}
	}
	out := map[string]string{}
	for k, field := range v.pairs() {
		out[key+"."+k] = field.str()
	}
	return out
}

// expanded is the build for every combination of the matrix, with its names and folders made plain; a build whose folder stays unknown is dropped.
func (b build) expanded(matrix []map[string]string) []build {
	if len(matrix) == 0 {
		matrix = []map[string]string{nil}
	}
	var out []build
	for _, c := range matrix {
		one := b
		context := expression(b.context, c)
		if context == "" {
			context = "."
		}
		var ok bool
		if one.context, ok = under("", context); !ok || strings.ContainsAny(context, wild+"$") || strings.Contains(context, "://") {
			continue
		}
		if one.dockerfile = expression(b.dockerfile, c); strings.ContainsAny(one.dockerfile, wild+"$") {
			one.dockerfile = ""
		}
		if one.dockerfile != "" {
			if one.dockerfile, ok = under("", one.dockerfile); !ok {
				continue
			}
		}
		one.names = nil
		for _, n := range b.names {
			one.names = append(one.names, strings.ToLower(filled(expression(n, c))))
		}
		if !slices.ContainsFunc(out, func(o build) bool {
			return o.context == one.context && o.dockerfile == one.dockerfile && slices.Equal(o.names, one.names)
		}) {
			out = append(out, one)
		}
	}
	return out
}

// expression fills in "${{ matrix.x }}"; what else is between the braces becomes wild, but for the workspace, which is the root.
func expression(text string, values map[string]string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "${{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		inner, after, ok := strings.Cut(rest, "}}")
		if !ok {
			return wild
		}
		inner = strings.TrimSpace(inner)
		name, isMatrix := strings.CutPrefix(inner, "matrix.")
		switch value, known := values[name]; {
		case isMatrix && known:
			b.WriteString(value)
		case inner == "github.workspace":
			b.WriteString(".")
		default:
			b.WriteString(wild)
		}
		text = after
	}
}

// readCommands finds "docker build" (buildx, podman, buildah) in a script.
func readCommands(script string) []build {
	if !strings.Contains(script, "build") {
		return nil
	}
	var out []build
	for l := range strings.Lines(strings.NewReplacer("\\\r\n", " ", "\\\n", " ", "&&", "\n", ";", "\n", "||", "\n").Replace(script)) {
		words := strings.Fields(tight(l))
		for len(words) > 0 && (words[0] == "sudo" || strings.Contains(words[0], "=")) {
			words = words[1:]
		}
		if len(words) < 3 || !slices.Contains([]string{"docker", "podman", "buildah", "nerdctl"}, words[0]) {
			continue
		}
		at := slices.Index(words, "build")
		if words[0] == "buildah" && at < 0 {
			at = slices.Index(words, "bud")
		}
		if at > 0 && at <= 2 && len(out) < maxMatrix {
			if b, ok := readBuild(words[at+1:]); ok {
				out = append(out, b)
			}
		}
	}
	return out
}

// tight takes the spaces out of "${{ … }}", so that it is one word.
func tight(line string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(line, "${{")
		inner, after, closed := strings.Cut(rest, "}}")
		b.WriteString(before)
		if !ok || !closed {
			b.WriteString(line[len(before):])
			return b.String()
		}
		b.WriteString("${{" + strings.Join(strings.Fields(inner), "") + "}}")
		line = after
	}
}

// single are the flags of "docker build" that take no value.
func single(flag string) bool {
	switch flag {
	case "--push", "--load", "--pull", "--no-cache", "--quiet", "-q", "--rm", "--force-rm", "--squash", "--compress", "--debug", "-D", "--check", "--layers":
		return true
	}
	return false
}

// readBuild reads the arguments of "docker build".
func readBuild(args []string) (build, bool) {
	var b build
	for i := 0; i < len(args); i++ {
		a := strings.Trim(args[i], `"'`)
		if !strings.HasPrefix(a, "-") {
			b.context = a
			continue
		}
		flag, value, has := strings.Cut(a, "=")
		if !has && !single(flag) && i+1 < len(args) {
			i++
			value = strings.Trim(args[i], `"'`)
		}
		switch flag {
		case "-t", "--tag":
			b.names = append(b.names, value)
		case "-f", "--file":
			b.dockerfile = value
		}
	}
	return b, b.context != "" && b.context != "-" && len(b.names) > 0
}
