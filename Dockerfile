# The hotline in one image. Earlier stages install what uv.lock pins; only the results reach the last, so that neither
# the installer nor the sources lie in it. The snapshot is built into a volume, never into the image.
ARG BASE_IMAGE=docker.io/library/python:3.12-slim-bookworm

# hadolint ignore=DL3006
FROM ${BASE_IMAGE} AS installer
# A mirror of PyPI, for an office that cannot reach it.
ARG PIP_INDEX_URL=https://pypi.org/simple
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src

# What to install: changes less often than what it is read from.
FROM installer AS locked
RUN python3 -m pip install 'uv==0.13.*'
# Extras of pyproject.toml, with commas; add sentence-transformers to use another encoder (about 1 GB more).
ARG EXTRAS=postgresql
COPY pyproject.toml uv.lock ./
RUN set -eu; IFS=,; \
    set -- uv export --quiet --frozen --no-dev --no-emit-project; \
    for extra in $EXTRAS; do set -- "$@" --extra "$extra"; done; \
    "$@" --no-hashes --output-file every.txt; \
    sed -n 's/^\(torch==[0-9.]*\).*/\1/p' every.txt > torch.txt; \
    "$@" --no-header --prune torch --output-file locked.txt

FROM installer AS libraries
# PyPI's PyTorch for Linux brings gigabytes for graphics cards; this index has it without.
ARG PYTORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY --from=locked /src/torch.txt /src/locked.txt ./
# Tests of the libraries and dates of 600 languages go: a tenth of it all.
RUN set -eu; python3 -m venv --without-pip /opt/hotline; \
    if [ -s torch.txt ]; then \
        python3 -m pip --python /opt/hotline install --index-url "$PYTORCH_INDEX" --requirement torch.txt; \
    fi; \
    python3 -m pip --python /opt/hotline install --require-hashes --requirement locked.txt; \
    find /opt/hotline/lib -type d \( -name tests -o -path '*/onnxruntime/transformers' \) -prune -exec rm -r {} +; \
    find /opt/hotline/lib -path '*/babel/locale-data/*' ! -name 'root.*' \
        ! -name 'en*' ! -name 'ru*' ! -name 'tg*' ! -name 'uz*' -delete

FROM libraries AS program
COPY pyproject.toml README.md LICENSE ./
COPY knowledge knowledge
COPY index index
COPY bot bot
COPY console console
COPY desk desk
RUN python3 -m pip --python /opt/hotline install --no-deps --prefix /opt/program . \
    && cp -r /opt/program/. /opt/hotline && python3 -m pip --python /opt/hotline check

# hadolint ignore=DL3006
FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="tajik-hotline" org.opencontainers.image.licenses="MIT"
# A volume that is new takes its owner from the folder that it covers.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin hotline \
    && install -d -o hotline -g hotline /var/lib/hotline \
        /var/lib/hotline/content /var/lib/hotline/snapshots /var/lib/hotline/var /var/lib/hotline/backups
COPY --from=libraries /opt/hotline /opt/hotline
COPY --from=program /opt/program /opt/hotline
ENV PATH=/opt/hotline/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    HOTLINE_CONTENT=/var/lib/hotline/content \
    HOTLINE_SNAPSHOTS=/var/lib/hotline/snapshots \
    HOTLINE_BACKUP_FOLDER=/var/lib/hotline/backups
USER 10001:10001
# The database's address is left to its default, var/hotline.db below this, so that a secret file can give another.
WORKDIR /var/lib/hotline
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python3", "-m", "console.ready"]
# Python itself is process 1: it starts no others, and stops on SIGTERM.
ENTRYPOINT ["hotline"]
CMD ["run"]
