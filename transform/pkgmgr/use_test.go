package pkgmgr_test

import (
	"fmt"
	"strings"
	"testing"

	"dopt/transform/pkgmgr"
)

func TestFlags(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"apt-get -yq install --no-install-recommends -o A=b x", "1:-y 1:-q 3:--no-install-recommends 4:-o=A=b"},
		{"apt-get -qqoA=b update", "1:-q 1:-q 1:-o=A=b"},
		{"apt-get -q=2 update", "1:-q=2"},
		{"sudo -E apt-get -y update", "3:-y"},
		{"pip install -rreq.txt --index-url=https://x -i ?", "2:-r=req.txt 3:--index-url=https://x 4:-i=?"},
		{"pip install -r", "2:-r="},
		{"python -I -m pip install -q x", "5:-q"},
		{"go build -ldflags -s -tags=a -v ./...", "2:-ldflags=-s 4:-tags=a 5:-v"},
		{"go build --tags a .", "2:--tags=a"},
		{"mvn -DskipTests -Dmaven.repo.local=/m -T 1C package", "1:-DskipTests= 2:-Dmaven.repo.local=/m 3:-T=1C"},
		{"npm run build --prod", ""},
		{"npm --prefix web run build --prod", "1:--prefix=web"},
		{"gem install x -- --with-y", ""},
		{"zypper -C /c install -C x", "1:-C=/c 4:-C="},
		{"conda env create -f e.yml -n x", "3:-f=e.yml 5:-n=x"},
		{"poetry run pip install --no-cache-dir x", "4:--no-cache-dir="},
	} {
		u, ok := pkgmgr.Identify(words(c.line))
		if !ok {
			t.Errorf("%s: not identified", c.line)
			continue
		}
		var got []string
		for _, f := range u.Flags {
			s := fmt.Sprintf("%d:%s=%s", f.At, f.Name, f.Value)
			got = append(got, strings.ReplaceAll(s, pkgmgr.Unknown, "?"))
		}
		// A flag without a value may be written without the equals sign.
		var want []string
		for _, w := range strings.Fields(c.want) {
			if !strings.Contains(w, "=") {
				w += "="
			}
			want = append(want, w)
		}
		if g, w := strings.Join(got, " "), strings.Join(want, " "); g != w {
			t.Errorf("%s\n got %s\nwant %s", c.line, g, w)
		}
	}
}

func identify(t *testing.T, line string) pkgmgr.Use {
	t.Helper()
	u, ok := pkgmgr.Identify(words(line))
	if !ok {
		t.Fatalf("%s: not identified", line)
	}
	return u
}

func TestHasFlag(t *testing.T) {
	u := identify(t, "apt-get install -yq --no-install-recommends x")
	for _, c := range []struct {
		names []string
		want  bool
	}{
		{[]string{"-y"}, true},
		{[]string{"--yes", "-y"}, true},
		{[]string{"-yq"}, false},
		{[]string{"--no-install-recommends"}, true},
		{[]string{"--no-install"}, false},
		{nil, false},
	} {
		if got := u.HasFlag(c.names...); got != c.want {
			t.Errorf("HasFlag(%q) = %v, want %v", c.names, got, c.want)
		}
	}
	if f, ok := identify(t, "pip install -r a.txt -r b.txt").Flag("-r"); !ok || f.Value != "b.txt" {
		t.Errorf("Flag(-r) = %+v, %v, want the last one", f, ok)
	}
}

func TestAvoidsCache(t *testing.T) {
	for line, want := range map[string]bool{
		"pip install --no-cache-dir x":           true,
		"pip --no-cache-dir install x":           true,
		"pip install --no-cache x":               true,
		"pip install x":                          false,
		"apk add --no-cache x":                   true,
		"apk add -U x":                           false,
		"uv pip install --no-cache x":            true,
		"uv sync -n":                             true,
		"composer install --no-cache":            true,
		"pdm --no-cache install":                 true,
		"bun install --no-cache":                 false, // it fills the cache nevertheless
		"poetry install --no-cache":              false, // likewise
		"npm ci --no-cache":                      false,
		"apt-get install --no-cache-dir x":       false,
		"python -m pip install --no-cache-dir x": true,
	} {
		if got := identify(t, line).AvoidsCache(); got != want {
			t.Errorf("%s: AvoidsCache = %v, want %v", line, got, want)
		}
	}
}

