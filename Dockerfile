# velac as a small image that runs as nobody in particular. Name the base by digest where it has to be the same for ever:
#   docker build --build-arg PYTHON=docker.io/library/python@sha256:<digest> -t velac .
ARG PYTHON=docker.io/library/python:3.13.9-slim-trixie

FROM ${PYTHON} AS build
WORKDIR /source
COPY requirements-dev.lock pyproject.toml hatch_build.py README.md LICENSE ./
COPY src src
COPY grammar grammar
COPY compiler compiler
COPY passes passes
COPY backends backends
# The lock file decides about every version, that of the build backend included.
RUN python -m venv /opt/velac \
    && /opt/velac/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --constraint requirements-dev.lock --target /opt/build hatchling orjson \
    && PYTHONPATH=/opt/build /opt/velac/bin/python -m pip install --no-cache-dir \
        --disable-pip-version-check --constraint requirements-dev.lock --no-build-isolation '.[schemas,policies]' \
    && /opt/velac/bin/python -m pip uninstall --yes --quiet pip

FROM ${PYTHON}
# `velac diff` and `velac ci` read the other side of a change from git.
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
# A pipeline's checkout belongs to somebody else than the user below.
ENV GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=*
COPY --from=build /opt/velac /opt/velac
ENV PATH=/opt/velac/bin:${PATH} PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
WORKDIR /workspace
ENTRYPOINT ["velac"]
CMD ["--help"]
