package secret

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// proof is what a check found out about a value.
type proof int

const (
	// broken: the provider cannot have made this value.
	broken proof = iota
	// shaped: the value looks as the provider's values do.
	shaped
	// proven: redundancy inside the value (a checksum, a decodable part) fits, which does not happen by chance.
	proven
)

// check is one test of structure. Its docstring, at the function named in test, says which public source it follows.
type check struct {
	name string
	// test judges a whole value and reads out what it holds.
	test func(value string) (proof, []finding.Fact)
	// prefix is what a sample starts with where none is asked for.
	prefix string
	// sample makes the rest of a valid value after prefix, at random.
	sample func(prefix string, r *rand.Rand) string
}

// checks are sorted by name.
var checks = []check{
	{"age", testAge, "AGE-SECRET-KEY-1", sampleAge},
	{"anthropic", testAnthropic, "sk-ant-api03-", sampleAnthropic},
	{"atlassian-crc32", testAtlassian, "ATATT3xFfGF0", sampleAtlassian},
	{"aws-key-id", testAWSKeyID, "AKIA", sampleAWSKeyID},
	{"aws-secret-key", testAWSSecretKey, "", sampleAWSSecretKey},
	{"azure-ad-secret", testAzureSecret, "", sampleAzureSecret},
	{"azure-storage-key", testAzureStorageKey, "", sampleAzureStorageKey},
	{"base58check", testBase58Check, "", sampleBase58Check},
	{"bech32", testBech32, "nsec1", sampleBech32},
	{"databricks", testDatabricks, "dapi", sampleDatabricks},
	{"discord", testDiscord, "", sampleDiscord},
	{"gcp-service-account", testServiceAccount, "", sampleServiceAccount},
	{"github-crc32", testGitHub, "ghp_", sampleGitHub},
	{"github-fine-grained", testGitHubFineGrained, "github_pat_", sampleGitHubFineGrained},
	{"gitlab-crc32", testGitLab, "glpat-", sampleGitLab},
	{"google-api-key", testGoogleAPIKey, "AIza", sampleGoogleAPIKey},
	{"grafana-crc32", testGrafana, "glsa_", sampleGrafana},
	{"jfrog-reference", testJFrogReference, "", sampleJFrogReference},
	{"jwt", testJWT, "", sampleJWT},
	{"mailgun", testMailgun, "key-", sampleMailgun},
	{"mapbox", testMapbox, "sk.", sampleMapbox},
	{"nats-nkey", testNKey, "SU", sampleNKey},
	{"npm-crc32", testNPM, "npm_", sampleNPM},
	{"onepassword-service-account", testOnePassword, "ops_", sampleOnePassword},
	{"openai", testOpenAI, "sk-", sampleOpenAI},
	{"pypi", testPyPI, "pypi-", samplePyPI},
	{"sendgrid", testSendGrid, "SG.", sampleSendGrid},
	{"sentry-org", testSentry, "sntrys_", sampleSentry},
	{"shopify", testShopify, "shpat_", sampleShopify},
	{"slack-token", testSlackToken, "xoxb-", sampleSlackToken},
	{"slack-webhook", testSlackWebhook, "https://hooks.slack.com/services/", sampleSlackWebhook},
	{"square", testSquare, "sq0atp-", sampleSquare},
	{"stripe", testStripe, "sk_live_", sampleStripe},
	{"telegram", testTelegram, "", sampleTelegram},
	{"terraform-cloud", testTerraformCloud, "", sampleTerraformCloud},
	{"twilio", testTwilio, "SK", sampleTwilio},
	{"vault", testVault, "hvs.", sampleVault},
}

// Checks lists the names a rule may give as its check, sorted.
func Checks() []string {
	names := make([]string, len(checks))
	for i, c := range checks {
		names[i] = c.name
	}
	return names
}

// Sample makes a random value that passes the named check: one no provider ever issued, for rule cases and tests.
// An empty prefix means the check's usual one. The same r gives the same value. It errs on an unknown check
// and on a prefix with which no value passes.
func Sample(name, prefix string, r *rand.Rand) (string, error) {
	c, ok := checkNamed(name)
	if !ok {
		return "", fmt.Errorf("check %q: want one of %s", name, strings.Join(Checks(), ", "))
	}
	if prefix == "" {
		prefix = c.prefix
	}
	value := c.sample(prefix, r)
	if p, _ := c.test(value); p == broken {
		return "", fmt.Errorf("check %q: no value starts with %q", name, prefix)
	}
	return value, nil
}

func checkNamed(name string) (check, bool) {
	i, ok := slices.BinarySearchFunc(checks, name, func(c check, name string) int { return strings.Compare(c.name, name) })
	if !ok {
		return check{}, false
	}
	return checks[i], true
}
