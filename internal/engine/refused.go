package engine

import (
	"crypto/sha256"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/finding"
)

// refusedRule is the pass's own rule: an archive that would eat the machine was not opened.
var refusedRule = finding.Rule{
	ID: "archive-bomb", Engine: "archive", Title: "Archive refused: it would unpack beyond all bounds",
	Severity: finding.Medium, Confidence: finding.Firm,
	Why:        "An archive that grows a thousandfold, or without end, exhausts whatever opens it: scanners, mail gateways, build steps. Here it also hides its content from every check.",
	Fix:        "Find out who added it and why. If it is wanted, for instance as a test of a decompressor, make it at run time or exclude its path in `reeve.yaml`.",
	References: []string{"https://cwe.mitre.org/data/definitions/409.html", "https://www.bamsoftware.com/hacks/zipbomb/"},
	CWE:        []int{409}, Tags: []string{"archive"}, Since: "0.1.0",
}

// refused makes a finding of a refusal; its identity is that of the archive's content and the place in it.
func refused(r archive.Refusal, data []byte) finding.Finding {
	sum := sha256.Sum256(data)
	return finding.Finding{
		Fingerprint: finding.Identify(nil, "archive", string(sum[:]), r.Path),
		Rule:        refusedRule.ID, Engine: refusedRule.Engine,
		Severity: refusedRule.Severity, Confidence: refusedRule.Confidence,
		Message: "Not unpacked: " + r.Why, Location: finding.Location{Path: r.Path},
	}
}
