package history

import (
	"time"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
)

// place is where an object stood: a path at a commit.
type place struct {
	path   string
	commit int32 // its number, or noCommit
}

const noCommit = -1

// origin is what is known of where an object came from.
type origin struct {
	first place
	// mark is 1 + the index of the source that reaches it; 0 where none does.
	mark int32
	// now are its paths in the current tree.
	now []string
}

// source is one way to reach commits: a ref, a reflog, a stash.
type source struct {
	reach finding.Reach
	name  string
	tips  []git.ID
}

// locate works out, for what was seen, where it came from and whether it can still be reached.
func (s *scan) locate() error {
	if len(s.ledger.sightings) == 0 {
		return nil
	}
	if err := s.keepCarriers(); err != nil {
		return err
	}
	sources, head, err := s.sources()
	if err != nil {
		return err
	}
	origins := map[git.ID]*origin{}
	for _, one := range s.ledger.sightings {
		origins[one.object] = &origin{first: place{commit: noCommit}}
	}
	s.findFirst(origins)
	s.findReach(origins, sources)
	s.findNow(origins, head)
	s.report.Findings = s.assemble(origins, sources)
	return nil
}

// findFirst finds the oldest commit that holds each object. A tree that an older commit holds need not be entered again.
func (s *scan) findFirst(origins map[git.ID]*origin) {
	visited := map[git.ID]bool{}
	for _, c := range s.graph.oldestFirst() {
		if o := origins[s.graph.ids[c]]; o != nil {
			o.first.commit = c
		}
		s.trees.descend(s.graph.trees[c], visited, func(path, _ string, id git.ID) {
			if o := origins[id]; o != nil && o.first.commit == noCommit {
				o.first = place{path, c}
			}
		})
	}
}

// findReach finds the first source, in their order, that reaches each object.
func (s *scan) findReach(origins map[git.ID]*origin, sources []source) {
	marks := make([]int32, len(s.graph.ids))
	visited := map[git.ID]bool{}
	for i, src := range sources {
		mark := int32(i + 1)
		for _, c := range s.graph.reach(src.tips, marks, mark) {
			if o := origins[s.graph.ids[c]]; o != nil && o.mark == 0 {
				o.mark = mark
			}
			s.trees.descend(s.graph.trees[c], visited, func(_, _ string, id git.ID) {
				if o := origins[id]; o != nil && o.mark == 0 {
					o.mark = mark
				}
			})
		}
		for _, tip := range src.tips { // a tag object or a blob that a ref names itself
			if o := origins[tip]; o != nil && o.mark == 0 {
				o.mark = mark
			}
		}
	}
}

// findNow finds every path of each object in the current tree.
func (s *scan) findNow(origins map[git.ID]*origin, head git.ID) {
	c, ok := s.graph.number(head)
	if !ok {
		return
	}
	s.trees.descend(s.graph.trees[c], nil, func(path, _ string, id git.ID) {
		if o := origins[id]; o != nil {
			o.now = append(o.now, path)
		}
	})
}

// sources lists the ways to reach commits, the most visible first, and gives HEAD's commit.
func (s *scan) sources() (sources []source, head git.ID, err error) {
	refs, err := s.repo.Refs(s.ctx)
	if err != nil {
		return nil, head, err
	}
	for _, ref := range refs {
		if ref.Name == "HEAD" {
			head = ref.Peeled
			sources = append(sources, source{finding.ReachRefs, "HEAD", []git.ID{ref.Target, ref.Peeled}})
		}
	}
	var stash []source
	for _, ref := range refs {
		src := source{finding.ReachRefs, ref.Name, []git.ID{ref.Target, ref.Peeled}}
		switch ref.Name {
		case "HEAD":
		case "refs/stash":
			src.reach = finding.ReachStash
			stash = append(stash, src)
		default:
			sources = append(sources, src)
		}
	}
	stashes, err := s.repo.Stashes(s.ctx)
	if err != nil {
		return nil, head, err
	}
	sources = append(append(sources, stash...), source{finding.ReachStash, "refs/stash", stashes})
	logs, err := s.repo.Reflogs(s.ctx)
	if err != nil {
		return nil, head, err
	}
	for _, log := range logs {
		sources = append(sources, source{finding.ReachReflog, log.Ref, log.IDs})
	}
	return append(sources, s.staged(head)), head, nil
}

// staged is what the index holds beyond HEAD. Damage there is no reason to lose the history: it reaches nothing then.
func (s *scan) staged(head git.ID) source {
	src := source{reach: finding.ReachIndex, name: "index"}
	if s.repo.Bare {
		return src
	}
	base := ""
	if !head.IsZero() {
		base = head.String()
	}
	changes, err := s.repo.DiffIndex(s.ctx, base)
	if err != nil {
		s.report.Unread = append(s.report.Unread, finding.Unread{What: "index", Why: err.Error()})
	}
	for _, c := range changes {
		src.tips = append(src.tips, c.NewID)
	}
	return src
}

// history describes where a finding came from.
func (s *scan) history(o *origin, sources []source) *finding.History {
	h := &finding.History{Reach: finding.ReachUnreachable, InTree: len(o.now) > 0}
	if o.mark > 0 {
		h.Reach = sources[o.mark-1].reach
		h.Refs = []string{sources[o.mark-1].name}
	}
	if o.first.commit == noCommit {
		return h
	}
	id := s.graph.ids[o.first.commit]
	h.Commit = id.String()
	if _, data, err := s.objects.Read(s.ctx, id); err == nil {
		if c, err := git.ParseCommit(data); err == nil {
			h.Author, h.Email = string(c.Author), string(c.Email)
			h.Date = c.When.UTC().Format(time.RFC3339)
		}
	}
	return h
}
