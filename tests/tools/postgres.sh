#!/bin/sh
# A PostgreSQL for one run of the tests: made in a temporary directory, thrown away afterwards.
#
#   tests/tools/postgres.sh run -- cargo test --test it store
#   tests/tools/postgres.sh start DIR     prints TEST_POSTGRES_URL
#   tests/tools/postgres.sh stop DIR
#
# `run` starts it, exports TEST_POSTGRES_URL and ANTRAG_TESTS_ALL=1, runs the command and always stops it. Nothing is kept: the
# cluster runs without fsync, on a free loopback port and a socket in its own directory, and only for the local user.
set -eu

fail() { echo "postgres.sh: $*" >&2; exit 1; }

binaries() {
    for found in $(ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null | sort -rV) \
        "$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")"; do
        if [ -x "$found/initdb" ] && [ -x "$found/pg_ctl" ]; then
            echo "$found"
            return
        fi
    done
}

need() {
    bin=$(binaries)
    if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "postgres.sh: installing the Debian package postgresql" >&2
        mkdir -p /etc/postgresql-common # Debian would start a cluster of its own
        [ -e /etc/postgresql-common/createcluster.conf ] \
            || echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; } \
            >/dev/null 2>&1 || fail "apt-get could not install postgresql"
        bin=$(binaries)
    fi
    [ -n "$bin" ] || fail "PostgreSQL is missing; install it: apt-get install postgresql"
}

# PostgreSQL refuses to run as root; then it runs as the user that its package made.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null \
        || echo $((20000 + $$ % 20000))
}

start() {
    dir=$1
    need
    mkdir -p "$dir"
    [ "$(id -u)" != 0 ] || chown postgres "$dir"
    as_owner "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$dir.log" 2>&1 \
        || { cat "$dir.log" >&2; fail "initdb failed"; }
    for try in 1 2 3; do # another program may take the port in between
        port=$(free_port)
        if as_owner "$bin/pg_ctl" -D "$dir/data" -w -t 60 -l "$dir/server.log" start -o \
            "-c listen_addresses=127.0.0.1 -p $port -k $dir -c fsync=off -c full_page_writes=off -c max_connections=200" \
            >>"$dir.log" 2>&1; then
            echo "postgres://postgres@127.0.0.1:$port/postgres"
            return
        fi
    done
    cat "$dir.log" "$dir/server.log" >&2 || true
    fail "PostgreSQL did not start (attempt $try)"
}

stop() {
    need
    [ ! -e "$1/data/postmaster.pid" ] || as_owner "$bin/pg_ctl" -D "$1/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$1" "$1.log"
}

case "${1:-}" in
start) start "${2:?directory}" ;;
stop) stop "${2:?directory}" ;;
run)
    shift
    [ "${1:-}" != -- ] || shift
    [ $# -gt 0 ] || fail "run what?"
    place=$(mktemp -d "${TMPDIR:-/tmp}/postgres-test.XXXXXX")
    chmod 755 "$place"
    trap 'stop "$place/pg"; rm -rf "$place"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    TEST_POSTGRES_URL=$(start "$place/pg")
    export TEST_POSTGRES_URL ANTRAG_TESTS_ALL=1
    "$@"
    ;;
*) fail "usage: run -- COMMAND… | start DIR | stop DIR" ;;
esac
