package image

import (
	"fmt"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

func checkSetuid(v *view, report func(fault)) {
	v.each(isSetuid, func(f *fileNote) {
		what := "its owner"
		if f.mode&setuid == 0 {
			what = "its group"
		}
		report(fault{
			at: f, message: fmt.Sprintf("The program runs with the rights of %s, whoever starts it, and is none that distributions ship so", what),
			parts: []string{f.path}, facts: []finding.Fact{{Name: "mode", Value: fmt.Sprintf("%04o", f.mode)}},
		})
	})
}

// checkWritable gathers files by the two topmost folders: who gave everybody the right to write did so to a whole tree.
func checkWritable(v *view, report func(fault)) {
	for _, g := range v.groups(isWritable, treeOf) {
		report(fault{
			at: g.first, message: fmt.Sprintf("Every user may change %s below %s", counted(g.count, "file"), g.key),
			parts: []string{g.key}, facts: pathFacts(&g),
		})
	}
}

func treeOf(path string) string {
	steps := strings.SplitN(path, "/", 3)
	if len(steps) < 3 {
		return "/" + strings.Join(steps[:len(steps)-1], "/")
	}
	return "/" + steps[0] + "/" + steps[1]
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func pathFacts(g *group) []finding.Fact {
	facts := []finding.Fact{{Name: "files", Value: fmt.Sprint(g.count)}}
	for _, p := range g.paths {
		facts = append(facts, finding.Fact{Name: "path", Value: p})
	}
	return facts
}

func checkPackageCache(v *view, report func(fault)) {
	for _, g := range v.groups(isCache, cacheOf) {
		report(fault{at: g.first, message: fmt.Sprintf("%s of the cache of %s are left in the image", counted(g.count, "file"), g.key), parts: []string{g.key}, facts: pathFacts(&g)})
	}
}

func checkSudo(v *view, report func(fault)) {
	v.each(isSudo, func(f *fileNote) {
		_, name := split(f.path)
		report(fault{at: f, message: fmt.Sprintf("%s is in the image", name), parts: []string{name}})
	})
}

func checkEndOfLife(v *view, report func(fault)) {
	if v.release == nil || v.today.IsZero() {
		return
	}
	day, known := ended(v.release)
	if !known || !v.today.After(day.Add(24*time.Hour-1)) {
		return
	}
	name := v.release.name
	if name == "" {
		name = v.release.id + " " + v.release.version
	}
	report(fault{
		at: v.releaseAt, message: fmt.Sprintf("%s has had no security updates since %s", name, day.Format(time.DateOnly)),
		parts: []string{v.release.id, v.release.version},
		facts: []finding.Fact{{Name: "distribution", Value: v.release.id}, {Name: "release", Value: v.release.version}, {Name: "ended", Value: day.Format(time.DateOnly)}},
	})
}

// checkGitHistory counts what a later layer removed: it can be had from the layer all the same.
func checkGitHistory(v *view, report func(fault)) {
	v.left(isGit, repositoryOf, func(f *fileNote, dir string) {
		where := "/" + dir
		report(fault{at: f, message: fmt.Sprintf("The git repository of %s is in the image with all its history", where), parts: []string{where}})
	})
}

func checkEnvFile(v *view, report func(fault)) {
	v.left(isEnvFile, func(path string) string { return path }, func(f *fileNote, path string) {
		report(fault{at: f, message: "A file of settings was copied into the image", parts: []string{path}})
	})
}

// left goes through files by a key, each key once; a file that stands is preferred to one that a later layer removed.
func (v *view) left(is trait, key func(string) string, visit func(*fileNote, string)) {
	chosen := map[string]*fileNote{}
	var order []string
	for n := range v.files {
		f := &v.files[n]
		if f.is&is == 0 {
			continue
		}
		k := key(f.path)
		was, ok := chosen[k]
		if !ok {
			order = append(order, k)
		}
		if !ok || was.gone && !f.gone {
			chosen[k] = f
		}
	}
	for _, k := range order {
		visit(chosen[k], k)
	}
}

func checkDevelopmentFile(v *view, report func(fault)) {
	key := func(path string) string {
		folder, kind := developmentOf(path)
		return "/" + strings.TrimPrefix(folder+"/"+kind, "/")
	}
	for _, g := range v.groups(isDevelopment, key) {
		report(fault{at: g.first, message: fmt.Sprintf("%s came along from a developer's machine", g.key), parts: []string{g.key}, facts: pathFacts(&g)})
	}
}
