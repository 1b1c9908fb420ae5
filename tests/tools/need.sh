#!/usr/bin/env bash
# Makes sure that programs are there: `need.sh xmllint qpdf …` or `need.sh --all`.
# As root on Debian it installs what is missing; otherwise it says in one line what is missing and how to get it.
set -euo pipefail

# program → Debian package; what has none comes from elsewhere and is only named.
declare -A package=(
  [cc]=gcc [java]=default-jre-headless [javac]=default-jdk-headless [python3]=python3 [pip]=python3-pip [taskset]=util-linux
  [xmllint]=libxml2-utils [pdftotext]=poppler-utils [qpdf]=qpdf [chromium]=chromium [postgres]=postgresql
)
declare -A elsewhere=(
  [cargo]="Rust with clippy and rustfmt: https://rustup.rs" [node]="Node.js 20 or later: https://nodejs.org" [npm]="npm: https://nodejs.org"
)
all=(cargo cc node npm python3 pip javac taskset xmllint pdftotext qpdf chromium postgres)

present() {
  case $1 in
    postgres) command -v postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres' ;;
    pip) python3 -m pip --version ;;
    *) command -v "$1" ;;
  esac >/dev/null 2>&1
}

missing() {
  local program
  for program in "$@"; do present "$program" || echo "$program"; done
}

[ "${1:-}" = --all ] && set -- "${all[@]}"
mapfile -t gaps < <(missing "$@")
[ ${#gaps[@]} -eq 0 ] && exit 0

packages=()
for program in "${gaps[@]}"; do
  if [ -n "${package[$program]:-}" ]; then packages+=("${package[$program]}")
  else echo "missing: $program (${elsewhere[$program]:-install it})" >&2; exit 1; fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing: ${packages[*]}"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  export DEBIAN_FRONTEND=noninteractive
  install=(apt-get -y -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 install --no-install-recommends "${packages[@]}")
  # PostgreSQL's package starts a server of its own unless told not to; the tests start theirs.
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  if ! { { apt-get -o Acquire::Retries=3 update && "${install[@]}"; } >"$log" 2>&1 </dev/null; }; then
    tail -n 5 "$log" >&2
    echo "missing: ${gaps[*]}; apt-get install ${packages[*]} failed, see above" >&2
    exit 1
  fi
  mapfile -t gaps < <(missing "${gaps[@]}")
  [ ${#gaps[@]} -eq 0 ] && exit 0
fi
echo "missing: ${gaps[*]}; get it with: apt-get install ${packages[*]}" >&2
exit 1
