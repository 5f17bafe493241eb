#!/bin/sh
# install-wheel.sh WHEELS VENV: install the one wheel in WHEELS, with all extras, into a new VENV.
set -eu
wheel=$(echo "$1"/auralis_dsp-*.whl)
venv=$2
"${PYTHON:-python3}" -m venv "$venv"
"$venv/bin/python" -m pip install --no-cache-dir "$wheel[library,dask,otel]"
