package repair

import (
	"strings"
	"testing"
)

// Lines as programs write them, one or more for each pattern.
var lines = []struct {
	line string
	kind Kind
	name string
}{
	// dash, bash (alone, in a script, in configure), BusyBox, zsh.
	{"/bin/sh: 1: mysql_config: not found", Command, "mysql_config"},
	{"./run.sh: 5: convert: not found", Command, "convert"},
	{"/bin/bash: line 1: git: command not found", Command, "git"},
	{"bash: pg_config: command not found", Command, "pg_config"},
	{"./configure: line 2513: gcc: command not found", Command, "gcc"},
	{"/bin/sh: curl: not found", Command, "curl"},
	{"sh: ffmpeg: not found", Command, "ffmpeg"},
	{"zsh: command not found: node", Command, "node"},
	{"#12 0.345 /bin/sh: 1: g++: not found", Command, "g++"},

	// Programs that look for others.
	{"env: ‘python3’: No such file or directory", Command, "python3"},
	{"/usr/bin/env: 'node': No such file or directory", Command, "node"},
	{"env: can't execute 'bash': No such file or directory", Command, "bash"},
	{"/bin/sh: 1: /app/run.sh: /bin/bash: bad interpreter: No such file or directory", Command, "/bin/bash"},
	{"make: g++: No such file or directory", Command, "g++"},
	{"make[1]: gcc: Command not found", Command, "gcc"},
	{"OSError: mysql_config not found", Command, "mysql_config"},
	{"Error: pg_config executable not found.", Command, "pg_config"},
	{`exec: "gcc": executable file not found in $PATH`, Command, "gcc"},
	{`OCI runtime create failed: runc create failed: unable to start container process: exec: "gunicorn": executable file not found in $PATH: unknown`, Command, "gunicorn"},
	{"unable to execute 'gcc': No such file or directory", Command, "gcc"},
	{"error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory", Command, "x86_64-linux-gnu-gcc"},
	{"ERROR: Cannot find command 'git' - do you have 'git' installed and in your PATH?", Command, "git"},
	{"FileNotFoundError: [Errno 2] No such file or directory: 'pg_config'", Command, "pg_config"},
	{"npm error enoent An unknown git error occurred: spawn git ENOENT", Command, "git"},
	{"gyp ERR! find Python", Command, "python3"},
	{"gyp ERR! stack Error: not found: make", Command, "make"},
	{"configure: error: no acceptable C compiler found in $PATH", Command, "gcc"},
	{"No CMAKE_CXX_COMPILER could be found.", Command, "g++"},
	{"No CMAKE_C_COMPILER could be found.", Command, "gcc"},
	{"configure: error: C++ compiler cannot create executables", Command, "g++"},
	{"error: linker `cc` not found", Command, "cc"},
	{"Could not run `PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 pkg-config --libs openssl`", Command, "pkg-config"},
	{"The pkg-config command could not be found.", Command, "pkg-config"},
	{`Can't exec "aclocal": No such file or directory at /usr/share/autoconf/Autom4te/FileUtils.pm line 274.`, Command, "aclocal"},

	// Compilers and linkers.
	{"Modules/common.h:15:10: fatal error: lber.h: No such file or directory", Header, "lber.h"},
	{"src/lxml/etree.c:97:10: fatal error: libxml/xmlversion.h: No such file or directory", Header, "libxml/xmlversion.h"},
	{"main.cc:1:10: fatal error: Eigen/Dense: No such file or directory", Header, "Eigen/Dense"},
	{"./foo.c:3:10: fatal error: 'zlib.h' file not found", Header, "zlib.h"},
	{"The headers or library files could not be found for jpeg,", Header, "jpeglib.h"},
	{"The headers or library files could not be found for zlib,", Header, "zlib.h"},
	{"Error: Please make sure the libxml2 and libxslt development packages are installed.", Header, "libxslt/xsltconfig.h"},
	{"/usr/bin/ld: cannot find -lmariadb: No such file or directory", Link, "mariadb"},
	{"/usr/bin/ld: cannot find -lssl", Link, "ssl"},
	{"collect2: /usr/bin/ld: cannot find -lstdc++", Link, "stdc++"},
	{"ld.lld: error: unable to find library -lz", Link, "z"},
	{"Package 'libpq', required by 'virtual:world', not found", PkgConfig, "libpq"},
	{"Package libcurl was not found in the pkg-config search path.", PkgConfig, "libcurl"},
	{"--   No package 'gtk+-3.0' found", PkgConfig, "gtk+-3.0"},
	{"No package 'libcurl' found", PkgConfig, "libcurl"},
	{`meson.build:12:0: ERROR: Dependency "cairo" not found, tried pkgconfig and cmake`, PkgConfig, "cairo"},
	{"The system library `openssl` required by crate `openssl-sys` was not found.", PkgConfig, "openssl"},

	// Loaders: glibc and musl, a program, modules of Python and Node.js, ctypes, Java.
	{"/app/server: error while loading shared libraries: libGL.so.1: cannot open shared object file: No such file or directory", Library, "libGL.so.1"},
	{"ImportError: libpq.so.5: cannot open shared object file: No such file or directory", Library, "libpq.so.5"},
	{"OSError: libgomp.so.1: cannot open shared object file: No such file or directory", Library, "libgomp.so.1"},
	{"Error: libvips-cpp.so.42: cannot open shared object file: No such file or directory", Library, "libvips-cpp.so.42"},
	{"java.lang.UnsatisfiedLinkError: /opt/java/lib/libfontmanager.so: libfreetype.so.6: cannot open shared object file: No such file or directory", Library, "libfreetype.so.6"},
	{"Error loading shared library libstdc++.so.6: No such file or directory (needed by /app/server)", Library, "libstdc++.so.6"},
	{"OSError: cannot load library 'libgobject-2.0-0': libgobject-2.0-0: cannot open shared object file: No such file or directory.", Library, "libgobject-2.0.so.0"},
	{"OSError: cannot load library 'pango-1.0-0': error: pango-1.0-0: cannot open shared object file", Library, "libpango-1.0.so.0"},
	{"ImportError: failed to find libmagic.  Check your installation", Library, "libmagic.so.1"},
	{"ImportError: Unable to find zbar shared library", Library, "libzbar.so.0"},
	{"java.lang.UnsatisfiedLinkError: Unable to load library 'tesseract':", Library, "libtesseract.so"},
	{`Exception in thread "main" java.lang.InternalError: java.lang.reflect.InvocationTargetException: Fontconfig head is null, check your fonts or fonts configuration`, Library, "libfontconfig.so.1"},
	{"/app/server: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /app/server)", Version, "GLIBC_2.34"},
	{"ImportError: /usr/lib/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by x.so)", Version, "GLIBCXX_3.4.30"},
	{"Error relocating /app/server: __snprintf_chk: symbol not found", Version, "__snprintf_chk"},
	{"ImportError: /app/x.so: undefined symbol: PyUnicode_AsUTF8", Version, "PyUnicode_AsUTF8"},
	{"exec /app/server: exec format error", Machine, ""},
	{"/bin/sh: 1: /app/server: Exec format error", Machine, ""},

	// A program that is there, without its loader or interpreter.
	{"exec /docker-entrypoint.sh: no such file or directory", Program, "/docker-entrypoint.sh"},
	{`exec: "/app/server": stat /app/server: no such file or directory: unknown`, Program, "/app/server"},
	{"/bin/sh: 1: /app/server: not found", Program, "/app/server"},
	{"/bin/sh: /app/server: not found", Program, "/app/server"},
	{"bash: line 1: /app/server: No such file or directory", Program, "/app/server"},
	{"/bin/bash: line 1: /app/server: cannot execute: required file not found", Program, "/app/server"},

	// Certificates.
	{`Get "https://api.example.com/": tls: failed to verify certificate: x509: certificate signed by unknown authority`, Certificates, ""},
	{"x509: failed to load system roots and no roots provided", Certificates, ""},
	{"ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", Certificates, ""},
	{"curl: (60) SSL certificate problem: unable to get local issuer certificate", Certificates, ""},
	{"curl: (77) error setting certificate verify locations:", Certificates, ""},
	{"curl: (77) error setting certificate file: /etc/ssl/certs/ca-certificates.crt", Certificates, ""},
	{"fatal: unable to access 'https://github.com/x/y/': Problem with the SSL CA cert (path? access rights?)", Certificates, ""},
	{"fatal: unable to access 'https://github.com/x/y/': server certificate verification failed. CAfile: none CRLfile: none", Certificates, ""},
	{"Error: unable to get issuer certificate", Certificates, ""},
	{"code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'", Certificates, ""},
	{"ERROR: cannot verify example.com's certificate, issued by ‘CN=R3’:", Certificates, ""},
	{"java.security.InvalidAlgorithmParameterException: the trustAnchors parameter must be non-empty", Certificates, ""},

	// Files of the distribution.
	{"panic: unknown time zone Europe/Berlin", Path, "/usr/share/zoneinfo/Europe/Berlin"},
	{"zoneinfo._common.ZoneInfoNotFoundError: 'No time zone found with key Europe/Berlin'", Path, "/usr/share/zoneinfo/Europe/Berlin"},
	{"Fontconfig error: Cannot load default config file: No such file: (null)", Path, "/etc/fonts/fonts.conf"},
	{"FileNotFoundError: [Errno 2] No such file or directory: '/usr/share/dict/words'", Path, "/usr/share/dict/words"},
	{"Error: ENOENT: no such file or directory, open '/usr/share/mime/globs2'", Path, "/usr/share/mime/globs2"},
	{"Can't locate JSON.pm in @INC (you may need to install the JSON module) (@INC entries checked: /etc/perl)", Path, "/usr/share/perl5/JSON.pm"},

	// Languages.
	{"ModuleNotFoundError: No module named 'flask'", Module, "flask"},
	{"ImportError: No module named yaml", Module, "yaml"},
	{"Error: Cannot find module 'express'", Module, "express"},
	{"Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'fastify' imported from /app/server.mjs", Module, "fastify"},
	{"<internal:kernel_require.rb>:136:in `require': cannot load such file -- sinatra (LoadError)", Module, "sinatra"},
	{"Error: Could not find or load main class com.example.Main", Module, "com.example.Main"},
	{"Error: Unable to access jarfile app.jar", Module, "app.jar"},
	{"Caused by: java.lang.ClassNotFoundException: org.postgresql.Driver", Module, "org.postgresql.Driver"},
	{"python3: can't open file '/app/app.py': [Errno 2] No such file or directory", Module, "/app/app.py"},

	// Users and rights.
	{"unable to find user app: no matching entries in passwd file", User, "app"},
	{"chown: invalid user: 'app:app'", User, "app:app"},
	{"chown: invalid group: ‘www’", User, "www"},
	{"chown: unknown user/group app:app", User, "app:app"},
	{"PermissionError: [Errno 13] Permission denied: '/app/data'", Permission, "/app/data"},
	{"Error: EACCES: permission denied, mkdir '/app/logs'", Permission, "/app/logs"},
	{"java.nio.file.AccessDeniedException: /data/x", Permission, "/data/x"},
	{"/bin/sh: 1: /app/run.sh: Permission denied", Permission, "/app/run.sh"},
	{"mkdir: cannot create directory ‘/var/lib/app’: Permission denied", Permission, "/var/lib/app"},
	{"panic: open /data/state.json: permission denied", Permission, "/data/state.json"},
	{"touch: cannot touch 'x': Permission denied", Permission, ""},
}

