package image

import (
	"fmt"
	"net/netip"
)

// refusedAddress says that a host that the registry names lies where the registry has nothing to say.
type refusedAddress struct {
	host string
	addr netip.Addr
}

func (e refusedAddress) Error() string {
	return fmt.Sprintf("host %q leads to %s, which is not public: a registry elsewhere may not send anybody there", clip(e.host, 200), e.addr)
}
