package sbom

import "strings"

// licence is one entry of a list of licences: an SPDX identifier or expression, or words.
type licence string

// addLicence appends to a list that is bounded.
func addLicence(list *[]licence, s string) {
	if s = strings.TrimSpace(s); s != "" && len(*list) < 1000 {
		*list = append(*list, licence(s))
	}
}

// joinLicences makes one expression of a list: all of them hold. Words that are no expression stay what they are.
func joinLicences(list []licence) string {
	if len(list) == 1 {
		return cutLicence(string(list[0]))
	}
	var b strings.Builder
	seen := map[licence]bool{}
	for _, l := range list {
		if l == "" || seen[l] || b.Len() > maxLicence {
			continue
		}
		seen[l] = true
		if b.Len() > 0 {
			b.WriteString(" AND ")
		}
		if upper := strings.ToUpper(string(l)); strings.Contains(upper, " OR ") || strings.Contains(upper, " AND ") {
			b.WriteString("(" + string(l) + ")")
			continue
		}
		b.WriteString(string(l))
	}
	if len(seen) == 1 {
		for l := range seen {
			return cutLicence(string(l))
		}
	}
	return cutLicence(b.String())
}

// cutLicence keeps the name of a licence where its whole text stands for it, and nothing where nothing is asserted.
func cutLicence(s string) string {
	s = strings.TrimSpace(s)
	if s == "NOASSERTION" || s == "NONE" {
		return ""
	}
	if len(s) > maxLicence {
		line, _, _ := strings.Cut(s, "\n")
		s = strings.ToValidUTF8(line[:min(len(line), 200)], "") + "…"
	}
	return s
}
