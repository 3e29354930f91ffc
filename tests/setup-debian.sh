#!/bin/sh
# Install the servers and tools that the tests talk to: Chromium, an MIT KDC, Samba, and what gssapi and krb5 compile with.
# Works as root on Debian and Ubuntu; elsewhere it says what is missing and ends with 1. Installs nothing that is there.
set -eu

missing=""
need() { # need COMMAND PACKAGE: the command proves the package
    PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

need chromium chromium
need krb5kdc krb5-kdc
need kadmin.local krb5-admin-server
need kinit krb5-user
need smbd samba
need net samba-common-bin
need smbclient smbclient
/usr/bin/python3 -c "import samba.dcerpc.winreg" 2>/dev/null || missing="$missing python3-samba"
need krb5-config libkrb5-dev
need gcc gcc
[ -e /usr/include/stdio.h ] || missing="$missing libc6-dev"
.venv/bin/python -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' ||
    missing="$missing python3-dev"

[ -n "$missing" ] || exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing$missing ..."
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    if [ ! -e /usr/sbin/policy-rc.d ]; then # the tests start their own servers; Debian's are not to run
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    # shellcheck disable=SC2086  # a list of names
    if apt-get -q update >"$log" 2>&1 && apt-get -q install -y --no-install-recommends $missing fonts-dejavu-core >>"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 20 "$log" >&2
    rm -f "$log"
fi
echo "The tests need these Debian packages (or their like elsewhere):$missing" >&2
echo "As root: apt-get install$missing" >&2
exit 1
