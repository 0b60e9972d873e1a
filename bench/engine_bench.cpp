// Measures the engine without HTTP: one real node in this process, asked through its Gateway in batches of
// durable transfers. Prints transfers/s and CPU microseconds for each transfer (this process, asking side
// included). Usage: engine_bench [transfers] [batch] [batches in flight] [accounts] [partitions]
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <mutex>

#include "runtime/metrics/metrics.hpp"
#include "runtime/node.hpp"

namespace {

using namespace florin;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + 1e-6 * double(t.tv_usec); };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

AccountId account(std::size_t i) {
  char name[32];
  std::snprintf(name, sizeof name, "bench-%07zu", i);
  return AccountId::from_trusted(name);
}

AskReplies ask(Gateway& gateway, std::vector<Addressed> messages) {
  auto promise = std::make_shared<std::promise<AskReplies>>();
  auto future = promise->get_future();
  gateway.ask(std::move(messages), std::chrono::seconds(60),
              [promise](AskReplies replies) { promise->set_value(std::move(replies)); });
  return future.get();
}

std::uint64_t next_random(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
  z = (z ^ z >> 27) * 0x94D049BB133111EBU;
  return z ^ z >> 31;
}

Uuid v7(std::uint64_t n) {
  Uuid id;
  for (int i = 0; i < 8; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  id.bytes[6] = 0x70;
  return id;
}

std::size_t option(int argc, char** argv, int at, std::size_t otherwise) {
  return argc > at ? std::strtoul(argv[at], nullptr, 10) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t transfers = option(argc, argv, 1, 1'000'000);
  const std::size_t batch = option(argc, argv, 2, 8000);
  const std::size_t in_flight = option(argc, argv, 3, 4);
  const std::size_t accounts = option(argc, argv, 4, 100'000);
  const auto partitions = static_cast<std::uint32_t>(option(argc, argv, 5, 16));

  char directory[] = "/tmp/florin-engine-bench-XXXXXX";
  if (mkdtemp(directory) == nullptr) return 1;
  NodeConfig config;
  config.node.data_dir = directory;
  config.node.partitions = partitions;
  Metrics metrics(partitions);
  auto node = Node::start(config, metrics, [](const Error& error) {
    std::fprintf(stderr, "fatal: %s\n", error.context.c_str());
    std::_Exit(6);
  });
  if (!node) {
    std::fprintf(stderr, "%s\n", node.error().context.c_str());
    return 1;
  }
  NodeServices services = (*node)->services();
  const Currency usd = *parse_currency("USD");
  const AccountId outside = AccountId::from_trusted("@outside:USD");
  std::uint64_t id = 1;
  for (std::size_t first = 0; first < accounts; first += 5000) {
    std::vector<Addressed> open, fund;
    for (std::size_t i = first; i < std::min(accounts, first + 5000); ++i) {
      const PartitionId home = services.map.partition_of(account(i));
      OpenAccount message;
      message.account = account(i);
      message.currency = usd;
      open.push_back({home, message});
      StartTransfer deposit;
      deposit.from = outside;
      deposit.to = account(i);
      deposit.amount = 1'000'000;
      deposit.currency = usd;
      deposit.transaction_id = v7(id++);
      fund.push_back({home, deposit});
    }
    ask(services.gateway, std::move(open));
    ask(services.gateway, std::move(fund));
  }

  std::uint64_t random = 7;
  std::atomic<std::size_t> completed{0}, other{0};
  const auto begin = std::chrono::steady_clock::now();
  const double cpu_begin = cpu_seconds();
  std::vector<std::future<void>> running;
  std::size_t asked = 0;
  while (asked < transfers || !running.empty()) {
    while (asked < transfers && running.size() < in_flight) {
      std::vector<Addressed> messages;
      messages.reserve(batch);
      for (std::size_t i = 0; i < batch; ++i) {
        StartTransfer transfer;
        transfer.from = account(next_random(random) % accounts);
        do transfer.to = account(next_random(random) % accounts);
        while (transfer.to == transfer.from);
        transfer.amount = static_cast<Minor>(1 + next_random(random) % 100);
        transfer.currency = usd;
        transfer.transaction_id = v7(id++);
        const PartitionId home = services.map.partition_of(transfer.from);
        messages.push_back({home, transfer});
      }
      asked += batch;
      auto promise = std::make_shared<std::promise<void>>();
      running.push_back(promise->get_future());
      services.gateway.ask(
          std::move(messages), std::chrono::seconds(60), [&, promise](AskReplies replies) {
            std::size_t ok = 0;
            for (const auto& reply : replies) {
              const auto* outcome = reply ? get_if<TransferOutcome>(&reply->body) : nullptr;
              if (outcome != nullptr && outcome->status == TransferStatus::completed) ++ok;
            }
            completed += ok;
            other += replies.size() - ok;
            promise->set_value();
          });
    }
    running.front().get();
    running.erase(running.begin());
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double cpu = cpu_seconds() - cpu_begin;
  std::printf(
      "batch=%zu in_flight=%zu partitions=%u accounts=%zu: %.0f transfers/s, %.2f CPU us/transfer, "
      "completed %zu, other %zu\n",
      batch, in_flight, partitions, accounts, double(asked) / seconds, cpu / double(asked) * 1e6,
      completed.load(), other.load());
  const bool clean = (*node)->stop(std::chrono::seconds(10));
  std::printf("stopped cleanly: %s\n", clean ? "yes" : "no");
  node->reset();
  std::filesystem::remove_all(directory);
  return other == 0 ? 0 : 1;
}
