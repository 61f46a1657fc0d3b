package secret

import "bytes"

// kind is what an identifier says about the value it holds.
type kind uint8

const (
	// noSecret: the identifier names something else, however much of a secret's name stands in it.
	noSecret kind = iota
	// chosen: a password or passphrase, which people choose.
	chosen
	// generated: a token, key or secret, which programs make.
	generated
)

// naming is the verdict on an identifier.
type naming struct {
	kind kind
	// weak tells that a word follows the secret's name that may make it something else ("password_admin", "secretFoo").
	weak bool
}

// classify reads an identifier as people do: its last word is what it is, the words before only say which one.
// "password_hash" is a hash, "token_type" a type, "db_password_2" a password.
func classify(w *words) naming {
	if w.n == 0 || disowned(w) {
		return naming{}
	}
	last := w.n - 1
	for last > 0 && isNeutral(w, last) {
		last--
	}
	if k := headAt(w, last); k != noSecret {
		return naming{kind: k, weak: w.has("encrypted")}
	}
	if last > 0 && string(w.at(last)) == "key" && roleOf(w.at(last-1)) == 0 && !signers[string(w.at(last-1))] {
		return naming{kind: generated, weak: true} // a proper name: the key of some service
	}
	if roleOf(w.at(last))&(turning|asking) != 0 {
		return naming{} // the head is a word that is known for something else
	}
	for i := last - 1; i >= 0; i-- {
		if roleOf(w.at(i))&turning != 0 {
			return naming{}
		}
		if k := headAt(w, i); k != noSecret {
			return naming{kind: k, weak: true}
		}
	}
	return naming{}
}

// signers are words before "key" whose keys are public and named by a fingerprint.
var signers = map[string]bool{"gpg": true, "pgp": true, "apt": true, "rpm": true, "yum": true, "dnf": true, "apk": true, "deb": true, "recv": true, "repo": true}

// isNeutral tells that word i only says which secret is meant. "root", "user" and the like do so after a secret's name only.
func isNeutral(w *words, i int) bool {
	return roleOf(w.at(i))&neutral != 0 && headAt(w, i) == noSecret
}

// headAt tells what kind of secret the words up to and including word i name.
func headAt(w *words, i int) kind {
	word, before := w.at(i), role(0)
	if i > 0 {
		before = roleOf(w.at(i - 1))
	}
	r := roleOf(word)
	switch {
	case r&passwordWord != 0:
		return chosen
	case r&secretWord != 0 && before&passing == 0:
		return generated
	case r&keyWord != 0 && before&keyPrefix != 0:
		return generated
	case r&keyWord != 0 && before&neutral != 0 && i > 1 && roleOf(w.at(i-2))&keyPrefix != 0:
		return generated
	case r&passWord != 0 && (i == 0 || before&passPrefix != 0):
		return chosen
	case r == 0:
		return fusedHead(word)
	}
	return noSecret
}

// fusedHead reads names written without a separator, such as "dbpassword" and "clientsecret".
func fusedHead(word []byte) kind {
	for _, f := range fused {
		if len(word) <= len(f.suffix)+14 && bytes.HasSuffix(word, []byte(f.suffix)) {
			return f.kind
		}
	}
	return noSecret
}

var fused = []struct {
	suffix string
	kind   kind
}{
	{"password", chosen}, {"passwd", chosen}, {"passwort", chosen}, {"passphrase", chosen}, {"secret", generated}, {"token", generated},
	{"apikey", generated}, {"secretkey", generated}, {"accesskey", generated}, {"privatekey", generated}, {"authkey", generated},
	{"dbpass", chosen}, {"userpass", chosen}, {"rootpass", chosen}, {"adminpass", chosen}, {"credentials", generated},
}

// disowned tells that a word anywhere in the identifier says it holds no secret: a question ("hasPassword"), an action
// ("resetPassword"), something public.
func disowned(w *words) bool {
	if w.n > 1 && roleOf(w.at(0))&asking != 0 {
		return true
	}
	for i := range w.n {
		if roleOf(w.at(i))&public != 0 {
			return true
		}
	}
	return false
}

// names tells whether the identifier is called by a rule's name, given as its words: these in this order, with or without
// separators, others between them. weak is as in naming.
func (n ruleName) names(w *words) (ok, weak bool) {
	end := n.find(w)
	if end < 0 || disowned(w) && !n.odd {
		return false, false
	}
	if end > 1 && len(n.words) == 1 && roleOf(w.at(end-1))&secretWord != 0 && roleOf(w.at(end-2))&passing != 0 {
		return false, false // "next page token"
	}
	for i := end; i < w.n; i++ {
		switch r := roleOf(w.at(i)); {
		case r&(passwordWord|secretWord|keyWord|passWord|neutral) != 0:
		case r&(turning|asking) != 0:
			return false, false
		default:
			weak = weak || headAt(w, w.n-1) == noSecret
		}
	}
	return true, weak
}

// ruleName is one of a rule's Names, ready to be compared.
type ruleName struct {
	fused string   // the words without separators
	words []string // the words
	odd   bool     // the name itself has a word that disowns others
}

func newRuleName(name string) ruleName {
	var w words
	w.split([]byte(name))
	n := ruleName{fused: string(w.joined(0, w.n)), odd: disowned(&w)}
	for i := range w.n {
		n.words = append(n.words, string(w.at(i)))
	}
	return n
}

// find gives the number of the word after the name's last occurrence in the identifier, or -1.
func (n ruleName) find(w *words) int {
	for end := w.n; end > 0; end-- {
		for begin := end - 1; begin >= 0; begin-- {
			if joined := w.joined(begin, end); len(joined) >= len(n.fused) {
				if string(joined) == n.fused {
					return end
				}
				break
			}
		}
	}
	next, end := len(n.words)-1, -1
	for i := w.n - 1; i >= 0 && next >= 0; i-- {
		if string(w.at(i)) == n.words[next] {
			if end < 0 {
				end = i + 1
			}
			next--
		}
	}
	if next >= 0 {
		return -1
	}
	return end
}
