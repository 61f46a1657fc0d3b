package desk

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// The kinds of hooks.
const (
	HookWebhook = "webhook" // JSON, signed as Standard Webhooks say
	HookSlack   = "slack"   // incoming webhook of Slack, Mattermost, Rocket.Chat, Zulip
	HookTeams   = "teams"   // incoming webhook of Microsoft Teams (workflows)
	HookMail    = "mail"
	HookJira    = "jira"
	HookGitHub  = "github"
	HookGitLab  = "gitlab"
)

// HookKinds lists the kinds of hooks.
func HookKinds() []string {
	return []string{HookWebhook, HookSlack, HookTeams, HookMail, HookJira, HookGitHub, HookGitLab}
}

// Hook tells somebody outside what happens to findings. What it takes to reach them is kept beside the log, and is never shown again.
type Hook struct {
	ID int64 `json:"id"`
	// Name is what people call it; it is kept for life.
	Name string `json:"name"`
	HookSpec
	// Where is the host that it reaches.
	Where string `json:"where"`
}

// HookSpec is what a hook shall do.
type HookSpec struct {
	// Kind is one of HookKinds; it is kept for life.
	Kind string `json:"kind" enum:"webhook,slack,teams,mail,jira,github,gitlab"`
	// Off keeps it silent.
	Off bool `json:"off,omitempty"`
	// Query says of which findings it tells (see facet.Parse), "" of all; as they are when it happens.
	Query string `json:"query,omitempty"`
	// Wants are what it tells of (see Happenings); none is opened, regression, raised and escalated.
	Wants []string `json:"wants,omitempty"`
	// Tell narrows escalations to those that tell one of these roles; none is all.
	Tell []clock.Role `json:"tell,omitempty"`
	// Digest gathers what happens into one message an hour. Escalations do not wait.
	Digest bool `json:"digest,omitempty"`
	// From and To are mail addresses. Contacts also tells the owners of findings: who they are assigned to, and the contacts of their teams.
	From     string   `json:"from,omitempty"`
	To       []string `json:"to,omitempty"`
	Contacts bool     `json:"contacts,omitempty"`
	// Project is where issues are made: a key of Jira, "owner/name" of GitHub, a path of GitLab.
	Project string `json:"project,omitempty"`
	// Type is the type of issues in Jira ("" is Task), Done the name of the transition that closes them ("" is the first that ends in a done state).
	Type string `json:"type,omitempty"`
	Done string `json:"done,omitempty"`
	// Labels are put on issues.
	Labels []string `json:"labels,omitempty"`
	// Most is how many issues one event may make, the worst first; 0 is 25.
	Most int `json:"most,omitempty"`
}

// HookSecret is what it takes to reach the other side.
type HookSecret struct {
	// URL is the address: of the webhook, of the tracker's API ("" is the public one's), or smtp://host:port (smtps:// for TLS from the beginning).
	URL string `json:"url,omitempty"`
	// User and Password sign in: a mail account; a Jira account with its API token (no user for a personal access token); a token for GitHub or GitLab.
	User     string `json:"user,omitempty"`
	Password string `json:"password,omitempty"`
	// Key signs webhooks: "whsec_" and 24 to 64 bytes in base64. One is made where none is given.
	Key string `json:"key,omitempty"`
}

// hookDoc is what the log keeps of a hook. Ref names the setting that holds its secret.
type hookDoc struct {
	HookSpec
	Where string `json:"where"`
	Ref   string `json:"ref"`
}

// The bounds of hooks.
const (
	maxHooks  = 200
	maxHookTo = 50
	maxIssues = 200
	// shownDeliveries is how many deliveries are listed.
	shownDeliveries = 100
)

// HooksIn gives the hooks of a world, by id, and where the secret of each is kept.
func HooksIn(w *register.World) (hooks []Hook, refs map[int64]string) {
	refs = map[int64]string{}
	for id, e := range w.Others[register.KindHook] {
		var doc hookDoc
		if json.Unmarshal(e.Doc, &doc) != nil {
			continue // SetHook wrote it
		}
		hooks = append(hooks, Hook{ID: id, Name: e.Name, HookSpec: doc.HookSpec, Where: doc.Where})
		refs[id] = doc.Ref
	}
	slices.SortFunc(hooks, func(a, b Hook) int { return int(a.ID - b.ID) })
	return hooks, refs
}

// Told tells whether a hook wants to know of a happening.
func (h *HookSpec) Told(what string) bool {
	if len(h.Wants) == 0 {
		return slices.Contains(usualHappenings, what)
	}
	return slices.Contains(h.Wants, what)
}

// Tracks tells whether a hook keeps issues.
func (h *HookSpec) Tracks() bool {
	return slices.Contains([]string{HookJira, HookGitHub, HookGitLab}, h.Kind)
}

