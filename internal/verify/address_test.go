package verify

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/outbound"
)

func TestVerifier_addresses(t *testing.T) {
	for addr, want := range map[string]struct{ plain, private bool }{
		"93.184.216.34":          {true, true},
		"2606:2800:220:1::1":     {true, true},
		"127.0.0.1":              {false, true},
		"127.8.8.8":              {false, true},
		"::1":                    {false, true},
		"::ffff:127.0.0.1":       {false, true},
		"10.1.2.3":               {false, true},
		"172.16.0.1":             {false, true},
		"192.168.1.1":            {false, true},
		"::ffff:192.168.1.1":     {false, true},
		"100.64.0.1":             {false, true},
		"fd00::1":                {false, true},
		"fd00:ec2::254":          {false, false},
		"198.18.0.1":             {false, true},
		"240.0.0.1":              {false, true},
		"255.255.255.255":        {false, true},
		"64:ff9b::7f00:1":        {false, true},
		"2002:7f00:1::":          {false, true},
		"169.254.169.254":        {false, false},
		"::ffff:169.254.169.254": {false, false},
		"fe80::1":                {false, false},
		"fe80::1%eth0":           {false, false},
		"0.0.0.0":                {false, false},
		"::":                     {false, false},
		"224.0.0.1":              {false, false},
		"ff02::1":                {false, false},
	} {
		a := netip.MustParseAddr(addr)
		if got := outbound.New(outbound.Options{}).Allow("api.example:443", a) == nil; got != want.plain {
			t.Errorf("%s: allowed %v, want %v", addr, got, want.plain)
		}
		if got := outbound.New(outbound.Options{Private: true}).Allow("api.example:443", a) == nil; got != want.private {
			t.Errorf("%s with private ones: allowed %v, want %v", addr, got, want.private)
		}
	}
}

func TestTransport_refusesAddressesInNames(t *testing.T) {
	client := &http.Client{Transport: outbound.New(outbound.Options{}).Transport}
	for _, target := range []string{"https://127.0.0.1:1/", "https://localhost:1/", "https://[::1]:1/", "https://169.254.169.254/latest/meta-data/"} {
		if _, err := client.Get(target); err == nil || !strings.Contains(err.Error(), "no public address") {
			t.Errorf("%s: %v", target, err)
		}
	}
}

func TestTransport_proxyMayBePrivateButNotTheTarget(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	connects := make(chan string, 1)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				connects <- r.Method + " " + r.RequestURI
				io.WriteString(conn, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
			}
			conn.Close()
		}
	}()
	client := &http.Client{Transport: outbound.New(outbound.Options{Proxy: func(*http.Request) (*url.URL, error) {
		return &url.URL{Scheme: "http", Host: l.Addr().String()}, nil
	}}).Transport}
	if _, err := client.Get("https://api.provider.example/"); err == nil {
		t.Error("the proxy refuses, yet there is an answer")
	}
	if got := <-connects; got != "CONNECT api.provider.example:443" {
		t.Errorf("the proxy saw %q", got)
	}
	if _, err := client.Get("https://10.0.0.1/"); err == nil || !strings.Contains(err.Error(), "no public address") {
		t.Errorf("private target behind the proxy: %v", err)
	}
}
