// PartitionState: everything one partition knows, rebuilt from its log by apply() alone: accounts, legs,
// open transfers, records of ended ones, sums of its books. The same code runs on the leader, on replay
// and on followers.
//
// Entities are activated from the StateStore when first needed and passivated when idle and checkpointed.
// Crash: nothing here survives; the store gives the state at some applied index and the log the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actors/account/account_view.hpp"
#include "actors/entity/believed_store.hpp"
#include "actors/entity/due_entities.hpp"
#include "actors/entity/event_sides.hpp"
#include "actors/entity/memory_hints.hpp"
#include "actors/entity/new_keys.hpp"
#include "actors/messages/messages.hpp"
#include "actors/partition/entity_kinds.hpp"
#include "actors/partition/kept_legs.hpp"
#include "actors/partition/sent_legs.hpp"
#include "actors/transfer/transaction_index.hpp"
#include "actors/transfer/transfer_records.hpp"
#include "cluster/partition_map.hpp"
#include "domain/account/account_state.hpp"
#include "domain/events.hpp"
#include "domain/ledger/ledger_sums.hpp"
#include "domain/ledger/wallet_comparison.hpp"
#include "domain/money/currency_sums.hpp"
#include "domain/transfer/fence.hpp"
#include "domain/transfer/leg.hpp"
#include "domain/transfer/transfer_state.hpp"
#include "persistence/codec/chain_hash.hpp"
#include "persistence/state_store.hpp"

namespace florin {

// What is known under one transaction id, of any owner: some of it, when `more` is true.
struct TransfersFound {
  std::vector<TransferId> open;
  std::vector<TransferRecord> ended;
  bool more = false;
};

struct Checkpoint {
  LogIndex index = 0;  // the state after this entry
  std::vector<StateWrite> writes;
  std::vector<std::shared_ptr<const RowBatch>> rows;  // the bytes of `writes`

  // Makes `writes` out of `rows`: a store has taken them and not written them.
  void list_writes() {
    writes.clear();
    for (const auto& batch : rows) batch->append_to(writes);
  }
};

struct PartitionCounters {
  std::uint64_t account_hits = 0;
  std::uint64_t account_activations = 0;
  std::uint64_t account_passivations = 0;
  // Rows that messages made this partition look at: candidates under a transaction id, records decoded. A few for each
  // message, whatever it is and whatever came before it.
  std::uint64_t rows_looked_at = 0;
  // Rows of pages and of searches over all owners: bounded for each turn (Partition::answer_long_reads).
  std::uint64_t rows_read = 0;
};

class PartitionState {
 public:
  PartitionState(PartitionId id, const PartitionMap& map, StateStore& store,
                 std::size_t resident_accounts_max, const DedupOptions& dedup = {});

  // Reads what must be in memory: sums, fences, open transfers, legs, filters. An empty store is a new
  // partition. Fails when the store is of another partition or partition count, or damaged.
  Status<Error> load();

  // What the store said could not be believed, and nothing that this state says since then may be heard: not a reply,
  // not an entry. The partition is made again, with an empty store, from the log.
  [[nodiscard]] bool is_damaged() const { return store_.has_failed() || store_->is_damaged(); }
  // An entry does not fit this state. If that began with what was in the store, a row of it may be what is wrong.
  void distrust_what_was_loaded(const Error& why) {
    if (loaded_index_ != 0) store_->distrust(why);
  }

  // When all stored rows were last looked at and summed up, and agreed with the running sums; none: not yet.
  void note_scrubbed(Timestamp at) { scrubbed_at_ = at; }
  [[nodiscard]] Timestamp scrubbed_at() const { return scrubbed_at_; }

  // What this event says that cannot be true of the state as it is, with event and field named; nothing when
  // apply() will not assert. Asked before every event that was not decided here: replay, followers, audits.
  std::optional<std::string> contradiction(const Event& event, Position at);
  // Applies one event of the entry at.index, whose time is `time`. Events of an entry come in order.
  void apply(const Event& event, Position at, Timestamp time);
  // Ends an entry: its bytes' hash becomes the previous hash of the next one.
  void end_entry(LogIndex index, Timestamp time, const Hash& hash);

