package owner

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func read(t *testing.T, d Dialect, text string) *Codeowners {
	t.Helper()
	c, err := ReadCodeowners([]byte(text), d)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// checkOwners holds "path owners…" lines against a file.
func checkOwners(t *testing.T, c *Codeowners, want string) {
	t.Helper()
	for line := range strings.Lines(want) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		path := strings.ReplaceAll(words[0], "_", " ")
		if got := c.Of(path); !slices.Equal(got, words[1:]) {
			t.Errorf("%s: got %v, want %v", path, got, words[1:])
		}
	}
}

const github = "\xef\xbb\xbf" + `# the whole repository
*       @global1 @global2
*.js    @js-owner # inline
*.go    docs@example.com	second@example.com
/build/logs/ @doctocat
docs/*  docs@example.com
apps/ @octocat
/scripts/ @doctocat @octocat
**/logs @logs
/apps/github
/path\ with\ space/ @space
/*.toml @root
/deep/**/*.proto @org/proto
a?c.txt @question
!x @nobody
/[ab]/ @range
\#hash @hash
/bad user @x
/trailing/   @trailing  ` + "\r\n/crlf @crlf\r\n   /indented @indented\n"

func TestCodeowners_github(t *testing.T) {
	c := read(t, GitHub, github)
	checkOwners(t, c, `
README @global1 @global2
src/a.js @js-owner
src/a.go docs@example.com second@example.com
build/logs/x/y @logs
build/x/logs @logs
x/build/logs2/y @global1 @global2
docs/a.md docs@example.com
docs/a/b.md @global1 @global2
x/docs/a.md @global1 @global2
apps/a/b @octocat
x/apps/a @octocat
scripts/a/b @doctocat @octocat
x/scripts/a @global1 @global2
apps/github
apps/github/index.js
apps/github2/x @octocat
path_with_space/x @space
x.toml @root
sub/x.toml @global1 @global2
deep/a/b/c.proto @org/proto
deep/c.proto @org/proto
abc.txt @question
ac.txt @global1 @global2
crlf @crlf
crlf/x @crlf
indented @indented
trailing/x @trailing
/scripts/a @doctocat @octocat
./scripts//a @doctocat @octocat
scripts/../crlf @crlf
../scripts/a
`)
	var problems []string
	for _, p := range c.Problems() {
		problems = append(problems, fmt.Sprint(p.Line, " ", strings.SplitN(p.Text, ":", 2)[0]))
	}
	if diff := cmp.Diff([]string{`15 "!x"`, `16 "/[ab]/"`, `17 "\\#hash"`, `18 "user" is no owner`}, problems); diff != "" {
		t.Error(diff)
	}
	if m := c.Match("apps/github/index.js"); len(m) != 1 || m[0].Line != 10 || m[0].Pattern != "/apps/github" || len(m[0].Owners) != 0 {
		t.Errorf("a rule without owners: %+v", m)
	}
}

func TestCodeowners_gitlab(t *testing.T) {
	c := read(t, GitLab, `
* @general
\#pound @pound
path\ with\ space/ @space
/root.md @root
lib/ @lib
/config/ @config
x* @x @@maintainer bogus mail@example.com

[Documentation][2] @docs @docs2
docs/
README.md
/docs/**/*.rst @rst
/only/** @only

^[Database] @db
model/db/
config/db/setup.md @docs

[DOCUMENTATION] @more
*.txt
!secret.txt
secret.txt @late

^[documentation]
/opt.md @opt

[Broken
zz/ @a
[Empty]
/empty
`)
	checkOwners(t, c, `
a/b.c @general
#pound @pound
q/#pound @pound
path_with_space/x/y @space
x/path_with_space/y @space
root.md @root
sub/root.md @general
lib/a @lib
x/lib/a/b @lib
lib @general
config/a @config
x/config/a @general
q/xyz @x @@maintainer mail@example.com
docs/a/b.md @general @docs @docs2
sub/docs/a @general @docs @docs2
README.md @general @docs @docs2
docs/a/b.rst @general @rst
docs/b.rst @general @rst
only/a @general @only
only/a/b @general
model/db/CHANGELOG.txt @general @more @db
config/db/setup.md @config @docs
x/secret.txt @general
.hidden/.txt @general @more
opt.md @general @opt
zz/y @general @a
empty @general
`)
	matches := c.Match("model/db/a.txt")
	if len(matches) != 3 || matches[1].Section != "Documentation" || matches[1].Optional || matches[1].Approvals != 2 || !matches[2].Optional || matches[2].Approvals != 1 {
		t.Errorf("sections: %+v", matches)
	}
	if got := len(c.Problems()); got != 4 { // bogus, [Broken, its owner-less line, /empty
		t.Errorf("%d problems: %v", got, c.Problems())
	}
}

