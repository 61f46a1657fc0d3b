package ingest

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var sshAuditFormat = Format{
	Name: "ssh-audit", Title: "ssh-audit JSON", Tool: "ssh-audit",
	Is:   func(h *Head) bool { return h.Has("banner", "kex", "enc", "mac") },
	Read: readSSHAudit,
}

// readSSHAudit reads what "ssh-audit --json" writes: one server, or a list of them.
func readSSHAudit(in *Input, h *Header, out Sink) error {
	j := in.json()
	take := func(s *sshAuditServer) error {
		if h.Asset == (finding.Asset{}) {
			h.Asset = s.place().asset()
		}
		return s.emit(out)
	}
	if j.kind() == '[' {
		return each(j, take)
	}
	var s sshAuditServer
	if err := j.value(&s); err != nil {
		return err
	}
	return take(&s)
}

type sshAuditServer struct {
	Target string `json:"target"`
	Banner *struct {
		Software string `json:"software"`
	} `json:"banner"`
	KEX  []sshAlgorithm `json:"kex"`
	Key  []sshAlgorithm `json:"key"`
	Enc  []sshAlgorithm `json:"enc"`
	MAC  []sshAlgorithm `json:"mac"`
	CVEs []struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Score       string `json:"cvssv2"`
	} `json:"cves"`
}

type sshAlgorithm struct {
	Name  string `json:"algorithm"`
	Notes struct {
		Fail list[string] `json:"fail"`
		Warn list[string] `json:"warn"`
	} `json:"notes"`
}

func (s *sshAuditServer) place() hostPlace {
	host, port := s.Target, "22"
	if i := strings.LastIndexByte(host, ':'); i > 0 && (strings.Count(host, ":") == 1 || host[i-1] == ']') {
		host, port = strings.Trim(host[:i], "[]"), host[i+1:]
	}
	return hostPlaceOf("", host, port, "tcp")
}

func (s *sshAuditServer) emit(out Sink) error {
	at := s.place()
	for _, kind := range []struct {
		id, title  string
		algorithms []sshAlgorithm
	}{
		{"kex", "key exchange", s.KEX}, {"key", "host key", s.Key}, {"enc", "encryption", s.Enc}, {"mac", "message authentication", s.MAC},
	} {
		for i := range kind.algorithms {
			a := &kind.algorithms[i]
			w := hostFault{
				at: at, id: kind.id + "/" + oneLine(a.Name, 100), title: "weak " + kind.title + " " + oneLine(a.Name, 100), severity: finding.Medium,
				text: strings.Join(append(texts(a.Notes.Fail...), texts(a.Notes.Warn...)...), "\n"), confidence: finding.Certain, cwe: []int{327},
			}
			switch {
			case len(a.Notes.Fail) > 0 && strings.Contains(a.Notes.Fail[0], "unknown algorithm"), len(a.Notes.Fail)+len(a.Notes.Warn) == 0:
				continue
			case len(a.Notes.Fail) == 0:
				w.severity = finding.Low
			}
			if err := w.emit(out); err != nil {
				return err
			}
		}
	}
	return s.flaws(at, out)
}

// flaws are the CVEs of the version that the server names.
func (s *sshAuditServer) flaws(at hostPlace, out Sink) error {
	for _, c := range s.CVEs {
		w := hostFault{
			at: at, id: oneLine(c.Name, 100), title: cmp.Or(c.Description, c.Name), severity: finding.SeverityOfScore(decimal(c.Score)), confidence: finding.Likely,
			text: c.Description, threat: threatOf(decimal(c.Score)),
		}
		rule, f := w.rule(), w.finding()
		if s.Banner != nil {
			name, version, _ := strings.Cut(s.Banner.Software, "_")
			if name != "" {
				f.Component = &finding.Component{Name: strings.ToLower(name), Version: version}
			}
		}
		if err := emit(out, rule, f); err != nil {
			return err
		}
	}
	return nil
}
