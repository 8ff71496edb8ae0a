FROM {{.base}}
USER 65532
WORKDIR /home/nonroot