func TestCodeowners_bitbucket(t *testing.T) {
	c := read(t, Bitbucket, `CODEOWNERS.destination_branch_pattern main
CODEOWNERS.toplevel.assignment_routing random 2
@@@MyDevs @Peter ann@scala.lang @@JSDevs @@"Dev Ops"   # members
@@@JSDevs @Paul @@MyDevs
* alisha@example.com fred@example.com
*.js @workspace-slug/frontenders:all
*.py @workspace/backenders:least_busy(2) # comment
*.tf @teams/sre-leads:random(2)
"a/path with spaces/*" docs@example.com
ci/*   @@MyDevs
src/*.{ts,tsx} @"Michael Foo"
!ci/playgrounds.yml
\!your.rb @odd
"unclosed @x
a{b @x
Check(@@MyDevs >= 2)
`)
	checkOwners(t, c, `
README alisha@example.com fred@example.com
a/b.js @workspace-slug/frontenders
a/b.py @workspace/backenders
x.tf @teams/sre-leads
ci/playgrounds.yml
!your.rb @odd
`)
	if got, want := c.Of("ci/a.yml"), []string{"@@MyDevs", "@Peter", "ann@scala.lang", "@@JSDevs", "@@Dev Ops", "@Paul"}; !slices.Equal(got, want) {
		t.Errorf("groups: got %v, want %v", got, want)
	}
	if got := c.Of("a/path with spaces/x"); !slices.Equal(got, []string{"docs@example.com"}) {
		t.Errorf("quotes: %v", got)
	}
	for _, path := range []string{"src/a.ts", "src/a.tsx"} {
		if got := c.Of(path); !slices.Equal(got, []string{"@Michael Foo"}) {
			t.Errorf("%s: %v", path, got)
		}
	}
	if got := len(c.Problems()); got != 2 {
		t.Errorf("%d problems: %v", got, c.Problems())
	}
}

func TestReadCodeowners_refuses(t *testing.T) {
	for text, want := range map[string]string{
		strings.Repeat("a @b\n", maxRules+1): "line 100001: more than 100000 rules",
		strings.Repeat("#", maxFile+1):       "3145729 bytes, more than 3145728",
		"a @b\n\n\x00":                       "line 3 holds a zero byte",
	} {
		if _, err := ReadCodeowners([]byte(text), GitHub); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	c := read(t, GitHub, strings.Repeat("x", maxPattern+1)+" @a\n/ @b\n")
	if len(c.Problems()) != 2 || c.Of("x") != nil {
		t.Errorf("problems %v", c.Problems())
	}
	if c.Of(strings.Repeat("a/", maxPath)+"x") != nil || c.Of("") != nil || (*Codeowners)(nil).Of("a") != nil {
		t.Error("what is no path has owners")
	}
}

func TestDialectOf(t *testing.T) {
	for _, test := range []struct {
		file, text string
		want       Dialect
	}{
		{".github/CODEOWNERS", "[x]\n", GitHub}, {".gitlab/CODEOWNERS", "", GitLab}, {".bitbucket/CODEOWNERS", "", Bitbucket}, {"CODEOWNERS", "* @a", GitHub},
		{"CODEOWNERS", "* @a\n^[Docs][2] @b", GitLab}, {"docs/CODEOWNERS", "@@@G @a", Bitbucket}, {"CODEOWNERS", "[ab]c @x", GitHub}, {"CODEOWNERS", "[ab @x", GitHub},
	} {
		if got := DialectOf(test.file, []byte(test.text)); got != test.want {
			t.Errorf("%s %q: got %s, want %s", test.file, test.text, got, test.want)
		}
	}
	for _, d := range []Dialect{GitHub, GitLab, Bitbucket} {
		if len(d.Files()) < 2 {
			t.Errorf("%s has no places", d)
		}
	}
}
