#!/bin/sh
# build-wheel.sh WHEELS: build the wheel of the source tree around this script.
set -eu
wheels=$1
cd "$(dirname "$0")/.."
"${PYTHON:-python3}" -m pip wheel --no-deps --wheel-dir "$wheels" ./bindings/python
