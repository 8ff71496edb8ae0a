package cleanup

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dopt/internal/catalog"
	"dopt/transform"
)

// stepOf returns the last RUN of a stage as a step.
func stepOf(t *testing.T, run string) *step {
	t.Helper()
	d, err := transform.Parse("Dockerfile", []byte("FROM debian:bookworm\nARG V\nWORKDIR /w\nRUN "+run+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := &cleaner{Context: &transform.Context{Doc: d, Bases: catalog.Bases()}, steps: map[*transform.Instruction]*step{}}
	return c.read(d.Instructions[3])
}

func TestRemoves(t *testing.T) {
	for run, want := range map[string]bool{
		"rm -rf /var/lib/apt/lists": true, "rm -rf /var/lib/apt/lists/*": true, "rm -rf /var/lib/apt": true, "rm -rf /var/lib/apt/*": true,
		"rm -rf /var/lib/*": true, "rm -rf /var/lib/apt/lists/*_*": true, "sudo rm -rf /var/lib/apt/lists": true,
		"rm -rf /var/lib/{apt,dpkg}/lists": true, "rm -rf /var/cache/apt /var/lib/apt/lists": true,
		"find /var/lib/apt/lists -type f -delete": true, "find /var -name '*.deb' -delete": false, "find /var/lib/apt/lists -name '*_*' -delete": true,
		"rm -rf /var/lib/apt/lists/partial": false, "rm -rf /var/lib/apt/listsx": false, "rm -rf /var/cache/apt": false, "rm -rf /tmp/*": false, "echo /var/lib/apt/lists": false,
		"rm -rf /": false, "rm -rf *": false,
	} {
		s := stepOf(t, run)
		if got := s.removes(s.commands[0], aptLists); got != want {
			t.Errorf("%s: %v, want %v", run, got, want)
		}
	}
	for run, want := range map[string]bool{
		"rm -rf ~/.cache": true, "rm -rf $HOME/.cache/pip": true, `rm -rf "${HOME}/.cache/"*`: true, "rm -rf /root/.cache/pip/*": true, "rm -rf /home/app/.cache": true,
		"rm -rf ~/.npm": false, "rm -rf /root/*": false,
	} {
		s := stepOf(t, run)
		if got := s.removes(s.commands[0], "~/.cache/pip"); got != want {
			t.Errorf("%s: %v, want %v", run, got, want)
		}
	}
}

func TestDownloadsAndUnpacks(t *testing.T) {
	for run, want := range map[string]string{
		"curl -o /a.tgz https://x/y":                             "/a.tgz",
		"curl -fsSLo a.tgz https://x/y":                          "/w/a.tgz",
		"curl -LO https://x/b-${V}.zip":                          "b-$V.zip",
		"curl https://x/y > c.tar":                               "/w/c.tar",
		"curl -O https://x/y.tgz?raw=1":                          "",
		"curl -fsSL https://x/y.tgz":                             "",
		"wget https://x/d.tar.gz":                                "/w/d.tar.gz",
		"wget -qO - https://x/y":                                 "",
		"wget -q https://x/e.zip -O /tmp/e.zip":                  "/tmp/e.zip",
		"wget -P /tmp https://x/f.zip":                           "",
		"curl --output \"g.zip\" -H 'A: b://c' https://x/h":      "/w/g.zip",
		"wget --output-document=/tmp/i.zip https://x/i":          "",
		"curl -sSL https://x/k -o /tmp/k.tgz --retry 3 -- https": "/tmp/k.tgz",
	} {
		s := stepOf(t, run)
		if got := files(s.downloads(0)); got != want {
			t.Errorf("%s downloads %q, want %q", run, got, want)
		}
	}
	for run, want := range map[string]string{
		"tar xzf a.tgz": "/w/a.tgz", "tar -C /opt -xf /b.tar": "/b.tar", "tar -xvzf \"c-$V.tar.gz\"": "c-$V.tar.gz", "tar zxvf d.tgz -C /x": "/w/d.tgz", "tar xfv e.tar": "/w/e.tar",
		"tar czf f.tgz x": "", "tar xz": "", "tar xf *.tgz": "", "tar --extract --file g.tar": "/w/g.tar",
		"unzip -q h.zip -d /x": "/w/h.zip", "sudo dpkg -i i.deb": "/w/i.deb", "dpkg -x j.deb /x": "", "rpm -Uvh k.rpm": "/w/k.rpm", "bash Miniconda3-x.sh -b": "/w/Miniconda3-x.sh", "bash setup.sh": "",
	} {
		s := stepOf(t, run)
		if got := files(s.unpacked(0)); got != want {
			t.Errorf("%s unpacks %q, want %q", run, got, want)
		}
	}
}

// files names files by their path where it is known, else by their text.
func files(list []file) string {
	var names []string
	for _, f := range list {
		if f.path != "" {
			names = append(names, f.path)
		} else {
			names = append(names, f.text)
		}
	}
	return strings.Join(names, " ")
}

func TestAccounts(t *testing.T) {
	for run, want := range map[string]account{
		"useradd -m -u 1001 -g app -d /srv/app -s /bin/sh app":   {name: "app", home: "/srv/app", uid: "1001", gid: "app"},
		"useradd --uid=7 --gid=8 app":                            {name: "app", home: "/home/app", uid: "7", gid: "8"},
		"groupadd -r -g 1001 app":                                {name: "app", home: "/home/app", gid: "1001", group: true},
		"adduser -D -u 1000 -G app -h /app -g 'A user' app":      {name: "app", home: "/app", uid: "1000", gid: "app"},
		"addgroup -S -g 1000 app":                                {name: "app", home: "/home/app", gid: "1000", group: true},
		"adduser --uid 5 --gid 6 --home /h --gecos '' app":       {name: "app", home: "/h", uid: "5", gid: "6"},
		"adduser app sudo":                                       {},
		"useradd -G sudo -c 'The app' app":                       {name: "app", home: "/home/app"},
		"usermod -u 3 app":                                       {},
		"useradd -u 1001 -U app":                                 {name: "app", home: "/home/app", uid: "1001"},
		"addgroup --gid 9 app":                                   {name: "app", home: "/home/app", gid: "9", group: true},
		"adduser --disabled-password --ingroup app --uid 4 blub": {name: "blub", home: "/home/blub", uid: "4"},
	} {
		if got := accountOf(stepOf(t, run).commands[0]); got != want {
			t.Errorf("%s: %+v, want %+v", run, got, want)
		}
	}
}

func TestOldVersions(t *testing.T) {
	for ref, want := range map[string]string{
		"alpine:3.2": "apk refresh", "gliderlabs/alpine:3.1": "apk refresh", "alpine:3.7": "refresh", "alpine:3.20": "", "alpine": "", "golang:1.5-alpine3.2": "apk refresh",
		"node:20-alpine": "", "ubuntu:14.04": "pip", "ubuntu:trusty": "pip", "debian:8": "pip", "debian:8-slim": "pip", "debian:jessie-slim": "pip", "debian:12": "", "ubuntu:22.04": "",
		"phusion/baseimage:0.9.16": "pip", "phusion/baseimage:0.9.19": "", "nvidia/cuda:8.0-ubuntu14.04": "pip", "continuumio/miniconda3:4.5.11": "conda", "continuumio/miniconda3:4.9.2": "",
	} {
		var got []string
		for name, re := range map[string]interface{ MatchString(string) bool }{"apk": beforeNoCache(), "refresh": beforeRefresh(), "pip": beforePip6(), "conda": beforeForce()} {
			if re.MatchString(ref) {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if g := fmt.Sprint(strings.Join(got, " ")); g != want {
			t.Errorf("%s: too old for %q, want %q", ref, g, want)
		}
	}
}
