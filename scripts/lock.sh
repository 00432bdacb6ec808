#!/bin/sh
# Writes the two lock files: exact versions and hashes for every Linux and Python >= 3.11, and no index address.
# Uses uv, which is among the development packages. Run it after an edit of the dependencies in pyproject.toml.
set -eu
cd "$(dirname "$0")/.."
set -- --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
  --no-annotate --no-header --quiet "$@"
PATH="$PWD/.venv/bin:$PATH"
uv pip compile "$@" pyproject.toml --group build --output-file requirements.lock
uv pip compile "$@" pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
