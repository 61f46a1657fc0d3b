package remedy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const parentPom = `<?xml version="1.0"?>
<!-- ours -->
<project>
	<modelVersion>4.0.0</modelVersion>
	<groupId>com.shop</groupId><artifactId>parent</artifactId><version>1</version>
	<properties>
		<!-- <tea.version>0</tea.version> -->
		<tea.version> 1.0 </tea.version>
	</properties>
	<dependencyManagement><dependencies>
		<dependency><groupId>org.tea</groupId><artifactId>cup</artifactId><version>3.0</version></dependency>
	</dependencies></dependencyManagement>
</project>
`

const childPom = `<project>
  <parent><groupId>com.shop</groupId><artifactId>parent</artifactId><version>1</version></parent>
  <artifactId>child</artifactId>
  <dependencies>
    <dependency>
      <groupId>org.tea</groupId>
      <artifactId>leaf</artifactId>
      <version>${tea.version}</version>
    </dependency>
    <dependency>
      <groupId>org.tea</groupId>
      <artifactId>water</artifactId>
      <version>${tea.version}</version>
    </dependency>
    <dependency><groupId>org.tea</groupId><artifactId>cup</artifactId></dependency>
    <dependency><groupId>org.tea</groupId><artifactId>pot</artifactId><version>[1.0]</version></dependency>
  </dependencies>
</project>
`

func mavenFiles() tree { return tree{"pom.xml": parentPom, "child/pom.xml": childPom} }

func TestMaven_aPropertyMovesOnlyToAVersionThatAllHave(t *testing.T) {
	s := newShelf(t)
	s.maven("org.tea:leaf", "1.0", "1.0.1", "1.1", "2.0", "1.2-beta1", "1.1-SNAPSHOT")
	s.maven("org.tea:water", "1.0", "1.1", "2.0")
	db := openAdvisories(t, flaw{"CVE-1", "Maven", "org.tea:leaf", [][2]string{{"0", "1.0.1"}}})
	p := makePlan(t, request(t, mavenFiles(), db, s.client(t)))
	if diff := cmp.Diff(strings.Replace(parentPom, "<tea.version> 1.0 <", "<tea.version> 1.1 <", 1), after(t, p, "pom.xml")); diff != "" {
		t.Errorf("pom.xml (-want +got):\n%s", diff)
	}
	if also := alsoMoves(&p.Steps[0]); also != "org.tea:water 1.0 → 1.1" {
		t.Errorf("also %q", also)
	}
}

func TestMaven_aManagedVersionIsChangedWhereItIsManaged(t *testing.T) {
	db := openAdvisories(t, flaw{"CVE-1", "Maven", "org.tea:cup", [][2]string{{"0", "3.1"}}})
	p := makePlan(t, request(t, mavenFiles(), db, nil))
	if diff := cmp.Diff(strings.Replace(parentPom, "<version>3.0<", "<version>3.1<", 1), after(t, p, "pom.xml")); diff != "" || len(p.Changes) != 1 {
		t.Errorf("pom.xml (-want +got):\n%s", diff)
	}
}

func TestMaven_whatIsStatedInAWayThatIsNotChangedIsLeft(t *testing.T) {
	db := openAdvisories(t, flaw{"CVE-1", "Maven", "org.tea:pot", [][2]string{{"0", "1.1"}}})
	p := makePlan(t, request(t, mavenFiles(), db, nil))
	if len(p.Changes) != 0 || len(p.Left) != 1 || p.Left[0].Do == "" {
		t.Errorf("plan %+v", p)
	}
}

func TestMaven_gradleLiteralsAndCatalogs(t *testing.T) {
	files := tree{
		"build.gradle":              "dependencies {\n    implementation libs.leaf\n    implementation 'org.tea:water:1.0' // 'org.tea:water:1.00'\n}\n",
		"gradle/libs.versions.toml": "[versions]\nleaf = \"1.0\" # ours\nother = \"1.0\"\n\n[libraries]\nleaf = { module = \"org.tea:leaf\", version.ref = \"leaf\" }\n",
	}
	db := openAdvisories(t, flaw{"CVE-1", "Maven", "org.tea:leaf", [][2]string{{"0", "1.1"}}}, flaw{"CVE-2", "Maven", "org.tea:water", [][2]string{{"0", "1.0.1"}}})
	p := makePlan(t, request(t, files, db, nil))
	if diff := cmp.Diff(strings.Replace(files["gradle/libs.versions.toml"], `leaf = "1.0" #`, `leaf = "1.1" #`, 1), after(t, p, "gradle/libs.versions.toml")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(strings.Replace(files["build.gradle"], "water:1.0'", "water:1.0.1'", 1), after(t, p, "build.gradle")); diff != "" {
		t.Error(diff)
	}
}
