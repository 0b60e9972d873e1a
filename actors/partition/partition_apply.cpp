// Applies events to the tables of a partition: gives each to every kind's side of it (entity/event_sides.hpp), and to what belongs
// to the partition. Never decides: what an event says has happened. The same on the leader, on replay and on
// followers, so nothing here may depend on time, chance or memory pressure.
#include <algorithm>

#include "actors/entity/event_sides.hpp"
#include "actors/partition/neighbours.hpp"
#include "actors/partition/partition_state.hpp"
#include "base/overloaded.hpp"
#include "domain/transfer/transfer_evolve.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {
namespace {

// About what its row will have.
std::size_t stored_bytes(const Metadata& metadata) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : metadata) bytes += key.size() + value.size() + 8;
  return bytes;
}
std::size_t stored_bytes(const AccountState& account) {
  constexpr std::size_t without_metadata = 160;
  return without_metadata + (account.metadata ? stored_bytes(*account.metadata) : 0);
}
std::size_t stored_bytes(const LegNotes& notes) {
  return notes.reference.size() + notes.description.size();
}
std::size_t stored_bytes(const TransferNotes& notes) {
  constexpr std::size_t with_key = 32;
  return with_key + notes.reference.size() + notes.description.size() + notes.by.size() +
         stored_bytes(notes.metadata);
}

}  // namespace

// --- who has a side of it -----------------------------------------------------------------------------------

class PartitionState::AccountRows {
 public:
  AccountRows(PartitionState& here, const EventStamp& stamp) : here_(here), stamp_(stamp) {}

  void open(AccountState account) {
    AccountRow row;
    row.state = std::move(account);
    const AccountRow& opened = here_.accounts_.insert(std::move(row));
    ++here_.accounts_count_;
    here_.new_accounts_.add(opened.state.id.view(), stamp_.at.index);
    change(opened.state.id, [](AccountState&) {});
  }
  // By `how(AccountState&)`; not when the store has failed to say what it was.
  template <class How>
  void change(const AccountId& id, How&& how) {
    AccountRow* row = here_.activate(id);
    if (row == nullptr && here_.store_.has_failed()) return;  // nobody hears of this state any more
    FLORIN_ASSERT(row != nullptr, "an event's account exists");
    if (here_.accounts_.touch(*row)) here_.dirty_bytes_ += stored_bytes(row->state);
    row->modified = stamp_.at.index;
    const Minor payments_net = row->state.payments_net;
    how(row->state);
    if (row->state.payments_net != payments_net && !id.is_system())
      here_.ledger_sums_.put_wallet(row->state.currency,
                                    WideMinor{row->state.payments_net} - payments_net);
  }
  // The same, where its row may become larger by it.
  template <class How>
  void resize(const AccountId& id, How&& how) {
    change(id, [&](AccountState& account) {
      const std::size_t before = stored_bytes(account);
      how(account);
      const std::size_t after = stored_bytes(account);
      if (after > before) here_.dirty_bytes_ += after - before;
    });
  }
  template <class Question>
  auto ask(const typename Question::Asked& whom, const Question& question) const {
    return Neighbours(here_).ask(whom, question);
  }

 private:
  PartitionState& here_;
  const EventStamp& stamp_;
};

class PartitionState::LegRows {
 public:
  LegRows(PartitionState& here, const EventStamp&) : here_(here) {}

  Leg& begin(const LegKey& key, LegState state, const LegContent& content) {
    if (key.transfer.partition != here_.id_) here_.kept_legs_.keep(key);
    LegRow& inserted = here_.legs_.insert(key, [&](LegRow& row) {
      row.leg.key = key;
      row.leg.state = state;
      row.leg.rejection.reset();
      row.leg.content = content;
      row.leg.debit_day = 0;
      row.leg.notes.reset();
      row.dirty_at = not_dirty;
      row.stored = false;
    });
    here_.legs_.touch(inserted);
    return inserted.leg;
  }
  Leg& known(const LegKey& key) {
    LegRow* row = here_.legs_.find(key);
    FLORIN_ASSERT(row != nullptr, "an event's leg exists");
    here_.legs_.touch(*row);
    return row->leg;
  }
  // The row becomes larger by them: a checkpoint that is due by bytes is not put off.
  void note(const LegKey& key, const LegNotes& notes) {
    known(key).notes = notes;
    here_.dirty_bytes_ += stored_bytes(notes);
  }

 private:
  PartitionState& here_;
};

class PartitionState::TransferRows {
 public:
  TransferRows(PartitionState& here, const EventStamp&) : here_(here) {}

