package lockfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/inventory"
)

const gradleGroovy = `// a comment with 'com.not:this:1'
plugins {
    id 'java'
    id 'org.springframework.boot' version '3.2.0'
}
version = '1.4'
def guavaVersion = '32.1.2-jre'
ext {
    nettyVersion = "4.1.${nettyMinor}"
    nettyMinor = '100.Final'
    libs2 = [okio: 'com.squareup.okio:okio:3.5.0', gson: "com.google.code.gson:gson:$gsonVersion"]
}
buildscript {
    repositories { google() }
    dependencies { classpath "com.android.tools.build:gradle:8.1.0" }
}
repositories {
    mavenCentral()
    maven { url "https://u:p@repo.example.com/maven" }
}
configurations { integration }
dependencies {
    implementation 'org.slf4j:slf4j-api:2.0.7'
    implementation "com.google.guava:guava:$guavaVersion",
            'org.apache.commons:commons-lang3:3.12.0'
    api("io.netty:netty-all:${nettyVersion}") { exclude group: 'x', module: 'y' }
    compileOnly group: 'org.projectlombok', name: 'lombok', version: '1.18.28'
    annotationProcessor('org.projectlombok:lombok:1.18.28')
    testImplementation(platform('org.junit:junit-bom:5.10.0'))
    testImplementation 'org.junit.jupiter:junit-jupiter'
    runtimeOnly 'org.postgresql:postgresql:42.6.0@jar'
    implementation libs2.okio
    implementation project(':core')
    implementation files('libs/a.jar')
    implementation 'com.example:dynamic:1.+'
    implementation('com.example:strict') { version { strictly '1.7' } }
    implementation "com.example:" + "glued" + ":" + guavaVersion
    implementation 'com.example:classified:1.0:tests@zip'
    implementation "com.example:unset:${nope}"
    if (project.hasProperty('x')) {
        implementation 'com.example:maybe:1.0'
    }
    implementation(computeIt())
    constraints { implementation('org.yaml:snakeyaml:2.0') }
    implementation 'org.yaml:snakeyaml'
}
`

func TestGradle_groovy(t *testing.T) {
	doc := mustRead(t, "app/build.gradle", gradleGroovy)
	ResolveGradle([]*inventory.Document{doc})
	compare(t, "packages", showPackages(doc), `
		4 org.springframework.boot:org.springframework.boot.gradle.plugin @3.2.0 asks 3.2.0 for build direct
		15 com.android.tools.build:gradle @8.1.0 asks 8.1.0 for build direct
		23 org.slf4j:slf4j-api @2.0.7 asks 2.0.7 direct
		24 com.google.guava:guava @32.1.2-jre asks ${guavaVersion} direct
		24 org.apache.commons:commons-lang3 @3.12.0 asks 3.12.0 direct
		26 io.netty:netty-all @4.1.100.Final asks ${nettyVersion} direct
		27 org.projectlombok:lombok @1.18.28 asks 1.18.28 for build direct
		28 org.projectlombok:lombok @1.18.28 asks 1.18.28 for build direct
		30 org.junit.jupiter:junit-jupiter for test direct
		31 org.postgresql:postgresql @42.6.0 asks 42.6.0 direct
		32 com.squareup.okio:okio @3.5.0 asks 3.5.0 alias libs2.okio direct
		33 core from link:core direct
		35 com.example:dynamic asks 1.+ direct
		36 com.example:strict @1.7 asks 1.7 direct
		37 com.example:glued @32.1.2-jre asks ${guavaVersion} direct
		38 com.example:classified @1.0 asks 1.0 direct
		39 com.example:unset asks ${nope} direct
		41 com.example:maybe @1.0 asks 1.0 direct
		45 org.yaml:snakeyaml @2.0 direct`)
	compare(t, "unknown", strings.Join(doc.Unknown, "\n"), `
		line 34: "implementation" takes archives from files; what they are is known only from their content
		line 43: a dependency of "implementation" is computed and not known
		build.gradle names direct dependencies only; transitive ones are not known without a lock file or an SBOM
		line 30: the version of org.junit.jupiter:junit-jupiter is not known: it comes from org.junit:junit-bom:5.10.0, which is not in the target
		line 35: the version of com.example:dynamic is not known: it may be any of 1.+
		line 39: the version of com.example:unset is not known: ${nope} is not defined in any file that was read`)
	want := []inventory.Registry{{URL: "https://dl.google.com/dl/android/maven2", Scope: "plugins", Line: 14}, {URL: mavenCentral, Line: 18}, {URL: "https://repo.example.com/maven", Line: 19}}
	if diff := cmp.Diff(want, doc.Registries); diff != "" {
		t.Error(diff)
	}
	if doc.Version != "1.4" {
		t.Errorf("version %q", doc.Version)
	}
}