func TestRead(t *testing.T) {
	used := map[int]bool{}
	for _, l := range lines {
		got := Read("some output before\n" + l.line + "\nand after\n")
		want := Symptom{l.kind, l.name, l.line}
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s\ngot  %+v\nwant %+v", l.line, got, want)
		}
		for i, expr := range expressions() {
			if expr.MatchString(l.line) {
				used[i] = true
				break
			}
		}
	}
	for i, p := range patterns {
		if !used[i] {
			t.Errorf("no line shows the pattern %s", p.expr)
		}
	}
}

// What is no symptom: warnings of builds that go well.
func TestReadTakesNothingElse(t *testing.T) {
	for _, line := range []string{
		"checking for gcc... gcc",
		"-- Could NOT find Doxygen (missing: DOXYGEN_EXECUTABLE)",
		"debconf: delaying package configuration, since apt-utils is not installed",
		"WARNING: Running pip as the 'root' user can result in broken permissions",
		"404 Not Found",
		"E: Unable to locate package libfoo",
		"npm warn deprecated glob@7.2.3: Glob versions prior to v9 are no longer supported",
		"Successfully installed flask-3.0",
		"HTTP/1.1 404 page: not found",
	} {
		if got := Read(line); len(got) > 0 {
			t.Errorf("%s: %+v", line, got)
		}
	}
}

func TestReadIsBounded(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		b.WriteString("/bin/sh: 1: command" + strings.Repeat("x", i%100) + ": not found\n")
	}
	if got := Read(b.String()); len(got) != maxSymptoms {
		t.Errorf("%d symptoms, want %d", len(got), maxSymptoms)
	}
	if got := Read("/bin/sh: 1: " + strings.Repeat("x", 1<<20) + ": not found"); len(got) > 0 {
		t.Errorf("a line of a megabyte: %.100v", got)
	}
}
