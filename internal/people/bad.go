package people

import (
	"slices"
	"strings"
	"unicode"

	"github.com/reevehq/reeve/internal/desk"
)

// stems are what passwords that are guessed first are made of, those long enough to be taken here (after the lists of known passwords that are
// public): such a word, once or more, with other characters around it.
func stems() []string {
	return []string{
		"password", "passwort", "motdepasse", "contrasena", "passphrase", "letmein", "welcome", "willkommen", "bienvenue", "iloveyou", "changeme",
		"administrator", "admin", "root", "superuser", "qwertyuiop", "qwerty", "qwertz", "azerty", "asdfghjkl", "zxcvbnm", "1qaz2wsx", "qazwsx",
		"abcdefghijklmnopqrstuvwxyz", "abcdef", "abc", "trustno", "monkey", "dragon", "football", "baseball", "princess", "sunshine", "superman", "batman",
		"starwars", "master", "secret", "security", "login", "default", "temporary", "temp", "test", "guest", "user", "winter", "spring", "summer",
		"autumn", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "monday", "friday",
		"correcthorsebatterystaple", "reeve", "devsecops", "company", "computer", "internet", "server", "database", "postgres", "kubernetes",
	}
}

// isBad tells a password that would be among the first guesses: one character or a run again and again, or nothing much but known words, the
// account's own names, and digits.
func isBad(password string, who *desk.Person) bool {
	typed := []rune(strings.ToLower(string(secret(password))))
	if different(typed) < 5 || isRun(typed) {
		return true
	}
	words := append(stems(), strings.FieldsFunc(strings.ToLower(who.Login+" "+who.Name+" "+who.Email), func(r rune) bool {
		return !unicode.IsLetter(r)
	})...)
	meant := plain(typed)
	known := make([]bool, len(typed))
	for _, text := range words {
		word := plain([]rune(text))
		for at := 0; len(word) >= 3 && at+len(word) <= len(meant); at++ {
			if slices.Equal(meant[at:at+len(word)], word) {
				for i := range word {
					known[at+i] = true
				}
			}
		}
	}
	letters := 0
	for i, r := range typed {
		if !known[i] && unicode.IsLetter(r) {
			letters++
		}
	}
	return slices.Contains(known, true) && letters < 4
}

// plain takes the usual replacements of letters back, one for one.
func plain(text []rune) []rune {
	out := slices.Clone(text)
	for i, r := range out {
		if at := strings.IndexRune("013457@$!l", r); at >= 0 {
			out[i] = rune("oieastasii"[at])
		}
	}
	return out
}

// different counts different characters.
func different(text []rune) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}

// isRun tells a text that is one piece again and again, or characters each next to the one before: "abcabcabcabc", "123456789012".
func isRun(text []rune) bool {
	for piece := 1; piece <= len(text)/2; piece++ {
		if slices.Equal(text[piece:], text[:len(text)-piece]) {
			return true
		}
	}
	near := 0
	for i := 1; i < len(text); i++ {
		if d := text[i] - text[i-1]; d >= -1 && d <= 1 {
			near++
		}
	}
	return near >= len(text)-3
}
