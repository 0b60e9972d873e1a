// Checker: one thing that must be true of every run, judged while it runs and at its end. One file each in
// sim/checkers/; its header's first sentence is the invariant. A new one is a file there and a line in
// all_checkers.cpp.
//
// Checkers see what clients see (requests and answers), what nodes hand to their logs, what has become durable
// (entries, and a follower that has replayed exactly those), what partitions tell each other, the log and the
// live state after a recovery, and the end. In a cluster durable means committed: told to some replica. There they
// also see each replica's own idea of that, who leads, and what each replica recovers.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/messages/messages.hpp"
#include "actors/partition/partition.hpp"
#include "actors/partition/partition_state.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "persistence/event_log.hpp"
#include "sim/plan/options.hpp"
#include "sim/plan/workload.hpp"
#include "sim/ports/event_queue.hpp"
#include "sim/psp/provider_store.hpp"

namespace florin::sim {

enum class Verdict : std::uint8_t {
  not_accepted,  // nothing was decided: overloaded
  completed,     // a transfer's end, or an account's change was made
  refused,       // definite no, with `code`; recorded for transfers that depended on state
  rejected,      // no, not recorded under this id (with `code`): wrong request or another content
  account,       // what an account looked like
  transfer,      // what is known of a transfer
  checked,       // what Try would answer now: `code`
  accounts,      // a page of a partition's accounts
  balances,      // a partition's trial balance
};

struct AccountSeen {
  std::int64_t available = 0;
  std::int64_t held = 0;
  bool frozen = false;
  bool closed = false;
  bool may_owe = false;
  std::string currency = {};
  std::int64_t daily_limit = -1;
  std::string metadata = {};  // "key=value;" for each pair
  Position last_posting = {};
  bool operator==(const AccountSeen&) const = default;
};

// What a transfer is for, as a request says it or an answer shows it.
struct NotesSeen {
  std::string reference = {};
  std::string description = {};
  std::string metadata = {};  // "key=value;" for each pair
  bool operator==(const NotesSeen&) const = default;
};

// What a partition says of one transfer id of one owner.
// Cancelling: refused, and clients hear so, but a leg is still to be cancelled.
enum class TransferPhase : std::uint8_t { unknown, open, cancelling, completed, refused };

struct TransferSeen {
  TransferPhase phase = TransferPhase::unknown;
  std::uint8_t code = 0;  // with cancelling and refused
  std::uint8_t side = 0;  // with these: as Answer::side
  Position finished;      // with cancelling, completed and refused: where the outcome is
  std::int64_t amount = 0;
  std::uint32_t results = 0;  // how many were found; more than one is wrong
  bool more = false;          // others may be there: too many share the id to look at all
  NotesSeen notes = {};
  std::size_t postings = 1;
  std::uint8_t posting = no_posting;  // with cancelling and refused: as Answer::posting
};
struct BalanceSeen {
  std::string currency;
  bool balanced = false;  // accounts and clearing add up to zero
  WideMinor accounts = 0;
  WideMinor clearing = 0;
  bool operator==(const BalanceSeen&) const = default;
};

// What one client heard. Plain numbers, so that the auditor need not trust the product's arithmetic.
struct Answer {
  SimTime at = 0;
  std::uint32_t attempt = 0;  // of the operation, from 0
  Verdict verdict = Verdict::not_accepted;
  std::uint8_t code = 0;                                // number of the Rejection; 0 = none
  NotAccepted::Why why = NotAccepted::Why::overloaded;  // with not_accepted
  bool replayed = false;
  std::uint8_t side =
      0;  // whose account the code is about: number of the RefusedSide; 0 = nobody's
  std::uint8_t posting = no_posting;  // of a transaction: which one the code and the side are about
  Position position;
  AccountSeen account;   // with open, freeze, unfreeze, close, read
  NotesSeen notes = {};  // of a transfer that has completed: without metadata
  TransferSeen transfer;
  std::vector<std::pair<std::string, AccountSeen>> page;
  std::vector<BalanceSeen> balances;

  // It says that nothing was executed and nothing will be. A decision that was lost may be executed, and who is behind
  // was only asked to read.
  [[nodiscard]] bool is_promise() const {
    if (verdict != Verdict::not_accepted) return false;
    switch (why) {
      case NotAccepted::Why::overloaded:
      case NotAccepted::Why::stopping:
      case NotAccepted::Why::clock_unsure:
      case NotAccepted::Why::rebuilding:
      case NotAccepted::Why::level_too_low:
      case NotAccepted::Why::no_leader: return true;
      case NotAccepted::Why::lost:
      case NotAccepted::Why::behind: return false;
    }
    return false;
  }
};

// One action of the workload, while it runs.
struct Operation {
  std::uint32_t number = 0;  // place in SimClients::operations()
  Action action;
  std::uint32_t attempts = 0;
  std::optional<Answer> answer;      // the first definite one
  LogIndex min_index = 0;            // of the newest attempt of a follower's read
  bool without_notes = false;        // not every node reads them, it has heard: it goes on without
  std::uint32_t levels_too_low = 0;  // how often a transaction has heard that, since all is healed
};

// What a shop heard.
enum class ShopVerdict : std::uint8_t {
  nothing,   // nothing was decided
  checkout,  // how the checkout stands
  payment,   // how the order stands
  refused,   // with `refusal`
};
struct ShopAnswer {
  ShopVerdict verdict = ShopVerdict::nothing;
  Position position;
  CheckoutPhase checkout_phase = CheckoutPhase::none;
  OrderWord word = OrderWord::nothing;  // with `checkout`: what its order has told
  OrderPhase order_phase = OrderPhase::none;
  PaymentRefusal refusal = PaymentRefusal::payment_not_found;

