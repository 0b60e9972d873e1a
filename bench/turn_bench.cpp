// Measures partition turns alone, on one thread: no disk, no threads, no HTTP. Batches of transfers between
// random accounts go through all their turns; checkpoints are collected and dropped. Prints nanoseconds of
// CPU for each transfer: the least and the median of the rounds, for handling, sealing and collecting.
// Usage: turn_bench [rounds] [batch] [accounts] [partitions]
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "actors/partition/partition.hpp"
#include "persistence/memory/memory_state_store.hpp"

namespace {

using namespace florin;

double cpu_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e9 * static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec);
}

AccountId account(std::size_t i) {
  char name[32];
  std::snprintf(name, sizeof name, "bench-%07zu", i);
  return AccountId::from_trusted(name);
}

std::uint64_t next_random(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
  z = (z ^ z >> 27) * 0x94D049BB133111EBU;
  return z ^ z >> 31;
}

struct Node {
  std::unique_ptr<MemoryStateStore> store;
  std::unique_ptr<Partition> partition;
  std::vector<std::vector<Message>> inbox;  // by sender, as a partition's inbox has them
};

struct Spent {
  double handle = 0, seal = 0, collect = 0;
  std::size_t bytes = 0, ended = 0;
};

class Cluster {
 public:
  explicit Cluster(std::uint32_t partitions) : map_(partitions) {
    for (std::uint32_t p = 0; p < partitions; ++p) {
      Node node;
      node.store = std::make_unique<MemoryStateStore>();
      node.partition = std::make_unique<Partition>(
          static_cast<PartitionId>(p), map_, *node.store,
          PartitionOptions{.resident_accounts_max = SIZE_MAX, .turn_bytes_soft = SIZE_MAX});
      nodes_.push_back(std::move(node));
    }
  }
  void send(const AccountId& home, Message message) {
    auto& inbox = nodes_[map_.partition_of(home)].inbox;
    if (inbox.empty()) inbox.emplace_back();
    inbox.back().push_back(std::move(message));
  }
  // Turns until no message is under way.
  void run(Spent& spent) {
    for (bool busy = true; busy;) {
      busy = false;
      for (Node& node : nodes_) {
        if (node.inbox.empty()) continue;
        busy = true;
        const auto messages = std::exchange(node.inbox, {});
        now_ = now_ + 500;
        const double begin = cpu_ns();
        node.partition->begin(now_);
        if (const auto due = node.partition->next_due(); due && *due <= now_)
          node.partition->tick();
        node.partition->handle_all(messages);
        const double handled = cpu_ns();
        SealedTurn turn = node.partition->seal();
        spent.handle += handled - begin;
        spent.seal += cpu_ns() - handled;
        spent.bytes += turn.entry.size();
        for (const std::uint32_t ended : turn.effects.ended.completed) spent.ended += ended;
        for (Outgoing& out : turn.effects.outgoing)
          nodes_[out.to].inbox.push_back(std::move(out.messages));
      }
    }
  }
  void checkpoint(Spent& spent) {
    for (Node& node : nodes_) {
      const double begin = cpu_ns();
      const Checkpoint checkpoint = node.partition->state().collect_checkpoint();
      node.partition->state().checkpoint_written(checkpoint.index);
      spent.collect += cpu_ns() - begin;
    }
  }

 private:
  PartitionMap map_;
  std::vector<Node> nodes_;
  Timestamp now_{1'790'000'000'000'000};
};

Uuid id_of(std::uint64_t n) {
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
  const std::size_t rounds = option(argc, argv, 1, 30);
  const std::size_t batch = option(argc, argv, 2, 32'000);
  const std::size_t accounts = option(argc, argv, 3, 100'000);
  Cluster cluster(static_cast<std::uint32_t>(option(argc, argv, 4, 16)));
  const Currency usd = *parse_currency("USD");
  const AccountId outside = AccountId::from_trusted("@outside:USD");
  std::uint64_t id = 1;
  Spent setup;
  for (std::size_t i = 0; i < accounts; ++i) {
    OpenAccount open;
    open.account = account(i);
    open.currency = usd;
    cluster.send(open.account, open);
    StartTransfer deposit;
    deposit.from = outside;
    deposit.to = account(i);
    deposit.amount = 1'000'000;
    deposit.currency = usd;
    deposit.transaction_id = id_of(id++);
    cluster.send(deposit.to, deposit);
  }
  cluster.run(setup);
  cluster.checkpoint(setup);

  std::uint64_t random = 7;
  std::vector<double> handle, seal, collect;
  std::size_t bytes = 0, ended = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < batch; ++i) {
      StartTransfer transfer;
      transfer.from = account(next_random(random) % accounts);
      do transfer.to = account(next_random(random) % accounts);
      while (transfer.to == transfer.from);
      transfer.amount = static_cast<Minor>(1 + next_random(random) % 100);
      transfer.currency = usd;
      transfer.transaction_id = id_of(id++);
      cluster.send(transfer.from, transfer);
    }
    Spent spent;
    cluster.run(spent);
    if (round % 4 == 3) cluster.checkpoint(spent);
    bytes += spent.bytes;
    ended += spent.ended;
    const auto each = static_cast<double>(batch);
    handle.push_back(spent.handle / each);
    seal.push_back(spent.seal / each);
    if (round % 4 == 3) collect.push_back(spent.collect / each / 4);
  }
  const auto print = [](const char* what, std::vector<double>& values) {
    std::ranges::sort(values);
    if (!values.empty())
      std::printf("%-8s %6.0f least %6.0f median ns/transfer\n", what, values.front(),
                  values[values.size() / 2]);
  };
  print("handle", handle);
  print("seal", seal);
  print("collect", collect);
  std::printf("%.0f bytes/transfer in the log, %zu of %zu completed\n",
              static_cast<double>(bytes) / static_cast<double>(rounds * batch), ended,
              rounds * batch);
  return 0;
}
