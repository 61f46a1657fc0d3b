package sca

import (
	"errors"
	"strings"
	"sync"

	"github.com/github/go-spdx/v2/spdxexp"
	"github.com/github/go-spdx/v2/spdxexp/spdxlicenses"
)

// answer is what can be said of a licence.
type answer int

const (
	unsure answer = iota
	no
	yes
)

const (
	// maxLicence is the longest expression that is read, in bytes, maxNesting how deep its parentheses may go.
	maxLicence = 4096
	maxNesting = 50
)

var errExpression = errors.New("it is no licence expression")

// licenceReader reads one expression (SPDX, annex D) and answers for it as it goes: OR lets one choose, AND needs all. So it takes
// time in proportion to the text, whatever the text is.
type licenceReader struct {
	tokens []string
	one    func(licence string) answer
	depth  int
}

// judge answers for an expression, one licence after the other. Words that are no expression are judged as one licence.
func judge(expression string, one func(licence string) answer) answer {
	expression = strings.TrimSpace(expression)
	if expression == "" || len(expression) > maxLicence {
		return unsure
	}
	if licence, ok := canonical(expression); ok {
		return one(licence)
	}
	r := licenceReader{tokens: licenceTokens(expression), one: one}
	a, err := r.choice()
	if err != nil || len(r.tokens) > 0 {
		return unsure
	}
	return a
}

var licenceMarks = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer("(", " ( ", ")", " ) ", "/", " OR ", "||", " OR ", "|", " OR ")
})

// licenceTokens splits an expression into parentheses, operators and the words between them. A slash is an older form of OR.
func licenceTokens(expression string) []string {
	spaced := licenceMarks().Replace(expression)
	var out []string
	var words []string
	end := func() {
		if len(words) > 0 {
			out = append(out, strings.Join(words, " "))
			words = nil
		}
	}
	for word := range strings.FieldsSeq(spaced) {
		switch up := strings.ToUpper(word); up {
		case "(", ")", "AND", "OR":
			end()
			out = append(out, up)
		default:
			words = append(words, word)
		}
	}
	end()
	return out
}

func (r *licenceReader) next(token string) bool {
	if len(r.tokens) > 0 && r.tokens[0] == token {
		r.tokens = r.tokens[1:]
		return true
	}
	return false
}

// choice reads alternatives: one that is good is enough.
func (r *licenceReader) choice() (answer, error) {
	a, err := r.all()
	for err == nil && r.next("OR") {
		var b answer
		b, err = r.all()
		switch {
		case a == yes || b == yes:
			a = yes
		case a == unsure || b == unsure:
			a = unsure
		}
	}
	return a, err
}

// all reads licences that hold together: one that is bad spoils them.
func (r *licenceReader) all() (answer, error) {
	a, err := r.unit()
	for err == nil && r.next("AND") {
		var b answer
		b, err = r.unit()
		switch {
		case a == no || b == no:
			a = no
		case a == unsure || b == unsure:
			a = unsure
		}
	}
	return a, err
}

func (r *licenceReader) unit() (answer, error) {
	if r.next("(") {
		if r.depth++; r.depth > maxNesting {
			return unsure, errExpression
		}
		a, err := r.choice()
		if err == nil && !r.next(")") {
			err = errExpression
		}
		r.depth--
		return a, err
	}
	if len(r.tokens) == 0 || r.tokens[0] == ")" || r.tokens[0] == "AND" || r.tokens[0] == "OR" {
		return unsure, errExpression
	}
	words := r.tokens[0]
	r.tokens = r.tokens[1:]
	if licence, ok := canonical(words); ok {
		return r.one(licence), nil
	}
	return r.one(words), nil
}

// canonical gives a single licence, with its exception, as SPDX writes it; ok is false for what is none.
func canonical(words string) (licence string, ok bool) {
	if isLicence(words) {
		return words, true
	}
	if licence := licenceCalled(words); licence != "" {
		return licence, true
	}
	return "", false
}

// isLicence tells of an SPDX identifier, with "+" or an exception or without.
func isLicence(words string) bool {
	base, exception := withoutException(words)
	if exception != "" {
		if ok, _ := spdxlicenses.IsException(exception); !ok {
			return false
		}
	}
	for _, id := range []string{base, strings.TrimSuffix(base, "+")} {
		active, _ := spdxlicenses.IsActiveLicense(id)
		if deprecated, _ := spdxlicenses.IsDeprecatedLicense(id); active || deprecated {
			return true
		}
	}
	return false
}

// withoutException splits the exception off a licence.
func withoutException(licence string) (base, exception string) {
	fields := strings.Fields(licence)
	if len(fields) == 3 && strings.EqualFold(fields[1], "WITH") {
		return fields[0], fields[2]
	}
	return strings.TrimSpace(licence), ""
}

// orLater tells of a licence that lets one choose a later version of it.
func orLater(licence string) bool {
	return strings.HasSuffix(licence, "+") || strings.HasSuffix(strings.ToLower(licence), "-or-later")
}

// family is a licence in one version, whether or not later ones may be chosen.
func family(licence string) string {
	licence = strings.TrimSuffix(strings.ToLower(licence), "+")
	return strings.TrimSuffix(strings.TrimSuffix(licence, "-only"), "-or-later")
}

// isAllowed answers whether a licence is on a list of allowed ones. An exception only adds to what one may do, so what is allowed
// without it is allowed with it.
func isAllowed(licence string, allowed []string) answer {
	base, exception := withoutException(licence)
	known := isLicence(base)
	for _, entry := range allowed {
		if strings.EqualFold(strings.Join(strings.Fields(entry), " "), licence) || strings.EqualFold(entry, base) {
			return yes
		}
		if _, with := withoutException(entry); with != "" || !known || !isLicence(entry) {
			continue
		}
		if ok, err := spdxexp.Satisfies(base, []string{entry}); ok && err == nil {
			return yes
		}
	}
	if !known || exception != "" && !isLicence(licence) {
		return unsure
	}
	return no
}

// isDenied answers whether a licence is on a list of denied ones; whatever its form says of later versions, its own version counts.
// Denied without an exception is denied with it, unless the list of the allowed names that.
func isDenied(licence string, denied, allowed []string) bool {
	base, exception := withoutException(licence)
	if exception != "" {
		for _, entry := range allowed {
			if strings.EqualFold(strings.Join(strings.Fields(entry), " "), licence) {
				return false
			}
		}
	}
	for _, entry := range denied {
		plain, with := withoutException(entry)
		switch {
		case with != "":
			if strings.EqualFold(with, exception) && family(plain) == family(base) {
				return true
			}
		case family(plain) == family(base):
			return true
		case orLater(plain) && !orLater(base) && isLicence(base) && isLicence(plain):
			if ok, err := spdxexp.Satisfies(base, []string{plain}); ok && err == nil {
				return true
			}
		}
	}
	return false
}
