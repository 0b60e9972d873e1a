# `./dev cluster`: a cluster of nodes on this machine, each a process of its own with a data directory of its own.
# Sourced by ./dev in the project root. What is where:
#   build/cluster/cluster.toml   the configuration of all nodes, with the ports they got at the first `up`
#   build/cluster/nodeN/         data of node N        nodeN.pid, nodeN.log   its process and what it says
#   build/cluster/certs/         with --tls: made by `florin cert`
# What a split adds is told in dev_cluster_split.sh. Only processes that were started here are stopped: a pid counts as
# ours while it runs florind with our configuration.
source tools/dev_cluster_split.sh

cluster_dir="${FLORIN_CLUSTER_DIR:-build/cluster}"  # a test may have one of its own
cluster_toml=$cluster_dir/cluster.toml
florind="${FLORIND:-build/release/bin/florind}"
florin="${FLORIN:-build/release/bin/florin}"
ready_seconds=30  # a node replays its log before it is ready
leader_seconds=20
stop_seconds=60   # it hands over and writes its state before it ends

cluster_usage() {
  cat <<'HELP'
Usage: ./dev cluster COMMAND

  up [N] [--tls]    start N nodes (default 3) on loopback; again after `down`: the same nodes with their data
                    --tls: links with certificates, made by `florin cert` (default: insecure = true)
  status            each node: process, ready or not; each partition: who leads it, how far each replica is
  kill N            kill -9 node N: what a power failure does to a process
  stop N            stop node N as an operator would (SIGTERM)
  start N           start node N again
  logs N [tail options]
                    what node N logged: ./dev cluster logs 2 -f
  split N... [--from M...] [--deaf|--mute]
                    cut node N off from all others, or only from M, in both directions; several N stay together
                    --deaf: N hears nobody, but is heard; --mute: nobody hears N, but it hears
                    Clients reach every node. Splits add up until `heal`. Works without root: the first split puts
                    TCP proxies between the nodes, for which it restarts them one by one; `down` takes them away
  heal [N...]       join again what was cut: everything, or what was cut of N
  down [--delete]   stop all nodes; --delete removes their data and configuration too

Examples:
  ./dev build && ./dev cluster up
  ./dev cluster status
  ./dev cluster kill 1 && ./dev cluster status && ./dev cluster start 1
  ./dev cluster split 1 && ./dev cluster status && ./dev cluster heal
  ./dev cluster split 2 --from 3                  # only these two do not reach each other
  ./dev cluster split 3 --deaf                    # what it sends arrives; nothing arrives at it
  ./dev cluster split 1 2                         # of five: 1 and 2 here, 3, 4 and 5 there
HELP
}

need_programs() {
  local name
  for name in curl jq; do
    command -v "$name" >/dev/null || die "./dev cluster needs $name. As root: apt-get install curl jq"
  done
}
need_binary() { [[ -x "$1" ]] || die "$1 is not there: run ./dev build first"; }
need_cluster() { [[ -f "$cluster_toml" ]] || die "there is no cluster: start one with ./dev cluster up"; }

cluster_nodes() { sed -n 's/^id = \([0-9]*\)$/\1/p' "$cluster_toml"; }

