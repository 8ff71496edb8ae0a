package php_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/php"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

const blog = `
-- composer.json --
{
    "name": "example/blog",
    "require": {
        "php": ">=8.1",
        "ext-gd": "*",
        "slim/slim": "^4.12"
    },
    "require-dev": {"phpunit/phpunit": "^10"},
    "autoload": {"psr-4": {"Blog\\": "src/"}, "files": ["src/helpers.php"]},
    "scripts": {"test": "phpunit"}
}
-- composer.lock --
{
    "packages": [
        {
            "name": "slim/slim",
            "version": "4.12.0",
            "type": "library"
        },
        {
            "name": "psr/log",
            "version": "v3.0.0",
            "type": "library"
        },
        {
            "name": "composer/installers",
            "version": "2.2.0",
            "type": "composer-plugin"
        }
    ],
    "packages-dev": [
        {
            "name": "captainhook/plugin-composer",
            "version": "5.3.3",
            "type": "composer-plugin"
        }
    ]
}
-- src/App.php --
<?php
`

// laravel runs scripts and maps classes.
const laravel = `
-- composer.json --
{
    "require": {"laravel/framework": "^11.0"},
    "autoload": {"psr-4": {"App\\": "app/"}, "classmap": ["database/seeds"]},
    "scripts": {
        "post-autoload-dump": ["@php artisan package:discover --ansi"]
    },
    "config": {"optimize-autoloader": true}
}
-- artisan --
-- auth.json --
{}
`

func TestInputs(t *testing.T) {
	const both = "composer.json composer.lock"
	manifesttest.Run(t, []manifesttest.Case{
		{Name: "no scripts in an install", Context: blog, Command: "composer install --no-dev", Files: both},
		{Name: "in another folder", Context: strings.ReplaceAll(blog, "-- ", "-- api/"), Command: "composer.phar i --no-dev -d api", Files: "api/composer.json api/composer.lock"},
		{Name: "plugins are switched off", Context: blog, Command: "composer install --no-plugins", Files: both},
		{Name: "scripts and the autoloader are left for later", Context: laravel, Command: "composer install --no-scripts --no-autoloader --prefer-dist", Files: "auth.json composer.json"},
		{Name: "the autoloader and its events are left for later", Context: laravel, Command: "composer install --no-autoloader", Files: "auth.json composer.json"},
		{
			Name: "folders of packages", Command: "composer install", Files: "composer.json", Dirs: "dist packages/a packages/b",
			Context: `
-- composer.json --
{"require": [], "repositories": {"own": {"type": "path", "url": "packages/*"}, "zip": {"type": "artifact", "url": "./dist"}, "packagist.org": false, "x": {"type": "vcs", "url": "git@example.org:x.git"}}}
-- packages/a/composer.json --
-- packages/b/composer.json --
-- dist/x.zip --
`,
		},
		{
			Name: "Symfony", Command: "composer install --no-scripts", Files: "composer.json composer.lock symfony.lock",
			Context: "-- composer.json --\n{\"scripts\": {\"post-install-cmd\": [\"@auto-scripts\"]}}\n-- composer.lock --\n{\"packages\": [{\"name\": \"symfony/flex\", \"type\": \"composer-plugin\"}, {\"name\": \"symfony/runtime\", \"type\": \"composer-plugin\"}]}\n-- symfony.lock --\n{}\n",
		},
		{Name: "another manifest", Context: "-- build.json --\n{}\n-- build.lock --\n{}\n", Env: []string{"COMPOSER=build.json"}, Command: "composer install", Files: "build.json build.lock"},
		{Name: "for the machine", Context: laravel, Command: "composer global require hirak/prestissimo"},

		{Name: "Laravel's scripts", Context: laravel, Command: "composer install --no-dev", Refusal: `composer.json:5: "post-autoload-dump" runs a script of the project; --no-scripts would leave it to a later step`},
		{Name: "a class map", Context: laravel, Command: "composer install --no-scripts", Refusal: "composer.json:3: the class map is made from the source; --no-autoloader would leave it to a later step"},
		{Name: "an optimised autoloader", Context: blog, Command: "composer install --no-dev -o", Refusal: "-o makes a class map from the source; --no-autoloader would leave it to a later step"},
		{Name: "an optimised autoloader by the manifest", Context: "-- composer.json --\n{\n\"config\": {\n\"optimize-autoloader\": true}}\n", Command: "composer install", Refusal: `composer.json:3: "optimize-autoloader" makes a class map from the source; --no-autoloader would leave it to a later step`},
		{Name: "a plugin", Context: blog, Command: "composer install", Refusal: "composer.lock:21: the plugin captainhook/plugin-composer runs inside Composer, and what it reads is not known"},
		{Name: "packages of the other machine", Context: blog + "-- vendor/composer/installed.json --\n{}\n", Command: "composer install --no-dev", Refusal: "vendor/composer/installed.json: packages are installed in the context; they have to be in .dockerignore, since a later copy puts them over the image's own"},
		{Name: "a folder outside", Context: "-- composer.json --\n{\"repositories\": [{\"type\": \"path\", \"url\": \"../lib\"}]}\n", Command: "composer install", Refusal: "composer.json:1: ../lib is outside the context"},
		{Name: "a local repository", Context: "-- composer.json --\n{\"repositories\": [{\"type\": \"vcs\", \"url\": \"/srv/x.git\"}]}\n", Command: "composer install", Refusal: "composer.json:1: the repository /srv/x.git is not understood"},
		{Name: "another package", Context: blog, Command: "composer require monolog/monolog", Refusal: "the command changes composer.json or composer.lock, which a later copy would put back"},
		{Name: "no JSON", Context: "-- composer.json --\n{\n\"name\": }\n", Command: "composer install", Refusal: "composer.json:2: invalid character '}' looking for beginning of value"},
	}, php.Inputs)
}

func TestDependencies(t *testing.T) {
	all, err := php.Dependencies(manifesttest.Context(blog), ".")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range all {
		line := d.Name + " " + d.Version + " " + d.Constraint + " " + d.Group
		if d.Transitive {
			line += " transitive"
		}
		if d.InstallScript {
			line += " plugin"
		}
		got = append(got, line)
	}
	want := []string{
		"ext-gd  * ", "php  >=8.1 ", "slim/slim 4.12.0 ^4.12 ", "phpunit/phpunit  ^10 dev",
		"captainhook/plugin-composer 5.3.3  dev transitive plugin", "composer/installers 2.2.0   transitive plugin", "psr/log 3.0.0   transitive",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if d := all[2]; d.Source.Source != "composer.json" || d.Source.Line != 6 {
		t.Errorf("slim/slim is at %+v", d.Source)
	}
}

func FuzzInputs(f *testing.F) {
	f.Add(`{"repositories": [{"type": "path", "url": "*"}], "scripts": []}`, `{"packages": [{"type": "composer-plugin"}]}`)
	f.Add(`{"repositories": {"a": false}, "autoload": {"classmap": {}}, "config": {"vendor-dir": ".."}}`, `{}`)
	f.Fuzz(func(t *testing.T, composer, lock string) {
		fsys := fstest.MapFS{"composer.json": {Data: []byte(composer)}, "composer.lock": {Data: []byte(lock)}, "a/b": {}}
		in, err := php.Inputs(fsys, manifest.Install{Argv: []string{"composer", "install"}, Dir: ".", Getenv: func(string) string { return "" }})
		if err == nil && in.Refusal == "" && len(in.Files) != 2 {
			t.Errorf("two files are read, not %+v", in.Files)
		}
		php.Dependencies(fsys, ".")
	})
}
