# Sourced, after needs.sh, by the scripts that run the rows of bench/: what takes part in them.

# The vendored Lua is the one the binary is built with, so its headers fit in any case.
vendored_headers() {
    local manifest
    manifest=$(cargo metadata --format-version 1 --locked | grep -o '"manifest_path":"[^"]*/lua-src-[^"]*"' | cut -d'"' -f4) || return 0
    echo "$(dirname "$manifest")/lua-5.4"*
}

# build_participants: the release binary as $program, the library that is called as $fixture, the module written by hand as $peer.
build_participants() {
    local out flags=(-O2 -fPIC -shared -Wall -Wextra) headers=/usr/include/lua5.4
    need gcc gcc libc6-dev
    [ -f "$headers/lua.h" ] || headers=$(vendored_headers)
    [ -f "$headers/lua.h" ] || die "finds no headers of Lua 5.4: please install liblua5.4-dev"
    cargo build --release --package moonglue-cli
    mkdir -p "${CARGO_TARGET_DIR:-target}/bench"
    out=$(realpath "${CARGO_TARGET_DIR:-target}")
    program=$out/release/moonglue fixture=$out/bench/libfixture.so peer=$out/bench/peer.so
    gcc "${flags[@]}" -o "$fixture" bench/fixture.c
    gcc "${flags[@]}" -I"$headers" -o "$peer" bench/peer.c "$fixture" -Wl,-rpath,'$ORIGIN' -lm
}
