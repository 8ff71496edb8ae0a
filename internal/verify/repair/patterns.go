package repair

// A pattern says what a line of output means.
type pattern struct {
	kind Kind
	expr string
	// name is what is missing, with $1 for the first group of the expression. "" is that group alone, or no name
	// where there is no group.
	name string
}

// quoted stands around names in messages of GNU programs, by locale.
const (
	open  = "['\"`‘“]?"
	end   = "['\"’”]?"
	word  = `([\w.+-]+)`
	route = `(/[\w.+/@-]+)`
)

// patterns are what programs say that miss something. The first that matches a line counts, so what is special
// comes before what is general. The tests have a real line for each.
var patterns = []pattern{
	// A library is too old, or a program is for another machine: no package of the release mends that.
	{kind: Version, expr: "version " + open + `((?:GLIBC|GLIBCXX|CXXABI|GCC)_[\d.]+)` + end + " not found"},
	{kind: Version, expr: `Error relocating \S+: (\S+): symbol not found`},
	{kind: Version, expr: `undefined symbol: (\w+)`},
	{kind: Machine, expr: `(?i)exec format error`},

	// Shared libraries, when a program starts or loads a module: glibc, musl, and what names a library itself.
	{kind: Library, expr: `(lib[\w.+-]+\.so[.\d]*): cannot open shared object file`},
	{kind: Library, expr: `Error loading shared library (\S+?): No such file or directory`},
	{kind: Library, expr: `(?:cannot load library|error:) '?lib` + word + `-(\d+)'?:`, name: "lib$1.so.$2"},
	{kind: Library, expr: `cannot load library '([a-z][\w.+]*-[\d.]+)-(\d+)'`, name: "lib$1.so.$2"},
	{kind: Library, expr: `failed to find libmagic`, name: "libmagic.so.1"},
	{kind: Library, expr: `Unable to find zbar shared library`, name: "libzbar.so.0"},
	{kind: Library, expr: `Unable to load library '(\w+)'`, name: "lib$1.so"},
	{kind: Library, expr: `Fontconfig head is null`, name: "libfontconfig.so.1"},

	// Headers: gcc, clang, and packages that look for theirs themselves.
	{kind: Header, expr: `fatal error: ([\w./+-]+\.(?:h|hh|hpp|hxx)|[\w+-]+/[\w+-]+): No such file or directory`},
	{kind: Header, expr: `fatal error: '([\w./+-]+)' file not found`},
	{kind: Header, expr: `headers or library files could not be found for jpeg`, name: "jpeglib.h"},
	{kind: Header, expr: `headers or library files could not be found for zlib`, name: "zlib.h"},
	{kind: Header, expr: `make sure the libxml2 and libxslt development packages are installed`, name: "libxslt/xsltconfig.h"},

	// Libraries, for a linker: GNU ld, LLVM's lld.
	{kind: Link, expr: `cannot find -l` + word},
	{kind: Link, expr: `unable to find library -l` + word},

	// pkg-config, and what calls it: CMake, meson, Rust's crate.
	{kind: PkgConfig, expr: `Package ` + open + word + end + `, required by`},
	{kind: PkgConfig, expr: `Package ` + open + word + end + ` was not found in the pkg-config search path`},
	{kind: PkgConfig, expr: `No package ` + open + word + end + ` found`},
	{kind: PkgConfig, expr: `Dependency "?` + word + `"? not found, tried pkgconfig`},
	{kind: PkgConfig, expr: "The system library `" + word + "` required by crate"},

	// Commands that build scripts ask for by themselves.
	{kind: Command, expr: `Could not run .*pkg-config|pkg-config (?:command|binary|program) (?:could not be|not) found`, name: "pkg-config"},
	{kind: Command, expr: `no acceptable C compiler found in \$PATH`, name: "gcc"},
	{kind: Command, expr: `No CMAKE_C_COMPILER could be found`, name: "gcc"},
	{kind: Command, expr: `No CMAKE_CXX_COMPILER could be found`, name: "g++"},
	{kind: Command, expr: `C\+\+ compiler cannot create executables`, name: "g++"},
	{kind: Command, expr: `gyp ERR! (?:find Python|stack Error: Can't find Python)`, name: "python3"},
	{kind: Command, expr: `(?:OSError|EnvironmentError|Error|Exception): ([a-z][\w.-]*)(?: executable)? not found`},
	{kind: Command, expr: `Error: not found: ` + word},
	{kind: Command, expr: `Cannot find command '` + word + `'`},
	{kind: Command, expr: "linker `" + word + "` not found"},
	{kind: Command, expr: `unable to execute '?` + word + `'?: No such file or directory`},
	{kind: Command, expr: `command '` + word + `' failed: No such file or directory`},
	{kind: Command, expr: `exec: "` + word + `": executable file not found`},
	{kind: Command, expr: `spawn ` + word + ` ENOENT`},
	{kind: Command, expr: `Can't exec "` + word + `": No such file or directory`},
	{kind: Command, expr: `^make(?:\[\d+\])?: ` + word + `: (?:No such file or directory|Command not found)`},
	{kind: Command, expr: `FileNotFoundError: \[Errno 2\] No such file or directory: '` + word + `'`},
	{kind: Command, expr: `env: ` + open + word + end + `: No such file or directory`},
	{kind: Command, expr: `env: can't execute '` + word + `': No such file or directory`},
	{kind: Command, expr: route + `: bad interpreter: No such file or directory`},

	// What every shell says: bash, dash, BusyBox, zsh. A path is a program of the image, not one in PATH.
	{kind: Program, expr: `: (?:\d+: |line \d+: )?` + route + `: (?:not found|No such file or directory|cannot execute: required file not found)$`},
	{kind: Program, expr: `exec:? "?` + route + `"?: (?:stat .*: )?no such file or directory`},
	{kind: Command, expr: `: (?:\d+: |line \d+: )?` + word + `: (?:command )?not found$`},
	{kind: Command, expr: `command not found: ` + word + `$`},

	// Certificates: Go, Python, curl and git by OpenSSL and GnuTLS, Node.js, Java, wget.
	{kind: Certificates, expr: `x509: (?:certificate signed by unknown authority|failed to load system roots)`},
	{kind: Certificates, expr: `CERTIFICATE_VERIFY_FAILED|unable to get (?:local )?issuer certificate`},
	{kind: Certificates, expr: `UNABLE_TO_GET_ISSUER_CERT|error setting certificate (?:verify locations|file)`},
	{kind: Certificates, expr: `server certificate verification failed|Problem with the SSL CA cert`},
	{kind: Certificates, expr: `cannot verify \S+ certificate|the trustAnchors parameter must be non-empty`},

	// Time zones and other files of the distribution.
	{kind: Path, expr: `unknown time zone ([A-Z]\w+/[\w/+-]+)`, name: "/usr/share/zoneinfo/$1"},
	{kind: Path, expr: `No time zone found with key ([A-Z][\w/+-]+)`, name: "/usr/share/zoneinfo/$1"},
	{kind: Path, expr: `Cannot load default config file`, name: "/etc/fonts/fonts.conf"},
	{kind: Path, expr: `[Nn]o such file or directory: '(/usr/(?:share|lib|include)/[\w.+/-]+)'`},
	{kind: Path, expr: `ENOENT: no such file or directory, open '(/usr/(?:share|lib)/[\w.+/-]+)'`},
	{kind: Path, expr: `Can't locate ([\w/]+\.pm) in @INC`, name: "/usr/share/perl5/$1"},

	// Packages and files of a language.
	{kind: Module, expr: `ModuleNotFoundError: No module named '([\w.]+)'`},
	{kind: Module, expr: `ImportError: No module named '?([\w.]+)'?`},
	{kind: Module, expr: `Cannot find (?:module|package) '([^']+)'`},
	{kind: Module, expr: `cannot load such file -- (\S+)`},
	{kind: Module, expr: `Could not find or load main class (\S+)`},
	{kind: Module, expr: `Unable to access jarfile (\S+)`},
	{kind: Module, expr: `(?:ClassNotFoundException|NoClassDefFoundError): (\S+)`},
	{kind: Module, expr: `can't open file '([^']+)': \[Errno 2\]`},

	// Users and rights.
	{kind: User, expr: `unable to find (?:user|group) ([\w.-]+): no matching entries`},
	{kind: User, expr: `invalid (?:user|group): ` + open + `([\w.:-]+)` + end},
	{kind: User, expr: `(?:unknown user(?:/group)?|unknown user name|no such user:?) "?'?([\w.:-]+)`},
	{kind: Permission, expr: `PermissionError: \[Errno 13\] Permission denied: '([^']+)'`},
	{kind: Permission, expr: `EACCES: permission denied, \w+ '([^']+)'`},
	{kind: Permission, expr: `AccessDeniedException: (\S+)`},
	{kind: Permission, expr: route + end + `: [Pp]ermission denied`},
	{kind: Permission, expr: `[Pp]ermission denied|Operation not permitted`},
}
