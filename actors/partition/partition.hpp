// Partition: runs the entity actors of one partition in turns (docs/ARCHITECTURE.md). Knows
// nothing of threads, disks, clocks or CAF: the node and the simulator drive the same object.
//
//   begin(now, clock) -> handle(message)... -> seal() -> append the entry -> durable -> release the effects
//
// Within a turn every event is evolved at once, and messages between actors of this partition are handled
// before seal() returns. The next turn may begin before the last one is durable: it decides on
// speculative state, and its effects wait for both.
#pragma once

#include <deque>
#include <memory>
#include <variant>
#include <vector>

#include "actors/entity/actor_context.hpp"
#include "actors/entity/due_timers.hpp"
#include "actors/partition/effects.hpp"
#include "actors/partition/entity_actors.hpp"
#include "actors/partition/fences.hpp"
#include "actors/partition/partition_state.hpp"
#include "actors/payment/payment_setup.hpp"
#include "base/limits.hpp"
#include "persistence/codec/entry_codec.hpp"

namespace florin {

struct PartitionOptions {
  std::size_t resident_accounts_max = 100'000;
  std::int64_t try_timeout_us = limits::try_timeout_us;
  std::int64_t resend_after_us = limits::resend_after_us;
  std::int64_t fence_interval_us = 200'000;  // how often finished legs are forgotten
  DedupOptions dedup = {};
  std::size_t turn_bytes_soft = limits::turn_bytes_soft;  // of an entry's events, or of replies
  std::size_t open_transfers_max = limits::open_transfers_max;  // to other partitions; by postings
  std::size_t long_reads_max = limits::long_reads_max;
  std::uint64_t turn_read_rows_max = limits::turn_read_rows_max;
  std::size_t same_id_rows_max = limits::same_id_rows_max;
  std::size_t payments_seen_max = limits::payments_seen_max;
  const FormatLevels* levels =
      nullptr;  // of the process, outlives it; null: all levels of this program
  std::shared_ptr<const PaymentSetup> payments = {};  // null: no payments are taken here
};

// What a turn, or a round of reads, was given to do and what it did: never more than linear in what it was given
// (INV-41). In rows, not in time, so that the simulator can judge it.
struct TurnCost {
  std::uint64_t input = 0;           // messages, also those that stay inside, events, timers
  std::uint64_t rows_asked = 0;      // that long reads may return or look at
  std::uint64_t rows_looked_at = 0;  // see PartitionCounters
  std::uint64_t rows_read = 0;
  std::uint64_t reads_at_once = 0;  // answer() was given so many; 0: a turn
};

class Partition final : private ActorContext {
 public:
  Partition(PartitionId id, const PartitionMap& map, StateStore& store, PartitionOptions options);

  // --- recovery: load the store, replay the log's rest, then begin to decide ---------------------------
  Status<Error> load() { return state_.load(); }
  // Checks index, partition, time and hash chain, then evolves. Errc::corrupt says what does not fit.
  Status<Error> replay(std::string_view entry_bytes);
  // From now on it decides: everything that is still open is due soon (DueTimers). `term`: of its entries; 1 where nobody
  // else can.
  void begin_deciding(std::uint64_t term = 1);
  // What these were sent may be lost: all that they have not answered is due at once.
  void resend_to(std::span<const PartitionId> partitions);

  // --- a turn ---------------------------------------------------------------------------------------
  // `client_clock`: what clients' deadlines are compared with, see client_clock() in partition_time.hpp.
  // `is_confirmed`: see ActorContext::time_is_confirmed.
  void begin(Timestamp now, std::optional<Timestamp> client_clock, bool is_confirmed = true);
  // The leader's clock is right: deadlines are compared with the time of the entry.
  void begin(Timestamp now) { begin(now, std::max(now, state_.last_time())); }
  void handle(const Message& message);
  // handle() for each, in order, with the memory that they need fetched ahead of time, until the turn is full. How
  // many were handled: the others are for the next turn. At least one, unless what was due has filled the turn.
  std::size_t handle_all(const std::vector<std::vector<Message>>& chunks);
  // The entry, the replies or the calls have grown so far that the turn takes no further message.
  [[nodiscard]] bool is_full() const {
    return builder_.event_bytes() >= options_.turn_bytes_soft ||
           effects_.reply_bytes >= options_.turn_bytes_soft ||
           effects_.call_bytes >= options_.turn_bytes_soft || tells_ >= limits::turn_tells_max;
  }
  // Who has replicas of this partition, for the log; changes nothing here. The first of its turn.
  void log(const ReplicaChanged& change) { emit(change); }
  // Handles what is due: time-outs, resends, fences. Within a turn.
  void tick();
  SealedTurn seal();
  // What the state says now, between turns: reads only, and nothing changes. Those that are left when the answers
  // have grown large stay in `reads`.
  Effects answer(std::vector<Message>& reads);
  // Reads of many rows (a page, a search over all owners) are put aside by handle(); seal() answers as many as the
  // turn has rows for, at least one, from the state as it is then. True: some are left, a turn is due.
  [[nodiscard]] bool has_long_reads() const { return !long_reads_.empty(); }
  // Nobody will answer them here.
  std::vector<RequestId> drop_long_reads();
  // Of the last seal() or answer().
  [[nodiscard]] const TurnCost& last_cost() const { return cost_; }

