package desk

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// history is what the steps of all findings say that rows do not: how many were active at the end of each day, and when somebody first answered and
// last claimed a fix. It follows the log: what an event touches is read again and takes the place of what was known before.
type history struct {
	// touched are the findings of events after head. Desk.mu guards it, and all writing.
	touched []int64

	// mu lets readers in.
	mu   sync.RWMutex
	head int64
	zone *time.Location
	// days are the changes of the number of active findings, by team and day. Nil says that nothing was read yet.
	days map[teamDay]*[levelCount]int32
	// answered and claimed are moments in seconds since 1970 by finding; 0 is none.
	answered, claimed []uint32
	runs              runs
}

// levelCount is how many levels there are.
const levelCount = int(finding.Critical) + 1

// teamDay is a team and a day, counted from the first of January 1970.
type teamDay struct {
	team int64
	day  int32
}

// maxReread is how many findings are read again one by one; of more, everything is.
const maxReread = 50_000

// touch notes that an event changed a finding.
func (h *history) touch(id int64) {
	if h.days != nil {
		h.touched = append(h.touched, id)
	}
}

// follow brings the index and the history to the end of the log.
func (d *Desk) follow(ctx context.Context) error {
	if err := d.sync(ctx); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	h, head, zone := &d.history, d.index.Head(), d.now().Location()
	if h.days != nil && h.head == head && h.zone.String() == zone.String() {
		return nil
	}
	ids := slices.Compact(slices.Sorted(slices.Values(h.touched)))
	var err error
	if h.days == nil || len(ids) > maxReread || h.zone.String() != zone.String() {
		err = h.load(ctx, d.reg.Store(), head, zone)
	} else {
		err = h.reread(ctx, d.reg.Store(), head, ids)
	}
	if err != nil {
		return err
	}
	h.touched = nil
	return nil
}

// load reads the steps of all findings.
func (h *history) load(ctx context.Context, db *store.DB, head int64, zone *time.Location) error {
	next := &history{zone: zone, days: map[teamDay]*[levelCount]int32{}}
	if err := next.runs.read(ctx, db, head, zone); err != nil {
		return err
	}
	err := eachLife(ctx, db, nil, head, func(steps []store.PastStep) { next.put(lifeOf(steps)) })
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.head, h.zone, h.days, h.answered, h.claimed, h.runs = head, zone, next.days, next.answered, next.claimed, next.runs
	return nil
}

