package java

import (
	"slices"
	"strings"
	"testing"

	"dopt/internal/artifact/artifacttest"
)

const (
	pom = `
-- pom.xml --
<project>
  <groupId>com.example</groupId>
  <artifactId>shop</artifactId>
  <version>1.0</version>
  <properties><revision>7</revision></properties>
</project>
-- src/main/java/Main.java --
class Main {}
`
	sbt = `
-- build.sbt --
name := "shop"
assembly / assemblyJarName := "shop.jar"
-- src/main/scala/Main.scala --
object Main
`
)

func TestFind(t *testing.T) {
	artifacttest.Run(t, Language, []artifacttest.Case{
		{Name: "the sibling on the same release", Archive: `-- Dockerfile --
FROM maven:3.9-eclipse-temurin-17
WORKDIR /app
COPY . .
RUN mvn package
CMD ["java", "-jar", "target/shop-1.0.jar"]` + pom, Want: `
aggressive: base gcr.io/distroless/java17-debian13
standard: base eclipse-temurin:17-jre-noble
/app/target/shop-1.0.jar`},
		{Name: "options in front of the jar, and behind it", Archive: `-- Dockerfile --
FROM eclipse-temurin:21-jdk-noble
COPY . /app
RUN cd /app && ./mvnw verify
CMD java -Xmx1g --add-opens java.base/java.lang=ALL-UNNAMED $JAVA_OPTS -jar /app/target/shop-1.0.jar --port 80` + pom, Want: `
standard: base eclipse-temurin:21-jre-noble
/app/target/shop-1.0.jar`},
		{Name: "a step that is done elsewhere", Archive: `-- Dockerfile --
FROM maven:3.9-eclipse-temurin-17
COPY . /app
RUN mvn -f /app/pom.xml package && cp /app/target/*.jar /srv/shop.jar
WORKDIR /srv
CMD ["java", "-jar", "shop.jar"]` + pom, Want: `
aggressive: base gcr.io/distroless/java17-debian13
standard: base eclipse-temurin:17-jre-noble
/srv/shop.jar`},
		{Name: "a start script of sbt", Archive: `-- Dockerfile --
FROM eclipse-temurin:17-jdk-jammy
COPY . /app
WORKDIR /app
RUN sbt stage
CMD ["/app/target/universal/stage/bin/shop"]` + sbt, Want: `
standard: base eclipse-temurin:17-jre-jammy
/app/target/universal/stage/`},
		{Name: "a jar of sbt", Archive: `-- Dockerfile --
FROM eclipse-temurin:17-jdk-jammy
COPY . /app
WORKDIR /app
RUN sbt assembly
CMD ["java", "-jar", "target/scala-3.3.1/shop.jar"]` + sbt, Want: `
aggressive: base gcr.io/distroless/java17-debian13
standard: base eclipse-temurin:17-jre-jammy
/app/target/scala-3.3.1/shop.jar`},
		{Name: "a jar that sbt is not told to make", Archive: `-- Dockerfile --
FROM eclipse-temurin:17-jdk-jammy
COPY . /app
WORKDIR /app
RUN sbt assembly
CMD ["java", "-jar", "target/scala-3.3.1/store.jar"]` + sbt, Want: `
standard: base eclipse-temurin:17-jre-jammy
unknown Dockerfile:5: starts /app/target/scala-3.3.1/store.jar: no build file of sbt gives a file the name store.jar`},
		{Name: "a class path in the home folder", Archive: `-- Dockerfile --
FROM maven:3.9-eclipse-temurin-17
COPY . /app
WORKDIR /app
RUN mvn package
CMD ["java", "-cp", "target/classes:/root/.m2/repository/a/a.jar", "Main"]` + pom, Want: `
standard: base eclipse-temurin:17-jre-noble
/app/target/classes/
unknown Dockerfile:5: starts /root/.m2/repository/a/a.jar: which step makes it is not known`},
		{Name: "arguments in a file", Archive: `-- Dockerfile --
FROM maven:3.9-eclipse-temurin-17
COPY . /app
WORKDIR /app
RUN mvn package
CMD ["java", "@options", "-jar", "target/shop-1.0.jar"]` + pom, Want: `
standard: base eclipse-temurin:17-jre-noble
unknown Dockerfile:5: starts java with arguments of a file`},
		{Name: "a class that is looked for somewhere", Archive: `-- Dockerfile --
FROM maven:3.9-eclipse-temurin-17
COPY . /app
WORKDIR /app
RUN mvn package
CMD ["java", "Main"]` + pom, Want: `
standard: base eclipse-temurin:17-jre-noble
unknown Dockerfile:5: starts a class, and where that is looked for is not said`},
		{Name: "a project that is not there", Archive: `-- Dockerfile --
FROM maven:3.9-eclipse-temurin-17
RUN git clone https://example.com/shop.git /shop && cd /shop && mvn package
CMD ["java", "-jar", "/shop/target/shop-1.0.jar"]` + pom, Want: `
standard: base eclipse-temurin:17-jre-noble
unknown Dockerfile:2: builds a project that is not in the build context
unknown Dockerfile:3: starts /shop/target/shop-1.0.jar: which step makes it is not known`},
		{Name: "no build tool", Archive: `-- Dockerfile --
FROM eclipse-temurin:17-jdk
COPY app.jar /
CMD ["java", "-jar", "/app.jar"]
-- app.jar --
`, Want: `nothing`},
	})
}

