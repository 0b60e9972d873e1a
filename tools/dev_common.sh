# Shared by ./dev and tools/dev_test.sh: progress lines, packages, builds. Sourced in the project root.

say() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

die() {
  printf './dev: %s\n' "$*" >&2
  exit 1
}

require_file() { [[ -x "$1" ]] || die "$1 is not there (or not executable)"; }

# option_value NAME DEFAULT ARGS...: the value of `NAME X` or `NAME=X` among ARGS.
option_value() {
  local name="$1" value="$2"
  shift 2
  while [[ $# -gt 0 ]]; do
    case "$1" in
      "$name") value="${2:-$value}" ;;
      "$name="*) value="${1#*=}" ;;
    esac
    shift
  done
  printf '%s' "$value"
}

# Runs a long command. On a terminal it shows itself; otherwise its output goes to a file, every 20 s its last line
# is shown, and the end of the file if it failed.
run_long() {
  local log="$1" rc=0 heartbeat
  shift
  if [[ -t 1 ]]; then
    "$@" && return 0 || return $?
  fi
  mkdir -p "$(dirname "$log")"
  : >"$log"
  (while sleep 20; do say "  ... $(tail -n 1 "$log" | cut -c 1-100)"; done) &
  heartbeat=$!
  "$@" >"$log" 2>&1 || rc=$?
  kill "$heartbeat" 2>/dev/null || true
  wait "$heartbeat" 2>/dev/null || true
  if [[ $rc -ne 0 ]]; then
    grep -nE '(error|FAILED|Error|E):' "$log" | head -n 20 || true
    tail -n 60 "$log"
    say "failed with exit code $rc; all of it is in $log"
  fi
  return "$rc"
}

# packages_of SECTION...: the names in these sections of tools/packages.txt.
packages_of() {
  local section
  for section in "$@"; do
    awk -v want="[$section]" '/^\[/ { on = ($1 == want); next } { sub(/#.*/, "") } on && NF { print $1 }' \
      tools/packages.txt
  done
}

missing_packages() {
  local name installed
  installed=" $(dpkg-query -W -f='${db:Status-Status}:${Package} ' 2>/dev/null) "
  for name in $(packages_of "$@"); do
    # node and npm often come from elsewhere, and Debian's package then conflicts: the command is what counts.
    case "$name" in nodejs | npm) command -v "${name%js}" >/dev/null && continue ;; esac
    [[ "$installed" == *" installed:$name "* ]] || printf '%s\n' "$name"
  done
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q && apt-get install -y -q --no-install-recommends "$@"
}

# Installs what is missing of these sections; without root it says what to do and stops.
require_packages() {
  local missing
  command -v dpkg-query >/dev/null || die "this is not Debian; install by hand what tools/packages.txt lists"
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -eq 0 ]] && return 0
  if [[ "$(id -u)" -ne 0 ]]; then
    die "missing packages. As root: apt-get install --no-install-recommends ${missing[*]}"
  fi
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  run_long build/logs/apt.log apt_install "${missing[@]}" || die "apt-get could not install: ${missing[*]}"
}

# What every build of the programs needs: packages, and the Go sources of the consensus engine.
require_build() {
  require_packages build cluster "$@"
  tools/go_sources || die "the Go sources of the consensus engine are not there"
}

# Another checkout of the same sources, or the same one elsewhere, finds what was compiled before.
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1

# configure PRESET [-DX=Y...]. A build directory that was copied, or whose checkout was moved, has the paths of another one in its
# cache, which CMake refuses: it is configured anew. (What was compiled there, ccache finds.)
configure() {
  local preset="$1" cache="build/$1/CMakeCache.txt" fresh=()
  shift
  if [[ -f "$cache" ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$(pwd -P)" "$cache"; then
    say "build/$preset was made in another directory: configuring it anew"
    fresh=(--fresh)
  fi
  cmake --preset "$preset" ${fresh[@]:+"${fresh[@]}"} "$@"
}

configure_and_compile() {
  local preset="$1"
  shift
  local targets=()
  while [[ $# -gt 0 && "$1" != -D* ]]; do
    targets+=("$1")
    shift
  done
  configure "$preset" "$@" && cmake --build --preset "$preset" -j "${FLORIN_JOBS:-$(nproc)}" \
    ${targets[@]:+--target "${targets[@]}"}
}

# objects_to_build PRESET TARGET...: how many C++ objects a build of these would compile; configured before.
objects_to_build() {
  local preset="$1"
  shift
  cmake --build --preset "$preset" --target "$@" -- -n 2>/dev/null | grep -c 'Building CXX object' || true
}

# slowest_objects PRESET: the ten objects that took longest when each was last compiled, from ninja's own log. What
# ccache knew took no time, so this says what a change costs; for a whole build from nothing: CCACHE_DISABLE=1.
slowest_objects() {
  local log="build/$1/.ninja_log"
  [[ -f "$log" ]] || die "$log is not there: nothing was built yet"
  awk -F'\t' '$4 ~ /\.o$/ { took[$4] = $2 - $1 }
    END { for (name in took) { all += took[name]; count++; printf "%9.1f s  %s\n", took[name] / 1000, name }
          printf "%9.1f s  all %d objects, one after the other\n", all / 1000, count }' "$log" |
    sed -E 's!CMakeFiles/([^/]*)\.dir/(Unity/)?!\1: !; s!_cxx\.cxx\.o$!!; s!\.cpp\.o$!.cpp!' | sort -rn | head -n 11
}

# build PRESET [TARGET...] [-DX=Y...]: configures and compiles; all targets if none is named.
build() {
  local preset="$1" started=$SECONDS
  say "building $*"
  run_long "build/logs/build_$preset.log" configure_and_compile "$@" || return $?
  say "built $preset in $((SECONDS - started)) s"
}
