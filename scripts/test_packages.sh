#!/bin/sh
# The Debian packages that the tests drive as real peers: installs what is missing when root, else names it and fails.
set -eu
missing=
need() { # need PROGRAM PACKAGE
    PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need snmpd snmpd
need snmpget snmp
need influxd influxdb
need victoria-metrics victoria-metrics
need chromium chromium
need ip iproute2
[ -n "$(find /usr/lib/postgresql -name initdb 2>/dev/null | head -n 1)" ] || missing="$missing postgresql"
[ -n "$(find /usr/share/fonts -iname 'NotoSansCJK*' 2>/dev/null | head -n 1)" ] || missing="$missing fonts-noto-cjk"

[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "The tests need these Debian packages:$missing" >&2
    echo "As root: apt-get install$missing" >&2
    exit 1
fi
echo "Installing the Debian packages that the tests need:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # one word a package
apt-get install -y -qq --no-install-recommends $missing >/dev/null
