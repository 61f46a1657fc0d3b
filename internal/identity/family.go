package identity

import (
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// Family is the kind of weakness a rule is about, told alike by every tool: for code a CWE that stands for those that tools mix up ("cwe-89"), for
// infrastructure the control that is missing ("encryption at rest"). It is "" where it cannot be told. Ask once a rule; see Options.Family.
func Family(r *finding.Rule) string {
	switch r.Engine {
	case "sca", "secret", "licence", "test":
		return ""
	case "iac", "cloud", "cluster", "image", "pipeline":
		return control(r)
	}
	return weakness(r.CWE)
}

// weakness picks the family of a list of CWEs: the first of the known families that any of them is in, else the least that says something.
func weakness(cwe []int) string {
	for _, family := range families() {
		for _, n := range cwe {
			if slices.Contains(family, n) {
				return "cwe-" + strconv.Itoa(family[0])
			}
		}
	}
	rest := slices.DeleteFunc(slices.Clone(cwe), func(n int) bool { return slices.Contains(vague(), n) })
	if len(rest) == 0 {
		return ""
	}
	return "cwe-" + strconv.Itoa(slices.Min(rest))
}

// vague are CWEs of pillars, classes and categories, under which tools put anything.
func vague() []int {
	return []int{16, 17, 19, 20, 74, 75, 116, 118, 138, 199, 200, 254, 264, 269, 284, 310, 398, 435, 664, 682, 691, 693, 697, 703, 707, 710, 749}
}

// families are the CWEs that tools give to one fault, by the tree of CWE-1000 and by what tools are seen to do; the first names the family. What is
// more telling stands first, as many rules name several.
func families() [][]int {
	return [][]int{
		{78, 77, 88},             // commands of the operating system
		{89, 564, 943},           // queries
		{79, 80, 81, 83, 85, 87}, // cross-site scripting
		{611, 776, 827},          // XML entities
		{502},                    // deserialisation
		{918},                    // requests forged by the server
		{90}, {91, 643, 652},     // LDAP, XPath and XQuery
		{94, 95, 96, 917, 1336}, // code, expressions and templates
		{98},                    // inclusion of files
		{22, 23, 24, 25, 26, 27, 28, 29, 35, 36, 73, 99}, // paths
		{601},                          // redirection
		{352},                          // requests forged by another site
		{113, 93, 644},                 // headers
		{117},                          // lines of a log
		{798, 259, 321},                // credentials in code
		{295, 296, 297, 298, 299},      // certificates
		{327, 326, 328, 916, 780, 325}, // weak cryptography
		{330, 331, 335, 336, 337, 338, 340, 1241}, // weak randomness
		{347, 345},      // signatures
		{319, 311, 523}, // transport in the clear
		{1333, 625},     // regular expressions
		{134},           // format strings
		{119, 120, 121, 122, 124, 125, 126, 127, 787, 788, 805, 806, 676, 242}, // buffers
		{190, 191, 680},      // integers
		{416, 415, 825},      // freed memory
		{476, 690},           // null pointers
		{362, 366, 367},      // races
		{1321},               // prototypes
		{732, 276, 277, 279}, // permissions of files
		{377, 378, 379},      // temporary files
		{862, 306},           // missing authorisation and authentication
		{863, 285, 639},      // wrong authorisation
		{209, 210, 497},      // messages that tell too much
		{489, 215, 11},       // debugging
		{409},                // bombs
		{942, 346},           // origins
		{400, 770, 772},      // resources
	}
}

// control finds the missing control in the words of a rule's id and title.
func control(r *finding.Rule) string {
	text := " " + strings.ToLower(strings.NewReplacer("-", " ", "_", " ", ":", " ", ",", " ", ".", " ", "'", " ", `"`, " ", "(", " ", ")", " ").Replace(r.Title+" "+r.ID)) + " "
	for _, c := range controls() {
		for _, phrase := range c.phrases {
			if holds(text, phrase) {
				return c.name
			}
		}
	}
	return ""
}

// holds tells whether every word of a phrase begins a word of the text.
func holds(text, phrase string) bool {
	for word := range strings.SplitSeq(phrase, " ") {
		if !strings.Contains(text, " "+word) {
			return false
		}
	}
	return true
}

// controls are what infrastructure scanners ask for, each with the phrases that tell it; the particular stands before the general.
func controls() []struct {
	name    string
	phrases []string
} {
	return []struct {
		name    string
		phrases []string
	}{
		{"block public acls", []string{"block public acl"}},
		{"block public policy", []string{"block public policy", "block public bucket polic"}},
		{"ignore public acls", []string{"ignore public acl"}},
		{"restrict public buckets", []string{"restrict public bucket"}},
		{"key rotation", []string{"rotation key", "rotate key", "rotation kms", "rotation cmk"}},
		{"managed key", []string{"customer managed key", "customer managed encrypt", "cmk", "kms cmk"}},
		{"metadata service", []string{"instance metadata", "imds"}},
		{"deletion protection", []string{"deletion protection", "delete protection"}},
		{"backups", []string{"backup retention", "backup enabled", "point in time recovery"}},
		{"mfa delete", []string{"mfa delete"}},
		{"versioning", []string{"versioning", "versioned"}},
		{"encryption in transit", []string{"in transit", "enforce https", "https only", "http not https", "plain http", "tls version", "ssl enforce", "secure tls", "outdated ssl", "tls policy"}},
		{"encryption at rest", []string{"encrypted", "unencrypted", "encryption"}},
		{"access logging", []string{"access logging", "bucket logging", "logging enabled", "enable logging"}},
		{"privileged container", []string{"not be privileged", "privileged container", "privileged flag"}},
		{"privilege escalation", []string{"allowprivilegeescalation", "privilege escalation", "elevate privileges", "allow privilege escalation"}},
		{"read-only root file system", []string{"read only file", "readonlyrootfilesystem", "root file system not read", "read only root"}},
		{"host process ids", []string{"host pid", "hostpid", "host process id"}},
		{"host ipc", []string{"host ipc", "hostipc"}},
		{"host network", []string{"host network", "hostnetwork"}},
		{"host path", []string{"hostpath", "host path"}},
		{"docker socket", []string{"docker sock"}},
		{"capabilities", []string{"capabilit"}},
		{"seccomp", []string{"seccomp"}},
		{"cpu limit", []string{"cpu limit", "cpu not limited"}},
		{"cpu request", []string{"cpu request"}},
		{"memory limit", []string{"memory limit", "memory not limited"}},
		{"memory request", []string{"memory request"}},
		{"image tag", []string{"latest tag", "image tag fixed", "latest image"}},
		{"image digest", []string{"image digest"}},
		{"liveness probe", []string{"liveness"}},
		{"readiness probe", []string{"readiness"}},
		{"service account token", []string{"service account token", "automount"}},
		{"default namespace", []string{"default namespace"}},
		{"default service account", []string{"default service account"}},
		{"health check", []string{"healthcheck", "health check"}},
		{"root user", []string{"root container", "run root", "runs root", "runasnonroot", "user root", "root user", "user for container created", "last user root"}},
		{"add instead of copy", []string{"copy used instead add", "add instead copy", "copy instead add"}},
		{"wildcard permissions", []string{"wildcard", "administrative privileges", `* actions`, "full admin"}},
		{"open ingress", []string{"ingress 0 0 0 0", "inbound 0 0 0 0", "ingress /0", "ingress from internet", "unrestricted ingress", "ingress public internet"}},
		{"open egress", []string{"egress 0 0 0 0", "outbound 0 0 0 0", "egress /0", "unrestricted egress", "egress public internet"}},
		{"public access", []string{"publicly accessible", "public access", "public read", "allows public", "public acl", "not be public"}},
	}
}