# address_of N peer|http
address_of() {
  awk -v node="$1" -v key="$2" '
    $1 == "id" { id = $3 } id == node && $1 == key { gsub(/"/, "", $3); print $3 }' "$cluster_toml"
}

need_node() {
  need_cluster
  [[ "${1:-}" =~ ^[0-9]+$ ]] || die "which node? The nodes are $(echo $(cluster_nodes))"
  cluster_nodes | grep -qx "$1" || die "there is no node $1; the nodes are $(echo $(cluster_nodes))"
}

# process_of N: pid and configuration of node N if it runs, else nothing. A stale pid file may name somebody else's
# process by now.
process_of() {
  local pid config line
  pid="$(cat "$cluster_dir/node$1.pid" 2>/dev/null)" || return 0
  [[ "$pid" =~ ^[0-9]+$ ]] || return 0
  line="$({ tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null)" || return 0
  for config in "$cluster_toml" "$cluster_dir/node$1.toml"; do
    [[ "$line" != *" --config $config --node $1 "* ]] || echo "$pid $config"
  done
}

pid_of() {
  local process
  process="$(process_of "$1")"
  echo "${process%% *}"
}

config_in_use() {
  local process
  process="$(process_of "$1")"
  echo "${process#* }"
}

port_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port FROM: below the range from which the system takes ports for outgoing connections.
free_port() {
  local port
  for ((port = $1; port < $1 + 200; port++)); do
    port_in_use "$port" || { echo "$port"; return 0; }
  done
  return 1
}

write_cluster() {
  local count="$1" tls="$2" node peer=7400 http=8080
  mkdir -p "$cluster_dir"
  {
    echo "# Made by ./dev cluster up. Every node reads this file; --node says which one it is."
    printf '[cluster]\nid = "dev"\nreplication = %d\n' $((count >= 3 ? 3 : 1))
    if [[ "$tls" == yes ]]; then
      printf 'ca = "%s/certs/ca.crt"\n' "$cluster_dir"
    else
      printf 'insecure = true\n'
    fi
    for ((node = 1; node <= count; node++)); do
      peer="$(free_port $((peer + 1)))" || die "found no free port from $((peer + 1)) on"
      http="$(free_port $((http + 1)))" || die "found no free port from $((http + 1)) on"
      printf '\n[[cluster.node]]\nid = %d\npeer = "127.0.0.1:%d"\nhttp = "127.0.0.1:%d"\n' "$node" "$peer" "$http"
    done
  } >"$cluster_toml.new"
  [[ "$tls" == no ]] || make_certificates "$count"
  mv "$cluster_toml.new" "$cluster_toml"
}

make_certificates() {
  local node log=$cluster_dir/certs.log
  need_binary "$florin"
  rm -rf "$cluster_dir/certs"
  "$florin" cert ca --out "$cluster_dir/certs" --cluster dev >"$log" 2>&1 ||
    { cat "$log" >&2; die "florin cert could not make the authority"; }
  for ((node = 1; node <= $1; node++)); do
    "$florin" cert node --ca "$cluster_dir/certs" --node "$node" --out "$cluster_dir/certs" >"$log" 2>&1 ||
      { cat "$log" >&2; die "florin cert could not make the certificate of node $node"; }
  done
}

need_ports() {
  local node="$1" key port
  [[ -z "$(pid_of "$node")" ]] || return 0
  for key in peer http; do
    port="$(address_of "$node" "$key")"
    ! port_in_use "${port##*:}" || die "port ${port##*:} ($key of node $node) is in use by another process;" \
      "find it with ss -ltnp, or take new ports: ./dev cluster down --delete, then up"
  done
}

# Starts the process; wait_ready waits for it.
launch() {
  local node="$1" pid config options=()
  ! is_proxied || need_proxies
  [[ -z "$(pid_of "$node")" ]] || { say "node $node runs already"; return 0; }
  if grep -q '^ca = ' "$cluster_toml"; then
    options=(--cluster-certificate "$cluster_dir/certs/node-$node.crt" --cluster-key "$cluster_dir/certs/node-$node.key")
  fi
  config="$(config_of "$node")"
  # A session of its own: Ctrl-C in this terminal is not for the nodes.
  setsid "$florind" --config "$config" --node "$node" --data-dir "$cluster_dir/node$node" "${options[@]}" \
    >>"$cluster_dir/node$node.log" 2>&1 </dev/null &
  pid=$!
  echo "$pid" >"$cluster_dir/node$node.pid"
  # Until it has become florind, pid_of does not know it.
  while kill -0 "$pid" 2>/dev/null && [[ -z "$(pid_of "$node")" ]]; do sleep 0.02; done
}

is_ready() { curl -s -o /dev/null -f --max-time 2 "http://$(address_of "$1" http)/readyz"; }

# By its own word; nothing while it does not answer.
standing_of() {
  curl -s -f --max-time 2 "http://$(address_of "$1" http)/v1/cluster" | jq -r '.standing // empty' 2>/dev/null || true
}

# Is no other node up, or is it cut off from all that are?
reaches_nobody() {
  local node
  for node in $(cluster_nodes); do
    [[ "$node" == "$1" || -z "$(pid_of "$node")" ]] && continue
    grep -qsxF -e "$1 $node" -e "$node $1" "$cluster_dir/cuts" || return 1
  done
}

wait_ready() {
  local node="$1" until=$((SECONDS + ready_seconds))
  until is_ready "$node"; do
    if [[ -z "$(pid_of "$node")" ]]; then
      tail -n 15 "$cluster_dir/node$node.log" >&2
      die "node $node ended while starting; above is the end of $cluster_dir/node$node.log"
    fi
    if ((SECONDS >= until)); then
      tail -n 5 "$cluster_dir/node$node.log" >&2
      die "node $node runs but is not ready after $ready_seconds s (./dev cluster status; logs $node)"
    fi
    # Nobody it could reach: it would wait for ever.
    if reaches_nobody "$node" && [[ "$(standing_of "$node")" == unheard ]]; then
      say "node $node runs (pid $(pid_of "$node")); it serves as soon as another node has let it in"
      return 0
    fi
    sleep 0.2
  done
  say "node $node is ready on http://$(address_of "$node" http) (pid $(pid_of "$node"))"
}

# Partitions without a leader, as the nodes that answer see it; nothing if none answers.
leaderless() {
  local node
  for node in $(cluster_nodes); do
    curl -s -f --max-time 2 "http://$(address_of "$node" http)/v1/cluster" || true
  done | jq -rs '[.[].groups[]] | if . == [] then empty else group_by(.partition)
    | map(select(all(.leader == 0)) | .[0].partition) | length end' 2>/dev/null || true
}

# A node is ready before its groups have elected: until then transfers are answered no_leader.
wait_leaders() {
  local missing until=$((SECONDS + leader_seconds))
  while missing="$(leaderless)" && [[ "$missing" != 0 ]]; do
    ((SECONDS < until)) || die "${missing:-all} partitions have no leader after $leader_seconds s;" \
      "the nodes keep running, see ./dev cluster status and logs N"
    sleep 0.2
  done
  say "every partition has a leader"
}

cluster_up() {
  local count="" tls="" node word
  for word in "$@"; do
    case "$word" in
      --tls) tls=yes ;;
      [1-9] | [1-9][0-9]) count="$word" ;;
      *) die "cluster up: '$word' is not a number of nodes (1 to 99) or --tls" ;;
    esac
  done
  need_binary "$florind"
  if [[ -f "$cluster_toml" ]]; then
    local there
    there="$(cluster_nodes | wc -l)"
    [[ -z "$count" || "$count" == "$there" ]] ||
      die "the cluster in $cluster_dir has $there nodes, not $count; ./dev cluster down --delete makes room for another"
    [[ -z "$tls" ]] || grep -q '^ca = ' "$cluster_toml" ||
      die "the cluster in $cluster_dir is without certificates; ./dev cluster down --delete makes room for another"
    say "using $cluster_toml again"
    any_runs || ! is_proxied || { end_proxies; say "the split of the last time is over: links are direct again"; }
  else
    write_cluster "${count:-3}" "${tls:-no}"
    say "wrote $cluster_toml"
  fi
  for node in $(cluster_nodes); do need_ports "$node"; done
  for node in $(cluster_nodes); do launch "$node"; done
  for node in $(cluster_nodes); do wait_ready "$node"; done
  wait_leaders
  cluster_next_steps
}

