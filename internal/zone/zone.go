// Package zone says in which world an address of the internet protocol lies: whether anybody may be sent there by somebody else.
// Whoever speaks to a host that others may name (a registry's redirect, a mirror, a provider) asks here after the name was resolved.
// It must not dial, resolve or decide: what is allowed is its callers' to say.
package zone

import "net/netip"

// Zone is a world of addresses.
type Zone int

// The zones. Nowhere is for addresses that nobody should be sent to by somebody else: most metadata services of clouds are link-local.
const (
	Unknown Zone = iota
	Public
	Private
	Loopback
	Nowhere
)

// special lists blocks that are neither private nor global unicast in netip's sense and still lead inside (IANA special-purpose
// registries; the last three carry an IPv4 address that could be any).
func special() []string {
	return []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "fec0::/10",
		"64:ff9b::/96", "64:ff9b:1::/48", "2002::/16",
	}
}

// Of gives the zone of an address; an IPv4 address in IPv6's clothes is what it is.
func Of(addr netip.Addr) Zone {
	addr = addr.Unmap().WithZone("")
	switch {
	case !addr.IsValid() || addr.IsUnspecified() || addr.IsLinkLocalUnicast() || addr.IsMulticast():
		return Nowhere
	case addr.IsLoopback():
		return Loopback
	case addr.IsPrivate():
		return Private
	}
	for _, block := range special() {
		if netip.MustParsePrefix(block).Contains(addr) {
			return Private
		}
	}
	return Public
}

// IsMetadata tells of the metadata services of clouds that lie where private networks do (Amazon's by IPv6, Alibaba's, Oracle's).
func IsMetadata(addr netip.Addr) bool {
	switch addr.Unmap().WithZone("").String() {
	case "fd00:ec2::254", "100.100.100.200", "192.0.0.192":
		return true
	}
	return false
}
