# Sourced by the scripts that build and test: what they need, installed on Debian when it is missing.
# The script that sources this has set `set -euo pipefail`.

script=scripts/$(basename "$0")

say() { printf '\n== %s\n' "$*"; }
die() {
    printf '%s: %s\n' "$script" "$*" >&2
    exit 1
}

# install WHAT PACKAGE...: installs the packages that WHAT is missing from.
install() {
    local what=$1
    shift
    command -v apt-get >/dev/null || die "needs $what: please install it"
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "needs $what: please install the packages $*"
        as_root=(sudo)
    fi
    say "installing $*"
    # Part of an update can fail while what is needed here was fetched.
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# need PROGRAM PACKAGE...: the program, installed when missing.
need() {
    command -v "$1" >/dev/null && return
    install "$@"
    command -v "$1" >/dev/null || die "$1 is still missing after installing ${*:2}"
}

# need_library SONAME PACKAGE...: the shared library, installed when missing.
need_library() {
    has_library "$1" && return
    install "$@"
    has_library "$1" || die "$1 is still missing after installing ${*:2}"
}

has_library() {
    PATH=$PATH:/sbin ldconfig -p | grep -F "$1 " >/dev/null
}

# need_32_bit COMPILER PACKAGE...: a compiler that links 32-bit programs, installed when missing.
need_32_bit() {
    links_32_bit "$1" && return
    install "a $1 that takes -m32" "${@:2}"
    links_32_bit "$1" || die "$1 -m32 still links no programs after installing ${*:2}"
}

links_32_bit() {
    command -v "$1" >/dev/null || return
    local folder source works=0
    folder=$(mktemp -d)
    case $1 in
    gfortran) source=$folder/try.f90 && echo end >"$source" ;;
    g++) source=$folder/try.cpp && printf '#include <string>\nint main() { return 0; }\n' >"$source" ;;
    *) source=$folder/try.c && echo 'int main(void) { return 0; }' >"$source" ;;
    esac
    "$1" -m32 -o "$folder/try" "$source" 2>/dev/null || works=1
    rm -r "$folder"
    return $works
}

# rustup's cargo, where a login shell would have found it.
if ! command -v cargo >/dev/null && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
    PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    export PATH
fi
command -v cargo >/dev/null || die "needs Rust 1.95 or newer: https://rustup.rs"
