package decision

import "github.com/reevehq/reeve/internal/finding"

// Engine is the engine named by findings about waivers.
const Engine = "gate"

// The ids of the rules about waivers.
const (
	WaiverExpired = "waiver-expired"
	WaiverInvalid = "waiver-invalid"
	WaiverUnused  = "waiver-unused"
)

// Rules gives the rules about waivers, sorted by id.
func Rules() []finding.Rule {
	return []finding.Rule{ruleTable[WaiverExpired], ruleTable[WaiverInvalid], ruleTable[WaiverUnused]}
}

var ruleTable = map[string]finding.Rule{
	WaiverExpired: {
		ID:         WaiverExpired,
		Engine:     Engine,
		Title:      "A waiver has expired",
		Severity:   finding.Medium,
		Confidence: finding.Certain,
		Why: "A waiver accepts a risk for a limited time. The time is over, so the finding counts again; a waiver left " +
			"behind also suggests to the next reader that somebody still answers for it.\n",
		Fix: "1. Look at the finding again: fix it if that is possible by now, then delete the waiver.\n" +
			"2. If the risk must stand longer, let its owner decide again and write a new reason and a new date.\n",
		Tags:  []string{"gate", "waiver"},
		Since: "0.1.0",
	},
	WaiverInvalid: {
		ID:         WaiverInvalid,
		Engine:     Engine,
		Title:      "A waiver does not hold",
		Severity:   finding.Medium,
		Confidence: finding.Certain,
		Why: "A waiver must say why the finding may stand and until when, at most a year ahead. One that does not is not " +
			"honoured: whoever wrote it believes the finding is settled, and it is not.\n",
		Fix: "1. Write a reason of at least 10 characters that would convince a reviewer.\n" +
			"2. Write the last day on which it holds, as `until: 2027-01-31` in `reeve.yaml` or `until=2027-01-31` beside the code, at most a year ahead.\n" +
			"3. If the id fits more than one finding, write more of its digits.\n",
		Tags:  []string{"gate", "waiver"},
		Since: "0.1.0",
	},
	WaiverUnused: {
		ID:         WaiverUnused,
		Engine:     Engine,
		Title:      "A waiver matches no finding",
		Severity:   finding.Low,
		Confidence: finding.Certain,
		Why: "The finding it was written for is gone. A waiver by rule and path that stays behind would silently let the next " +
			"finding of that rule stand, which nobody has looked at.\n",
		Fix:            "Delete the waiver. `reeve waive` writes a new one should the finding come back.\n",
		FalsePositives: "A scan of a part of the target cannot see every finding; reeve reports unused waivers only where all of the target was looked at.\n",
		Tags:           []string{"gate", "waiver"},
		Since:          "0.1.0",
	},
}
