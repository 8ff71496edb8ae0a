package node_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/node"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

const express = `
-- package.json --
{
  "name": "shop",
  "scripts": {"start": "node server.js", "test": "jest"},
  "dependencies": {"express": "^4.19.2"},
  "devDependencies": {"jest": "29.7.0"}
}
-- package-lock.json --
{
  "lockfileVersion": 3,
  "packages": {
    "": {"name": "shop"},
    "node_modules/bcrypt": {"version": "5.1.1", "hasInstallScript": true},
    "node_modules/express": {"version": "4.19.2", "resolved": "https://registry.npmjs.org/express/-/express-4.19.2.tgz"},
    "node_modules/jest": {"version": "29.7.0", "dev": true},
    "node_modules/jest/node_modules/ms": {"version": "2.0.0", "dev": true}
  }
}
-- .npmrc --
fund=false
//registry.npmjs.org/:_authToken=${NPM_TOKEN}
-- server.js --
`

const workspaces = `
-- package.json --
{
  "private": true,
  "workspaces": ["packages/*", "!packages/old"],
  "scripts": {"build": "tsc -b"}
}
-- package-lock.json --
{}
-- packages/api/package.json --
{"name": "@shop/api", "dependencies": {"@shop/core": "*", "express": "4"}}
-- packages/api/src/index.ts --
-- packages/core/package.json --
{"name": "@shop/core", "bin": {"core": "bin/core.js"}}
-- packages/core/bin/core.js --
#!/usr/bin/env node
-- packages/old/package.json --
{"name": "@shop/old"}
-- packages/README.md --
`

const scripts = `
-- package.json --
{
  "scripts": {
%s
  }
}
-- patches/express+4.19.2.patch --
-- scripts/check.js --
const { version } = require('node:process')
if (!version.startsWith('v20')) throw new Error('Node.js 20')
-- scripts/copy.js --
const fs = require("fs")
fs.copyFileSync("a", "b")
-- src/index.ts --
`

// withScripts is a project whose package.json has these lines under scripts; they begin in line 3.
func withScripts(lines string) string { return fmt.Sprintf(scripts, lines) }

