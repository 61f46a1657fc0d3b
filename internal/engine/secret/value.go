package secret

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/entropy"
)

// opinion is what a value found by name is worth: whether it is a secret at all, and how far from the rule's own confidence.
type opinion struct {
	ok bool
	// step is added to the rule's confidence: 1 for what can hardly be anything else, negative for doubt.
	step    int
	reasons []string
}

func (o *opinion) doubt(reason string) {
	o.step--
	o.reasons = append(o.reasons, reason)
}

// judge weighs a value that an identifier of the given kind was given. It knows nothing but the two.
func judge(value string, k kind) opinion {
	if len(value) > 1024 {
		return judgeLong(value)
	}
	if len(value) < 4 || standsIn(value) != "" || refers(value) != "" || shapeName(value) != "" || prose(value) || saysName(value) {
		return opinion{}
	}
	if text, ok := textInside(value); ok {
		// Encoding hides nothing: what counts is the text.
		o := judge(text, k)
		if usual, _ := commonDefault(text); !o.ok && k == chosen && !usual && standsIn(text) == "" && refers(text) == "" {
			o = opinion{ok: true, step: -1} // people take odd things for passwords
		}
		o.step = min(o.step, 0)
		o.reasons = append(o.reasons, "base64 of a text")
		return o
	}
	if k == chosen {
		return judgeChosen(value)
	}
	return judgeGenerated(value)
}

// judgeLong takes of long values only private keys in DER without their armour.
func judgeLong(value string) opinion {
	der, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(value, "="))
	if err != nil || !new(armoured).readDER("PRIVATE KEY", der) {
		return opinion{}
	}
	return opinion{ok: true, step: 1, reasons: []string{"the value is a private key in DER"}}
}

// textInside undoes base64 where it gives text in ASCII without line ends, which no random bytes of that length do.
func textInside(value string) (string, bool) {
	if len(value) < 12 {
		return "", false
	}
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(value, "="))
	if err != nil || !isASCII(string(b)) || !printable(string(b)) {
		return "", false
	}
	return string(b), true
}

// saysName tells whether a value is itself the name of a secret ("db_password", "apiToken"): a key into some store.
func saysName(value string) bool {
	if len(value) > 64 || strings.ContainsAny(value, digits) || !identifierLike(value) {
		return false
	}
	var w words
	w.split([]byte(value))
	return w.n > 1 && classify(&w).kind != noSecret && wordShare(value) >= 0.5
}

// traits are what the two judges ask of a value.
type traits struct {
	letters, digits, symbols int
	mixed                    bool // small letters and capitals
	share                    float64
	entropy                  float64
}

func traitsOf(value string) traits {
	t := traits{share: wordShare(value), entropy: entropy.Of(value)}
	smalls, capitals := 0, 0
	for i := range len(value) {
		switch classOf[value[i]] {
		case small:
			smalls++
		case capital:
			capitals++
		case digit:
			t.digits++
		default:
			t.symbols++
		}
	}
	t.letters, t.mixed = smalls+capitals, smalls > 0 && capitals > 0
	return t
}

// judgeGenerated wants what a generator makes: long enough, not made of words, and with the spread of characters that chance gives.
func judgeGenerated(value string) opinion {
	t := traitsOf(value)
	usual, _ := commonDefault(value)
	switch {
	case usual || len(value) < 10 || len(value) < 16 && !strings.ContainsAny(value, "!@#$%^&*+=/?~") || strings.ContainsAny(value, " \t"):
		return opinion{} // generators make more, people use marks
	case t.share >= 0.6 || t.letters == 0:
		return opinion{}
	case t.digits == 0 && (len(value) < 16 || t.share >= 0.3):
		return opinion{}
	case t.entropy < leastEntropy(len(value)):
		return opinion{}
	}
	o := opinion{ok: true}
	switch {
	case isUUID(value):
		o.reasons = append(o.reasons, "the value is a UUID")
	case t.share >= 0.4:
		o.doubt("the value is partly made of words")
	case len(value) < 16:
		o.doubt("the value is short")
	case len(value) >= 20 && t.share < 0.3 && t.digits > 0:
		o.step = 1
		o.reasons = append(o.reasons, fmt.Sprintf("the value looks random (%.1f bits a character)", t.entropy))
	}
	return o
}

// leastEntropy is the Shannon entropy below which a value of n characters was hardly drawn at random, even from hex digits.
func leastEntropy(n int) float64 {
	switch {
	case n >= 32:
		return 3
	case n >= 16:
		return 2.8
	}
	return 2.4
}

// judgeChosen wants what a person would take for a password: no plain word, no name of something, no value everybody has.
func judgeChosen(value string) opinion {
	t := traitsOf(value)
	t.share = max(t.share, wordShare(unleet(value))) // "S3cr3tP@$$w0rd" is words too
	bare := strings.TrimRight(value, ":.?!*,; ")
	usual, word := commonDefault(value)
	switch {
	case word:
		return opinion{}
	case usual:
		return opinion{ok: true, step: -2, reasons: []string{"the value is a common default"}}
	case t.letters == 0 && t.symbols == 0, strings.ContainsAny(value, "\n\t"):
		return opinion{}
	case plainWord(bare):
		return opinion{}
	case t.digits == 0 && t.share >= 0.6 && made(strings.ToLower(bare), lower+"-_./: '", 1, len(bare)):
		return opinion{} // words joined: a name, a class, a key of a translation
	}
	o := opinion{ok: true}
	switch {
	case isDigest(value):
		o.doubt("the value has the length of a hash")
	case t.share < 0.4 && t.entropy >= 3.2 && len(value) >= 12 && t.digits+t.symbols > 0:
		o.step = 1
		o.reasons = append(o.reasons, fmt.Sprintf("the value looks random (%.1f bits a character)", t.entropy))
	case !t.varied(), len(value) < 8 && t.symbols == 0:
		o.doubt("the value is a weak password")
	}
	if strings.Contains(unleet(strings.ToLower(value)), "password") {
		o.doubt("the value says that it is a password")
	}
	if o.step < 1 && saysTest(value) {
		o.doubt("the value reads like one for tests")
	}
	return o
}

// plainWord tells whether a value is letters only and reads like words, or is too short to tell.
func plainWord(value string) bool {
	return onlyLetters(value) && (len(value) < 8 || wordShare(value) >= 0.6)
}

// varied tells whether a value mixes at least two of: digits, symbols, both cases.
func (t traits) varied() bool {
	n := 0
	for _, has := range []bool{t.digits > 0, t.symbols > 0, t.mixed} {
		if has {
			n++
		}
	}
	return n >= 2
}

func onlyLetters(s string) bool {
	for i := range len(s) {
		if c := classOf[s[i]]; c != small && c != capital {
			return false
		}
	}
	return true
}

func isUUID(s string) bool {
	return len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' && isHex(strings.ReplaceAll(s, "-", ""), 32)
}

// isDigest tells whether s has the form of an MD5, SHA-1, SHA-2 or SHA-3 digest in hex.
func isDigest(s string) bool {
	switch len(s) {
	case 32, 40, 56, 64, 96, 128:
		return isHex(s, len(s))
	}
	return false
}

// saysTest tells whether a word of the value says that it is there for a test.
func saysTest(value string) bool {
	var w words
	w.split([]byte(value))
	for i := range w.n {
		switch string(w.at(i)) {
		case "test", "tests", "testing", "demo", "mock", "temp", "tmp", "local", "localhost", "spec", "stub", "try", "hello", "world", "unit":
			return true
		}
	}
	return false
}
