package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/lockfile"
)

// formats writes docs/formats.md: every kind of file of a package manager that is read.
func formats(string) ([]file, error) {
	readers := slices.Clone(lockfile.Readers())
	slices.SortStableFunc(readers, func(a, b lockfile.Reader) int {
		return cmp.Compare(strings.ToLower(a.Format), strings.ToLower(b.Format))
	})
	var b bytes.Buffer
	b.WriteString("<!-- Written by tools/gen from internal/lockfile; do not edit. -->\n# Files of package managers\n\n")
	fmt.Fprintf(&b, "%d kinds of lock files, manifests and settings are read. What is installed is read as well: the databases of dpkg, apk and rpm, "+
		"`node_modules`, `site-packages`, gems, jars within jars, Go and Rust programs, `vendor/composer`, conda.\n\n| Kind | Names |\n|---|---|\n", len(readers))
	for _, r := range readers {
		names := "by its path"
		if len(r.Names) > 0 {
			names = "`" + strings.Join(r.Names, "`, `") + "`"
		}
		fmt.Fprintf(&b, "| %s | %s |\n", r.Format, names)
	}
	return []file{{"docs/formats.md", b.Bytes()}}, nil
}
