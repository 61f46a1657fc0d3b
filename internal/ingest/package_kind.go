package ingest

import (
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/sbom"
)

// packageKinds are the words that tools have for kinds of packages, after the type (and namespace) of the package URL that they mean.
const packageKinds = `npm: npm yarn pnpm bun node-pkg nodejs node javascript js
pypi: pypi pip pipenv poetry uv pylock python python-pkg setuptools
golang: golang go gomod gobinary gomodules golangdep govendor go-module
maven: maven jar pom gradle gradle-lockfile sbt java java-archive
gem: gem ruby rubygems bundler gemspec
composer: composer composer-vendor php packagist php-composer php-composer-lock php-composer-installed
nuget: nuget dotnet dotnet-core dotnet-pkg packages-props paket .net
cargo: cargo rust rustbinary rust-crate crates.io
hex: hex mix erlang elixir
pub: pub dart dart-pub
swift: swift swifturl
cocoapods: cocoapods pod
conan: conan
cran: cran r r-package
hackage: hackage haskell stack cabal
julia: julia
conda: conda conda-pkg conda-environment
githubactions: githubactions actions github-action github-actions
bitnami: bitnami
generic: generic binary unmanaged cpp
deb/debian: debian
deb/ubuntu: ubuntu
deb/echo: echo
apk/alpine: alpine
apk/wolfi: wolfi
apk/chainguard: chainguard
apk/minimos: minimos
rpm/redhat: redhat rhel red-hat-enterprise-linux
rpm/centos: centos
rpm/rocky: rocky rockylinux rocky-linux
rpm/almalinux: almalinux alma
rpm/amzn: amzn amazon amazonlinux amazon-linux
rpm/oracle: oracle oraclelinux ol
rpm/fedora: fedora
rpm/opensuse: opensuse opensuse-leap opensuse.leap
rpm/suse: suse sles sle suse-linux-enterprise-server
rpm/photon: photon
rpm/azurelinux: azurelinux azure mariner cbl-mariner
rpm/openeuler: openeuler
rpm/mageia: mageia`

var packageWords = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.SplitSeq(packageKinds, "\n") {
		kind, words, _ := strings.Cut(line, ":")
		for _, w := range strings.Fields(words) {
			out[w] = kind
		}
	}
	return out
})

// packageKind gives the type of package URLs that a tool's word means, with the namespace of a distribution; "" for what nobody knows.
func packageKind(word string) string {
	return packageWords()[strings.ReplaceAll(strings.ToLower(strings.TrimSpace(word)), " ", "-")]
}

// isDistribution tells of a tool's word whether it names a distribution.
func isDistribution(word string) bool { return strings.Contains(packageKind(word), "/") }

// ecosystemOf gives OSV's ecosystem for a tool's word for a kind of packages and, for distributions, their release.
func ecosystemOf(word, release string) string {
	kind := packageKind(word)
	if kind == "" {
		return ""
	}
	url := "pkg:" + kind + "/x@0"
	if _, id, found := strings.Cut(kind, "/"); found && release != "" {
		url += "?distro=" + id + "-" + strings.Fields(release + " ")[0]
	}
	p, err := sbom.FromPURL(url)
	if err != nil {
		return ""
	}
	return p.Ecosystem
}

// componentFor names a package as OSV does. Word and release are the tool's for its kind; they count where purl is none or does not say.
func componentFor(purl, word, release, name, version string) finding.Component {
	if p, err := sbom.FromPURL(purl); err == nil {
		c := finding.Component{PURL: purl, Ecosystem: p.Ecosystem, Name: p.Name, Version: p.Version}
		if c.Version == "" {
			c.Version = version
		}
		if release != "" && !strings.Contains(c.Ecosystem, ":") {
			if exact := ecosystemOf(word, release); strings.HasPrefix(exact, c.Ecosystem+":") {
				c.Ecosystem = exact
			}
		}
		return c
	}
	return componentIn(ecosystemOf(word, release), name, version)
}

// componentIn is a package of one of OSV's ecosystems.
func componentIn(ecosystem, name, version string) finding.Component {
	p := inventory.Package{Ecosystem: ecosystem, Name: strings.TrimSpace(name), Version: strings.TrimSpace(version)}
	c := finding.Component{PURL: sbom.PURL(&p), Ecosystem: ecosystem, Name: p.Name, Version: p.Version}
	if normal, err := sbom.FromPURL(c.PURL); err == nil {
		c.Name, c.Version = normal.Name, normal.Version
	}
	return c
}