  // When tick() has something to do next; none = nothing is open.
  [[nodiscard]] std::optional<Timestamp> next_due() const;
  PartitionState& state() { return state_; }
  [[nodiscard]] const PartitionOptions& options() const { return options_; }

 private:
  // What the first event says that cannot be true of the state, or nothing.
  std::optional<std::string> apply_all(const std::vector<Event>& events, const EntryHeader& header);

  // ActorContext
  [[nodiscard]] Timestamp now() const override { return time_; }
  [[nodiscard]] DeadlineClocks clocks() const override { return {time_, client_clock_}; }
  [[nodiscard]] bool time_is_confirmed() const override { return time_is_confirmed_; }
  void note_clock() override;
  [[nodiscard]] Position current_position() const override;
  Position emit(const Event& event) override;
  void tell(PartitionId to, Message&& message) override;
  void reply(Reply&& reply) override;
  void tell_end(const ActorId& waiter, Reply&& reply) override;
  void call_outside(OutsideCall&& call) override;
  void alarm(std::string_view what, LegKey leg) override;

  struct Handlers;  // what dispatch() gives a message to
  void dispatch(const Message& message);
  void dispatch_local();
  void start(const auto& message, const NewTransfer& key);
  void on(const AdvanceFence& message) { fences_.on(message, *this); }
  void on(const FenceHeard& message) { fences_.on(message, *this); }
  void on(const GetTransfer& message);
  void add_notes(TransferViews& views, const TransferId& transfer);
  void add_open(TransferViews& views, const TransferState& transfer);
  void add_ended(TransferViews& views, TransferRecord record);
  void on(const GetTrialBalance& message);
  void on(const GetLedgerSums& message);
  void on(const GetLedgerBalance& message);
  void on(const ListAccounts& message) { answer_later(message); }
  void on(const ListPayments& message) { answer_later(message); }
  using LongRead = std::variant<GetTransfer, ListAccounts, ListPayments>;
  void answer_later(LongRead read);
  void answer_long_reads();
  void answer_long(const GetTransfer& message);
  void answer_long(const ListAccounts& message);
  void answer_long(const ListPayments& message);
  void arm(const TransferId& id, std::uint32_t resends);
  [[nodiscard]] Timestamp due_by_deadline(const TransferRow& row, Timestamp due) const;
  void put_off_tries(std::int64_t jump);
  void handle_due();
  void on_due(std::type_identity<TransferEntity> kind, const TransferId& id);
  template <HasDue Kind>
  Timestamp on_due(std::type_identity<Kind> kind, typename Kind::Row& row);
  void count_end(const Event& event);
  std::vector<Message>& outgoing_to(PartitionId to);

  PartitionState state_;
  PartitionOptions options_;
  EntityActors<> actors_;
  EntryBuilder builder_;
  std::uint64_t term_ = 1;  // one node: the only term there is

  Timestamp time_;  // of the running turn
  std::optional<Timestamp> client_clock_;
  bool time_is_confirmed_ = true;
  bool clock_is_noted_ = false;  // in the running turn's entry
  LogIndex entry_index_ = 0;
  std::vector<const Message*> handling_;  // all messages that handle_all() has been given
  std::vector<Message> local_;            // messages between actors of this partition, of this turn
  std::vector<Message> local_running_;    // those that are being handled
  Effects effects_;
  std::size_t tells_ = 0;  // messages in effects_.outgoing
  std::deque<LongRead> long_reads_;
  bool answers_at_once_ = false;  // within answer()
  TurnCost cost_;
  PartitionCounters counters_before_;  // the turn
  std::size_t outgoing_hint_ = 4;
  std::vector<std::uint32_t> outgoing_slot_;  // by partition: place in effects_.outgoing + 1

  DueTimers<TransferEntity> timers_;  // of every kind that has some
  Fences fences_;
};

}  // namespace florin
