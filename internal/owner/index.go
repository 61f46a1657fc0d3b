package owner

import (
	"slices"
	"strings"
)

// index finds the rules that may match a path without trying them all: each rule is filed under one thing that a path must have for it.
// Lists are in the order of the file.
type index struct {
	// prefix files rules by the folders or file they begin with ("/apps/shop/*.go" under "apps/shop"), part by a name that must be in the path
	// ("**/test/*" under "test"), extension by the extension of one of its names ("*.min.js" under "js").
	prefix, part, extension map[string][]int32
	// rest must always be tried.
	rest []int32
}

// keys is where a rule can be filed.
type keys struct {
	prefix    string
	parts     []string
	extension string
}

const special = `*?[\`

// keysOf finds what a path must have for a gitignore pattern to match it.
func keysOf(pattern string) (k keys) {
	pattern = strings.TrimSuffix(pattern, "/")
	anchored := strings.Contains(pattern, "/")
	begins := anchored
	for part := range strings.SplitSeq(strings.TrimPrefix(pattern, "/"), "/") {
		if strings.ContainsAny(part, special) {
			begins = false
			tail := part[strings.LastIndexAny(part, special)+1:]
			if dot := strings.LastIndexByte(tail, '.'); dot >= 0 && !strings.ContainsAny(part, `[\`) {
				k.extension = tail[dot+1:]
			}
			continue
		}
		if begins {
			if k.prefix != "" {
				k.prefix += "/"
			}
			k.prefix += part
		}
		k.parts = append(k.parts, part)
	}
	return k
}

// newIndex files each rule where the fewest others are.
func newIndex(rules []rule) index {
	x := index{prefix: map[string][]int32{}, part: map[string][]int32{}, extension: map[string][]int32{}}
	count := map[string]int{}
	for i := range rules {
		for _, p := range rules[i].keys.parts {
			count[p]++
		}
	}
	for i := range rules {
		k, at := &rules[i].keys, int32(i)
		switch {
		case k.prefix != "":
			x.prefix[k.prefix] = append(x.prefix[k.prefix], at)
		case len(k.parts) > 0:
			rarest := slices.MinFunc(k.parts, func(a, b string) int { return count[a] - count[b] })
			x.part[rarest] = append(x.part[rarest], at)
		case k.extension != "":
			x.extension[k.extension] = append(x.extension[k.extension], at)
		default:
			x.rest = append(x.rest, at)
		}
		*k = keys{} // not needed any more
	}
	return x
}

// find gives the rules that match a path: all of them in a GitLab file, else the last one. It gives up on what costs too much.
func (c *Codeowners) find(path string) (found []int, ok bool) {
	all, last, left := c.dialect == GitLab, -1, maxWork
	size := len(path)
	if !all {
		size *= 1 + strings.Count(path, "/") // each folder is asked about
	}
	try := func(list []int32) {
		for _, at := range slices.Backward(list) {
			i := int(at)
			if i <= last {
				return
			}
			if left -= c.rules[i].work * size; left < 0 {
				return
			}
			if !c.rules[i].matches(path) {
				continue
			}
			if all {
				found = append(found, i)
				continue
			}
			last = i
			return
		}
	}
	try(c.index.rest)
	begin := 0
	for i := 0; i <= len(path); i++ {
		if i < len(path) && path[i] != '/' {
			continue
		}
		try(c.index.prefix[path[:i]])
		part := path[begin:i]
		try(c.index.part[part])
		if dot := strings.LastIndexByte(part, '.'); dot >= 0 {
			try(c.index.extension[part[dot+1:]])
		}
		begin = i + 1
	}
	if !all && last >= 0 {
		found = []int{last}
	}
	return found, left >= 0
}
