package jvm_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/jvm"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

const shop = `
-- settings.gradle --
pluginManagement {
    repositories { gradlePluginPortal() }
    includeBuild('build-logic')
}
rootProject.name = 'shop'
// include 'old'
include 'app',
        'lib:money'
include(":tools")
project(':tools').projectDir = file('dev/tools')
-- gradle.properties --
org.gradle.jvmargs=-Xmx1g
-- gradle/libs.versions.toml --
-- gradle/wrapper/gradle-wrapper.jar --
-- gradle/wrapper/gradle-wrapper.properties --
-- gradlew --
#!/bin/sh
-- build.gradle --
plugins { id 'java' }
apply from: "$rootDir/gradle/versions.gradle"
apply from: 'https://example.org/shared.gradle'
-- gradle/versions.gradle --
ext.x = 1
-- app/build.gradle.kts --
dependencies {
    implementation("com.google.guava:guava:33.2.0-jre")
    testImplementation("org.junit.jupiter:junit-jupiter")
    implementation(files("libs/old.jar"))
    implementation(project(":lib:money"))
}
-- app/libs/old.jar --
-- app/gradle.lockfile --
-- lib/build.gradle --
-- lib/money/build.gradle --
dependencies {
  implementation fileTree(dir: 'jars', include: '*.jar')
}
-- lib/money/jars/a.jar --
-- dev/tools/build.gradle --
-- buildSrc/build.gradle --
-- build-logic/settings.gradle --
-- app/src/main/java/App.java --
`

const shopFiles = "app/build.gradle.kts app/gradle.lockfile app/libs/old.jar build.gradle dev/tools/build.gradle gradle.properties gradle/libs.versions.toml gradle/versions.gradle lib/build.gradle lib/money/build.gradle settings.gradle"

// script is a build of one project.
func script(lines string) string { return "-- build.gradle --\n" + lines + "\n" }

func TestGradle(t *testing.T) {
	const resolve = "gradle dependencies"
	manifesttest.Run(t, []manifesttest.Case{
		{Name: "one project", Context: script("dependencies { implementation 'g:a:1' }") + "-- settings.gradle.kts --\nrootProject.name = \"a\"\n", Command: resolve, Files: "build.gradle settings.gradle.kts"},
		{Name: "projects, catalogs, scripts, an included build", Context: shop, Command: resolve, Files: shopFiles, Dirs: "build-logic buildSrc lib/money/jars"},
		{
			Name: "the wrapper", Context: shop, Command: "./gradlew --no-daemon :app:dependencies", Dirs: "build-logic buildSrc lib/money/jars",
			Files: strings.Replace(shopFiles, "lib/build", "gradle/wrapper/gradle-wrapper.jar gradle/wrapper/gradle-wrapper.properties gradlew lib/build", 1),
		},
		{Name: "from a project's folder", Context: shop, Dir: "app", Command: resolve, Files: shopFiles, Dirs: "build-logic buildSrc lib/money/jars"},
		{Name: "another project folder", Context: strings.ReplaceAll(shop, "-- ", "-- src/"), Command: "gradle -p src dependencies", Files: "src/" + strings.ReplaceAll(shopFiles, " ", " src/"), Dirs: "src/build-logic src/buildSrc src/lib/money/jars"},
		{Name: "a comment that reads", Context: script("// version = file('V').text"), Command: resolve, Files: "build.gradle"},

		{Name: "computed projects", Context: "-- settings.gradle --\nfile('modules').eachDir { include it.name }\n", Command: resolve, Refusal: `settings.gradle:1: "eachDir": what the script reads cannot be told`},
		{Name: "projects from a list", Context: "-- settings.gradle --\n['a', 'b'].each { include(it) }\n", Command: resolve, Refusal: `settings.gradle:1: "['a', 'b'].each { include(it) }": what it names cannot be told`},
		{Name: "a project by a variable", Context: "-- settings.gradle --\ninclude \"$name\"\n", Command: resolve, Refusal: `settings.gradle:1: "\"$name\"": what it names cannot be told`},
		{Name: "a folder by a variable", Context: "-- settings.gradle --\nproject(':a').projectDir = new File(base, 'a')\n", Command: resolve, Refusal: `settings.gradle:1: "project(':a').projectDir = new File(base, 'a')": what it names cannot be told`},
		{Name: "a version from a file", Context: script("\nversion = file('VERSION').text.trim()"), Command: resolve, Refusal: `build.gradle:2: ".text": what the script reads cannot be told`},
		{Name: "a version from git", Context: script("plugins {\n  id 'com.palantir.git-version' version '3.0.0'\n}"), Command: resolve, Refusal: `build.gradle:2: "git-version" reads the repository's history`},
		{Name: "a script by a variable", Context: script("apply from: \"${base}/x.gradle\""), Command: resolve, Refusal: `build.gradle:1: "apply from: \"${base}/x.gradle\"": what it names cannot be told`},
		{Name: "a script outside", Context: script("apply from: '../x.gradle'"), Command: resolve, Refusal: `build.gradle:1: ../x.gradle is outside the context`},
		{Name: "a build outside", Context: "-- settings.gradle --\nincludeBuild '../x'\n", Command: resolve, Refusal: `settings.gradle:1: the included build ../x is not in the context`},
		{Name: "a project without a build file", Context: "-- settings.gradle --\ninclude 'a'\n-- a/src/A.java --\n", Command: resolve, Refusal: "the project :a has no build file, and Gradle 9 demands that its folder is there"},
		{Name: "the step compiles", Context: shop, Command: "./gradlew bootJar", Refusal: "gradle compiles the source in the same step as it downloads the dependencies"},
	}, jvm.Inputs)
}

func TestGradleDependencies(t *testing.T) {
	lines := script(`dependencies {
  implementation 'com.google.guava:guava:33.2.0-jre'
  testImplementation("org.junit.jupiter:junit-jupiter")
  annotationProcessor 'org.projectlombok:lombok:1.18.+'
}`)
	checkDependency(t, lines, "com.google.guava:guava", "33.2.0-jre", "", "build.gradle:2")
	checkDependency(t, lines, "org.junit.jupiter:junit-jupiter", "", "test", "build.gradle:3")
	checkDependency(t, lines, "org.projectlombok:lombok", "", "build", "build.gradle:4")
}

func FuzzGradle(f *testing.F) {
	f.Add("include 'b',\n'c'", "apply from: 'build.gradle'")
	f.Add("includeBuild('.')\nproject(':b').projectDir = file('.')", "files('x', \"y\")\nflatDir { dirs 'b' }")
	f.Fuzz(func(t *testing.T, settings, build string) {
		fsys := fstest.MapFS{"settings.gradle": {Data: []byte(settings)}, "build.gradle": {Data: []byte(build)}, "b/build.gradle": {Data: []byte(build)}}
		in, err := jvm.Inputs(fsys, manifest.Install{Argv: []string{"gradle", "dependencies"}, Dir: "."})
		if err == nil && in.Refusal == "" && len(in.Files) < 2 {
			t.Errorf("scripts are missing among %+v", in.Files)
		}
		jvm.Dependencies(fsys, ".")
	})
}