  void begin(const TransferStarted& event, const EventStamp& stamp) {
    TransferRow& begun = here_.transfers_.insert(stamp.at, [&](TransferRow& row) {
      row.put_away();
      evolve_started(row.state, event, stamp.at, stamp.time);
    });
    here_.index_transfer(begun);
    here_.transfers_.touch(begun);
    here_.for_each_sent_leg(begun.state, [&](PartitionId participant) {
      here_.sent_legs_.began<TransferEntity>(participant, stamp.at.index);
    });
  }
  TransferState& open(const TransferId& id) {
    TransferRow* row = here_.transfers_.find(id);
    FLORIN_ASSERT(row != nullptr, "an event's transfer is open");
    here_.transfers_.touch(*row);
    return row->state;
  }
  // Null: it was over when it had begun.
  TransferState* begun(const TransferId& id) {
    TransferRow* row = here_.transfers_.find(id);
    if (row == nullptr) return nullptr;
    here_.transfers_.touch(*row);
    return &row->state;
  }
  // The one that this leg is beside, by TC/C; null: there is none.
  TransferState* beside(const TransferId& id) {
    if (id.partition != here_.id_) return nullptr;
    TransferRow* row = here_.transfers_.find(id);
    if (row == nullptr || row->state.protocol == Protocol::saga) return nullptr;
    here_.transfers_.touch(*row);
    return &row->state;
  }
  // What remains is the record.
  void end(const TransferId& id, TransferStatus status, std::optional<Rejection> code,
           Position at) {
    TransferRow* row = here_.transfers_.find(id);
    FLORIN_ASSERT(row != nullptr, "an ended transfer was open");
    here_.records_.add(record_of(row->state, status, code, at));
    here_.forget_own_legs(row->state);
    here_.for_each_sent_leg(row->state, [&](PartitionId participant) {
      here_.sent_legs_.ended<TransferEntity>(participant, id.index);
    });
    here_.erase_transfer(*row);
  }

 private:
  PartitionState& here_;
};

class PartitionState::NotesRows {
 public:
  NotesRows(PartitionState& here, const EventStamp& stamp) : here_(here), stamp_(stamp) {}

  void add(NotedTransfer noted) {
    here_.dirty_bytes_ += stored_bytes(noted.notes);
    NotesRow row;
    row.state = std::move(noted);
    row.modified = stamp_.at.index;
    here_.notes_.touch(here_.notes_.insert(std::move(row)));
  }

 private:
  PartitionState& here_;
  const EventStamp& stamp_;
};

class PartitionState::MoneyStepRows {
 public:
  MoneyStepRows(PartitionState& here, const EventStamp&) : here_(here) {}

  void begin(MoneyStep step) {
    here_.kept_legs_.keep(step.content);
    MoneyStepRow row;
    row.step = std::move(step);
    here_.money_steps_.touch(here_.money_steps_.insert(std::move(row)));
  }
  MoneyStep& known(const StepName& name) {
    MoneyStepRow* row = here_.money_steps_.find(name);
    FLORIN_ASSERT(row != nullptr, "an event's step exists");
    here_.money_steps_.touch(*row);
    return row->step;
  }

 private:
  PartitionState& here_;
};

class PartitionState::LedgerRows {
 public:
  LedgerRows(PartitionState& here, const EventStamp& stamp) : here_(here), stamp_(stamp) {}

  // By `how(LedgerBalance&)`; a balance that is not there was 0.
  template <class How>
  void change(const LedgerKey& key, How&& how) {
    LedgerRow* row = here_.awake<LedgerEntity>(key);
    if (row == nullptr && here_.store_.has_failed()) return;  // nobody hears of this state any more
    if (row == nullptr) {
      LedgerRow made;
      made.state = empty_balance(key);
      row = &here_.ledger_.insert(std::move(made));
    }
    here_.ledger_.touch(*row);
    row->modified = stamp_.at.index;
    how(row->state);
  }

 private:
  PartitionState& here_;
  const EventStamp& stamp_;
};

// What an entity asks wallets and the ledger for: a few at most.
using AskedSteps = std::vector<AskedStep>;
template <class Kind>
concept AsksForSteps = requires(const typename Kind::Row& row, const PartitionMap& map,
                                void (*visit)(const AskedStep&)) {
  Kind::for_each_asked_step(row.state, map, PartitionId{}, visit);
};

// Of a kind that can sleep and waits for a time: they come, change and go by its table alone.
template <class Kind>
class PartitionState::DueRows {
 public:
  using Row = typename Kind::Row;
  using Key = typename Kind::Key;

  DueRows(PartitionState& here, const EventStamp& stamp)
      : here_(here), table_(here.tables_.of<Kind>()), stamp_(stamp) {}

