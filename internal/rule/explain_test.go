package rule

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExplain(t *testing.T) {
	r, err := Load(folderOf(with("opens: The shop.\nrevoke: Ask.\n")), "secret", "acme-token")
	if err != nil {
		t.Fatal(err)
	}
	cases, err := Cases([]byte("-- bad/a.py --\nA = \"{{token crc acme_}}{{hex 4}}\"  # want: acme-token\n```\nk = \"{{b64of x{{hex 3}}}}\"\n{{pem rsa}}\n-- good/a.py --\nA = env\n-- good/b.py --\nx\n"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "# Acme token in the open\n\n| | |\n|---|---|\n| Rule | `acme-token` |\n| Engine | secret |\n| Severity | high |\n| Confidence | medium |\n" +
		"| CWE | [CWE-798](https://cwe.mitre.org/data/definitions/798.html), [CWE-540](https://cwe.mitre.org/data/definitions/540.html) |\n" +
		"| Since | 0.1.0 |\n| Stage | stable |\n\n## Why\n\nWhoever holds it orders anvils.\n\n" +
		"## Avoid\n\n`a.py`\n\n````py\nA = \"acme_********\"\n```\nk = \"****\"\n**** (a private key, rsa)\n````\n\n" +
		"## Prefer\n\n`a.py`\n\n```py\nA = env\n```\n\n## Fix\n\nRevoke it.\n\n## What it opens\n\nThe shop.\n\n## Revoke\n\nAsk.\n\n" +
		"## References\n\n- <https://acme.example/docs>\n"
	if diff := cmp.Diff(want, Explain(r, cases)); diff != "" {
		t.Error(diff)
	}
}