cluster_next_steps() {
  local first others
  first="$(address_of "$(cluster_nodes | head -n 1)" http)"
  others="$(cluster_nodes | head -n 2 | tail -n 1)"
  cat <<HELP

The cluster is up. To try:

  ./dev cluster status
  api=http://$first/v1  json='content-type: application/json'
  curl -s \$api/accounts -H "\$json" -d '{"account_id":"alice","currency":"USD"}'
  curl -s \$api/accounts/alice
  ./dev cluster kill $others && ./dev cluster status     # then: ./dev cluster start $others
  ./dev cluster split $others && ./dev cluster status    # then: ./dev cluster heal
  ./dev cluster down                              # keeps the data; --delete removes it
HELP
}

any_runs() {
  local node
  for node in $(cluster_nodes); do [[ -z "$(pid_of "$node")" ]] || return 0; done
  return 1
}

# signal_nodes SIGNAL N...: all at once, then waits until each is gone.
signal_nodes() {
  local signal="$1" node pid until=$((SECONDS + stop_seconds))
  shift
  for node in "$@"; do
    pid="$(pid_of "$node")"
    if [[ -n "$pid" ]]; then kill "-$signal" "$pid"; else say "node $node does not run"; fi
  done
  for node in "$@"; do
    while [[ -n "$(pid_of "$node")" ]]; do
      ((SECONDS < until)) || die "node $node has not ended after $stop_seconds s; ./dev cluster kill $node"
      sleep 0.1
    done
    [[ ! -f "$cluster_dir/node$node.pid" ]] || say "node $node is down"
    rm -f "$cluster_dir/node$node.pid"
  done
}

