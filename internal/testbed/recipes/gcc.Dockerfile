FROM buildpack-deps:bookworm
# Debian's compiler under the official image's paths.
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends gfortran; \
	rm -rf /var/lib/apt/lists/*; \
	for p in c++ cpp g++ gcc gcc-ar gcc-nm gcc-ranlib gcov gfortran; do ln -s "/usr/bin/$p" /usr/local/bin/; done; \
	mkdir /usr/local/lib64; \
	cp -a /usr/lib/x86_64-linux-gnu/lib*san.so.* /usr/lib/x86_64-linux-gnu/libgomp.so.* /usr/lib/x86_64-linux-gnu/libstdc++.so.* \
		/usr/lib/x86_64-linux-gnu/libgfortran.so.* /usr/lib/x86_64-linux-gnu/libgcc_s.so.* /usr/local/lib64/
