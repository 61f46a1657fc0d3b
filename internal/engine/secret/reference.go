package secret

import (
	"bytes"
	"strings"
)

// refers tells whether a value only says where the secret is to be had: a variable, an expression, a vault path,
// or the secret encrypted for somebody else. It says why, or "".
func refers(value string) string {
	switch {
	case templated(value):
		return "filled in at run time"
	case hasAnyPrefix(value, encryptedPrefixes), mavenEncrypted(value), sealed(value):
		return "encrypted"
	case hasAnyPrefix(strings.ToLower(value), vaultPrefixes):
		return "refers to a secret store"
	case environment(value):
		return "read from the environment"
	}
	return ""
}

// gaps are the marks between which programs fill in a name.
var gaps = [...]struct{ open, close string }{{"${", "}"}, {"$(", ")"}, {"{{", "}}"}, {"#{", "}"}, {"<%", "%>"}, {"%(", ")"}, {"$[[", "]]"}, {"{%", "%}"}}

// interpolated tells whether a value holds a gap that a program fills, in a form no generator of tokens makes:
// ${X}, $(x), {{ x }}, #{x}, <% x %>, %(x)s, and as a whole $X, %X%, <x>.
func interpolated(v string) bool {
	for _, gap := range gaps {
		if _, rest, ok := strings.Cut(v, gap.open); ok {
			if inside, _, closed := strings.Cut(rest, gap.close); closed && isName(inside) {
				return true
			}
		}
	}
	n := len(v)
	if n < 2 {
		return false
	}
	switch v[0] {
	case '$':
		return identifierLike(v[1:])
	case '%':
		return v[n-1] == '%' && identifierLike(v[1:n-1])
	case '<':
		return v[n-1] == '>'
	}
	return false
}

// isName tells whether the text of a gap reads like a name, a path of names or a call.
func isName(s string) bool {
	s = strings.TrimSpace(strings.Trim(strings.TrimSpace(s), "=-"))
	return s != "" && (isLetter(s[0]) || strings.IndexByte("._$*@'\"#!", s[0]) >= 0) && made(s, alnum+"_.:-|'\"[]()/=!?, $@*+#%^~", 1, 256)
}

// templated tells whether a value holds a gap in any form: also [x], (x), @x@, __x__, {x} and %s.
func templated(v string) bool {
	n := len(v)
	if interpolated(v) || n < 2 {
		return n >= 2
	}
	switch {
	case v[0] == '@' && v[n-1] == '@', v[0] == '[' && v[n-1] == ']', v[0] == '(' && v[n-1] == ')':
		return true
	case strings.HasPrefix(v, "__") && strings.HasSuffix(v, "__"):
		return true
	case v == "%s" || v == "%v" || v == "%q" || v == "%d" || v == "%@" || v == "{}" || v == "{0}" || v == ":?":
		return true
	}
	return braced(v)
}

// braced tells whether the value has {name} in it, as format strings and path templates do, or %s beside other text.
func braced(v string) bool {
	if i := strings.IndexByte(v, '{'); i >= 0 {
		if j := strings.IndexByte(v[i:], '}'); j > 1 && identifierLike(v[i+1:i+j]) {
			return true
		}
	}
	return len(v) < 24 && (strings.Contains(v, "%s") || strings.Contains(v, "%d") || strings.Contains(v, "%v"))
}