var npmCases = []manifesttest.Case{
	{Name: "npm ci", Context: express, Command: "npm ci --omit=dev", Files: ".npmrc package-lock.json package.json"},
	{Name: "npm install in a folder", Context: "-- web/package.json --\n{}\n-- package.json --\n{}\n", Command: "npm --prefix web install", Files: "web/package.json"},
	{Name: "a package in a folder", Context: "-- web/package.json --\n{}\n-- package.json --\n{}\n", Dir: "web", Command: "npm i", Files: "web/package.json"},
	{Name: "global packages", Context: express, Command: "npm install -g npm@? pnpm"},
	{Name: "a package where there is no project", Context: "-- server.js --\n", Command: "npm install express"},
	{
		Name: "workspaces, with the programs that are linked", Context: workspaces, Command: "npm ci",
		Files: "package-lock.json package.json packages/api/package.json packages/core/bin/core.js packages/core/package.json",
	},
	{
		Name: "folders and archives", Context: `
-- package.json --
{"dependencies": {"auth": "file:libs/auth", "sdk": "./vendor/sdk-1.0.tgz"}}
-- libs/auth/package.json --
{"dependencies": {"core": "file:../core"}}
-- libs/core/package.json --
{"dependencies": {"auth": "file:../auth"}}
-- vendor/sdk-1.0.tgz --
`, Command: "npm install", Files: "package.json vendor/sdk-1.0.tgz", Dirs: "libs/auth libs/core",
	},
	{
		Name: "harmless scripts", Context: withScripts(`
"preinstall": "npx only-allow npm && node scripts/check.js",
"postinstall": "patch-package || true",
"prepare": "is-ci || husky install",
"build": "tsc"`), Command: "npm install", Files: "package.json scripts/check.js", Dirs: "patches",
	},
	{Name: "scripts that scripts run", Context: withScripts(`"prepare": "npm run hooks --silent", "hooks": "husky", "posthooks": "echo done"`), Command: "npm ci --ignore-scripts=false -f", Refusal: `"npm ci" needs a package-lock.json, and there is none`},
	{Name: "scripts that scripts run", Context: withScripts(`"prepare": "npm run hooks --silent", "hooks": "husky", "posthooks": "echo done"`), Command: "npm install", Files: "package.json"},
	{Name: "a program that Yarn runs", Context: withScripts(`"postinstall": "yarn run -s husky install"`), Command: "yarn install", Files: "package.json"},
	{Name: "code in a script", Context: withScripts(`"prepare": "node -e \"process.exit(process.env.CI ? 0 : 1)\" || husky"`), Command: "npm install", Files: "package.json"},
	{Name: "scripts switched off", Context: withScripts(`"postinstall": "tsc"`), Command: "npm install --ignore-scripts", Files: "package.json"},
	{Name: "scripts switched off by .npmrc", Context: withScripts(`"postinstall": "tsc"`) + "-- .npmrc --\nignore-scripts=true\n", Command: "npm install", Files: ".npmrc package.json"},
	{Name: "scripts switched off by a variable", Context: withScripts(`"postinstall": "tsc"`), Env: []string{"NPM_CONFIG_IGNORE_SCRIPTS=true"}, Command: "npm install", Files: "package.json"},
	{
		Name: "the schema of Prisma", Context: "-- package.json --\n{\"dependencies\": {\"@prisma/client\": \"5\"}}\n-- prisma/schema.prisma --\ngenerator client {\n  provider = \"prisma-client-js\"\n}\n-- prisma/migrations/1/migration.sql --\n",
		Command: "npm install", Files: "package.json prisma/schema.prisma",
	},
	{
		Name: "where Prisma's schema is", Context: "-- package.json --\n{\"prisma\": {\"schema\": \"db/schema.prisma\"}, \"scripts\": {\"postinstall\": \"prisma generate\"}}\n-- db/schema.prisma --\n",
		Command: "npm install", Files: "db/schema.prisma package.json",
	},
	{Name: "settings that name a file", Context: express + "-- web/package.json --\n{}\n-- web/.npmrc --\ncafile=certs/ca.pem\n-- web/certs/ca.pem --\n", Dir: "web", Command: "npm install", Files: "web/.npmrc web/certs/ca.pem web/package.json"},
	{Name: "puppeteer's settings", Context: "-- package.json --\n{\"dependencies\": {\"puppeteer\": \"22\"}}\n-- .puppeteerrc.cjs --\nmodule.exports = { skipDownload: true }\n", Command: "npm install", Files: ".puppeteerrc.cjs package.json"},

	{Name: "a build after the install", Context: withScripts(`"postinstall": "npm run build",` + "\n" + `"build": "tsc -p ."`), Command: "npm install", Refusal: `package.json:3: "postinstall": runs "tsc -p .", which may read the source`},
	{Name: "a script that reads files", Context: withScripts(`"postinstall": "node scripts/copy"`), Command: "npm install", Refusal: `package.json:3: "postinstall": scripts/copy.js is run by the install, and may read the source (require "fs")`},
	{Name: "a command within a command", Context: withScripts(`"prepare": "echo $(node build.js)"`), Command: "npm install", Refusal: `package.json:3: "prepare": runs "echo $(node build.js)", which may read the source`},
	{Name: "code that Node.js is told to load", Context: withScripts(`"prepare": "NODE_OPTIONS=-r./x.js husky"`), Command: "npm install", Refusal: `package.json:3: "prepare": runs "NODE_OPTIONS=-r./x.js husky", which may read the source`},
	{Name: "code that every program loads", Context: express, Env: []string{"NODE_OPTIONS=--max-old-space-size=4096 --require ./x.js"}, Command: "npm ci", Refusal: "NODE_OPTIONS makes every program load more code"},
	{Name: "a program that is no runner", Context: withScripts(`"prepare": "run-script"`), Command: "npm install", Refusal: `package.json:3: "prepare": runs "run-script", which may read the source`},
	{Name: "a package for npx", Context: withScripts(`"prepare": "npx -p husky tsc"`), Command: "npm install", Refusal: `package.json:3: "prepare": runs "npx -p husky tsc", which may read the source`},
	{Name: "a script elsewhere", Context: withScripts(`"prepare": "npm run x --prefix client", "x": "husky"`), Command: "npm install", Refusal: `package.json:3: "prepare": runs "npm run x --prefix client", which may read the source`},
	{Name: "a script that is not there", Context: withScripts(`"postinstall": "node build.js"`), Command: "npm install", Refusal: `package.json:3: "postinstall": runs build.js, which is not in the context`},
	{Name: "a redirection", Context: withScripts(`"prepare": "echo x > version.txt"`), Command: "npm install", Refusal: `package.json:3: "prepare": what it reads and writes is not known`},
	{Name: "a test", Context: withScripts(`"prepare": "if [ -d src ]; then husky; fi"`), Command: "npm install", Refusal: `package.json:3: "prepare": runs "if [ -d src ]; then husky; fi", which may read the source`},
	{Name: "scripts that run each other", Context: withScripts(`"prepare": "npm run a", "a": "npm run prepare"`), Command: "npm install", Refusal: `package.json:3: "prepare": too long to be read`},
	{Name: "hooks that need a repository", Context: withScripts(`"postinstall": "lefthook install"`) + "-- .git/HEAD --\n", Command: "npm install", Refusal: `package.json:3: "postinstall": runs "lefthook install", which needs .git`},
	{Name: "a script of a workspace", Context: workspaces + "-- packages/web/package.json --\n{\"scripts\": {\"prepare\": \"svelte-kit sync\"}}\n", Command: "npm install", Refusal: `packages/web/package.json:1: "prepare": runs "svelte-kit sync", which may read the source`},
	{Name: "native code", Context: express + "-- binding.gyp --\n", Command: "npm install", Refusal: "binding.gyp: the install builds native code of the project"},
	{Name: "npm ci without lock", Context: "-- package.json --\n{}\n", Command: "npm ci", Refusal: `"npm ci" needs a package-lock.json, and there is none`},
	{Name: "a package in the project", Context: express, Command: "npm install --save lodash", Refusal: `"npm install" of a package changes package.json, which the source copied later would change back`},
	{Name: "the project, globally", Context: express, Command: "npm install -g .", Refusal: `"." installs a package from the source`},
	{Name: "installed packages in the context", Context: express + "-- node_modules/express/package.json --\n", Command: "npm ci", Refusal: "node_modules is in the context: an install would find it, and it would cover the one that is made (an ignore file keeps it out)"},
	{Name: "a folder outside", Context: "-- package.json --\n{\"dependencies\": {\n\"x\": \"file:../x\"}}\n", Command: "npm install", Refusal: "package.json:2: ../x is outside the context"},
	{Name: "a folder that is not there", Context: "-- package.json --\n{\"dependencies\": {\"x\": \"file:x\"}}\n", Command: "npm install", Refusal: "package.json:1: x is not in the context"},
	{Name: "the project itself", Context: "-- package.json --\n{\"dependencies\": {\"x\": \"file:.\"}}\n", Command: "npm install", Refusal: "package.json:1: . is the project itself"},
	{Name: "a workspace's package", Context: workspaces, Dir: "packages/api", Command: "npm install", Refusal: "packages/api may be a package of the workspace in package.json"},
	{Name: "a linked program that is not executable", Context: "-- package.json --\n{\"workspaces\": [\"a\"]}\n-- a/package.json --\n{\"bin\": \"cli.js\"}\n-- a/cli.js --\n", Command: "npm install", Refusal: "a/package.json:1: the install makes a/cli.js executable, and the source copied later would change it back"},
	{Name: "Nx", Context: express + "-- nx.json --\n", Command: "npm ci", Refusal: "nx.json: which packages an install needs is left to Nx"},
	{Name: "no package.json", Context: "-- server.js --\n", Command: "npm install", Refusal: "there is no package.json"},
	{Name: "not JSON", Context: "-- package.json --\n{\n\"a\" 1}\n", Command: "npm install", Refusal: "package.json:2: invalid character '1' after object key"},
	{Name: "code in the settings", Context: "-- package.json --\n{}\n-- .npmrc --\nfund=false\nnode-options=--require ./setup.js\n", Command: "npm install", Refusal: ".npmrc:2: node-options may make the install read the source"},
	{Name: "Prisma's settings in code", Context: "-- package.json --\n{\"dependencies\": {\"@prisma/client\": \"6\"}}\n-- prisma.config.ts --\n", Command: "npm install", Refusal: "prisma.config.ts is code, which may read the source"},
	{Name: "a generated client in the context", Context: "-- package.json --\n{\"dependencies\": {\"@prisma/client\": \"6\"}}\n-- prisma/schema.prisma --\noutput = \"../src/db\"\n-- src/db/index.js --\n", Command: "npm install", Refusal: "prisma/schema.prisma:1: the client is generated into ../src/db, which the source copied later would cover"},
}

