# ./dev run: one node, and beside it the payment provider to test against. Sourced by ./dev in the project root.
#
#   build/run/<data directory>/   what the node is told of the sandbox: florin.toml, a key and a webhook secret
#   <data directory>/psp/         the sandbox's own state: it goes with the node's data, whose orders it knows
#
# Both listen on the loopback unless told. The node comes first (its directory must be its own), the sandbox when that is ready; the
# address in force is said when both serve. Ctrl-C stops both, the node first.

run_programs=(florind florin-psp)
object_s=10  # one core compiles one (a whole folder, mostly) in about so long

run_host="" run_port="" node_pid="" sandbox_pid=""

# --- addresses -------------------------------------------------------------------------------------------------

# address_parts HOST:PORT: into run_host and run_port; a host that means "all" is reached at the loopback.
address_parts() {
  run_port="${1##*:}"
  run_host="${1%:*}"
  run_host="${run_host#[}"
  run_host="${run_host%]}"
  case "$run_host" in
    0.0.0.0) run_host=127.0.0.1 ;;
    ::) run_host=::1 ;;
  esac
}

is_taken() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# free_port HOST WANTED: that one, or some other if somebody listens there.
free_port() {
  local port="$2"
  while [[ "$port" == 0 ]] || is_taken "$1" "$port"; do port=$((20000 + RANDOM % 12000)); done
  printf '%s' "$port"
}

# serves HOST PORT PATH: answers it with 200.
serves() {
  local line=""
  {
    exec 3<>"/dev/tcp/$1/$2" || return 1
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$3" "$1" >&3
    IFS= read -r -t 5 line <&3 || true
    exec 3>&-
  } 2>/dev/null
  [[ "$line" == *" 200 "* ]]
}

# wait_serving PID WHAT HOST PORT PATH: as long as the process lives; a long log takes minutes to be replayed.
wait_serving() {
  local pid="$1" what="$2" begun=$SECONDS said=0
  shift 2
  until serves "$@"; do
    kill -0 "$pid" 2>/dev/null || return 1
    if ((SECONDS - begun >= 10 && said == 0)); then
      say "$what has been starting for 10 s (it replays its log); waiting"
      said=1
    fi
    sleep 0.1
  done
}

# --- what the node is told -------------------------------------------------------------------------------------

random_hex() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# The sandbox is told the webhook secret at each start, so nothing here need outlive a start.
write_run_config() {
  local dir="$1" psp_address="$2" port="${2##*:}"
  mkdir -p "$dir"
  (
    umask 077
    [[ -s "$dir/psp.key" ]] || echo "sk_test_$(random_hex)" >"$dir/psp.key"
    [[ -s "$dir/psp.webhooks" ]] || echo "whsec_$(random_hex)" >"$dir/psp.webhooks"
  )
  cat >"$dir/florin.toml" <<TOML
# Made by ./dev run at every start: a node that pays through the sandbox beside it.
[payments]
cluster = "dev-run"
return_url_hosts = ["127.0.0.1:$port", "localhost:$port", "127.0.0.1:3000", "localhost:3000"]

[payments.routes]
default = "sandbox"

[[payments.fee]]
sellers = "merchant"
basis_points = 290

[psp.sandbox]
base_url = "http://$psp_address"
secret_key_file = "$dir/psp.key"
webhook_secrets_file = "$dir/psp.webhooks"
TOML
}

# --- build -----------------------------------------------------------------------------------------------------

# Only what it runs; how long that takes is said before.
build_what_runs() {
  local objects jobs="${FLORIN_JOBS:-$(nproc)}"
  require_build
  run_long build/logs/configure_release.log configure release -DFLORIN_BENCH=OFF || return $?
  objects="$(objects_to_build release "${run_programs[@]}")"
  if ((objects > 5)); then  # of nothing to do, or a change or two, nobody needs to be told
    say "compiling $objects objects on $jobs cores: $(((objects * object_s / jobs + 59) / 60)) minutes or so, less" \
      "what ccache knows; the next start takes seconds"
  fi
  build release "${run_programs[@]}" -DFLORIN_BENCH=OFF
}

# --- processes -------------------------------------------------------------------------------------------------

# Again, while the node stops: it ends at once (the log brings everything back). No `return` in here: bash 5.2 lets a bare one in a
# trap end whoever waits.
stop_run() {
  if [[ -z "$node_pid" ]] || ! kill -TERM "$node_pid" 2>/dev/null; then stop_sandbox; fi
}

stop_sandbox() {
  [[ -n "$sandbox_pid" ]] || return 0
  kill -TERM "$sandbox_pid" 2>/dev/null || true
  wait "$sandbox_pid" 2>/dev/null || true
  sandbox_pid=""
}

# The code that the node ends with. A signal to us interrupts the waiting, and is no end of the node.
wait_for_node() {
  local code again=0
  while true; do
    code=0
    wait "$node_pid" || code=$?
    kill -0 "$node_pid" 2>/dev/null || break
  done
  wait "$node_pid" 2>/dev/null || again=$?
  ((again == 127)) || code=$again  # 127: it was heard already
  return "$code"
}

# In a process group of their own: what the terminal's Ctrl-C means for them is said by stop_run, in order.
start_apart() {
  set -m
  "$@" </dev/null &
  set +m
}

