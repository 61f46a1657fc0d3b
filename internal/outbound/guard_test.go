package outbound

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func address(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAllow_whereOthersMayLead(t *testing.T) {
	own := []*url.URL{{Scheme: "https", Host: "Own.example"}}
	options := map[string]Options{
		"nothing": {}, "private": {Private: true}, "own": {Own: own}, "beside": {Own: own, Beside: true}, "anywhere": {Own: own, Beside: true, Anywhere: true},
	}
	for _, c := range []struct {
		options, home, addr string
		want                bool
	}{
		{"nothing", "", "93.184.216.34", true},
		{"nothing", "", "2606:2800:220:1::1", true},
		{"nothing", "", "10.0.0.1", false},
		{"nothing", "", "127.0.0.1", false},
		{"nothing", "", "::ffff:10.0.0.1", false},
		{"nothing", "", "64:ff9b::7f00:1", false},
		{"nothing", "", "169.254.169.254", false},
		{"private", "", "93.184.216.34", true},
		{"private", "", "10.0.0.1", true},
		{"private", "", "::1", true},
		{"private", "", "169.254.169.254", false},
		{"private", "", "::ffff:169.254.169.254", false},
		{"private", "", "fe80::1%eth0", false},
		{"private", "", "0.0.0.0", false},
		{"private", "", "224.0.0.1", false},
		{"private", "", "fd00:ec2::254", false},
		{"private", "", "::ffff:100.100.100.200", false},
		{"private", "", "192.0.0.192", false},
		{"own", "10.0.0.1", "10.0.0.2", false},
		{"own", "10.0.0.1", "93.184.216.34", true},
		{"beside", "", "10.0.0.2", false},
		{"beside", "10.0.0.1", "10.0.0.2", true},
		{"beside", "10.0.0.1", "100.100.100.200", false},
		{"beside", "10.0.0.1", "127.0.0.1", false},
		{"beside", "10.0.0.1", "93.184.216.34", true},
		{"beside", "127.0.0.1", "127.0.0.2", true},
		{"beside", "93.184.216.34", "10.0.0.1", false},
		{"anywhere", "169.254.1.1", "169.254.169.254", false},
	} {
		g := New(options[c.options])
		if c.home != "" {
			if err := g.Allow("own.example:443", netip.MustParseAddr(c.home)); err != nil {
				t.Fatal(err)
			}
		}
		err := g.Allow("other.example:443", netip.MustParseAddr(c.addr))
		if (err == nil) != c.want || err != nil && !errors.As(err, new(Refused)) {
			t.Errorf("with %s at %q others lead to %s: %v", c.options, c.home, c.addr, err)
		}
	}
}

func TestAllow_ownStaysWhereItWas(t *testing.T) {
	for _, c := range []struct {
		anywhere    bool
		first, then string
		want        [2]bool
	}{
		{false, "93.184.216.34", "1.1.1.1", [2]bool{true, true}},
		{false, "93.184.216.34", "127.0.0.1", [2]bool{true, false}},
		{false, "10.0.0.1", "192.168.0.1", [2]bool{true, true}},
		{false, "10.0.0.1", "1.1.1.1", [2]bool{true, false}},
		{false, "10.0.0.1", "fd00:ec2::254", [2]bool{true, false}},
		{false, "169.254.169.254", "169.254.169.254", [2]bool{false, false}},
		{false, "100.100.100.200", "10.0.0.1", [2]bool{false, true}},
		{true, "169.254.1.1", "169.254.1.2", [2]bool{true, true}},
		{true, "169.254.1.1", "127.0.0.1", [2]bool{true, false}},
	} {
		g := New(Options{Own: []*url.URL{address(t, "http://OWN.example/"), address(t, "https://second.example")}, Anywhere: c.anywhere})
		for i, addr := range []string{c.first, c.then} {
			if err := g.Allow("own.example:80", netip.MustParseAddr(addr)); (err == nil) != c.want[i] {
				t.Errorf("%+v, %d: %v", c, i, err)
			}
		}
		if err := g.Allow("own.example:443", netip.MustParseAddr("10.0.0.1")); err == nil {
			t.Error("another port of the same host counts as named")
		}
		if err := g.Allow("second.example:443", netip.MustParseAddr("127.0.0.1")); err != nil {
			t.Errorf("each of several stays where it was itself: %v", err)
		}
	}
}

// A name says nothing of where it leads, so the connection itself is refused.
func TestTransport_looksWhereNamesLead(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "inside") }))
	t.Cleanup(inside.Close)
	byName := strings.Replace(inside.URL, "127.0.0.1", "localhost", 1)
	for _, c := range []struct {
		what    string
		options Options
		ask     string
		ok      bool
	}{
		{"an address", Options{}, inside.URL, false},
		{"a name", Options{}, byName, false},
		{"a name in IPv6's clothes", Options{}, strings.Replace(inside.URL, "127.0.0.1", "[::ffff:127.0.0.1]", 1), false},
		{"one's own", Options{Own: []*url.URL{address(t, inside.URL)}}, inside.URL, true},
		{"one's own by another name", Options{Own: []*url.URL{address(t, inside.URL)}}, byName, false},
		{"private", Options{Private: true}, byName, true},
		{"a metadata service", Options{Private: true}, "http://169.254.169.254/latest/", false},
		{"a metadata service inside", Options{Private: true}, "http://[fd00:ec2::254]/latest/", false},
	} {
		g := New(c.options)
		res, err := (&http.Client{Transport: g.Transport}).Get(c.ask)
		if err == nil {
			res.Body.Close()
		}
		g.Transport.CloseIdleConnections()
		if (err == nil) != c.ok || err != nil && !errors.As(err, new(Refused)) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// Behind a proxy the addresses of names cannot be seen, but those that are written out can. The proxy itself may be anywhere.
func TestTransport_proxy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	seen := make(chan string, 10)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				seen <- r.Method + " " + r.RequestURI
				_, _ = io.WriteString(conn, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
			}
			_ = conn.Close()
		}
	}()
	g := New(Options{Own: []*url.URL{address(t, "https://10.1.1.1")}, Proxy: func(*http.Request) (*url.URL, error) {
		return &url.URL{Scheme: "http", Host: l.Addr().String()}, nil
	}})
	client := &http.Client{Transport: g.Transport}
	for host, ok := range map[string]bool{
		"named.example": true, "93.184.216.34": true, "10.1.1.1": true, "0x7f.example": true, "cafe": true,
		"10.0.0.1": false, "localhost": false, "LOCALHOST.": false, "a.localhost": false, "[::1]": false, "[::ffff:10.0.0.1]": false, "169.254.169.254": false,
		"2130706433": false, "127.1": false, "0x7f000001": false, "0177.0.0.1": false, "127.0.0.1.": false,
	} {
		res, err := client.Get("https://" + host + "/")
		if err == nil {
			res.Body.Close()
			t.Fatalf("%s: the proxy refuses, yet there is an answer", host)
		}
		if refused := errors.As(err, new(Refused)); refused == ok {
			t.Errorf("%s: %v", host, err)
		}
		if ok {
			if got := <-seen; got != "CONNECT "+host+":443" {
				t.Errorf("%s: the proxy saw %q", host, got)
			}
		}
	}
	if len(seen) > 0 {
		t.Errorf("the proxy saw %q", <-seen)
	}
}

func TestPlace_asTheTransportConnects(t *testing.T) {
	for text, want := range map[string]string{
		"https://A.example/x": "a.example:443", "http://a.example": "a.example:80", "https://a.example:80": "a.example:80",
		"socks5://a.example": "a.example:1080", "https://[2001:DB8::1]/": "[2001:db8::1]:443", "http://user:pass@a.example": "a.example:80",
	} {
		if got := place(address(t, text)); got != want {
			t.Errorf("%s is at %s, want %s", text, got, want)
		}
	}
}
