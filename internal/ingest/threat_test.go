package ingest

import (
	"slices"
	"strings"
	"testing"
)

func TestSameFlaw_twoCVEsAreNever(t *testing.T) {
	for _, c := range []struct {
		own              string
		others           []string
		rule             string
		aliases, related string
	}{
		{"CVE-2024-1111", []string{"CVE-2024-2222", "GHSA-a"}, "CVE-2024-1111", "GHSA-a", "CVE-2024-2222"},
		{"GHSA-a", []string{"cve-2024-1111"}, "CVE-2024-1111", "GHSA-a", ""},
		{"91426", []string{"CVE-2024-1111", "CVE-2024-2222"}, "91426", "", "CVE-2024-1111 CVE-2024-2222"},
		{"91426", nil, "91426", "", ""},
		{"", []string{"CVE-2024-1111", "CVE-2024-2222"}, "CVE-2024-1111", "", "CVE-2024-2222"},
		{"", nil, "", "", ""},
		{"GHSA-a", []string{"GHSA-a", "DSA-1"}, "GHSA-a", "DSA-1", ""},
	} {
		rule, aliases, related := sameFlaw(c.own, c.others...)
		if rule != c.rule || strings.Join(aliases, " ") != c.aliases || strings.Join(related, " ") != c.related {
			t.Errorf("sameFlaw(%q, %q) = %q, %q, %q, want %q, %q, %q", c.own, c.others, rule, aliases, related, c.rule, c.aliases, c.related)
		}
	}
}

func TestThreatOf_highestVersionFirst(t *testing.T) {
	got := known(threatOf(99, "(AV:N/AC:L/Au:N/C:P/I:P/A:P)", "", "CVSS:3.1/AV:N", "CVSS:4.0/AV:N", "CVSS3#CVSS:3.1/AV:N", "none"))
	want := []string{"CVSS:4.0/AV:N", "CVSS:3.1/AV:N", "AV:N/AC:L/Au:N/C:P/I:P/A:P"}
	if got == nil || !slices.Equal(got.CVSS, want) || got.Score != nil {
		t.Errorf("got %+v, want the vectors %q and no score", got, want)
	}
	if got := known(threatOf(0, "")); got != nil {
		t.Errorf("got %+v for nothing, want nil", got)
	}
}

func TestPackageEcosystem(t *testing.T) {
	for in, want := range map[[2]string]string{
		{"NODEPKG", "DEBIAN_12"}: "npm", {"PYTHONPKG", ""}: "PyPI", {"GOBINARY", ""}: "Go", {"JAR", ""}: "Maven", {"DOTNET_CORE", ""}: "NuGet",
		{"OS", "DEBIAN_12"}: "Debian:12", {"OS", "UBUNTU_22_04"}: "Ubuntu:22.04:LTS", {"OS", "ALPINE_LINUX_3_17"}: "Alpine:v3.17",
		{"OS", "AMAZON_LINUX_2"}: "Amazon Linux:2", {"OS", "BOTTLEROCKET"}: "", {"GENERIC", "DEBIAN_12"}: "", {"", ""}: "",
	} {
		if got := packageEcosystem(in[0], in[1]); got != want {
			t.Errorf("packageEcosystem(%q, %q) = %q, want %q", in[0], in[1], got, want)
		}
	}
}
