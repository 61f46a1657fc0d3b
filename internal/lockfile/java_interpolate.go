package lockfile

import "strings"

const (
	// maxExpanded is how long a text may become, in bytes.
	maxExpanded = 4 << 10
	// maxReferences is how many references may follow one another.
	maxReferences = 64
)

// interpolator replaces ${name} by values that may refer to others. Each value is worked out once, so that values which double one
// another cost no more than they are written.
type interpolator struct {
	lookup func(name string) (string, bool)
	done   map[string]string
	depth  int
}

func newInterpolator(lookup func(string) (string, bool)) *interpolator {
	return &interpolator{lookup: lookup, done: map[string]string{}}
}

// expand replaces what is known. What is not known, refers to itself or would grow too long stays as it is written.
func (i *interpolator) expand(text string) string {
	if !strings.Contains(text, "${") || len(text) > maxExpanded {
		return text
	}
	var out strings.Builder
	for rest := text; ; {
		start := strings.Index(rest, "${")
		if start < 0 {
			out.WriteString(rest)
			break
		}
		end := strings.IndexByte(rest[start:], '}')
		if end < 0 {
			out.WriteString(rest)
			break
		}
		out.WriteString(rest[:start])
		out.WriteString(i.value(rest[start+2 : start+end]))
		rest = rest[start+end+1:]
		if out.Len() > maxExpanded {
			return text
		}
	}
	return out.String()
}

// value gives the value of one name, or the reference itself.
func (i *interpolator) value(name string) string {
	reference := "${" + name + "}"
	if v, ok := i.done[name]; ok {
		return v
	}
	raw, ok := i.lookup(name)
	if !ok || i.depth >= maxReferences {
		return reference
	}
	i.done[name] = reference // for what refers to itself
	i.depth++
	v := i.expand(raw)
	i.depth--
	i.done[name] = v
	return v
}

// pomLookup finds the value of a reference in one pom.xml's properties.
func pomLookup(set map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if v, ok := set[name]; ok && !strings.Contains(name, ":") {
			return v, true
		}
		return ownValue(set, name)
	}
}

// ownValue finds what a project says of itself: ${project.version} and its older forms.
func ownValue(set map[string]string, name string) (string, bool) {
	own, ok := strings.CutPrefix(name, "project.")
	if !ok {
		if own, ok = strings.CutPrefix(name, "pom."); !ok {
			own = name
		}
	}
	parent := strings.SplitN(set[pomParent], ":", 3)
	if len(parent) < 3 {
		parent = []string{"", "", ""}
	}
	var v string
	switch own {
	case "groupId":
		v = first(set[pomOwn+"groupId"], parent[0])
	case "version":
		v = first(set[pomOwn+"version"], parent[2])
	case "artifactId", "packaging":
		v = set[pomOwn+own]
	case "parent.groupId":
		v = parent[0]
	case "parent.artifactId":
		v = parent[1]
	case "parent.version":
		v = parent[2]
	}
	return v, v != ""
}
