package people

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"unicode"
)

// address is where a request comes from: the nearest address that is not one of our own proxies. What stands further away in X-Forwarded-For can be
// written by anybody.
func (k *Keeper) address(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := at.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !k.isProxy(addr) {
			break
		}
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		addr = next.Unmap().WithZone("")
	}
	return addr
}

func (k *Keeper) isProxy(addr netip.Addr) bool {
	return slices.ContainsFunc(k.opt.Proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// network is what one visitor can change at will: nothing of an IPv4 address, the last 64 bits of an IPv6 address.
func network(addr netip.Addr) string {
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}

// shorten keeps a text that somebody sent us to a length, as valid UTF-8 without control characters.
func shorten(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") // a rune that was cut through is left out
	}
	return text
}
