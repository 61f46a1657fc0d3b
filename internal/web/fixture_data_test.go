package web

// flaw is a known vulnerability of the fixture, with what the world says about it.
type flaw struct {
	id, title, purl, ecosystem, name, version, fixed string
	severity, vector                                 string
	score, epss                                      float64
	kev, ransomware                                  bool
	exploit, why, symbol                             string
}

var flaws = []flaw{
	{"CVE-2021-44228", "Log4Shell: remote code execution through log messages", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "Maven", "org.apache.logging.log4j:log4j-core", "2.14.1", "2.17.1", "critical", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10, .944, true, true, "active", "Log4j looks up `${jndi:…}` in whatever is logged, so **any text from outside** that is logged runs code.", "JndiLookup.lookup"},
	{"CVE-2022-22965", "Spring4Shell: data binding reaches the class loader", "pkg:maven/org.springframework/spring-beans@5.3.9", "Maven", "org.springframework:spring-beans", "5.3.9", "5.3.18", "critical", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, .974, true, false, "active", "A request parameter can set properties of the class loader and write a file that the server then runs.", "CachedIntrospectionResults"},
	{"CVE-2023-44487", "HTTP/2 rapid reset exhausts the server", "pkg:golang/golang.org/x/net@v0.10.0", "Go", "golang.org/x/net", "v0.10.0", "v0.17.0", "high", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5, .812, true, false, "active", "Streams that are opened and reset at once cost the server and not the client.", "http2.Server.ServeConn"},
	{"CVE-2019-10744", "Prototype pollution in defaultsDeep", "pkg:npm/lodash@4.17.11", "npm", "lodash", "4.17.11", "4.17.12", "critical", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H", 9.1, .021, false, false, "poc", "`defaultsDeep` lets an object from outside change the prototype of all objects.", "defaultsDeep"},
	{"CVE-2021-23337", "Command injection through template", "pkg:npm/lodash@4.17.11", "npm", "lodash", "4.17.11", "4.17.21", "high", "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H", 7.2, .008, false, false, "poc", "The `variable` option of `template` becomes code.", "template"},
	{"CVE-2022-25883", "Regular expression takes exponential time on a version range", "pkg:npm/semver@7.3.5", "npm", "semver", "7.3.5", "7.5.2", "medium", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L", 5.3, .004, false, false, "", "A long range of blanks makes `new Range` stand still.", "Range"},
	{"CVE-2023-45133", "Code runs while hostile code is compiled", "pkg:npm/%40babel/traverse@7.20.1", "npm", "@babel/traverse", "7.20.1", "7.23.2", "critical", "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 9.3, .001, false, false, "", "`path.evaluate` runs parts of the code that is being compiled.", "path.evaluate"},
	{"CVE-2023-37920", "A root certificate that is no longer trusted", "pkg:pypi/certifi@2022.12.7", "PyPI", "certifi", "2022.12.7", "2023.7.22", "critical", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N", 9.1, .002, false, false, "", "e-Tugra's roots are still in the bundle.", ""},
	{"CVE-2024-35195", "Certificate checks stay off for a session", "pkg:pypi/requests@2.28.1", "PyPI", "requests", "2.28.1", "2.32.0", "medium", "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:H/I:H/A:N", 5.6, .001, false, false, "", "After one call with `verify=False` later calls to the same host are not checked either.", "Session.send"},
	{"CVE-2023-30861", "Session cookie of one user is sent to another", "pkg:pypi/flask@2.2.2", "PyPI", "flask", "2.2.2", "2.2.5", "high", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, .009, false, false, "poc", "A proxy may keep an answer with `Set-Cookie` and give it to somebody else.", "SecureCookieSessionInterface"},
	{"CVE-2024-34069", "Debugger runs code of a visiting page", "pkg:pypi/werkzeug@2.2.2", "PyPI", "werkzeug", "2.2.2", "3.0.3", "high", "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H", 7.5, .003, false, false, "", "The debugger accepts requests from other origins.", "DebuggedApplication"},
	{"CVE-2023-4863", "Heap overflow in the decoder of WebP pictures", "pkg:deb/debian/libwebp7@1.2.4-0.2", "Debian:12", "libwebp", "1.2.4-0.2", "1.2.4-0.2+deb12u1", "high", "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 8.8, .936, true, false, "active", "A picture writes beyond its Huffman table.", "BuildHuffmanTable"},
	{"CVE-2024-6387", "regreSSHion: a race in the signal handler of sshd", "pkg:deb/debian/openssh-server@1:9.2p1-2", "Debian:12", "openssh", "1:9.2p1-2", "1:9.2p1-2+deb12u3", "high", "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", 8.1, .471, false, false, "poc", "Whoever does not sign in within two minutes can win a race in the handler.", ""},
	{"CVE-2022-0778", "Parsing a certificate never ends", "pkg:deb/debian/openssl@1.1.1k-1", "Debian:11", "openssl", "1.1.1k-1", "1.1.1n-0", "high", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5, .064, false, false, "poc", "`BN_mod_sqrt` loops on a modulus that is no prime.", "BN_mod_sqrt"},
	{"CVE-2024-24790", "IPv4-mapped addresses are not taken for private ones", "pkg:golang/stdlib@v1.21.5", "Go", "stdlib", "v1.21.5", "v1.21.11", "critical", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, .002, false, false, "", "`IsPrivate` and its kin say no to `::ffff:10.0.0.1`.", "netip.Addr.IsPrivate"},
	{"CVE-2023-39325", "HTTP/2 rapid reset in the standard library", "pkg:golang/stdlib@v1.21.0", "Go", "stdlib", "v1.21.0", "v1.21.3", "high", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5, .019, false, false, "", "As CVE-2023-44487, in net/http.", "http.Server.Serve"},
}

// fault is a kind of fault that a tool of the fixture finds in code, settings or running systems.
type fault struct {
	class, tool, rule, title, severity string
	message, why, fix, path, code      string
	cwe                                int
}

var faults = []fault{
	{"sast", "Semgrep", "python.django.security.sql-injection-extra", "SQL built from request data", "critical", "User input in `order` reaches a raw SQL query.", "Whoever sends the request decides what the database does.\n\n- read any table\n- change or delete rows\n\nA parameter is data, text in a query is *code*.", "Pass values as parameters:\n\n```\ncursor.execute(\"… WHERE id = %s\", [order])\n```", "src/orders/views.py", "    cursor.execute(\"SELECT * FROM orders WHERE id = \" + request.GET[\"order\"])", 89},
	{"sast", "Semgrep", "javascript.express.security.ssrf", "The server fetches an address that a visitor names", "high", "`req.query.url` is fetched without a check.", "The server stands inside: it reaches metadata services and databases that a visitor does not.", "Allow a fixed list of hosts, and resolve the name before connecting.", "src/proxy/fetch.js", "  const answer = await fetch(req.query.url)", 918},
	{"sast", "CodeQL", "java/unsafe-deserialization", "Data from outside is deserialised", "critical", "`readObject` gets the body of the request.", "Deserialising makes objects of any class on the class path, and some of them run code.", "Use a format that holds data only, such as JSON.", "src/main/java/shop/cart/CartStore.java", "        return (Cart) new ObjectInputStream(body).readObject();", 502},
	{"sast", "CodeQL", "js/xss", "Text from a visitor becomes markup", "high", "`innerHTML` is set to a value of the address.", "A link can then act in the name of whoever opens it.", "Set `textContent`, or let the template escape.", "web/src/search.ts", "  title.innerHTML = `Results for ${params.get(\"q\")}`;", 79},
	{"sast", "gosec", "G304", "A path from outside opens a file", "medium", "The name of the file comes from a parameter.", "With `../` a visitor reads any file that the program can.", "Use os.Root, which keeps inside a folder.", "internal/files/download.go", "	f, err := os.Open(filepath.Join(base, name))", 22},
	{"sast", "gosec", "G401", "MD5 protects nothing", "low", "MD5 is used to compare files.", "Two different files with one MD5 take seconds to make.", "Use SHA-256.", "internal/cache/key.go", "	sum := md5.Sum(data)", 327},
	{"sast", "Bandit", "B602", "A shell runs text that was put together", "high", "`subprocess` with `shell=True` runs a text that holds a parameter.", "A semicolon in the parameter starts another program.", "Give a list of arguments and no shell.", "scripts/export.py", "subprocess.call(\"tar czf \" + name + \" data/\", shell=True)", 78},
	{"sast", "Bandit", "B105", "A password stands in the code", "low", "A literal is assigned to `password`.", "Whoever reads the code can sign in.", "Read it from the environment.", "tests/conftest.py", "connect(user, •••••••••)", 798},
	{"secret", "Gitleaks", "aws-access-token", "AWS access key in a file", "critical", "An AWS access key stands in a file.", "It signs requests to AWS in the name of its account.", "Make the key useless first, then take it out of the file.", "deploy/terraform.tfvars", "region_key = ••••••••••••", 798},
	{"secret", "Gitleaks", "private-key", "Private key in a file", "high", "A private key stands in a file.", "Whoever has it can be the server.", "Make a new key and revoke the old one's certificate.", "certs/staging.pem", "(27 lines of a key, masked)", 798},
	{"secret", "TruffleHog", "Slack", "Slack webhook in a file", "medium", "An address that posts to a channel stands in a file.", "Anybody can write to the channel as the app.", "Make a new one in Slack.", "ci/notify.sh", "curl -d @msg $(cat hook)", 798},
	{"iac", "Checkov", "CKV_K8S_23", "Container may run as root", "medium", "The pod does not say that it must not run as root.", "A way out of the container ends as root of the host.", "Set `runAsNonRoot: true`.", "deploy/api.yaml", "      securityContext: {}", 250},
	{"iac", "Checkov", "CKV_AWS_20", "Bucket can be read by everybody", "high", "The ACL is public-read.", "All objects can be listed and read without an account.", "Take the ACL away and block public access.", "infra/storage.tf", "  acl = \"public-read\"", 732},
	{"iac", "KICS", "unrestricted-ssh", "SSH is open to the whole internet", "high", "Port 22 is allowed from 0.0.0.0/0.", "Every machine in the world may try to sign in.", "Allow the addresses of your own network only.", "infra/network.tf", "  cidr_blocks = [\"0.0.0.0/0\"]", 284},
	{"iac", "Hadolint", "DL3018", "Packages of the image have no version", "low", "`apk add` without versions.", "The same file builds another image tomorrow.", "Name the versions.", "Dockerfile", "RUN apk add curl bash", 0},
	{"pipeline", "reeve", "workflow-runs-pull-request-code", "Workflow runs code of a pull request with secrets", "high", "`pull_request_target` checks out the head of the pull request.", "Anybody who opens a pull request gets the secrets.", "Use `pull_request`, which has none.", ".github/workflows/preview.yml", "on: pull_request_target", 829},
	{"dast", "OWASP ZAP", "10038", "No content security policy", "medium", "The page sends no Content-Security-Policy.", "Injected scripts run without a second barrier.", "Send a policy that names where scripts may come from.", "https://shop.example/checkout", "", 693},
	{"dast", "OWASP ZAP", "40012", "A parameter comes back as markup", "high", "The parameter `q` is shown as it is.", "A link can act in the name of whoever opens it.", "Escape what is shown.", "https://shop.example/search", "", 79},
	{"cloud", "Prowler", "iam_root_mfa_enabled", "The root account has no second factor", "critical", "The root account signs in with a password only.", "Whoever has the password has everything.", "Turn on a hardware key for root.", "arn:aws:iam::123456789012:root", "", 308},
	{"cloud", "Prowler", "rds_instance_storage_encrypted", "Database is not encrypted at rest", "medium", "The instance `orders` is not encrypted.", "A copy of the disk can be read.", "Restore a snapshot into an encrypted instance.", "arn:aws:rds:eu-central-1:123456789012:db:orders", "", 311},
}

// place is an asset of the fixture with what runs there.
type place struct {
	kind, name, team, criticality string
	internet, environment         string
	data                          []string
	flaws                         []int // by index
	faults                        []int
	copies                        int // how often each fault is found
}

var placesOfFixture = []place{
	{"repository", "shop/storefront", "storefront", "high", "open", "production", []string{"personal"}, []int{3, 4, 5, 6}, []int{1, 3, 11, 14, 16, 17}, 4},
	{"repository", "shop/checkout", "payments", "critical", "open", "production", []string{"card", "personal"}, []int{0, 1}, []int{2, 8, 11, 12}, 4},
	{"repository", "shop/orders", "payments", "high", "authenticated", "production", []string{"personal"}, []int{7, 8, 9, 10}, []int{0, 6, 7, 11}, 5},
	{"repository", "shop/search", "storefront", "medium", "open", "production", nil, []int{2, 15}, []int{4, 5, 14}, 5},
	{"repository", "platform/gateway", "platform", "critical", "open", "production", []string{"credentials"}, []int{2, 14, 15}, []int{4, 13, 15}, 4},
	{"repository", "platform/infra", "platform", "high", "no", "production", nil, nil, []int{12, 13, 9, 11}, 6},
	{"repository", "data/exports", "data", "medium", "no", "staging", []string{"personal", "health"}, []int{7, 8, 10}, []int{6, 7, 10}, 5},
	{"repository", "data/reports", "data", "low", "no", "development", nil, []int{3, 5, 8}, []int{3, 7}, 4},
	{"image", "registry.example/shop/checkout:2.41", "payments", "critical", "open", "production", []string{"card"}, []int{0, 12, 13, 11}, nil, 1},
	{"image", "registry.example/platform/edge:7.3", "platform", "high", "open", "production", nil, []int{11, 12, 13}, []int{14}, 2},
	{"url", "https://shop.example", "storefront", "high", "open", "production", []string{"personal"}, nil, []int{16, 17}, 6},
	{"account", "aws:123456789012", "", "critical", "", "production", nil, nil, []int{18, 19}, 5},
}
