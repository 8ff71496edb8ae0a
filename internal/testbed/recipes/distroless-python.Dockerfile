FROM debian:bookworm-slim AS build
RUN mkdir -p /r/usr/bin && ln -s /usr/bin/python3.11 /r/usr/bin/python3 && ln -s /usr/bin/python3.11 /r/usr/bin/python
FROM scratch
COPY --from=build /r /