// The tags of a runtime are those of the JDK with another word, and one that names the release.
func TestRuntimes(t *testing.T) {
	for image, want := range map[string][]string{
		"maven:3.9-eclipse-temurin-17":          {"eclipse-temurin:17-jre", "eclipse-temurin:17-jre-noble"},
		"maven:3.9.9-eclipse-temurin-21-alpine": {"eclipse-temurin:21-jre-alpine", "eclipse-temurin:21-jre-alpine-noble"},
		"maven:3.6-jdk-8-slim":                  {"openjdk:8-jre-slim", "openjdk:8-jre-slim-noble"},
		"maven:3.8-openjdk-11":                  {"openjdk:11-jre", "openjdk:11-jre-noble"},
		"gradle:8-jdk17":                        {"eclipse-temurin:17-jre", "eclipse-temurin:17-jre-noble"},
		"gradle:8.5.0-jdk21-jammy":              {"eclipse-temurin:21-jre-jammy", "eclipse-temurin:21-jre-jammy-noble"},
		"gradle:jdk25-noble":                    {"eclipse-temurin:25-jre-noble"},
		"gradle:10.1-jdk25-alpine":              {"eclipse-temurin:25-jre-alpine", "eclipse-temurin:25-jre-alpine-noble"},
		"gradle:7.6-jdk17":                      nil,
		"gradle:8":                              nil,
		"gradle:8-jdk17-graal-jammy":            nil,
		"gradle:8-jdk17-corretto":               nil,
		"gradle:8-jdk-lts-and-current":          nil,
		"gradle:latest":                         nil,
		"eclipse-temurin:17":                    {"eclipse-temurin:17-jre", "eclipse-temurin:17-jre-noble"},
		"docker.io/library/openjdk:8u212-jdk":   {"openjdk:8u212-jre", "openjdk:8u212-jre-noble"},
		"eclipse-temurin:17-jdk-noble":          {"eclipse-temurin:17-jre-noble"},
		"eclipse-temurin:17-jre":                nil,
		"maven:3":                               nil,
		"maven:3.9-amazoncorretto-17":           nil,
		"openjdk:jdk":                           nil,
		"registry.example.com/openjdk:8-jdk":    nil,
	} {
		if got := runtimes(image, "noble"); !slices.Equal(got, want) {
			t.Errorf("runtimes(%q) = %q, want %q", image, got, want)
		}
	}
}

