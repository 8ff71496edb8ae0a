package pkgmgr

// The goals of Maven, Gradle and sbt are open sets: what the tables do not name is taken as a
// build, which may fetch anything.

var maven = Manager{
	Name: "maven", Ecosystem: "jvm", Programs: []string{"mvn", "mvnw", "mvnd"}, Goals: true, Fallback: Build,
	Commands: []Command{
		{
			Words: "compile|test-compile|process-classes|test|package|verify|install|deploy|site|integration-test|prepare-package|" +
				"generate-sources|generate-resources",
			Verb: Build,
		},
		{
			Words: "dependency:go-offline|*:go-offline|dependency:resolve|*:resolve|dependency:resolve-plugins|*:resolve-plugins|" +
				"dependency:get|*:get|dependency:copy|dependency:copy-dependencies|*:copy-dependencies|dependency:tree|" +
				"dependency:sources|*:resolve-dependencies",
			Verb: Download,
		},
		{Words: "clean|help:evaluate|help:effective-pom|versions:set|validate", Verb: Other},
	},
	Syntax: SingleDash,
	Values: []string{
		"-D", "--define", "-P", "--activate-profiles", "-pl", "--projects", "-f", "--file", "-s", "--settings", "-gs", "--global-settings", "-t", "--toolchains",
		"-gt", "--global-toolchains", "-T", "--threads", "-l", "--log-file", "-rf", "--resume-from", "-b", "--builder", "--color", "-emp", "-ep",
	},
	PathFlags: []string{"-f", "--file", "-s", "--settings", "-gs", "--global-settings"},
	Manifests: []string{"pom.xml", "*/pom.xml"},
	Configs:   []string{"mvnw", ".mvn/wrapper/*", ".mvn/maven.config", ".mvn/jvm.config", ".mvn/extensions.xml", "settings.xml"},
	Caches: []Cache{
		{Path: "~/.m2/repository", Holds: "artifacts of dependencies and plugins, and what mvn install put there", FilledBy: builds, Loss: LosesInputs},
		{Path: "~/.m2/wrapper", Holds: "Maven itself, where mvnw fetched it", FilledBy: builds, Loss: LosesInputs},
	},
	Moves: []Move{
		{Path: "~/.m2/repository", Flag: "-Dmaven.repo.local"},
		{Path: "~/.m2", By: []string{"$MAVEN_USER_HOME"}},
	},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "~/.m2/repository"}, Empties: []string{"~/.m2/repository"}, Loss: LosesInputs},
	},
	Mounts: []Mount{{Target: "~/.m2/repository", Sharing: "locked", Note: "every later mvn command needs it too, and what mvn install put there is not in the image"}},
	Source: "https://maven.apache.org/guides/introduction/introduction-to-repositories.html, https://maven.apache.org/ref/current/maven-embedder/cli.html",
}