// gradleBuild is a build of several files.
var gradleBuild = map[string]string{
	"settings.gradle.kts": `
pluginManagement { repositories { gradlePluginPortal() } }
rootProject.name = "shop"
include(":app", ":lib:core")
includeBuild("build-logic")
dependencyResolutionManagement {
    repositories { mavenCentral() }
    versionCatalogs { create("tools") { from(files("gradle/tools.versions.toml")) } }
}`,
	"gradle.properties": "coroutines=1.7.3\nrepoPassword=hidden-word\n# x=1\n",
	"gradle/libs.versions.toml": `[versions]
okhttp = "4.11.0"
slf4j = { strictly = "[1.7, 2[", prefer = "1.7.36" }
[libraries]
okhttp-core = { module = "com.squareup.okhttp3:okhttp", version.ref = "okhttp" }
okhttp_logging = { group = "com.squareup.okhttp3", name = "logging-interceptor", version.ref = "okhttp" }
slf4j = { module = "org.slf4j:slf4j-api", version.ref = "slf4j" }
guava = "com.google.guava:guava:32.0.0-jre"
lost = { module = "a:lost", version.ref = "none" }
bom = { module = "io.ktor:ktor-bom", version = "2.3.3" }
ktor = { module = "io.ktor:ktor-server-core" }
[bundles]
http = ["okhttp-core", "okhttp_logging"]
[plugins]
kotlin-jvm = { id = "org.jetbrains.kotlin.jvm", version = "1.9.0" }
`,
	"gradle/tools.versions.toml": "[libraries]\njunit = \"junit:junit:4.13.2\"\n",
	"app/build.gradle.kts": `
plugins {
    alias(libs.plugins.kotlin.jvm)
    kotlin("plugin.serialization") version "1.9.0"
}
val coroutines: String by project
val mockk by extra("1.13.5")
dependencies {
    implementation(libs.bundles.http)
    implementation(libs.slf4j)
    implementation(platform(libs.bom))
    implementation(libs.ktor)
    implementation(libs.gone)
    implementation("org.jetbrains.kotlinx:kotlinx-coroutines-core:$coroutines")
    implementation(group = "commons-io", name = "commons-io", version = Versions.commonsIo)
    implementation("com.example", "three", "3.0")
    implementation(Deps.retrofit)
    testImplementation("io.mockk:mockk:${mockk}")
    testImplementation(tools.junit)
    implementation(projects.lib.core)
    "customConf"("com.example:custom:1.0")
    add("implementation", "com.example:added:1.0")
}
kotlin { sourceSets { val commonTest by getting { dependencies { implementation("a:only-test:1") } } } }
`,
	"buildSrc/src/main/kotlin/Deps.kt": `
object Versions { const val commonsIo = "2.13.0" }
object Deps {
    private const val retrofitVersion = "2.9.0"
    const val retrofit = "com.squareup.retrofit2:retrofit:$retrofitVersion"
}`,
	"app/gradle.lockfile": "# x\na:only-test:1=testCompileClasspath,testRuntimeClasspath\ncom.example:three:3.0=compileClasspath,runtimeClasspath\norg.slf4j:slf4j-api:1.7.36=compileClasspath\nempty=annotationProcessor\n",
	"gradle/verification-metadata.xml": `<verification-metadata xmlns="https://schema.gradle.org/dependency-verification"><components>
<component group="com.example" name="three" version="3.0"><artifact name="three-3.0.pom"><sha256 value="` + strings.Repeat("b", 64) + `"/></artifact>
<artifact name="three-3.0.jar"><sha256 value="` + strings.Repeat("a", 64) + `" origin="Generated"/></artifact></component></components></verification-metadata>`,
}

