package ingest

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

var sslyzeFormat = Format{
	Name: "sslyze", Title: "SSLyze JSON", Tool: "SSLyze",
	Is:   func(h *Head) bool { return h.Has("server_scan_results") || h.Has("sslyze_version") },
	Read: readSSLyze,
}

// readSSLyze reads what "sslyze --json_out" writes, versions 3 to 6.
func readSSLyze(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "sslyze_version":
			return j.value(&h.Tool.Version)
		case "date_scans_completed":
			return j.time(&h.At)
		case "server_scan_results":
			return each(j, func(s *sslyzeServer) error { return s.emit(h, out) })
		case "server_connectivity_errors":
			return each(j, func(e *sslyzeError) error {
				missed(h, "%s: %s", e.Server.place().host(), e.Message)
				return nil
			})
		case "invalid_server_strings":
			return each(j, func(e *sslyzeInvalid) error {
				missed(h, "%s: %s", e.Server, e.Message)
				return nil
			})
		}
		return j.skip()
	})
}

type sslyzeError struct {
	Server  sslyzeInfo `json:"server_info"`
	Message string     `json:"error_message"`
}

type sslyzeInvalid struct {
	Server  string `json:"server_string"`
	Message string `json:"error_message"`
}

type sslyzeInfo struct {
	Location *sslyzeLocation `json:"server_location"`
}

type sslyzeLocation struct {
	Host    string `json:"hostname"`
	Address string `json:"ip_address"`
	Port    int    `json:"port"`
}

func (i *sslyzeInfo) place() hostPlace {
	l := cmp.Or(i.Location, &sslyzeLocation{})
	return hostPlaceOf(l.Host, l.Address, strconv.Itoa(l.Port), "tcp")
}

// sslyzeServer is one server: versions 5 and 6 wrap each result in its status, 3 and 4 do not.
type sslyzeServer struct {
	Location *sslyzeLocation          `json:"server_location"`
	Info     sslyzeInfo               `json:"server_info"`
	Status   string                   `json:"connectivity_status"`
	Results  map[string]*sslyzeAnswer `json:"scan_result"`
	Old      map[string]*sslyzeAnswer `json:"scan_commands_results"`
}

type sslyzeAnswer struct {
	Status string        `json:"status"`
	Reason string        `json:"error_reason"`
	Result *sslyzeResult `json:"result"`
	sslyzeResult
}

// sslyzeResult is the result of any of SSLyze's commands; each fills what it looks at.
type sslyzeResult struct {
	Accepted []struct {
		Suite sslyzeSuite `json:"cipher_suite"`
	} `json:"accepted_cipher_suites"`
	Heartbleed    bool               `json:"is_vulnerable_to_heartbleed"`
	CCS           bool               `json:"is_vulnerable_to_ccs_injection"`
	Robot         string             `json:"robot_result"`
	Renegotiation *bool              `json:"supports_secure_renegotiation"`
	ClientDoS     bool               `json:"is_vulnerable_to_client_renegotiation_dos"`
	ClientAllowed bool               `json:"accepts_client_renegotiation"`
	Compression   bool               `json:"supports_compression"`
	Fallback      *bool              `json:"supports_fallback_scsv"`
	Master        *bool              `json:"supports_ems_extension"`
	Deployments   []sslyzeDeployment `json:"certificate_deployments"`
}

type sslyzeSuite struct {
	Name      string `json:"name"`
	KeySize   int    `json:"key_size"`
	Anonymous bool   `json:"is_anonymous"`
}

type sslyzeDeployment struct {
	Matches   *bool `json:"leaf_certificate_subject_matches_hostname"`
	SHA1      bool  `json:"verified_chain_has_sha1_signature"`
	Symantec  bool  `json:"verified_chain_has_legacy_symantec_anchor"`
	Validated []struct {
		Chain []struct{} `json:"verified_certificate_chain"`
	} `json:"path_validation_results"`
	Received []struct {
		NotAfter string `json:"not_valid_after"`
	} `json:"received_certificate_chain"`
}

func (s *sslyzeServer) emit(h *Header, out Sink) error {
	at := s.Info.place()
	if s.Location != nil {
		at = (&sslyzeInfo{s.Location}).place()
	}
	if s.Status == "ERROR" {
		missed(h, "%s could not be reached", at.host())
		return nil
	}
	results := s.Results
	if results == nil {
		results = s.Old
	}
	for _, command := range slices.Sorted(maps.Keys(results)) {
		answer := results[command]
		if answer == nil {
			continue
		}
		if answer.Status == "ERROR" {
			missed(h, "%s: %s: %s", at.host(), command, cmp.Or(answer.Reason, "failed"))
			continue
		}
		result := cmp.Or(answer.Result, &answer.sslyzeResult)
		for _, w := range result.faults(command, h.At) {
			w.at, w.confidence = at, finding.Certain
			if err := w.emit(out); err != nil {
				return err
			}
		}
	}
	return nil
}