  [[nodiscard]] PartitionId id() const { return id_; }
  [[nodiscard]] const PartitionMap& map() const { return map_; }
  [[nodiscard]] LogIndex last_index() const { return last_index_; }
  // Of the last event that is in this state: of an earlier entry than last_index() where entries without events
  // follow it (a new leader's first one). None: there was no event yet.
  [[nodiscard]] Position last_position() const { return {last_event_index_, last_ordinal_, id_}; }
  // A store of format version 1 does not say which entry had that event, and none was replayed since: whoever has
  // the log looks it up (find_last_event).
  [[nodiscard]] bool wants_last_event() const { return wants_last_event_; }
  void found_last_event(LogIndex index) {
    last_event_index_ = index;
    wants_last_event_ = false;
  }
  [[nodiscard]] Timestamp last_time() const { return last_time_; }
  [[nodiscard]] const Hash& last_hash() const { return last_hash_; }

  // --- lookups; pointers are valid until the end of the turn ---------------------------------------
  // Activates; null = does not exist. System accounts exist for every currency (domain/account/system_account.hpp).
  AccountState* account(const AccountId& id);
  // The same, and no use of it: an event comes right behind, and counts as one.
  const AccountState* account_before_event(const AccountId& id);
  Leg* leg(const LegKey& key);
  // Of a transfer that has some, by where it began. Null: the store has failed to say what they are.
  const TransferNotes* notes_of(const TransferId& transfer);
  // Null = no record of this name here.
  const MoneyStep* money_step(const StepName& name);
  // The same as it would be if nothing was ever posted to it.
  LedgerBalance ledger_balance(const LedgerKey& key);
  // What money steps have done and the ledger still owes.
  [[nodiscard]] const OwedToLedger& owed_to_ledger() const { return owed_to_ledger_; }
  // What the ledger here adds up to, and its wallets.
  [[nodiscard]] const LedgerSums& ledger_sums() const { return ledger_sums_; }
  TransferRow* transfer(const TransferId& id);
  // One of this partition's own that is not open any more: it was, or can have been.
  [[nodiscard]] bool can_have_ended(const TransferId& id) const {
    return id.index < last_index_ || (id.index == last_index_ && id.ordinal <= last_ordinal_);
  }
  // Under these a transfer is open, or has ended, or neither: then it was never seen.
  TransferRow* open_transfer(const Uuid& transaction_id, const AccountId& owner);
  std::optional<TransferRecord> ended_record(const Uuid& transaction_id, const AccountId& owner);
  // Of all owners, or of those whose payer is `payer`: at most `found_max` of each kind, after a look at no more than
  // `rows_max` rows. One id may have any number of owners: it is the clients' to choose.
  TransfersFound find_transfers(const Uuid& transaction_id, const AccountId& payer,
                                std::size_t found_max, std::size_t rows_max);
  std::vector<TransferRecord> ended_records(
      const Uuid& transaction_id);  // all, for audits and tests
  std::vector<TransferId> open_transfers();
  // Hints for a message that will be handled soon (entity/memory_hints.hpp), in the order of the stages. Changes nothing.
  template <Ahead stage>
  void prefetch(const Message& message) const;
  // The same for an event that will be applied soon.
  template <Ahead stage>
  void prefetch(const Event& event) const;
  // What belongs to the partition and to no entity.
  [[nodiscard]] const KeptLegs& kept_legs() const { return kept_legs_; }
  [[nodiscard]] const SentLegsOfAll& sent_legs() const { return sent_legs_; }
  [[nodiscard]] LogIndex fence_of(PartitionId coordinator) const {
    return kept_legs_.fence_of(coordinator);
  }
  // Of a kind that can sleep: awake, or woken; null: there is none, or nobody can say.
  template <class Kind>
  typename Kind::Row* awake(const typename Kind::Key& key) {
    const auto row = store_.believed(tables_.of<Kind>().activate(*store_, key));
    if (!row) return nullptr;
    if constexpr (KeepsNames<Kind>)
      if (*row == nullptr) hold_to_name(Kind::name, Table::payment_names, Kind::name_key(key));
    return *row;
  }
  // Everything that began here at or before this index and has a leg at `participant` has ended, of whatever kind.
  [[nodiscard]] LogIndex finished_up_to(PartitionId participant) const;
  [[nodiscard]] const std::vector<CurrencySums>& sums() const { return sums_.all(); }
  // At most page_rows_max, in order of their ids. Costs what it returns.
  std::vector<AccountView> list_accounts(std::string_view after, std::size_t limit);
  // Payment orders behind `after` in the order of their ids, of those that anybody may see and `filter` lets through: at most
  // page_rows_max, after a look at no more than `rows_max` rows of whatever is there. None is woken by it.
  PaymentPage list_payments(const OrderFilter& filter, const PaymentId& after, std::size_t limit,
                            std::size_t rows_max);

