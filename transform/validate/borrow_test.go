package validate

import (
	"strings"
	"testing"
)

func TestWithoutBorrowed(t *testing.T) {
	for _, middle := range strings.Split("pip install -r x.txt; pip3.11 install x; python3 -m pip install --no-cache-dir .; /opt/venv/bin/pip install x; pip cache purge; "+
		"pipenv install --system; pipenv sync; poetry install --no-root; uv sync --frozen; uv pip install x; uv add x; npm ci; npm install; npm i -g x; npm cache clean --force; "+
		"yarn; yarn --frozen-lockfile; yarn install; yarn cache clean; pnpm i; pnpm add x; gem install pg; bundle install --jobs 4; bundle; cd /app && npm ci", "; ") {
		s := borrowing(middle)
		if shorter, lists, ok := s.WithoutBorrowed(); !ok || shorter.Text != middle || lists == nil {
			t.Errorf("%s: %q, %v, %v", middle, shorter.Text, lists, ok)
		}
	}
}

// borrowing returns a script that borrows a compiler for some commands.
func borrowing(middle string) Script {
	s, _ := NewScript([]string{"/bin/sh", "-c", saveMarks + " && apt-get update && apt-get install -y --no-install-recommends gcc && " +
		middle + " && " + markAuto + " && " + markManual + " > /dev/null && " + purge + " && " + removeLists})
	return s
}

// Neither a long list of what stays nor a switch of the mirror is in the way.
func TestWithoutBorrowedOfManyLibraries(t *testing.T) {
	const many = " libcairo2 libffi8 libgdk-pixbuf-2.0-0 libpango-1.0-0 libpangocairo-1.0-0 libxml2 libxslt1.1"
	s, _ := NewScript([]string{"/bin/sh", "-c", saveMarks + ` && { [ -z "$APT_MIRROR" ] || sed -i "s|deb.debian.org|$APT_MIRROR|g" /etc/apt/sources.list.d/debian.sources; } && ` +
		"apt-get update && apt-get install -y --no-install-recommends gcc" + many + " && pip install . && " + markAuto + " && " + markManual + many + " > /dev/null && " + purge})
	if shorter, lists, ok := s.WithoutBorrowed(); !ok || shorter.Text != "pip install ." || lists != nil {
		t.Errorf("%q, %v, %v", shorter.Text, lists, ok)
	}
}

func TestWithoutBorrowedRefuses(t *testing.T) {
	for _, middle := range []string{"npx playwright install", "npm run build", "poetry run x", "make", "$X", "sudo pip install x", "pip install $(x)", "pip install x || true", "apk add x"} {
		s := borrowing(middle)
		if _, _, ok := s.WithoutBorrowed(); ok {
			t.Errorf("%s is taken for a command that installs no packages of the distribution", middle)
		}
	}
}
