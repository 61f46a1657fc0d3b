package lockfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/inventory"
)

const pomShop = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>com.example</groupId><artifactId>parent</artifactId><version>1.0</version>
  </parent>
  <artifactId>shop</artifactId>
  <properties>
    <jackson.version>2.15.2</jackson.version>
    <again>${jackson.version}</again>
    <loop.a>${loop.b}</loop.a><loop.b>${loop.a}</loop.b>
  </properties>
  <licenses><license><name>Apache-2.0</name></license></licenses>
  <dependencyManagement><dependencies>
    <dependency><groupId>org.managed</groupId><artifactId>here</artifactId><version>3.1</version><scope>test</scope></dependency>
    <dependency><groupId>org.bom</groupId><artifactId>bom</artifactId><version>9</version><type>pom</type><scope>import</scope></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>${again}</version></dependency>
    <dependency><groupId>org.managed</groupId><artifactId>here</artifactId></dependency>
    <dependency><groupId>javax.servlet</groupId><artifactId>servlet-api</artifactId><version>2.5</version><scope>provided</scope></dependency>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>[4.12,5)</version><scope>test</scope></dependency>
    <dependency><groupId>a</groupId><artifactId>hard</artifactId><version>[1.2]</version><optional>true</optional></dependency>
    <dependency><groupId>${project.groupId}</groupId><artifactId>sibling</artifactId><version>${project.version}</version></dependency>
    <dependency><groupId>a</groupId><artifactId>loop</artifactId><version>${loop.a}</version></dependency>
    <dependency><groupId>a</groupId><artifactId>local</artifactId><version>1</version><scope>system</scope><systemPath>${project.basedir}/lib/x.jar</systemPath></dependency>
    <dependency><groupId>a&#10;b</groupId><artifactId>bad</artifactId><version>1</version></dependency>
  </dependencies>
  <repositories><repository><id>corp</id><url>https://me:pw@maven.example.com/releases</url></repository></repositories>
  <build><plugins>
    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.11.0</version></plugin>
  </plugins></build>
  <modules><module>api</module><module>../web</module></modules>
  <profiles><profile><id>ci</id><dependencies>
    <dependency><groupId>p</groupId><artifactId>q</artifactId><version>1</version></dependency>
  </dependencies></profile></profiles>
</project>`

func TestPom(t *testing.T) {
	doc := mustRead(t, "shop/pom.xml", pomShop)
	compare(t, "packages", showPackages(doc), `
		19 com.fasterxml.jackson.core:jackson-databind @2.15.2 asks ${again} direct
		20 org.managed:here @3.1 for test direct
		21 javax.servlet:servlet-api @2.5 asks 2.5 for build direct
		22 junit:junit asks [4.12,5) for test direct
		23 a:hard @1.2 asks [1.2] direct optional
		24 com.example:sibling @1.0 asks ${project.version} direct
		25 a:loop asks ${loop.a} direct
		26 a:local @1 asks 1 from file:${project.basedir}/lib/x.jar direct
		31 org.apache.maven.plugins:maven-compiler-plugin @3.11.0 asks 3.11.0 for build direct
		35 p:q @1 asks 1 direct`)
	if doc.Name != "com.example:shop" || doc.Version != "1.0" || doc.Licence != "Apache-2.0" {
		t.Errorf("project is %q %q %q", doc.Name, doc.Version, doc.Licence)
	}
	want := []inventory.Registry{{URL: "https://maven.example.com/releases", Extra: true, Line: 29}}
	if diff := cmp.Diff(want, doc.Registries); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]inventory.Need{{Path: "pom.xml", What: "parent"}}, doc.Needs); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"api", "../web"}, doc.Members); diff != "" {
		t.Error(diff)
	}
	compare(t, "unknown", strings.Join(doc.Unknown, "\n"), `
		"a\nb:bad" is no possible name of a package and was left out
		dependencies of profile "ci" are listed whether or not it is used
		pom.xml names direct dependencies only; transitive ones are not known without a lock file or an SBOM`)
}

// poms is a build of several modules.
var poms = map[string]string{
	"pom.xml": `<project><groupId>g</groupId><artifactId>root</artifactId><version>${revision}</version><packaging>pom</packaging>
