# `./dev cluster split` and `heal`. Sourced by tools/dev_cluster.sh.
#
# Between each two nodes is a TCP proxy (tools/cluster_proxies.py, one process for all) from the first split on, until
# `down`: `up` does without, as they cost throughput. A node dials what its configuration names, so each gets one of its
# own, nodeN.toml, with the proxies' ports in place of the other nodes'. In $cluster_dir: proxies (their ports),
# proxies.pid, proxies.log, cuts (lines `FROM TO`: nothing gets through), cuts.now (what the proxies do), nodeN.toml.

proxies_program=tools/cluster_proxies.py
proxies_seconds=10  # to start, and to take new cuts
caught_up_entries=1000  # behind the others: under load each is, and the nodes are asked one after the other

# The pid of the proxies if they run, else nothing.
proxies_pid() {
  local pid
  pid="$(cat "$cluster_dir/proxies.pid" 2>/dev/null)" || return 0
  [[ "$pid" =~ ^[0-9]+$ ]] || return 0
  { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF -- "$proxies_program $cluster_dir " && echo "$pid"
  return 0
}

# Starts the proxies if they do not run; returns when they listen and hold what is cut.
need_proxies() {
  local node pid nodes=()
  [[ -z "$(proxies_pid)" ]] || return 0
  command -v python3 >/dev/null || die "splitting needs python3. As root: apt-get install python3"
  for node in $(cluster_nodes); do nodes+=("$node=$(address_of "$node" peer)"); done
  touch "$cluster_dir/cuts"
  rm -f "$cluster_dir/cuts.now"
  setsid python3 "$proxies_program" "$cluster_dir" "${nodes[@]}" >>"$cluster_dir/proxies.log" 2>&1 </dev/null &
  pid=$!
  echo "$pid" >"$cluster_dir/proxies.pid"
  while kill -0 "$pid" 2>/dev/null && [[ -z "$(proxies_pid)" ]]; do sleep 0.02; done
  wait_cuts
}

wait_cuts() {
  local until=$((SECONDS + proxies_seconds))
  until cmp -s "$cluster_dir/cuts" "$cluster_dir/cuts.now"; do
    if [[ -z "$(proxies_pid)" ]] || ((SECONDS >= until)); then
      tail -n 5 "$cluster_dir/proxies.log" >&2
      die "the proxies between the nodes do not work; above is the end of $cluster_dir/proxies.log"
    fi
    sleep 0.02
  done
}

# set_cuts: takes lines `FROM TO` from its input.
set_cuts() {
  sort -u >"$cluster_dir/cuts.new"
  mv "$cluster_dir/cuts.new" "$cluster_dir/cuts"
  kill -HUP "$(proxies_pid)"
  wait_cuts
}

is_proxied() { [[ -f "$cluster_dir/proxies" ]]; }

# The configuration that node N starts with: once there are proxies, it dials the others there.
config_of() {
  is_proxied || { echo "$cluster_toml"; return 0; }
  awk -v self="$1" '
    FNR == NR { if ($1 == self) port[$2] = $3; next }
    $1 == "id" { id = $3 }
    $1 == "peer" && id in port { printf "peer = \"127.0.0.1:%d\"\n", port[id]; next }
    { print }' "$cluster_dir/proxies" "$cluster_toml" >"$cluster_dir/node$1.toml.new"
  mv "$cluster_dir/node$1.toml.new" "$cluster_dir/node$1.toml"
  echo "$cluster_dir/node$1.toml"
}

# Ends the proxies and forgets what was cut: the next start of a node is without them.
end_proxies() {
  local pid until=$((SECONDS + proxies_seconds)) node
  pid="$(proxies_pid)"
  [[ -z "$pid" ]] || kill "$pid"
  while [[ -n "$(proxies_pid)" ]]; do
    ((SECONDS < until)) || die "the proxies (pid $pid) have not ended after $proxies_seconds s"
    sleep 0.05
  done
  rm -f "$cluster_dir"/{proxies,proxies.pid,cuts,cuts.now}
  for node in $(cluster_nodes); do rm -f "$cluster_dir/node$node.toml"; done
}

# --- the first split: from direct links to proxies, one node after the other

is_caught_up() {
  local node running=()
  for node in $(cluster_nodes); do [[ -z "$(pid_of "$node")" ]] || running+=("$node"); done
  for node in "${running[@]}"; do
    curl -s -f --max-time 2 "http://$(address_of "$node" http)/v1/cluster" || true
  done | jq -es --argjson allowed "$caught_up_entries" --argjson count "${#running[@]}" '
    map(.node) as $running | ($running | length) == $count
    and all(.[].peers[] | select(.node | IN($running[])); .up)
    and ([.[].groups[]] | group_by(.partition) | all(.[];
      (map(.leader) | unique | length == 1 and .[0] != 0)
      and (map(.commit) | max - min <= $allowed)))' >/dev/null 2>&1
}

wait_caught_up() {
  local until=$((SECONDS + ready_seconds))
  until is_caught_up; do
    ((SECONDS < until)) || die "the nodes have not caught up after $ready_seconds s; see ./dev cluster status and" \
      "logs N, then give the same command again"
    sleep 0.1
  done
}

put_proxies_between() {
  local node todo=() idle=()
  for node in $(cluster_nodes); do
    case "$(config_in_use "$node")" in
      "") idle+=("$node") ;;
      "$cluster_toml") todo+=("$node") ;;
    esac
  done
  any_runs || die "no node runs: ./dev cluster up starts them"
  ((${#todo[@]} == 0 || ${#idle[@]} == 0)) ||
    die "node ${idle[0]} does not run: ./dev cluster start ${idle[0]} first. The first split restarts the nodes one" \
      "by one, and the others must be a majority meanwhile"
  need_proxies
  ((${#todo[@]} > 0)) || return 0
  say "this is the first split: a TCP proxy is put between each two nodes, which can hold back what they send."
  say "each node is restarted, one by one, with a configuration that names the proxies; clients may go on meanwhile"
  for node in "${todo[@]}"; do
    wait_caught_up
    signal_nodes TERM "$node"
    launch "$node"
    wait_ready "$node"
  done
  wait_caught_up
  say "all nodes talk through the proxies, and have caught up; ./dev cluster down, then up goes back to direct links"
}

# --- the commands

split_usage="Usage: ./dev cluster split N... [--from M...] [--deaf|--mute]   (./dev cluster help)"

# need_nodes WORD...: dies unless each is a node.
need_nodes() {
  local word
  for word in "$@"; do
    [[ "$word" =~ ^[0-9]+$ ]] || die "'$word' is not the number of a node; the nodes are $(echo $(cluster_nodes))." \
      "$split_usage"
    need_node "$word"
  done
}

is_among() {
  local wanted="$1" word
  shift
  for word in "$@"; do [[ "$word" != "$wanted" ]] || return 0; done
  return 1
}

cluster_split() {
  local word node other direction=both to=ours ours=() others=() wanted
  need_cluster
  for word in "$@"; do
    case "$word" in
      --from) to=others ;;
      --deaf | --mute)
        [[ "$direction" == both || "$direction" == "$word" ]] ||
          die "--deaf and --mute together are a whole cut: leave both away"
        direction="$word" ;;
      -*) die "split has no option '$word'. $split_usage" ;;
      *)
        need_nodes "$word"
        if [[ "$to" == ours ]]; then ours+=("$word"); else others+=("$word"); fi ;;
    esac
  done
  ((${#ours[@]} > 0)) || die "which node shall be cut off? The nodes are $(echo $(cluster_nodes)). $split_usage"
  if [[ "$to" == ours ]]; then
    for node in $(cluster_nodes); do is_among "$node" "${ours[@]}" || others+=("$node"); done
    ((${#others[@]} > 0)) || die "there is nobody left to be cut off from; the nodes are" \
      "$(echo $(cluster_nodes))"
  fi
  ((${#others[@]} > 0)) || die "--from which node? $split_usage"
  for node in "${ours[@]}"; do
    ! is_among "$node" "${others[@]}" || die "node $node cannot be cut off from itself"
  done
  wanted="$(for node in "${ours[@]}"; do
    for other in "${others[@]}"; do
      [[ "$direction" == --deaf ]] || echo "$node $other"
      [[ "$direction" == --mute ]] || echo "$other $node"
    done
  done)"
  [[ -n "$(grep -vxFf <(cat "$cluster_dir/cuts" 2>/dev/null || true) <<<"$wanted" || true)" ]] ||
    die "that is cut already: $(all_cuts | paste -sd ';' | sed 's/;/; /g'). ./dev cluster heal joins them again"
  put_proxies_between
  { cat "$cluster_dir/cuts"; echo "$wanted"; } | set_cuts
  all_cuts | while read -r word; do say "$word"; done
  cat <<HELP

Clients still reach every node. Where a majority is left, new leaders are elected in 1 to 2 s (a deaf one is noticed
later). What only a node without a majority could answer waits, and is then refused with 503 no_leader.

  ./dev cluster status
  ./dev cluster heal
HELP
}

cluster_heal() {
  local kept nodes
  need_cluster
  need_nodes "$@"
  [[ -s "$cluster_dir/cuts" ]] || die "nothing is cut; ./dev cluster split N cuts node N off"
  need_proxies
  nodes="$*"
  kept="$(awk -v healed="$nodes" '
    BEGIN { count = split(healed, list, " "); for (i in list) whole[list[i]] = 1 }
    count > 0 && !($1 in whole) && !($2 in whole)' "$cluster_dir/cuts")"
  [[ "$kept" != "$(cat "$cluster_dir/cuts")" ]] || die "of node $nodes nothing is cut: $(all_cuts | paste -sd ';')"
  printf '%s' "${kept:+$kept$'\n'}" | set_cuts
  if [[ -n "$kept" ]]; then
    say "node $nodes is joined with the others again; still: $(all_cuts | paste -sd ';' | sed 's/;/; /g')"
  else
    say "the nodes are joined again: in some seconds they talk, and who was cut off gets what it missed"
  fi
}

# cuts_of N: what is cut of node N, in words; nothing if nothing is.
cuts_of() {
  [[ -s "$cluster_dir/cuts" ]] || return 0
  awk -v self="$1" -v nodes="$(echo $(cluster_nodes))" '
    { cut[$1, $2] = 1 }
    END {
      for (count = split(nodes, node, " "); ++i <= count;) {
        other = node[i]
        if (other == self) continue
        out = (self, other) in cut
        into = (other, self) in cut
        if (out && into) { whole = whole " " other; ++alone }
        else if (out) mute = mute " " other
        else if (into) deaf = deaf " " other
      }
      if (alone == count - 1) text = ", cut off"
      else if (whole != "") text = ", cut off from" whole
      if (mute != "") text = text ", not heard by" mute
      if (deaf != "") text = text ", does not hear" deaf
      if (text != "") print substr(text, 3)
    }' "$cluster_dir/cuts"
}

# A line for each node of which something is cut.
all_cuts() {
  local node text
  for node in $(cluster_nodes); do
    text="$(cuts_of "$node")"
    [[ -z "$text" ]] || echo "node $node: $text"
  done
}

# Below the nodes in `status`.
network_lines() {
  is_proxied || return 0
  [[ -n "$(proxies_pid)" ]] ||
    echo "The proxies between the nodes do not run, so nobody hears anybody: ./dev cluster start N starts them."
  [[ ! -s "$cluster_dir/cuts" ]] || echo "Not all nodes reach each other (see NETWORK): ./dev cluster heal joins them."
}
