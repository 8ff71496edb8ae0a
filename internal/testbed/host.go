package testbed

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// A host is what this machine passes on to the images: the certificates that it trusts and the
// package registries that its own tools are told to use. Read when baking, written nowhere else. No
// logins are passed on.
type host struct {
	// files are below the root of the images of a family, env are ENV lines for one.
	files map[string]map[string][]byte
	env   map[string]string
	// goEnv are lines for go.env; mirror is the Debian archive and registry the npm registry that this machine uses.
	goEnv, mirror, registry string
}

const (
	certificates    = "usr/local/share/ca-certificates"
	defaultMirror   = "http://deb.debian.org/debian"
	defaultRegistry = "https://registry.npmjs.org"
)

func readHost(ctx context.Context) *host {
	h := &host{files: map[string]map[string][]byte{}, env: map[string]string{}, mirror: debianMirror()}
	for _, family := range []string{"debian", "node", "rust", "java", "python"} {
		h.files[family] = map[string][]byte{}
	}
	trusted := h.readCertificates()
	h.readApt(ctx)
	h.readPip(ctx, trusted)
	h.readNpm(ctx, trusted)
	h.readGo(ctx)
	h.readCargo()
	h.readMaven()
	return h
}

// ask returns what a tool of this machine prints, "" if it is missing or fails; it is asked outside of any project.
func ask(ctx context.Context, name string, args ...string) string {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/"
	text, err := cmd.Output()
	if err != nil {
		return ""
	}
	return string(bytes.TrimSpace(text))
}

// matching returns the lines of text that pattern matches, rewritten to the replacement.
func matching(text, pattern, replacement string) string {
	re := regexp.MustCompile(pattern)
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if re.MatchString(line) {
			b.WriteString(re.ReplaceAllString(line, replacement) + "\n")
		}
	}
	return b.String()
}

// debianMirror returns the archive of this machine's own apt.
func debianMirror() string {
	files, _ := filepath.Glob("/etc/apt/sources.list.d/*.sources") // the pattern is good
	uri := regexp.MustCompile(`(?m)^(?:URIs:|deb(?: \[[^]]*\])?) *(https?://\S*/debian)/?(?:\s|$)`)
	for _, f := range append(files, "/etc/apt/sources.list") {
		text, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		if m := uri.FindSubmatch(text); m != nil {
			return string(m[1])
		}
	}
	return defaultMirror
}

// readCertificates passes on what this machine trusts beyond its distribution's list.
func (h *host) readCertificates() bool {
	var all []byte
	files, _ := filepath.Glob("/" + certificates + "/*.crt") // the pattern is good
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		h.files["debian"][certificates+"/"+filepath.Base(f)] = text
		all = append(append(all, text...), '\n')
	}
	if len(all) == 0 {
		return false
	}
	h.files["debian"][certificates+"/host.pem"] = all // all in one, as Node wants them
	const bundle = "/etc/ssl/certs/ca-certificates.crt"
	h.env["python"] = "ENV SSL_CERT_FILE=" + bundle + " REQUESTS_CA_BUNDLE=" + bundle + "\n"
	h.env["node"] = "ENV NODE_EXTRA_CA_CERTS=/" + certificates + "/host.pem\n"
	return true
}

func (h *host) readApt(ctx context.Context) {
	lines := matching(ask(ctx, "apt-config", "dump"), `^(Acquire::(?:Check-(?:Valid-Until|Date)|https?::Proxy|Retries) .*)$`, "$1")
	if lines != "" {
		h.files["debian"]["etc/apt/apt.conf.d/99host"] = []byte(lines)
	}
}

func (h *host) readPip(ctx context.Context, trusted bool) {
	lines := matching(ask(ctx, "python3", "-m", "pip", "config", "list"),
		`^(?::env:|global|site|user)\.(?:default-)?(index-url|extra-index-url|trusted-host|proxy|timeout)='(.*)'$`, "$1 = $2")
	if trusted {
		lines += "cert = /etc/ssl/certs/ca-certificates.crt\n"
	}
	if lines != "" {
		h.files["debian"]["etc/pip.conf"] = []byte("[global]\n" + lines)
	}
}

func (h *host) readNpm(ctx context.Context, trusted bool) {
	// Headers are in the image, as in the official one; node-gyp is told so, since it would ask for them over the network.
	text := "nodedir=/usr/local\n"
	text += matching(ask(ctx, "npm", "config", "ls"), `^((?:@[^: ]+:)?registry|strict-ssl|replace-registry-host|fetch-[a-z-]+|(?:https-|no)?proxy|audit) = "?([^"]*)"?$`, "$1=$2")
	h.files["node"]["usr/local/etc/npmrc"] = []byte(text)
	h.registry = strings.TrimRight(ask(ctx, "npm", "config", "get", "registry"), "/")
	if h.registry == "" {
		h.registry = defaultRegistry
	}
	if h.registry != defaultRegistry {
		// A mirror may lack the signatures and the tags that corepack asks for, and corepack must take yarn from it.
		h.env["node"] += "ENV COREPACK_INTEGRITY_KEYS=0 COREPACK_DEFAULT_TO_LATEST=0 COREPACK_NPM_REGISTRY=" + h.registry + "\n"
	}
}

func (h *host) readGo(ctx context.Context) {
	for _, name := range []string{"GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOPROXY", "GOPRIVATE", "GOINSECURE"} {
		if value := ask(ctx, "go", "env", "-changed", name); value != "" {
			_, value, _ = strings.Cut(value, "=")
			h.goEnv += name + "=" + strings.Trim(value, `'"`) + "\n"
		}
	}
}

func (h *host) readCargo() {
	home := os.Getenv("CARGO_HOME")
	if home == "" {
		home = filepath.Join(os.Getenv("HOME"), ".cargo")
	}
	text, err := os.ReadFile(filepath.Join(home, "config.toml"))
	if err != nil {
		return
	}
	// The sections about where crates come from; others are about this machine alone.
	section := regexp.MustCompile(`^\[(?:source|registr|net|http)`)
	var kept strings.Builder
	on := false
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "[") {
			on = section.MatchString(line)
		}
		if on {
			kept.WriteString(line)
		}
	}
	if kept.Len() > 0 {
		h.files["rust"]["usr/local/cargo/config.toml"] = []byte(kept.String())
	}
}

func (h *host) readMaven() {
	text, err := os.ReadFile(filepath.Join(os.Getenv("HOME"), ".m2", "settings.xml"))
	if err != nil {
		return
	}
	parts := regexp.MustCompile(`(?s)<mirrors>.*?</mirrors>|<proxies>.*?</proxies>`).FindAllString(string(text), -1)
	if len(parts) > 0 {
		h.files["java"]["usr/share/maven/conf/settings.xml"] = []byte("<settings>\n" + strings.Join(parts, "\n") + "\n</settings>\n")
	}
}