<parent><groupId>org.far</groupId><artifactId>away</artifactId><version>7</version><relativePath/></parent>
<properties><revision>2.0</revision><lib.version>1.0</lib.version></properties>
<licenses><license><name>MIT</name></license></licenses>
<dependencyManagement><dependencies>
<dependency><groupId>m</groupId><artifactId>managed</artifactId><version>${lib.version}</version><scope>test</scope></dependency>
<dependency><groupId>m</groupId><artifactId>kind</artifactId><version>5</version><type>test-jar</type></dependency>
<dependency><groupId>g</groupId><artifactId>bom</artifactId><version>${project.version}</version><type>pom</type><scope>import</scope></dependency>
<dependency><groupId>out</groupId><artifactId>side</artifactId><version>3</version><type>pom</type><scope>import</scope></dependency>
</dependencies></dependencyManagement>
<dependencies><dependency><groupId>m</groupId><artifactId>everywhere</artifactId><version>${lib.version}</version></dependency></dependencies>
<modules><module>a</module><module>b</module><module>bom</module></modules></project>`,
	"bom/pom.xml": `<project><parent><groupId>g</groupId><artifactId>root</artifactId><version>${revision}</version></parent><artifactId>bom</artifactId>
<properties><inner>8.1</inner></properties>
<dependencyManagement><dependencies>
<dependency><groupId>m</groupId><artifactId>bommed</artifactId><version>${inner}</version></dependency>
<dependency><groupId>m</groupId><artifactId>managed</artifactId><version>never</version></dependency>
</dependencies></dependencyManagement></project>`,
	"a/pom.xml": `<project><parent><groupId>g</groupId><artifactId>root</artifactId><version>${revision}</version></parent><artifactId>a</artifactId>
<properties><lib.version>1.5</lib.version></properties>
<dependencies>
<dependency><groupId>m</groupId><artifactId>managed</artifactId></dependency>
<dependency><groupId>m</groupId><artifactId>managed2</artifactId><version>${lib.version}</version></dependency>
<dependency><groupId>m</groupId><artifactId>bommed</artifactId></dependency>
<dependency><groupId>m</groupId><artifactId>kind</artifactId><type>test-jar</type></dependency>
<dependency><groupId>m</groupId><artifactId>kind</artifactId></dependency>
<dependency><groupId>m</groupId><artifactId>nowhere</artifactId><version>${not.here}</version></dependency>
<dependency><groupId>${not.here}</groupId><artifactId>nameless</artifactId><version>1</version></dependency>
<dependency><groupId>m</groupId><artifactId>range</artifactId><version>[1,2)</version></dependency>
</dependencies>
<build><plugins><plugin><artifactId>maven-jar-plugin</artifactId></plugin></plugins></build></project>`,
	"b/pom.xml": `<project><parent><groupId>g</groupId><artifactId>root</artifactId><version>2.0</version></parent><artifactId>b</artifactId>
<dependencies>
<dependency><groupId>g</groupId><artifactId>a</artifactId><version>${project.version}</version></dependency>
<dependency><groupId>g</groupId><artifactId>a</artifactId><version>1.0</version></dependency>
<dependency><groupId>m</groupId><artifactId>managed</artifactId><scope>compile</scope></dependency>
</dependencies></project>`,
}

func readPoms(t *testing.T, files map[string]string) map[string]*inventory.Document {
	t.Helper()
	byPath := map[string]*inventory.Document{}
	var docs []*inventory.Document
	for name, content := range files {
		byPath[name] = mustRead(t, name, content)
		docs = append(docs, byPath[name])
	}
	ResolveMaven(docs)
	return byPath
}

func TestResolveMaven(t *testing.T) {
	docs := readPoms(t, poms)
	compare(t, "a", showPackages(docs["a/pom.xml"]), `
		4 m:managed @1.5 for test direct
		5 m:managed2 @1.5 asks ${lib.version} direct
		6 m:bommed @8.1 direct
		7 m:kind @5 direct
		8 m:kind direct
		9 m:nowhere asks ${not.here} direct
		11 m:range asks [1,2) direct
		13 org.apache.maven.plugins:maven-jar-plugin for build direct
		0 m:everywhere @1.5 asks ${lib.version} direct`)
	compare(t, "unknown of a", strings.Join(docs["a/pom.xml"].Unknown, "\n"), `
		pom.xml names direct dependencies only; transitive ones are not known without a lock file or an SBOM
		line 8: the version of m:kind is not known: it comes from the parent org.far:away:7 or the bill of materials out:side:3, which are not in the target
		line 9: the version of m:nowhere is not known: ${not.here} is not defined here, and the parent org.far:away:7 is not in the target
		line 10: a dependency is left out: its name ${not.here}:nameless is not defined here
		line 11: the version of m:range is not known: it may be any of [1,2)
		the versions of 1 build plugins are not known: they come with Maven or from a parent that is not here`)
	compare(t, "b", showPackages(docs["b/pom.xml"]), `
		3 g:a @2.0 asks ${project.version} from link:a direct
		4 g:a @1.0 asks 1.0 direct
		5 m:managed @1.0 direct`)
	if d := docs["a/pom.xml"]; d.Name != "g:a" || d.Version != "2.0" || d.Licence != "MIT" {
		t.Errorf("a is %q %q %q", d.Name, d.Version, d.Licence)
	}
}

func TestResolveMaven_twiceIsOnce(t *testing.T) {
	docs := readPoms(t, poms)
	var list []*inventory.Document
	before := map[string]string{}
	for name, d := range docs {
		before[name] = showPackages(d) + strings.Join(d.Unknown, "\n")
		list = append(list, d)
	}
	ResolveMaven(list)
	for name, d := range docs {
		compare(t, name, showPackages(d)+strings.Join(d.Unknown, "\n"), before[name])
	}
}

func TestResolveMaven_circlesEnd(t *testing.T) {
	docs := readPoms(t, map[string]string{
		"a/pom.xml": `<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version><parent><groupId>g</groupId><artifactId>b</artifactId><version>1</version><relativePath>../b</relativePath></parent>