func TestNPM(t *testing.T) { manifesttest.Run(t, npmCases, node.Inputs) }

var otherCases = []manifesttest.Case{
	{Name: "Yarn 1", Context: "-- package.json --\n{}\n-- yarn.lock --\n# yarn lockfile v1\n-- .yarnrc --\nyarn-offline-mirror \"./mirror\"\n-- mirror/a-1.0.0.tgz --\n-- .yarnclean --\n", Command: "yarn --frozen-lockfile", Files: ".yarnclean .yarnrc package.json yarn.lock", Dirs: "mirror"},
	{Name: "Yarn 1 in a folder", Context: "-- ui/package.json --\n{}\n-- ui/yarn.lock --\n", Command: "yarn --cwd /app/ui install --production", Files: "ui/package.json ui/yarn.lock"},
	{Name: "a global package of Yarn", Context: express, Command: "yarn global add serve"},
	{
		Name: "Yarn 4", Context: `
-- package.json --
{"packageManager": "yarn@4.1.0", "scripts": {"prepare": "tsc"}, "resolutions": {"a": "patch:a@npm%3A1.0.0#~/fixes/a.patch"}}
-- yarn.lock --
__metadata:
  version: 8
-- .yarnrc.yml --
nodeLinker: node-modules
yarnPath: .yarn/releases/yarn-4.1.0.cjs
-- .yarn/releases/yarn-4.1.0.cjs --
-- fixes/a.patch --
`, Command: "yarn install --immutable", Files: ".yarnrc.yml fixes/a.patch package.json yarn.lock", Dirs: ".yarn/releases",
	},
	{Name: "Yarn 4 with the packages in the repository", Context: "-- package.json --\n{}\n-- .yarnrc.yml --\n-- .pnp.cjs --\n-- .yarn/cache/a.zip --\n", Command: "yarn", Files: ".pnp.cjs .yarnrc.yml package.json", Dirs: ".yarn/cache"},
	{
		Name: "pnpm with a workspace", Context: `
-- package.json --
{"pnpm": {"patchedDependencies": {"a@1.0.0": "patches/a.patch"}}}
-- pnpm-lock.yaml --
-- pnpm-workspace.yaml --
packages:
  - apps/*
-- .pnpmfile.cjs --
module.exports = { hooks: { readPackage(pkg) { return pkg } } }
-- patches/a.patch --
-- apps/web/package.json --
{"dependencies": {"b": "link:../../libs/b"}}
-- libs/b/index.js --
`, Command: "pnpm install --frozen-lockfile --prod",
		Files: ".pnpmfile.cjs apps/web/package.json package.json patches/a.patch pnpm-lock.yaml pnpm-workspace.yaml", Dirs: "libs/b",
	},
	{Name: "pnpm fetch", Context: "-- package.json --\n{\"scripts\": {\"postinstall\": \"tsc\"}}\n-- pnpm-lock.yaml --\n-- src/a.ts --\n", Command: "pnpm fetch --prod", Files: "package.json pnpm-lock.yaml"},
	{Name: "corepack", Context: "-- package.json --\n{}\n-- pnpm-lock.yaml --\n", Command: "corepack pnpm i", Files: "package.json pnpm-lock.yaml"},
	{Name: "Bun", Context: "-- package.json --\n{\"workspaces\": {\"packages\": [\"{a,b}\"]}}\n-- bun.lock --\n-- bunfig.toml --\n-- a/package.json --\n{}\n", Command: "bun install --frozen-lockfile", Files: "a/package.json bun.lock bunfig.toml package.json"},

	{Name: "pnpm with hooks that read files", Context: "-- package.json --\n{}\n-- .pnpmfile.cjs --\nconst x = require('./versions')\n", Command: "pnpm i", Refusal: `.pnpmfile.cjs is run by the install, and may read the source (require "./versions")`},
	{Name: "pnpm in a package", Context: "-- pnpm-workspace.yaml --\n-- web/package.json --\n{}\n", Dir: "web", Command: "pnpm i", Refusal: "web may be a package of the workspace in pnpm-workspace.yaml"},
	{Name: "pnpm that copies packages of the workspace", Context: "-- package.json --\n{\"dependenciesMeta\": {\"ui\": {\"injected\": true}}}\n", Command: "pnpm i", Refusal: "package.json: the source of ui is copied into node_modules (injected)"},
	{Name: "a patch that is not there", Context: "-- package.json --\n{\"patchedDependencies\": {\"a@1\": \"patches/a.patch\"}}\n", Command: "bun install", Refusal: "package.json: patches/a.patch is not in the context"},
	{Name: "a plugin of the project", Context: "-- package.json --\n{}\n-- .yarnrc.yml --\nplugins:\n- path: .yarn/plugins/own.cjs\n  spec: ./own.js\n", Command: "yarn", Refusal: ".yarnrc.yml: the plugin ./own.js is code of the project"},
	{Name: "a workspace in a workspace", Context: "-- package.json --\n{\"workspaces\": [\"a\"]}\n-- .yarnrc.yml --\n-- a/package.json --\n{\"workspaces\": [\"b\"]}\n", Command: "yarn", Refusal: "a/package.json: a workspace within the workspace"},
	{Name: "yarn add", Context: express, Command: "yarn add lodash", Refusal: `"yarn add" of a package changes package.json, which the source copied later would change back`},
	{Name: "a script", Context: express, Command: "yarn build", Refusal: `what "yarn build" reads is not known`},
	{Name: "pnpm deploy", Context: express, Command: "pnpm deploy /out", Refusal: `what "pnpm deploy" reads is not known`},
}

