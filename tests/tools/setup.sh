# shellcheck shell=bash
# What ./dev needs of the machine. Sourced.

export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}
target=${CARGO_TARGET_DIR:-$PWD/target}

note() { printf '      %s\n' "$*"; }

fail() {
    printf './dev: %s\n' "$*" >&2
    exit 1
}

# need PROGRAM PACKAGE: installs the Debian package when the program is missing.
need() {
    local program=$1 package=$2
    if PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null; then return; fi
    apt_install "$package" "$program is missing"
}

apt_install() {
    local package=$1 reason=$2
    command -v apt-get >/dev/null || fail "$reason: install it (Debian's package: $package)"
    [ "$(id -u)" = 0 ] || fail "$reason: sudo apt-get install $package"
    note "$reason: installing $package"
    if [ -z "${apt_updated:-}" ]; then
        apt-get -qq update </dev/null || fail "apt-get update failed"
        apt_updated=yes
    fi
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$package" </dev/null >/dev/null ||
        fail "cannot install $package"
}

need_rust() {
    command -v cargo >/dev/null || fail "cargo is missing: https://rustup.rs"
    need cc gcc
    # aws-lc-sys needs the C library's headers.
    [ -e /usr/include/stdlib.h ] || apt_install libc6-dev "the C library's headers are missing"
}

need_sshd() {
    need sshd openssh-server
    need ssh openssh-client
    need setsid util-linux
    need_pwsh
}

# Leaves the path of a PowerShell in $pwsh, empty when there is none.
need_pwsh() {
    pwsh=$(find_pwsh || true)
    if [ -n "$pwsh" ]; then need_icu; fi
}

# The same places, in the same order, as tests/src/pwsh.rs.
find_pwsh() {
    local cached
    if [ -n "${PSRPD_TEST_PWSH:-}" ]; then
        echo "$PSRPD_TEST_PWSH"
    elif command -v pwsh >/dev/null; then
        command -v pwsh
    else
        cached=$(printf '%s\n' "${XDG_CACHE_HOME:-$HOME/.cache}"/psrpd-peer/*/pwsh | tail -n 1)
        [ -f "$cached" ] && echo "$cached"
    fi
}

# .NET wants ICU; the package's name carries its version.
need_icu() {
    if PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -q libicuuc; then return; fi
    local package
    [ "$(id -u)" = 0 ] && apt-get -qq update </dev/null && apt_updated=yes
    package=$(apt-cache search --names-only '^libicu[0-9]+$' | cut -d' ' -f1 | sort -V | tail -n 1)
    apt_install "${package:-libicu72}" "pwsh needs ICU"
}

# A virtual environment with the packages of tests/interop/requirements.txt; leaves its path in $python.
need_venv() {
    local venv=$target/venv wanted=tests/interop/requirements.txt
    need python3 python3
    if ! cmp -s "$wanted" "$venv/installed.txt"; then
        python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv "python3 cannot make virtual environments"
        rm -rf "$venv"
        python3 -m venv "$venv"
        "$venv/bin/pip" -q --disable-pip-version-check install -r "$wanted" </dev/null || fail "pip cannot install $wanted"
        cp "$wanted" "$venv/installed.txt"
    fi
    python=$venv/bin/python
}
