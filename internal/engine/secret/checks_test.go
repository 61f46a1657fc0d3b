package secret

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestChecks_sortedSoTheyCanBeSearched(t *testing.T) {
	if names := Checks(); !slices.IsSorted(names) {
		t.Errorf("not sorted: %q", names)
	}
}

func TestSample_alwaysPassesItsCheck(t *testing.T) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			for range 200 {
				value, err := Sample(c.name, "", r)
				if err != nil {
					t.Fatal(err)
				}
				if p, _ := c.test(value); p == broken {
					t.Fatalf("a sample fails its own check: %q", value)
				}
				if !strings.HasPrefix(value, c.prefix) {
					t.Fatalf("%q does not start with %q", value, c.prefix)
				}
			}
		})
	}
}

func TestSample_prefixOfItsKind(t *testing.T) {
	for _, c := range []struct{ check, prefix string }{
		{"github-crc32", "ghs_"}, {"gitlab-crc32", "glrt-t1_"}, {"aws-key-id", "ASIA"}, {"slack-token", "xapp-"}, {"slack-token", "xoxp-"},
		{"stripe", "rk_live_"}, {"vault", "hvb."}, {"vault", "s."}, {"square", "EAAA"}, {"square", "sq0csp-"}, {"openai", "sk-proj-"},
		{"anthropic", "sk-ant-admin01-"}, {"twilio", "AC"}, {"nats-nkey", "SO"}, {"mapbox", "pk."},
	} {
		value, err := Sample(c.check, c.prefix, rand.New(rand.NewPCG(3, 4)))
		if err != nil || !strings.HasPrefix(value, c.prefix) {
			t.Errorf("Sample(%q, %q) = %q, %v", c.check, c.prefix, value, err)
		}
	}
}

func TestSample_refusesWhatItCannotMake(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	if _, err := Sample("github-crc23", "", r); err == nil || !strings.Contains(err.Error(), "github-crc32") {
		t.Errorf("an unknown check should name the known ones, got %v", err)
	}
	if _, err := Sample("npm-crc32", "mpn_", r); err == nil {
		t.Error("a prefix that cannot pass was accepted")
	}
}

func TestCheck_oneFlippedCharacterFails(t *testing.T) {
	alphabets := map[string]string{
		"github-crc32": alphabet62, "npm-crc32": alphabet62, "gitlab-crc32": alphabet36, "grafana-crc32": hexLower, "atlassian-crc32": digits + "ABCDEF",
		"age": strings.ToUpper(bech32Digits), "bech32": bech32Digits, "base58check": alphabet58,
	}
	for name, alphabet := range alphabets {
		t.Run(name, func(t *testing.T) {
			c, _ := checkNamed(name)
			r := rand.New(rand.NewPCG(5, 6))
			for range 300 {
				value, err := Sample(name, "", r)
				if err != nil {
					t.Fatal(err)
				}
				at := len(value) - 1 - r.IntN(6)
				other := alphabet[r.IntN(len(alphabet))]
				if other == value[at] {
					continue
				}
				bad := value[:at] + string(other) + value[at+1:]
				if p, _ := c.test(bad); p != broken {
					t.Fatalf("%q passes, though it is %q with one character changed", bad, value)
				}
			}
		})
	}
}

func TestCheck_facts(t *testing.T) {
	// The account of a key is what AWS publishes it to be: bits 1 to 40 after the prefix.
	_, facts := testAWSKeyID("ASIA" + "Y34FZKBOKMUTVV7A")
	if len(facts) != 1 || facts[0].Value != "609629065308" {
		t.Errorf("account: %v", facts)
	}
	r := rand.New(rand.NewPCG(7, 8))
	value, err := Sample("gitlab-crc32", "", r)
	if err != nil {
		t.Fatal(err)
	}
	if p, facts := testGitLab(value); p != proven || len(facts) != 2 || facts[0].Name != "organisation" || facts[0].Value != "1" {
		t.Errorf("routing fields: %v %v", p, facts)
	}
	value, _ = Sample("jwt", "", r)
	if _, facts := testJWT(value); len(facts) != 4 || facts[3].Name != "expires" {
		t.Errorf("claims: %v", facts)
	}
}

func TestCheck_publicExamplesOfTheirMakers(t *testing.T) {
	// Values that were published, long revoked, to show the scheme; split so that no scanner takes them for live ones.
	for _, c := range []struct{ check, value string }{
		{"github-crc32", "ghp_" + "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + "0mLq17"},
		{"npm-crc32", "npm_" + "qkJaB6MffYVzZXWqmcoF49yrUxP3wf" + "0LsakP"},
		{"grafana-crc32", "glsa_" + "18jsK51ALMvwoM7wnaevzGKSLp6UOsTm" + "_07394f66"},
		{"age", "AGE-SECRET-KEY-1" + "GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"},
		{"base58check", "5HueCGU8rMjxEXxiPuD5BDku4MkF" + "qeZyd4dZ1jvhTVqvbTLvyTJ"},
	} {
		known, _ := checkNamed(c.check)
		if p, _ := known.test(c.value); p != proven {
			t.Errorf("%s: the published example is not proven", c.check)
		}
	}
}

func FuzzChecks(f *testing.F) {
	r := rand.New(rand.NewPCG(9, 9))
	for i, c := range checks {
		f.Add(uint8(i), c.sample(c.prefix, r))
	}
	f.Fuzz(func(t *testing.T, which uint8, value string) {
		c := checks[int(which)%len(checks)]
		p, facts := c.test(value)
		again, _ := c.test(value)
		if p != again {
			t.Fatal("not deterministic")
		}
		for _, fact := range facts {
			if fact.Name == "" || len(fact.Value) > 120 {
				t.Fatalf("fact %q of %d bytes", fact.Name, len(fact.Value))
			}
		}
	})
}