  // Whoever waits for a time, awake or asleep.
  DueEntities<EntityTables>& due_entities() { return due_entities_; }
  [[nodiscard]] const DueEntities<EntityTables>& due_entities() const { return due_entities_; }

  // --- checkpoints and passivation ----------------------------------------------------------------
  [[nodiscard]] bool has_changes() const { return last_index_ > collected_index_; }
  // The store has all of it.
  [[nodiscard]] bool is_stored() const { return written_index_ == last_index_; }
  [[nodiscard]] std::size_t dirty_rows() const {
    std::size_t rows = accounts_.changed() + records_.uncollected() + notes_.changed();
    EntityTables::for_each_kind([&]<class Kind>(std::type_identity<Kind>) {
      if constexpr (HasDue<Kind>) rows += tables_.of<Kind>().changed();
    });
    return rows;
  }
  // About, of the accounts and notes among them: what a client may fill them with has a size of its own.
  [[nodiscard]] std::size_t dirty_bytes() const { return dirty_bytes_; }
  // Encodes all that changed since the last one. To be written only once entry `index` is durable.
  Checkpoint collect_checkpoint();
  // The checkpoint up to `index` is durable in the store.
  void checkpoint_written(LogIndex index);
  // Passivates idle accounts, and entities of other kinds that can sleep, while more than the bound are resident. Between turns
  // only.
  void passivate();

  [[nodiscard]] std::size_t resident_accounts() const { return accounts_.size(); }
  // Of each kind, in the order of EntityTables::names.
  [[nodiscard]] auto resident() const { return tables_.sizes(); }
  [[nodiscard]] std::size_t open_transfer_count() const { return transfers_.size(); }
  // Of the open transfers: what they will still write, and keep in memory until then, goes by this.
  [[nodiscard]] std::size_t open_posting_count() const { return open_postings_; }
  [[nodiscard]] std::size_t leg_count() const { return legs_.size(); }
  [[nodiscard]] PartitionCounters counters() const {
    PartitionCounters now = counters_;
    now.rows_looked_at += records_.looked_at();
    return now;
  }
  // All resident rows, for audits and tests.
  template <class Kind, class Visit>
  void for_each_row(Visit&& visit) {
    tables_.of<Kind>().for_each([&](typename Kind::Row& row) { visit(std::as_const(row)); });
  }
  template <class Visit>
  void for_each_account(Visit&& visit) {
    accounts_.for_each([&](AccountRow& row) { visit(std::as_const(row.state)); });
  }
  template <class Visit>
  void for_each_leg(Visit&& visit) {
    legs_.for_each([&](LegRow& row) { visit(std::as_const(row.leg)); });
  }
  template <class Visit>
  void for_each_transfer(Visit&& visit) {
    transfers_.for_each([&](TransferRow& row) { visit(std::as_const(row.state)); });
  }
  [[nodiscard]] std::uint64_t accounts_count() const { return accounts_count_; }

 private:
  Status<Error> load_rows();
  Status<Error> count_names();
  Status<Error> load_meta();
  Status<Error> load_transfers();
  [[nodiscard]] bool can_be_open(const TransferState& transfer) const;
  Status<Error> load_legs();
  Status<Error> load_money_steps();
  Status<Error> load_ledger();
  Status<Error> load_asked_steps();

  AccountRow* activate(const AccountId& id);
  // There is a row of it although none is found; or nobody can say.
  bool is_missing(const AccountId& id);
  // No row of it is found: if there is its name, it is lost.
  void hold_to_name(std::string_view kind, Table names, std::string_view name);
  // partition_lists.cpp: what is listed in the order of its keys.
  struct ListedRows {
    Table rows;
    Table names;                // of `rows`, each behind `name_prefix`
    std::string name_prefix;    // none: `names` has no others
    std::string_view what;      // one of them, for people
    const NewKeys& not_stored;  // may not be in `rows` yet
  };
  // `visit(key, value)` for each one behind `after`, in order and once, until it returns false. No value: it is not in the store yet.
  // True: it went to the end. A row that has its name and is not met makes the store damaged; `is_without(key)`: a name that may be
  // without a row.
  template <class Visit, class IsWithout>
  bool visit_listed(const ListedRows& listed, std::string_view after, Visit&& visit,
                    IsWithout&& is_without);
  // `stored`: the rows behind `after` that a list has met, up to the end or not.
  template <class IsWithout>
  void look_for_missing(const ListedRows& listed, std::string_view after,
                        std::span<const std::string> stored, bool to_the_end,
                        IsWithout&& is_without);
  // What the open transfers say of themselves; each question is a row that was looked at.
  struct OpenRows {
    KindTable<TransferEntity>& transfers;
    std::uint64_t& looked_at;
    Uuid transaction_id(std::uint32_t slot) {
      ++looked_at;
      return transfers.at(slot).state.transaction_id;
    }
    std::string_view owner(std::uint32_t slot) { return transfers.at(slot).state.owner.view(); }
  };
  OpenRows open_rows() { return {transfers_, counters_.rows_looked_at}; }
  void index_transfer(const TransferRow& row);
  void erase_transfer(TransferRow& row);
  void forget_own_legs(const TransferState& transfer);
  // `visit(participant)` for each leg that is not beside its coordinator.
  template <class Visit>
  void for_each_sent_leg(const TransferState& transfer, Visit&& visit) {
    for (const LegPhase& leg : transfer.legs)
      if (leg.spec.partition != id_) visit(leg.spec.partition);
  }

