package inspect

import (
	"path"
	"slices"
	"strings"
)

// authorities are where programs look for the certificates of certificate authorities. Source: the lists of Go's
// crypto/x509 (root_linux.go), which are those of all distributions.
var authorities = []string{
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
}

// certificates checks that there are certificates, where the program needs them.
func (c *checker) certificates() {
	if !c.needs.Certificates || c.trusts() {
		return
	}
	c.add(Finding{
		Check: Certificates, Missing: authorities[0],
		Message: "the program asks servers for their certificates, and there are none of authorities to check them by",
	})
}

// trusts reports whether the image has certificates of authorities.
func (c *checker) trusts() bool {
	return slices.ContainsFunc(append([]string{c.env("SSL_CERT_FILE")}, authorities...), func(name string) bool {
		_, f := c.tree.find(name)
		return name != "" && f.Mode.IsRegular()
	})
}

// zoneFolder is where the C library and most languages look for time zones.
const zoneFolder = "/usr/share/zoneinfo"

// zones checks that there is time zone data where the program needs it, and the zone that the image sets.
func (c *checker) zones() {
	zone := strings.TrimPrefix(c.env("TZ"), ":")
	_, folder := c.tree.find(zoneFolder)
	_, file := c.tree.find(path.Join(zoneFolder, zone))
	switch {
	case c.needs.Zones && !folder.Mode.IsDir():
		c.add(Finding{Check: Zones, Missing: zoneFolder, Message: "the program uses time zones, and there is no " + zoneFolder})
	case strings.Contains(zone, "/") && !file.Mode.IsRegular():
		// A name without a folder may be a rule, such as UTC0 or CET-1CEST.
		c.add(Finding{Check: Zones, Missing: path.Join(zoneFolder, zone), Message: "TZ is " + zone + ", and there is no such file in " + zoneFolder})
	}
}
