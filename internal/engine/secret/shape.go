package secret

import (
	"strings"
	"unicode/utf8"
)

// shapeName names the kind of thing a value plainly is where that is nothing secret: a path, a date, a hash. It is "" for everything else.
// It is asked for values found by name only, never for what matched a provider's pattern.
func shapeName(v string) string {
	switch {
	case hashed(v), isFingerprint(v):
		return "a hash"
	case isPath(v):
		return "a path"
	case isURL(v):
		return "an address"
	case isMail(v):
		return "a mail address"
	case made(v, digits+".-:/TZ+ _,", 1, 40) && len(v) < 24:
		return "a number, date or version"
	case isVersion(v):
		return "a version"
	case isMarkup(v):
		return "markup or a pattern"
	case isCode(v):
		return "code"
	case hasAnyPrefix(v, publicPrefixes):
		return "public key material"
	case v[0] == '#' && len(v) <= 9 && isHex(v[1:], len(v)-1):
		return "a colour"
	}
	return ""
}

var publicPrefixes = []string{
	"ssh-rsa ", "ssh-ed25519 ", "ssh-dss ", "ecdsa-sha2-", "-----BEGIN PUBLIC", "-----BEGIN CERTIFICATE", "-----BEGIN RSA PUBLIC", "AAAAB3NzaC1", "AAAAC3NzaC1",
	"sha256-", "sha384-", "sha512-", "sha1-", "sha256:", "sha512:", "sha1:", "md5:", "age1", "data:",
}

// hashed tells whether a value is the output of a password hash or names its digest.
func hashed(v string) bool {
	if v[0] == '{' {
		if i := strings.IndexByte(v, '}'); i > 2 && i < 20 {
			return strings.Contains(strings.ToUpper(v[:i]), "SHA") || strings.Contains(strings.ToUpper(v[:i]), "MD5") || strings.Contains(strings.ToUpper(v[:i]), "CRYPT")
		}
	}
	if user, hash, ok := strings.Cut(v, ":$"); ok && identifierLike(user) {
		return hashed("$" + hash) // a line of an htpasswd file
	}
	if v[0] == '$' && len(v) > 12 {
		i := strings.IndexByte(v[1:], '$')
		return i > 0 && i < 16 && made(v[1:i+1], lower+digits+"-", 1, 15)
	}
	return hasAnyPrefix(strings.ToLower(v), []string{"pbkdf2", "scrypt:", "bcrypt", "argon2", "sha256$", "sha1$", "md5$", "sha512$", "scram-sha-", "crypt:", "$2y$", "apr1$", "grub.pbkdf2", "*0x"}) ||
		len(v) == 41 && v[0] == '*' && isHex(v[1:], 40)
}

// isFingerprint tells whether v is the hash of a key or certificate as programs print it: pairs of hex digits with colons between.
func isFingerprint(v string) bool {
	return len(v) >= 23 && len(v)%3 == 2 && v[2] == ':' && strings.Count(v, ":") == len(v)/3 && isHex(strings.ReplaceAll(v, ":", ""), (len(v)+1)/3*2)
}

func isPath(v string) bool {
	if v[0] == '/' && strings.Count(v, "/") >= 2 && made(v, lower+"/._-", 1, len(v)) {
		return true
	}
	if hasAnyPrefix(v, []string{"/", "./", "../", "~/", "\\\\", "@/", "~\\", ".\\"}) && !strings.ContainsAny(v, "=+") || len(v) > 3 && v[1] == ':' && (v[2] == '\\' || v[2] == '/') {
		return wordShare(v) >= 0.4 || strings.Count(v, "/") >= 2 && len(v) < 60 && v[0] != '/' || len(v) < 12
	}
	if i := strings.LastIndexByte(v, '.'); i > 0 && len(v)-i <= 6 && fileExtension(v[i+1:]) && (i < 8 || strings.ContainsAny(v, "/\\") || wordShare(v[:i]) >= 0.4) {
		return true
	}
	return strings.Count(v, "/") >= 1 && wordShare(v) >= 0.6
}

func fileExtension(ext string) bool {
	switch strings.ToLower(ext) {
	case "pem", "key", "crt", "cer", "txt", "json", "yaml", "yml", "xml", "js", "ts", "py", "rb", "go", "java", "conf", "cfg", "ini", "env", "html", "htm", "php",
		"md", "sh", "jks", "p12", "pfx", "keytab", "properties", "toml", "sql", "log", "csv", "tf", "vue", "css", "scss", "jsx", "tsx", "svg", "png", "jpg", "gif", "pub",
		"com", "org", "net", "io", "dev", "local", "internal", "cs", "svc", "so", "dll", "exe", "gpg", "asc", "enc", "age":
		return true
	}
	return false
}

