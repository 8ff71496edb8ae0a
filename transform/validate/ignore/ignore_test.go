package ignore_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"dopt/transform"
	"dopt/transform/validate/ignore"
)

// context is a build context of a small project in which much may be hidden, and much may not.
var context = fstest.MapFS{
	".git/HEAD":                   {Data: []byte("ref: refs/heads/main\n")},
	".idea/workspace.xml":         {},
	"app/__pycache__/a.cpython":   {},
	"app/main.py":                 {},
	"conf/app.ini":                {},
	"conf/log.ini":                {},
	"node_modules/x/package.json": {},
	"package.json":                {Data: []byte("{}")},
	"package-lock.json":           {Data: []byte("{}")},
	"requirements.txt":            {},
	"start.sh":                    {},
	"target/app.jar":              {},
	"venv/pyvenv.cfg":             {},
}

// Each case is a fault that a pass could have, or a change that is right (want "").
func TestValidate(t *testing.T) {
	const node = "FROM node\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\nCOPY . .\n"
	for name, c := range map[string]struct {
		dockerfile, before, after, want string
	}{
		"nothing needs it":               {"FROM a\nCOPY . .\n", "", ".git\n.idea\n**/__pycache__\n", ""},
		"lines between lines":            {"FROM a\nCOPY . .\n", "x\ny\n", "x\n.git\ny\n", ""},
		"line ends of Windows":           {"FROM a\nCOPY . .\n", "x\r\ny", "x\r\ny\r\n.git\r\n", ""},
		"the author's line is gone":      {"FROM a\nCOPY . .\n", "x\ny\n", "x\n.git\n", "loses or moves lines"},
		"the author's lines have moved":  {"FROM a\nCOPY . .\n", "*\n!app\n", "!app\n*\n.git\n", "loses or moves lines"},
		"not a pattern":                  {"FROM a\nCOPY . .\n", "", "[\n", "would not be usable"},
		"copied by name":                 {"FROM a\nCOPY . .\nCOPY conf/app.ini /etc/\n", "", "conf\n", "line 3 copies conf/app.ini"},
		"copied by name with a slash":    {"FROM a\nCOPY ./conf/ /etc/\n", "", "conf\n", "line 2 copies ./conf/"},
		"added by name":                  {"FROM a\nADD start.sh /\n", "", "*.sh\n", "line 2 copies start.sh"},
		"copied by wildcard":             {"FROM a\nCOPY conf/*.ini /etc/\n", "", "conf/log.ini\n", "line 2 copies conf/log.ini"},
		"copied from a stage":            {"FROM a AS b\nFROM a\nCOPY --from=b /x/conf /etc/\nCOPY . .\n", "", "conf\n", ""},
		"hidden all along":               {"FROM a\nCOPY conf/app.ini /etc/\n", "conf\n", "conf\n.git\n", ""},
		"manifest of an install":         {"FROM a\nCOPY . .\nRUN pip install -r requirements.txt\n", "", "*.txt\n", "line 3"},
		"lock file of an install":        {node, "", "package-lock.json\n", "reads package-lock.json"},
		"named by a RUN":                 {"FROM a\nCOPY . /x\nRUN sh /x/start.sh\n", "", "start.sh\n", "line 3 names start.sh"},
		"read by a redirection":          {"FROM a\nCOPY . /x\nRUN psql < conf/app.ini\n", "", "conf\n", "line 3 names conf"},
		"named by an opaque script":      {"FROM a\nSHELL [\"python\", \"-c\"]\nCOPY . .\nRUN open(\"conf/app.ini\")\n", "", "conf\n", "line 4 names conf"},
		"removed by a RUN":               {"FROM a\nCOPY . .\nRUN rm -rf .git\n", "", ".git\n", ""},
		"removed without -f":             {"FROM a\nCOPY . .\nRUN rm -r .git\n", "", ".git\n", "line 3 names .git"},
		"started by CMD":                 {"FROM a\nCOPY . .\nCMD [\"./start.sh\"]\n", "", "start.sh\n", "line 3 names start.sh"},
		"started by ENTRYPOINT":          {"FROM a\nCOPY . .\nENTRYPOINT exec venv/bin/python app\n", "", "venv\n", "line 3 names venv"},
		"asked by HEALTHCHECK":           {"FROM a\nCOPY . .\nHEALTHCHECK CMD /x/start.sh\n", "", "start.sh\n", "line 3 names start.sh"},
		"git asks the repository":        {"FROM a\nCOPY . .\nRUN make && git -C . describe\n", "", ".git\n", "line 3 runs git"},
		"git asks in a substitution":     {"FROM a\nCOPY . .\nRUN V=$(git rev-parse HEAD) make\n", "", ".git\n", "line 3 runs git"},
		"git runs before the copy":       {"FROM a\nWORKDIR /x\nRUN git init && git describe\nCOPY app app\nCOPY . .\n", "", ".git\n", ""},
		"git runs in a mount":            {"FROM a\nRUN --mount=target=/x cd /x && git describe\nCOPY . .\n", "", ".git\n", "line 2 runs git"},
		"git runs in the container":      {"FROM a\nCOPY . .\nCMD [\"sh\", \"-c\", \"git pull && ./x\"]\n", "", ".git\n", "line 3 runs git"},
		"a tool works in the repository": {"FROM a\nCOPY . .\nRUN dvc pull\n", "", ".git\n", "line 3 runs dvc"},
		"git clones":                     {"FROM a\nCOPY . .\nRUN git -c a=b clone https://x.example/y\n", "", ".git\n", ""},
		"packages that are installed":    {node, "", "node_modules\n", ""},
		"packages from the context":      {"FROM node\nCOPY . .\nCMD [\"node\", \".\"]\n", "", "node_modules\n", "node_modules would be hidden, and no step makes it"},
		"output from the context":        {"FROM a\nCOPY . .\nCMD java -jar app.jar\n", "", "target\n", "target would be hidden, and no step makes it"},
		"packages from a stage":          {"FROM a AS b\nFROM a\nCOPY --from=b /x/node_modules node_modules\nCOPY . .\n", "", "node_modules\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := transform.Parse("Dockerfile", []byte(c.dockerfile))
			if err != nil {
				t.Fatal(err)
			}
			files := transform.Overlay(context, []transform.FileChange{{Path: ".dockerignore", Data: []byte(c.before)}})
			if c.before == "" {
				files = context
			}
			env := transform.Environment{Files: files, Changes: []transform.FileChange{{Path: ".dockerignore", Data: []byte(c.after)}}}
			v := ignore.New().Validate(doc, doc, env, transform.IgnoreFile)
			switch got := strings.Join(v.Reasons, "; "); {
			case c.want == "" && v.Status != transform.Refines:
				t.Errorf("%v: %s", v.Status, got)
			case c.want != "" && (v.Status != transform.Unsound || !strings.Contains(got, c.want)):
				t.Errorf("%v: %q; want unsound: %q", v.Status, got, c.want)
			}
		})
	}
}

// Only an ignore file may change, and only where the claim says so.
func TestOtherFiles(t *testing.T) {
	doc, err := transform.Parse("Dockerfile", []byte("FROM a\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path  string
		claim transform.Claim
		want  transform.VerdictStatus
	}{
		{".dockerignore", transform.IgnoreFile, transform.Refines},
		{"docker/web.Dockerfile.dockerignore", transform.IgnoreFile | transform.CleanUp, transform.Refines},
		{".dockerignore", transform.CleanUp, transform.Unsound},
		{"package.json", transform.IgnoreFile, transform.Unsound},
	} {
		env := transform.Environment{Files: context, Changes: []transform.FileChange{{Path: c.path, Data: []byte(".git\n")}}}
		if v := ignore.New().Validate(doc, doc, env, c.claim); v.Status != c.want {
			t.Errorf("%s with claim %v: %v, want %v", c.path, c.claim, v.Status, c.want)
		}
	}
	if v := ignore.New().Validate(doc, doc, transform.Environment{}, 0); v.Status != transform.Refines {
		t.Errorf("no change: %v", v)
	}
}