// ReadHookSecret gives what it takes to reach the other side of a hook. It is for the jobs that do so.
func ReadHookSecret(ctx context.Context, db *store.DB, ref string) (HookSecret, error) {
	var s HookSecret
	text, err := db.Setting(ctx, hookSetting(ref))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(text, &s)
}

func hookSetting(ref string) string { return "hook:" + ref }

// Hooks lists the hooks by name.
func (d *Desk) Hooks(ctx context.Context, p access.Principal, s Slice) (Page[Hook], error) {
	if err := p.Can(access.Organise); err != nil {
		return Page[Hook]{}, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return Page[Hook]{}, err
	}
	all, _ := HooksIn(w)
	return paged(all, s, func(h *Hook) string { return h.Name })
}

// Hook gives one hook.
func (d *Desk) Hook(ctx context.Context, p access.Principal, id int64) (*Hook, error) {
	h, _, err := d.hook(ctx, p, id)
	return h, err
}

func (d *Desk) hook(ctx context.Context, p access.Principal, id int64) (*Hook, string, error) {
	if err := p.Can(access.Organise); err != nil {
		return nil, "", err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, "", err
	}
	all, refs := HooksIn(w)
	for i := range all {
		if all[i].ID == id {
			return &all[i], refs[id], nil
		}
	}
	return nil, "", fmt.Errorf("hook %d: %w", id, ErrNotFound)
}

// HookChange is a hook as it shall be.
type HookChange struct {
	Name string `json:"name"`
	HookSpec
	// Secret is what it takes to reach the other side; without one that which is there is kept.
	Secret *HookSecret `json:"secret,omitempty"`
}

// SetHook makes a hook (id 0) or changes one. Where a key to sign with had to be made, it is given back, this once.
func (d *Desk) SetHook(ctx context.Context, p access.Principal, id int64, c HookChange) (*Hook, string, error) {
	if err := p.Can(access.Organise); err != nil {
		return nil, "", err
	}
	doc, oldRef := hookDoc{HookSpec: c.HookSpec}, ""
	if id != 0 {
		old, ref, err := d.hook(ctx, p, id)
		if err != nil {
			return nil, "", err
		}
		if old.Name != c.Name || old.Kind != c.Kind {
			return nil, "", fmt.Errorf("%w: a hook keeps its name and its kind: make another one and remove this", ErrInvalid)
		}
		doc.Where, doc.Ref, oldRef = old.Where, ref, ref
	} else if err := d.roomForHook(ctx); err != nil {
		return nil, "", err
	}
	if err := d.sync(ctx); err != nil { // so that the query's names are known
		return nil, "", err
	}
	if err := c.check(d.index); err != nil {
		return nil, "", err
	}
	key := ""
	if c.Secret == nil && id == 0 {
		c.Secret = &HookSecret{}
	}
	if c.Secret != nil {
		var err error
		if key, err = d.keepHookSecret(ctx, &doc, *c.Secret); err != nil {
			return nil, "", err
		}
	}
	ids, err := d.reg.Put(ctx, p.Name, "", register.Set{Kind: register.KindHook, ID: id, Name: c.Name, Doc: doc})
	if err != nil {
		return nil, "", err
	}
	if oldRef != "" && oldRef != doc.Ref {
		if err := d.reg.Store().PutSetting(ctx, hookSetting(oldRef), nil); err != nil {
			return nil, "", err
		}
	}
	return &Hook{ID: ids[0], Name: c.Name, HookSpec: c.HookSpec, Where: doc.Where}, key, d.sync(ctx)
}

func (d *Desk) roomForHook(ctx context.Context) error {
	w, err := d.reg.World(ctx)
	if err != nil {
		return err
	}
	if n := len(w.Others[register.KindHook]); n >= maxHooks {
		return fmt.Errorf("%w: there are %d hooks, which is the most: remove one first", ErrConflict, n)
	}
	return nil
}

// keepHookSecret checks a secret and keeps it under a new name, so that what is half done is seen by nobody.
func (d *Desk) keepHookSecret(ctx context.Context, doc *hookDoc, s HookSecret) (key string, err error) {
	if doc.Where, err = s.check(&doc.HookSpec); err != nil {
		return "", err
	}
	if doc.Kind == HookWebhook && s.Key == "" {
		s.Key = signingKey + base64.StdEncoding.EncodeToString(chance(32))
		key = s.Key
	}
	text, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	doc.Ref = hex.EncodeToString(chance(12))
	return key, d.reg.Store().PutSetting(ctx, hookSetting(doc.Ref), text)
}

// signingKey begins the keys of Standard Webhooks.
const signingKey = "whsec_"

func chance(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return b
}

// DropHook removes a hook and its secret. What still waits for it is given up.
func (d *Desk) DropHook(ctx context.Context, p access.Principal, id int64) error {
	h, ref, err := d.hook(ctx, p, id)
	if err != nil {
		return err
	}
	if err := d.drop(ctx, p, register.KindHook, h.Name, id); err != nil {
		return err
	}
	return d.reg.Store().PutSetting(ctx, hookSetting(ref), nil)
}
