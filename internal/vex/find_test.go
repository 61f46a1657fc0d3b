package vex

import (
	"strings"
	"testing"
	"time"
)

// no is a valid statement that a flaw does not matter in products.
func no(products ...Product) Statement {
	return Statement{Flaws: []string{"CVE-2024-0001", "GHSA-aaaa-bbbb-cccc"}, Products: products, Status: NotAffected, Justification: CodeNotPresent, At: day(1, 1)}
}

func TestFind_whatAStatementSpeaksOf(t *testing.T) {
	inside := func(product string, parts ...string) Product { return Product{ID: product, Subcomponents: parts} }
	const digest = "sha256:23a264e6e429852221a963e9f17338ba3f5796dc7086e46439a6f4482cf6e0cb"
	for _, c := range []struct {
		name          string
		says          Product
		purl, product string
		want          bool
	}{
		{"the version", inside("pkg:npm/a@1.0.0"), "pkg:npm/a@1.0.0", "", true},
		{"another version", inside("pkg:npm/a@1.0.0"), "pkg:npm/a@1.0.1", "", false},
		{"every version", inside("pkg:npm/a"), "pkg:npm/a@1.0.1", "", true},
		{"a version of what has none", inside("pkg:npm/a@1"), "pkg:npm/a", "", false},
		{"another name", inside("pkg:npm/a"), "pkg:npm/ab@1", "", false},
		{"another type", inside("pkg:npm/a"), "pkg:pypi/a@1", "", false},
		{"scope written two ways", inside("pkg:npm/@x/a@1"), "pkg:npm/%40x/a@1", "", true},
		{"another spelling", inside("pkg:pypi/Ruamel_Yaml@1"), "pkg:pypi/ruamel-yaml@1", "", true},
		{"Go with and without v", inside("pkg:golang/example.com/a@1.2.3"), "pkg:golang/example.com/a@v1.2.3", "", true},
		{"Maven's usual type", inside("pkg:maven/g/a@1?type=jar"), "pkg:maven/g/a@1", "", true},
		{"Maven's other type", inside("pkg:maven/g/a@1?type=war"), "pkg:maven/g/a@1", "", false},
		{"arch left out", inside("pkg:deb/debian/a@1"), "pkg:deb/debian/a@1?arch=amd64&distro=debian-12", "", true},
		{"the arch", inside("pkg:deb/debian/a@1?arch=amd64"), "pkg:deb/debian/a@1?arch=amd64&distro=debian-12", "", true},
		{"another arch", inside("pkg:deb/debian/a@1?arch=arm64"), "pkg:deb/debian/a@1?arch=amd64", "", false},
		{"an arch of what has none", inside("pkg:deb/debian/a@1?arch=arm64"), "pkg:deb/debian/a@1", "", false},
		{"epoch written two ways", inside("pkg:rpm/redhat/a@1-2?epoch=1"), "pkg:rpm/redhat/a@1:1-2", "", true},
		{"epoch nothing", inside("pkg:rpm/redhat/a@1-2"), "pkg:rpm/redhat/a@1-2?epoch=0", "", true},
		{"another epoch", inside("pkg:rpm/redhat/a@1-2"), "pkg:rpm/redhat/a@1-2?epoch=1", "", false},
		{"another name of the product", Product{ID: "urn:x", Also: []string{"pkg:npm/a"}}, "pkg:npm/a@1", "", true},
		{"inside the product", inside("pkg:npm/shop", "pkg:npm/a"), "pkg:npm/a@1", "pkg:npm/shop@2", true},
		{"inside another product", inside("pkg:npm/shop", "pkg:npm/a"), "pkg:npm/a@1", "pkg:npm/other@2", false},
		{"inside a product that is not known", inside("pkg:npm/shop", "pkg:npm/a"), "pkg:npm/a@1", "", false},
		{"another package inside", inside("pkg:npm/shop", "pkg:npm/a"), "pkg:npm/b@1", "pkg:npm/shop@2", false},
		{"the product with parts is not the package", inside("pkg:npm/a", "pkg:npm/b"), "pkg:npm/a@1", "", false},
		{"all of a product", inside("pkg:npm/shop@2"), "pkg:npm/a@1", "pkg:npm/shop@2", true},
		{"a repository", inside("https://github.com/acme/shop.git"), "pkg:npm/a@1", "github.com/acme/shop", true},
		{"another repository", inside("https://github.com/acme/shop"), "pkg:npm/a@1", "github.com/acme/shop2", false},
		{"words", inside("Acme Shop 1"), "pkg:npm/a@1", "Acme Shop 1", true},
		{"an image", inside("alpine"), "pkg:apk/alpine/a@1", "docker.io/library/alpine:3.19", true},
		{"an image's tag", inside("alpine:3.18"), "pkg:apk/alpine/a@1", "docker.io/library/alpine:3.19", false},
		{"an image's digest", inside("alpine@" + digest), "pkg:apk/alpine/a@1", "alpine:3.19@" + digest, true},
		{"another digest", inside("alpine@" + digest), "pkg:apk/alpine/a@1", "alpine:3.19@sha256:00", false},
		{"a purl of an image", inside("pkg:oci/git@"+digest, "pkg:apk/alpine/git"), "pkg:apk/alpine/git@1", "registry.example/git@" + digest, true},
		{"a purl of an image without digest", inside("pkg:oci/git", "pkg:apk/alpine/git"), "pkg:apk/alpine/git@1", "registry.example/git:1", false},
		{"a purl of an image with its repository", inside("pkg:oci/git?repository_url=registry.example/git", "pkg:apk/alpine/git"), "pkg:apk/alpine/git@1", "registry.example/git:1", true},
		{"a purl of another repository", inside("pkg:oci/git?repository_url=registry.example/git"), "pkg:apk/alpine/git@1", "other.example/git:1", false},
		{"a docker purl", inside("pkg:docker/library/alpine@3.19"), "pkg:apk/alpine/git@1", "alpine:3.19", true},
		{"a docker purl of another tag", inside("pkg:docker/library/alpine@3.18"), "pkg:apk/alpine/git@1", "alpine:3.19", false},
		{"nothing", inside(""), "", "", false},
		{"no package URL", inside("pkg:npm/%zz"), "pkg:npm/%zz@1", "", false},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			set := NewSet([]Statement{no(c.says)})
			if c.says.ID == "" {
				set = NewSet([]Statement{{Flaws: []string{"CVE-2024-0001"}, Products: []Product{c.says}, Status: Affected}})
			}
			if _, got := set.Find([]string{"CVE-2024-0001"}, c.purl, c.product); got != c.want {
				t.Errorf("%+v speaks of %q in %q: %v, want %v", c.says, c.purl, c.product, got, c.want)
			}
		})
	}
}

