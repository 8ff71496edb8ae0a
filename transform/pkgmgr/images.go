package pkgmgr

// imageEnv are the variables that images set and that move caches.
var imageEnv = []struct{ image, name, value, source string }{
	{"golang", "GOPATH", "/go", "https://github.com/docker-library/golang/blob/master/Dockerfile-linux.template"},
	{"rust", "CARGO_HOME", "/usr/local/cargo", "https://github.com/rust-lang/docker-rust/blob/master/Dockerfile-debian.template"},
	{"ruby", "GEM_HOME", "/usr/local/bundle", "https://github.com/docker-library/ruby/blob/master/Dockerfile.template"},
	{"composer", "COMPOSER_HOME", "/tmp", "https://github.com/composer/docker/blob/main/latest/Dockerfile"},
	{"mambaorg/micromamba", "MAMBA_ROOT_PREFIX", "/opt/conda", "https://micromamba-docker.readthedocs.io/en/latest/quick_start.html"},
}

// ImageEnv returns the value that an image gives to a variable, "" if it is not known to set it.
// The image is a repository as Docker Hub shows it, without tag: "golang", "mambaorg/micromamba".
func ImageEnv(image, name string) string {
	for _, e := range imageEnv {
		if e.image == image && e.name == name {
			return e.value
		}
	}
	return ""
}