func TestOthers(t *testing.T) { manifesttest.Run(t, otherCases, node.Inputs) }

func TestHostile(t *testing.T) {
	for name, data := range map[string]string{
		"package.json:1: invalid character '[' exceeded max depth": strings.Repeat("[", 100_000),
		"package.json: larger than 4 MB, not read":                 strings.Repeat(" ", manifest.MaxSize+1),
		"package.json: ../* is outside the project":                `{"workspaces": ["../*"]}`,
	} {
		files := fstest.MapFS{"package.json": {Data: []byte(data)}}
		in, err := node.Inputs(files, manifesttest.Case{Command: "npm install"}.Install())
		if err != nil || in.Refusal != name {
			t.Errorf("%.40s: %q, %v, want %q", data, in.Refusal, err, name)
		}
	}
}

// TestScriptsThatMultiply has scripts that run the next one often.
func TestScriptsThatMultiply(t *testing.T) {
	var lines strings.Builder
	for i := range 15 {
		fmt.Fprintf(&lines, "\"s%d\": %q,\n", i, strings.Repeat(fmt.Sprintf("npm run s%d && ", i+1), 100)+"true")
	}
	lines.WriteString(`"s15": "true", "prepare": "npm run s0"`)
	in, err := node.Inputs(manifesttest.Context(withScripts(lines.String())), manifesttest.Case{Command: "npm install"}.Install())
	if want := `package.json:18: "prepare": too long to be read`; err != nil || in.Refusal != want {
		t.Errorf("%q, %v, want %q", in.Refusal, err, want)
	}
}