  void add(Row row) { table_.add(std::move(row), stamp_.at.index); }
  // By `how(State&)`; not when the store has failed to say what it was.
  template <class How>
  void change(const Key& key, How&& how) {
    if (Row* row = known(key)) change(*row, how);
  }
  // The same of one that may be new with it: then of an empty state.
  template <class How>
  void make(const Key& key, How&& how) {
    if (Row* row = here_.awake<Kind>(key)) return change(*row, how);
    if (here_.store_.has_failed()) return;  // nobody hears of this state any more
    Row made;
    made.state.id = key;
    if constexpr (std::same_as<Kind, OrderEntity>)
      here_.new_orders_.add(key.view(), stamp_.at.index);
    change(table_.insert(std::move(made)), how);
  }
  void end(const Key& key) {
    if (Row* row = known(key)) table_.erase(*row, *here_.next_rows_, stamp_.at.index);
  }
  template <class Question>
  auto ask(const typename Question::Asked& whom, const Question& question) const {
    return Neighbours(here_).ask(whom, question);
  }

 private:
  template <class How>
  void change(Row& row, How&& how) {
    if constexpr (AsksForSteps<Kind>) {
      const AskedSteps before = asked_steps(row);
      table_.change(row, stamp_.at.index, how);
      keep(before, asked_steps(row));
    } else {
      table_.change(row, stamp_.at.index, how);
    }
  }
  AskedSteps asked_steps(const Row& row) const {
    AskedSteps steps;
    Kind::for_each_asked_step(row.state, here_.map_, here_.id_,
                              [&](const AskedStep& step) { steps.push_back(step); });
    return steps;
  }
  // What came to be asked for with this event, and what is over.
  void keep(const AskedSteps& before, const AskedSteps& after) {
    const auto is_in = [](const AskedSteps& steps, const AskedStep& step) {
      return std::ranges::find(steps, step) != steps.end();
    };
    for (const AskedStep& step : before)
      if (!is_in(after, step)) here_.no_step_is_asked(step);
    for (const AskedStep& step : after)
      if (!is_in(before, step)) here_.step_is_asked(step);
  }
  Row* known(const Key& key) {
    Row* row = here_.awake<Kind>(key);
    FLORIN_ASSERT(row != nullptr || here_.store_.has_failed(), "an event's entity exists");
    return row;
  }

  PartitionState& here_;
  KindTable<Kind>& table_;
  const EventStamp& stamp_;
};

PartitionState::AccountRows PartitionState::rows_of(std::type_identity<AccountEntity>,
                                                    const EventStamp& stamp) {
  return {*this, stamp};
}
PartitionState::LegRows PartitionState::rows_of(std::type_identity<LegEntity>,
                                                const EventStamp& stamp) {
  return {*this, stamp};
}
PartitionState::TransferRows PartitionState::rows_of(std::type_identity<TransferEntity>,
                                                     const EventStamp& stamp) {
  return {*this, stamp};
}

PartitionState::NotesRows PartitionState::rows_of(std::type_identity<NotesEntity>,
                                                  const EventStamp& stamp) {
  return {*this, stamp};
}

PartitionState::MoneyStepRows PartitionState::rows_of(std::type_identity<MoneyStepEntity>,
                                                      const EventStamp& stamp) {
  return {*this, stamp};
}
PartitionState::LedgerRows PartitionState::rows_of(std::type_identity<LedgerEntity>,
                                                   const EventStamp& stamp) {
  return {*this, stamp};
}

template <HasDue Kind>
PartitionState::DueRows<Kind> PartitionState::rows_of(std::type_identity<Kind>,
                                                      const EventStamp& stamp) {
  return {*this, stamp};
}

// An event that is nobody's does not compile.
template <class E>
void PartitionState::give_to_sides(const E& event, const EventStamp& stamp) {
  constexpr bool is_the_partitions = requires { note(event, stamp); };
  constexpr int sides = EntityTables::count_kinds(
      []<class Kind>(std::type_identity<Kind>) { return HasSide<Kind, RowsOf<Kind>, E>; });
  static_assert(sides != 0 || is_the_partitions, "an event changes something, or says that not");
  static_assert(!OwnEvent<E> || (sides == 1 && !is_the_partitions),
                "an event that is one kind's alone has that one side");
  EntityTables::for_each_kind([&]<class Kind>(std::type_identity<Kind> kind) {
    if constexpr (HasSide<Kind, RowsOf<Kind>, E>) {
      RowsOf<Kind> rows = rows_of(kind, stamp);
      Kind::Sides::evolve(rows, event, stamp);
    }
  });
  if constexpr (is_the_partitions) note(event, stamp);
}