  // Else it asks again.
  [[nodiscard]] bool is_definite() const {
    if (verdict != ShopVerdict::refused) return verdict != ShopVerdict::nothing;
    return refusal != PaymentRefusal::request_in_progress && refusal != PaymentRefusal::not_ready;
  }
};
// One action of a shop, while it runs.
struct ShopOperation {
  ShopAction action;
  std::uint32_t attempts = 0;
  std::optional<ShopAnswer> answer;  // the first definite one
};

// What checkers may know of the run as a whole.
struct RunView {
  const SimOptions& options;
  const Workload& workload;
  bool packets_come_twice = false;  // in some part of the run
};

// A state store that has all that is in its partition's log.
struct StoreSeen {
  std::uint32_t node = 0;
  PartitionId partition = 0;
  std::array<std::size_t, table_count> rows{};  // by table
  const PartitionState* state = nullptr;
  [[nodiscard]] std::size_t count(Table table) const {
    return rows.at(static_cast<std::size_t>(table));
  }
};

// What waits in the memory of one partition on one node.
struct QueuesSeen {
  std::uint32_t node = 0;
  PartitionId partition = 0;
  std::size_t from_clients = 0;  // messages in its inbox
  std::size_t reads = 0;
  std::size_t in_flight = 0;  // entries that its log has not said it has
  std::size_t open = 0;       // transfers to other partitions
  const SimOptions* options =
      nullptr;  // of its process, which may have others than the run; null: those
  PartitionState* deciding = nullptr;  // null: of a follower, or somebody looks at queues only
  SimTime at = 0;
  SimTime healed_for = 0;  // since the last fault has ended; 0: not yet
};

// The world when everything is quiet. Pointers by partition.
struct EndView {
  const std::vector<Operation>& operations;  // reads of all accounts at their end
  std::vector<PartitionState*> live;         // on the nodes
  std::vector<PartitionState*> followers;    // replayed from the durable entries
  // all that there are, the live one among them
  std::vector<std::vector<PartitionState*>> replicas;
  bool is_at_rest = true;  // no replica is still to be moved
  std::vector<StoreSeen> stores = {};
  const ProviderStore* provider = nullptr;           // null: there is none
  const std::vector<ShopOperation>* shop = nullptr;  // the same
};

// One replica of a partition or of the meta group, which has the number of partitions.
struct GroupSeen {
  PartitionId group = 0;
  std::uint64_t replica = 0;
  std::uint64_t incarnation = 0;  // of its node
  std::vector<std::uint64_t> voters, learners;
};

// What a node's link has heard when it sent something: let in, or refused because the other's map says that it was removed.
struct LinkSeen {
  std::uint32_t node = 0;
  std::uint64_t incarnation = 0;  // its process
  std::uint32_t by = 0;
  bool is_let_in = false;
  SimTime at = 0;
};

// An entry as its partition hands it to the log, which may still lose it.
struct DecidedEntry {
  PartitionId partition = 0;
  LogIndex index = 0;
  std::string_view bytes;
  std::int64_t truth_us = 0;           // the true time
  std::int64_t clock_us = 0;           // what the clock of the deciding node shows
  bool most_clocks_are_right = false;  // and always were, see SimCluster::note_clocks()
};

// An entry of a group that has become durable on one node.
struct WrittenEntry {
  PartitionId group = 0;
  LogIndex index = 0;
  std::uint64_t hash = 0;  // hash64 of its bytes
};

class Checker {
 public:
  virtual ~Checker() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;

