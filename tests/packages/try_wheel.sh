#!/bin/sh
# Installs a wheel where there is no compiler, and sells something with it:
#     tools/with-sandbox.sh tests/packages/try_wheel.sh PYTHON FOLDER-OF-WHEELS
set -eu
cd "$(dirname "$0")/../.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$1" -m venv "$place/env"

alone() {
    env -i PATH="$place/env/bin" HOME="$place" CIELO_BASE_URL="$CIELO_BASE_URL" \
        CIELO_MERCHANT_ID="$CIELO_MERCHANT_ID" CIELO_MERCHANT_KEY="$CIELO_MERCHANT_KEY" \
        python "$@"
}
alone -m pip install -q --disable-pip-version-check --no-index --only-binary :all: \
    --find-links "$2" libcielo
alone -I - <<'PY'
import shutil, sys, cielo

assert not any(map(shutil.which, ("cc", "gcc", "clang", "pkg-config"))), "a compiler is there"
with cielo.Client() as client:
    sale = client.sales.create({
        "merchant_order_id": "wheel",
        "customer": {"name": "Aline de Souza", "identity": "12345678909", "identity_type": "CPF"},
        "payment": {"type": "Pix", "provider": "Cielo2", "amount": 15700}})
print("CPython %d.%d:" % sys.version_info[:2], sale.status_name, "with libcielo", cielo.__version__)
PY