func TestDependencies(t *testing.T) {
	for _, c := range []struct {
		name, context string
		want          []string
	}{
		{"npm", express, []string{
			"express 4.19.2  package.json:4", "jest 29.7.0 dev package.json:5",
			"bcrypt 5.1.1  package-lock.json:5 transitive script", "ms 2.0.0 dev package-lock.json:8 transitive",
		}},
		{"npm 6", "-- package.json --\n{\"dependencies\": {\"a\": \"1\"}}\n-- package-lock.json --\n{\"dependencies\":\n{\"a\": {\"version\": \"1.0.0\",\n \"dependencies\": {\"b\": {\"version\": \"2.0.0\"}}}}}\n", []string{
			"a 1.0.0  package.json:1", "b 2.0.0  package-lock.json:3 transitive",
		}},
		{"Yarn 1", "-- package.json --\n{\"dependencies\": {\"@a/b\": \"^1\"}}\n-- yarn.lock --\n# yarn lockfile v1\n\n\"@a/b@^1\", \"@a/b@^1.1\":\n  version \"1.2.0\"\n  resolved \"https://x\"\n  dependencies:\n    c \"2\"\n\nc@2:\n  version \"2.1.0\"\n", []string{
			"@a/b 1.2.0  package.json:1", "c 2.1.0  yarn.lock:9 transitive",
		}},
		{"Yarn 4", "-- package.json --\n{\"name\": \"x\", \"workspaces\": [\"web\"]}\n-- yarn.lock --\n__metadata:\n  version: 8\n\n\"c@npm:^2\":\n  version: 2.1.0\n\n\"x@workspace:.\":\n  version: 0.0.0-use.local\n", []string{
			"c 2.1.0  yarn.lock:4 transitive",
		}},
		{"pnpm", "-- package.json --\n{}\n-- pnpm-workspace.yaml --\npackages: [a]\n-- a/package.json --\n{\"dependencies\": {\"c\": \"1\"}}\n-- pnpm-lock.yaml --\npackages:\n  /b/1.0.0:\n    dev: true\n    requiresBuild: true\n  '@s/d@2.0.0(react@18)': {}\n  c@1.0.0: {}\n", []string{
			"c 1.0.0  a/package.json:1", "b 1.0.0 dev pnpm-lock.yaml:2 transitive script", "@s/d 2.0.0  pnpm-lock.yaml:5 transitive",
		}},
		{"Bun", "-- package.json --\n{\"optionalDependencies\": {\"b\": \"1\"}}\n-- bun.lock --\n{\n  \"packages\": {\n    \"@a/b\": [\"@a/b@1.0.0\", \"\", {\"x\": \"],}\",}, \"sha\"],\n    \"b\": [\"b@1.2.0\", \"\"],\n  },\n}\n", []string{
			"b 1.2.0 optional package.json:1", "@a/b 1.0.0  bun.lock:3 transitive",
		}},
	} {
		all, err := node.Dependencies(manifesttest.Context(c.context), ".")
		var got []string
		for _, d := range all {
			text := fmt.Sprintf("%s %s %s %s:%d", d.Name, d.Version, d.Group, d.Source.Source, d.Source.Line)
			if d.Transitive {
				text += " transitive"
			}
			if d.InstallScript {
				text += " script"
			}
			got = append(got, text)
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

func FuzzInputs(f *testing.F) {
	f.Add("npm install", `{"scripts": {"prepare": "a && b || node c.js"}, "workspaces": ["**"]}`, "a=b\ncafile=x\n", "const a = require('fs')")
	f.Add("yarn", `{"resolutions": {"a": "patch:a@1#./c.js"}, "bin": "c.js"}`, "yarnPath: x\nplugins: [a]\n", "import('x')")
	f.Add("pnpm i", `{"dependencies": {"a": "link:b"}}`, "packages: ['*']", "")
	f.Fuzz(func(t *testing.T, command, pkg, settings, code string) {
		files := fstest.MapFS{"package.json": {Data: []byte(pkg)}, "b/package.json": {Data: []byte(pkg)}, "c.js": {Data: []byte(code)}}
		for _, name := range []string{".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml", "yarn.lock", "bun.lock", "pnpm-lock.yaml"} {
			files[name] = &fstest.MapFile{Data: []byte(settings)}
		}
		install := manifesttest.Case{Command: command}.Install()
		if len(install.Argv) == 0 {
			return
		}
		in, err := node.Inputs(files, install)
		if err == nil && in.Refusal == "" {
			for _, file := range in.Files {
				if !manifest.IsFile(files, file.Path) {
					t.Errorf("%q: %s is not there", command, file.Path)
				}
			}
		}
		_, _ = node.Dependencies(files, ".")
	})
}
