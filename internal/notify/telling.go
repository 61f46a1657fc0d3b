package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// The bounds of what one event tells one hook.
const (
	// inWebhook is how many findings one webhook holds, webhooks how many of them there are at most.
	inWebhook = 100
	webhooks  = 100
	// inMessage is how many findings a message to people names; it counts all.
	inMessage = 20
	// mostIssues is how many issues one event makes where the hook does not say.
	mostIssues = 25
	// maxGroups is how many groups of people one event is mailed to.
	maxGroups = 200
)

// telling gathers what one hook is told of one event.
type telling struct {
	worker *Worker
	world  *register.World
	hook   *desk.Hook
	event  *store.Event
	// news are what goes to the hook; urgent is what does not wait for a digest; of a hook that mails to owners, by whom it goes to.
	news, urgent batch
	owners       map[string]*batch
	// issues are those to make, told those that there are and are told.
	issues  batch
	told    []desk.Item
	webhook []desk.Message
}

// batch is findings of which the worst are kept, and all are counted.
type batch struct {
	items  []desk.Item
	total  int
	counts map[string]int
	mail   []string
}

func (b *batch) add(i desk.Item, most int) {
	if b.counts == nil {
		b.counts = map[string]int{}
	}
	b.total++
	b.counts[i.What]++
	if b.items = append(b.items, i); len(b.items) > 4*most {
		b.worst(most)
	}
}

// worst keeps those that rank highest.
func (b *batch) worst(most int) []desk.Item {
	slices.SortStableFunc(b.items, func(x, y desk.Item) int {
		return cmp.Or(cmp.Compare(y.Finding.Score, x.Finding.Score), cmp.Compare(x.Finding.ID, y.Finding.ID))
	})
	b.items = b.items[:min(most, len(b.items))]
	return b.items
}

// take takes what happened to some findings; meant are the ids that the hook's query means.
func (t *telling) take(ctx context.Context, all []happening, meant map[int64]bool) error {
	var tracked map[int64]bool
	if t.hook.Tracks() {
		ids := make([]int64, len(all))
		for i := range all {
			ids[i] = all[i].row.ID
		}
		var err error
		if tracked, err = t.worker.db.HasIssues(ctx, t.hook.ID, ids); err != nil {
			return err
		}
	}
	for i := range all {
		h := &all[i]
		wanted := meant[h.row.ID] && t.hook.Told(h.what) && t.tells(h)
		if !wanted && !tracked[h.row.ID] {
			continue
		}
		item := desk.Item{What: h.what, Why: h.why, Finding: t.worker.sieve.Shown(t.world, &h.row)}
		switch {
		case tracked[h.row.ID]:
			t.told = append(t.told, item)
		case t.hook.Tracks():
			if register.State(h.row.State).Active() {
				t.issues.add(item, t.most())
			}
		default:
			t.tell(h, item)
		}
	}
	return nil
}

// tells tells whether the hook wants this escalation.
func (t *telling) tells(h *happening) bool {
	return len(t.hook.Tell) == 0 || h.tell == nil || slices.ContainsFunc(h.tell, func(r clock.Role) bool { return slices.Contains(t.hook.Tell, r) })
}

func (t *telling) most() int { return cmp.Or(t.hook.Most, mostIssues) }

// tell adds a finding to what people are told.
func (t *telling) tell(h *happening, item desk.Item) {
	if t.hook.Kind == desk.HookMail && t.hook.Contacts {
		t.toOwners(h, item)
		if len(t.hook.To) == 0 {
			return
		}
	}
	to, most := &t.news, inMessage
	if t.hook.Digest && h.what == desk.HappenedEscalated {
		to = &t.urgent
	}
	if t.hook.Kind == desk.HookWebhook {
		most = inWebhook
	}
	to.add(item, most)
	if t.hook.Kind == desk.HookWebhook && !t.hook.Digest && len(to.items) == inWebhook && len(t.webhook) < webhooks {
		t.webhook = append(t.webhook, t.message(to, inWebhook))
		to.items = nil
	}
}

// toOwners adds a finding to what its owners are told.
func (t *telling) toOwners(h *happening, item desk.Item) {
	to := recipients(t.world, &h.row, h.tell)
	if len(to) == 0 {
		return
	}
	if t.owners == nil {
		t.owners = map[string]*batch{}
	}
	key := strings.Join(to, " ")
	if t.owners[key] == nil {
		if len(t.owners) >= maxGroups {
			return
		}
		t.owners[key] = &batch{mail: to}
	}
	t.owners[key].add(item, inMessage)
}

