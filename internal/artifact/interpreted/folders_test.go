package interpreted

import "testing"

func TestOwn(t *testing.T) {
	for path, want := range map[string]string{
		"/app":                        "/app",
		"/app/src/main.py":            "/app",
		"/requirements.txt":           "/requirements.txt",
		"/srv/shop/app":               "/srv/shop",
		"/home/admin/service/conf":    "/home/admin",
		"/usr/src/app/lib":            "/usr/src/app",
		"/var/www/html/index.html":    "/var/www/html",
		"/root/project":               "/root/project",
		"/opt":                        "",
		"/":                           "",
		"/usr/local/bin/start.sh":     "",
		"/etc/nginx/nginx.conf":       "",
		"/var/lib/shop":               "",
		"/tmp/requirements.txt":       "",
		"/var/log/shop":               "",
		"/library/of/the/stage":       "/library",
		"relative":                    "",
		"/var/opt/shop/data/x.sqlite": "/var/opt/shop",
	} {
		if got := Own(path); got != want {
			t.Errorf("Own(%q) = %q, want %q", path, got, want)
		}
	}
}
