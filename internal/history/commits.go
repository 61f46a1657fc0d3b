package history

import (
	"slices"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
)

// lookAtCommits looks at the messages of commits and tags and learns the commit graph on the way.
func (s *scan) lookAtCommits() error {
	nodes := make([][]node, s.options.Workers)
	err := s.walk("commits and tags", git.WalkOptions{Kinds: git.KindsOf(git.Commit, git.Tag)}, func(worker int, o *git.Object) (any, error) {
		surface := finding.TagMessage
		if o.Kind == git.Commit {
			surface = finding.CommitMessage
			if c, err := git.ParseCommit(o.Data); err == nil {
				nodes[worker] = append(nodes[worker], node{o.ID, c.Tree, c.Committed.Unix(), c.Parents})
			} else {
				s.damaged(worker, o, err)
			}
		}
		if !s.known(o.ID, o.Kind) {
			s.done(worker, o.ID)
			s.lookAtMessage(worker, o, surface)
		}
		return nil, nil
	})
	s.graph = newGraph(slices.Concat(nodes...))
	return err
}

// lookAtMessage looks at the text below the headers.
func (s *scan) lookAtMessage(worker int, o *git.Object, surface finding.Surface) {
	found, _ := s.workers[worker].Look(s.ctx, &engine.Content{Data: git.Message(o.Data)})
	for _, f := range found {
		f.Location.Surface = surface
		if f.Location.Region.Length > 0 {
			s.ledger.see(s.sight(o.ID, f))
		}
	}
}

// damaged names an object that could be read but not understood.
func (s *scan) damaged(worker int, o *git.Object, err error) {
	w := s.workers[worker]
	w.Unread = append(w.Unread, finding.Unread{What: o.Kind.String() + " " + o.ID.String(), Why: err.Error()})
}
