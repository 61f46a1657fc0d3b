package ingest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestApart_twoCVEsAreNeverOneFlaw(t *testing.T) {
	for _, c := range []struct {
		in   []string
		want [][]string
	}{
		{nil, nil},
		{[]string{"", "N/A"}, nil},
		{[]string{"GHSA-1", "cve-2099-1", "CVE-2099-1", "GO-1"}, [][]string{{"CVE-2099-1", "GHSA-1", "GO-1"}}},
		{[]string{"ELSA-1", "CVE-2099-1", "CVE-2099-2"}, [][]string{{"CVE-2099-1"}, {"CVE-2099-2"}}},
		{[]string{"CVE-2099-1", "CVE-2099-2", "GHSA-1"}, [][]string{{"CVE-2099-1"}}},
	} {
		if diff := cmp.Diff(c.want, apart(c.in)); diff != "" {
			t.Errorf("apart(%q) (-want +got):\n%s", c.in, diff)
		}
	}
}

func TestFixedIn(t *testing.T) {
	for in, want := range map[string][]string{
		"":                           nil,
		"1.2.3, 2.0.1":               {"1.2.3", "2.0.1"},
		">=1.2.3 <2.0.0 || >= 2.0.1": {"1.2.3", "2.0.1"},
		"<0.0.0":                     nil,
		">1.0":                       nil,
		"0:1.1-2.el8":                {"0:1.1-2.el8"},
		"^4.2.1,4.2.1":               {"4.2.1"},
	} {
		if got := fixedIn(in); !slices.Equal(got, want) {
			t.Errorf("fixedIn(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestComponentFor_ecosystemsAreOSVs(t *testing.T) {
	for _, c := range []struct{ purl, word, release, name, version, want string }{
		{"", "gobinary", "", "example.org/A", "1.2.0", "Go example.org/A 1.2.0 pkg:golang/example.org/A@v1.2.0"},
		{"", "gobinary", "", "stdlib", "v1.22.1", "Go stdlib 1.22.1 pkg:golang/stdlib@v1.22.1"},
		{"", "jar", "", "org.acme:paint", "1", "Maven org.acme:paint 1 pkg:maven/org.acme/paint@1"},
		{"", "python-pkg", "", "Acme_Paint", "1", "PyPI acme-paint 1 pkg:pypi/acme-paint@1"},
		{"", "npm", "", "@acme/paint", "1", "npm @acme/paint 1 pkg:npm/%40acme/paint@1"},
		{"", "ubuntu", "22.04", "libc6", "2.35", "Ubuntu:22.04:LTS libc6 2.35 pkg:deb/ubuntu/libc6@2.35?distro=ubuntu-22.04"},
		{"", "redhat", "8.4", "openssl", "1:1.1-2", "Red Hat:enterprise_linux:8 openssl 1:1.1-2 pkg:rpm/redhat/openssl@1.1-2?distro=redhat-8&epoch=1"},
		{"", "opensuse-leap", "15.5", "curl", "8", "openSUSE:Leap 15.5 curl 8 pkg:rpm/opensuse/curl@8?distro=opensuse-leap-15.5"},
		{"", "suse linux enterprise server", "15.3", "curl", "8", "SUSE:Linux Enterprise Server 15 SP3 curl 8 pkg:rpm/suse/curl@8?distro=sles-15.3"},
		{"", "amazon", "2 (Karoo)", "curl", "8", "Amazon Linux:2 curl 8 pkg:rpm/amzn/curl@8?distro=amzn-2"},
		{"", "nobody knows", "", "x", "1", " x 1 pkg:generic/x@1"},
		{"pkg:deb/debian/apt@1.8?arch=amd64", "debian", "10.4", "apt", "1.8", "Debian:10 apt 1.8 pkg:deb/debian/apt@1.8?arch=amd64"},
		{"nonsense", "gem", "", "rails", "7", "RubyGems rails 7 pkg:gem/rails@7"},
	} {
		got := componentFor(c.purl, c.word, c.release, c.name, c.version)
		if s := strings.Join([]string{got.Ecosystem, got.Name, got.Version, got.PURL}, " "); s != c.want {
			t.Errorf("componentFor(%q, %q, %q, %q, %q) = %q, want %q", c.purl, c.word, c.release, c.name, c.version, s, c.want)
		}
	}
}

func TestClusterPlace_leavesOutTheHashOfAReplicaSet(t *testing.T) {
	for name, want := range map[string]string{
		"web-965685897":   "ReplicaSet/shop/web",
		"web-c868466d4":   "ReplicaSet/shop/web",
		"web-frontend":    "ReplicaSet/shop/web-frontend",
		"web":             "ReplicaSet/shop/web",
		"web-12345678901": "ReplicaSet/shop/web-12345678901",
	} {
		place := clusterPlace("shop", "ReplicaSet", name, "")
		if got := place[len(place)-1].Name; got != want {
			t.Errorf("%s is placed at %q, want %q", name, got, want)
		}
	}
}

func TestReadTrivy_concealsASecretThatIsNotCensored(t *testing.T) {
	value := "swordfish" + "-of-the-deep"
	report := fmt.Sprintf(`{"SchemaVersion":2,"ArtifactName":".","Results":[{"Target":"a.env","Class":"secret","Secrets":[{"RuleID":"r","Title":"t","Severity":"HIGH",
		"Match":%q,"Code":{"Lines":[{"Number":1,"Content":"K=%s","IsCause":true}]}}]}]}`, value, value)
	var got recorder
	if _, err := Read(context.Background(), "", strings.NewReader(report), "auto", &got); err != nil {
		t.Fatal(err)
	}
	f := got.Findings[0]
	if f.Secret.Reveal() != value || strings.Contains(fmt.Sprintf("%+v", f), value) {
		t.Errorf("the secret is not concealed: %+v", f)
	}
}

func TestReadTrivy_refusesWhatItCannotHold(t *testing.T) {
	item := `{"ID":"X","Status":"FAIL","Description":"` + strings.Repeat("a", 1<<20) + `"},`
	report := io.MultiReader(strings.NewReader(`{"SchemaVersion":2,"ArtifactName":"x","Results":[{"Misconfigurations":[`),
		strings.NewReader(strings.Repeat(item, 70)), strings.NewReader(`{}],"Target":"late.tf"}]}`))
	var got recorder
	_, err := Read(context.Background(), "", report, "auto", &got)
	if err == nil || !strings.Contains(err.Error(), "more than is held") {
		t.Errorf("got %v, want a refusal", err)
	}
}

func TestReadCycloneDX_aBrokenBillIsAnError(t *testing.T) {
	for _, report := range []string{
		`{"bomFormat":"CycloneDX","specVersion":"9.9","components":[]}`,
		`{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"name":"a"}]`,
		`{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"name":"a"}]} and more`,
		`{"bomFormat":"CycloneDX","specVersion":"1.5","vulnerabilities":[7]}`,
	} {
		var got recorder
		if _, err := Read(context.Background(), "", strings.NewReader(report), "cyclonedx", &got); err == nil {
			t.Errorf("%s is read without an error", report)
		}
	}
}
