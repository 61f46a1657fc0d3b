// Package inventory is the vocabulary of what is inside a target: what single files say about packages (Document), and the
// projects that come out when the files of a folder are read together (Project, made by Assemble).
// Ecosystems and names are OSV's (https://ossf.github.io/osv-schema/#defined-ecosystems); packages have purls.
// It is plain data and pure functions: it reads no file, knows no format and no advisory.
package inventory

// Package is one package in one version, as one file states it.
type Package struct {
	// Ecosystem is OSV's, for distributions with the release ("npm", "PyPI", "Go", "Debian:12", "Alpine:v3.19").
	Ecosystem string `json:"ecosystem"`
	// Name is as OSV writes it: "@scope/name", "group:artifact", PyPI names normalised by PEP 503, Go modules by path.
	Name string `json:"name"`
	// Version is exact, as the ecosystem writes it (Go without "v"); "" where the file does not tell it.
	Version string `json:"version,omitempty"`
	// Constraint is what a manifest asks for, as written there ("^1.2.0", ">=2,<3").
	Constraint string `json:"constraint,omitempty"`
	// Source names the source package that a distribution's package was built from, as its advisories name it; "" where it is the same.
	Source Source `json:"source,omitzero"`
	// Arch is the architecture, for packages of distributions.
	Arch string `json:"arch,omitempty"`
	// Scope says what it is needed for.
	Scope Scope `json:"scope,omitempty"`
	// Direct tells that the project itself asks for it, and not only another package.
	Direct bool `json:"direct,omitempty"`
	// Optional tells that the project works without it (npm optionalDependencies, Maven optional, extras).
	Optional bool `json:"optional,omitempty"`
	// Requires are the packages it needs: their positions in the same list.
	Requires []int `json:"requires,omitempty"`
	// Licence is an SPDX expression where the file states one, else its own words.
	Licence string `json:"licence,omitempty"`
	// Integrity is the hash that pins the content, as the lock file writes it ("sha512-…", "h1:…", "sha256:…").
	Integrity string `json:"integrity,omitempty"`
	// Origin is where it comes from, where the file says so: a registry's or file's URL, "git+…", "file:…" (a folder or archive
	// beside the project), "link:…" (a member of the same workspace).
	Origin string `json:"origin,omitempty"`
	// Alias is the name under which the project knows it, where that differs (npm "alias": "npm:name@1").
	Alias string `json:"alias,omitempty"`
	// InstallScript tells that installing it runs code of its own.
	InstallScript bool `json:"installScript,omitempty"`
	// Deprecated is what its maintainers say where they have given it up.
	Deprecated string `json:"deprecated,omitempty"`
	// Files are the paths it owns, where the file that lists it says so (dpkg, apk): absolute without the leading slash.
	Files []string `json:"-"`
	// Built are the packages of a Go module that are really built in, where the file tells it (vendor/modules.txt); nil where it is not known.
	Built []string `json:"-"`
	// File is the file that states it, where that is not the project's own; Line is where it stands there, from 1; 0 where that has no meaning.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	// Layer is the image layer that brought it, from 1; 0 outside images.
	Layer int `json:"layer,omitempty"`
}

// Source is a source package.
type Source struct {
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
}

// Scope says what a package is needed for.
type Scope string

// The scopes. The empty scope is production: what is not known to be left out is taken to run.
const (
	Production  Scope = ""
	Development Scope = "development"
	Test        Scope = "test"
	Build       Scope = "build"
)

// Role says what a file is to its packages.
type Role string

// The roles.
const (
	// Manifest says what is asked for (package.json, pom.xml).
	Manifest Role = "manifest"
	// Lock says what was resolved (package-lock.json, go.sum's go.mod).
	Lock Role = "lock"
	// Installed says what is there (dpkg's status, a jar, site-packages, a binary's build information).
	Installed Role = "installed"
	// Settings says where packages come from (.npmrc, pip.conf, settings.xml).
	Settings Role = "settings"
)

// Document is what one file says about packages. It is a pure function of the file's path and content.
type Document struct {
	// Path is the file's, slash-separated, relative to the target's root.
	Path string
	// Format names the reader: the file's usual name ("package-lock.json", "go.mod", "dpkg status").
	Format string
	// Ecosystem is that of the file's own packages.
	Ecosystem string
	Role      Role
	// Name, Version and Licence are those of the project itself, where the file states them.
	Name, Version, Licence string
	// Packages are in the order of the file.
	Packages []Package
	// Needs are other files this one cannot be read without, relative to the root: requirements -r, Maven parents, workspace members.
	Needs []Need
	// Members are the folders of a workspace, as patterns relative to the file's folder.
	Members []string
	// Properties are values other files refer to: Maven properties and managed versions ("managed:group:artifact"), catalog aliases.
	Properties map[string]string
	// Registries are where packages are fetched from, as the file says.
	Registries []Registry
	// Scripts are the project's own install scripts by name (package.json preinstall, install, postinstall, prepare).
	Scripts map[string]string
	// Distribution is the release an image or machine runs ("Debian:12"), from os-release.
	Distribution Distribution
	// Unknown are what the file leaves open, one sentence each ("the version of spring-core comes from a parent that is not here").
	Unknown []string
	// Layer is the image layer the file stands in, from 1; 0 outside images. Gone tells that a later layer removed or replaced it.
	Layer int
	Gone  bool
}

// Need is another file.
type Need struct {
	// Path is relative to the target's root.
	Path string
	// What says for what: "requirements", "constraints", "parent", "catalog".
	What string
}

// Registry is where packages come from.
type Registry struct {
	// URL is as written, without user and password.
	URL string
	// Scope is what it serves ("@acme"), "" for everything.
	Scope string
	// Extra tells that it is asked beside the main one, and not instead of it.
	Extra bool
	Line  int
}

// Distribution is an operating system's release (os-release(5)).
type Distribution struct {
	// ID, VersionID, Name and Codename are os-release's ID, VERSION_ID, PRETTY_NAME and VERSION_CODENAME.
	ID, VersionID, Name, Codename string
	// Ecosystem is OSV's name for its packages ("Debian:12", "Alpine:v3.19"), "" where OSV has none.
	Ecosystem string
}
