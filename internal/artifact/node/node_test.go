package node

import (
	"testing"

	"dopt/internal/artifact/artifacttest"
)

func TestFind(t *testing.T) {
	artifacttest.Run(t, Language, []artifacttest.Case{
		{Name: "native modules are compiled", Archive: `
-- Dockerfile --
FROM node:20-slim
RUN apt-get update && apt-get install -y python3 make g++
WORKDIR /srv/accounts
COPY package*.json ./
RUN npm ci --build-from-source && npm cache clean --force
COPY . .
CMD ["node", "server.js"]
-- package.json --
{"dependencies": {"better-sqlite3": "11.1.2"}}
-- package-lock.json --
{"lockfileVersion": 3, "packages": {"node_modules/better-sqlite3": {"version": "11.1.2", "hasInstallScript": true}}}
-- server.js --
`, Want: `
standard: base node:20-slim
/srv/accounts/
`},
		{Name: "nothing of the build leaves", Archive: `
-- Dockerfile --
FROM node:20-slim
WORKDIR /app
COPY . .
RUN npm install
CMD ["npm", "start"]
-- package.json --
{"scripts": {"start": "node server.js"}, "dependencies": {}}
-- package-lock.json --
{"lockfileVersion": 3, "packages": {}}
`, Want: `nothing`},
		{Name: "build scripts put files into the project", Archive: `
-- Dockerfile --
FROM node:20
WORKDIR /app
COPY . .
RUN git rev-parse HEAD > version
RUN npm ci
RUN npm run build
CMD ["node", "dist/main.js"]
-- package.json --
{
  "scripts": {"prebuild": "rimraf dist && mkdir -p dist", "build": "cross-env NODE_ENV=production tsc -p . && npm run assets && node scripts/embed.js", "assets": "cp -r public dist/public"},
  "dependencies": {}
}
-- package-lock.json --
{"lockfileVersion": 3, "packages": {}}
-- scripts/embed.js --
fs.writeFileSync(path.join(__dirname, '../dist/embed.json'), '{}')
`, Want: `
standard: base node:20-slim
/app/
`},
		{Name: "a build script of which nothing is known", Archive: `
-- Dockerfile --
FROM node:20
WORKDIR /app
COPY . .
RUN git rev-parse HEAD > version
RUN npm ci
RUN npm run build
CMD ["node", "dist/main.js"]
-- package.json --
{
  "scripts": {
    "build": "site-maker --all"
  },
  "dependencies": {}
}
-- package-lock.json --
{"lockfileVersion": 3, "packages": {}}
`, Want: `
standard: base node:20-slim
/app/
unknown package.json:3: runs site-maker, of which it is not known where it puts files
`},
		{Name: "a build script puts files elsewhere", Archive: `
-- Dockerfile --
FROM node:20
WORKDIR /app
COPY . .
RUN git rev-parse HEAD > version
RUN npm ci && npx vite build --outDir=/var/www/html
CMD ["node", "server.js"]
-- package.json --
{"dependencies": {}}
-- package-lock.json --
{"lockfileVersion": 3, "packages": {}}
`, Want: `
standard: base node:20-slim
/app/
unknown Dockerfile:5: has vite put files outside of the project's folders
`},
		{Name: "postinstall writes to the home folder", Archive: `
-- Dockerfile --
FROM node:20
WORKDIR /app
COPY . .
RUN git rev-parse HEAD > version
RUN npm ci
CMD ["node", "server.js"]
-- package.json --
{"scripts": {"postinstall": "node scripts/models.js"}, "dependencies": {}}
-- package-lock.json --
{"lockfileVersion": 3, "packages": {}}
-- scripts/models.js --
// downloads what the program translates with
const target = path.join(os.homedir(), '.models')
`, Want: `
standard: base node:20-slim
/app/
unknown scripts/models.js:2: may put files outside of the project's folders when a step runs it (npm ci)
`},
		{Name: "a browser in the home folder", Archive: `
-- Dockerfile --
FROM node:20
WORKDIR /app
COPY . .
RUN git rev-parse HEAD > version
RUN npm ci
CMD ["node", "server.js"]
-- package.json --
{
  "dependencies": {
    "puppeteer": "22.0.0"
  }
}
-- package-lock.json --
{"lockfileVersion": 3, "packages": {}}
`, Want: `
standard: base node:20-slim
/app/
unknown package.json:3: downloads a browser into the home folder when it is installed
`},
		{Name: "npm is replaced in a step of its own, and a tool installed for all", Archive: `
-- Dockerfile --
FROM node:20
RUN npm install -g npm@10.8.2
RUN npm install -g pm2@5.4.2
WORKDIR /app
COPY . .
RUN git rev-parse HEAD > version
CMD ["pm2-runtime", "server.js"]
-- server.js --
`, Want: `
standard: base node:20-slim
/app/
/usr/local/lib/node_modules/
/usr/local/bin/
repeat 2
`},
		{Name: "corepack at the start", Archive: `
-- Dockerfile --
FROM node:20
RUN corepack enable
WORKDIR /app
COPY . .
RUN git rev-parse HEAD > version
RUN pnpm install --frozen-lockfile
CMD ["pnpm", "start"]
-- package.json --
{"dependencies": {}}
`, Want: `
standard: base node:20-slim
/app/
unknown Dockerfile:7: may be started by a package manager that corepack keeps in a home folder
`},
		{Name: "Yarn without node_modules", Archive: `
-- Dockerfile --
FROM node:20
WORKDIR /app
COPY . .
RUN git rev-parse HEAD > version
RUN yarn install --immutable
CMD ["node", "server.js"]
-- .yarnrc.yml --
enableTelemetry: false
-- package.json --
{"packageManager": "yarn@4.3.1"}
`, Want: `
standard: base node:20-slim
/app/
unknown Dockerfile:5: leaves packages in a cache in the home folder, where the program looks for them
`},
		{Name: "node_modules beside the root folder's own", Archive: `
-- Dockerfile --
FROM node:20
RUN git --version
COPY package.json /
COPY src /src
RUN npm install
CMD ["node", "/src/server.js"]
-- package.json --
{"dependencies": {}}
-- src/server.js --
`, Want: `
standard: base node:20-slim
/package.json
/src/
/node_modules/
`},
		{Name: "no image of Node.js", Archive: `
-- Dockerfile --
FROM debian:bookworm
RUN apt-get update && apt-get install -y nodejs npm g++
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "server.js"]
-- package.json --
{"dependencies": {}}
`, Want: `
unknown Dockerfile:1: is no official image of Node.js: where its packages are is not known
`},
	})
}