func isURL(v string) bool {
	i := strings.Index(v, "://")
	return i > 0 && i < 20 || strings.HasPrefix(v, "//") && strings.Contains(v, ".") || strings.HasPrefix(v, "www.") || strings.HasPrefix(v, "mailto:") ||
		strings.HasPrefix(v, "localhost")
}

func isMail(v string) bool {
	user, host, ok := strings.Cut(v, "@")
	i := strings.LastIndexByte(host, '.')
	return ok && len(user) > 0 && i > 0 && made(strings.ToLower(host), lower+digits+".-", 4, 80) && made(host[i+1:], lower, 2, 10)
}

// isVersion tells whether v is a version such as "v1.2.3-rc1", "^4.17.21", ">=2.0" or "1.0.0-SNAPSHOT".
func isVersion(v string) bool {
	s := strings.TrimLeft(v, "v^~=<>! ")
	major, rest, ok := strings.Cut(s, ".")
	if !ok || !made(major, digits, 1, 4) {
		return false
	}
	minor, _, _ := strings.Cut(rest, ".")
	minor, _, _ = strings.Cut(minor, "-")
	return made(minor, digits+"x*", 1, 5) && len(v) < 40
}

// isMarkup tells whether a value is HTML, a regular expression, a format or a CSS length.
func isMarkup(v string) bool {
	if strings.Contains(v, "</") || strings.Contains(v, "/>") || strings.Contains(v, "(?") || strings.Contains(v, "[a-z") || strings.Contains(v, "[A-Z") ||
		strings.Contains(v, "[0-9") || strings.Contains(v, `\d`) || strings.Contains(v, `\w`) || strings.Contains(v, `\s`) ||
		(strings.Contains(v, ".*") || strings.Contains(v, ".+")) && strings.ContainsAny(v, "()[]\\|$") {
		return true
	}
	if i := strings.IndexByte(v, '['); i >= 0 && i+4 < len(v) && v[i+2] == '-' && strings.IndexByte(v[i:], ']') > 0 {
		return true // a class of characters
	}
	return v[0] == '^' && v[len(v)-1] == '$' || hasAnyPrefix(v, []string{"varchar", "VARCHAR", "nvarchar", "char(", "CHAR("})
}

// isCode tells whether a value reads like a piece of a program: a call, an index, a generic type.
func isCode(v string) bool {
	if strings.Contains(v, "()") || strings.Contains(v, "=>") || strings.Contains(v, "->") || strings.Contains(v, "::") || strings.Contains(v, "!=") || strings.Contains(strings.TrimRight(v, "="), "==") ||
		strings.Contains(v, "&&") || strings.Contains(v, "||") || strings.Contains(v, "\n") && strings.Contains(v, " ") {
		return true
	}
	if n := len(v) - 1; (v[0] == '+' || v[0] == '.') && n > 1 && v[n] == v[0] && identifierLike(v[1:n]) && wordShare(v) >= 0.5 {
		return true // what two literals enclose: "…="+name+"…"
	}
	i := strings.IndexAny(v, "(<[")
	return i > 1 && strings.IndexByte(")>]", v[len(v)-1]) >= 0 && identifierLike(v[:i])
}

// foreign tells whether most of a value is letters of another script: words for people, in a guide in their language.
func foreign(v string) bool {
	wide := 0
	for i := range len(v) {
		if v[i] >= 0x80 {
			wide++
		}
	}
	return wide*2 > len(v)
}

// prose tells whether a value is text for people: several words, or letters of another script, or one word of letters only.
func prose(v string) bool {
	spaces, wide := 0, 0
	for i := 0; i < len(v); {
		r, size := utf8.DecodeRuneInString(v[i:])
		if r == ' ' || r == '\t' || r == '\n' {
			spaces++
		}
		if r >= 0x80 {
			wide++
		}
		i += size
	}
	if wide*4 >= len(v) {
		return true
	}
	if spaces == 0 {
		return false
	}
	return spaces >= 2 || wordShare(v) >= 0.5 || onlyLetters(strings.ReplaceAll(v, " ", ""))
}
