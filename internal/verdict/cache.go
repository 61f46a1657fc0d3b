package verdict

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/history"
)

// Cache is the verdicts under one ruleset. It may be asked by several goroutines; it is loaded at first need.
type Cache struct {
	dir      string
	key      []byte
	loaded   bool
	segments []segment
}

var _ history.Verdicts = (*Cache)(nil)

// Open names the cache of a ruleset below a folder. Nothing is read or made yet.
func Open(dir string, key []byte, ruleset string) *Cache {
	return &Cache{dir: filepath.Join(dir, ruleset), key: key}
}

const (
	segmentSuffix = ".verdicts"
	wholeSuffix   = ".result"
	maxSegments   = 8 // beyond that the next Remember makes one of all
)

// Load reads the segments. One that is damaged, or sealed with another key, counts as absent.
func (c *Cache) Load() {
	if c.loaded {
		return
	}
	c.loaded = true
	names, _ := filepath.Glob(filepath.Join(c.dir, "*"+segmentSuffix))
	for _, name := range names {
		sealed, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if body, ok := unseal(c.key, filepath.Base(name), sealed); ok {
			if s, err := parseSegment(body); err == nil {
				s.path = name
				c.segments = append(c.segments, s)
			}
		}
	}
}

// Known tells whether the object was looked at. Load must have been called.
func (c *Cache) Known(id git.ID) bool {
	return slices.ContainsFunc(c.segments, func(s segment) bool { return s.has(id) })
}

// Recall gives everything that was seen.
func (c *Cache) Recall() ([]finding.Finding, []history.Seen) {
	c.Load()
	var findings []finding.Finding
	var seen []history.Seen
	for _, s := range c.segments {
		for _, one := range s.seen {
			one.Finding += len(findings)
			seen = append(seen, one)
		}
		findings = append(findings, s.findings...)
	}
	return findings, seen
}

// Remember keeps what was looked at in this scan, with everything seen so far.
func (c *Cache) Remember(looked []git.ID, findings []finding.Finding, seen []history.Seen) error {
	if len(looked) == 0 {
		return nil
	}
	var fresh segment
	told := map[sighting]bool{}
	merge := len(c.segments) >= maxSegments
	for _, s := range c.segments {
		if merge { // all of it: what this repository lacks may be another's
			looked = append(looked, s.all()...)
			fresh.keep(s.findings, s.seen, told)
		} else {
			s.tell(told)
		}
	}
	fresh.setIDs(looked)
	fresh.keep(findings, seen, told)
	body, err := fresh.encode()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	name := hex.EncodeToString(sum(c.key, "name", body)[:12]) + segmentSuffix
	if err := replace(filepath.Join(c.dir, name), seal(c.key, name, body), 0o600); err != nil {
		return err
	}
	if merge {
		for _, s := range c.segments { // and none that was sealed with another key
			os.Remove(s.path)
		}
	}
	return nil
}

// Result gives the whole report of an earlier scan of a repository in the very same state.
func (c *Cache) Result(state string) (*history.Report, bool) {
	name := state + wholeSuffix
	sealed, err := os.ReadFile(filepath.Join(c.dir, name))
	if err != nil {
		return nil, false
	}
	body, ok := unseal(c.key, name, sealed)
	if !ok {
		return nil, false
	}
	var report history.Report
	if err := json.Unmarshal(body, &report); err != nil {
		return nil, false
	}
	return &report, true
}

// KeepResult keeps a whole report under the repository's state.
func (c *Cache) KeepResult(state string, report *history.Report) error {
	if strings.ContainsAny(state, `/\.`) {
		return fmt.Errorf("keep result: %q is no state", state)
	}
	body, err := json.Marshal(report)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	name := state + wholeSuffix
	return replace(filepath.Join(c.dir, name), seal(c.key, name, body), 0o600)
}
