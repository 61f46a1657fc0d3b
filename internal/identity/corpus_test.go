package identity

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

// A corpus is what one tool sees: findings whose true identity is known, made from a model of the asset. Mutations change the model; the findings
// are rendered anew, as a tool would see them.
type corpus struct {
	files     []*source
	projects  []*project
	secrets   []*secretAt
	resources []*resource
	pages     []*pageAt
	things    []*thingAt
	// what the tool shows
	functions, snippets, numbers bool
	words                        int // how many names the code is made of: the fewer, the more lines are equal
}

type source struct {
	path, language string
	header         int // lines before the first function
	functions      []*function
}

type function struct {
	name       string
	statements []*statement
}

// statement is a line of code with a fault, behind gap harmless lines.
type statement struct {
	id, rule, code string
	gap            int
}

type project struct {
	path     string
	packages []*pkg
}

type pkg struct{ id, ecosystem, name, version, flaw, alias string }

type secretAt struct {
	id, path, value string
	line            int
}

type resource struct {
	id, path, address, rule, block string
	line                           int
}

type pageAt struct{ id, base, path, query, method, parameter, rule string }

type thingAt struct {
	id, class, rule, message string
	logical                  []string
}

// sighting is a finding and what it truly is.
type sighting struct {
	truth string
	f     *finding.Finding
}

// templates are lines of code with a fault, by language; capitals are names.
var templates = sync.OnceValue(func() map[string][]string {
	return map[string][]string{
		"py":   {"cursor.execute(f\"SELECT * FROM A WHERE id = {B}\")", "subprocess.call(A + B, shell=True)", "A = pickle.loads(B.body)", "return HttpResponse(A.GET['B'])", "A = yaml.load(B)", "A = eval(B)", "A = hashlib.md5(B.encode()).hexdigest()", "requests.get(A['B'], verify=False)"},
		"js":   {"A.innerHTML = B.value;", "db.query('SELECT * FROM A WHERE id = ' + B);", "child_process.exec(`git clone ${A} ${B}`);", "const A = eval(B);", "res.redirect(A.query.B);", "fs.readFile(path.join(A, req.params.B), done);"},
		"go":   {"rows, err := db.Query(\"SELECT * FROM A WHERE id = \" + B)", "A := exec.Command(\"sh\", \"-c\", B)", "A := md5.Sum([]byte(B))", "http.Get(A + r.URL.Query().Get(\"B\"))", "os.Open(filepath.Join(A, r.FormValue(\"B\")))"},
		"java": {"Statement A = conn.createStatement(); A.executeQuery(\"SELECT * FROM t WHERE x = \" + B);", "Runtime.getRuntime().exec(A + B);", "MessageDigest A = MessageDigest.getInstance(\"MD5\"); A.update(B);", "Object A = new ObjectInputStream(B).readObject();", "response.getWriter().print(request.getParameter(\"B\") + A);"},
	}
})

var names = sync.OnceValue(func() []string {
	return strings.Fields("order user account token path query value item cart price stock invoice client session header body payload image report result buffer target source filter role group audit event batch")
})

type random struct{ *rand.Rand }

func seeded(n uint64) random { return random{rand.New(rand.NewPCG(n, 7))} }

func (r random) of(list []string) string { return list[r.IntN(len(list))] }

