package secret

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"sync"
)

// standsIn tells whether a value only stands where a secret would: an example, a gap to fill, a run of one character.
// It says why, or "". It is asked for values of every rule, so it must not take a random token for a placeholder.
func standsIn(value string) string {
	low := strings.ToLower(value)
	switch {
	case len(value) == 0 || low == "anonymous":
		return "empty"
	case documented(value):
		return "published as an example"
	case strings.HasSuffix(value, "...") || strings.HasSuffix(value, "…"):
		return "cut short"
	case repetitive(low):
		return "made of few characters"
	case sequential(low):
		return "a sequence"
	case capitalName(value):
		return "the name of a secret in capitals"
	}
	for _, s := range stopgaps {
		if strings.Contains(low, s) {
			return "reads like a placeholder"
		}
	}
	if n := len("your"); len(value) > n && strings.HasPrefix(low, "your") && classOf[value[n]] == capital && classOf[value[n-1]] == small {
		return "reads like a placeholder" // yourStrong(!)Password
	}
	if len(value) < 64 && (strings.Contains(value, "xxxxx") || strings.Contains(value, "XXXXX")) {
		return "reads like a placeholder"
	}
	return ""
}

// capitalName tells whether a value is what manuals write for one: PASS, PASSWORD, API_KEY, YOUR_TOKEN.
func capitalName(value string) bool {
	if len(value) > 32 || strings.ContainsFunc(value, func(r rune) bool { return r != '_' && r != '-' && (r < 'A' || r > 'Z') }) {
		return false
	}
	var w words
	w.split([]byte(value))
	return w.n > 0 && classify(&w).kind != noSecret
}

// stopgaps are so long that random tokens of any length do not contain them.
var stopgaps = []string{
	"example", "placeholder", "changeme", "change_me", "change-me", "changethis", "change_this", "replaceme", "replace_me", "replace-me", "replacewith",
	"replace_with", "insert_", "insert-", "inserty", "your_", "your-", "yourpass", "yourtoken", "yoursecret", "yourkey", "yourapikey", "youraccess",
	"dummy", "redacted", "sample", "....", "****", "lorem", "foobar", "fillme", "fill_me", "fill-in", "notarealkey", "not-a-real",
	"not_a_real", "notreal", "not-real", "goes-here", "goes_here", "goeshere", "here>", "deadbeef", "0123456789", "1234567890", "abcdefgh", "qwerty",
	"asdfgh", "todo-", "todo_", "fixme", "<your", "[your", "{your", "my-secret-", "my_secret_", "mysecret", "fake-", "fake_", "_fake", "-fake", "dontuse", "@todo",
}

// repetitive tells whether a value has too few different characters for its length, or one run of one that is too long.
func repetitive(s string) bool {
	var seen [256]bool
	distinct, run, longest := 0, 0, 0
	odd := false // a long run of something other than "a", which is how base64 writes zeros
	for i := range len(s) {
		if !seen[s[i]] {
			seen[s[i]] = true
			distinct++
		}
		if i > 0 && s[i] == s[i-1] {
			run++
		} else {
			run = 1
		}
		longest = max(longest, run)
		odd = odd || run >= 6 && s[i] != 'a'
	}
	return len(s) >= 3 && distinct == 1 || len(s) >= 4 && (distinct <= 2 || odd || longest*2 > len(s)) || len(s) >= 16 && distinct <= 4
}

// sequential tells whether most of a value counts up or down, or follows a row of the keyboard.
func sequential(s string) bool {
	steps := 0
	for i := 1; i < len(s); i++ {
		if d := int(s[i]) - int(s[i-1]); d == 1 || d == -1 || nextOnKeyboard(s[i-1], s[i]) {
			steps++
		}
	}
	return len(s) >= 4 && steps*4 >= (len(s)-1)*3
}

const keyboard = "1234567890 qwertyuiop asdfghjkl zxcvbnm"

func nextOnKeyboard(a, b byte) bool {
	i := strings.IndexByte(keyboard, a)
	return i >= 0 && a != ' ' && (i+1 < len(keyboard) && keyboard[i+1] == b || i > 0 && keyboard[i-1] == b)
}

// documented tells whether a value is one that a provider's documentation, a standard or an emulator publishes as an example.
func documented(value string) bool {
	if i := strings.LastIndexByte(value, '.'); i > 0 && documented(value[i+1:]) {
		return true // a JSON Web Token with a published signature
	}
	sum := sha256.Sum256([]byte(value))
	_, ok := documentedValues[binary.BigEndian.Uint64(sum[:8])]
	return ok
}

// commonDefault tells whether a password is one that guides and images ship with, or that heads every list of leaked ones: possibly
// in use, mostly a stand-in. word tells whether it is a plain stand-in for "some password", digits and marks around it or not.
func commonDefault(value string) (usual, word bool) {
	low := strings.ToLower(value)
	core := strings.Trim(low, digits+"!@#$%^&*?._-+=")
	if _, ok := standIns()[core]; ok {
		return true, true
	}
	if _, ok := usualPasswords()[core]; ok && core != low {
		return true, false
	}
	plain := strings.Trim(unleet(low), digits+"!@#$%^&*?._-+=")
	if _, ok := usualPasswords()[plain]; ok {
		return true, plain == low && strings.Contains(plain, "pass") || low == "secret" || low == "passwort"
	}
	return false, false
}

var standIns = sync.OnceValue(func() map[string]struct{} {
	return setOf(`none null nil undefined true false yes no on off empty blank default value string text hidden unset todo tbd foo bar baz foobar foobarbaz
		qux quux blah bla fake mock stub token key apikey mytoken mykey testpassword testpass testing test tests tester testtest username user abc xyz aaa asd
		some any required optional disabled enabled invalid wrong incorrect badpassword wrongpassword wrongpass invalidpassword notmypassword
		correcthorsebatterystaple sekret sekrit s p pw random generated encrypted plaintext na nopassword nopass yourpassword yourpass enteryourpassword
		somepassword thepassword x-oauth-basic x-token-auth oauth2`)
})

var usualPasswords = sync.OnceValue(func() map[string]struct{} {
	return setOf(`password passwd pass pwd passwort mypassword mypass secret mysecret topsecret supersecret userpassword newpassword oldpassword dbpassword
		strongpassword securepassword passpass userpass hunter admin administrator root toor guest demo welcome letmein login master monkey dragon iloveyou
		football baseball sunshine princess superman batman shadow trustno changeit postgres postgresql mysql mongo redis rabbitmq minio minioadmin oracle
		sysadmin system manager support public private nagios grafana jenkins tomcat vagrant raspberry adminpass adminadmin adminpassword rootpassword
		rootpass rootroot rootme docker kafka zabbix elastic guestguest qazwsx zaqwsx qweasd asdf qwer temp temporary`)
})

func setOf(lists ...string) map[string]struct{} {
	set := map[string]struct{}{}
	for _, list := range lists {
		for word := range strings.FieldsSeq(list) {
			set[word] = struct{}{}
		}
	}
	return set
}

// unleet undoes the usual replacements of letters: "p@ssw0rd" reads "password". Digits at the end stay: they count, they do not spell.
func unleet(s string) string {
	tail := len(strings.TrimRight(s, digits+"!"))
	return leet.Replace(s[:tail]) + s[tail:]
}

var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")