func TestRefreshesIndex(t *testing.T) {
	for line, want := range map[string]bool{
		"apt-get update":             true,
		"apt-get install x":          false,
		"apt-get install --update x": true,
		"apk add x":                  false,
		"apk add -U x":               true,
		"apk add --update x":         true,
		"apk add --no-cache x":       true,
		"pacman -Sy x":               true,
		"pacman -S x":                false,
		"yum update -y":              false,
		"yum makecache":              true,
	} {
		if got := identify(t, line).RefreshesIndex(); got != want {
			t.Errorf("%s: RefreshesIndex = %v, want %v", line, got, want)
		}
	}
}

func TestEmpties(t *testing.T) {
	for line, want := range map[string]string{
		"apt-get clean":                   "/var/cache/apt",
		"apt-get dist-clean":              "/var/lib/apt/lists",
		"apt-get autoclean":               "",
		"dnf clean all":                   "/var/cache/dnf /var/cache/libdnf5",
		"dnf clean packages":              "",
		"go clean -cache":                 "~/.cache/go-build",
		"go clean -modcache -cache":       "~/go/pkg/mod ~/.cache/go-build",
		"pacman -Scc --noconfirm":         "", // the answer to its question is no
		"pnpm store prune":                "",
		"npm cache clean":                 "", // npm refuses without --force
		"npm cache clean --force":         "~/.npm/_cacache",
		"sudo npm cache clean --force":    "~/.npm/_cacache",
		"yarn cache clean":                "~/.cache/yarn",
		"yarn cache clean --all":          "~/.yarn/berry/cache .yarn/cache",
		"dotnet nuget locals all --clear": "~/.nuget/packages ~/.local/share/NuGet",
		"pip install x":                   "",
	} {
		if got := strings.Join(identify(t, line).Empties, " "); got != want {
			t.Errorf("%s: Empties = %q, want %q", line, got, want)
		}
	}
}

func TestResolve(t *testing.T) {
	for _, c := range []struct{ line, path, env, home, want string }{
		{"pip install x", "~/.cache/pip", "", "/root", "/root/.cache/pip"},
		{"pip install x", "~/.cache/pip", "", "/home/app/", "/home/app/.cache/pip"},
		{"pip install x", "~/.cache/pip", "", "", "~/.cache/pip"},
		{"pip install x", "~/.cache/pip", "XDG_CACHE_HOME=/c", "/root", "/c/pip"},
		{"pip install x", "~/.cache/pip", "XDG_CACHE_HOME=/c PIP_CACHE_DIR=/p/", "/root", "/p"},
		{"pip install --cache-dir /f x", "~/.cache/pip", "PIP_CACHE_DIR=/p", "/root", "/f"},
		{"npm ci", "~/.npm/_cacache", "npm_config_cache=/n", "/root", "/n/_cacache"},
		{"npm ci --cache=/f", "~/.npm", "", "/root", "/f"},
		{"go build", "~/go/pkg/mod", "GOPATH=/go", "/root", "/go/pkg/mod"},
		{"go build", "~/go/pkg/mod", "GOPATH=/go GOMODCACHE=/m", "/root", "/m"},
		{"cargo build", "~/.cargo/registry", "CARGO_HOME=/usr/local/cargo", "/root", "/usr/local/cargo/registry"},
		{"yarn", "~/.cache/yarn", "", "/root", "/usr/local/share/.cache/yarn"},
		{"yarn", "~/.cache/yarn", "", "/home/node", "/home/node/.cache/yarn"},
		{"yarn", "~/.cache/yarn", "YARN_CACHE_FOLDER=/y", "/root", "/y"},
		{"gem install x", `"$(gem env gemdir)"/cache`, "", "/root", `"$(gem env gemdir)"/cache`},
		{"gem install x", `"$(gem env gemdir)"/cache/*`, "GEM_HOME=/usr/local/bundle", "/root", "/usr/local/bundle/cache/*"},
		{"mvn -Dmaven.repo.local=/m package", "~/.m2/repository", "", "/root", "/m"},
		{"composer install", "~/.cache/composer", "COMPOSER_HOME=/tmp", "/root", "/tmp/cache"},
		{"apt-get update", "/var/lib/apt/lists/*", "", "/root", "/var/lib/apt/lists/*"},
	} {
		getenv := func(name string) string {
			for _, setting := range strings.Fields(c.env) {
				if n, value, _ := strings.Cut(setting, "="); n == name {
					return value
				}
			}
			return ""
		}
		if got := identify(t, c.line).Resolve(c.path, getenv, c.home); got != c.want {
			t.Errorf("%s: %s with %q and home %q is %s, want %s", c.line, c.path, c.env, c.home, got, c.want)
		}
	}
}