// recipients are the mail addresses of who is told: the owner, or whom an escalation names.
func recipients(w *register.World, row *store.Finding, tell []clock.Role) []string {
	if tell == nil {
		tell = []clock.Role{clock.Owner}
	}
	var out []string
	for _, role := range tell {
		switch role {
		case clock.Owner:
			if p, err := desk.PersonIn(w, row.Assignee); err == nil && p.Email != "" {
				out = append(out, p.Email)
				continue
			}
			out = append(out, contacts(w, row.Team)...)
		case clock.Lead:
			leads := having(w, access.Grant{Role: access.Lead, Team: row.Team})
			if len(leads) == 0 || row.Team == 0 {
				leads = contacts(w, row.Team)
			}
			out = append(out, leads...)
		case clock.Security:
			out = append(out, having(w, access.Grant{Role: access.Security})...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func contacts(w *register.World, team int64) []string {
	if t := w.Teams[team]; t != nil {
		return t.Contact
	}
	return nil
}

// having are the addresses of people who have a grant.
func having(w *register.World, g access.Grant) (out []string) {
	for id := range w.Others[register.KindPerson] {
		if p, err := desk.PersonIn(w, id); err == nil && !p.Disabled && p.Email != "" && slices.Contains(p.Principal().Grants, g) {
			out = append(out, p.Email)
		}
	}
	return out
}

// end makes deliveries of all that was gathered.
func (t *telling) end(p *plan) error {
	if t.hook.Tracks() {
		return t.endIssues(p)
	}
	var messages []desk.Message
	messages = append(messages, t.webhook...)
	switch {
	case len(t.news.items) > 0 && t.hook.Kind == desk.HookWebhook && !t.hook.Digest:
		messages = append(messages, t.message(&t.news, inWebhook))
	case t.news.total > 0 && len(t.webhook) == 0:
		messages = append(messages, t.message(&t.news, inMessage))
	}
	for i := range messages {
		if messages[i].Total = t.news.total; len(messages) > 1 {
			messages[i].Title = countTitle(t.news.total, t.news.counts)
		}
	}
	if m := t.imported(); m != nil {
		messages = append(messages, *m)
	}
	state := store.Waiting
	if t.hook.Digest {
		state = store.Held
	}
	part := int64(0)
	for i := range messages {
		if err := t.deliver(p, part, state, &messages[i]); err != nil {
			return err
		}
		part++
	}
	for _, key := range slices.Sorted(maps.Keys(t.owners)) {
		m := t.message(t.owners[key], inMessage)
		if err := t.deliver(p, part, state, &m); err != nil {
			return err
		}
		part++
	}
	if t.urgent.total == 0 {
		return nil
	}
	m := t.message(&t.urgent, inMessage)
	return t.deliver(p, part, store.Waiting, &m)
}

func (t *telling) endIssues(p *plan) error {
	for _, item := range t.issues.worst(t.most()) {
		p.issues = append(p.issues, [2]int64{t.hook.ID, item.Finding.ID})
		t.told = append(t.told, item)
	}
	for _, item := range t.told {
		m := t.message(&batch{items: []desk.Item{item}, total: 1}, 1)
		if err := t.deliver(p, item.Finding.ID, store.Waiting, &m); err != nil {
			return err
		}
	}
	return nil
}

func (t *telling) deliver(p *plan, part int64, state string, m *desk.Message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	p.deliveries = append(p.deliveries, store.Delivery{
		Hook: t.hook.ID, Event: t.event.Seq, Part: part, State: state, Body: body, Made: t.worker.now().UnixMicro(),
	})
	return nil
}

// message makes a message of a batch.
func (t *telling) message(b *batch, most int) desk.Message {
	return desk.Message{
		Event: t.event.Seq, At: at(t.event.At), Actor: t.event.Actor, Items: b.worst(most), Total: b.total, Counts: b.counts, Mail: b.mail, Title: title(b),
	}
}

// imported says that a report came in, where the hook wants to know.
func (t *telling) imported() *desk.Message {
	if t.event.Kind != register.KindImport || !t.hook.Told(desk.HappenedImport) {
		return nil
	}
	var said struct{ Receipt register.Receipt }
	if json.Unmarshal(t.event.Data, &said) != nil {
		return nil
	}
	r := &said.Receipt
	back := "regressions"
	if r.Regressions == 1 {
		back = "regression"
	}
	text := fmt.Sprintf("%s looked at %s: %d new, %d verified, %d %s, %d in all", r.Header.Tool.Name, strings.Join(r.Assets[:min(3, len(r.Assets))], ", "),
		r.New, r.Verified, r.Regressions, back, r.Read)
	if r.Superseded != "" {
		text = r.Superseded + ", so nothing was changed"
	}
	return &desk.Message{
		Event: t.event.Seq, At: at(t.event.At), Actor: t.event.Actor, Title: line(text, maxTitle), Items: []desk.Item{},
		Counts: map[string]int{"new": r.New, "verified": r.Verified, "regressions": r.Regressions, "read": r.Read},
	}
}
