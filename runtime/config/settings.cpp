// The tables of all settings, and what follows from them: options, checks.
#include "runtime/config/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "domain/payment/payment_id.hpp"
#include "runtime/config/party_words.hpp"

namespace florin {
namespace {

bool is_not_empty(std::string_view text) { return !text.empty(); }
// Lower case, so that a cluster's id may be part of names of files, metrics and certificates.
bool is_cluster_id(std::string_view text) {
  return text.size() <= 32 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}
// Upper case too, as ids of payments: it stands beside them at the provider.
bool is_mark(std::string_view text) { return text.empty() || PaymentId::parse(text).has_value(); }
bool is_psp_account(std::string_view text) {
  return text.size() <= 64 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}
bool is_listen_address(std::string_view text) { return ListenAddress::parse(text).has_value(); }

constexpr std::uint32_t hour_ms = 3'600'000;
constexpr std::uint32_t day_ms = 24 * hour_ms;

// clang-format off
#define FLORIN_AT(member) [](NodeConfig& c) -> SettingTarget { return &c.member; }
constexpr std::array table{
    Setting{"node", "data_dir", FLORIN_AT(node.data_dir),
            "directory of the journal and the state; made if it is not there", {}, 0, 0, {},
            is_not_empty, "a path"},
    Setting{"node", "partitions", FLORIN_AT(node.partitions),
            "shards of the accounts; chosen when the data directory is made and fixed from then on",
            {}, 1, limits::partitions_max},
    Setting{"node", "disk_low_mib", FLORIN_AT(node.disk_low_mib),
            "free room of the data directory below which batches are refused (overloaded)", "MiB", 0,
            1'073'741'824, "four segments above the reserve"},
    Setting{"node", "disk_reserve_mib", FLORIN_AT(node.disk_reserve_mib),
            "free room below which only what ends open transfers is written", "MiB", 0,
            1'073'741'824, "by segment size, open transfers and partitions"},
    Setting{"log", "format", FLORIN_AT(log.format), "log lines for people or for machines"},
    Setting{"log", "level", FLORIN_AT(log.level), "least important level that is logged"},
    Setting{"log", "file", FLORIN_AT(log.file), "log file, appended to", {}, 0, 0, "standard error",
            nullptr, "a path"},
    Setting{"http", "listen", FLORIN_AT(http.listen),
            "address of the HTTP API; port 0 lets the system choose", {}, 0, 0, {},
            is_listen_address, "HOST:PORT or [IPv6]:PORT"},
    Setting{"http", "threads", FLORIN_AT(http.threads), "threads that serve HTTP", {}, 0, 256,
            "by the number of cores"},
    Setting{"http", "connections_max", FLORIN_AT(http.connections_max),
            "open connections; more are refused (needs as many open files, see ulimit -n)", {},
            1, 1'000'000},
    Setting{"http", "bodies_mib", FLORIN_AT(http.bodies_mib),
            "memory for the bodies of all requests under way; beyond it requests are answered 503 "
            "overloaded",
            "MiB", 16, 1'048'576},
    Setting{"http", "tls_certificate", FLORIN_AT(http.tls_certificate),
            "certificate chain in PEM; together with tls_key it turns HTTPS on", {}, 0, 0,
            "plain HTTP", nullptr, "a path"},
    Setting{"http", "tls_key", FLORIN_AT(http.tls_key), "private key in PEM", {}, 0, 0,
            "plain HTTP", nullptr, "a path"},
    Setting{"http", "request_patience_ms", FLORIN_AT(http.request_patience_ms),
            "how long a transfer request waits for its outcome before it is answered 202", "ms",
            1, hour_ms},
    Setting{"engine", "scheduler_threads", FLORIN_AT(engine.scheduler_threads),
            "threads that run the partitions", {}, 0, 256, "one for each core"},
    Setting{"engine", "resident_accounts_max", FLORIN_AT(engine.resident_accounts_max),
            "accounts kept in memory, an even share for each partition and 16 at least; idle ones "
            "beyond it are put away",
            {}, 1'000, 1'000'000'000},
    Setting{"engine", "record_index_mib", FLORIN_AT(engine.record_index_mib),
            "memory over all partitions in which the ids of ended transfers are told from new ones; with more "
            "transfers than it has room for, some 170,000 for each MiB, more and more new ids cost one read of the store",
            "MiB", 1, 1'048'576},
    Setting{"engine", "inbox_messages_max", FLORIN_AT(engine.inbox_messages_max),
            "messages queued for one partition; beyond it requests are answered 503 overloaded",
            "messages", 1, 16'777'216},
    Setting{"engine", "turn_messages_max", FLORIN_AT(engine.turn_messages_max),
            "messages one partition handles in one turn (one log entry), which ends earlier at 1 MiB",
            "messages", 1, 1'048'576},
    Setting{"engine", "try_timeout_ms", FLORIN_AT(engine.try_timeout_ms),
            "a leg that has not answered its Try by then counts as refused", "ms", 10, hour_ms},
    Setting{"engine", "resend_after_ms", FLORIN_AT(engine.resend_after_ms),
            "first repeat of an unanswered message between partitions; later ones back off", "ms",
            10, hour_ms},
    Setting{"journal", "segment_mib", FLORIN_AT(journal.segment_mib),
            "size of a new journal file, reserved at once", "MiB", 1, 1024},
    Setting{"state", "checkpoint_interval_ms", FLORIN_AT(state.checkpoint_interval_ms),
            "how often changed state is written to the state store, a fifth as often while it follows; longer "
            "means a longer recovery",
            "ms", 10, hour_ms},
    Setting{"state", "checkpoint_dirty_max", FLORIN_AT(state.checkpoint_dirty_max),
            "changed rows of a partition that start a checkpoint before the interval is over",
            "rows", 1, 100'000'000},
    Setting{"cluster", "id", FLORIN_AT(cluster.id),
            "name of the cluster; the data directory remembers it", {}, 0, 0, "one node",
            is_cluster_id, "1 to 32 characters of a-z 0-9 -"},
    Setting{"cluster", "self", FLORIN_AT(cluster.self),
            "which of the [[cluster.node]] this is: its id", {}, 0, 65535, "one node", nullptr, {},
            "--node"},
    Setting{"cluster", "replication", FLORIN_AT(cluster.replication),
            "copies of each partition, on as many nodes; odd; chosen when the cluster is formed and fixed from "
            "then on", {}, 1, 15},
    Setting{"cluster", "join", FLORIN_AT(cluster.join),
            "true = this node is new to a cluster that exists: it waits for `florin node add`"},
    Setting{"cluster", "insecure", FLORIN_AT(cluster.insecure),
            "true = nodes talk without certificates, which works on loopback only"},
    Setting{"cluster", "ca", FLORIN_AT(cluster.ca),
            "certificate in PEM of the authority of all nodes (florin cert ca)", {}, 0, 0, "none",
            nullptr, "a path"},
    Setting{"cluster", "certificate", FLORIN_AT(cluster.certificate),
            "certificate of this node in PEM (florin cert node)", {}, 0, 0, "none", nullptr,
            "a path"},
    Setting{"cluster", "key", FLORIN_AT(cluster.key), "private key of this node in PEM", {}, 0, 0,
            "none", nullptr, "a path"},
    Setting{"cluster", "heartbeat_ms", FLORIN_AT(cluster.heartbeat_ms),
            "how often a leader tells its followers that it lives", "ms", 10, 10'000},
    Setting{"cluster", "election_ms", FLORIN_AT(cluster.election_ms),
            "silence of a leader after which another is elected; at least 3 heartbeats", "ms", 50,
            60'000},
    Setting{"cluster", "clock_offset_max_ms", FLORIN_AT(cluster.clock_offset_max_ms),
            "a node whose clock is further than this from most others hands over what it leads; "
            "several times what an answer between nodes takes",
            "ms", 100, hour_ms},
    Setting{"cluster", "format_level_max", FLORIN_AT(cluster.format_level_max),
            "reads and writes what a version of this format level does, and nothing newer", {}, 0,
            format_level_own, {}, nullptr, {}, {}, true},
    Setting{"payments", "cluster", FLORIN_AT(payments.cluster),
            "mark of this cluster on every object at a payment provider; never another cluster's with the same "
            "account there, never changed",
            {}, 0, 0, "the cluster's id", is_mark, "1 to 64 characters of A-Z a-z 0-9 . _ -"},
    Setting{"payments", "return_url_hosts", FLORIN_AT(payments.return_url_hosts),
            "where payers may be sent back to: hosts of return_url, with a port if it is not the scheme's", {}, 0,
            0, "none: no return_url is taken", is_return_host, "HOST or HOST:PORT in lower case"},
    Setting{"payments", "call_patience_ms", FLORIN_AT(payments.call_patience_ms),
            "a call of which nothing has been heard for so long may have been executed; more than call_ms and "
            "wait_ms of every [psp.NAME]",
            "ms", 100, hour_ms},
    Setting{"payments", "backoff_first_ms", FLORIN_AT(payments.backoff_first_ms),
            "wait before a call is made again; doubles each time", "ms", 10, hour_ms},
    Setting{"payments", "backoff_max_ms", FLORIN_AT(payments.backoff_max_ms),
            "longest wait before a call is made again", "ms", 10, hour_ms},
    Setting{"payments", "poll_awaiting_ms", FLORIN_AT(payments.poll_awaiting_ms),
            "how often the provider is read while the payer has not paid", "ms", 100, day_ms},
    Setting{"payments", "poll_action_ms", FLORIN_AT(payments.poll_action_ms),
            "how often it is read while the bank asks the payer", "ms", 100, day_ms},
    Setting{"payments", "poll_pending_ms", FLORIN_AT(payments.poll_pending_ms),
            "how often it is read while the bank has not said yet", "ms", 100, day_ms},
    Setting{"payments", "poll_cancelling_ms", FLORIN_AT(payments.poll_cancelling_ms),
            "how often it is read while an order is being closed there", "ms", 100, day_ms},
    Setting{"payments", "poll_unresolved_ms", FLORIN_AT(payments.poll_unresolved_ms),
            "how often it is read in the first hour of an order of which nobody knows what it came to", "ms", 100,
            day_ms},
    Setting{"payments", "poll_later_ms", FLORIN_AT(payments.poll_later_ms),
            "how often after that hour, and of an order that came back with another amount", "ms", 100, day_ms},
    Setting{"payments", "raw_days", FLORIN_AT(payments.raw_days),
            "days for which raw answers and webhooks are kept in payments/raw of the data directory", "days", 1,
            3'650},
    Setting{"payments", "raw_day_mib", FLORIN_AT(payments.raw_day_mib),
            "most that is kept of one day; the rest is not", "MiB", 1, 1'048'576},
};
#undef FLORIN_AT

#define FLORIN_AT(member) [](NodeConfig::Psp& c) -> SettingTarget { return &c.member; }
constexpr std::array psp_table{
    PspSetting{"psp.NAME", "adapter", FLORIN_AT(adapter), "how the provider is spoken to"},
    PspSetting{"psp.NAME", "base_url", FLORIN_AT(base_url), "where its API is, without a slash at the end", {}, 0, 0,
               "must be given", is_base_url, "https://HOST[:PORT], or http:// on the loopback"},
    PspSetting{"psp.NAME", "secret_key_file", FLORIN_AT(secret_key_file),
               "file with our secret key there, one line; read at the start, sent with every call, stored nowhere", {},
               0, 0, "must be given", nullptr, "a path"},
    PspSetting{"psp.NAME", "webhook_secrets_file", FLORIN_AT(webhook_secrets_file),
               "file with the secret of its webhooks (whsec_...), one line; two while one replaces the other", {}, 0,
               0, "every webhook is refused", nullptr, "a path"},
    PspSetting{"psp.NAME", "livemode", FLORIN_AT(livemode),
               "true = real money; what the provider says of the other mode is never believed"},
    PspSetting{"psp.NAME", "account", FLORIN_AT(account), "the connected account there for which this one acts", {}, 0,
               0, "the key's own", is_psp_account, "1 to 64 characters of A-Z a-z 0-9 _"},
    PspSetting{"psp.NAME", "ca", FLORIN_AT(ca), "certificates in PEM by which it is known", {}, 0, 0,
               "those that the system trusts", nullptr, "a path"},
    PspSetting{"psp.NAME", "pins", FLORIN_AT(pins),
               "hashes of its public keys, one of which it must have; give a second one that is not in use yet", {}, 0,
               0, "none", is_public_key_pin, "sha256// and 44 characters of base64"},
    PspSetting{"psp.NAME", "concurrency_max", FLORIN_AT(concurrency_max),
               "calls under way at once from one node; fewer while it says that there are too many", {}, 1, 1'024},
    PspSetting{"psp.NAME", "waiting_max", FLORIN_AT(waiting_max), "calls of one node that wait for their turn",
               {}, 1, 1'000'000},
    PspSetting{"psp.NAME", "connect_ms", FLORIN_AT(connect_ms), "longest time for name, connection and TLS", "ms", 10,
               hour_ms},
    PspSetting{"psp.NAME", "call_ms", FLORIN_AT(call_ms), "longest time for a call, connection and all", "ms", 10,
               hour_ms},
    PspSetting{"psp.NAME", "wait_ms", FLORIN_AT(wait_ms),
               "longest time for which a call waits for its turn; then it was not sent", "ms", 10, hour_ms},
};
#undef FLORIN_AT
// clang-format on

}  // namespace

std::span<const Setting> settings() { return table; }
std::span<const PspSetting> psp_settings() { return psp_table; }

std::string option_name(const Setting& setting) {
  if (!setting.option.empty()) return std::string(setting.option);
  std::string name = "--";
  if (setting.section != "node") name.append(setting.section).append("-");
  name.append(setting.key);
  std::ranges::replace(name, '_', '-');
  return name;
}

std::string find_conflict(const NodeConfig& config) {
  if (config.http.tls_certificate.empty() != config.http.tls_key.empty()) {
    return "http.tls_certificate and http.tls_key belong together: give both for HTTPS, none for "
           "HTTP\n";
  }
  return {};
}

Result<ListenAddress, Error> ListenAddress::parse(std::string_view text) {
  const auto bad = [&] {
    return Err{Error{Errc::invalid, "'" + std::string(text) + "' is not HOST:PORT or [IPv6]:PORT"}};
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad();
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[] ") != std::string_view::npos) {
    return bad();
  }
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (host.empty() || digits.empty() || failed != std::errc{} ||
      end != digits.data() + digits.size())
    return bad();
  return ListenAddress{std::string(host), port};
}

}  // namespace florin
