FROM debian:bookworm-slim AS build
COPY --from=bake/java-tree:17-jre /java /r/usr/lib/jvm/java-17-openjdk-amd64
RUN mkdir -p /r/usr/bin && ln -s /usr/lib/jvm/java-17-openjdk-amd64/bin/java /r/usr/bin/java
FROM scratch
COPY --from=build /r /