cluster_down() {
  [[ $# -eq 0 || "$*" == --delete ]] || die "cluster down takes only --delete"
  need_cluster
  signal_nodes TERM $(cluster_nodes)
  end_proxies
  [[ "${1:-}" != --delete ]] || { rm -rf "$cluster_dir"; say "removed $cluster_dir"; }
}

# Rows of cells between tabs, as columns. (`column` is not on every Debian.)
aligned() {
  awk -F '\t' '
    { for (i = 1; i <= NF; ++i) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } cells[NR] = NF }
    END {
      for (row = 1; row <= NR; ++row) {
        for (i = 1; i < cells[row]; ++i) printf "%-" (width[i] + 2) "s", cell[row, i]
        print cell[row, cells[row]]
      }
    }'
}

cluster_status() {
  need_cluster
  local node answers
  answers="$(mktemp -d)"
  {
    printf 'NODE\tPROCESS\tREADY\tVERSION\tLEADS\tHTTP\tPEER\tNETWORK\n'
    for node in $(cluster_nodes); do node_row "$node" "$answers"; done
  } | aligned
  network_lines
  echo
  partition_table "$answers"
  rm -rf "$answers"
}

# node_row N DIRECTORY: keeps what GET /v1/cluster answered in DIRECTORY/N.
node_row() {
  local node="$1" http pid process network ready=no version=- leads=- file="$2/$1"
  http="$(address_of "$node" http)"
  pid="$(pid_of "$node")"
  process="${pid:+up, pid $pid}"
  if [[ -n "$pid" ]]; then
    is_ready "$node" && ready=yes
    version="$(curl -s -f --max-time 2 "http://$http/v1/version" | jq -r '.version // "-"' 2>/dev/null)" || version=-
    if curl -s -f --max-time 2 "http://$http/v1/cluster" >"$file" && jq -e '.groups | arrays' "$file" >/dev/null 2>&1; then
      leads="$(jq '[.groups[] | select(.role == "leader")] | length' "$file")"
    else
      rm -f "$file"
    fi
  fi
  network="$(cuts_of "$node")"
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$node" "${process:-down}" "$ready" "${version:--}" "$leads" "$http" \
    "$(address_of "$node" peer)" "${network:-whole}"
}

# One line for each partition: its newest leader, and of each replica: role, commit index and last index.
partition_table() {
  local files=("$1"/*)
  if [[ ! -e "${files[0]}" ]]; then
    echo "No node answers GET /v1/cluster, so there is nothing to say about partitions."
    return
  fi
  jq -rs '
    [.[] | .node as $node | .groups[] | . + {node: $node}] | group_by(.partition) |
    (["PARTITION", "LEADER", "TERM", "REPLICAS (node role commit/last)"] | @tsv),
    (.[] | (map(.term) | max) as $term |
      [(.[0].partition | tostring),
       ([.[] | select(.term == $term and .role == "leader") | .node] | if . == [] then "none" else .[0] | tostring end),
       ($term | tostring),
       (map("\(.node) \(.role) \(.commit)/\(.last)") | join("   "))] | @tsv)' "${files[@]}" | aligned
}

cluster_command() {
  local command="${1:-help}"
  [[ $# -gt 0 ]] && shift
  case "$command" in
    help | -h | --help) cluster_usage ;;
    up) need_programs; cluster_up "$@" ;;
    status) need_programs; cluster_status ;;
    split) need_programs; cluster_split "$@" ;;
    heal) cluster_heal "$@" ;;
    down) cluster_down "$@" ;;
    kill | stop)
      need_node "${1:-}"
      [[ -n "$(pid_of "$1")" ]] || die "node $1 does not run"
      signal_nodes "$([[ "$command" == kill ]] && echo KILL || echo TERM)" "$1" ;;
    start)
      need_programs
      need_node "${1:-}"
      need_binary "$florind"
      need_ports "$1"
      launch "$1"
      wait_ready "$1" ;;
    logs)
      need_node "${1:-}"
      tail "${@:2}" "$cluster_dir/node$1.log" ;;
    *) die "no command 'cluster $command'; see ./dev cluster help" ;;
  esac
}