<dependencyManagement><dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId><version>1</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement>
<dependencies><dependency><groupId>x</groupId><artifactId>y</artifactId></dependency></dependencies></project>`,
		"b/pom.xml": `<project><groupId>g</groupId><artifactId>b</artifactId><version>1</version><parent><groupId>g</groupId><artifactId>a</artifactId><version>1</version><relativePath>../a</relativePath></parent>
<dependencyManagement><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement></project>`,
	})
	if got := strings.Join(docs["a/pom.xml"].Unknown, "\n"); !strings.Contains(got, "x:y is not known") {
		t.Errorf("unknown is %q", got)
	}
}

func TestPom_refuses(t *testing.T) {
	for name, content := range map[string]string{
		"entities":     "<!DOCTYPE project [<!ENTITY a \"aaaa\">]>\n<project>&a;</project>",
		"cut short":    "<project><dependencies>",
		"not a pom":    "<html></html>",
		"empty":        "",
		"encoding":     `<?xml version="1.0" encoding="EBCDIC"?><project/>`,
		"deep":         strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300),
		"second":       "<project/><project/>",
		"wrong ending": "<project></dependencies>",
	} {
		if doc, err := Read("pom.xml", []byte(content)); err == nil {
			t.Errorf("%s: no error, but %+v", name, doc)
		}
	}
}

func TestPom_encodings(t *testing.T) {
	latin := "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><project><groupId>g</groupId><artifactId>a</artifactId><licenses><license><name>Lizenz f\xfcr&eacute;</name></license></licenses></project>"
	if doc := mustRead(t, "pom.xml", latin); doc.Licence != "Lizenz für&eacute;" {
		t.Errorf("licence is %q", doc.Licence)
	}
	wide := []byte{0xff, 0xfe}
	for _, r := range `<?xml version="1.0" encoding="utf-16"?><project><groupId>g</groupId><artifactId>a</artifactId></project>` {
		wide = append(wide, byte(r), 0)
	}
	if doc := mustRead(t, "pom.xml", string(wide)); doc.Name != "g:a" {
		t.Errorf("name is %q", doc.Name)
	}
}

func TestInterpolator_doublingStaysSmall(t *testing.T) {
	set := map[string]string{"z": "x"}
	for c := 'a'; c < 'z'; c++ {
		set[string(c)] = strings.Repeat("${"+string(c+1)+"}", 10)
	}
	if got := newInterpolator(pomLookup(set)).expand("${a}"); len(got) > 2*maxExpanded {
		t.Errorf("%d bytes", len(got))
	}
}

func TestMavenSettings(t *testing.T) {
	doc := mustRead(t, ".m2/settings.xml", `<settings>
<servers><server><id>x</id><username>u</username><password>hidden-word</password></server></servers>
<mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf><url>https://u:hidden-word@mirror.example.com/maven</url></mirror></mirrors>
<profiles><profile><repositories><repository><id>r</id><url>https://r.example.com</url></repository></repositories></profile></profiles>
</settings>`)
	want := []inventory.Registry{{URL: "https://mirror.example.com/maven", Line: 3}, {URL: "https://r.example.com", Extra: true, Line: 4}}
	if diff := cmp.Diff(want, doc.Registries); diff != "" {
		t.Error(diff)
	}
}

func TestMavenExtensions(t *testing.T) {
	doc := mustRead(t, ".mvn/extensions.xml", "<extensions>\n<extension><groupId>g</groupId><artifactId>a</artifactId><version>1</version></extension></extensions>")
	compare(t, "packages", showPackages(doc), "2 g:a @1 asks 1 for build direct")
}

func FuzzPom(f *testing.F) {
	f.Add(pomShop)
	for _, content := range poms {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content string) {
		doc, err := readPom("a/pom.xml", []byte(content))
		if err != nil {
			return
		}
		other, _ := readPom("pom.xml", []byte(content))
		ResolveMaven([]*inventory.Document{doc, other, nil})
		for _, p := range doc.Packages {
			if badName(p.Name) || badVersion(p.Version) {
				t.Errorf("package %q %q", p.Name, p.Version)
			}
		}
	})
}
