package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// renvEntry is one package of renv.lock.
type renvEntry struct {
	fields map[string]string
	needs  []string
	line   int
}

// readRenv reads renv.lock (https://rstudio.github.io/renv/articles/lockfile.html), with Requirements or, in newer ones, the fields of DESCRIPTION.
func readRenv(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "renv.lock", Ecosystem: "CRAN", Role: inventory.Lock}
	r := newJSON(data)
	var entries []renvEntry
	found := false
	err := r.document(func(key []byte) error {
		switch string(key) {
		case "R":
			return r.object(func(key []byte) error {
				if string(key) != "Repositories" {
					return r.skip()
				}
				return r.array(func(int) error { return renvRepository(r, doc) })
			})
		case "Packages":
			found = true
			return r.object(func(key []byte) error {
				e, err := readRenvEntry(r, string(key))
				entries = append(entries, e)
				return err
			})
		}
		return r.skip()
	})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errorAt(1, "there is no \"Packages\"")
	}
	at := map[string]int{}
	var kept []renvEntry
	for _, e := range entries {
		if p, ok := e.pkg(doc); ok {
			at[p.Name] = len(doc.Packages)
			doc.Packages = append(doc.Packages, p)
			kept = append(kept, e)
		}
	}
	for i, e := range kept {
		for _, need := range e.needs {
			if to, ok := at[need]; ok && to != i { // R itself and what comes with it are not listed
				doc.Packages[i].Requires = append(doc.Packages[i].Requires, to)
			}
		}
	}
	return doc, nil
}

func renvRepository(r *jsonReader, doc *inventory.Document) error {
	line := r.line()
	var u string
	err := r.object(func(key []byte) error {
		if string(key) == "URL" {
			return r.text(&u)
		}
		return r.skip()
	})
	if u = withoutUser(u); u != "" && !badName(u) {
		doc.Registries = append(doc.Registries, inventory.Registry{URL: u, Line: line})
	}
	return err
}

func readRenvEntry(r *jsonReader, name string) (renvEntry, error) {
	e := renvEntry{fields: map[string]string{"Package": name}, line: r.line()}
	err := r.object(func(key []byte) error {
		field := string(key)
		switch field {
		case "Requirements", "Imports", "Depends", "LinkingTo":
			take := func(text string) {
				for need := range strings.SplitSeq(text, ",") {
					if need, _, _ = strings.Cut(strings.TrimSpace(need), " "); need != "" {
						e.needs = append(e.needs, strings.TrimSpace(need))
					}
				}
			}
			var text string
			if r.kind() == '[' {
				return r.array(func(int) error {
					err := r.text(&text)
					take(text)
					return err
				})
			}
			err := r.text(&text)
			take(text)
			return err
		case "Package", "Version", "Source", "License", "RemoteType", "RemoteHost", "RemoteUsername", "RemoteRepo", "RemoteSha", "RemoteUrl", "RemoteUrl2", "Repository":
			var text string
			err := r.text(&text)
			e.fields[field] = text
			return err
		}
		return r.skip()
	})
	return e, err
}

// pkg turns an entry into a package.
func (e *renvEntry) pkg(doc *inventory.Document) (inventory.Package, bool) {
	f := e.fields
	p := inventory.Package{Ecosystem: "CRAN", Name: f["Package"], Version: f["Version"], Licence: f["License"], Line: e.line}
	switch {
	case f["Source"] == "Bioconductor" || strings.HasPrefix(f["Repository"], "BioC"):
		p.Ecosystem = "Bioconductor"
	case f["RemoteUrl"] != "":
		p.Origin = "git+" + withoutUser(f["RemoteUrl"])
	case f["RemoteType"] == "github" || f["Source"] == "GitHub":
		p.Origin = "git+https://github.com/" + f["RemoteUsername"] + "/" + f["RemoteRepo"]
	case f["RemoteType"] == "gitlab" || f["Source"] == "GitLab":
		p.Origin = "git+https://" + first(strings.TrimSuffix(f["RemoteHost"], "/api/v4"), "gitlab.com") + "/" + f["RemoteUsername"] + "/" + f["RemoteRepo"]
	case f["Source"] == "Local":
		p.Origin = "file:" + f["RemoteUrl2"]
	}
	if sha := f["RemoteSha"]; strings.HasPrefix(p.Origin, "git+") && sha != "" {
		p.Origin += "#" + sha
	}
	if badName(p.Name) || badName(p.Version) || badVersion(p.Origin) || badVersion(p.Licence) {
		unknownName(doc, p.Name)
		return p, false
	}
	return p, true
}
