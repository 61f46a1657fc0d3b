package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// runs is what the events of imports say: when each source looked, and what the gates did.
type runs struct {
	head  int64
	looks map[sourceKey][]int64
	gates map[gateKey]gateSum
}

// sourceKey is a tool that looks at an asset on a branch; the tool's name is in lower case.
type sourceKey struct{ asset, tool, ref string }

// gateKey is what a gate decided about, the names of assets joined by line breaks, and the day.
type gateKey struct {
	assets string
	day    int32
}

// gateSum adds up the runs of gates.
type gateSum struct{ runs, warned, blocked, millis int64 }

func (g *gateSum) add(o gateSum) {
	g.runs, g.warned, g.blocked, g.millis = g.runs+o.runs, g.warned+o.warned, g.blocked+o.blocked, g.millis+o.millis
}

// keptLooks is how many looks of a source are remembered.
const keptLooks = 11

// importedFacts is what matters of an import's event.
type importedFacts struct {
	Ref     string
	Gate    *register.Gate
	Receipt struct {
		Assets     []string
		Superseded string
		Report     struct{ Tool struct{ Name string } }
	}
}

// read takes in the events after its head, up to a sequence number.
func (r *runs) read(ctx context.Context, db *store.DB, last int64, zone *time.Location) error {
	r.looks, r.gates = map[sourceKey][]int64{}, map[gateKey]gateSum{}
	err := db.Events(ctx, r.head, 0, func(e store.Event) error {
		if e.Seq > last || e.Kind != register.KindImport {
			return nil
		}
		var in importedFacts
		if err := json.Unmarshal(e.Data, &in); err != nil {
			return fmt.Errorf("read event %d: %w", e.Seq, err)
		}
		if in.Receipt.Superseded == "" {
			for _, asset := range in.Receipt.Assets {
				key := sourceKey{asset, strings.ToLower(in.Receipt.Report.Tool.Name), in.Ref}
				r.looks[key] = lastLooks(append(r.looks[key], e.At))
			}
		}
		if in.Gate != nil {
			sum := gateSum{runs: 1, millis: in.Gate.TookMillis}
			switch in.Gate.Action {
			case "warn":
				sum.warned = 1
			case "block":
				sum.blocked = 1
			}
			r.add(gateKey{strings.Join(in.Receipt.Assets, "\n"), dayOf(time.UnixMicro(e.At).In(zone))}, sum)
		}
		return nil
	})
	r.head = last
	return err
}

func (r *runs) add(key gateKey, sum gateSum) {
	sum.add(r.gates[key])
	r.gates[key] = sum
}

// join takes over what was read after its own head.
func (r *runs) join(more *runs) {
	for key, looks := range more.looks {
		r.looks[key] = lastLooks(append(r.looks[key], looks...))
	}
	for key, sum := range more.gates {
		r.add(key, sum)
	}
	r.head = more.head
}

func lastLooks(all []int64) []int64 { return slices.Clone(all[max(len(all)-keptLooks, 0):]) }

// Gates is what gates did in pipelines. It counts runs and not findings, so it has no query.
type Gates struct {
	// Runs counts decisions; Warned and Blocked count those that came to it.
	Runs    int `json:"runs"`
	Warned  int `json:"warned"`
	Blocked int `json:"blocked"`
	// Minutes is how long people waited for all of them, Mean for one, in seconds.
	Minutes float64 `json:"minutes"`
	Mean    float64 `json:"meanSeconds"`
}

// gateRuns adds up the runs about nothing but assets for which see says yes, from a day to another.
func (h *history) gateRuns(first, last int32, see func(asset string) bool) Gates {
	var sum gateSum
	h.mu.RLock()
	defer h.mu.RUnlock()
	for key, one := range h.runs.gates {
		if key.day >= first && key.day <= last && !slices.ContainsFunc(strings.Split(key.assets, "\n"), func(a string) bool { return !see(a) }) {
			sum.add(one)
		}
	}
	out := Gates{Runs: int(sum.runs), Warned: int(sum.warned), Blocked: int(sum.blocked), Minutes: float64(sum.millis) / 60_000}
	if sum.runs > 0 {
		out.Mean = float64(sum.millis) / 1000 / float64(sum.runs)
	}
	return out
}

// Stale is a tool that has not looked at an asset for long: what it saw last may be mended, and what is new it has not seen.
type Stale struct {
	Asset   string `json:"asset"`
	AssetID int64  `json:"assetId"`
	Tool    string `json:"tool"`
	Ref     string `json:"ref,omitempty"`
	// Looked is its last look, Usual the time between its looks, in seconds.
	Looked time.Time `json:"looked"`
	Usual  int64     `json:"usualSeconds"`
	// Query lists what it sees that is active.
	Query string `json:"query"`
}

const (
	// staleAfter is how many times its usual interval a source may be silent.
	staleAfter = 3
	// leastUsual and firstUsual are the shortest usual interval that is believed, and that of a source with fewer than three looks.
	leastUsual, firstUsual = 24 * time.Hour, 7 * 24 * time.Hour
)

// stale lists the sources that are silent for longer than is usual for them, the longest silence first. A branch on which nothing is seen any more, while the same
// tool has looked at the asset since, is over and not stale.
func (h *history) stale(w *register.World, p access.Principal, now time.Time) []Stale {
	newest := map[sourceKey]int64{}
	for _, s := range w.Sources {
		key := sourceKey{asset: fmt.Sprint(s.Asset), tool: strings.ToLower(s.Tool)}
		newest[key] = max(newest[key], s.Looked)
	}
	var out []Stale
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, s := range w.Sources {
		a := w.Assets[s.Asset]
		if a == nil || p.Check(access.Read, objectOf(a)) != nil {
			continue
		}
		if s.Present == 0 && newest[sourceKey{asset: fmt.Sprint(s.Asset), tool: strings.ToLower(s.Tool)}] > s.Looked {
			continue
		}
		usual := usualInterval(h.runs.looks[sourceKey{register.AssetName(a.Asset), strings.ToLower(s.Tool), s.Ref}])
		if now.Sub(moment(s.Looked)) <= staleAfter*usual {
			continue
		}
		one := Stale{Asset: a.Name, AssetID: a.ID, Tool: s.Tool, Ref: s.Ref, Looked: moment(s.Looked), Usual: int64(usual.Seconds())}
		terms := []string{"state:active", term(facet.Asset, "="+a.Name), term(facet.Tool, "="+s.Tool)}
		if s.Ref != "" {
			terms = append(terms, term(facet.Ref, "="+s.Ref))
		}
		one.Query = strings.Join(terms, " ")
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b Stale) int {
		return cmp.Or(a.Looked.Compare(b.Looked), strings.Compare(a.Asset, b.Asset), strings.Compare(a.Tool, b.Tool), strings.Compare(a.Ref, b.Ref))
	})
	return out
}

// usualInterval is the median of the times between looks.
func usualInterval(looks []int64) time.Duration {
	if len(looks) < 3 {
		return firstUsual
	}
	var between []int64
	for i := range looks[1:] {
		between = append(between, looks[i+1]-looks[i])
	}
	slices.Sort(between)
	return max(time.Duration(between[len(between)/2])*time.Microsecond, leastUsual)
}
