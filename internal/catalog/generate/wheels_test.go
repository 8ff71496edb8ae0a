package main

import (
	"strings"
	"testing"
)

func TestWheelVersions(t *testing.T) {
	const from = " (from https://index.example/simple/x/)"
	log := strings.Join([]string{
		"  Found link https://files.example/x-2.1.tar.gz#sha256=a" + from + ", version: 2.1",
		"  Skipping link: none of the wheel's tags (cp39-cp39-manylinux_2_17_x86_64) are compatible (run pip debug --verbose to show compatible tags): " +
			"https://files.example/x-0.9.1-cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64.whl#sha256=a" + from + " (requires-python:>=3.7, !=3.0.*)",
		"  Found link https://files.example/x-0.10.0-cp311-cp311-manylinux1_x86_64.whl" + from + " (requires-python:>=3.7), version: 0.10.0",
		"  Found link https://files.example/x-0.9.0-cp311-cp311-manylinux1_x86_64.whl" + from + ", version: 0.9.0",
		"  Found link https://files.example/x-3.0rc1-cp311-cp311-manylinux1_x86_64.whl" + from + ", version: 3.0rc1",
		"  Link requires a different Python (3.11.7 not in: '>=3.12'): https://files.example/x-4.0-1-cp36-abi3-manylinux_2_28_x86_64.whl#sha256=a" + from + " (requires-python:>=3.12,<3.14)",
		"  Skipping link: https://files.example/x-5.0-cp313-cp313t-manylinux_2_17_x86_64.whl" + from,
		"  Skipping link: https://files.example/x-5.0-cp313-cp313-manylinux_2_34_x86_64.whl" + from,
		"  Skipping link: https://files.example/x-5.0-cp313-cp313-manylinux_2_17_aarch64.whl" + from,
		"  Skipping link: https://files.example/x-5.0-cp313-cp313-musllinux_1_2_x86_64.whl" + from,
		"  Skipping link: https://files.example/x-5.0-cp314-cp314-win_amd64.whl" + from,
		"ERROR: No matching distribution found for y",
	}, "\n")
	wheels := readWheels(log)
	for minor, want := range map[int]string{8: " ", 9: "0.9.1 0.9.1", 11: "0.9.0 0.10.0", 12: "4.0 4.0", 13: "4.0 4.0", 14: " "} {
		if first, last := versionRange(wheels, minor); first+" "+last != want {
			t.Errorf("3.%d: %q to %q, want %q", minor, first, last, want)
		}
	}
}

func TestWheelWithoutCompiledCode(t *testing.T) {
	for name, want := range map[string]bool{
		"x-1.0-py3-none-any": true, "x-1.0-py2.py3-none-any": true, "x-1.0-py2-none-any": false, "x-1.0-py3-none-manylinux2014_x86_64": true,
		"x-1.0-cp310-none-any": false, "x-1.0-py39-none-any": true, "x-1.0-py312-none-any": false, "x-1.0": false,
	} {
		wheels := readWheels("Found link https://files.example/" + name + ".whl (from https://index.example/x/)")
		if got := len(wheels) == 1 && wheels[0].fits(11); got != want {
			t.Errorf("%s fits Python 3.11: %v, want %v", name, got, want)
		}
	}
}

func TestAccepts(t *testing.T) {
	for requires, want := range map[string]bool{
		"": true, ">=3.7": true, ">=3.12": false, ">=3.7,<4": true, "<3.11": false, "<=3.11": false, "!=3.11.*": false, "!=3.0.*, >=2.7": true,
		"!=3.11.2": true, "~=3.9": false, "==3.11.*": false,
	} {
		if got := accepts(requires, 11); got != want {
			t.Errorf("%q: %v, want %v", requires, got, want)
		}
	}
}
