// PartitionKit: the partitions of a small cluster, wired by a network, logs and stores in memory, all under
// the test's control: messages are delivered in any order, twice or never; a crash drops a partition with
// its unsynced entries; recovery is from store and log, as on a real node.
//
// After every turn the books are audited: sums, reservations and invariants are counted again from rows.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "actors/partition/partition.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {

struct InFlight {
  PartitionId to = 0;
  Message message;
};

class PartitionKit {
 public:
  explicit PartitionKit(std::uint32_t partitions, PartitionOptions options = {});

  // --- clients ------------------------------------------------------------------------------------------
  AccountId account(PartitionId home, const std::string& stem) const;
  void open(const AccountId& id, Minor posted = 0);  // and a deposit; both durable
  StartTransfer transfer(const AccountId& from, const AccountId& to, Minor amount,
                         Protocol protocol = Protocol::tcc);  // a new transaction id, a new request
  void send(const StartTransfer& message);                    // to its owner's partition, one turn
  void send(PartitionId to, Message message) { turn(to, {std::move(message)}); }
  // Texts of the replies to a request, in order of release.
  std::vector<std::string> replies(RequestId request) const;

  // --- time, turns, durability ------------------------------------------------------------------------
  [[nodiscard]] Timestamp now() const { return now_; }
  void advance(std::int64_t us) { now_ = now_ + us; }
  // Whether others agree with the leaders' clocks; while not, the partitions' time is only what it was before.
  void confirm_clocks(bool yes) { clock_is_confirmed_ = yes; }
  void turn(PartitionId at,
            std::vector<Message> messages);  // one entry, with a tick when one is due
  void resend_to(PartitionId at, PartitionId to) { node(at).partition->resend_to({&to, 1}); }
  void sync(PartitionId at);                 // durable: effects are released
  void hold_syncs() { auto_sync_ = false; }  // from now on only sync() syncs
  [[nodiscard]] bool has_unsynced(PartitionId at) const;
  [[nodiscard]] std::size_t log_size(PartitionId at) const { return node(at).log.size(); }
  [[nodiscard]] const std::vector<std::string>& log(PartitionId at) const { return node(at).log; }

  // --- the network --------------------------------------------------------------------------------------
  std::deque<InFlight>& network() { return network_; }
  void deliver(std::size_t which);       // in one turn of the receiver
  void deliver_copy(std::size_t which);  // and it is still under way
  void drop(std::size_t which);
  // The next thing that happens by itself: a sync, else the oldest message. False = nothing is under way.
  bool step();
  void deliver_all();
  // Delivers, syncs and lets time pass until nothing is due any more.
  void run_until_quiet();

  // --- the outside ----------------------------------------------------------------------------------------
  // From now on somebody is there: the calls that were released, for the test to answer. (Else: none may be made.)
  void with_outside() { has_outside_ = true; }
  std::deque<OutsideCall>& calls() { return calls_; }

  // --- crashes and checkpoints ---------------------------------------------------------------------------
  void crash(PartitionId at);       // and recovery; the network keeps what was released
  void checkpoint(PartitionId at);  // syncs before
  // Everything that a partition knows, as text; the second one from its log alone.
  std::string state_text(PartitionId at);
  std::string replayed_text(PartitionId at);

  [[nodiscard]] std::uint32_t partitions() const { return map_.partitions(); }
  Partition& partition(PartitionId at) { return *node(at).partition; }
  PartitionState& state(PartitionId at) { return partition(at).state(); }
  [[nodiscard]] std::optional<Timestamp> next_due(PartitionId at) const {
    return node(at).partition->next_due();
  }
  AccountState& account_state(const AccountId& id);
  [[nodiscard]] std::size_t alarms() const { return alarms_; }
  // Nothing is open, held or reserved anywhere, and no money is between partitions.
  void expect_quiet_books();
  void audit(PartitionId at);
  void doubled() { doubled_ = true; }  // from now on every message is handled twice

 private:
  struct Node {
    std::unique_ptr<MemoryStateStore> store = std::make_unique<MemoryStateStore>();
    std::unique_ptr<Partition> partition;
    EffectQueue effects;
    std::vector<std::string> log;
    std::size_t synced = 0;
  };
  [[nodiscard]] const Node& node(PartitionId at) const { return nodes_.at(at); }
  Node& node(PartitionId at) { return nodes_.at(at); }
  void recover(Node& node, PartitionId at);
  void release(Effects effects);

  PartitionMap map_;
  PartitionOptions options_;
  std::vector<Node> nodes_;
  std::deque<InFlight> network_;
  std::deque<OutsideCall> calls_;
  bool has_outside_ = false;
  std::map<RequestId, std::vector<std::string>> replies_;
  Timestamp now_ = words::noon;
  RequestId last_request_ = 0;
  std::size_t alarms_ = 0;
  bool auto_sync_ = true;
  bool doubled_ = false;
  bool clock_is_confirmed_ = true;
};

}  // namespace florin
