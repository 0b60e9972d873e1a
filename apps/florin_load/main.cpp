// florin-load: accounts, deposits, the measured run, verification, report. Exit codes: 0 all holds,
// 1 verification failed, 2 usage, 3 server unreachable.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "apps/client/decimal.hpp"
#include "apps/florin_load/load_run.hpp"
#include "apps/florin_load/measure/latency_plot.hpp"
#include "apps/florin_load/measure/report.hpp"
#include "apps/florin_load/options.hpp"
#include "apps/florin_load/setup.hpp"
#include "apps/florin_load/verification.hpp"

namespace florin::load {
namespace {

constexpr int exit_differs = 1, exit_usage = 2, exit_unreachable = 3;
constexpr std::uint64_t read_all_statements_max = 200'000;
constexpr std::uint32_t statements_sample = 200;
constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t timeout_s = 30;
// beyond a node's own patience: it hangs, another does not
constexpr std::int64_t timeout_s_of_cluster = 12;

int fail(const Error& error) {
  std::fprintf(stderr, "florin-load: %s\n", error.context.c_str());
  return error.code == Errc::unavailable ? exit_unreachable : exit_usage;
}

std::size_t in_flight_of(const LoadOptions& o) {
  if (o.in_flight != 0) return o.in_flight;
  if (o.batch != 0) return 4;
  return o.rate > 0 ? o.connections * 16 : o.connections;
}

std::string mode_of(const LoadOptions& o) {
  std::string mode = o.rate > 0 ? "open loop at " + std::to_string(std::llround(o.rate)) + "/s"
                                : "closed loop, " + std::to_string(in_flight_of(o)) + " in flight";
  mode += ", " + std::to_string(o.connections) + " connections, ";
  if (o.postings != 0) mode += "transactions of " + std::to_string(o.postings) + " postings, ";
  return mode + (o.batch == 0 ? "single requests" : "batches of " + std::to_string(o.batch));
}

// The process of the node that is the `index`-th of --cluster.
std::optional<int> node_pid_of(const LoadOptions& o, const client::ServerAddress& address,
                               std::size_t index) {
  if (o.node_pid != "auto") {
    std::size_t from = 0;
    for (; index > 0; --index) from = o.node_pid.find(',', from) + 1;
    return std::atoi(o.node_pid.c_str() + from);
  }
  unsigned port = 0;
  std::from_chars(address.port.data(), address.port.data() + address.port.size(), port);
  return find_listener(static_cast<std::uint16_t>(port));
}

// Everything of one run that outlives its phases.
struct Session {
  LoadOptions options;
  std::vector<client::ServerAddress> nodes;
  bool show_progress = false;
  std::unique_ptr<HttpEngine> engine;
  std::unique_ptr<Accounts> accounts;
  std::unique_ptr<Ledger> ledger;
  std::vector<bool> created;
  Report report;
};

Result<std::uint32_t, Error> minor_of(const char* option, const std::string& text, int decimals) {
  // "10000.00" is the default for every currency: zeros behind the point do not count.
  std::string trimmed = text;
  while (client::decimals_in(trimmed) > decimals && trimmed.ends_with('0')) trimmed.pop_back();
  if (trimmed.ends_with('.')) trimmed.pop_back();
  const auto minor = client::read_decimal(trimmed, decimals);
  if (!minor || *minor < 0 || *minor > UINT32_MAX)
    return Err{Error{Errc::invalid, std::string(option) + " " + text + ": an amount with at most " +
                                        std::to_string(decimals) + " decimals, below " +
                                        client::decimal_text(UINT32_MAX, decimals)}};
  return static_cast<std::uint32_t>(*minor);
}

Result<Unit, Error> prepare(Session& s) {
  LoadOptions& o = s.options;
  for (const std::string& url : o.urls()) {
    FLORIN_TRY(address, client::parse_url(url));
    s.nodes.push_back(std::move(address));
  }
  const std::int64_t timeout_ns =
      (s.nodes.size() > 1 ? timeout_s_of_cluster : timeout_s) * second_ns;
  FLORIN_TRY(engine, HttpEngine::open(s.nodes, {o.connections, timeout_ns}));
  s.engine = std::move(engine);
  if (o.partitions == 0) {
    FLORIN_TRY(partitions, ask_partition_count(s.nodes));
    o.partitions = partitions;
  }
  s.accounts = std::make_unique<Accounts>(o.prefix, o.accounts, o.partitions);
  s.ledger = std::make_unique<Ledger>(*s.accounts, o.currency, o.protocol);
  const bool merchant = o.distribution == Distribution::one_hot;
  FLORIN_TRY(created, create_accounts(*s.engine, *s.ledger, merchant, s.show_progress));
  s.created = std::move(created);
  FLORIN_TRY(deposit, minor_of("--balance", o.balance, s.ledger->decimals()));
  if (deposit == 0) return Unit{};
  return deposit_to_all(*s.engine, *s.ledger, deposit, s.show_progress);
}

// What every node has done and used up to a moment.
class NodesMeter {
 public:
  explicit NodesMeter(const Session& s)
      : urls_(s.options.urls()), answers_(s.engine->answers_by_node()) {
    for (std::size_t i = 0; i < s.nodes.size(); ++i) {
      pids_.push_back(node_pid_of(s.options, s.nodes[i], i));
      usage_.push_back(pids_.back() ? read_node_usage(*pids_.back()) : std::nullopt);
    }
  }

