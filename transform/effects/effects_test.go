package effects

import (
	"fmt"
	"strings"
	"testing"

	"dopt/transform/shell"
)

// paths writes a list of paths, trees with a slash at the end.
func paths(list []Path) string {
	var out []string
	for _, p := range list {
		if p.Tree {
			p.Name += "/"
		}
		out = append(out, p.Name)
	}
	return strings.Join(out, " ")
}

func TestOf(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"rm -rf /var/lib/apt/lists/* /tmp/build", "cheap -/var/lib/apt/lists/*/ /tmp/build/"},
		{"rm x.tgz", "cheap -/src/x.tgz"},
		{"mkdir -p -m 755 a/b /c", "cheap +/src/a/b /c"},
		{"touch $X /c", "cheap +/c"},
		{"chmod -R 755 /opt/x", "cheap ~/opt/x/"},
		{"chmod +x a b", "cheap ~/src/a /src/b"},
		{"chown app:app /opt", "cheap ~/opt"},
		{"sed -i 's/a/b/' /etc/x", "cheap ~/etc/x"},
		{"sed -i -e 's/a/b/' -e 's/c/d/' /etc/x /etc/y", "cheap ~/etc/x /etc/y"},
		{"sed 's/a/b/' /etc/x", "cheap"},
		{"cp a /b/", "cheap +/b/a"},
		{"cp -r a /b", "cheap +/b/ /b/a/"},
		{"mv a b", "cheap +/src/b /src/b/a -/src/a/"},
		{"ln -s /a /b", "cheap +/b /b/a"},
		{"install -m 755 a b /usr/bin/", "cheap +/usr/bin/a /usr/bin/b"},
		{"echo x > f", "cheap +/src/f"},
		{"echo x >> /etc/f 2>/dev/null", "cheap ~/etc/f"},
		{"useradd -u 1000 -m app", "cheap +/home/app/"},
		{"useradd -d /srv app", "cheap +/srv/"},
		{"curl -fsSLo /usr/bin/x https://h/y", "fetch +/usr/bin/x"},
		{"curl -LO https://h/a.tgz", "fetch +/src/a.tgz"},
		{"curl https://h/a.tgz", "fetch"},
		{"wget -q https://h/a.tgz", "fetch +/src/a.tgz"},
		{"wget https://h/d?f=1", "fetch"},
		{"wget -P /opt -q https://h/a.tgz", "fetch +/opt/a.tgz"},
		{"wget -qO- https://h/a.tgz", "fetch"},
		{"wget -O /x https://h/a.tgz", "fetch +/x"},
		{"git clone --depth 1 -b v1 https://h/a.git", "fetch +/src/a/"},
		{"git clone https://h/a.git /opt/b", "fetch +/opt/b/"},
		{"git config --global a b", "cheap"},
		{"tar xzf a.tgz -C /opt", "known +/opt/ unpacks /src/a.tgz"},
		{"tar -xf /a.tar --strip-components 1", "known +/src/ unpacks /a.tar"},
		{"tar -zxvf a.tgz -C /usr/local", "known unpacks /src/a.tgz"},
		{"tar czf out.tgz dir", "known +/src/out.tgz"},
		{"unzip -q a.zip -d /opt/a", "known +/opt/a/ unpacks /src/a.zip"},
		{"find /var/log -type f -delete", "known -/var/log/"},
		{"find . -name x -exec chmod 644 {} +", "known ~/src/"},
		{"find . -exec ./x {} ;", "unknown"},
		{"A=1", "cheap"},
		{"./configure", "unknown"},
		{"$X y", "unknown"},
		{"apt-get install -y curl", "fetch uses apt-get"},
	} {
		s, err := shell.Parse(c.script, shell.POSIX, "/src", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := describe(Of(s.Commands[0])); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.script, got, c.want)
		}
	}
}

func describe(e Effect) string {
	out := "unknown"
	switch {
	case e.Cheap:
		out = "cheap"
	case e.Fetches:
		out = "fetch"
	case e.Known:
		out = "known"
	}
	if len(e.Makes) > 0 {
		out += " +" + paths(e.Makes)
	}
	if len(e.Changes) > 0 {
		out += " ~" + paths(e.Changes)
	}
	if len(e.Removes) > 0 {
		out += " -" + paths(e.Removes)
	}
	if e.Unpacks != "" {
		out += " unpacks " + e.Unpacks
	}
	if e.Use != nil {
		out += " uses " + e.Use.Manager.Name
	}
	return out
}

func TestTouches(t *testing.T) {
	for _, c := range []struct {
		p, made Path
		want    bool
	}{
		{Path{"/a", false}, Path{"/a", false}, true},
		{Path{"/a", false}, Path{"/a/b", false}, false},
		{Path{"/a", true}, Path{"/a/b", false}, true},
		{Path{"/a/b", false}, Path{"/a", true}, true},
		{Path{"/a/b", false}, Path{"/a", false}, false},
		{Path{"/ab", true}, Path{"/a", true}, false},
		{Path{"/tmp/*", true}, Path{"/tmp/build/y", false}, true},
		{Path{"/tmp/*.tgz", false}, Path{"/tmp/a.tgz", false}, true},
		{Path{"/tmp/*.tgz", false}, Path{"/tmp/a.zip", false}, false},
	} {
		if got := c.p.Touches(c.made); got != c.want {
			t.Errorf("%s touches %s: %v", fmt.Sprint(c.p), fmt.Sprint(c.made), got)
		}
	}
}
