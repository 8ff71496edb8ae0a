package ruby_test

import (
	"testing"

	"dopt/internal/artifact/artifacttest"
	"dopt/internal/artifact/ruby"
)

func TestFind(t *testing.T) {
	archive := func(steps, cmd string) string {
		return "-- Dockerfile --\nFROM ruby:3.3-slim-bookworm\nRUN apt-get update && apt-get install -y build-essential\nWORKDIR /app\nCOPY . .\n" +
			steps + "\nCMD " + cmd + "\n-- Gemfile --\n-- Gemfile.lock --\n-- app.rb --\n"
	}
	const (
		base  = "standard: base ruby:3.3-slim-bookworm\n"
		start = `["ruby", "app.rb"]`
	)
	artifacttest.Run(t, ruby.Language, []artifacttest.Case{
		{Name: "gems are where the image has them", Archive: archive("RUN bundle", start), Want: base + "/usr/local/bundle/\n/app/"},
		{Name: "a path on the command line", Archive: archive("RUN bundle install --path=/gems", start), Want: base + "/usr/local/bundle/\n/gems/\n/app/"},
		{Name: "a path that a setting names", Archive: archive("RUN bundle config set path ../gems\nRUN bundle install", start), Want: base + "/usr/local/bundle/\n/gems/\n/app/"},
		{Name: "for deployment, in the project", Archive: archive("ENV BUNDLE_DEPLOYMENT=true\nRUN bundle install", start), Want: base + "/usr/local/bundle/\n/app/"},
		{Name: "not for deployment", Archive: archive("ENV BUNDLE_DEPLOYMENT=false\nRUN bundle install", start), Want: base + "/usr/local/bundle/\n/app/"},
		{
			Name: "a folder that is lost", Archive: archive("RUN bundle install --path /tmp/gems", start),
			Want: base + "/app/\nunknown Dockerfile:5: installs into a folder that is not known",
		},
		{
			Name: "settings for all projects", Archive: archive("RUN bundle config set --global without test\nRUN bundle install", start),
			Want: base + "/usr/local/bundle/\n/app/\nunknown Dockerfile:5: keeps settings of Bundler in the home folder",
		},
		{Name: "a setting for one gem", Archive: archive("RUN bundle config build.nokogiri --use-system-libraries\nRUN bundle install", start), Want: base + "/usr/local/bundle/\n/app/"},
		{
			Name: "a gem in a folder of its own", Archive: archive("RUN gem install --install-dir /opt/gems rack", start),
			Want: base + "/app/\nunknown Dockerfile:5: installs with --install-dir, by which the place is not known",
		},
		{
			Name: "for development", Archive: archive("RUN bundle install", `["./bin/dev"]`),
			Want: base + "/usr/local/bundle/\n/app/\nunknown Dockerfile:6: is for development: it starts /app/bin/dev, which looks for changes of the sources",
		},
		{Name: "no gems", Archive: archive("RUN ruby app.rb", start), Want: "nothing"},
	})
}
