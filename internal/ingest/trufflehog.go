package ingest

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

var trufflehogFormat = Format{
	Name: "trufflehog", Title: "TruffleHog 3 JSON", Tool: "TruffleHog",
	Nothing: []string{"", "[]"},
	Is: func(h *Head) bool {
		return h.Has("SourceMetadata", "DetectorName") || h.Text("logger") == "trufflehog"
	},
	Read: readTrufflehog,
}

// readTrufflehog reads "trufflehog --json": results as JSON Lines (pkg/output/json.go), mixed with the program's log where both streams went
// into one file. A scan without results leaves an empty file.
func readTrufflehog(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.lines(func() error {
		if j.kind() == '[' { // collected with "jq -s"
			return each(j, func(r *trufflehogResult) error { return r.emit(h, out) })
		}
		var r trufflehogResult
		if err := j.value(&r); err != nil {
			return err
		}
		return r.emit(h, out)
	})
}

type trufflehogResult struct {
	SourceMetadata struct {
		// Data has one member: the kind of the source, and where in it the secret was.
		Data map[string]hogPlace
	}
	SourceName, DetectorName, DetectorDescription, DecoderName, VerificationError, Raw string

	Verified  bool
	ExtraData map[string]string

	// A line of the log.
	Level, Logger, Msg, Error string
	Version                   string `json:"trufflehog_version"`
}

func (r *trufflehogResult) emit(h *Header, out Sink) error {
	if r.DetectorName == "" {
		r.log(h)
		return nil
	}
	severity, confidence, state := finding.Medium, finding.Likely, "no"
	switch {
	case r.Verified:
		severity, confidence, state = finding.Critical, finding.Certain, "yes"
	case r.VerificationError != "":
		severity, confidence, state = finding.High, finding.Firm, "unknown"
	}
	name := r.DetectorName
	rule := secretRule(name, name+" secret", finding.High, finding.Firm)
	rule.Why = r.DetectorDescription
	f := finding.Finding{
		Severity: severity, Confidence: confidence, Message: "Secret of kind " + oneLine(name, 200),
		Facts: factsOf("verified", state, "verification error", r.VerificationError),
	}
	for _, kind := range slices.Sorted(maps.Keys(r.SourceMetadata.Data)) {
		r.SourceMetadata.Data[kind].put(kind, &f)
	}
	if f.Location.Path == "" && len(f.Location.Logical) == 0 {
		f.Location.Logical = steps("resource", firstText(r.SourceName, "standard input"))
	}
	for _, k := range slices.Sorted(maps.Keys(r.ExtraData)) {
		f.Facts = append(f.Facts, factsOf(k, oneLine(r.ExtraData[k], 300))...)
	}
	concealQuoted(&rule, &f, r.value())
	return emit(out, rule, f)
}

// value is the secret. Before it had decoders (3.13) TruffleHog wrote it in base64.
func (r *trufflehogResult) value() string {
	raw := r.Raw
	if plain, err := base64.StdEncoding.DecodeString(raw); err == nil && r.DecoderName == "" && utf8.Valid(plain) {
		return string(plain)
	}
	return raw
}

// log takes from a line of the log what belongs into the header: the version, and what could not be looked at.
func (r *trufflehogResult) log(h *Header) {
	if r.Version != "" {
		h.Tool.Version = r.Version
	}
	if strings.HasPrefix(r.Level, "error") {
		missed(h, "%s: %s", r.Msg, r.Error)
	}
}

// hogPlace is where a secret was: the members of one message of TruffleHog's proto/source_metadata.proto, which has one for each kind of
// source. They name things alike, so that a kind that is new to us still has a place.
type hogPlace map[string]string

// UnmarshalJSONFrom reads it; a place within a place (Forager, Webhook) becomes one.
func (p *hogPlace) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var members map[string]jsontext.Value
	if err := json.UnmarshalDecode(dec, &members); err != nil {
		return err
	}
	*p = hogPlace{}
	p.flatten(members, 0)
	return nil
}

func (p *hogPlace) flatten(members map[string]jsontext.Value, depth int) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		v := members[name]
		var t string
		var inner map[string]jsontext.Value
		if v.Kind() == '{' && depth < 4 && decodeHeld(v, &inner) == nil {
			p.flatten(inner, depth+1)
		} else if decodeHeld(v, &t) == nil && t != "" {
			(*p)[strings.ToLower(name)] = t
		}
	}
}

func (p hogPlace) get(names ...string) string {
	for _, n := range names {
		if v := strings.TrimSpace(p[n]); v != "" {
			return v
		}
	}
	return ""
}

// put tells a finding where it stands.
func (p hogPlace) put(kind string, f *finding.Finding) {
	l := &f.Location
	l.Path, l.Commit, l.Region = rooted(p.get("file", "filename", "path")), p.get("commit"), lines(integer(p.get("line")), 0)
	f.Asset = repositoryAt(p.get("repository"))
	l.Logical = p.container(kind, f)
	when := strings.Fields(p.get("timestamp", "updated_at", "uploaded"))
	if len(when) == 4 { // Go writes the zone twice
		when = when[:3]
	}
	f.Facts = append(f.Facts, factsOf("source", kind, "email", p.get("email"), "author", p.get("author", "username", "user", "user_id"), "date", commitTime(strings.Join(when, " ")),
		"link", p.get("link"))...)
}

// container names what holds the file: an image and its layer, a bucket, a ticket, a channel.
func (p hogPlace) container(kind string, f *finding.Finding) []finding.Logical {
	if image := p.get("image"); image != "" {
		if registry := p.get("registry"); registry != "" {
			image = registry + "/" + image
		}
		if tag := p.get("tag"); tag != "" {
			image = fmt.Sprintf("%s:%s", image, tag)
		}
		f.Asset = finding.Asset{Kind: "image", Name: image}
		return steps("image", image, "layer", p.get("layer"))
	}
	var parts []string
	for _, names := range [][]string{
		{"bucket", "container", "repo", "organization_slug", "organization", "org", "workspace_name", "workspace", "team_name", "space", "hostname", "host"},
		{"project", "project_slug", "project_name", "pipeline", "package", "channel_name", "channel_id", "collection_name", "environment_name", "index", "appname"},
		{"release", "issue", "issue_id", "page", "build_number", "request_name", "document_id", "docid", "snippet_id", "locator"},
		{"job_number", "build_step", "comment_id", "event_id", "location", "title", "location_type"},
	} {
		if v := p.get(names...); v != "" {
			parts = append(parts, v)
		}
	}
	if len(parts) == 0 || p.get("commit") != "" {
		return nil
	}
	return steps("resource", strings.ToLower(kind)+":"+strings.Join(parts, "/"))
}
