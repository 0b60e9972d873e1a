// The table of all settings, and what follows from it: options, checks, texts.
#include "runtime/config/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <type_traits>

#include "base/overloaded.hpp"

namespace florin {
namespace {

template <class E>
struct Choice {
  std::string_view name;
  E value;
};
constexpr std::array log_formats{Choice{"text", LogFormat::text}, Choice{"json", LogFormat::json}};
constexpr std::array log_levels{Choice{"debug", LogLevel::debug}, Choice{"info", LogLevel::info},
                                Choice{"warning", LogLevel::warning},
                                Choice{"error", LogLevel::error}};
constexpr const auto& choices_of(LogFormat) { return log_formats; }
constexpr const auto& choices_of(LogLevel) { return log_levels; }

bool is_not_empty(std::string_view text) { return !text.empty(); }
// Lower case, so that a cluster's id may be part of names of files, metrics and certificates.
bool is_cluster_id(std::string_view text) {
  return text.size() <= 32 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}
bool is_listen_address(std::string_view text) { return ListenAddress::parse(text).has_value(); }

// A TOML basic string; settings hold paths and addresses, so there are no control characters.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

constexpr std::uint32_t hour_ms = 3'600'000;

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
};
#undef FLORIN_AT
// clang-format on

}  // namespace

std::span<const Setting> settings() { return table; }

std::string option_name(const Setting& setting) {
  if (!setting.option.empty()) return std::string(setting.option);
  std::string name = "--";
  if (setting.section != "node") name.append(setting.section).append("-");
  name.append(setting.key);
  std::ranges::replace(name, '_', '-');
  return name;
}

bool is_number(const Setting& setting) {
  NodeConfig any;
  return std::holds_alternative<std::uint32_t*>(setting.target(any));
}

bool is_switch(const Setting& setting) {
  NodeConfig any;
  return std::holds_alternative<bool*>(setting.target(any));
}

std::string expectation(const Setting& setting) {
  NodeConfig any;
  const auto one_of = [](const auto& choices) {
    std::string out = "one of";
    for (const auto& choice : choices) out.append(" \"").append(choice.name).append("\",");
    out.pop_back();
    return out;
  };
  return std::visit(Overloaded{
                        [&](std::uint32_t*) {
                          return "an integer from " + std::to_string(setting.min) + " to " +
                                 std::to_string(setting.max);
                        },
                        [&](std::string*) { return std::string(setting.form); },
                        [](bool*) { return std::string("true or false"); },
                        [&](LogFormat* format) { return one_of(choices_of(*format)); },
                        [&](LogLevel* level) { return one_of(choices_of(*level)); },
                    },
                    setting.target(any));
}

std::string toml_value(const Setting& setting, const NodeConfig& config) {
  NodeConfig copy = config;
  const auto name_of = [](auto value) {
    for (const auto& choice : choices_of(value)) {
      if (choice.value == value) return '"' + std::string(choice.name) + '"';
    }
    return std::string();
  };
  return std::visit(Overloaded{
                        [](std::uint32_t* number) { return std::to_string(*number); },
                        [](std::string* text) { return quoted(*text); },
                        [](bool* on) { return std::string(*on ? "true" : "false"); },
                        [&](LogFormat* format) { return name_of(*format); },
                        [&](LogLevel* level) { return name_of(*level); },
                    },
                    setting.target(copy));
}

bool assign_number(const Setting& setting, NodeConfig& config, std::int64_t value) {
  const auto target = setting.target(config);
  if (!std::holds_alternative<std::uint32_t*>(target)) return false;
  if (value < setting.min || value > setting.max) return false;
  *std::get<std::uint32_t*>(target) = static_cast<std::uint32_t>(value);
  return true;
}

bool assign_text(const Setting& setting, NodeConfig& config, std::string_view value) {
  const auto choose = [&](auto* target) {
    for (const auto& choice : choices_of(*target)) {
      if (choice.name != value) continue;
      *target = choice.value;
      return true;
    }
    return false;
  };
  return std::visit(Overloaded{
                        [](std::uint32_t*) { return false; },
                        [](bool*) { return false; },
                        [&](std::string* text) {
                          if (setting.accepts != nullptr && !setting.accepts(value)) return false;
                          *text = value;
                          return true;
                        },
                        [&](LogFormat* format) { return choose(format); },
                        [&](LogLevel* level) { return choose(level); },
                    },
                    setting.target(config));
}

bool assign_switch(const Setting& setting, NodeConfig& config, bool value) {
  const auto target = setting.target(config);
  if (!std::holds_alternative<bool*>(target)) return false;
  *std::get<bool*>(target) = value;
  return true;
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
