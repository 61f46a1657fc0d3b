// Package secret finds credentials: by what providers say their tokens look like, by the names people give them, and by the documents they live in.
//
// It looks at one content at a time and reports findings whose identity is a keyed hash of the value. It must not touch
// clock, network or disk, must not keep a value longer than one look (unless asked to, for verification),
// and must never put a value into a message, a reason, a fact or an error.
package secret

// Match is what stands under "match" in a secret rule: one or more of the forms Pattern, Names+Value, Document and File,
// each with the conditions that follow. All expressions are RE2 (package regexp).
type Match struct {
	// Keywords are literals of at least 3 bytes, one of which stands in every match. Letters match both cases unless Exact is set.
	// They are what the one prefilter looks for: choose what is rare in ordinary text ("AKIA", "ghp_", "hooks.slack.com").
	// A Pattern without Keywords gets the literals that every match must contain; where it has none, it is tried on all
	// of every content, which is slow: only rules taken from other tools should need that.
	Keywords []string `json:"keywords,omitempty"`
	// Exact makes Keywords case-sensitive (provider prefixes mostly are; it is what makes them rare).
	// Exact keywords of at least 4 bytes are also looked for in base64, hex and escaped forms, unless Plain is set.
	Exact bool `json:"exact,omitempty"`

	// Pattern finds the secret itself: the group named "secret", else the first group, else all of it.
	// It is tried on a window of lines around a keyword, so it must not need more than Reach bytes on either side.
	// `\b`, `(?m)^` and `(?m)$` see what really stands around the window; `\A` and `\z` do not mean the ends of the file.
	Pattern string `json:"pattern,omitempty"`
	// Reach is how many bytes before and after a keyword Pattern may need; 0 means 256. At most 65536.
	Reach int `json:"reach,omitempty"`

	// Names and Value find an assignment in any notation (code, YAML, JSON, .env, TOML, XML attribute, command-line flag, HTTP header, map literal):
	// an identifier whose words contain one of Names ("heroku api key" matches HEROKU_API_KEY, herokuApiKey, heroku-api-key, and
	// HEROKU_PROD_API_KEY: in this order, other words may stand between) is given a value all of which matches Value
	// (anchored at both ends by the engine; write no ^ and $).
	// Words after the name that make it something else (…_url, …_name, …_id, …_length) make it no match, unless Names says them.
	// Names are the prefilter's literals where Keywords is empty or belongs to a Pattern: the rarest word of each, which is the longest that
	// is no everyday word of programs ("heroku" of "heroku api key"); it must have 3 letters or more.
	Names []string `json:"names,omitempty"`
	Value string   `json:"value,omitempty"`

	// Document names a reader for a whole kind of file: kubernetes-secret, terraform-state, docker-config, netrc, npmrc, pypirc,
	// private-key, pkcs12, putty-key, age-key, jwt, url-password, connection-string, assignment.
	// It brings its own literals; Keywords replaces them.
	//
	// "assignment" reads assignments in any notation, as Names+Value does, but judges the value itself: it must look like something
	// secret and not like a reference, a placeholder, a word, a path, a hash. Names says which names count (without them every name
	// the engine knows for a secret); a name of the password kind ("password", "passwd", "pwd", "passphrase", "pin" …) may hold what people
	// choose, all other names only what looks random. Value then may restrict it further.
	Document string `json:"document,omitempty"`

	// File matches paths whose mere presence is the finding ("(^|/)id_rsa$"); it needs no content.
	File string `json:"file,omitempty"`

	// Near must match within Within lines of the secret (default 5), as an AWS secret key stands near its key id.
	Near   string `json:"near,omitempty"`
	Within int    `json:"within,omitempty"`
	// Entropy is the least Shannon entropy of the secret, in bits per character.
	Entropy float64 `json:"entropy,omitempty"`
	// Check names a test of structure (see Checks): a secret that fails it is not reported. Where the test proves that the provider made
	// the value (a checksum fits), the finding is certain; where it only tests the shape, the rule's confidence stays.
	Check string `json:"check,omitempty"`
	// Path and NotPath restrict the rule to paths that match, or do not.
	Path    string `json:"path,omitempty"`
	NotPath string `json:"notPath,omitempty"`
	// Ignore are expressions for secrets that are never live, beside those every rule ignores (placeholders, examples, all one character).
	Ignore []string `json:"ignore,omitempty"`
	// Allow are finer exceptions; a secret that fits any of them is not reported.
	Allow []Allow `json:"allow,omitempty"`
	// Named makes the identifier that holds the secret part of the finding's identity. For passwords, where two equal values may be two credentials.
	Named bool `json:"named,omitempty"`
	// Generic marks a rule that guesses: it yields to any other rule that finds the same bytes.
	Generic bool `json:"generic,omitempty"`
	// Plain switches off the search for encoded forms (base64, hex, escapes) of Keywords.
	Plain bool `json:"plain,omitempty"`
}

// Allow is an exception: what fits it is not reported. Its parts are joined by Condition; a part left empty is not asked.
type Allow struct {
	// Patterns are expressions, one of which must match in Target.
	Patterns []string `json:"patterns,omitempty"`
	// Target is what Patterns and Stopwords are tried on: "secret" (default), "match" (all that Pattern matched, or the whole assignment), or "line".
	Target string `json:"target,omitempty"`
	// Stopwords are texts, in any case, one of which must stand in the secret.
	Stopwords []string `json:"stopwords,omitempty"`
	// Paths are expressions, one of which must match the path.
	Paths []string `json:"paths,omitempty"`
	// Condition is "or" (default: one part is enough) or "and" (every part that is given must fit).
	Condition string `json:"condition,omitempty"`
}