// newCorpus makes a corpus of at least 2,500 findings of all classes.
func newCorpus(r random, words int) *corpus {
	c := &corpus{functions: true, snippets: true, words: words}
	languages := []string{"py", "js", "go", "java"}
	for n := range 150 {
		language := languages[n%len(languages)]
		s := &source{path: fmt.Sprintf("src/%s/%s_%d.%s", r.of(names()), r.of(names()), n, language), language: language, header: 3 + r.IntN(20)}
		for range 2 + r.IntN(4) {
			f := &function{name: r.of(names()) + strings.ToUpper(r.of(names())[:1]) + r.of(names())[1:] + fmt.Sprint(r.IntN(50))}
			for range 1 + r.IntN(4) {
				c.statement(r, n, s, f)
			}
			s.functions = append(s.functions, f)
		}
		c.files = append(c.files, s)
	}
	for n := range 40 {
		p := &project{path: fmt.Sprintf("services/%s%d/package-lock.json", r.of(names()), n)}
		for k := range 12 {
			flaw := r.IntN(60)
			id := fmt.Sprintf("sca %d %d", n, k)
			p.packages = append(p.packages, &pkg{id, "npm", fmt.Sprintf("lib-%d-%d", k, flaw%7), fmt.Sprintf("1.%d.0", k), fmt.Sprintf("CVE-2024-%d", 1000+flaw), fmt.Sprintf("GHSA-%04d", flaw)})
		}
		c.projects = append(c.projects, p)
	}
	for n := range 250 {
		c.secrets = append(c.secrets, &secretAt{fmt.Sprint("secret ", n), fmt.Sprintf("config/%s%d.env", r.of(names()), n/3), fmt.Sprintf("value-%d-%s-%d", n, r.of(names()), r.IntN(1e6)), 1 + r.IntN(40)})
		address := fmt.Sprintf("aws_s3_bucket.%s_%d", r.of(names()), n)
		c.resources = append(c.resources, &resource{fmt.Sprint("iac ", n), fmt.Sprintf("infra/%s%d.tf", r.of(names()), n/5), address, fmt.Sprintf("CKV_AWS_%d", r.IntN(30)),
			fmt.Sprintf("resource \"aws_s3_bucket\" %q {\n  bucket = %q\n  acl = \"public-read\"\n}", address, r.of(names())), 1 + n%5*20})
		c.pages = append(c.pages, &pageAt{fmt.Sprint("dast ", n), "http://shop.example", fmt.Sprintf("/%s/%s%d", r.of(names()), r.of(names()), n), "page=1&q=x", "GET", r.of(names()), fmt.Sprint(40000 + r.IntN(20))})
		c.things = append(c.things, &thingAt{fmt.Sprint("cloud ", n), "cloud", fmt.Sprintf("check_%d", r.IntN(40)), fmt.Sprintf("checked 2024-05-01T10:00:00Z, %d objects", n), []string{"account", "1234", "resource", fmt.Sprintf("arn:aws:s3:::%s-%d", r.of(names()), n)}},
			&thingAt{fmt.Sprint("host ", n), "network", fmt.Sprintf("plugin_%d", r.IntN(40)), "weak cipher", []string{"host", fmt.Sprintf("h%d.example", n), "port", "443"}})
	}
	return c
}

func (c *corpus) statement(r random, n int, s *source, f *function) {
	k := r.IntN(len(templates()[s.language]))
	code := strings.ReplaceAll(strings.ReplaceAll(templates()[s.language][k], "A", r.of(names()[:c.words])), "B", r.of(names()[:c.words]))
	f.statements = append(f.statements, &statement{fmt.Sprintf("sast %d %s %d", n, f.name, len(f.statements)), fmt.Sprintf("%s-rule-%d", s.language, k), code, 1 + r.IntN(6)})
}

// see renders what the tool reports.
func (c *corpus) see() []sighting {
	var out []sighting
	for _, s := range c.files {
		line := s.header
		for _, f := range s.functions {
			line += 2
			for _, st := range f.statements {
				line += st.gap + 1
				out = append(out, sighting{st.id, c.finding(s, f, st, line)})
			}
		}
	}
	for _, p := range c.projects {
		for _, k := range p.packages {
			out = append(out, sighting{k.id, sca(k.flaw, k.ecosystem, k.name, k.version, p.path, k.alias)})
		}
	}
	for _, s := range c.secrets {
		out = append(out, sighting{s.id, leak("generic", s.path, s.line, s.value)})
	}
	for _, s := range c.resources {
		f := thing("iac", s.rule, "not encrypted", "resource", s.address)
		f.Location.Path, f.Location.Snippet, f.Location.Region.StartLine = s.path, s.block, s.line
		out = append(out, sighting{s.id, f})
	}
	for _, p := range c.pages {
		out = append(out, sighting{p.id, page(p.rule, p.base+p.path+"?"+p.query, p.method, p.parameter)})
	}
	for _, t := range c.things {
		out = append(out, sighting{t.id, thing(t.class, t.rule, t.message, t.logical...)})
	}
	return out
}

func (c *corpus) finding(s *source, f *function, st *statement, line int) *finding.Finding {
	lines := strings.Count(st.code, "\n")
	out := &finding.Finding{Engine: "sast", Rule: st.rule, Message: "input reaches a dangerous call", Location: finding.Location{
		Path: s.path, Region: finding.Region{StartLine: line, StartColumn: 1 + len(st.code) - len(strings.TrimLeft(st.code, " \t")), EndLine: line + lines},
	}}
	switch {
	case c.snippets && c.numbers:
		for n, text := range strings.Split("a = 1\n"+st.code+"\nb = 2", "\n") {
			out.Location.Snippet += fmt.Sprintf("%d %s\n", line-1+n, text)
		}
	case c.snippets:
		out.Location.Snippet = st.code
	}
	if c.functions {
		out.Location.Logical = []finding.Logical{{Kind: "function", Name: f.name}}
	}
	return out
}

// candidates makes what is matched of what is seen.
func candidates(list []sighting, o Options, tool, branch string) []Candidate {
	out := make([]Candidate, len(list))
	for i, s := range list {
		f := s.f
		out[i] = Candidate{
			Keys: Of(f, o), Class: f.Engine, Rule: f.Rule, Path: Place(f), Line: f.Location.Region.StartLine, Column: f.Location.Region.StartColumn,
			Tool: tool, Branch: branch, Load: func() *finding.Finding { return f },
		}
	}
	return out
}