start_sandbox() {
  local dir="$1" data="$2" psp_address="$3" node_url="$4"
  local options=(--listen "$psp_address" --data-dir "$data/psp" --public-url "http://$psp_address")
  if [[ "$node_url" == http://* ]]; then
    options+=(--florin "$node_url" --webhook "$node_url/v1/webhooks/psp/sandbox")
    FLORIN_PSP_WEBHOOK_SECRET="$(cat "$dir/psp.webhooks")"
    export FLORIN_PSP_WEBHOOK_SECRET
  fi
  start_apart build/release/bin/florin-psp "${options[@]}" >"$dir/florin-psp.log" 2>&1
  sandbox_pid=$!
  unset FLORIN_PSP_WEBHOOK_SECRET
  address_parts "$psp_address"
  wait_serving "$sandbox_pid" "the sandbox" "$run_host" "$run_port" /_health && return 0
  cat "$dir/florin-psp.log" >&2
  echo "./dev: the sandbox did not start: payments wait for it; everything else works" >&2
}

say_how_to_begin() {
  local api="$1" sandbox="$2"
  cat <<HELP

Florin serves $api (Ctrl-C stops it)${sandbox:+; payers pay at the sandbox, $sandbox (a shop: $sandbox/_shop)}.
In another terminal:

  api=$api/v1  json='content-type: application/json'
  curl -s \$api/version
  curl -s \$api/accounts -H "\$json" -d '{"account_id":"alice","currency":"USD"}'
  curl -s \$api/accounts -H "\$json" -d '{"account_id":"bob","currency":"USD","kind":"merchant"}'
  curl -s \$api/wallet/balance_transfer -H "\$json" -d '{"from_account":"@outside:USD","to_account":"alice",
    "amount":"100.00","currency":"USD","transaction_id":"00000000-0000-4000-8000-000000000001"}'
  curl -s \$api/wallet/balance_transfer -H "\$json" -d '{"from_account":"alice","to_account":"bob",
    "amount":"12.34","currency":"USD","transaction_id":"00000000-0000-4000-8000-000000000002"}'
  curl -s \$api/accounts/bob
HELP
  [[ -z "$sandbox" ]] || cat <<HELP

A payment: open its payer_url in a browser, pay with a test card, and look again.

  curl -s \$api/payments -H "\$json" -d '{"checkout_id":"c-1","payment_method":{"type":"hosted"},
    "return_url":"$sandbox/",
    "payment_orders":[{"payment_order_id":"po-1","seller_account":"bob","amount":"10.00","currency":"USD"}]}'
  curl -s \$api/payments/po-1
HELP
  echo
}

# --- the command -------------------------------------------------------------------------------------------------

run_node() {
  local data listen scheme=http with_sandbox=1 dir psp_address="" code=0
  data="$(option_value --data-dir ./data "$@")"
  listen="$(option_value --http-listen 127.0.0.1:8080 "$@")"
  [[ -z "$(option_value --http-tls-certificate "" "$@")" ]] || scheme=https
  # Whoever has a configuration of his own says there who is paid through.
  [[ -z "$(option_value --config "" "$@")" && "$scheme" == http ]] || with_sandbox=""
  if [[ -z "$with_sandbox" ]]; then run_programs=(florind); fi
  build_what_runs || return $?
  if [[ -z "$with_sandbox" ]]; then
    say "no sandbox: with --config or TLS the node is started as it is told"
    exec build/release/bin/florind "$@"
  fi

  address_parts "$listen"
  local asked="$run_port" host="$run_host"
  [[ "$asked" =~ ^[0-9]+$ && -n "$host" ]] || die "--http-listen $listen is not HOST:PORT"
  run_port="$(free_port "$host" "$asked")"
  [[ "$run_port" == "$asked" || "$asked" == 0 ]] ||
    say "somebody listens on $host:$asked already: taking port $run_port (--http-listen HOST:PORT chooses one)"
  listen="${listen%:*}:$run_port"
  [[ "$host" != *:* ]] || host="[$host]"
  local api="http://$host:$run_port" node_host="$run_host" node_port="$run_port"
  psp_address="127.0.0.1:$(free_port 127.0.0.1 12111)"
  dir="$root/build/run/$(realpath -m "$data" | tr -c 'A-Za-z0-9._-' '_' | sed 's/_*$//')"
  write_run_config "$dir" "$psp_address"

  trap stop_run INT TERM HUP
  trap stop_sandbox EXIT
  local options=()
  without_option --http-listen "$@"
  start_apart build/release/bin/florind --config "$dir/florin.toml" --http-listen "$listen" \
    ${options[@]:+"${options[@]}"}
  node_pid=$!
  if wait_serving "$node_pid" "the node" "$node_host" "$node_port" /readyz; then
    start_sandbox "$dir" "$data" "$psp_address" "$api"
    say_how_to_begin "$api" "${sandbox_pid:+http://$psp_address}"
  fi
  wait_for_node || code=$?
  stop_sandbox
  exit "$code"
}

# without_option NAME ARGS...: into `options`, ARGS without NAME and its value.
without_option() {
  local name="$1"
  shift
  options=()
  while [[ $# -gt 0 ]]; do
    case "$1" in
      "$name") shift ;;
      "$name="*) ;;
      *) options+=("$1") ;;
    esac
    [[ $# -eq 0 ]] || shift
  done
}
