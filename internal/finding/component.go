package finding

import "time"

// Component is the package a finding is about.
type Component struct {
	// PURL is the package URL with version (https://github.com/package-url/purl-spec).
	PURL string `json:"purl"`
	// Ecosystem and Name are OSV's; Version is the one in use, "" where it is not known.
	Ecosystem string `json:"ecosystem"`
	Name      string `json:"name"`
	Version   string `json:"version,omitempty"`
	// Scope is what it is needed for: "" is production, else development, test or build.
	Scope string `json:"scope,omitempty"`
	// Direct tells that the project itself asks for it.
	Direct bool `json:"direct,omitempty"`
	// Project is the project it belongs to, by its own name or folder.
	Project string `json:"project,omitempty"`
	// Why is the shortest chain from what the project asks for to this package, each as "name@version".
	Why []string `json:"why,omitempty"`
	// Fixed are the versions that mend the fault, least first; empty where there is none yet.
	Fixed []string `json:"fixed,omitempty"`
	// Upgrade is the least version that mends every known flaw of the package; "" where there is none or it cannot be told.
	Upgrade string `json:"upgrade,omitempty"`
}

// Threat is what the world knows about a flaw. What is not known is absent, never zero.
type Threat struct {
	// CVSS are the vectors as published, highest version first (v4.0, v3.1, v3.0, v2.0).
	CVSS []string `json:"cvss,omitempty"`
	// Score is the base score of the first vector that is valid, 0.0-10.0.
	Score *float64 `json:"score,omitempty"`
	// EPSS is the probability of exploitation in the next 30 days (https://www.first.org/epss), nil where the CVE has none.
	EPSS *EPSS `json:"epss,omitempty"`
	// KEV tells since when CISA knows it to be exploited, nil where it does not.
	KEV *KEV `json:"kev,omitempty"`
	// Exploit is SSVC's exploitation: "none", "poc" or "active"; "" where nobody has judged it.
	Exploit string `json:"exploit,omitempty"`
	// Automatable is SSVC's: "yes", "no" or "".
	Automatable string `json:"automatable,omitempty"`
	// TechnicalImpact is SSVC's as the advisory data has it: "partial", "total" or "".
	TechnicalImpact string `json:"technicalImpact,omitempty"`
	// Malicious tells that the package itself is the attack.
	Malicious bool `json:"malicious,omitempty"`
	// Published is when the flaw was made public.
	Published time.Time `json:"published,omitzero"`
}

// EPSS is one day's score of the Exploit Prediction Scoring System.
type EPSS struct {
	Probability float64 `json:"probability"` // 0-1
	Percentile  float64 `json:"percentile"`  // 0-1
	Date        string  `json:"date,omitempty"`
}

// KEV is an entry of CISA's catalogue of known exploited vulnerabilities.
type KEV struct {
	Added      string `json:"added"`         // the day, as in 2021-12-10
	Due        string `json:"due,omitempty"` // when US agencies must have mended it
	Ransomware bool   `json:"ransomware,omitempty"`
}

// Reachability says whether the faulty code can be called by the code around it.
type Reachability struct {
	State ReachState `json:"state"`
	// Because is the sentence that says how this is known, or which input is missing. Where it is reachable, Finding.Flow is the path.
	Because string `json:"because,omitempty"`
	// Symbols are the faulty functions that are meant, where the advisory names them.
	Symbols []string `json:"symbols,omitempty"`
}

// ReachState is how far reachability is known.
type ReachState string

// The states. Only what was proved is called reachable or not reachable.
const (
	ReachUnknown  ReachState = "unknown"
	Reachable     ReachState = "reachable"
	Imported      ReachState = "imported" // the package is loaded; whether the faulty function is called is not known
	NotReachable  ReachState = "not reachable"
	ReachUnneeded ReachState = ""
)

// Exposure is what is known about where a finding runs. Each part that is not known is "".
type Exposure struct {
	// Internet is "open" (reachable from outside without signing in), "authenticated", "no" or "".
	Internet string `json:"internet,omitempty"`
	// Environment is "production", "staging", "development" or "".
	Environment string `json:"environment,omitempty"`
	// Running is "yes", "no" or "".
	Running string `json:"running,omitempty"`
	// Data are the kinds of data within reach: personal, health, card, credentials, financial.
	Data []string `json:"data,omitempty"`
	// Criticality is how much depends on the asset: "low", "medium", "high", "critical" or "".
	Criticality string `json:"criticality,omitempty"`
	// Privileged tells that the workload runs with rights over its host.
	Privileged bool `json:"privileged,omitempty"`
	// Workload names what runs it, as "Deployment shop/api".
	Workload string `json:"workload,omitempty"`
	// Path is how this is known, from the internet inwards, each step a place in a file.
	Path []Step `json:"path,omitempty"`
}

// Rank is how bad a finding is here: severity is where it starts, and what is known about its place moves it.
type Rank struct {
	// Score is 0 to 100.
	Score int `json:"score"`
	// Level is the severity the score amounts to; thresholds are asked about it.
	Level Severity `json:"level"`
	// Because are the sentences that explain the score, what weighs most first.
	Because []string `json:"because"`
	// Would are the sentences that say what would change it.
	Would []string `json:"would,omitempty"`
	// SSVC is what CISA's decision tree makes of the flaw here, nil for what is no flaw. It stands beside the score and does not move it.
	SSVC *SSVC `json:"ssvc,omitempty"`
	// Environmental is the CVSS score here, nil where nothing that it asks for is known.
	Environmental *Environmental `json:"environmental,omitempty"`
}

// SSVC is a decision of CISA's tree of Stakeholder-Specific Vulnerability Categorization (https://www.cisa.gov/ssvc).
// A fact that is not known is "".
type SSVC struct {
	// Decision is "Track", "Track*", "Attend" or "Act"; "" where what is not known decides it. Then it is one of those from Least to Most.
	Decision string `json:"decision,omitempty"`
	Least    string `json:"least"`
	Most     string `json:"most"`
	// Exploitation is "none", "poc" or "active", Automatable "yes" or "no", TechnicalImpact "partial" or "total", Mission (mission and
	// well-being) "low", "medium" or "high".
	Exploitation    string `json:"exploitation,omitempty"`
	Automatable     string `json:"automatable,omitempty"`
	TechnicalImpact string `json:"technicalImpact,omitempty"`
	Mission         string `json:"mission,omitempty"`
	// Missing are the facts that are not known and could change the decision, in words.
	Missing []string `json:"missing,omitempty"`
	// Because is the sentence that explains the decision.
	Because string `json:"because"`
}

// Environmental is a CVSS environmental score (v3.0, v3.1, v4.0).
type Environmental struct {
	// Score is 0.0 to 10.0.
	Score float64 `json:"score"`
	// Vector is the base vector with the security requirements of this place.
	Vector string `json:"vector"`
	// Because is the sentence that says where the requirements come from.
	Because string `json:"because"`
}

// Urgency is the severity the gate and the reader go by: the rank's level where there is a rank, else the severity.
func (f *Finding) Urgency() Severity {
	if f.Rank != nil {
		return f.Rank.Level
	}
	return f.Severity
}

func (f *Finding) score() int {
	if f.Rank == nil {
		return 0
	}
	return f.Rank.Score
}
