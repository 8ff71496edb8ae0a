package rust

import (
	"path"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// links has the development packages of Debian that crates link with, by crate; "" for one that brings its library with it, or has
// none on Linux. Source: the build scripts of the crates at their current versions, read 2026-11.
var links = map[string]string{
	"openssl-sys": "libssl-dev", "libz-sys": "zlib1g-dev", "curl-sys": "libcurl4-openssl-dev", "libsqlite3-sys": "libsqlite3-dev", "pq-sys": "libpq-dev",
	"mysqlclient-sys": "default-libmysqlclient-dev", "libgit2-sys": "libgit2-dev", "libssh2-sys": "libssh2-1-dev", "bzip2-sys": "libbz2-dev", "lzma-sys": "liblzma-dev",
	"zstd-sys": "libzstd-dev", "lz4-sys": "", "libdbus-sys": "libdbus-1-dev", "rdkafka-sys": "librdkafka-dev", "alsa-sys": "libasound2-dev", "libudev-sys": "libudev-dev",
	"onig_sys": "", "jemalloc-sys": "", "tikv-jemalloc-sys": "", "libmimalloc-sys": "", "snmalloc-sys": "", "linux-raw-sys": "", "js-sys": "", "web-sys": "", "windows-sys": "",
	"core-foundation-sys": "", "security-framework-sys": "", "inotify-sys": "", "dirs-sys": "", "fsevent-sys": "", "mach2": "", "secp256k1-sys": "", "aws-lc-sys": "",
	"aws-lc-fips-sys": "", "clang-sys": "", "cc": "", "ffi-sys": "", "errno-dragonfly": "", "libnghttp2-sys": "", "librocksdb-sys": "", "blst": "", "protobuf-sys": "", "libloading": "",
	"io-kit-sys": "", "objc-sys": "", "objc2-sys": "", "redox_syscall": "", "wasi": "", "android_system_properties": "", "dlv-list": "", "ndk-sys": "", "libspa-sys": "libspa-0.2-dev",
}

// cxx are crates that compile C++, or may.
var cxx = []string{"librocksdb-sys", "cxx", "snmalloc-sys", "rdkafka-sys", "link-cplusplus"}

// needs adds what the programs are linked with.
func (f *finder) needs() {
	because := f.out.Evidence[0]
	locked := f.locked()
	if len(locked) == 0 {
		f.out.Unknown(because, "builds with crates that no Cargo.lock names")
		return
	}
	if f.dynamic {
		f.out.Needs = append(f.out.Needs,
			transform.Need{What: "the C library", Packages: []string{"libc6"}, Evidence: because},
			transform.Need{What: "the compiler's library", Packages: []string{"libgcc-s1"}, Evidence: because})
		libraries := f.Linked()
		for _, l := range locked {
			libraries = append(libraries, f.crate(l.Name)...)
		}
		f.out.Needs = append(append(f.out.Needs, libraries...), artifact.Trusts(libraries)...)
	}
	if where, call, ok := f.FirstCall(func(name string) bool { return path.Ext(name) == ".rs" }, []string{"temp_dir(", `"/tmp`}); ok {
		f.out.Needs = append(f.out.Needs, transform.Need{What: "folders for temporary files", Packages: []string{"base-files"}, Evidence: transform.Evidence{Source: where, Text: call}})
	}
	for _, l := range locked {
		asks := transform.Evidence{Source: "Cargo.lock", Text: l.Name}
		switch l.Name {
		case "rustls-native-certs", "openssl-probe", "rustls-platform-verifier":
			f.out.Needs = append(f.out.Needs, transform.Need{What: "certificates of servers", Packages: []string{"ca-certificates"}, Evidence: asks})
		case "tempfile", "tempdir", "multer":
			f.out.Needs = append(f.out.Needs, transform.Need{What: "folders for temporary files", Packages: []string{"base-files"}, Evidence: asks})
		case "chrono", "chrono-tz", "tzfile", "iana-time-zone", "time":
			f.out.Needs = append(f.out.Needs, transform.Need{What: "time zones", Packages: []string{"tzdata"}, Evidence: asks})
		case "libloading", "dlopen", "dlopen2":
			f.out.Unknown(asks, "has a crate that loads libraries when the program runs")
		}
	}
}

// crate returns the libraries that a crate links with.
func (f *finder) crate(name string) (list []transform.Need) {
	because := transform.Evidence{Source: "Cargo.lock", Text: name}
	for _, c := range cxx {
		if c == name {
			list = append(list, transform.Need{What: "the library of C++", Packages: []string{"libstdc++6"}, Evidence: because})
		}
	}
	development, known := links[name]
	switch {
	case !known && strings.HasSuffix(name, "-sys") && !strings.HasPrefix(name, "windows"):
		f.out.Unknown(because, "has the crate "+name+", and which library that links with is not known")
	case development != "":
		if libraries := f.Packages.Libraries(f.Base.Release, development); len(libraries) > 0 {
			list = append(list, transform.Need{What: "the library of " + name, Packages: libraries, Evidence: because})
		}
	}
	return list
}