func TestImageEnv(t *testing.T) {
	for _, c := range []struct{ image, name, want string }{
		{"golang", "GOPATH", "/go"},
		{"rust", "CARGO_HOME", "/usr/local/cargo"},
		{"golang", "CARGO_HOME", ""},
		{"example/golang", "GOPATH", ""},
	} {
		if got := pkgmgr.ImageEnv(c.image, c.name); got != c.want {
			t.Errorf("ImageEnv(%q, %q) = %q, want %q", c.image, c.name, got, c.want)
		}
	}
}

func BenchmarkIdentify(b *testing.B) {
	for name, line := range map[string]string{
		"apt":   "apt-get install -y --no-install-recommends curl git ca-certificates",
		"pip":   "python3 -m pip install --no-cache-dir -r requirements.txt",
		"sudo":  "sudo -E npm install -g pm2",
		"other": "echo hello world",
	} {
		argv := words(line)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				pkgmgr.Identify(argv)
			}
		})
	}
}

func FuzzIdentify(f *testing.F) {
	for _, group := range identifyCases {
		for _, c := range group.cases {
			f.Add(strings.Join(words(c.line), "\n"))
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		argv := strings.Split(line, "\n")
		u, ok := pkgmgr.Identify(argv)
		if !ok {
			return
		}
		if u.Manager == nil || u.Verb == "" || u.Program < 0 || u.Program >= len(argv) {
			t.Fatalf("%q: %+v", argv, u)
		}
		if u.VerbAt != -1 && (u.VerbAt <= u.Program || u.VerbAt >= len(argv)) {
			t.Fatalf("%q: verb at %d, program at %d", argv, u.VerbAt, u.Program)
		}
		for _, i := range u.Packages {
			if i <= u.Program || i >= len(argv) || i == u.VerbAt {
				t.Fatalf("%q: package at %d, program at %d, verb at %d", argv, i, u.Program, u.VerbAt)
			}
		}
		for _, flag := range u.Flags {
			if flag.At <= u.Program || flag.At >= len(argv) || !strings.HasPrefix(argv[flag.At], "-") {
				t.Fatalf("%q: flag %+v", argv, flag)
			}
		}
	})
}

func TestNoCacheIn(t *testing.T) {
	for _, c := range []struct {
		manager, name, value string
		want                 bool
	}{
		{"pip", "PIP_NO_CACHE_DIR", "1", true},
		{"pip", "PIP_NO_CACHE_DIR", "True", true},
		{"pip", "PIP_NO_CACHE_DIR", "off", true}, // as pip has it since 19.0
		{"pip", "PIP_NO_CACHE_DIR", "", false},
		{"pip", "UV_NO_CACHE", "1", false},
		{"uv", "UV_NO_CACHE", "1", true},
		{"uv", "UV_NO_CACHE", "0", false},
		{"pipenv", "PIP_NO_CACHE_DIR", "off", true},
		{"composer", "COMPOSER_CACHE_DIR", "/dev/null", true},
		{"composer", "COMPOSER_CACHE_DIR", "/tmp/cache", false},
		{"npm", "npm_config_cache", "/x", false},
	} {
		getenv := func(name string) string {
			if name == c.name {
				return c.value
			}
			return ""
		}
		if got := pkgmgr.Find(c.manager).NoCacheIn(getenv); got != c.want {
			t.Errorf("%s with %s=%s: NoCacheIn = %v, want %v", c.manager, c.name, c.value, got, c.want)
		}
	}
}

// A long chain of programs that run each other takes neither time nor memory.
func TestLongChain(t *testing.T) {
	argv := words(strings.Repeat("npx sudo ", 20_000) + "apt-get update")
	u, ok := pkgmgr.Identify(argv)
	if !ok || u.Manager.Name != "apt-get" || u.Program != 40_000 || !u.Sudo {
		t.Errorf("Identify = %s at %d, %v", u.Manager.Name, u.Program, ok)
	}
}
