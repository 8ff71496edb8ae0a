package jvm

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dopt/internal/project/manifest"
)

// bootPlugin is the plugin of Maven that puts a program and its libraries into one jar.
const bootPlugin = "spring-boot-maven-plugin"

// bootGradle is the name of the plugin of Gradle that does.
const bootGradle = "org.springframework.boot"

// oldTools is why jars of older versions of Spring Boot stay whole. Those of 3.3.0 fail where the program's classes have a folder META-INF. Sources:
// release notes of Spring Boot 3.3, section on jarmode tools; https://github.com/spring-projects/spring-boot/issues/40903
const oldTools = "is made by Spring Boot %s, and tools that leave `java -jar` as it is are part of 3.3.1 and later"

// bootGoals are the goals of the plugin that leave the jar as it is, or make it. What build-info puts into META-INF is taken along.
var bootGoals = strings.Fields("repackage build-image build-info")

// bootSettings are what the plugin may be told without a change of how it lays out the jar, with what only its other goals read. Source:
// https://docs.spring.io/spring-boot/maven-plugin/packaging.html and the pages of its other goals.
var bootSettings = strings.Fields("excludes mainClass image additionalProperties jvmArguments arguments environmentVariables systemPropertyVariables")

// bootNeighbours are plugins that change neither the jar nor what of its META-INF is outside of the program. Source: the plugins' pages at
// https://maven.apache.org/plugins and the projects' own.
var bootNeighbours = strings.Fields(bootPlugin + " maven-compiler-plugin maven-surefire-plugin maven-failsafe-plugin maven-resources-plugin maven-clean-plugin " +
	"maven-enforcer-plugin maven-checkstyle-plugin maven-dependency-plugin kotlin-maven-plugin jacoco-maven-plugin git-commit-id-plugin git-commit-id-maven-plugin " +
	"flyway-maven-plugin liquibase-maven-plugin spotless-maven-plugin fmt-maven-plugin sonar-maven-plugin")

// UsesSpringBoot reports whether a POM names the plugin that makes jars of Spring Boot.
func (p *POM) UsesSpringBoot() bool { return strings.Contains(string(p.data), bootPlugin) }

// SpringBootLayers says why the jar that a POM builds is not known to have the four layers in which Spring Boot's own tools take it apart, "" where
// it is: as a predicate of the jar. Only a POM counts that says all of it itself, or takes it from Spring Boot's.
func (p *POM) SpringBootLayers() (why string) {
	var pom struct {
		Plugins []struct {
			ArtifactID    string     `xml:"artifactId"`
			Configuration Properties `xml:"configuration"`
			Executions    []struct {
				Goals         []string   `xml:"goals>goal"`
				Configuration Properties `xml:"configuration"`
			} `xml:"executions>execution"`
		} `xml:"build>plugins>plugin"`
	}
	if err := manifest.XML(p.data).Decode(&pom); err != nil {
		return "is of a POM that cannot be read"
	}
	starter := p.Parent != nil && p.Parent.GroupID == "org.springframework.boot" && p.Parent.ArtifactID == "spring-boot-starter-parent"
	switch {
	case p.Parent != nil && !starter || len(p.Modules) > 0:
		return "is of a project with several POMs"
	case p.Packaging != "" && p.Packaging != "jar":
		return "is no jar"
	case strings.Count(string(p.data), bootPlugin) != 1 || strings.Contains(string(p.data), "spring-boot.repackage"):
		return "is of a POM that configures Spring Boot's plugin in several places"
	}
	repackaged := starter
	for _, plugin := range pom.Plugins {
		if !slices.Contains(bootNeighbours, plugin.ArtifactID) {
			return "may be changed by " + plugin.ArtifactID
		}
		if plugin.ArtifactID != bootPlugin {
			continue
		}
		told := slices.Sorted(maps.Keys(plugin.Configuration))
		for _, e := range plugin.Executions {
			told = append(told, slices.Sorted(maps.Keys(e.Configuration))...)
			repackaged = repackaged || slices.Contains(e.Goals, "repackage")
			if i := slices.IndexFunc(e.Goals, func(goal string) bool { return !slices.Contains(bootGoals, goal) }); i >= 0 {
				return "is of a POM with the goal " + e.Goals[i] + " of Spring Boot's plugin"
			}
		}
		if i := slices.IndexFunc(told, func(name string) bool { return !slices.Contains(bootSettings, name) }); i >= 0 {
			return "is of a POM that tells Spring Boot's plugin " + told[i]
		}
	}
	if !repackaged {
		return "is of a POM that does not say when Spring Boot's plugin makes it"
	}
	return oldBoot(p.bootVersion())
}

// bootVersion returns the version of the plugin, "" where the POM does not tell it.
func (p *POM) bootVersion() string {
	for _, plugin := range p.Build.Plugins {
		if plugin.ArtifactID == bootPlugin && plugin.Version != "" {
			return p.expand(plugin.Version)
		}
	}
	if p.Parent != nil {
		return p.Parent.Version
	}
	return ""
}

// oldBoot says why the tools of a version of Spring Boot do not take a jar apart in a way that `java -jar` starts it as before, "" where they do.
func oldBoot(version string) (why string) {
	switch {
	case !atLeast(version, 1):
		return "is made by a version of Spring Boot that is not known"
	case !atLeast(version, 3, 3, 1):
		return fmt.Sprintf(oldTools, version)
	}
	return ""
}

// bootVersion finds the version of the plugin of Gradle in a build script, in Groovy or in Kotlin.
var bootVersion = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`id\s*\(?\s*["']org\.springframework\.boot["']\s*\)?\s*version\s*\(?\s*["']([^"'$]+)["']`)
})

// bootChanges are words of scripts of Gradle by which the jar, or what is in its META-INF, is another one than that of the plugin by default. Source:
// https://docs.spring.io/spring-boot/gradle-plugin/packaging.html
var bootChanges = strings.Fields("layered includeTools includeLayerTools launchScript bootWar requiresUnpack buildInfo intoLayer loaderImplementation PropertiesLauncher " +
	"archiveClassifier classifier graalvm processAot shadow manifest cyclonedx apply allprojects subprojects buildscript proguard")

// GradleSpringBoot reports whether a script of Gradle names the plugin that makes jars of Spring Boot.
func GradleSpringBoot(script string) bool { return strings.Contains(script, bootGradle) }

// GradleSpringBootLayers is SpringBootLayers for the scripts of a build with Gradle.
func GradleSpringBootLayers(scripts string) (why string) {
	for _, word := range bootChanges {
		if strings.Contains(scripts, word) {
			return "is of a build script that says " + word
		}
	}
	m := bootVersion().FindStringSubmatch(scripts)
	if m == nil {
		return oldBoot("")
	}
	return oldBoot(m[1])
}