  virtual void on_request(const Operation& operation, SimTime at) {
    static_cast<void>(operation), static_cast<void>(at);
  }
  // Every answer that reaches a client, repeats too.
  virtual void on_answer(const Operation& operation, const Answer& answer) {
    static_cast<void>(operation), static_cast<void>(answer);
  }
  // A partition has handed this entry to its log; a crash may still lose it.
  virtual void on_appended(const LogEntry& entry) { static_cast<void>(entry); }
  // The same, and in a cluster too.
  virtual void on_decided(const DecidedEntry& seen) { static_cast<void>(seen); }
  // A message leaves one partition for another: all it was decided on is durable, the sender says.
  virtual void on_told(PartitionId from, PartitionId to, const Message& message) {
    static_cast<void>(from), static_cast<void>(to), static_cast<void>(message);
  }
  // Whenever something was let in, and now and then.
  virtual void on_queues(const QueuesSeen& seen) { static_cast<void>(seen); }
  // What a turn, or a round of reads, was given to do and did.
  virtual void on_turn_cost(PartitionId partition, const TurnCost& cost) {
    static_cast<void>(partition), static_cast<void>(cost);
  }
  // In index order, each once: published by the node, or found durable by its recovery.
  virtual void on_durable(PartitionId partition, LogIndex index, std::string_view entry,
                          PartitionState& follower) {
    static_cast<void>(partition), static_cast<void>(index), static_cast<void>(entry);
    static_cast<void>(follower);
  }
  // The same, decoded.
  virtual void on_events(const DecodedEntry& entry, PartitionState& follower) {
    static_cast<void>(entry), static_cast<void>(follower);
  }
  // The log that a recovery of a partition has found, before what is news in it is followed.
  virtual void on_log_recovered(PartitionId partition, EventLogReader& log) {
    static_cast<void>(partition), static_cast<void>(log);
  }
  // After each recovery of a partition, before its first turn. The follower has all that is in its log.
  virtual void on_recovered(PartitionState& live, PartitionState& follower) {
    static_cast<void>(live), static_cast<void>(follower);
  }
  // --- of one replica, in a cluster ---------------------------------------------------------------------
  // Its log has told it that this entry is committed.
  virtual void on_committed(std::uint32_t node, PartitionId partition, LogIndex index,
                            std::string_view entry) {
    static_cast<void>(node), static_cast<void>(partition), static_cast<void>(index),
        static_cast<void>(entry);
  }
  // From now on it decides.
  virtual void on_leads(std::uint32_t node, PartitionId partition, std::uint64_t term) {
    static_cast<void>(node), static_cast<void>(partition), static_cast<void>(term);
  }
  // These have become durable in that node's log just now, in this order; one whose index is there drops all behind it.
  virtual void on_written(std::uint32_t node, const std::vector<WrittenEntry>& entries) {
    static_cast<void>(node), static_cast<void>(entries);
  }
  // A start has opened its log, and done nothing yet.
  virtual void on_log_found(std::uint32_t node, EventLogReader& log) {
    static_cast<void>(node), static_cast<void>(log);
  }
  // A process of that node has started, and reads up to that format level.
  virtual void on_started(std::uint32_t node, FormatLevel reads) {
    static_cast<void>(node), static_cast<void>(reads);
  }
  // Everything that the node had stored is gone, or is as it was earlier.
  virtual void on_disk_lost(std::uint32_t node) { static_cast<void>(node); }
  // What a start of a replica has found: its log, and how far it knows that to be committed.
  virtual void on_replica_recovered(std::uint32_t node, PartitionId partition, LogIndex committed,
                                    EventLogReader& log) {
    static_cast<void>(node), static_cast<void>(partition), static_cast<void>(committed);
    static_cast<void>(log);
  }
  // The same of the meta group, whose number is that of partitions: its log, as far as it is known to be committed.
  virtual void on_group_recovered(std::uint32_t node, PartitionId group, LogIndex committed,
                                  EventLogReader& log) {
    static_cast<void>(node), static_cast<void>(group), static_cast<void>(committed),
        static_cast<void>(log);
  }
  // --- of replicas that come and go ---------------------------------------------------------------------
  // Found at a start, or made; and let go. `replica`: cluster/placement/replica_id.hpp.
  virtual void on_hosted(std::uint32_t node, PartitionId partition, std::uint64_t replica) {
    static_cast<void>(node), static_cast<void>(partition), static_cast<void>(replica);
  }
  virtual void on_dropped(std::uint32_t node, PartitionId partition, std::uint64_t replica) {
    static_cast<void>(node), static_cast<void>(partition), static_cast<void>(replica);
  }
  // A leader is about to log a change of its group.
  virtual void on_change_proposed(std::uint32_t node, PartitionId partition, LogIndex index) {
    static_cast<void>(node), static_cast<void>(partition), static_cast<void>(index);
  }
  // By which configuration a replica works, now and then.
  virtual void on_configuration(std::uint32_t node, const GroupSeen& seen) {
    static_cast<void>(node), static_cast<void>(seen);
  }
  virtual void on_link(const LinkSeen& seen) { static_cast<void>(seen); }
  // A client's question was answered by that node with something.
  virtual void on_served(std::uint32_t node, std::uint64_t incarnation, SimTime at) {
    static_cast<void>(node), static_cast<void>(incarnation), static_cast<void>(at);
  }
  // --- at the payment provider ----------------------------------------------------------------------------
  virtual void on_page_made(const ProviderSession& page) { static_cast<void>(page); }
  virtual void on_captured(const ProviderCapture& capture) { static_cast<void>(capture); }

  virtual void at_end(EndView& end) { static_cast<void>(end); }

  [[nodiscard]] const std::optional<std::string>& violation() const { return violation_; }

 protected:
  // The first one counts.
  void fail(std::string what) {
    if (!violation_) violation_ = std::move(what);
  }

 private:
  std::optional<std::string> violation_;
};

using Checkers = std::vector<std::unique_ptr<Checker>>;

// In all_checkers.cpp. `run` outlives them.
Checkers make_checkers(const RunView& run);

}  // namespace florin::sim
