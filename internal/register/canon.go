package register

import (
	"cmp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/finding"
)

// canon gives flaws one name and what the world knows about them. It may be used by several goroutines.
type canon struct {
	db *advisory.DB

	mu    sync.Mutex
	known map[string]named
}

// named is what is known about one id.
type named struct {
	name   string
	threat finding.Threat
}

// maxNamed bounds what is remembered.
const maxNamed = 100_000

func newCanon(db *advisory.DB) *canon { return &canon{db: db, known: map[string]named{}} }

// name is the one name of a flaw: the CVE that the advisory database says it is an alias of, where there is one and no second.
func (c *canon) name(id string) string {
	if c.db == nil {
		return id
	}
	return c.of(id).name
}

func (c *canon) of(id string) named {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, ok := c.known[id]
	if ok {
		return n
	}
	n.name = c.closure(id)
	n.threat = c.db.Threat(n.name)
	if len(c.known) < maxNamed {
		c.known[id] = n
	}
	return n
}

// closure asks the database. Two CVEs are two flaws: a name that is an alias of both stays itself.
func (c *canon) closure(id string) string {
	if strings.HasPrefix(id, "CVE-") {
		return id
	}
	flaw, ok := c.db.Flaw(id)
	if !ok {
		return id
	}
	name := ""
	for _, alias := range append([]string{flaw.ID}, flaw.Aliases...) {
		if strings.HasPrefix(alias, "CVE-") && alias != name {
			if name != "" {
				return id
			}
			name = alias
		}
	}
	return cmp.Or(name, id)
}

// enrich adds what the world knows about a flaw. Scores of exploitation are the database's, a severity is the report's where it has one.
func (c *canon) enrich(f *finding.Finding) {
	if c.db == nil || !isFlaw(f) {
		return
	}
	threat := c.of(f.Rule).threat
	if f.Threat == nil {
		f.Threat = &finding.Threat{}
	}
	own := f.Threat
	if len(own.CVSS) == 0 && own.Score == nil {
		own.CVSS, own.Score = threat.CVSS, threat.Score
	}
	if threat.EPSS != nil {
		own.EPSS = threat.EPSS
	}
	if threat.KEV != nil {
		own.KEV = threat.KEV
	}
	own.Exploit, own.Automatable = cmp.Or(threat.Exploit, own.Exploit), cmp.Or(threat.Automatable, own.Automatable)
	own.TechnicalImpact = cmp.Or(threat.TechnicalImpact, own.TechnicalImpact)
}
