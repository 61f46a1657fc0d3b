package target

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/target/ignore"
)

// place is what is known about a folder of a listed work tree.
type place struct {
	scope *ignore.Scope
	// skip is why all of it is passed over, "" if it is not.
	skip string
}

// listing turns git's list of files into tasks.
type listing struct {
	*walk
	places map[string]place
	// ignoring are the folders with a .reeveignore of their own.
	ignoring map[string]bool
	last     task
}

// queueListed queues the files that git has listed, except what .reeveignore and the configuration pass over.
func (w *walk) queueListed(files []git.File) {
	slices.SortFunc(files, func(a, b git.File) int { return strings.Compare(a.Path, b.Path) })
	files = slices.CompactFunc(files, func(a, b git.File) bool { return a.Path == b.Path }) // unmerged files are listed thrice
	l := &listing{walk: w, places: map[string]place{}, ignoring: map[string]bool{"": true}}
	for _, f := range files {
		if dir, name := split(f.Path); name == ".reeveignore" {
			l.ignoring[dir] = true
		}
	}
	for _, f := range files {
		l.add(f)
	}
	l.flush()
}

func (l *listing) add(f git.File) {
	path, nested := strings.CutSuffix(f.Path, "/") // an untracked repository inside this one
	nested = nested || f.Submodule
	if !localPath(path) {
		return
	}
	dir, name := split(path)
	p := l.place(dir)
	skip := p.skip
	if skip == "" {
		skip = l.skip(p.scope, path, nested)
	}
	switch {
	case skip != "":
		l.workers[0].looked.Skip(skip)
	case nested:
		l.queue.push(task{dir: path, scope: p.scope})
	default:
		if n := len(l.last.names); n == 0 || n == chunk || l.last.dir != dir {
			l.flush()
			l.last = task{dir: dir, listed: true}
		}
		l.last.names = append(l.last.names, name)
	}
}

func (l *listing) flush() {
	if len(l.last.names) > 0 {
		l.queue.push(l.last)
	}
	l.last = task{}
}

// place works out what holds in a folder, once.
func (l *listing) place(dir string) place {
	if p, known := l.places[dir]; known {
		return p
	}
	var p place
	if dir != "" {
		above, _ := split(dir)
		p = l.place(above)
		if p.skip == "" {
			p.skip = l.skip(p.scope, dir, true)
		}
	}
	if l.ignoring[dir] && p.skip == "" {
		if in, err := l.workers[0].folderOf(task{dir: dir}); err == nil {
			p.scope = p.scope.Within(dir, l.workers[0].ignoreFile(in, dir, ".reeveignore"))
			in.release()
		}
	}
	l.places[dir] = p
	return p
}

func (l *listing) skip(scope *ignore.Scope, path string, directory bool) string {
	switch {
	case l.dir.exclude.Ignored(path, directory):
		return skipExcluded
	case scope.Ignored(path, directory):
		return skipIgnored
	}
	return ""
}

// localPath tells whether each step of a path goes down. A damaged index may list others; openat would refuse only some of them.
func localPath(path string) bool {
	for step := range strings.SplitSeq(path, "/") {
		if step == "" || step == "." || step == ".." || step == ".git" {
			return false
		}
	}
	return true
}
