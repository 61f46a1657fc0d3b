package image

import (
	"fmt"
	"net/netip"
)

// zone says in which world an address lies.
type zone int

// The zones. Nowhere is for addresses that nobody should be sent to by somebody else: cloud metadata services are link-local.
const (
	zoneUnknown zone = iota
	zonePublic
	zonePrivate
	zoneLoopback
	zoneNowhere
)

// special lists blocks that are neither private nor global unicast in netip's sense and still lead inside (IANA special-purpose
// registries; the last three carry an IPv4 address that could be any).
func special() []string {
	return []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "fec0::/10",
		"64:ff9b::/96", "64:ff9b:1::/48", "2002::/16",
	}
}

func zoneOf(addr netip.Addr) zone {
	addr = addr.Unmap().WithZone("")
	switch {
	case !addr.IsValid() || addr.IsUnspecified() || addr.IsLinkLocalUnicast() || addr.IsMulticast():
		return zoneNowhere
	case addr.IsLoopback():
		return zoneLoopback
	case addr.IsPrivate():
		return zonePrivate
	}
	for _, block := range special() {
		if netip.MustParsePrefix(block).Contains(addr) {
			return zonePrivate
		}
	}
	return zonePublic
}

// refusedAddress says that a host that the registry names lies where the registry has nothing to say.
type refusedAddress struct {
	host string
	addr netip.Addr
}

func (e refusedAddress) Error() string {
	return fmt.Sprintf("host %q leads to %s, which is not public: a registry elsewhere may not send anybody there", clip(e.host, 200), e.addr)
}