var gradle = Manager{
	Name: "gradle", Ecosystem: "jvm", Programs: []string{"gradle", "gradlew"}, Goals: true, Fallback: Build,
	Commands: []Command{
		{
			Words: "build|assemble|jar|war|bootJar|bootWar|shadowJar|installDist|distZip|distTar|compileJava|compileKotlin|classes|" +
				"check|test|publish|publishToMavenLocal|*:build|*:assemble|*:jar|*:bootJar|*:shadowJar|*:installDist",
			Verb: Build,
		},
		{Words: "run|bootRun|*:run|*:bootRun", Verb: Run},
		{Words: "dependencies|resolveDependencies|downloadDependencies|*:dependencies", Verb: Download},
		{Words: "clean|tasks|help|properties|projects|wrapper|init|*:clean", Verb: Other},
	},
	Syntax: SingleDash,
	Values: []string{
		"-D", "--system-prop", "-P", "--project-prop", "-x", "--exclude-task", "-p", "--project-dir", "-b", "--build-file", "-c", "--settings-file", "-g",
		"--gradle-user-home",
		"-I", "--init-script", "--include-build", "--max-workers", "--console", "--warning-mode", "--project-cache-dir", "--priority", "-M",
		"--write-verification-metadata",
		"-F", "--dependency-verification", "--update-locks", "--configuration", "--tests", "--gradle-version", "--distribution-type",
	},
	PathFlags: []string{"-p", "--project-dir", "-b", "--build-file", "-c", "--settings-file", "-I", "--init-script", "--include-build"},
	Manifests: []string{"build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "*/build.gradle", "*/build.gradle.kts", "buildSrc/**"},
	Locks:     []string{"gradle.lockfile", "*/gradle.lockfile", "buildscript-gradle.lockfile", "gradle/verification-metadata.xml"},
	Configs:   []string{"gradle.properties", "gradlew", "gradle/wrapper/*", "gradle/libs.versions.toml", "gradle/*.versions.toml", "gradle/*.gradle*"},
	Caches: []Cache{
		{Path: "~/.gradle/caches", Holds: "artifacts of dependencies, and compiled scripts", FilledBy: runsToo, Loss: LosesInputs},
		{Path: "~/.gradle/wrapper/dists", Holds: "Gradle itself, where gradlew fetched it", FilledBy: runsToo, Loss: LosesInputs},
		{Path: "~/.gradle/daemon", Holds: "logs of the daemon", FilledBy: runsToo},
	},
	Moves: []Move{{Path: "~/.gradle", By: []string{"$GRADLE_USER_HOME"}, Flag: "--gradle-user-home"}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "~/.gradle/daemon"}, Empties: []string{"~/.gradle/daemon"}},
		{Command: []string{"rm", "-rf", "~/.gradle/caches"}, Empties: []string{"~/.gradle/caches"}, Loss: LosesInputs},
	},
	Mounts: []Mount{
		{
			Target: "~/.gradle/caches", Sharing: "locked",
			Note: "every later gradle command needs it too; two Gradles in two containers cannot share its locks (github.com/gradle/gradle/issues/851)",
		},
		{Target: "~/.gradle/wrapper/dists", Sharing: "locked", Note: "every later gradlew command needs it too"},
	},
	Source: "https://docs.gradle.org/current/userguide/directory_layout.html, https://docs.gradle.org/current/userguide/command_line_interface.html",
}

var sbt = Manager{
	Name: "sbt", Ecosystem: "jvm", Programs: []string{"sbt", "sbtx"}, Goals: true, Fallback: Build,
	Commands: []Command{
		{
			Words: "compile|*:compile|*/compile|package|assembly|*/assembly|stage|*/stage|dist|test|publishLocal|" +
				"universal:packageBin|Universal/packageBin|docker:publishLocal",
			Verb: Build,
		},
		{Words: "run|*/run", Verb: Run},
		{Words: "update|*/update", Verb: Download},
	},
	Syntax: SingleDash,
	Values: []string{"-D", "-J", "-mem", "-java-home", "-sbt-version", "-sbt-dir", "-sbt-boot", "-ivy", "-jvm-debug", "-sbt-jar"},
	Manifests: []string{
		"build.sbt", "*.sbt", "project/*.sbt", "project/*.scala",
	},
	Configs: []string{"project/build.properties", ".sbtopts", ".jvmopts"},
	Caches: []Cache{
		{Path: "~/.cache/coursier", Holds: "artifacts of dependencies (sbt 1.3 and later)", FilledBy: runsToo, Loss: LosesInputs},
		{Path: "~/.ivy2/cache", Holds: "artifacts of dependencies (before)", FilledBy: runsToo, Loss: LosesInputs},
		{Path: "~/.sbt", Holds: "sbt and the Scala compiler, and settings", FilledBy: runsToo, Loss: LosesInputs},
	},
	Moves: []Move{{Path: "~/.cache/coursier", By: []string{"$COURSIER_CACHE", "$XDG_CACHE_HOME/coursier"}}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "~/.cache/coursier", "~/.ivy2/cache"}, Empties: []string{"~/.cache/coursier", "~/.ivy2/cache"}, Loss: LosesInputs},
	},
	Mounts: []Mount{
		{Target: "~/.cache/coursier", Sharing: "locked", Note: "every later sbt command needs it too"},
		{Target: "~/.ivy2/cache", Sharing: "locked", Note: "every later sbt command needs it too"},
	},
	Source: "https://www.scala-sbt.org/1.x/docs/Command-Line-Reference.html, https://get-coursier.io/docs/cache",
}
