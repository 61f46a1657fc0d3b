package sca

import (
	"strings"
	"testing"
)

func TestPopular_slipsAndNeighbours(t *testing.T) {
	for _, c := range []struct{ ecosystem, name, want string }{
		{"npm", "expres", "express"}, {"npm", "exprses", "express"}, {"npm", "expresss", "express"}, {"npm", "lodahs", "lodash"}, {"npm", "l0dash", "lodash"}, {"npm", "crossenv", "cross-env"}, {"npm", "cross_env", "cross-env"},
		{"npm", "LODASH", ""}, {"npm", "lodash", ""}, {"npm", "preact", ""}, {"npm", "react-dnd", ""}, {"npm", "xpress", ""}, {"npm", "request2", ""}, {"npm", "vux", ""}, {"npm", "ms2", ""},
		{"npm", "@bable/core", "@babel/core"}, {"npm", "@babel/cor", ""}, {"npm", "@acme/express", ""}, {"npm", "google-cloud-storage", "@google-cloud/storage"}, {"npm", "babel-core", ""},
		{"PyPI", "reqeusts", "requests"}, {"PyPI", "djnago", "django"}, {"PyPI", "python-dateutils", "python-dateutil"}, {"PyPI", "python3-dateutil", ""}, {"PyPI", "requests", ""}, {"PyPI", "boto", ""},
		{"RubyGems", "rest_client", "rest-client"}, {"RubyGems", "nokogirl", "nokogiri"}, {"RubyGems", "rails", ""},
		{"crates.io", "serde-json", ""}, {"crates.io", "serdejson", "serde_json"}, {"crates.io", "tokoi", "tokio"}, {"crates.io", "rustdecimal", "rust_decimal"},
		{"Packagist", "symfnoy/console", "symfony/console"}, {"Packagist", "symfony/consol", ""}, {"Packagist", "acme/console", ""},
		{"Go", "github.com/siruspen/logrus", "github.com/sirupsen/logrus"}, {"Go", "github.com/Sirupsen/logrus", ""}, {"Go", "github.com/acme/logrus", ""}, {"Go", "github.com/gorila/mux/v2", "github.com/gorilla/mux"},
		{"Go", "golang.org/x/text", ""}, {"Go", "gopkg.in/yaml.v3", ""},
	} {
		if got := popularIn(c.ecosystem).meant(c.ecosystem, c.name); got != c.want {
			t.Errorf("%s %s: meant %q, want %q", c.ecosystem, c.name, got, c.want)
		}
	}
}

// No popular name is taken for a mistake, and no list is damaged.
func TestPopular_listsAreSound(t *testing.T) {
	for ecosystem, least := range map[string]int{"npm": 900, "PyPI": 600, "RubyGems": 350, "crates.io": 450, "Packagist": 280, "Go": 250} {
		p := popularIn(ecosystem)
		if p == nil || len(p.known) < least {
			t.Fatalf("%s: %d names", ecosystem, len(p.known))
		}
		for name := range p.known {
			if meant := p.meant(ecosystem, name); meant != "" {
				t.Errorf("%s: %s is taken for %s", ecosystem, name, meant)
			}
			if name != strings.ToLower(name) {
				t.Errorf("%s: %s has capitals", ecosystem, name)
			}
		}
	}
	if popularIn("Maven") != nil {
		t.Error("there is a list for Maven")
	}
}

func FuzzMeant(f *testing.F) {
	for _, seed := range []string{"lodahs", "@bable/core", "github.com/siruspen/logrus", "sirupen/logrus", "", "/", "@", "é", "\x00\x1b[31m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, ecosystem := range []string{"npm", "PyPI", "RubyGems", "crates.io", "Packagist", "Go"} {
			p := popularIn(ecosystem)
			if meant := p.meant(ecosystem, name); meant != "" && !p.known[meant] {
				t.Errorf("%s: %q is taken for %q, which is none of the known", ecosystem, name, meant)
			}
		}
	})
}
