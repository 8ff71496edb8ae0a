package compare_test

import (
	"archive/tar"
	"slices"
	"strings"
	"testing"
	"time"

	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/verify"
	"dopt/internal/verify/compare"
	"dopt/internal/verify/result"
	"dopt/transform"
)

func parse(t *testing.T, text string) *transform.Document {
	t.Helper()
	doc, err := transform.Parse("Dockerfile", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestSteps(t *testing.T) {
	doc := parse(t, "FROM golang AS Build\nWORKDIR /src\nCOPY . .\nRUN go build\nFROM scratch\nCOPY --from=build /src/a /a\n")
	var got []string
	for _, s := range compare.Steps(doc, []verify.Vertex{
		{Name: "[internal] load build context"},
		{Name: "[build 1/4] FROM docker.io/library/golang"},
		{Name: "[build 2/4] WORKDIR /src"},
		{Name: "[linux/arm64 build 3/4] COPY . ."},
		{Name: "[build 4/4] RUN go build"},
		{Name: "[stage-1 1/1] COPY --from=build /src/a /a"},
		{Name: "exporting to oci image format"},
	}) {
		line := 0
		if s.Instruction != nil {
			line, _ = doc.Position(s.Instruction.Span.Start)
		}
		got = append(got, s.Text+" at "+string(rune('0'+line)))
	}
	want := []string{"WORKDIR /src at 2", "COPY . . at 3", "RUN go build at 4", "COPY --from=build /src/a /a at 6"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// BuildKit pads the numbers of steps, and names the platform where there are several.
func TestStepStage(t *testing.T) {
	several := parse(t, "FROM debian AS Builder\nRUN make\nFROM debian\nRUN make\nFROM scratch AS all\nCOPY --from=1 / /\n")
	one := parse(t, "FROM debian AS base\nRUN make\n")
	for _, c := range []struct {
		doc  *transform.Document
		step string
		want int
	}{
		{several, "[builder 2/2] RUN make", 0},
		{several, "[builder  2/12] RUN make", 0},
		{several, "[linux/arm64 builder 2/2] RUN make", 0},
		{several, "[linux/amd64->arm64 builder 2/2] RUN make", 0},
		{several, "[stage-1  2/10] RUN make", 1},
		{several, "[all 1/1] COPY --from=1 / /", 2},
		{several, "[elsewhere 2/2] RUN make", -1},
		{several, "[internal] load build context", -1},
		{several, "", -1},
		{one, "[2/2] RUN make", 0},
		{one, "[ 2/12] RUN make", 0},
		{one, "[linux/arm64  2/12] RUN make", 0},
	} {
		got := -1
		if s := compare.StepStage(c.doc, c.step); s != nil {
			got = s.Index
		}
		if got != c.want {
			t.Errorf("%s: stage %d, want %d", c.step, got, c.want)
		}
	}
}

// BuildKit counts FROM of a named context, and gives its number to the step behind it.
func TestStepsOnNamedContexts(t *testing.T) {
	steps := compare.Steps(parse(t, "FROM debian\nRUN a\nCOPY b c\nRUN d\n"), []verify.Vertex{
		{Name: "[context debian] OCI load from client"},
		{Name: "[1/4] RUN a"},
		{Name: "[2/4] COPY b c"},
		{Name: "[3/4] RUN d"},
	})
	if len(steps) != 3 {
		t.Fatalf("%d steps, want 3: %+v", len(steps), steps)
	}
	for i, s := range steps {
		if s.Instruction == nil || s.Instruction.Index != i+1 {
			t.Errorf("%s: instruction %+v, want that with index %d", s.Name, s.Instruction, i+1)
		}
	}
}

// Triggers of the base image come before the stage's own steps, and are none of its instructions.
func TestStepsOfTriggers(t *testing.T) {
	steps := compare.Steps(parse(t, "FROM node:onbuild\nRUN a\n"), []verify.Vertex{
		{Name: "[1/3] FROM docker.io/library/node:onbuild"}, {Name: "[2/3] ONBUILD COPY . ."}, {Name: "[3/3] RUN a"},
	})
	if len(steps) != 2 || steps[0].Instruction != nil || steps[1].Instruction == nil || steps[1].Instruction.Keyword != "RUN" {
		t.Errorf("got %+v", steps)
	}
}

func history(entries ...string) []ocispecs.History {
	var list []ocispecs.History
	for _, e := range entries {
		text, empty := strings.CutPrefix(e, "-")
		list = append(list, ocispecs.History{CreatedBy: text, EmptyLayer: empty})
	}
	return list
}

func TestLayersAreTiedToInstructions(t *testing.T) {
	doc := parse(t, "FROM debian AS base\nRUN apt-get update\nENV A=1\nFROM other AS build\nRUN make\nFROM base\nCOPY --from=build \\\n  /a /a\nCMD [\"/a\"]\n")
	image := &verify.Image{Layers: make([]ocispecs.Descriptor, 3)}
	image.Config.History = history("ADD rootfs.tar.xz / # buildkit", "-CMD [\"bash\"]", "RUN /bin/sh -c apt-get update # buildkit", "-ENV A=1", "COPY /a /a # buildkit", "-CMD [\"/a\"]")
	built := &verify.Built{Image: image, Seconds: 3, Vertices: []verify.Vertex{
		{Name: "[base 2/2] RUN apt-get update", Ran: true, Started: time.Second, Ended: 3 * time.Second}, {Name: "[stage-2 1/1] COPY --from=build /a /a", Cached: true},
	}}
	got := compare.Image(built, verify.Anatomy{Layers: []verify.LayerContent{{Bytes: 7, Files: 2}, {Bytes: 5, Files: 1}, {}}}, doc, "")
	want := []result.Layer{
		{Instruction: "ADD rootfs.tar.xz /", Base: true, Unpacked: 7, Files: 2},
		{Instruction: "RUN apt-get update", Line: 2, Unpacked: 5, Files: 1, Seconds: 2},
		{Instruction: "COPY --from=build /a /a", Line: 7, Cached: true},
	}
	if !slices.Equal(got.Layers, want) || got.Unpacked != 12 || got.Steps != 2 || got.Cached != 1 {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestFiles(t *testing.T) {
	before := verify.Tree{
		"/usr/bin/gcc": {Type: tar.TypeReg, Size: 100}, "/usr/lib/gcc/x": {Type: tar.TypeReg, Size: 50}, "/opt": {Type: tar.TypeDir},
		"/opt/app/data/deep/down/a": {Type: tar.TypeReg, Size: 5}, "/opt/app/data/deep/up/b": {Type: tar.TypeReg, Size: 6}, "/etc/x": {Type: tar.TypeReg, Size: 1},
	}
	after := verify.Tree{"/etc/x": {Type: tar.TypeReg, Size: 1, Mode: 0o600}, "/new": {Type: tar.TypeReg, Size: 3}}
	owner := func(path string) string {
		if strings.Contains(path, "gcc") {
			return "gcc-12"
		}
		return ""
	}
	got := compare.Files(before, after, owner, nil)
	gone := got.Gone
	if gone.Files != 4 || gone.Bytes != 161 || len(gone.Groups) != 2 {
		t.Fatalf("gone: %+v", gone)
	}
	if g := gone.Groups[0]; g.Package != "gcc-12" || g.Bytes != 150 || !slices.Equal(g.Paths, []string{"/usr/bin/gcc", "/usr/lib/gcc/x"}) {
		t.Errorf("the largest group is %+v", g)
	}
	if g := gone.Groups[1]; g.Folder != "/opt/app/data/deep" || g.Files != 2 {
		t.Errorf("the other group is %+v", g)
	}
	if got.Added.Files != 1 || got.Added.Groups[0].Folder != "/" || got.Changed.Files != 1 {
		t.Errorf("added %+v, changed %+v", got.Added, got.Changed)
	}
}

// An entrypoint that the Dockerfile declares must stay.
func TestOwnEntrypoint(t *testing.T) {
	image := func(entrypoint string) *verify.Image {
		i := &verify.Image{}
		i.Config.Config.Entrypoint = []string{entrypoint}
		return i
	}
	doc := parse(t, "FROM a\nENTRYPOINT [\"/own.sh\"]\n")
	if got := compare.ConfigFaults(doc, "", image("/own.sh"), image("/other.sh")); len(got) != 1 {
		t.Errorf("got %+v, want one fault", got)
	}
	if got := compare.ConfigFaults(doc, "", &verify.Image{}, image("/other.sh")); len(got) != 1 {
		t.Errorf("a new one: got %+v, want one fault", got)
	}
	undeclared := parse(t, "FROM a\nCMD run\n")
	if got := compare.ConfigFaults(undeclared, "", &verify.Image{}, image("/pass-on.sh")); len(got) != 0 {
		t.Errorf("a new one of the base image: got %+v, want none", got)
	}
}

// A base without the locale of the one before has java told the country, and no entrypoint, where the one before started CMD as it is.
func TestConfigFaultsOfJava(t *testing.T) {
	doc := parse(t, "FROM a\nCMD java -jar a.jar\n")
	config := func(entrypoint, cmd string) *verify.Image {
		i := &verify.Image{}
		i.Config.Config = ocispecs.ImageConfig{Entrypoint: strings.Fields(entrypoint), Cmd: strings.Fields(cmd)}
		return i
	}
	for _, c := range []struct{ entrypoint, cmd, want string }{
		{"/__cacert_entrypoint.sh", "java -Duser.country=US -jar a.jar", ""},
		{"/__cacert_entrypoint.sh", "java -Duser.country=DE -jar a.jar", `Cmd is ["java","-Duser.country=DE","-jar","a.jar"], and was ["java","-jar","a.jar"]`},
		{"/own.sh", "java -jar a.jar", `Entrypoint is none, and was ["/own.sh"]`},
	} {
		var got []string
		for _, f := range compare.ConfigFaults(doc, "", config(c.entrypoint, "java -jar a.jar"), config("", c.cmd)) {
			if !strings.HasPrefix(c.want, "Cmd") || strings.HasPrefix(f.Message, "Cmd") { // another command has both differ
				got = append(got, f.Message)
			}
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s %s: got %q, want %q", c.entrypoint, c.cmd, got, c.want)
		}
	}
}

// The entrypoint of official images of Node.js starts CMD as it is, and npm starts what the validator knows.
func TestConfigFaultsOfNode(t *testing.T) {
	doc := parse(t, "FROM a\nCMD it\n")
	config := func(entrypoint, cmd, env string) *verify.Image {
		i := &verify.Image{}
		i.Config.Config = ocispecs.ImageConfig{Entrypoint: strings.Fields(entrypoint), Cmd: strings.Fields(cmd), Env: []string{env}}
		return i
	}
	for _, c := range []struct {
		was, is, env string
		faults       bool
	}{
		{"npm start", "node src/server.js", "NODE_VERSION=20.1.0", false},
		{"npm run serve", "node src/server.js", "NODE_VERSION=20.1.0", false},
		{"node server.js", "node server.js", "NODE_VERSION=20.1.0", false},
		{"node server.js", "node server.js", "PG_MAJOR=16", true},
		{"node server.js", "node other.js", "NODE_VERSION=20.1.0", true},
		{"yarn start", "node server.js", "NODE_VERSION=20.1.0", false},
		{"npm test", "node server.js", "NODE_VERSION=20.1.0", true},
		{"npm start", "server", "NODE_VERSION=20.1.0", true},
	} {
		got := compare.ConfigFaults(doc, "", config("docker-entrypoint.sh", c.was, c.env), config("", c.is, ""))
		if (len(got) > 0) != c.faults {
			t.Errorf("%s with %s becomes %s: got %+v", c.was, c.env, c.is, got)
		}
	}
}

// What the Dockerfile itself declares must stay; what only the base image declares may go.
func TestConfigFaults(t *testing.T) {
	doc := parse(t, "FROM a\nENV OWN=1 SEARCH_PATH=/x:$PATH\nLABEL l=1\nEXPOSE 80\nVOLUME /v\nCMD run it\n")
	config := func(change func(*ocispecs.ImageConfig)) *verify.Image {
		i := &verify.Image{}
		i.Config.Config = ocispecs.ImageConfig{
			Env: []string{"OWN=1", "BASE=1", "SEARCH_PATH=/x:/y"}, Labels: map[string]string{"l": "1", "base": "1"}, WorkingDir: "/w",
			ExposedPorts: map[string]struct{}{"80/tcp": {}, "90/tcp": {}}, Volumes: map[string]struct{}{"/v": {}}, Entrypoint: []string{"/pass-on.sh"}, Cmd: []string{"/bin/sh", "-c", "run it"},
		}
		change(&i.Config.Config)
		return i
	}
	before := config(func(*ocispecs.ImageConfig) {})
	for name, c := range map[string]struct {
		change func(*ocispecs.ImageConfig)
		want   string
	}{
		"nothing":             {func(*ocispecs.ImageConfig) {}, ""},
		"the base's variable": {func(c *ocispecs.ImageConfig) { c.Env = []string{"OWN=1", "SEARCH_PATH=/x:/z"} }, ""},
		"own variable":        {func(c *ocispecs.ImageConfig) { c.Env = c.Env[1:] }, "Env OWN is none, and was 1"},
		"its value":           {func(c *ocispecs.ImageConfig) { c.Env[0] = "OWN=2" }, "Env OWN is 2, and was 1"},
		"a new label":         {func(c *ocispecs.ImageConfig) { c.Labels["new"] = "1" }, ""},
		"the base's label":    {func(c *ocispecs.ImageConfig) { delete(c.Labels, "base") }, ""},
		"own label":           {func(c *ocispecs.ImageConfig) { delete(c.Labels, "l") }, "Label l is none, and was 1"},
		"own port":            {func(c *ocispecs.ImageConfig) { delete(c.ExposedPorts, "80/tcp") }, "Port 80/tcp is none, and was exposed"},
		"the base's port":     {func(c *ocispecs.ImageConfig) { delete(c.ExposedPorts, "90/tcp") }, ""},
		"volume":              {func(c *ocispecs.ImageConfig) { c.Volumes = nil }, "Volume /v is none, and was declared"},
		"exec form":           {func(c *ocispecs.ImageConfig) { c.Cmd = []string{"run", "it"} }, ""},
		"another command":     {func(c *ocispecs.ImageConfig) { c.Cmd = []string{"run"} }, `Cmd is ["run"], and was ["/bin/sh","-c","run it"]`},
		"other entrypoint":    {func(c *ocispecs.ImageConfig) { c.Entrypoint = []string{"/other.sh"} }, ""},
		"no entrypoint":       {func(c *ocispecs.ImageConfig) { c.Entrypoint = nil }, `Entrypoint is none, and was ["/pass-on.sh"]`},
		"an option of java":   {func(c *ocispecs.ImageConfig) { c.Cmd = []string{"java", "-Duser.country=US", "run", "it"} }, `Cmd is ["java","-Duser.country=US","run","it"], and was ["/bin/sh","-c","run it"]`},
		"another folder":      {func(c *ocispecs.ImageConfig) { c.WorkingDir = "" }, "WorkingDir is none, and was /w"},
	} {
		var got []string
		for _, f := range compare.ConfigFaults(doc, "", before, config(c.change)) {
			got = append(got, f.Message)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
