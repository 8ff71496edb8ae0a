package verify

import "testing"

func TestOwners(t *testing.T) {
	owners := map[string]string{}
	addOwned(owners, "/var/lib/dpkg/info/libc6:amd64.list", "/.\n/lib/x86_64-linux-gnu\n/lib/x86_64-linux-gnu/libc.so.6\n")
	addOwned(owners, "/var/lib/dpkg/status.d/openssl.md5sums", "d41d8cd98f00b204e9800998ecf8427e  usr/bin/openssl\n")
	addOwned(owners, "/lib/apk/db/installed", "C:Q1x=\nP:musl\nV:1.2.4\nF:lib\nR:libc.musl-x86_64.so.1\na:0:0:777\nR:ld-musl-x86_64.so.1\n\nP:zlib\nF:lib\nR:libz.so.1\n")
	for name, want := range map[string]string{
		"/lib/x86_64-linux-gnu/libc.so.6": "libc6", "/usr/lib/x86_64-linux-gnu/libc.so.6": "libc6", "/usr/bin/openssl": "openssl",
		"/lib/ld-musl-x86_64.so.1": "musl", "/lib/libz.so.1": "zlib", "/usr/bin/python3": "",
	} {
		if got := owners[name]; got != want {
			t.Errorf("%s belongs to %q, want %q", name, got, want)
		}
	}
}
