package jvm_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/jvm"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

const goOffline = "mvn -B dependency:go-offline"

const ledger = `
-- pom.xml --
<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId>
    <artifactId>spring-boot-starter-parent</artifactId>
    <version>3.2.0</version>
    <relativePath/>
  </parent>
  <groupId>com.example</groupId>
  <artifactId>ledger</artifactId>
  <version>1.0</version>
  <properties>
    <jackson.version>2.17.1</jackson.version>
  </properties>
  <dependencies>
    <dependency>
      <groupId>com.fasterxml.jackson.core</groupId>
      <artifactId>jackson-databind</artifactId>
      <version>${jackson.version}</version>
    </dependency>
    <dependency>
      <groupId>org.junit.jupiter</groupId>
      <artifactId>junit-jupiter</artifactId>
      <scope>test</scope>
    </dependency>
  </dependencies>
  <build><finalName>ledger</finalName></build>
</project>
-- src/main/java/Main.java --
class Main {}
`

// books has modules that depend on each other; %s is the version of maven-dependency-plugin.
const books = `
-- pom.xml --
<project>
  <groupId>com.example</groupId>
  <artifactId>books</artifactId>
  <version>2.0.0</version>
  <packaging>pom</packaging>
  <modules>
    <module>core</module>
    <module>web/pom.xml</module>
  </modules>
  <profiles>
    <profile><id>it</id><modules><module>it</module><module>gone</module></modules></profile>
  </profiles>
  <properties><dependency.plugin>PLUGIN</dependency.plugin></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>io.javalin</groupId><artifactId>javalin</artifactId><version>6.1.3</version></dependency>
  </dependencies></dependencyManagement>
  <build><pluginManagement><plugins>
    <plugin><artifactId>maven-dependency-plugin</artifactId><version>${dependency.plugin}</version></plugin>
  </plugins></pluginManagement></build>
</project>
-- core/pom.xml --
<project>
  <parent><groupId>com.example</groupId><artifactId>books</artifactId><version>2.0.0</version></parent>
  <artifactId>core</artifactId>
</project>
-- web/pom.xml --
<project>
  <parent><groupId>com.example</groupId><artifactId>books</artifactId><version>2.0.0</version></parent>
  <artifactId>web</artifactId>
  <dependencies>
    <dependency>
      <groupId>${project.groupId}</groupId>
      <artifactId>core</artifactId>
      <version>${project.version}</version>
    </dependency>
    <dependency><groupId>io.javalin</groupId><artifactId>javalin</artifactId></dependency>
  </dependencies>
</project>
-- it/pom.xml --
<project>
  <parent><groupId>com.example</groupId><artifactId>base</artifactId><version>1</version><relativePath>../base</relativePath></parent>
  <artifactId>it</artifactId>
</project>
-- base/pom.xml --
<project><groupId>com.example</groupId><artifactId>base</artifactId><version>1</version><packaging>pom</packaging></project>
`

// pom is a project with something more in it.
func pom(more string) string {
	return "-- pom.xml --\n<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version>\n" + more + "\n</project>\n"
}

func withPlugin(version string) string { return strings.Replace(books, "PLUGIN", version, 1) }

// boot is books with Spring Boot's parent, which sets the plugin's version.
func boot(version string) string {
	context := strings.Replace(books, "<plugin><artifactId>maven-dependency-plugin</artifactId><version>${dependency.plugin}</version></plugin>", "", 1)
	context = strings.Replace(context, "<relativePath>../base</relativePath>", "<relativePath>../pom.xml</relativePath>", 1)
	return strings.Replace(context, "<groupId>", "<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>"+version+"</version></parent><groupId>", 1)
}

const tooOld = "web/pom.xml:7: modules that depend on each other, core here, need maven-dependency-plugin 3.1.2 or later: earlier ones look for them in the repositories"

