package php_test

import (
	"testing"

	"dopt/internal/artifact/artifacttest"
	"dopt/internal/artifact/php"
)

func TestFind(t *testing.T) {
	archive := func(steps, composer string) string {
		return "-- Dockerfile --\nFROM php:8.2-cli-bookworm\nRUN apt-get update && apt-get install -y libzip-dev\nWORKDIR /app\nCOPY . .\n" +
			steps + "\nCMD [\"php\", \"main.php\"]\n-- main.php --\n-- composer.json --\n" + composer + "\n"
	}
	const base = "standard: base php:8.2-cli-bookworm\n"
	artifacttest.Run(t, php.Language, []artifacttest.Case{
		{
			Name: "extensions, with what loads them", Archive: archive("RUN docker-php-ext-install -j$(nproc) zip", "{}"),
			Want: base + "/usr/local/lib/php/extensions/\n/usr/local/etc/php/conf.d/\n/app/",
		},
		{Name: "packages of Composer", Archive: archive("RUN composer install", "{}"), Want: base + "/app/"},
		{Name: "scripts that an install runs", Archive: archive("RUN composer install", `{"scripts": {}}`), Want: base + "/app/\nunknown Dockerfile:5: runs scripts of composer.json, which are not looked at"},
		{Name: "scripts that it does not", Archive: archive("RUN composer install --no-scripts", `{"scripts": {}}`), Want: base + "/app/"},
		{
			Name: "packages for all projects", Archive: archive("RUN composer global require a/b", "{}"),
			Want: base + "/app/\nunknown Dockerfile:5: installs into a folder that is not the project's own",
		},
		{
			Name: "a script of the project", Archive: archive("RUN composer install\nRUN composer run-script warm", "{}"),
			Want: base + "/app/\nunknown Dockerfile:6: has Composer run or change what is not looked at",
		},
		{Name: "nothing is installed", Archive: archive("RUN php main.php", "{}"), Want: "nothing"},
	})
}
