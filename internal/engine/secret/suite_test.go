package secret_test

import (
	"math/rand/v2"
	"testing"

	"github.com/reevehq/reeve/internal/engine/enginetest"
	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/rules"
)

func TestSuite(t *testing.T) {
	e, err := secret.New(rules.Of(secret.Name), secret.Options{Key: finding.Key("k")})
	if err != nil {
		t.Fatal(err)
	}
	token, err := secret.Sample("github-crc32", "ghp_", rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Run(t, e, []byte("import os\n\nTOKEN = \""+token+"\"\ndb_password = \""+"vK7#pq"+"Lw9zTr"+"\"\n"))
}
