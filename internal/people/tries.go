package people

import (
	"context"
	"net/netip"
	"strings"
	"time"
)

// forgetAfter is when failures no longer count.
const forgetAfter = 24 * time.Hour

// limit is how many failures are free and how long to wait after more: from a second, twice as long each time, up to most.
type limit struct {
	free int64
	most time.Duration
}

// limits are those of one account from one network, of one network, and of one account from anywhere. The last is wide and its waits are short:
// it slows down those who guess from many places, and must not let them shut anybody out.
func limits() map[string]limit {
	return map[string]limit{"pair": {5, 15 * time.Minute}, "network": {40, 15 * time.Minute}, "account": {100, time.Minute}}
}

// triers are the names under which a try is counted. A login that is nobody's counts as any other.
func triers(login string, addr netip.Addr) (pair, net, account string) {
	login = shorten(strings.ToLower(strings.TrimSpace(login)), 100)
	return "pair " + network(addr) + " " + login, "network " + network(addr), "account " + login
}

// try counts a try to sign in. It gives how long to wait first, where that is the case.
func (k *Keeper) try(ctx context.Context, login string, addr netip.Addr) (time.Duration, error) {
	pair, net, account := triers(login, addr)
	now := k.now()
	until, err := k.db.Tries(ctx, []string{account, net, pair}, now.UnixMicro(), now.Add(-forgetAfter).UnixMicro(), func(id string, failed int64) int64 {
		kind, _, _ := strings.Cut(id, " ")
		l := limits()[kind]
		if failed < l.free {
			return 0
		}
		wait := time.Second << min(failed-l.free, 20)
		return now.Add(min(wait, l.most)).UnixMicro()
	})
	if err != nil || until == 0 {
		return 0, err
	}
	return min(time.UnixMicro(until).Sub(now), 15*time.Minute), nil // a clock that was put back makes nobody wait longer
}

// succeed takes a try back that was right. The network's failures stay but this one: an account of one's own frees nobody to guess others'.
func (k *Keeper) succeed(ctx context.Context, login string, addr netip.Addr) error {
	pair, net, account := triers(login, addr)
	return k.db.Succeed(ctx, []string{pair, account}, []string{net})
}
