#!/bin/sh
# Makes .venv with the locked packages. Usage: scripts/venv.sh LOCKFILE
# Does nothing when the environment is already what the lock file says. Needs Python >= 3.11 and no compiler.
set -eu
cd "$(dirname "$0")/.."
lock=$1
venv=.venv

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Yunwei needs Python 3.11 or newer, and none was found. On Debian 12: apt-get install python3 python3-venv" >&2
    exit 1
}

if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "Python's venv module is missing. On Debian or Ubuntu, as root: apt-get install python3-venv" >&2
        echo "(or python$version-venv, where that is how your distribution names it). Then run this again." >&2
        exit 1
    fi
    echo "Making $venv with $("$python" --version) ..."
    "$python" -m venv --clear "$venv"
fi

wanted=$(cat "$lock" pyproject.toml | cksum)
stamp="$venv/installed-$(basename "$lock" .lock)"
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    echo "Installing the locked packages of $lock ..."
    total=$(grep -c '^[a-z0-9].*==' "$lock")
    log="$venv/install.log"
    pip="$venv/bin/python -m pip install --disable-pip-version-check --no-deps"
    # shellcheck disable=SC2086 # a command and its words
    $pip --require-hashes -r "$lock" >"$log" 2>&1 &
    while kill -0 $! 2>/dev/null; do
        [ -t 1 ] && printf '\r  %d of %d ' "$(grep -c '^Collecting' "$log")" "$total"
        sleep 1
    done
    [ -t 1 ] && echo
    if ! wait $!; then
        tail -n 20 "$log" >&2
        echo "The packages could not be installed; $log has the whole story." >&2
        exit 1
    fi
    # shellcheck disable=SC2086
    $pip --quiet --no-build-isolation --editable .
    echo "$wanted" >"$stamp"
fi