func TestFind_whichStatementCounts(t *testing.T) {
	a := Product{ID: "pkg:npm/a"}
	with := func(status Status, at time.Time) Statement {
		s := no(a)
		s.Status, s.At, s.Justification = status, at, ""
		switch status {
		case NotAffected:
			s.Justification = CodeNotPresent
		case Affected:
			s.Action = "Upgrade."
		}
		return s
	}
	bare := with(NotAffected, day(5, 1))
	bare.Justification = ""
	idle := with(Affected, day(5, 1))
	idle.Action = ""
	for _, c := range []struct {
		name string
		list []Statement
		ids  []string
		want Status
	}{
		{"by its id", []Statement{with(NotAffected, day(1, 1))}, []string{"CVE-2024-0001"}, NotAffected},
		{"by an alias", []Statement{with(NotAffected, day(1, 1))}, []string{"PYSEC-1", "ghsa-AAAA-bbbb-cccc"}, NotAffected},
		{"another flaw", []Statement{with(NotAffected, day(1, 1))}, []string{"CVE-2024-00011"}, ""},
		{"the latest", []Statement{with(NotAffected, day(2, 1)), with(Affected, day(1, 1))}, []string{"CVE-2024-0001"}, NotAffected},
		{"the latest in another order", []Statement{with(NotAffected, day(1, 1)), with(Affected, day(2, 1)), with(Fixed, day(1, 2))}, []string{"CVE-2024-0001"}, Affected},
		{"affected at the same time", []Statement{with(NotAffected, day(1, 1)), with(Affected, day(1, 1))}, []string{"CVE-2024-0001"}, Affected},
		{"investigated at the same time", []Statement{with(Fixed, day(1, 1)), with(UnderInvestigation, day(1, 1)), with(NotAffected, day(1, 1))}, []string{"CVE-2024-0001"}, UnderInvestigation},
		{"without a time is before all", []Statement{with(NotAffected, time.Time{}), with(UnderInvestigation, day(1, 1))}, []string{"CVE-2024-0001"}, UnderInvestigation},
		{"without a reason it says nothing", []Statement{bare}, []string{"CVE-2024-0001"}, ""},
		{"without a reason it does not outweigh", []Statement{bare, with(Affected, day(1, 1))}, []string{"CVE-2024-0001"}, Affected},
		{"affected without an action still counts", []Statement{idle, with(NotAffected, day(1, 1))}, []string{"CVE-2024-0001"}, Affected},
	} {
		got, found := NewSet(c.list).Find(c.ids, "pkg:npm/a@1", "")
		if got.Status != c.want || found != (c.want != "") {
			t.Errorf("%s: %q, %v; want %q", c.name, got.Status, found, c.want)
		}
	}
}

func TestValid(t *testing.T) {
	good := no(Product{ID: "pkg:npm/a"})
	if err := good.Valid(); err != nil {
		t.Error(err)
	}
	for want, spoil := range map[string]func(*Statement){
		"about no flaw":                         func(s *Statement) { s.Flaws = nil },
		"names no product":                      func(s *Statement) { s.Products = nil },
		"without an identifier":                 func(s *Statement) { s.Products = []Product{{}} },
		`status "x"`:                            func(s *Statement) { s.Status = "x" },
		`justification "x"`:                     func(s *Statement) { s.Justification = "x" },
		"not_affected needs a justification or": func(s *Statement) { s.Justification, s.Impact = "", " \n" },
		"affected needs an action statement":    func(s *Statement) { s.Status = Affected },
	} {
		s := good
		spoil(&s)
		if err := s.Valid(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
