package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// The sentences that several formats share. They hold outside text as it is: every writer escapes for its medium.

// itemMark is what stands before a list's item.
func itemMark(bl block, i int) string {
	if bl.first == 0 {
		return "- "
	}
	return strconv.Itoa(bl.first+i) + ". "
}

// count gives "1 file" or "1,204 files".
func count(n int, singular, plural string) string {
	if n == 1 {
		return "1 " + singular
	}
	return thousands(int64(n)) + " " + plural
}

func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// byteSize gives bytes in the largest fitting unit of 1024.
func byteSize(n int64) string {
	if n < 1024 {
		return count(int(n), "byte", "bytes")
	}
	units := []string{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	size := float64(n) / 1024
	u := 0
	for ; size >= 1023.95 && u < len(units)-1; u++ {
		size /= 1024
	}
	return fmt.Sprintf("%.1f %s", size, units[u])
}

// duration gives a time with two or three digits that matter.
func duration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "under 1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// short abbreviates a commit or blob for people.
func short(hex string) string { return hex[:min(8, len(hex))] }

// placeOf names a place in one phrase: "a/b.go:12:5", "commit message of 1a2b3c4d", "workload web > container api".
func placeOf(l *finding.Location) string {
	where := l.Path
	if l.Surface != "" {
		where = string(l.Surface)
		if of := cmp.Or(l.Path, short(cmp.Or(l.Commit, l.Blob))); of != "" {
			where += " of " + of
		}
	}
	if where == "" {
		return cmp.Or(logicalOf(l), "the target")
	}
	if l.Region.StartLine > 0 && l.Surface != "" {
		where += " (line " + strconv.Itoa(l.Region.StartLine) + ")"
	} else if l.Region.StartLine > 0 {
		where += ":" + strconv.Itoa(l.Region.StartLine)
		if l.Region.StartColumn > 0 {
			where += ":" + strconv.Itoa(l.Region.StartColumn)
		}
	}
	return where
}

// logicalOf names the logical place, outermost first.
func logicalOf(l *finding.Location) string {
	steps := make([]string, len(l.Logical))
	for i, s := range l.Logical {
		steps[i] = strings.TrimSpace(s.Kind + " " + s.Name)
	}
	return strings.Join(steps, " > ")
}

// story tells a finding's life in git in one sentence.
func story(h *finding.History) string {
	var b strings.Builder
	if h.Commit != "" {
		b.WriteString("first in " + short(h.Commit))
		if h.Author != "" {
			b.WriteString(" by " + h.Author)
		}
		if len(h.Date) >= len("2006-01-02") {
			b.WriteString(" on " + h.Date[:len("2006-01-02")])
		}
		b.WriteString("; ")
	}
	if h.InTree {
		b.WriteString("in the current tree")
	} else {
		b.WriteString("not in the current tree, " + reachOf(h))
	}
	if h.Blobs > 1 {
		b.WriteString("; in " + count(h.Blobs, "object", "objects"))
	}
	return b.String()
}

// reachOf tells from where something that left the tree can still be had.
func reachOf(h *finding.History) string {
	switch h.Reach {
	case finding.ReachRefs:
		if len(h.Refs) == 0 {
			return "still reachable"
		}
		return "still reachable from " + upTo(3, h.Refs)
	case finding.ReachStash:
		return "still in the stash"
	case finding.ReachReflog:
		return "still in the reflog"
	case finding.ReachIndex:
		return "staged only"
	case finding.ReachUnreachable:
		return "unreachable, but in the object store until git prunes it"
	}
	return "reach unknown"
}

// upTo lists at most n names and counts the rest.
func upTo(n int, names []string) string {
	if len(names) > n {
		return strings.Join(names[:n], ", ") + " and " + thousands(int64(len(names)-n)) + " more"
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// alsoAt lists the other places of a finding, at most n of them.
func alsoAt(f *finding.Finding, n int) string {
	places := make([]string, 0, n+1)
	for i := range f.Also {
		if i == n {
			return strings.Join(places, ", ") + " and " + thousands(int64(len(f.Also)-n)) + " more"
		}
		places = append(places, placeOf(&f.Also[i]))
	}
	return upTo(n, places)
}

// sureness tells the confidence with its reasons: "high: checksum fits, path looks like a test".
func sureness(f *finding.Finding) string {
	if len(f.Reasons) == 0 {
		return f.Confidence.String()
	}
	return f.Confidence.String() + ": " + strings.Join(f.Reasons, ", ")
}

// lookedAt tells in one sentence what was looked at.
func lookedAt(l *finding.Looked) string {
	parts := []string{count(l.Files, "file", "files")}
	if l.Objects > 0 {
		parts = append(parts, count(l.Objects, "git object", "git objects"))
	}
	if l.Members > 0 {
		parts = append(parts, count(l.Members, "archive member", "archive members"))
	}
	parts = append(parts, byteSize(l.Bytes))
	if l.Cached > 0 {
		parts = append(parts, thousands(int64(l.Cached))+" known from before")
	}
	return strings.Join(parts, ", ")
}

// passedOver tells what was not looked at on purpose, most frequent first; "" if nothing.
func passedOver(l *finding.Looked) string {
	reasons := slices.SortedFunc(maps.Keys(l.Skipped), func(a, b string) int {
		return cmp.Or(cmp.Compare(l.Skipped[b], l.Skipped[a]), cmp.Compare(a, b))
	})
	parts := make([]string, len(reasons))
	for i, reason := range reasons {
		parts[i] = thousands(int64(l.Skipped[reason])) + " " + reason
	}
	return strings.Join(parts, ", ")
}

// timeTaken tells how long the stages took, with their sum first unless a stage is the total itself.
func timeTaken(times []finding.Time) string {
	var sum time.Duration
	var parts []string
	for _, t := range times {
		if t.Stage == "total" {
			sum = t.Took
			continue
		}
		parts = append(parts, t.Stage+" "+duration(t.Took))
	}
	if sum == 0 {
		for _, t := range times {
			sum += t.Took
		}
	}
	if len(parts) == 0 {
		return duration(sum)
	}
	return duration(sum) + ": " + strings.Join(parts, ", ")
}

// engineTrouble names the engines that did not work, one sentence each.
func engineTrouble(r *finding.Result) []string {
	var out []string
	for _, e := range r.Engines {
		if engineFailed(e) {
			out = append(out, "engine "+e.Name+" "+e.State+": "+cmp.Or(e.Why, "no reason given"))
		}
	}
	return out
}