func TestMaven(t *testing.T) {
	manifesttest.Run(t, []manifesttest.Case{
		{Name: "one project", Context: ledger, Command: goOffline, Files: "pom.xml"},
		{Name: "in a folder by -f", Context: strings.ReplaceAll(ledger, "-- ", "-- app/"), Command: "mvn -f app dependency:go-offline", Files: "app/pom.xml"},
		{
			Name: "the wrapper and its settings", Command: "./mvnw dependency:go-offline -s ci/settings.xml",
			Context: ledger + "-- mvnw --\n#!/bin/sh\n-- .mvn/wrapper/maven-wrapper.properties --\n-- .mvn/maven.config --\n-t\ntoolchains.xml\n-- ci/settings.xml --\n-- toolchains.xml --\n",
			Files:   "ci/settings.xml mvnw pom.xml toolchains.xml", Dirs: ".mvn",
		},
		{Name: "settings of the image", Context: ledger, Command: "mvn -s /usr/share/maven/ref/settings-docker.xml dependency:resolve", Files: "pom.xml"},
		{Name: "modules, those of profiles and a parent beside them", Context: withPlugin("3.6.1"), Command: goOffline, Files: "base/pom.xml core/pom.xml it/pom.xml pom.xml web/pom.xml"},
		{
			Name: "the plugin's version on the command line", Context: withPlugin("2.8"), Command: "mvn org.apache.maven.plugins:maven-dependency-plugin:3.1.2:go-offline",
			Files: "base/pom.xml core/pom.xml it/pom.xml pom.xml web/pom.xml",
		},
		{
			Name: "libraries and a repository in folders", Command: goOffline,
			Context: pom(`<dependencies><dependency><groupId>x</groupId><artifactId>y</artifactId><scope>system</scope><systemPath>${project.basedir}/lib/y.jar</systemPath></dependency></dependencies>
<repositories><repository><url>file://${basedir}/repo</url></repository><repository><url>https://repo.example.org/</url></repository></repositories>`) + "-- lib/y.jar --\n-- repo/x/y.pom --\n",
			Files: "lib/y.jar pom.xml", Dirs: "repo",
		},
		{
			Name: "modules that name each other, and parents in a circle", Command: goOffline,
			Context: pom("<parent><groupId>g</groupId><artifactId>b</artifactId><version>1</version><relativePath>b</relativePath></parent><modules><module>b</module></modules>") +
				"-- b/pom.xml --\n<project><parent><groupId>g</groupId><artifactId>a</artifactId><version>${x}</version></parent><artifactId>b</artifactId><modules><module>..</module></modules><properties><x>${x}</x></properties></project>\n",
			Files: "b/pom.xml pom.xml",
		},
		{Name: "another encoding", Context: "-- pom.xml --\n<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<project><artifactId>caf\xe9</artifactId></project>\n", Command: goOffline, Files: "pom.xml"},
		{
			Name: "siblings with the plugin of Spring Boot", Command: goOffline, Context: boot("3.2.0"),
			Files: "core/pom.xml it/pom.xml pom.xml web/pom.xml",
		},

		{Name: "siblings with the plugin of an old Spring Boot", Context: boot("2.2.13.RELEASE"), Command: goOffline, Refusal: tooOld},
		{Name: "siblings with the plugin of Maven 3.8", Context: withPlugin("2.8"), Command: goOffline, Refusal: tooOld},
		{Name: "siblings with a version that is not known", Context: withPlugin("${from.a.parent}"), Command: goOffline, Refusal: tooOld},
		{Name: "siblings and another goal", Context: withPlugin("3.6.1"), Command: "mvn dependency:resolve", Refusal: "web/pom.xml:7: needs the module core, which is compiled first"},
		{
			Name: "a sibling's tests", Command: goOffline, Context: strings.Replace(withPlugin("3.6.1"), "<artifactId>core</artifactId>\n      <version>", "<artifactId>core</artifactId>\n      <type>test-jar</type>\n      <version>", 1),
			Refusal: "web/pom.xml:7: needs the test-jar of the module core, which is compiled first",
		},
		{
			Name: "a module as a plugin", Command: goOffline, Context: strings.Replace(withPlugin("3.6.1"), "<artifactId>web</artifactId>", "<artifactId>web</artifactId>\n  <build><plugins><plugin><groupId>com.example</groupId><artifactId>core</artifactId></plugin></plugins></build>", 1),
			Refusal: "web/pom.xml:4: the build uses the module core as a plugin, so that it has to be compiled first",
		},
		{Name: "a module outside", Context: pom("<modules><module>../x</module></modules>"), Command: goOffline, Refusal: "pom.xml: module ../x is outside the context"},
		{Name: "a module that is not there", Context: pom("<modules><module>x</module></modules>"), Command: goOffline, Refusal: "x/pom.xml: file does not exist"},
		{
			Name: "a parent outside", Command: goOffline,
			Context: pom("<parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version><relativePath>../p/pom.xml</relativePath></parent>"),
			Refusal: "pom.xml: parent ../p/pom.xml is outside the context",
		},
		{
			Name: "a library outside", Command: goOffline,
			Context: pom("<dependencies><dependency><groupId>x</groupId><artifactId>y</artifactId><systemPath>${java.home}/lib/tools.jar</systemPath></dependency></dependencies>"),
			Refusal: "pom.xml:2: the library ${java.home}/lib/tools.jar is not in the context",
		},
		{
			Name: "versions from the history", Command: goOffline,
			Context: ledger + "-- .mvn/extensions.xml --\n<extensions>\n<extension><artifactId>jgitver-maven-plugin</artifactId></extension>\n</extensions>\n",
			Refusal: ".mvn/extensions.xml:2: the extension reads the repository's history",
		},
		{
			Name: "a profile that looks at the source", Command: goOffline,
			Context: pom("<profiles><profile><id>docs</id><activation>\n<file><exists>${basedir}/src/docs</exists></file></activation></profile></profiles>"),
			Refusal: "pom.xml:3: the profile docs depends on whether ${basedir}/src/docs is there",
		},
		{Name: "settings that are not there", Context: ledger, Command: "mvn -s ci/settings.xml dependency:go-offline", Refusal: "-s names ci/settings.xml, which is not in the context"},
		{Name: "the step compiles", Context: ledger, Command: "mvn -B package", Refusal: "maven compiles the source in the same step as it downloads the dependencies"},
		{Name: "no XML", Context: "-- pom.xml --\n<project>\n", Command: goOffline, Refusal: "pom.xml: XML syntax error on line 2: unexpected EOF"},
		{
			Name: "depth", Command: goOffline, Context: pom(strings.Repeat("<dependencies><dependency>", 20_000) + strings.Repeat("</dependency></dependencies>", 20_000)),
			Refusal: "pom.xml: exceeded max depth",
		},
		{Name: "an entity", Context: "-- pom.xml --\n<!DOCTYPE p [<!ENTITY a \"b\">]>\n<project><artifactId>&a;</artifactId></project>\n", Command: goOffline, Refusal: "pom.xml: XML syntax error on line 2: invalid character entity &a;"},
	}, jvm.Inputs)
}

