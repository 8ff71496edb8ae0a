package validate

import "testing"

func TestAreaHolds(t *testing.T) {
	for _, c := range []struct {
		area Area
		path string
		want bool
	}{
		{Area{Dir: "/app"}, "/app", true},
		{Area{Dir: "/app"}, "/app/a/b", true},
		{Area{Dir: "/app"}, "/apple", false},
		{Area{Dir: "/"}, "/x", true},
		{Area{Dir: "/app", Name: "*.json"}, "/app/a.json", true},
		{Area{Dir: "/app", Name: "*.json"}, "/app/x/a.json", false},
		{Area{Dir: "/app", Name: "node_modules"}, "/app/node_modules/x/y", true},
		{Area{Dir: "/app", Name: "obj", Deep: true}, "/app/web/obj/x", true},
		{Area{Dir: "/app", Name: "obj", Deep: true}, "/app/web/object", false},
	} {
		if got := c.area.Holds(c.path); got != c.want {
			t.Errorf("%v holds %s: %v", c.area, c.path, got)
		}
	}
}

func TestAreaOverlaps(t *testing.T) {
	for _, c := range []struct {
		a, b Area
		want bool
	}{
		{Area{Dir: "/app"}, Area{Dir: "/app/x"}, true},
		{Area{Dir: "/app"}, Area{Dir: "/srv"}, false},
		{Everything, Area{Dir: "/srv", Name: "x"}, true},
		{Area{Dir: "/app", Name: "a"}, Area{Dir: "/app", Name: "b"}, false},
		{Area{Dir: "/app", Name: "a"}, Area{Dir: "/app", Name: "*"}, true},
		{Area{Dir: "/app", Name: "a"}, Area{Dir: "/app/a/x"}, true},
		{Area{Dir: "/app", Name: "a"}, Area{Dir: "/app/b/x"}, false},
		{Area{Dir: "/app", Name: "obj", Deep: true}, Area{Dir: "/app/web"}, true},
		{Area{Dir: "/root", Name: ".npmrc"}, Area{Dir: "/root/app"}, false},
	} {
		if c.a.Overlaps(c.b) != c.want || c.b.Overlaps(c.a) != c.want {
			t.Errorf("%v and %v: %v, %v, want %v both ways", c.a, c.b, c.a.Overlaps(c.b), c.b.Overlaps(c.a), c.want)
		}
	}
}
