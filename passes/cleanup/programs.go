package cleanup

import (
	"regexp"
	"sync"
)

// shells read scripts.
var shells = set("sh", "bash", "dash", "ash", "zsh", "ksh", "su", "runuser")

// wrappers run the command behind them.
var wrappers = set("sudo", "env", "exec", "command", "time", "timeout", "nice", "nohup", "eatmydata", "tini", "dumb-init", "gosu", "su-exec", "setarch", "linux32", "catchsegv", "xvfb-run")

// harmless are programs whose names look as if they set a machine up, and that install none of the
// distribution's packages. Sources: the manual page or README of each.
var harmless = set(
	"adoptopenjdk", "autoreconf", "configure", "easy_install", "update-alternatives", "docker-php-ext-install", "docker-php-ext-configure",
	"docker-php-ext-enable", "install_name_tool", "mysql_install_db", "mariadb-install-db", "tlmgr", "rustup", "rustup-init", "rustup.sh", "rbenv", "pyenv",
	"nvm", "sdk", "jenkins-plugin-cli", "install-plugins.sh", "plugins.sh", "jupyter", "ipython", "R", "Rscript", "julia", "ghc-pkg", "nodejs", "helm", "kubectl",
	"gradlew", "mvnw", "autogen.sh", "make.bash", "collectstatic.sh", "pyinstaller", "bootstrap.sh", "buildconf.sh", "catalina.sh", "setup.py", "phpize", "wp", "drush", "meteor", "electron-rebuild",
	"setcap", "dpkg-reconfigure", "dpkg", "rpm", "apt-key", "apt-mark", "apt-config", "add-apt-repository", "apt-add-repository", "dpkg-divert", "debconf-set-selections",
)

// interpreted are the suffixes of programs for interpreters that are no shells.
var interpreted = set(".py", ".rb", ".js", ".pl", ".php", ".R", ".jar", ".cgi")

// unpacksItself matches archives that are shell scripts: they unpack what they hold.
var unpacksItself = lazy(`(?i)^((mini|ana)conda|miniforge|mambaforge|cmake-|bazel-|racket-|cuda_|netbeans|jdk-|julia-).*`)

// lazy returns a regular expression that is compiled when first asked for: most runs need few.
func lazy(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}
