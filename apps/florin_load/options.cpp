// See options.hpp. The only file of this program that sees CLI11.
#include "apps/florin_load/options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "apps/florin_load/workload/accounts.hpp"

namespace florin::load {

namespace {
constexpr int exit_usage = 2;

constexpr const char* footer =
    "Exit codes: 0 all holds, 1 verification failed, 2 usage, 3 server unreachable.\n\n"
    "Examples:\n"
    "  florin-load --transfers 100000                             64 in flight, one transfer per "
    "request\n"
    "  florin-load --rate 5000 --seconds 30 --svg latency.svg     open loop: latency from the due "
    "time\n"
    "  florin-load --batch 1000 --in-flight 4 --transfers 2000000 batches\n"
    "  florin-load --postings 4 --cross 1                         transactions of four postings\n"
    "  florin-load --distribution one-hot --cross 1               everybody pays one merchant "
    "elsewhere\n"
    "  florin-load --cluster http://127.0.0.1:8081,http://127.0.0.1:8082,http://127.0.0.1:8083\n";

void add_load_options(CLI::App& app, LoadOptions& o, std::string& distribution) {
  app.add_option("--url", o.url, "the node")->envname("FLORIN_URL")->capture_default_str();
  app.add_option("--cluster", o.cluster,
                 "URL,URL,... of a cluster's nodes, instead of --url: connections are spread over "
                 "them; what one cannot serve is repeated "
                 "with the same id at the next")
      ->delimiter(',')
      ->expected(1, 1'000);
  app.add_option("--accounts", o.accounts, "accounts to open")
      ->check(CLI::Range(2, 16'000'000))
      ->capture_default_str();
  app.add_option("--balance", o.balance, "deposited into each account first; 0 = none")
      ->capture_default_str();
  app.add_option("--currency", o.currency, "ISO 4217 code")->capture_default_str();
  app.add_option("--amount-max", o.amount_max, "largest amount of a transfer")
      ->capture_default_str();
  auto* transfers =
      app.add_option("--transfers", o.transfers, "how many (default 100,000 unless --seconds)");
  app.add_option("--seconds", o.seconds, "for how long")
      ->excludes(transfers)
      ->check(CLI::PositiveNumber);
  app.add_option("--rate", o.rate, "transfers per second, open loop; 0 = closed loop")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--connections", o.connections, "kept connections")
      ->check(CLI::Range(1, 20'000))
      ->capture_default_str();
  app.add_option("--in-flight", o.in_flight,
                 "requests outstanding at most (default: --connections; 4 with --batch; 16 per "
                 "connection with --rate)")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--batch", o.batch, "transfers per request; 0 = the single-transfer call")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  app.add_option("--postings", o.postings,
                 "of each transaction, which counts as one transfer; 0 = transfers")
      ->check(CLI::Range(0, 8))
      ->capture_default_str();
  app.add_option("--distribution", distribution,
                 "uniform, zipf (0.99) or one-hot (all pay one merchant)")
      ->check(CLI::IsMember({"uniform", "zipf", "one-hot"}))
      ->capture_default_str();
  app.add_option("--cross", o.cross,
                 "share of transfers between two partitions, 0-1 (default: as it falls)")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--partitions", o.partitions, "of the node (default: asked)")
      ->check(CLI::Range(1, 65'535));
  app.add_option("--protocol", o.protocol, "across partitions (default: the node's)")
      ->check(CLI::IsMember({"tcc", "saga"}));
  app.add_option("--seed", o.seed, "of accounts and amounts")->capture_default_str();
  app.add_option("--prefix", o.prefix, "of account ids (default: fresh for every run)");
}

void add_report_options(CLI::App& app, LoadOptions& o) {
  app.add_option("--node-pid", o.node_pid,
                 "process whose CPU is measured; auto = who listens there; N,N,... with --cluster")
      ->capture_default_str();
  app.add_option("--json", o.json_file, "write the report as JSON");
  app.add_option("--svg", o.svg_file, "write a latency plot");
  app.add_flag("--verify,!--no-verify", o.verify,
               "compare balances, books and statements at the end (default on)");
  app.add_option(
      "--verify-sample", o.verify_sample,
      "read the statements of so many accounts (default: all up to 200,000 transfers, else 200)");
  app.add_option("--retry-seconds", o.retry_seconds, "how long a silent server is tried again")
      ->check(CLI::Range(1.0, 86'400.0))
      ->capture_default_str();
  app.add_flag("-q,--quiet", o.quiet, "no progress bars");
}

// "12" or "12,34": so many numbers.
bool are_pids(const std::string& text, std::size_t count) {
  std::size_t numbers = 0;
  for (std::size_t from = 0; from <= text.size(); ++numbers) {
    const std::size_t end = std::min(text.find(',', from), text.size());
    if (end == from || end - from > 9 || text.find_first_not_of("0123456789", from) < end)
      return false;
    from = end + 1;
  }
  return numbers == count;
}

std::string check_together(LoadOptions& o) {
  if (o.prefix.empty()) o.prefix = fresh_prefix();
  if (o.transfers == 0 && o.seconds == 0) o.transfers = 100'000;
  if (!Accounts::fits(o.prefix, o.accounts))
    return "--prefix " + o.prefix + ": account ids would be longer than 15 characters";
  if (o.prefix.find_first_not_of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-") !=
      std::string::npos)
    return "--prefix: letters, digits and . _ : - only";
  if (o.postings > 1 && o.protocol == "saga")
    return "--protocol saga: a transaction of several postings is done by tcc";
  if (o.node_pid != "auto" && !are_pids(o.node_pid, o.urls().size()))
    return "--node-pid: auto, or a process id for each node, with commas";
  return {};
}
}  // namespace

std::variant<LoadOptions, int> parse_options(int argc, char** argv) {
  LoadOptions options;
  std::string distribution = "uniform";
  CLI::App app(
      "florin-load: puts transfers on a Florin node, measures, and proves that no money was lost.",
      "florin-load");
  app.footer(footer);
  add_load_options(app, options, distribution);
  add_report_options(app, options);
  try {
    app.parse(argc, argv);
    options.distribution = *parse_distribution(distribution);
    if (const std::string wrong = check_together(options); !wrong.empty())
      throw CLI::ValidationError(wrong);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_usage;
  }
  return options;
}

}  // namespace florin::load