// The name of a jar of Gradle is the project's, its version, and what plugins put behind them.
func TestNamedInGradle(t *testing.T) {
	const script = "rootProject.name = 'shop'\nversion = '1.2'\n"
	for _, c := range []struct {
		text, name string
		want       bool
	}{
		{script, "shop-1.2", true},
		{script, "folder-1.2", true},
		{script, "shop-1.3", false},
		{script, "store-1.2", false},
		{script, "shop-1.2-all", false},
		{script + "id 'com.gradleup.shadow'", "shop-1.2-all", true},
		{"", "folder", true},
		{"archiveFileName = 'app.jar'\narchiveBaseName = 'app'", "app", true},
	} {
		if got := namedInGradle(c.text, "folder", c.name); got != c.want {
			t.Errorf("namedInGradle(%q, %q) = %t, want %t", c.text, c.name, got, c.want)
		}
	}
}

// bootPOM is that of a program of Spring Boot, of a version, with more that its plugin is told.
func bootPOM(version, more string) string {
	return `
-- pom.xml --
<project>
  <parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>` + version + `</version></parent>
  <artifactId>shop</artifactId>
  <version>1.0</version>
  <build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId>` + more + `</plugin></plugins></build>
</project>
`
}

// Why a jar of Spring Boot stays in one layer is told.
func TestLayers(t *testing.T) {
	const (
		dockerfile = `-- Dockerfile --
FROM maven:3.9-eclipse-temurin-17
WORKDIR /app
COPY . .
RUN mvn package
CMD ["java", "-jar", "target/shop-1.0.jar"]`
		whole = `
aggressive: base gcr.io/distroless/java17-debian13
standard: base eclipse-temurin:17-jre-noble
/app/target/shop-1.0.jar
in one layer: `
		class = "-- src/main/java/Main.java --\nclass Main {}\n"
	)
	reasons := []struct{ name, files, reason string }{
		{"an old version", bootPOM("2.7.18", "") + class, "is made by Spring Boot 2.7.18, and tools that leave `java -jar` as it is are part of 3.3.1 and later"},
		{"the first version with tools", bootPOM("3.3.0", "") + class, "is made by Spring Boot 3.3.0, and tools that leave `java -jar` as it is are part of 3.3.1 and later"},
		{"a version that a variable has", bootPOM("${boot}", "") + class, "is made by a version of Spring Boot that is not known"},
		{"no layers", bootPOM("3.4.5", "<configuration><layers><enabled>false</enabled></layers></configuration>") + class, "is of a POM that tells Spring Boot's plugin layers"},
		{"code that is made ahead of time", bootPOM("3.4.5", "<executions><execution><goals><goal>process-aot</goal></goals></execution></executions>") + class, "is of a POM with the goal process-aot of Spring Boot's plugin"},
		{"another plugin", strings.Replace(bootPOM("3.4.5", ""), "<plugins>", "<plugins><plugin><artifactId>maven-antrun-plugin</artifactId></plugin>", 1) + class, "may be changed by maven-antrun-plugin"},
		{"a property", bootPOM("3.4.5", "") + "<!-- spring-boot.repackage.skip -->\n" + class, "is of a POM that configures Spring Boot's plugin in several places"},
		{"a program that looks at its jar", bootPOM("3.4.5", "") + "-- src/main/java/Main.java --\nclass Main { Object o = new java.util.jar.JarFile(\"\"); }\n", "may be looked at by the program: src/main/java/Main.java has JarFile"},
		{"a folder lib", bootPOM("3.4.5", "") + class + "-- target/lib/a.jar --\n", "lies beside a folder that the libraries would be put into"},
	}
	cases := []artifacttest.Case{
		{Name: "layers", Archive: dockerfile + bootPOM("3.4.5", "") + class, Want: `
aggressive: base gcr.io/distroless/java17-debian13
standard: base eclipse-temurin:17-jre-noble
/app/target/shop-1.0.jar
layers of /app/target/shop-1.0.jar`},
	}
	for _, r := range reasons {
		cases = append(cases, artifacttest.Case{Name: r.name, Archive: dockerfile + r.files, Want: whole + r.reason})
	}
	artifacttest.Run(t, Language, cases)
}