  void report_until(const NodesMeter& after, Report& report) const {
    for (std::size_t i = 0; i < urls_.size(); ++i) {
      NodeShare share{urls_[i], after.answers_[i] - answers_[i], {}, 0, 0};
      if (usage_[i] && after.usage_[i] && pids_[i] == after.pids_[i]) {
        share.cpu_s = after.usage_[i]->cpu_s - usage_[i]->cpu_s;
        share.resident_before = usage_[i]->resident_bytes;
        share.resident_after = after.usage_[i]->resident_bytes;
      }
      report.add_node(std::move(share));
    }
  }

 private:
  std::vector<std::string> urls_;
  std::vector<std::uint64_t> answers_;
  std::vector<std::optional<int>> pids_;
  std::vector<std::optional<NodeUsage>> usage_;
};

Result<Unit, Error> measure(Session& s) {
  const LoadOptions& o = s.options;
  TransferSource::Options draw;
  draw.distribution = o.distribution;
  draw.seed = o.seed;
  if (o.cross >= 0) draw.cross_per_thousand = static_cast<int>(std::lround(o.cross * 1000));
  FLORIN_TRY(amount_max, minor_of("--amount-max", o.amount_max, s.ledger->decimals()));
  draw.amount_minor_max = std::max<std::uint32_t>(1, amount_max);
  auto source = TransferSource::make(*s.accounts, draw);
  if (!source) return Err{source.error()};

  RunOptions run;
  run.transfers = o.transfers;
  run.seconds = o.seconds;
  run.rate = o.rate;
  run.batch = o.batch;
  run.postings = o.postings;
  run.in_flight = in_flight_of(o);
  run.retry_for_ns = static_cast<std::int64_t>(o.retry_seconds * 1e9);
  run.show_progress = s.show_progress;
  s.engine->set_depth((run.in_flight + o.connections - 1) / o.connections);

  const NodesMeter before(s);
  const double own_before = own_cpu_s();
  FLORIN_TRY(result, LoadRun(*s.engine, *s.ledger, *source, run).run());
  s.report.run = std::move(result);
  s.report.client_cpu_s = own_cpu_s() - own_before;
  before.report_until(NodesMeter(s), s.report);
  FLORIN_TRY(unresolved, resolve_pending(*s.engine, *s.ledger, run.retry_for_ns, s.show_progress));
  s.report.unresolved = unresolved;
  s.report.lost_connections = s.engine->lost_connections();
  return Unit{};
}

Result<Unit, Error> check(Session& s) {
  const LoadOptions& o = s.options;
  if (!o.verify) return Unit{};
  VerificationOptions options;
  options.seed = o.seed;
  options.show_progress = s.show_progress;
  if (o.verify_sample != 0)
    options.statements_max = o.verify_sample;
  else if (s.report.run.issued > read_all_statements_max)
    options.statements_max = statements_sample;
  s.report.verification_sampled = options.statements_max < o.accounts;
  FLORIN_TRY(verification, verify(*s.engine, *s.ledger, s.created, options));
  s.report.verification = std::move(verification);
  return Unit{};
}

void describe(Session& s) {
  const LoadOptions& o = s.options;
  Report& r = s.report;
  r.mode = mode_of(o);
  r.distribution = to_string(o.distribution);
  r.protocol = o.protocol.empty() ? "default" : o.protocol;
  for (const std::string& url : o.urls()) r.url += (r.url.empty() ? "" : ",") + url;
  r.prefix = o.prefix;
  r.currency = o.currency;
  r.accounts = o.accounts;
  r.partitions = o.partitions;
  r.seed = o.seed;
  r.connections = o.connections;
  r.in_flight = in_flight_of(o);
  r.batch = o.batch;
  r.postings = o.postings;
  r.rate = o.rate;
}

bool write_file(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) std::fprintf(stderr, "florin-load: cannot write %s\n", path.c_str());
  return static_cast<bool>(file);
}

int run(const LoadOptions& options) {
  Session s;
  s.options = options;
  s.show_progress = !options.quiet && stderr_is_terminal();
  if (auto ready = prepare(s); !ready) return fail(ready.error());
  if (auto measured = measure(s); !measured) return fail(measured.error());
  if (auto checked = check(s); !checked) return fail(checked.error());
  describe(s);
  std::fputs(report_text(s.report).c_str(), stdout);
  const bool written =
      write_file(options.json_file, report_json(s.report)) &&
      write_file(options.svg_file,
                 latency_plot_svg(s.report.run.latency, "Florin transfer latency",
                                  s.report.mode + ", " + s.report.distribution +
                                      (options.rate > 0 ? "; latency from the due time"
                                                        : "; latency from sending")));
  if (!s.report.holds()) return exit_differs;
  return written ? 0 : exit_usage;
}

}  // namespace
}  // namespace florin::load

int main(int argc, char** argv) {
  const auto options = florin::load::parse_options(argc, argv);
  if (const int* code = get_if<int>(&options)) return *code;
  return florin::load::run(std::get<florin::load::LoadOptions>(options));
}