func readBuild(t *testing.T, files map[string]string) map[string]*inventory.Document {
	t.Helper()
	byPath := map[string]*inventory.Document{}
	var docs []*inventory.Document
	for name, content := range files {
		byPath[name] = mustRead(t, name, content)
		docs = append(docs, byPath[name])
	}
	ResolveGradle(docs)
	return byPath
}

func TestResolveGradle(t *testing.T) {
	docs := readBuild(t, gradleBuild)
	app := docs["app/build.gradle.kts"]
	compare(t, "app", showPackages(app), `
		3 org.jetbrains.kotlin.jvm:org.jetbrains.kotlin.jvm.gradle.plugin @1.9.0 asks 1.9.0 for build alias libs.plugins.kotlin.jvm direct
		4 org.jetbrains.kotlin.plugin.serialization:org.jetbrains.kotlin.plugin.serialization.gradle.plugin @1.9.0 asks 1.9.0 for build direct
		9 com.squareup.okhttp3:okhttp @4.11.0 asks 4.11.0 alias libs.bundles.http direct
		9 com.squareup.okhttp3:logging-interceptor @4.11.0 asks 4.11.0 alias libs.bundles.http direct
		10 org.slf4j:slf4j-api @1.7.36 asks 1.7.36 alias libs.slf4j direct
		12 io.ktor:ktor-server-core alias libs.ktor direct
		14 org.jetbrains.kotlinx:kotlinx-coroutines-core @1.7.3 asks ${coroutines} direct
		15 commons-io:commons-io @2.13.0 asks ${Versions.commonsIo} direct
		16 com.example:three @3.0 asks 3.0 hash sha256:`+strings.Repeat("a", 64)+` direct
		17 com.squareup.retrofit2:retrofit @2.9.0 asks 2.9.0 alias Deps.retrofit direct
		18 io.mockk:mockk @1.13.5 asks ${mockk} for test direct
		19 junit:junit @4.13.2 asks 4.13.2 for test alias tools.junit direct
		20 lib:core from link:lib/core direct
		21 com.example:custom @1.0 asks 1.0 direct
		22 com.example:added @1.0 asks 1.0 direct
		24 a:only-test @1 asks 1 for test direct`)
	compare(t, "unknown", strings.Join(app.Unknown, "\n"), `
		build.gradle.kts names direct dependencies only; transitive ones are not known without a lock file or an SBOM
		line 13: libs.gone is not known: neither a version catalog nor a value that was read has it
		line 12: the version of io.ktor:ktor-server-core is not known: it comes from io.ktor:ktor-bom:2.3.3, which is not in the target`)
	compare(t, "catalog", showPackages(docs["gradle/libs.versions.toml"]), `
		8 com.google.guava:guava @32.0.0-jre asks 32.0.0-jre alias libs.guava direct
		9 a:lost alias libs.lost direct`)
	compare(t, "lock", showPackages(docs["app/gradle.lockfile"]), `
		2 a:only-test @1 for test direct
		3 com.example:three @3.0 hash sha256:`+strings.Repeat("a", 64)+` direct
		4 org.slf4j:slf4j-api @1.7.36 for build direct`)
	settings := docs["settings.gradle.kts"]
	if diff := cmp.Diff([]string{"app", "lib/core", "build-logic"}, settings.Members); diff != "" || settings.Name != "shop" {
		t.Error(settings.Name, diff)
	}
	if _, kept := docs["gradle.properties"].Properties["repoPassword"]; kept {
		t.Error("a password is kept")
	}
}

func TestGradleLock_refuses(t *testing.T) {
	for name, content := range map[string]string{
		"cut short":   "a:b:1=runtimeClasspath\n",
		"cut line":    "a:b:1=runtimeClasspath\na:b",
		"no version":  "a:b:=x\nempty=\n",
		"other thing": "{}\nempty=\n",
	} {
		if doc, err := Read("gradle.lockfile", []byte(content)); err == nil {
			t.Errorf("%s: no error, but %+v", name, doc)
		}
	}
	if _, err := Read("build.gradle", []byte("dependencies { implementation 'a:b:1'")); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("an open block gives %v", err)
	}
}