  // partition_check.cpp: what speaks against an event; null = nothing.
  // No: of no partition or number that there is, or beside its coordinator and not one of its transfer's legs here.
  [[nodiscard]] bool can_have_leg(const LegKey& key);
  const char* against_move(const AccountId& id, Currency currency, Minor amount,
                           const struct AccountMove& move);
  const char* against_new_leg(const LegKey& key, const LegContent& content);
  const char* against_known_leg(const LegKey& key, LegState state, const LegContent* content);
  const char* against_answer(const LegKey& key);
  const char* against_end(const TransferId& id, TransferStatus how);
  const char* against(const AccountOpened& event);
  const char* against(const AccountFrozen& event);
  const char* against(const AccountUnfrozen& event);
  const char* against(const AccountClosed& event);
  const char* against(const AccountMetadataChanged& event);
  const char* against(const TransferPosted& event);
  const char* against(const TransferRefused& event);
  const char* against(const SidedRefusal& event);
  const char* against(const TransferNoted& event, Position at);
  const char* against(const TransferStarted& event);
  const char* against(const ClientDeadlineGiven& event);
  const char* against(const LeaderClockRead&) { return nullptr; }
  const char* against(const TryAnswered& event);
  const char* against(const TransferDecided& event);
  const char* against(const CancelDecided& event);
  const char* against(const SecondPhaseAnswered& event);
  const char* against(const TransferCompleted& event);
  const char* against(const TransferCancelled& event);
  const char* against(const LegTried& event);
  const char* against(const LegRefused& event);
  const char* against(const LegConfirmed& event);
  const char* against(const LegCancelled& event);
  const char* against(const LegCancelledEarly& event);
  const char* against(const StepApplied& event);
  const char* against(const StepCompensated& event);
  const char* against(const LegNoted& event, Position at);
  const char* against(const FenceAdvanced& event);
  const char* against(const MoneyStepDone& event);
  const char* against(const MoneyStepRefused& event);
  const char* against(const LedgerEntryPosted& event);
  // Of no partition that there is: it has no fence.
  [[nodiscard]] bool is_asked_by_nobody(const StepContent& step) const {
    return step.asked.partition >= kept_legs_.partitions();
  }
  const char* against(const MembershipEvent auto&) { return nullptr; }
  const char* against(const OwnEvent auto& event);
  template <AccountCommandEvent E>
  const char* against(const Commanded<E>& event) {
    return against(event.event);
  }

