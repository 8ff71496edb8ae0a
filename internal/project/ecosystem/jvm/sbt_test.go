package jvm_test

import (
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/jvm"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

const play = `
-- build.sbt --
ThisBuild / scalaVersion := "2.13.14"

lazy val root = (project in file(".")).aggregate(core, web)
lazy val core = project.settings(libraryDependencies += "org.typelevel" %% "cats-core" % "2.12.0")
lazy val web = (project in file("modules/web")).dependsOn(core)
libraryDependencies ++= Seq(
  "com.typesafe" % "config" % configVersion,
  "org.scalatest" %% "scalatest" % "3.2.19" % Test,
)
-- version.sbt --
version := "1.0"
-- core/build.sbt --
name := "core"
-- modules/web/web.sbt --
-- modules/web/Web.scala --
-- project/build.properties --
sbt.version=1.10.0
-- project/plugins.sbt --
addSbtPlugin("com.eed3si9n" % "sbt-assembly" % "2.2.0")
-- project/Dependencies.scala --
object Dependencies
-- project/project/metals.sbt --
-- .jvmopts --
`

func TestSbt(t *testing.T) {
	manifesttest.Run(t, []manifesttest.Case{
		{
			Name: "projects and the build of the build", Context: play, Command: "sbt update",
			Files: ".jvmopts build.sbt core/build.sbt modules/web/web.sbt project/Dependencies.scala project/build.properties project/plugins.sbt project/project/metals.sbt version.sbt",
		},
		{Name: "one file", Context: "-- build.sbt --\nname := \"a\"\n-- src/main/scala/A.scala --\n", Command: "sbt update", Files: "build.sbt"},
		{Name: "a version from git", Context: "-- build.sbt --\n-- project/plugins.sbt --\n\naddSbtPlugin(\"com.github.sbt\" % \"sbt-dynver\" % \"5.0.1\")\n", Command: "sbt update", Refusal: `project/plugins.sbt:2: "sbt-dynver" reads the repository's history`},
		{Name: "a program that runs", Context: "-- build.sbt --\nversion := \"git describe\".!!.trim\n", Command: "sbt update", Refusal: `build.sbt:1: ".!": what the build definition reads cannot be told`},
		{Name: "a project outside", Context: "-- build.sbt --\nlazy val a = (project in file(\"../a\"))\n", Command: "sbt update", Refusal: "build.sbt:1: ../a is outside the context"},
		{Name: "no definition", Context: "-- src/main/scala/A.scala --\n", Command: "sbt update", Refusal: "there is no build.sbt"},
		{Name: "the step compiles", Context: play, Command: "sbt assembly", Refusal: "sbt compiles the source in the same step as it downloads the dependencies"},
	}, jvm.Inputs)
}

func TestSbtDependencies(t *testing.T) {
	checkDependency(t, play, "org.typelevel:cats-core", "2.12.0", "", "build.sbt:4")
	checkDependency(t, play, "com.typesafe:config", "", "", "build.sbt:7")
	checkDependency(t, play, "org.scalatest:scalatest", "3.2.19", "test", "build.sbt:8")
}

func FuzzSbt(f *testing.F) {
	f.Add("lazy val a = project in file(\"a\")", "lazy val a = project in file(\"..\")")
	f.Fuzz(func(t *testing.T, root, project string) {
		fsys := fstest.MapFS{"build.sbt": {Data: []byte(root)}, "a/a.sbt": {Data: []byte(project)}, "project/project/p.scala": {Data: []byte(project)}}
		in, err := jvm.Inputs(fsys, manifest.Install{Argv: []string{"sbt", "update"}, Dir: "."})
		if err == nil && in.Refusal == "" && len(in.Files) < 2 {
			t.Errorf("definitions are missing among %+v", in.Files)
		}
		jvm.Dependencies(fsys, ".")
	})
}