func TestGradleLock_old(t *testing.T) {
	doc := mustRead(t, "gradle/dependency-locks/testRuntimeClasspath.lockfile", "# x\na:b:1\n")
	compare(t, "packages", showPackages(doc), "2 a:b @1 for test")
	doc = mustRead(t, "buildscript-gradle.lockfile", "a:b:1=classpath\nempty=\n")
	compare(t, "packages", showPackages(doc), "1 a:b @1 for build")
}

func TestSbt(t *testing.T) {
	docs := readBuild(t, map[string]string{
		"build.sbt": `name := "shop"
version := "0.1"
ThisBuild / scalaVersion := "2.13.12"
val akkaVersion = "2.6.20"
libraryDependencies += "com.typesafe.akka" %% "akka-actor" % akkaVersion
libraryDependencies ++= Seq(
  "org.scalatest" %% "scalatest" % "3.2.17" % Test,
  "ch.qos.logback" % "logback-classic" % "1.4.11",
  "com.example" % "given" % "1" % "provided",
)
`,
		"project/Dependencies.scala": `object Dependencies { val circe = "0.14.6"
  val core = "io.circe" %% "circe-core" % circe }`,
		"project/plugins.sbt": `addSbtPlugin("com.github.sbt" % "sbt-native-packager" % "1.9.16")`,
		"other/build.sbt":     `libraryDependencies += "a" %% "b" % "1"`,
	})
	compare(t, "build.sbt", showPackages(docs["build.sbt"]), `
		5 com.typesafe.akka:akka-actor_2.13 @2.6.20 asks ${akkaVersion} direct
		7 org.scalatest:scalatest_2.13 @3.2.17 asks 3.2.17 for test direct
		8 ch.qos.logback:logback-classic @1.4.11 asks 1.4.11 direct
		9 com.example:given @1 asks 1 for build direct`)
	compare(t, "Dependencies.scala", showPackages(docs["project/Dependencies.scala"]), "2 io.circe:circe-core_2.13 @0.14.6 asks ${circe} direct")
	compare(t, "plugins.sbt", showPackages(docs["project/plugins.sbt"]), "1 com.github.sbt:sbt-native-packager_2.12_1.0 @1.9.16 asks 1.9.16 for build direct")
	if d := docs["build.sbt"]; d.Name != "shop" || d.Version != "0.1" {
		t.Errorf("%q %q", d.Name, d.Version)
	}
	alone := mustRead(t, "other/build.sbt", `libraryDependencies += "a" %% "b" % "1"`)
	ResolveGradle([]*inventory.Document{alone})
	if len(alone.Packages) != 0 || !strings.Contains(strings.Join(alone.Unknown, " "), "a:b is left out: the Scala version") {
		t.Errorf("%v %v", alone.Packages, alone.Unknown)
	}
}

func FuzzGradle(f *testing.F) {
	f.Add("build.gradle", gradleGroovy)
	for name, content := range gradleBuild {
		f.Add(name, content)
	}
	f.Add("build.sbt", `libraryDependencies += "a" %% "b" % s"$v" % Test; scalaVersion := "3.1.1"`)
	f.Fuzz(func(t *testing.T, name, content string) {
		var docs []*inventory.Document
		for _, reader := range javaReaders() {
			if reader.Format == "pom.xml" {
				continue
			}
			for _, file := range []string{name, "build.gradle"} {
				if doc, err := reader.Read(file, []byte(content)); err == nil && doc != nil {
					docs = append(docs, doc)
				}
			}
		}
		ResolveGradle(docs)
		for _, doc := range docs {
			for _, p := range doc.Packages {
				if badName(p.Name) || badVersion(p.Version) || badVersion(p.Constraint) {
					t.Errorf("%s: package %q %q %q", doc.Format, p.Name, p.Version, p.Constraint)
				}
			}
		}
	})
}
