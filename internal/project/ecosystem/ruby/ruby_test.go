package ruby_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/ruby"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

const rails = `
-- Gemfile --
source "https://rubygems.org"
git_source(:github) do |repo|
  repo = "#{repo}/#{repo}" unless repo.include?("/")
  "https://github.com/#{repo}.git"
end

ruby file: ".ruby-version"

gem "rails", "~> 7.1.3", ">= 7.1.3.2"
gem "bootsnap", require: false # loads faster, eval is rare
gem "file_validators"
gem 'tzinfo-data', platforms: %i[ windows jruby ]
gem "puma" if ENV["SERVER"]

group :development, :test do
  gem "debug", platforms: %i[ mri windows ], require: "debug/prelude"
end
gem "capybara",
    "~> 3.40",
    group: :test

if RUBY_VERSION >= "3"
  gem "matrix"
end
-- Gemfile.lock --
GEM
  remote: https://rubygems.org/
  specs:
    nokogiri (1.16.5-x86_64-linux)
      racc (~> 1.4)
    nokogiri (1.16.5-arm64-darwin)
    puma (6.4.2)
      nio4r (~> 2.0)
    rails (7.1.3.4)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  puma
  rails (~> 7.1.3, >= 7.1.3.2)
-- .ruby-version --
3.3.1
-- .bundle/config --
---
BUNDLE_JOBS: "4"
-- config.ru --
`

const engines = `
-- Gemfile --
source 'https://rubygems.org'
eval_gemfile "Gemfile.shared"
gem 'billing', path: 'engines/billing'
path 'components' do
  gem 'search'
end
-- Gemfile.shared --
gem 'rake', :git => 'https://github.com/ruby/rake.git'
eval_gemfile 'Gemfile'
-- engines/billing/billing.gemspec --
require_relative "lib/billing/version"
-- engines/billing/lib/billing/version.rb --
-- components/search/search.gemspec --
-- vendor/cache/rake-13.gem --
`

// gemfile is a Gemfile of some lines.
func gemfile(lines ...string) string { return "-- Gemfile --\n" + strings.Join(lines, "\n") + "\n" }

