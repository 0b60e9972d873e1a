// ScenarioWorld: a few partitions, the network between them and their clients, moved by hand. The partitions
// are the product's own, over stores and logs in memory; everything around them only does what it is told.
//
// Fault model: packets are lost, doubled, late and out of order; a partition ends between its turns, after
// an entry was appended and before it is durable, or after it is durable and before anything has left; its
// stored state may be old or gone; a client goes away before its answer.
// Why the system must survive it: see sim_network.hpp and sim_node.hpp.
//
// After each turn the books are counted again from the accounts: see audit().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/partition/effects.hpp"
#include "actors/partition/partition.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "sim/scenarios/scenario_names.hpp"

namespace florin::sim {

struct Packet {
  PartitionId from = 0;
  PartitionId to = 0;
  Message message;
};

enum class CrashPoint : std::uint8_t { none, before_sync, after_sync };

// What a client of a transfer was told; the newest last.
struct Heard {
  // "completed", "cancelled: account_frozen", "rejected: transaction_id_reused"
  std::string outcome;
  bool recorded = false;
};

class ScenarioWorld {
 public:
  explicit ScenarioWorld(std::uint32_t partitions);

  ScenarioNames& names() { return names_; }
  [[nodiscard]] std::uint32_t partitions() const { return names_.map().partitions(); }
  [[nodiscard]] Timestamp now() const { return now_; }

  // --- clients -----------------------------------------------------------------------------------------
  // A request of a client of `subject` (a transfer or an account): one turn, unless the partition is down.
  void ask(const std::string& subject, PartitionId at,
           const std::function<Message(RequestId)>& make);
  // Whoever waits for this transfer has gone: the answers are lost.
  void client_gone(const std::string& transfer);
  [[nodiscard]] const std::vector<Heard>& heard(const std::string& transfer) {
    return heard_[transfer];
  }

  // --- the network -------------------------------------------------------------------------------------
  std::vector<Packet>& network() { return network_; }
  void deliver(std::size_t which);  // one turn of the receiver; lost when that is down
  void set_doubling(bool on) { doubling_ = on; }
  // About forgetting finished legs, not about one leg.
  [[nodiscard]] static bool is_fence(const Packet& packet);

  // --- time and durability -------------------------------------------------------------------------------
  // Time jumps; then each partition that has something due takes one turn, unless all are asleep.
  void advance(std::int64_t us, bool asleep = false);
  // Delivers and lets time pass until nothing is under way and nothing is due. False: it never ends.
  bool finish();
  void hold_sync(PartitionId at) { node(at).sync_held = true; }
  void sync(PartitionId at);

  // --- crashes and checkpoints -----------------------------------------------------------------------------
  [[nodiscard]] bool is_up(PartitionId at) const { return nodes_.at(at).partition != nullptr; }
  void crash(PartitionId at);
  void crash_at(PartitionId at, CrashPoint point) { node(at).crash_point = point; }
  // From its store and its durable entries; what is open is due at once.
  void restart(PartitionId at, bool lose_store);
  void checkpoint(PartitionId at);

  // --- what is there ----------------------------------------------------------------------------------------
  // Null while the partition is down.
  AccountState* account(const NamedAccount& named);
  PartitionState* state(PartitionId at) {
    return is_up(at) ? &node(at).partition->state() : nullptr;
  }
  [[nodiscard]] const std::vector<std::string>& log(PartitionId at) const {
    return nodes_.at(at).log;
  }
  [[nodiscard]] std::size_t synced(PartitionId at) const { return nodes_.at(at).synced; }
  // The first thing that was wrong with the books, and "" when nothing ever was.
  [[nodiscard]] const std::string& audit_failure() const { return audit_failure_; }
  // Nothing open, held or between partitions; each state equals the replay of its log. "" = so it is.
  std::string audit_end();

  // What has happened since the last call, a line each.
  std::string take_said() { return std::exchange(said_, {}); }
  void say(const std::string& line);
  void set_muted(bool muted) { muted_ = muted; }  // only what clients hear, and alarms
  void set_fences_shown(bool shown) { fences_shown_ = shown; }
  [[nodiscard]] bool fences_shown() const { return fences_shown_; }

 private:
  struct Node {
    std::unique_ptr<MemoryStateStore> store = std::make_unique<MemoryStateStore>();
    std::unique_ptr<Partition> partition;  // null = down
    std::vector<std::string> log;
    std::size_t synced = 0;  // entries that are durable
    EffectQueue effects;
    bool sync_held = false;
    CrashPoint crash_point = CrashPoint::none;
  };
  struct Client {
    std::string subject;
    bool gone = false;
  };

  Node& node(PartitionId at) { return nodes_.at(at); }
  void turn(PartitionId at, const std::vector<Message>& messages, bool tick);
  void tell_entry(PartitionId at, const std::string& entry, bool durable);
  void release(PartitionId at, Effects effects);
  void answer(const Reply& reply);
  void say_softly(const std::string& line);
  Status<Error> recover(Node& node, PartitionId at);
  void audit(PartitionId at);
  void wrong(const std::string& what);
  static std::string dump(Node& of);

  ScenarioNames names_;
  std::vector<Node> nodes_;
  std::vector<Packet> network_;
  std::map<RequestId, Client> clients_;
  std::map<std::string, std::vector<Heard>> heard_;
  Timestamp now_;
  std::string said_;
  std::string audit_failure_;
  bool doubling_ = false;
  bool muted_ = false;
  bool fences_shown_ = false;
};

}  // namespace florin::sim