func TestMavenDependencies(t *testing.T) {
	for _, c := range []struct{ context, name, version, group, source string }{
		{ledger, "com.fasterxml.jackson.core:jackson-databind", "2.17.1", "", "pom.xml:19"},
		{ledger, "org.junit.jupiter:junit-jupiter", "", "test", "pom.xml:24"},
		{withPlugin("3"), "io.javalin:javalin", "6.1.3", "", "web/pom.xml:10"},
	} {
		checkDependency(t, c.context, c.name, c.version, c.group, c.source)
	}
	all, err := jvm.Dependencies(manifesttest.Context(withPlugin("3")), ".")
	if err != nil || len(all) != 1 {
		t.Errorf("a module is among the dependencies %+v, error %v", all, err)
	}
}

func TestFileName(t *testing.T) {
	for _, c := range []struct{ context, file, want string }{
		{ledger, "pom.xml", "ledger.jar"},
		{books, "web/pom.xml", "web-2.0.0.jar"},
		{books, "pom.xml", ""},
		{pom("<packaging>war</packaging>"), "pom.xml", "a-1.war"},
		{pom("<build><finalName>${unknown}</finalName></build>"), "pom.xml", ""},
	} {
		r, err := jvm.ReadReactor(manifesttest.Context(c.context), c.file)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Top.FileName(); got != c.want {
			t.Errorf("%s: %q, want %q", c.file, got, c.want)
		}
	}
}

func FuzzMaven(f *testing.F) {
	f.Add(pom("<modules><module>b</module></modules><properties><a>${b}</a><b>${a}</b></properties>"), pom("<parent><relativePath>${a}</relativePath></parent>"))
	f.Add(ledger, books)
	f.Fuzz(func(t *testing.T, top, module string) {
		fsys := fstest.MapFS{"pom.xml": {Data: []byte(top)}, "b/pom.xml": {Data: []byte(module)}, ".mvn/extensions.xml": {Data: []byte(module)}}
		in, err := jvm.Inputs(fsys, manifest.Install{Argv: []string{"mvn", "dependency:go-offline"}, Dir: "."})
		if err == nil && in.Refusal == "" && len(in.Files) == 0 {
			t.Error("the POM is not among the files")
		}
		jvm.Dependencies(fsys, ".")
	})
}