func TestInputs(t *testing.T) {
	const install = "bundle install"
	manifesttest.Run(t, []manifesttest.Case{
		{Name: "Rails", Context: rails, Command: "bundle install --jobs 4", Files: ".bundle/config .ruby-version Gemfile Gemfile.lock"},
		{Name: "bundle alone", Context: gemfile("gem 'rake'"), Command: "bundle", Files: "Gemfile"},
		{Name: "CRLF", Context: gemfile("source 'https://rubygems.org'\r", "gem 'rake'\r"), Command: install, Files: "Gemfile"},
		{Name: "folders of gems, a shared Gemfile that evaluates this one, kept gems", Context: engines, Command: install, Files: "Gemfile Gemfile.shared", Dirs: "components engines/billing vendor/cache"},
		{Name: "another Gemfile", Context: "-- ci/Gemfile --\ngem 'rake'\n-- ci/Gemfile.lock --\n-- Gemfile --\n", Env: []string{"BUNDLE_GEMFILE=ci/Gemfile"}, Command: install, Files: "ci/Gemfile ci/Gemfile.lock"},
		{Name: "gems.rb of a folder above", Context: "-- gems.rb --\ngem 'rake'\n-- gems.locked --\n-- app/a.rb --\n", Dir: "app", Command: install, Files: "gems.locked gems.rb"},
		{Name: "gems by name", Context: rails, Command: "gem install bundler -v 2.5.0"},
		{Name: "a gem file", Context: "-- pkg/a-1.gem --\n", Command: "gem install pkg/a-1.gem", Files: "pkg/a-1.gem"},

		{Name: "a gem's own Gemfile", Context: gemfile("source 'https://rubygems.org'", "gemspec"), Command: install, Refusal: "Gemfile:2: gemspec: a gem's specification is a program that reads the gem's source"},
		{Name: "a version from a file", Context: gemfile("gem 'rails', File.read('RAILS_VERSION')"), Command: install, Refusal: `Gemfile:1: "gem 'rails', File.read('RAILS_VERSION')": what it reads cannot be told`},
		{Name: "a program in a text", Context: gemfile("gem \"rails\", \"#{`git describe`}\""), Command: install, Refusal: "Gemfile:1: \"gem \\\"rails\\\", \\\"#{`git describe`}\\\"\": what it reads cannot be told"},
		{Name: "other Gemfiles by a glob", Context: gemfile("Dir.glob('*/Gemfile').each { |g| eval_gemfile g }"), Command: install, Refusal: `Gemfile:1: "Dir.glob('*/Gemfile').each { |g| eval_gemfile g }": what it reads cannot be told`},
		{Name: "a method of the project", Context: gemfile("# x", "add_our_gems"), Command: install, Refusal: `Gemfile:2: "add_our_gems" is not understood`},
		{Name: "a folder by a variable", Context: gemfile("gem 'a', path: base"), Command: install, Refusal: `Gemfile:1: "gem 'a', path: base": what it names cannot be told`},
		{Name: "two statements", Context: gemfile("gem 'a'; gem 'b', path: 'b'"), Command: install, Refusal: `Gemfile:1: "gem 'a'; gem 'b', path: 'b'": several statements on one line are not understood`},
		{Name: "options in a variable", Context: gemfile("gem 'a', '1.0', **options"), Command: install, Refusal: `Gemfile:1: "gem 'a', '1.0', **options": what it names cannot be told`},
		{Name: "all in a variable", Context: gemfile("gem(*entry)"), Command: install, Refusal: `Gemfile:1: "gem(*entry)": what it names cannot be told`},
		{Name: "a folder outside", Context: gemfile("gem 'a', path: '../a'"), Command: install, Refusal: "Gemfile:1: ../a is outside the context"},
		{Name: "a specification that asks git", Context: gemfile("gem 'a', path: 'a'") + "-- a/a.gemspec --\n\ns.files = `git ls-files`.split\n", Command: install, Refusal: "a/a.gemspec:2: the gem's specification reads more than the gem's folder"},
		{Name: "gems of the other machine", Context: rails + "-- vendor/bundle/ruby/3.3.0/gems/x --\n", Command: install, Refusal: "vendor/bundle: gems are installed in the context; they have to be in .dockerignore, since a later copy puts them over the image's own"},
		{Name: "settings that name files", Context: gemfile("gem 'a'") + "-- .bundle/config --\n---\nBUNDLE_LOCAL__A: \"/src/a\"\n", Command: install, Refusal: ".bundle/config:2: BUNDLE_LOCAL__ names other files"},
		{Name: "an update", Context: rails, Command: "bundle update", Refusal: "the command changes Gemfile.lock, which a later copy would put back, or more"},
		{Name: "no Gemfile", Context: "-- a.rb --\n", Command: install, Refusal: "there is no Gemfile"},
	}, ruby.Inputs)
}

func TestDependencies(t *testing.T) {
	all, err := ruby.Dependencies(manifesttest.Context(rails), ".")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range all {
		group := d.Group
		if d.Transitive {
			group = "transitive"
		}
		got = append(got, fmt.Sprintf("%s %s [%s] %s %d", d.Name, d.Version, d.Constraint, group, d.Source.Line))
	}
	want := []string{
		"rails 7.1.3.4 [~> 7.1.3, >= 7.1.3.2]  9", "bootsnap  []  10", "file_validators  []  11", "tzinfo-data  []  12", "puma 6.4.2 []  13",
		"debug  [] dev 16", "capybara  [~> 3.40] test 18", "matrix  []  23", "nokogiri 1.16.5 [] transitive 4",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzInputs(f *testing.F) {
	f.Add("gem 'a',\npath: 'a'", "GEM\n    a (1)")
	f.Add("eval_gemfile 'Gemfile'\ngroup :a do\nend\nend", "    (")
	f.Fuzz(func(t *testing.T, gemfile, lock string) {
		fsys := fstest.MapFS{"Gemfile": {Data: []byte(gemfile)}, "Gemfile.lock": {Data: []byte(lock)}, "a/a.gemspec": {Data: []byte(lock)}}
		in, err := ruby.Inputs(fsys, manifest.Install{Argv: []string{"bundle", "install"}, Dir: ".", Getenv: func(string) string { return "" }})
		if err == nil && in.Refusal == "" && len(in.Files) < 2 {
			t.Errorf("two files are read, not %+v", in.Files)
		}
		ruby.Dependencies(fsys, ".")
	})
}
