#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own, which is gone afterwards.
#
#   tools/postgres/private.sh [--durable] DIR COMMAND [ARGUMENT…]
#
# Makes a cluster inside the folder DIR (made if missing) from Debian's package postgresql-15, as user
# postgres when called by root, since PostgreSQL refuses to run as root. It listens on a Unix socket
# in that folder and on a free port of the loopback. The command finds the socket's address in
# MOOTHALL_TEST_POSTGRES and the port's in MOOTHALL_TEST_POSTGRES_TCP. The exit code is the command's;
# the cluster is removed in any case.
#
# Nothing waits for the disk, as nothing is to be kept; --durable keeps fsync on, for measuring and
# for tests that kill the server.
set -euo pipefail

fail() {
    echo "private.sh: $*" >&2
    exit 2
}

durable=no
if [ "${1:-}" = --durable ]; then
    durable=yes
    shift
fi
[ $# -ge 2 ] || fail "usage: private.sh [--durable] DIR COMMAND [ARGUMENT…]"
parent=$1
shift

programs=/usr/lib/postgresql/15/bin
[ -x "$programs/initdb" ] || fail "PostgreSQL 15 is missing: apt-get install postgresql-15"

mkdir -p "$parent"
folder=$(mktemp -d "$(cd "$parent" && pwd)/postgres.XXXXXX")
# A socket's whole path may have 107 characters; the cluster's folder may be deeper.
socket=$(mktemp -d /tmp/moothall.XXXXXX)

as_owner=()
if [ "$(id -u)" = 0 ]; then
    getent passwd postgres >/dev/null || fail "there is no user postgres"
    chown postgres: "$folder" "$socket"
    as_owner=(runuser -u postgres --)
fi

remove() {
    if [ -e "$folder/data/postmaster.pid" ]; then
        "${as_owner[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    fi
    rm -rf "$folder" "$socket"
}
trap remove EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The folders of root's home are closed to others; then say so instead of failing in initdb.
"${as_owner[@]}" test -w "$folder" || fail "$parent cannot be reached by the user postgres: take a folder in /tmp"

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
"${as_owner[@]}" bash -c "umask 077; cat > '$folder/password'" <<<"$password"
cd "$folder"
"${as_owner[@]}" "$programs/initdb" -D "$folder/data" -U postgres -E UTF8 --locale=C.UTF-8 \
    --auth-local=trust --auth-host=scram-sha-256 --pwfile="$folder/password" --no-sync \
    >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; fail "initdb failed"; }

settings=(-c "unix_socket_directories=$socket" -c listen_addresses=127.0.0.1
    -c max_connections=200 -c shared_buffers=64MB -c logging_collector=off)
if [ "$durable" = no ]; then
    settings+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
fi

free_port() {
    # Between asking and taking it somebody else may take it; then the start fails and we ask again.
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
started=no
for _ in 1 2 3 4 5; do
    port=$(free_port)
    options=$(printf '%q ' "${settings[@]}" -c "port=$port")
    if "${as_owner[@]}" "$programs/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 -o "$options" start >/dev/null 2>&1; then
        started=yes
        break
    fi
done
[ "$started" = yes ] || { cat "$folder/server.log" >&2; fail "PostgreSQL did not start"; }

cd "$OLDPWD"
code=0
MOOTHALL_TEST_POSTGRES="postgresql://postgres@/postgres?host=$socket&port=$port" \
    MOOTHALL_TEST_POSTGRES_TCP="postgresql://postgres:$password@127.0.0.1:$port/postgres" "$@" || code=$?
exit "$code"