// faults are what is wrong in the result of one command. SSLyze only measures; what is a fault is RFC 8996 (no TLS before 1.2), RFC 7465 (no
// RC4), RFC 7507, RFC 7627 and RFC 9325.
func (r *sslyzeResult) faults(command string, now time.Time) []hostFault {
	var out []hostFault
	add := func(wrong bool, severity finding.Severity, title string, more hostFault) {
		if wrong {
			more.id, more.severity, more.title = cmp.Or(more.id, command), severity, title
			out = append(out, more)
		}
	}
	not := func(b *bool) bool { return b != nil && !*b }
	broken := hostFault{cwe: []int{327}}
	switch command {
	case "ssl_2_0_cipher_suites":
		add(len(r.Accepted) > 0, finding.High, "SSL 2.0 is accepted", broken)
	case "ssl_3_0_cipher_suites":
		add(len(r.Accepted) > 0, finding.High, "SSL 3.0 is accepted", broken)
	case "tls_1_0_cipher_suites":
		add(len(r.Accepted) > 0, finding.Medium, "TLS 1.0 is accepted", broken)
	case "tls_1_1_cipher_suites":
		add(len(r.Accepted) > 0, finding.Medium, "TLS 1.1 is accepted", broken)
	case "tls_1_2_cipher_suites":
		weak := r.weak()
		add(weak != "", finding.Medium, "TLS 1.2 is accepted with weak cipher suites", hostFault{cwe: []int{326, 327}, facts: factsOf("suites", weak)})
	case "heartbleed":
		add(r.Heartbleed, finding.High, "vulnerable to Heartbleed", hostFault{cves: []string{"CVE-2014-0160"}, cwe: []int{125}})
	case "openssl_ccs_injection":
		add(r.CCS, finding.High, "vulnerable to OpenSSL CCS injection", hostFault{cves: []string{"CVE-2014-0224"}, cwe: []int{326}})
	case "robot":
		add(r.Robot == "VULNERABLE_STRONG_ORACLE" || r.Robot == "VULNERABLE_WEAK_ORACLE", finding.High, "vulnerable to ROBOT", hostFault{cwe: []int{203}})
	case "session_renegotiation":
		add(not(r.Renegotiation), finding.Medium, "secure renegotiation is not supported", hostFault{cves: []string{"CVE-2009-3555"}, cwe: []int{295}})
		add(r.ClientDoS || r.ClientAllowed, finding.Low, "clients may renegotiate, which costs the server most", hostFault{id: command + "/client", cwe: []int{400}})
	case "tls_compression":
		add(r.Compression, finding.Medium, "TLS compression is on (CRIME)", hostFault{cves: []string{"CVE-2012-4929"}, cwe: []int{310}})
	case "tls_fallback_scsv":
		add(not(r.Fallback), finding.Low, "downgrade is not prevented (TLS_FALLBACK_SCSV)", hostFault{cwe: []int{757}})
	case "tls_extended_master_secret":
		add(not(r.Master), finding.Low, "the extended master secret is not supported", hostFault{cwe: []int{294}})
	case "certificate_info":
		for i := range r.Deployments {
			r.Deployments[i].faults(add, now)
		}
	}
	return out
}

func (d *sslyzeDeployment) faults(add func(bool, finding.Severity, string, hostFault), now time.Time) {
	certificate := func(what string) hostFault { return hostFault{id: "certificate_info/" + what, cwe: []int{295}} }
	add(d.Matches != nil && !*d.Matches, finding.Medium, "the certificate does not name the host", certificate("hostname"))
	trusted := len(d.Validated) == 0
	for _, v := range d.Validated {
		trusted = trusted || v.Chain != nil
	}
	expired := false
	if len(d.Received) > 0 && !now.IsZero() {
		end := timeOf(d.Received[0].NotAfter)
		expired = !end.IsZero() && end.Before(now)
	}
	add(expired, finding.High, "the certificate has expired", hostFault{id: "certificate_info/expired", cwe: []int{298}})
	add(!trusted && !expired, finding.Medium, "no trust store trusts the certificate", certificate("untrusted"))
	add(d.SHA1, finding.Medium, "the certificate chain is signed with SHA-1", hostFault{id: "certificate_info/sha1", cwe: []int{328}})
	add(d.Symantec, finding.Medium, "the certificate chain ends at a distrusted Symantec authority", certificate("symantec"))
}

// weak names the accepted suites that nobody should use any more.
func (r *sslyzeResult) weak() string {
	var names []string
	for _, a := range r.Accepted {
		s := a.Suite
		old := slices.ContainsFunc([]string{"_NULL_", "_EXPORT", "_RC4_", "_DES_", "_3DES_", "_IDEA_", "_RC2_", "_MD5"}, func(part string) bool {
			return strings.Contains(s.Name, part)
		})
		if s.Anonymous || old || s.KeySize > 0 && s.KeySize < 112 {
			names = append(names, oneLine(s.Name, 100))
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}
