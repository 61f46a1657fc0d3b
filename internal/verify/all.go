package verify

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

// Count says what came of asking about many findings.
type Count struct {
	// Secrets counts distinct secrets; Live, Dead and Unknown count findings.
	Secrets, Live, Dead, Unknown int
}

// verifiedFact is the fact that holds the state.
const verifiedFact = "verified"

// VerifyAll asks about every finding whose rule has a verifier (ruleVerifier gives its name, "" for none) and writes the answers
// into the findings: the fact "verified" (live, dead, unknown), what the provider said about the account, and a reason. A live
// secret makes its finding certain, a dead one tentative. Each distinct secret is asked about once. It blocks until all
// answers are there or ctx ends; what was not asked by then is unknown.
func (v *Verifier) VerifyAll(ctx context.Context, findings []finding.Finding, ruleVerifier func(ruleID string) string) Count {
	questions := questionsOf(findings, v.opt.Around, ruleVerifier)
	var wg sync.WaitGroup
	next := make(chan *question)
	for range min(v.opt.Concurrency, len(questions)) {
		wg.Go(func() {
			for q := range next {
				q.answer = v.Verify(ctx, q.verifier, q.secret)
			}
		})
	}
	for _, q := range questions {
		next <- q
	}
	close(next)
	wg.Wait()
	v.client.CloseIdleConnections()
	count := Count{Secrets: len(questions)}
	for _, q := range questions {
		for _, i := range q.findings {
			write(&findings[i], q.answer)
			count.add(q.answer.State)
		}
	}
	return count
}

func (c *Count) add(s State) {
	switch s {
	case Live:
		c.Live++
	case Dead:
		c.Dead++
	default:
		c.Unknown++
	}
}

// question is one secret to ask about, for all findings that hold it.
type question struct {
	verifier string
	secret   Secret
	findings []int
	answer   Answer
}

// questionsOf groups findings by what would be sent, in the order of the findings.
func questionsOf(findings []finding.Finding, text func(finding.Finding) string, ruleVerifier func(string) string) []*question {
	around := newSurroundings(findings, text)
	known := map[[sha256.Size]byte]*question{}
	var questions []*question
	for i := range findings {
		name := ruleVerifier(findings[i].Rule)
		if name == "" {
			continue
		}
		e, _ := lookup(name) // an unknown name is answered by Verify
		secret := around.assemble(e, i)
		key := secret.identity(name)
		q := known[key]
		if q == nil {
			q = &question{verifier: name, secret: secret}
			known[key] = q
			questions = append(questions, q)
		}
		q.findings = append(q.findings, i)
	}
	return questions
}

// identity is equal for secrets about which the same would be asked.
func (s Secret) identity(verifier string) [sha256.Size]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q", verifier, s.guessed, s.Value.Reveal())
	for _, name := range sortedKeys(s.With) {
		fmt.Fprintf(h, " %q %q", name, s.With[name].Reveal())
	}
	return [sha256.Size]byte(h.Sum(nil))
}

const deadSuffix = " (revoked or expired)"

// write puts an answer into a finding. Writing the same answer twice changes nothing more.
func write(f *finding.Finding, a Answer) {
	f.Facts, f.Reasons = slices.Clone(f.Facts), slices.Clone(f.Reasons) // findings may share them
	setFact(f, verifiedFact, a.State.String())
	for _, fact := range a.Facts {
		setFact(f, fact.Name, fact.Value)
	}
	reason := "verified: " + a.Why
	switch a.State {
	case Live:
		f.Confidence = finding.Certain
	case Dead:
		f.Confidence = finding.Tentative
		if !strings.HasSuffix(f.Message, deadSuffix) {
			f.Message += deadSuffix
		}
	default:
		reason = "not verified: " + a.Why
	}
	if !slices.Contains(f.Reasons, reason) {
		f.Reasons = append(f.Reasons, reason)
	}
}

func setFact(f *finding.Finding, name, value string) {
	for i := range f.Facts {
		if f.Facts[i].Name == name {
			f.Facts[i].Value = value
			return
		}
	}
	f.Facts = append(f.Facts, finding.Fact{Name: name, Value: value})
}