// identifierLike tells whether s is a name or a path of names: letters, digits, "_", ".", "-", "[" and "]", and not a number.
func identifierLike(s string) bool {
	if s == "" || classOf[s[0]] == digit {
		return false
	}
	for i := range len(s) {
		if c := s[i]; classOf[c] == other && strings.IndexByte("_.-[]'\"", c) < 0 {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return classOf[c] == small || classOf[c] == capital }

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// encryptedPrefixes begin values that are of no use without another key: SOPS, Jasypt, Spring Cloud Config, AWS KMS, Ansible Vault, Puppet's
// hiera-eyaml, Travis, Rails, Vault's transit engine, Fernet-based tools, Maven, DPAPI, systemd credentials.
var encryptedPrefixes = []string{
	"ENC[", "ENC(", "enc:", "enc(", "{cipher}", "{CIPHER}", "{aes}", "{AES}", "{xor}", "{des}", "{enc}", "AQICAH", "AQECAH", "AQIDAH", "$ANSIBLE_VAULT",
	"DEC(", "secure:", "vault:v1:", "vault:v2:", "vault:v3:", "CRYPT:", "crypt:", "encrypted:", "ENCRYPTED:", "AES:", "aes:", "01000000d08c9ddf",
	"!vault", "!encrypted", "-----BEGIN PGP MESSAGE", "-----BEGIN AGE ENCRYPTED", "age-encryption.org", "v1:AES", "kms:", "KMS:", "CiQA", "{jasypt}", "@encrypted",
}

// vaultPrefixes begin values that name a place in a secret store.
var vaultPrefixes = []string{
	"vault:", "vault/", "ssm:", "ssm/", "/ssm/", "secretsmanager:", "secretsmanager/", "arn:aws", "op://", "ref+", "secret:", "secret/", "secrets/", "secret://", "secrets:", "sm://",
	"gcp:", "gcp-secret", "projects/", "sops:", "sops/", "keyvault", "@microsoft.keyvault", "akv:", "azurekeyvault", "file:", "file(", "env:", "env.", "env/",
	"environ:", "!secret", "!ref", "!env", "!sub", "!getatt", "!importvalue", "{{resolve:", "doppler:", "infisical:", "bws:", "keyring:", "pass:", "conjur:", "credstash:",
	"chamber:", "parameterstore:", "configmap:", "secretref:", "valuefrom", "k8s:", "kubernetes:", "kubernetes.io/", "awssm:", "classpath:", "data.", "var.", "local.", "module.", "each.",
	"input.", "inputs.", "params.", "secrets.", "vars.", "process.env", "import.meta", "os.environ", "os.getenv", "system.getenv", "getenv", "system.env", "config.", "settings.",
	"options.", "args.", "self.", "this.", "request.", "req.", "ctx.", "context.", "props.", "app.", "arn:", "urn:", "wincred:", "dpapi:",
}

// mavenEncrypted tells whether a value is one of Maven's encrypted passwords: base64 in braces (Maven guide, "Password Encryption").
func mavenEncrypted(v string) bool {
	n := len(v)
	return n > 20 && v[0] == '{' && v[n-1] == '}' && made(v[1:n-1], alphabet64+"=", 20, n)
}

// sealed tells whether a value is one of Bitnami's Sealed Secrets: two bytes with the length of an RSA ciphertext (of a key of 4096 bits,
// so 0x0200), the ciphertext, and what its session key encrypts.
func sealed(v string) bool {
	return len(v) > 512*4/3 && len(v)%4 == 0 && v[:2] == "Ag" && v[2] >= 'A' && v[2] <= 'D' && made(v, alphabet64+"=", 512, 1<<20)
}

// environment tells whether a value is the name of an environment variable: capitals with underscores.
func environment(v string) bool {
	if len(v) < 4 || strings.IndexByte(v, '_') < 1 {
		return false
	}
	for i := range len(v) {
		if c := classOf[v[i]]; c == small || c == other && v[i] != '_' {
			return false
		}
	}
	return wordShare(v) >= 0.5
}

// evaluates tells whether what follows a bare or quoted value makes it part of an expression.
func evaluates(rest []byte) bool {
	rest = bytes.TrimLeft(rest, " \t")
	if next := bytes.TrimLeft(rest, " \t\r\n"); len(next) > 1 && next[0] == '+' && (next[1] == ' ' || isQuote(next[1])) {
		return true // goes on in the next line
	}
	if len(rest) == 0 {
		return false
	}
	switch rest[0] {
	case '+', '%', '?', '*', '[', '{', '&', '|', '(':
		return true
	case '.':
		return len(rest) > 1 && (isLetter(rest[1]) || rest[1] == ' ' || rest[1] == '$')
	}
	return false
}
