// See report.hpp.
#include "apps/florin_load/measure/report.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace florin::load {

namespace {
struct Percentile {
  const char* text;
  const char* key;
  std::uint64_t per_million;
};
constexpr std::array<Percentile, 4> percentiles{{{"p50", "p50_ms", 500'000},
                                                 {"p90", "p90_ms", 900'000},
                                                 {"p99", "p99_ms", 990'000},
                                                 {"p99.9", "p99_9_ms", 999'000}}};

template <class... Args>
void line(std::string& out, const char* format, Args... args) {
  char buffer[640];
  const int n = std::snprintf(buffer, sizeof buffer, format, args...);
  if (n > 0) out.append(buffer, std::min(static_cast<std::size_t>(n), sizeof buffer - 1));
  out += '\n';
}

double as_ms(std::uint64_t ns) { return static_cast<double>(ns) / 1e6; }
unsigned long long wide(std::uint64_t n) { return n; }

// 1234567 -> 1,234,567
std::string grouped(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}
}  // namespace

double Report::transfers_per_second() const {
  const double seconds = static_cast<double>(run.elapsed_ns) / 1e9;
  return seconds > 0 ? static_cast<double>(run.success) / seconds : 0;
}

double Report::postings_per_second() const {
  return transfers_per_second() * static_cast<double>(std::max<std::size_t>(1, postings));
}

std::uint64_t Report::nodes_for_a_million() const {
  const double operations = 2 * postings_per_second();
  return operations > 0 ? static_cast<std::uint64_t>(std::ceil(2'000'000 / operations)) : 0;
}

double Report::per_million(double cpu_s) const {
  return run.success == 0 ? 0 : cpu_s * 1e6 / static_cast<double>(run.success);
}

bool Report::holds() const {
  if (!verification) return true;  // --no-verify: nothing was asked
  return unresolved == 0 && run.wrong_answers == 0 && verification->holds();
}

void Report::add_node(NodeShare share) {
  if (nodes.empty()) node_cpu_s = 0;
  if (node_cpu_s && share.cpu_s)
    *node_cpu_s += *share.cpu_s;
  else
    node_cpu_s.reset();
  node_resident_before += share.resident_before;
  node_resident_after += share.resident_after;
  nodes.push_back(std::move(share));
}

namespace {
double share_of(const NodeShare& node, const Report& r) {
  std::uint64_t all = 0;
  for (const NodeShare& one : r.nodes) all += one.answers;
  return all == 0 ? 0 : static_cast<double>(node.answers) / static_cast<double>(all);
}

void append_nodes(std::string& out, const Report& r) {
  if (r.nodes.size() < 2) return;
  for (const NodeShare& node : r.nodes) {
    line(out, "node             %s  %.1f %% of the answers (%s)", node.url.c_str(),
         100 * share_of(node, r), grouped(node.answers).c_str());
    out.pop_back();
    if (node.cpu_s)
      line(out, ", CPU %.2f s", *node.cpu_s);
    else
      line(out, ", CPU not measured");
  }
}

void append_counts(std::string& out, const Report& r) {
  const RunResult& run = r.run;
  line(out, "answers          success %s, refused %s, pending %s", grouped(run.success).c_str(),
       grouped(run.refused).c_str(), grouped(run.pending).c_str());
  for (const auto& [status, count] : run.by_http_status)
    line(out, "  HTTP %d         %s", status, grouped(count).c_str());
  for (const auto& [code, count] : run.by_code)
    line(out, "  %-28s %s", code.c_str(), grouped(count).c_str());
  if (run.retried_overloaded + run.retried_lost + run.replayed != 0)
    line(out,
         "repeated         %s after overload, %s after a lost connection or time-out; %s answers "
         "replayed",
         grouped(run.retried_overloaded).c_str(), grouped(run.retried_lost).c_str(),
         grouped(run.replayed).c_str());
  if (run.not_issued != 0)
    line(out, "NOT SENT         %s transfers were due but the server was too far behind",
         grouped(run.not_issued).c_str());
  if (run.wrong_answers != 0) line(out, "WRONG ANSWERS    %s", grouped(run.wrong_answers).c_str());
  if (r.unresolved != 0)
    line(out, "UNRESOLVED       %s transfers have no final answer", grouped(r.unresolved).c_str());
}

void append_cost(std::string& out, const Report& r) {
  if (r.node_cpu_s)
    line(out,
         "server CPU       %.2f s = %.2f s per million transfers; memory %.1f MB before, %.1f MB "
         "after",
         *r.node_cpu_s, r.per_million(*r.node_cpu_s),
         static_cast<double>(r.node_resident_before) / 1e6,
         static_cast<double>(r.node_resident_after) / 1e6);
  else
    line(out, "server CPU       not measured (give --node-pid of a process on this machine)");
  line(out, "client CPU       %.2f s = %.2f s per million transfers", r.client_cpu_s,
       r.per_million(r.client_cpu_s));
  if (r.nodes_for_a_million() != 0)
    line(out,
         "nodes for 1,000,000 transfers/s (2,000,000 operations/s): 2,000,000 / (2 x %.0f) = %s",
         r.postings_per_second(), grouped(r.nodes_for_a_million()).c_str());
}

void append_verification(std::string& out, const Report& r) {
  if (!r.verification) return line(out, "verification     skipped (--no-verify)");
  const Verification& v = *r.verification;
  line(out, "verification     %s in %.1f s", r.holds() ? "HOLDS" : "FAILED", v.seconds);
  line(out,
       "  %llu balances equal our books, %llu partitions balance, %llu statements%s with %llu "
       "entries read",
       wide(v.balances_checked), wide(v.partitions_balanced), wide(v.statements_read),
       r.verification_sampled ? " (a sample; all with --verify-sample N)" : " (all)",
       wide(v.entries_read));
  line(out, "  %s of %s acknowledged transfers (deposits included) found on both statements",
       grouped(v.transfers_on_both).c_str(), grouped(v.transfers_acknowledged).c_str());
  if (v.transfers_on_one != 0)
    line(out, "  %s more on the one of their statements that is in the sample",
         grouped(v.transfers_on_one).c_str());
  for (const std::string& difference : v.differences) out += "  DIFFERENCE " + difference + "\n";
  if (v.difference_count > v.differences.size())
    line(out, "  ... and %llu more differences", wide(v.difference_count - v.differences.size()));
}
}  // namespace

std::string report_text(const Report& r) {
  std::string out;
  line(out,
       "load             %s, %s, %s accounts \"%s-...\", %.1f %% across %u partitions, protocol %s",
       r.mode.c_str(), r.distribution.c_str(), grouped(r.accounts).c_str(), r.prefix.c_str(),
       r.run.issued == 0
           ? 0.0
           : 100.0 * static_cast<double>(r.run.cross) / static_cast<double>(r.run.issued),
       r.partitions, r.protocol.c_str());
  line(out, "%s   %.0f  (%s in %.3f s)", r.postings == 0 ? "transfers/s   " : "transactions/s",
       r.transfers_per_second(), grouped(r.run.success).c_str(),
       static_cast<double>(r.run.elapsed_ns) / 1e9);
  std::string latencies = "latency ms      ";
  for (const Percentile& p : percentiles) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, " %s %.3f ", p.text,
                  as_ms(r.run.latency.percentile(p.per_million)));
    latencies += buffer;
  }
  line(out, "%s max %.3f  (%s)", latencies.c_str(), as_ms(r.run.latency.max()),
       r.rate > 0 ? "from the due time" : "closed loop: from sending");
  append_counts(out, r);
  append_nodes(out, r);
  append_cost(out, r);
  append_verification(out, r);
  return out;
}

namespace {
using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

void text_field(Writer& w, const char* key, const std::string& value) {
  w.Key(key);
  w.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}
void number_field(Writer& w, const char* key, std::uint64_t value) {
  w.Key(key);
  w.Uint64(value);
}
void real_field(Writer& w, const char* key, double value) {
  w.Key(key);
  w.Double(value);
}

void write_load(Writer& w, const Report& r) {
  text_field(w, "mode", r.mode);
  text_field(w, "url", r.url);
  text_field(w, "distribution", r.distribution);
  text_field(w, "protocol", r.protocol);
  text_field(w, "currency", r.currency);
  text_field(w, "prefix", r.prefix);
  number_field(w, "accounts", r.accounts);
  number_field(w, "partitions", r.partitions);
  number_field(w, "seed", r.seed);
  number_field(w, "connections", r.connections);
  number_field(w, "in_flight", r.in_flight);
  number_field(w, "batch", r.batch);
  number_field(w, "postings", r.postings);
  real_field(w, "rate", r.rate);
}

void write_run(Writer& w, const Report& r) {
  const RunResult& run = r.run;
  real_field(w, "transfers_per_second", r.transfers_per_second());
  real_field(w, "seconds", static_cast<double>(run.elapsed_ns) / 1e9);
  w.Key("latency_ms");
  w.StartObject();
  for (const Percentile& p : percentiles)
    real_field(w, p.key, as_ms(run.latency.percentile(p.per_million)));
  real_field(w, "max_ms", as_ms(run.latency.max()));
  real_field(w, "mean_ms", as_ms(run.latency.mean()));
  w.EndObject();
  number_field(w, "issued", run.issued);
  number_field(w, "not_issued", run.not_issued);
  number_field(w, "success", run.success);
  number_field(w, "refused", run.refused);
  number_field(w, "pending", run.pending);
  number_field(w, "unresolved", r.unresolved);
  number_field(w, "replayed", run.replayed);
  number_field(w, "retried_overloaded", run.retried_overloaded);
  number_field(w, "retried_lost", run.retried_lost);
  number_field(w, "lost_connections", r.lost_connections);
  number_field(w, "wrong_answers", run.wrong_answers);
  real_field(
      w, "cross_share",
      run.issued == 0 ? 0 : static_cast<double>(run.cross) / static_cast<double>(run.issued));
  w.Key("by_code");
  w.StartObject();
  for (const auto& [code, count] : run.by_code) number_field(w, code.c_str(), count);
  w.EndObject();
  w.Key("by_http_status");
  w.StartObject();
  for (const auto& [status, count] : run.by_http_status)
    number_field(w, std::to_string(status).c_str(), count);
  w.EndObject();
}

void write_nodes(Writer& w, const Report& r) {
  w.Key("nodes");
  w.StartArray();
  for (const NodeShare& node : r.nodes) {
    w.StartObject();
    text_field(w, "url", node.url);
    number_field(w, "answers", node.answers);
    real_field(w, "share", share_of(node, r));
    w.Key("cpu_seconds");
    if (node.cpu_s)
      w.Double(*node.cpu_s);
    else
      w.Null();
    number_field(w, "resident_bytes", node.resident_after);
    w.EndObject();
  }
  w.EndArray();
}

void write_verification(Writer& w, const Report& r) {
  w.Key("verification");
  if (!r.verification) {
    w.Null();
    return;
  }
  const Verification& v = *r.verification;
  w.StartObject();
  w.Key("holds");
  w.Bool(r.holds());
  w.Key("sampled");
  w.Bool(r.verification_sampled);
  number_field(w, "balances_checked", v.balances_checked);
  number_field(w, "partitions_balanced", v.partitions_balanced);
  number_field(w, "statements_read", v.statements_read);
  number_field(w, "entries_read", v.entries_read);
  number_field(w, "transfers_acknowledged", v.transfers_acknowledged);
  number_field(w, "transfers_on_both_statements", v.transfers_on_both);
  number_field(w, "transfers_on_the_one_statement_read", v.transfers_on_one);
  number_field(w, "difference_count", v.difference_count);
  w.Key("differences");
  w.StartArray();
  for (const std::string& d : v.differences)
    w.String(d.data(), static_cast<rapidjson::SizeType>(d.size()));
  w.EndArray();
  real_field(w, "seconds", v.seconds);
  w.EndObject();
}
}  // namespace

std::string report_json(const Report& r) {
  rapidjson::StringBuffer buffer;
  Writer w(buffer);
  w.SetIndent(' ', 2);
  w.StartObject();
  write_load(w, r);
  write_run(w, r);
  w.Key("server_cpu_seconds_per_million");
  if (r.node_cpu_s)
    w.Double(r.per_million(*r.node_cpu_s));
  else
    w.Null();
  real_field(w, "client_cpu_seconds_per_million", r.per_million(r.client_cpu_s));
  number_field(w, "server_resident_bytes_before", r.node_resident_before);
  number_field(w, "server_resident_bytes_after", r.node_resident_after);
  number_field(w, "nodes_for_1000000_transfers_per_second", r.nodes_for_a_million());
  write_nodes(w, r);
  write_verification(w, r);
  w.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace florin::load