// reread reads the steps of some findings again. Nothing is changed before all of it is read.
func (h *history) reread(ctx context.Context, db *store.DB, head int64, ids []int64) error {
	more := runs{head: h.runs.head}
	if err := more.read(ctx, db, head, h.zone); err != nil {
		return err
	}
	var old, next []life
	if len(ids) > 0 {
		err := eachLife(ctx, db, ids, head, func(steps []store.PastStep) {
			known := slices.IndexFunc(steps, func(s store.PastStep) bool { return s.Seq > h.head })
			if known < 0 {
				return
			}
			old, next = append(old, lifeOf(steps[:known])), append(next, lifeOf(steps))
		})
		if err != nil {
			return err
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range old {
		h.add(&old[i], -1)
		h.put(next[i])
	}
	h.runs.join(&more)
	h.head = head
	return nil
}

// eachLife visits the steps of each finding, in the order of the log. They are good until it returns.
func eachLife(ctx context.Context, db *store.DB, ids []int64, last int64, visit func([]store.PastStep)) error {
	var steps []store.PastStep
	err := db.PastSteps(ctx, ids, last, func(s *store.PastStep) error {
		if len(steps) > 0 && steps[0].Finding != s.Finding {
			visit(steps)
			steps = steps[:0]
		}
		steps = append(steps, *s)
		return nil
	})
	if err == nil && len(steps) > 0 {
		visit(steps)
	}
	return err
}

// life is what the steps of one finding amount to.
type life struct {
	finding int64
	// legs are what it was from when on, as is known now: a later step corrects the earlier ones from its own moment on.
	legs []leg
	// answered is when it first was anything but open, claimed the last claim of a fix that nothing has taken back; in seconds, 0 is never.
	answered, claimed uint32
}

// leg is a time in which a finding was active and the same, or not active.
type leg struct {
	from   int64
	active bool
	team   int64
	level  int
}

func lifeOf(steps []store.PastStep) life {
	var l life
	for i := range steps {
		s := &steps[i]
		l.finding = s.Finding
		for len(l.legs) > 0 && l.legs[len(l.legs)-1].from >= s.At {
			l.legs = l.legs[:len(l.legs)-1]
		}
		l.legs = append(l.legs, leg{s.At, isActive(s.State), s.Team, min(max(int(s.Level), 0), levelCount-1)})
		state, second := register.State(s.State), uint32(max(s.At/1e6, 1))
		if l.answered == 0 && state != register.Open {
			l.answered = second
		}
		switch {
		case isActive(s.State):
			l.claimed = 0
		case state == register.Fixed && l.claimed == 0:
			l.claimed = second
		}
	}
	return l
}

// isActive tells whether somebody has to do something: what "state:active" asks for.
func isActive(state string) bool {
	switch register.State(state) {
	case register.Open, register.Acknowledged, register.InProgress:
		return true
	}
	return false
}

// put takes a life in.
func (h *history) put(l life) {
	h.add(&l, 1)
	if need := int(l.finding) + 1; need > len(h.answered) {
		h.answered = append(h.answered, make([]uint32, need-len(h.answered))...)
		h.claimed = append(h.claimed, make([]uint32, need-len(h.claimed))...)
	}
	h.answered[l.finding], h.claimed[l.finding] = l.answered, l.claimed
}

// add adds a life to the days, or takes it away.
func (h *history) add(l *life, n int32) {
	var before leg
	for _, now := range l.legs {
		if before.active {
			h.day(before.team, now.from)[before.level] -= n
		}
		if now.active {
			h.day(now.team, now.from)[now.level] += n
		}
		before = now
	}
}

func (h *history) day(team, at int64) *[levelCount]int32 {
	key := teamDay{team, dayOf(time.UnixMicro(at).In(h.zone))}
	d := h.days[key]
	if d == nil {
		d = &[levelCount]int32{}
		h.days[key] = d
	}
	return d
}

// dayOf counts days by their dates, from the first of January 1970.
func dayOf(t time.Time) int32 {
	y, m, d := t.Date()
	return int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// TrendDay is how many findings were active at the end of a day, by level. The last day ends now.
type TrendDay struct {
	// Day is its date.
	Day string `json:"day"`
	Levels
}

// trend counts what was active at the end of each of the days up to today, of the teams that somebody may see.
func (h *history) trend(p access.Principal, now time.Time, days int) []TrendDay {
	teams, all := p.Teams()
	last := dayOf(now)
	first := last - int32(days) + 1
	sums := make([][levelCount]int32, days)
	h.mu.RLock()
	for key, changes := range h.days {
		if key.day > last || !all && !slices.Contains(teams, key.team) {
			continue
		}
		for level, n := range changes {
			sums[max(key.day-first, 0)][level] += n
		}
	}
	h.mu.RUnlock()
	out := make([]TrendDay, days)
	for i := range out {
		out[i].Day = time.Unix(int64(first+int32(i))*86400, 0).UTC().Format(time.DateOnly)
		for level := range levelCount {
			if i > 0 {
				sums[i][level] += sums[i-1][level]
			}
			out[i].add(finding.Severity(level).String(), int(sums[i][level]))
		}
	}
	return out
}

// times gives when a finding was first answered and last claimed to be fixed, in seconds since 1970; 0 is never. The caller holds mu.
func (h *history) times(id int64) (answered, claimed int64) {
	if id <= 0 || id >= int64(len(h.answered)) {
		return 0, 0
	}
	return int64(h.answered[id]), int64(h.claimed[id])
}
