package main

import "slices"

// peer is another scanner. Where it could not be installed, missing says why, and the tables say so.
type peer struct {
	name, version string
	// module is the Go module its program lives in; program is the package, where that is another path; build is added to the
	// environment for building it.
	module, program string
	build           []string
	missing         string
	binary          string
	// history and tree are its command lines for a whole repository and for a folder.
	history func(sub subject, report string) []string
	tree    func(path, report string) []string
	// staged is its command line for a pre-commit hook; nil where it has none.
	staged []string
	// prints tells that its report is its standard output; silent, that it says nothing else when all went well.
	prints, silent bool
	// read reads what it found out of its report.
	read func(report string) ([]sighting, error)
}

// wanted are the peers, with versions that the registry serves.
func wanted() []peer {
	return []peer{
		likeGitleaks("gitleaks", "v8.30.1", "github.com/zricethezav/gitleaks/v8"),
		// Later versions of gitleaks' successor need a module that the registry does not serve. It asks providers unless told not to.
		likeGitleaks("betterleaks", "v1.1.1", "github.com/betterleaks/betterleaks", "--validation=false"),
		{
			name: "trufflehog", version: "v3.90.0", module: "github.com/trufflesecurity/trufflehog/v3",
			history: func(sub subject, _ string) []string {
				arguments := []string{"git", "file://" + sub.path, "--no-verification", "--no-update", "--json"}
				if sub.bare {
					arguments = append(arguments, "--bare")
				}
				return arguments
			},
			tree: func(path, _ string) []string {
				return []string{"filesystem", path, "--no-verification", "--no-update", "--json"}
			},
			prints: true,
			read:   readTrufflehog,
		},
	}
}

// likeGitleaks is gitleaks, or its successor, which kept the command line and the report.
func likeGitleaks(name, version, module string, more ...string) peer {
	common := append([]string{"--no-banner", "--log-level", "error", "--exit-code", "0"}, more...)
	reporting := slices.Concat(common, []string{"--ignore-gitleaks-allow", "--report-format", "json", "--report-path"})
	return peer{
		name: name, version: version, module: module,
		history: func(sub subject, report string) []string {
			return slices.Concat([]string{"git"}, reporting, []string{report, sub.path})
		},
		tree: func(path, report string) []string {
			return slices.Concat([]string{"dir"}, reporting, []string{report, path})
		},
		staged: slices.Concat([]string{"git", "--staged"}, common),
		silent: true,
		read:   readGitleaks,
	}
}

// unobtainable are peers that the registries did not serve when this was written, and how that showed.
var unobtainable = [][2]string{
	{"Titus", "the Go module registry answers \"not available\" for v1.0.0, v1.1.9, v1.1.20 and v1.1.23"},
	{"Kingfisher", "not published as a crate: the crate of that name is another program"},
}
