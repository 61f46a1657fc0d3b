package main

import "path/filepath"

// lister is a peer that lists packages.
type lister struct {
	peer
	// folder and image are its command lines for a folder and for an image's archive; nil where it has none.
	folder, image func(path, report string) []string
	// env is added to its environment.
	env []string
	// listed reads what it listed out of its report.
	listed func(report string) ([]listing, error)
	// fine are the exit codes, beside 0, with which it has done its work.
	fine []int
}

// wantedListers are the peers for dependencies and images. Each gets the options with which it does the least beside listing: no
// network, no build tools, no flaws, and where it can tell them apart only the readers of lock files and manifests.
func (s *session) wantedListers() []lister {
	list := []lister{
		{
			peer: peer{name: "syft", version: "v1.57.1", module: "github.com/anchore/syft", program: "github.com/anchore/syft/cmd/syft"},
			folder: func(path, report string) []string {
				return []string{"scan", "dir:" + path, "--quiet", "--override-default-catalogers", "declared", "--output", "cyclonedx-json=" + report}
			},
			image: func(path, report string) []string {
				return []string{"scan", "docker-archive:" + path, "--quiet", "--output", "cyclonedx-json=" + report}
			},
			// It starts the go program and leaves out what npm needs for development, unless told otherwise.
			env:    []string{"SYFT_CHECK_FOR_APP_UPDATE=false", "SYFT_GOLANG_USE_PACKAGES_LIB=false", "SYFT_JAVASCRIPT_INCLUDE_DEV_DEPENDENCIES=true"},
			listed: readCycloneDX,
		},
		{
			peer: peer{name: osvScannerName, version: "v2.4.0", module: "github.com/google/osv-scanner/v2", program: "github.com/google/osv-scanner/v2/cmd/osv-scanner"},
			folder: func(path, report string) []string {
				return append(osvScanner("source", report), "--experimental-plugins", "lockfile", "--no-ignore", "--no-resolve", "--allow-no-lockfiles", "--recursive", path)
			},
			image: func(path, report string) []string {
				return append(osvScanner("image", report), "--archive", path)
			},
			// It cannot be told to match nothing, so it gets archives of advisories that hold none.
			env:    []string{osvDatabases + "=" + filepath.Join(s.work, osvNothing)},
			listed: readOSVScanner,
			fine:   []int{1}, // it found flaws
		},
		{
			peer: peer{name: "trivy", version: "v0.74.0", module: "github.com/aquasecurity/trivy", program: "github.com/aquasecurity/trivy/cmd/trivy", build: []string{"GOEXPERIMENT=jsonv2"}},
			folder: func(path, report string) []string {
				return append(s.trivy("fs", report), "--include-dev-deps", path)
			},
			image: func(path, report string) []string {
				return append(s.trivy("image", report), "--cache-backend", "memory", "--skip-files", "**/*.jar", "--input", path)
			},
			listed: readCycloneDX,
		},
		{
			peer: peer{name: "grype", version: "v0.121.2", module: "github.com/anchore/grype", program: "github.com/anchore/grype/cmd/grype"},
			env:  []string{"GRYPE_CHECK_FOR_APP_UPDATE=false", "GRYPE_DB_AUTO_UPDATE=false"},
		},
	}
	for i := range list {
		list[i].peer = s.install([]peer{list[i].peer})[0]
		list[i].env = append(list[i].env, s.noCache())
	}
	return list
}

const osvScannerName = "osv-scanner"

// osvDatabases is the variable that tells osv-scanner where its copies of advisories are; osvNothing and osvEverything are the folders
// with none and with those of the folder that REEVE_DATA names.
const (
	osvDatabases  = "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY"
	osvNothing    = "osv-nothing"
	osvEverything = "osv-everything"
)

func osvScanner(what, report string) []string {
	return []string{
		"scan", what, "--offline", "--offline-vulnerabilities", "--no-call-analysis", "go", "--no-call-analysis", "rust",
		"--all-packages", "--verbosity", "error", "--format", "json", "--output-file", report,
	}
}

func (s *session) trivy(what, report string) []string {
	return []string{
		what, "--quiet", "--cache-dir", filepath.Join(s.work, "trivy"), "--offline-scan", "--skip-db-update", "--skip-java-db-update",
		"--skip-version-check", "--disable-telemetry", "--format", "cyclonedx", "--output", report,
	}
}

// noCache keeps the user's own caches and databases out of a run.
func (s *session) noCache() string { return "XDG_CACHE_HOME=" + filepath.Join(s.work, "no-cache") }

// able are the listers that could be installed.
func (s *session) able() []lister {
	var out []lister
	for _, l := range s.listers {
		if l.missing == "" {
			out = append(out, l)
		}
	}
	return out
}

// list is a lister's command for a folder, or for an image's archive.
func (l *lister) list(how func(path, report string) []string, path, report string) command {
	return command{Name: l.name + " " + l.version, Binary: l.binary, Arguments: how(path, report), Env: l.env, Fine: l.fine}
}

// bill is reeve's own command that does the same.
func (s *session) bill(name, target, report string) command {
	return command{Name: name, Binary: s.reeve, Arguments: []string{"sbom", "--no-cache", "--output", report, target}, Env: []string{s.noCache()}, Fine: []int{incomplete}}
}
