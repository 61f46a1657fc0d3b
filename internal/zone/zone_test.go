package zone

import (
	"net/netip"
	"testing"
)

func TestOf_nothingInsideIsPublic(t *testing.T) {
	for text, want := range map[string]Zone{
		"8.8.8.8": Public, "2001:4860:4860::8888": Public, "::ffff:8.8.8.8": Public,
		"127.0.0.1": Loopback, "::1": Loopback, "::ffff:127.0.0.1": Loopback,
		"10.0.0.1": Private, "172.16.0.1": Private, "192.168.1.1": Private, "fd00::1": Private, "100.64.0.1": Private,
		"198.18.0.1": Private, "240.0.0.1": Private, "0.1.2.3": Private, "64:ff9b::7f00:1": Private, "2002:7f00:1::": Private, "fec0::1": Private,
		"169.254.169.254": Nowhere, "fe80::1%eth0": Nowhere, "0.0.0.0": Nowhere, "::": Nowhere, "224.0.0.1": Nowhere, "ff02::1": Nowhere, "::ffff:169.254.169.254": Nowhere,
	} {
		if got := Of(netip.MustParseAddr(text)); got != want {
			t.Errorf("Of(%s) = %v, want %v", text, got, want)
		}
	}
	if got := Of(netip.Addr{}); got != Nowhere {
		t.Errorf("no address lies in %v", got)
	}
}

func TestIsMetadata(t *testing.T) {
	for text, want := range map[string]bool{
		"fd00:ec2::254": true, "fd00:ec2::254%eth0": true, "100.100.100.200": true, "::ffff:100.100.100.200": true, "192.0.0.192": true,
		"fd00:ec2::255": false, "100.100.100.100": false, "10.0.0.1": false, "8.8.8.8": false,
	} {
		if got := IsMetadata(netip.MustParseAddr(text)); got != want {
			t.Errorf("IsMetadata(%s) = %v", text, got)
		}
	}
	if IsMetadata(netip.Addr{}) {
		t.Error("no address is a metadata service")
	}
}
