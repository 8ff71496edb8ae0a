FROM scratch AS boot
ADD rootfs.tar /
{{if .host}}COPY host/ /
{{end}}# The settings of apt and dpkg that the official images have.
RUN set -eu; \
	cd /etc/apt/apt.conf.d; \
	d='{ "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };'; \
	printf '%s\n' "DPkg::Post-Invoke $d" "APT::Update::Post-Invoke $d" 'Dir::Cache::pkgcache "";' 'Dir::Cache::srcpkgcache "";' >docker-clean; \
	echo 'Apt::AutoRemove::SuggestsImportant "false";' >docker-autoremove-suggests; \
	echo 'Acquire::GzipIndexes "true";' >docker-gzip-indexes; \
	echo 'Acquire::Languages "none";' >docker-no-languages; \
	echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/docker-apt-speedup; \
	printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; \
	chmod 755 /usr/sbin/policy-rc.d
# From bookworm on the sources are in deb822 form. Bullseye gets no security updates: archives drop
# some of their files and keep their index, and then half of them does not install.
RUN set -eu; \
	key=$(ls /usr/share/keyrings/debian-archive-keyring.[gp]* | tail -n1); \
	rm -f /etc/apt/sources.list; \
{{- if eq .suite "bullseye"}}
	printf 'deb {{.mirror}}%s main\n' ' bullseye' '-security bullseye-security' ' bullseye-updates' >/etc/apt/sources.list; \
	printf 'Package: *\nPin: release n=bullseye-security\nPin-Priority: -1\n' >/etc/apt/preferences.d/99host; \
{{- else}}
	printf 'Types: deb\nURIs: {{.mirror}}\nSuites: {{.suite}} {{.suite}}-updates\nComponents: main\nSigned-By: %s\n' "$key" >/etc/apt/sources.list.d/debian.sources; \
	printf '\nTypes: deb\nURIs: {{.mirror}}-security\nSuites: {{.suite}}-security\nComponents: main\nSigned-By: %s\n' "$key" >>/etc/apt/sources.list.d/debian.sources; \
{{- end}}
	apt-get update; \
	DEBIAN_FRONTEND=noninteractive apt-get full-upgrade -y; \
	rm -rf /var/lib/apt/lists/*_* /var/lib/apt/lists/lock /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/cache/ldconfig/aux-cache \
		/var/log/dpkg.log /var/log/bootstrap.log /var/log/alternatives.log /var/log/apt/*.log /etc/machine-id
FROM scratch
COPY --from=boot / /
CMD ["bash"]
