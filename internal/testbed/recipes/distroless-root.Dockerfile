FROM debian:bookworm-slim AS build
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends ca-certificates; \
	mkdir -p /r/etc/ssl/certs /r/home; \
	mkdir -m 700 /r/root /r/home/nonroot; chown 65532:65532 /r/home/nonroot; mkdir -m 1777 /r/tmp; \
	cp -L /etc/ssl/certs/ca-certificates.crt /r/etc/ssl/certs/; \
	printf '%s\n' root:x:0:0:root:/root:/sbin/nologin nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin \
		nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin >/r/etc/passwd; \
	printf '%s\n' root:x:0: nobody:x:65534: tty:x:5: staff:x:50: nonroot:x:65532: >/r/etc/group; \
	printf '%s\n' 'passwd: compat' 'group: compat' 'shadow: compat' 'hosts: files dns' 'networks: files' \
		'protocols: db files' 'services: db files' >/r/etc/nsswitch.conf; \
	printf '%s\n' 'PRETTY_NAME="Distroless"' 'NAME="Debian GNU/Linux"' 'ID="debian"' 'VERSION_ID="12"' \
		'VERSION="Debian GNU/Linux 12 (bookworm)"' >/r/etc/os-release
FROM scratch
COPY --from=build /r /