  // partition_apply.cpp: what each kind has for the sides of an event.
  class AccountRows;
  class LegRows;
  class TransferRows;
  class NotesRows;
  class MoneyStepRows;
  class LedgerRows;
  struct NoRows {};  // of a kind without events
  template <class Kind>
  class DueRows;
  AccountRows rows_of(std::type_identity<AccountEntity>, const EventStamp& stamp);
  LegRows rows_of(std::type_identity<LegEntity>, const EventStamp& stamp);
  TransferRows rows_of(std::type_identity<TransferEntity>, const EventStamp& stamp);
  NotesRows rows_of(std::type_identity<NotesEntity>, const EventStamp& stamp);
  MoneyStepRows rows_of(std::type_identity<MoneyStepEntity>, const EventStamp& stamp);
  LedgerRows rows_of(std::type_identity<LedgerEntity>, const EventStamp& stamp);
  NoRows rows_of(std::type_identity<AskedStepEntity>, const EventStamp&) { return {}; }
  template <HasDue Kind>
  DueRows<Kind> rows_of(std::type_identity<Kind>, const EventStamp& stamp);
  // `State`: clang 14 looks into no class before its end.
  template <class Kind, class State = PartitionState>
  using RowsOf = decltype(std::declval<State&>().rows_of(std::type_identity<Kind>{},
                                                         std::declval<const EventStamp&>()));
  template <class E>
  void give_to_sides(const E& event, const EventStamp& stamp);
  // partition_hints.cpp: what each kind has for hints.
  template <class Kind, Ahead stage>
  class RowsAhead;
  template <class Kind, Ahead stage, class What>
  static constexpr bool has_hint();
  template <Ahead stage, class What>
  static constexpr bool is_hinted();
  template <Ahead stage, class What>
  void take_hints(const What& what) const;
  template <Ahead stage, class... Whats>
  void prefetch_for(const OneOf<std::variant<Whats...>>& what) const;
  // What of it is the partition's, and no entity's.
  void note(const TransferPosted& event, const EventStamp& stamp);
  void note(const TransferRefused& event, const EventStamp& stamp);
  void note(const SidedRefusal& event, const EventStamp& stamp);
  void note(const TransferNoted& event, const EventStamp& stamp);
  void note(const LegConfirmed& event, const EventStamp& stamp);
  void note(const StepApplied& event, const EventStamp& stamp);
  void note(const StepCompensated& event, const EventStamp& stamp);
  void note(const FenceAdvanced& event, const EventStamp& stamp);
  void note(const MoneyStepDone& event, const EventStamp& stamp);
  void note(const LedgerEntryPosted& event, const EventStamp& stamp);
  void note(const LeaderClockRead&, const EventStamp&) {}  // for those who read the log
  void note(const MembershipEvent auto&, const EventStamp&) {}
  void note_clearing(const LegContent& leg);
  // An entity here asks for a money step, from this event on until its end is logged.
  void step_is_asked(const AskedStep& step);
  void no_step_is_asked(const AskedStep& step);

  PartitionId id_;
  const PartitionMap& map_;
  BelievedStore store_;
  Timestamp scrubbed_at_;
  std::size_t resident_accounts_max_;
  DedupOptions dedup_;

  LogIndex last_index_ = 0;
  LogIndex last_event_index_ = 0;  // the newest entry with events; 0 = there is none
  Ordinal last_ordinal_ = 0;       // of the last one of them
  bool wants_last_event_ = false;
  Timestamp last_time_;
  Hash last_hash_{};
  PartitionSums sums_;
  std::uint64_t accounts_count_ = 0;

  EntityTables tables_{dedup_.index};
  KindTable<AccountEntity>& accounts_ = tables_.of<AccountEntity>();
  KindTable<LegEntity>& legs_ = tables_.of<LegEntity>();
  KindTable<TransferEntity>& transfers_ = tables_.of<TransferEntity>();
  KindTable<NotesEntity>& notes_ = tables_.of<NotesEntity>();
  KindTable<MoneyStepEntity>& money_steps_ = tables_.of<MoneyStepEntity>();
  KindTable<LedgerEntity>& ledger_ = tables_.of<LedgerEntity>();
  KindTable<AskedStepEntity>& asked_steps_ = tables_.of<AskedStepEntity>();
  OwedToLedger owed_to_ledger_;  // of money_steps_
  LedgerSums ledger_sums_;       // of ledger_, accounts_ and money_steps_
  DueEntities<EntityTables> due_entities_{tables_, store_};
  TransactionIndex transfers_by_transaction_id_{dedup_.index};  // slots of transfers_
  std::size_t open_postings_ = 0;                               // of transfers_
  TransferRecords records_{store_, dedup_};                     // of what has ended
  KeptLegs kept_legs_;                                          // of what began elsewhere
  SentLegs<TransferEntity, AskedStepEntity> sent_legs_;         // of every kind that sends legs
  LogIndex loaded_index_ = 0;                                   // of the store at the start
  NewKeys new_accounts_;
  NewKeys new_orders_;

  // Since the last collected checkpoint.
  std::size_t dirty_bytes_ = 0;
  // so far what is to be removed
  std::shared_ptr<RowBatch> next_rows_ = std::make_shared<RowBatch>();
  std::shared_ptr<RowBatch> spare_rows_;  // of the last checkpoint; its memory serves again
  LogIndex collected_index_ = 0;
  LogIndex written_index_ = 0;
  PartitionCounters counters_;
};

}  // namespace florin