void PartitionState::apply(const Event& event, Position at, Timestamp time) {
  const EventStamp stamp{at, time};
  // Whose command it was is for the log, not for the state.
  visit(Overloaded{
            [&]<AccountCommandEvent E>(const Commanded<E>& e) { give_to_sides(e.event, stamp); },
            [&](const auto& e) { give_to_sides(e, stamp); }},
        event);
  last_index_ = at.index;
  found_last_event(at.index);
  last_ordinal_ = at.ordinal;
  last_time_ = time;
}

// --- what of it is the partition's ----------------------------------------------------------------------------

void PartitionState::note(const TransferPosted& event, const EventStamp& stamp) {
  sums_.posted_inside(event.currency);
  records_.add(record_of(event, stamp.at));
}

void PartitionState::note(const TransferRefused& event, const EventStamp& stamp) {
  records_.add(record_of(event, stamp.at));
}

void PartitionState::note(const SidedRefusal& event, const EventStamp& stamp) {
  records_.add(record_of(event, stamp.at));
}

// Behind the sides. One that is open says so itself.
void PartitionState::note(const TransferNoted& event, const EventStamp&) {
  if (transfers_.find(event.transfer) == nullptr) records_.newest_has_notes();
}

void PartitionState::note(const LegConfirmed& event, const EventStamp&) {
  note_clearing(event.content);
}

void PartitionState::note(const StepApplied& event, const EventStamp&) {
  note_clearing(event.content);
}

void PartitionState::note(const StepCompensated& event, const EventStamp&) {
  sums_.posted_to_clearing(event.content.currency, -event.content.amount);
}

void PartitionState::note_clearing(const LegContent& leg) {
  const bool debit = leg.role == LegRole::debit;
  sums_.posted_to_clearing(leg.currency, debit ? leg.amount : -leg.amount);
}

void PartitionState::note(const FenceAdvanced& event, const EventStamp&) {
  kept_legs_.advance({event.coordinator, event.index}, *next_rows_);
}

// Behind the sides: the record is there.
void PartitionState::note(const MoneyStepDone& event, const EventStamp&) {
  sums_.posted_inside(event.step.currency);
  const MoneyStep& step = *money_step(event.step.name);
  owed_to_ledger_.done(step);
  ledger_sums_.put_owed(step);
}

void PartitionState::note(const LedgerEntryPosted& event, const EventStamp&) {
  const MoneyStep& step = *money_step(event.step->name);
  owed_to_ledger_.entered(step);
  ledger_sums_.entered(step, event);
}

void PartitionState::end_entry(LogIndex index, Timestamp time, const Hash& hash) {
  last_index_ = index;
  last_time_ = time;
  last_hash_ = hash;
}

void PartitionState::step_is_asked(const AskedStep& step) {
  AskedStepRow row;
  row.step = step;
  asked_steps_.touch(asked_steps_.insert(std::move(row)));
  sent_legs_.began<AskedStepEntity>(step.at, step.asked.index);
}

void PartitionState::no_step_is_asked(const AskedStep& step) {
  AskedStepRow* row = asked_steps_.find(step);
  FLORIN_ASSERT(row != nullptr, "a step that is over was asked for");
  sent_legs_.ended<AskedStepEntity>(step.at, step.asked.index);
  asked_steps_.erase(*row, *next_rows_);
}

// --- rows ------------------------------------------------------------------------------------------------

// Legs that live beside their coordinator need no fence: messages to them never leave the turn that told
// them, so none can still be under way when the transfer ends.
void PartitionState::forget_own_legs(const TransferState& transfer) {
  for (std::size_t i = 0; i < transfer.legs.size(); ++i) {
    if (transfer.legs[i].spec.partition != id_) continue;
    const LegKey key{transfer.id, static_cast<std::uint8_t>(i)};
    LegRow* row = legs_.find(key);
    if (row == nullptr) continue;
    FLORIN_ASSERT(row->leg.state != LegState::tried,
                  "an ended transfer left no reservation behind");
    legs_.erase(*row, *next_rows_);
  }
}

void PartitionState::index_transfer(const TransferRow& row) {
  transfers_by_transaction_id_.insert(open_rows(), transfers_.slot_of(row.state.id));
  open_postings_ += row.state.postings();
}

void PartitionState::erase_transfer(TransferRow& row) {
  transfers_by_transaction_id_.erase(open_rows(), transfers_.slot_of(row.state.id));
  open_postings_ -= row.state.postings();
  transfers_.erase(row, *next_rows_);
}

}  // namespace florin
