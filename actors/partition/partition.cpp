// The turn: messages in, one entry and its effects out. Also time-outs, resends and fences.
#include "actors/partition/partition.hpp"

#include <algorithm>
#include <concepts>
#include <type_traits>

#include "actors/entity/backoff.hpp"
#include "actors/messages/dispatch.hpp"
#include "actors/messages/message_kinds.hpp"
#include "actors/messages/message_size.hpp"
#include "actors/messages/subject.hpp"
#include "base/assert.hpp"
#include "base/prefetch.hpp"
#include "domain/account/account_evolve.hpp"
#include "domain/transfer/transfer_end.hpp"
#include "domain/transfer/transfer_steps.hpp"

namespace florin {
namespace {

template <Ahead stage>
constexpr std::integral_constant<Ahead, stage> at_stage{};

FormatLevel format_read(const PartitionOptions& options) {
  return options.levels == nullptr ? format_level_own : options.levels->reads();
}

}  // namespace

Partition::Partition(PartitionId id, const PartitionMap& map, StateStore& store,
                     PartitionOptions options)
    : state_(id, map, store, options.resident_accounts_max, options.dedup),
      options_(options),
      actors_(state_, TurnContexts(state_, *this),
              {.try_timeout_us = options.try_timeout_us,
               .open_transfers_max = options.open_transfers_max,
               .levels = options.levels},
              {.setup = options.payments, .levels = options.levels}, {.levels = options.levels}),
      fences_(
          id, state_.kept_legs(), state_.sent_legs(),
          {.interval_us = options.fence_interval_us, .resend_after_us = options.resend_after_us}) {
  outgoing_slot_.resize(map.partitions());
}

// --- a turn ------------------------------------------------------------------------------------------

void Partition::begin(Timestamp now, std::optional<Timestamp> client_clock, bool is_confirmed) {
  const Timestamp before = time_;
  time_ = std::max(now, state_.last_time());  // never goes back within the partition
  if (is_confirmed && !time_is_confirmed_) put_off_tries(time_.us - before.us);
  client_clock_ = client_clock;
  time_is_confirmed_ = is_confirmed;
  clock_is_noted_ = false;
  entry_index_ = state_.last_index() + 1;
  builder_.begin();
  tells_ = 0;
  cost_ = {};
  counters_before_ = state_.counters();
}

// transfer path 3/13: the turn takes the message and activates the actor that it is for.
void Partition::handle(const Message& message) {
  dispatch(message);
  dispatch_local();
}

// What is told meanwhile comes behind it.
void Partition::dispatch_local() {
  while (!local_.empty()) {
    local_running_.swap(local_);
    for (const Message& message : local_running_) dispatch(message);
    local_running_.clear();
  }
}

// Over the borders of the chunks, each of which comes from one sender and may be short. Every message goes
// through the stages of fetching while those before it are handled; those of the first come at once.
std::size_t Partition::handle_all(const std::vector<std::vector<Message>>& chunks) {
  handling_.clear();
  for (const auto& chunk : chunks)
    for (const Message& message : chunk) handling_.push_back(&message);
  constexpr std::ptrdiff_t message_ahead = 20;
  constexpr std::ptrdiff_t index_ahead = florin::index_ahead;
  constexpr std::ptrdiff_t entities_ahead = florin::entities_ahead;
  constexpr std::ptrdiff_t beyond_ahead = 5;
  constexpr std::ptrdiff_t beyond_entity_ahead = 2;
  const auto count = static_cast<std::ptrdiff_t>(handling_.size());
  const auto is_one = [count](std::ptrdiff_t i) { return i >= 0 && i < count; };
  const auto fetch = [&]<Ahead stage>(std::integral_constant<Ahead, stage>, std::ptrdiff_t i) {
    if (is_one(i)) state_.prefetch<stage>(*handling_[static_cast<std::size_t>(i)]);
  };
  for (std::ptrdiff_t i = -message_ahead; i < count; ++i) {
    if (is_one(i + message_ahead))
      prefetch_object(handling_[static_cast<std::size_t>(i + message_ahead)]);
    fetch(at_stage<Ahead::index>, i + index_ahead);
    fetch(at_stage<Ahead::entity>, i + entities_ahead);
    fetch(at_stage<Ahead::beyond>, i + beyond_ahead);
    fetch(at_stage<Ahead::beyond_entity>, i + beyond_entity_ahead);
    if (i < 0) continue;
    if (is_full()) return static_cast<std::size_t>(i);
    handle(*handling_[static_cast<std::size_t>(i)]);
  }
  return handling_.size();
}

// Messages for the partition itself are its own; all others are an entity actor's.
struct Partition::Handlers {
  Partition& here;

  template <class List>
  void to(std::type_identity<List> list, const auto& message, const auto& key) {
    here.actors_.to(list, message, key);
  }
  template <ClientCommand M>
  void to(std::type_identity<TransferMessages>, const M& message, const NewTransfer& key) {
    here.start(message, key);
  }
  void to(std::type_identity<PartitionMessages>, const auto& message, PartitionId) {
    here.on(message);
  }
};

void Partition::dispatch(const Message& message) {
  ++cost_.input;
  Handlers handlers{*this};
  dispatch_to(handlers, message);
}

SealedTurn Partition::seal() {
  SealedTurn turn;
  if (!answers_at_once_) answer_long_reads();
  if (!builder_.empty()) {
    EntryHeader header;
    header.partition = state_.id();
    header.term = term_;
    header.index = entry_index_;
    header.time = time_;
    header.previous_hash = state_.last_hash();
    turn.entry = builder_.finish(header);
    state_.end_entry(entry_index_, time_, chain_hash(turn.entry));
  }
  turn.index = state_.last_index();
  const PartitionCounters counters = state_.counters();
  cost_.rows_looked_at = counters.rows_looked_at - counters_before_.rows_looked_at;
  cost_.rows_read = counters.rows_read - counters_before_.rows_read;
  // The next turn is likely as large as this one: its messages need not move while they are collected.
  for (const Outgoing& out : effects_.outgoing) {
    outgoing_slot_[out.to] = 0;
    outgoing_hint_ = std::max<std::size_t>(4, (3 * outgoing_hint_ + out.messages.size()) / 4);
  }
  turn.effects = std::exchange(effects_, Effects{});
  return turn;
}

Effects Partition::answer(std::vector<Message>& reads) {
  const Timestamp turn_time = time_;
  begin(state_.last_time(), client_clock_, time_is_confirmed_);
  answers_at_once_ = true;
  auto read = reads.begin();
  for (; read != reads.end() && !is_full(); ++read) handle(*read);
  cost_.reads_at_once = static_cast<std::uint64_t>(read - reads.begin());
  reads.erase(reads.begin(), read);
  SealedTurn turn = seal();
  answers_at_once_ = false;
  time_ = turn_time;
  FLORIN_ASSERT(turn.entry.empty(), "a read changes nothing");
  FLORIN_ASSERT(turn.effects.calls.empty(), "a read, which a follower may answer, calls nobody");
  return std::move(turn.effects);
}

// --- ActorContext --------------------------------------------------------------------------------------

Position Partition::current_position() const { return state_.last_position(); }

Position Partition::emit(const Event& event) {
  ++cost_.input;
  const FormatLevel level = wire::level_of_value(event);
  FLORIN_ASSERT(level == 0 || may_write(options_.levels, level),
                "not every node reads what is logged");
  const Position at{entry_index_, builder_.add(event), state_.id()};
  count_end(event);
  state_.apply(event, at, time_);
  return at;
}

// Once in an entry: the clock is one for the whole turn.
void Partition::note_clock() {
  if (!client_clock_ || *client_clock_ == time_ || std::exchange(clock_is_noted_, true)) return;
  emit(LeaderClockRead{*client_clock_});
}

void Partition::count_end(const Event& event) {
  const auto ended = ending_of(event);
  if (!ended) return;
  const Protocol protocol =
      ended->transfer ? state_.transfer(*ended->transfer)->state.protocol : Protocol::local;
  const bool is_completed = ended->status == TransferStatus::completed;
  ++(is_completed ? effects_.ended.completed : effects_.ended.refused)[static_cast<int>(protocol)];
}

void Partition::tell(PartitionId to, Message&& message) {
  if (to == state_.id()) {
    if (leaves_a_step(message)) fences_.leg_is_sent(to, entry_index_);
    local_.push_back(std::move(message));
    return;
  }
  if (leaves_a_leg(message)) fences_.leg_is_sent(to, entry_index_);
  outgoing_to(to).push_back(std::move(message));
  ++tells_;
}

std::vector<Message>& Partition::outgoing_to(PartitionId to) {
  std::uint32_t& slot = outgoing_slot_.at(to);
  if (slot == 0) {
    if (effects_.outgoing.empty())
      effects_.outgoing.reserve(std::min<std::size_t>(outgoing_slot_.size(), 16));
    effects_.outgoing.push_back({to, {}});
    effects_.outgoing.back().messages.reserve(outgoing_hint_);
    slot = static_cast<std::uint32_t>(effects_.outgoing.size());
  }
  return effects_.outgoing[slot - 1].messages;
}

void Partition::reply(Reply&& reply) {
  if (reply.request == 0) return;
  effects_.reply_bytes += bytes_of(reply);
  effects_.replies.push_back(std::move(reply));
}

void Partition::tell_end(const ActorId& waiter, Reply&& reply) {
  auto message = answer_message(waiter, reply);
  if (!message) return alarm("an actor waits whose kind hears no answers", {});
  tell(waiter.partition, std::move(*message));
}

void Partition::call_outside(OutsideCall&& call) {
  effects_.call_bytes += sizeof call + call.bytes->size();
  effects_.calls.push_back(std::move(call));
}

void Partition::alarm(std::string_view what, LegKey leg) {
  effects_.alarms.push_back({std::string(what), leg});
}

// --- messages that are not for an account ------------------------------------------------------------

void Partition::start(const auto& message, const NewTransfer& key) {
  const auto started = actors_.to(std::type_identity<TransferMessages>{}, message, key);
  if (started) arm(*started, 0);
}

// With their notes: those of up to same_id_found_max transfers.
void Partition::add_notes(TransferViews& views, const TransferId& transfer) {
  if (const TransferNotes* notes = state_.notes_of(transfer))
    views.notes.push_back({transfer, *notes});
}
void Partition::add_open(TransferViews& views, const TransferState& transfer) {
  if (transfer.has_notes) add_notes(views, transfer.id);
  views.open.push_back(transfer);
}
void Partition::add_ended(TransferViews& views, TransferRecord record) {
  if (record.has_notes) add_notes(views, record.started);
  views.ended.push_back(std::move(record));
}

void Partition::on(const GetTransfer& message) {
  if (message.owner.empty() || message.owner.is_system()) return answer_later(message);
  auto views = std::make_unique<TransferViews>();
  if (const TransferRow* row = state_.open_transfer(message.transaction_id, message.owner))
    add_open(*views, row->state);
  if (auto record = state_.ended_record(message.transaction_id, message.owner))
    add_ended(*views, std::move(*record));
  reply({message.request, current_position(), std::move(views), subject_of(message)});
}

void Partition::on(const GetTrialBalance& message) {
  auto balance = std::make_unique<TrialBalance>();
  balance->currencies = state_.sums();
  balance->recomputed_at = state_.scrubbed_at();
  reply({message.request, current_position(), std::move(balance), subject_of(message)});
}

void Partition::on(const GetLedgerSums& message) {
  auto view = std::make_unique<LedgerSumsView>();
  view->rows = state_.ledger_sums().rows();
  view->wallets = state_.ledger_sums().wallets();
  reply({message.request, current_position(), std::move(view), subject_of(message)});
}

void Partition::on(const GetLedgerBalance& message) {
  const LedgerBalance balance = state_.ledger_balance({message.currency, message.account});
  auto view = std::make_unique<LedgerBalanceView>();
  view->balance = balance.balance;
  if (balance.last_index != 0)
    view->last_entry = {balance.last_index, balance.last_ordinal, state_.id()};
  if (message.account.kind == LedgerKind::liabilities_wallet) {
    const auto id = AccountId::parse(message.account.name);
    const AccountState* account = id ? state_.account(*id) : nullptr;
    view->is_wallet = account != nullptr && account->currency == message.currency;
    if (view->is_wallet) {
      view->payments_net = account->payments_net;
      view->owed = state_.owed_to_ledger().of(*id).net;
    }
  }
  reply({message.request, current_position(), std::move(view), subject_of(message)});
}

// --- reads of many rows -----------------------------------------------------------------------------------

// What they cost is bounded by what they may return or look at, not by what is stored: but a hundred at a time would
// still make everybody else wait.
void Partition::answer_later(LongRead read) {
  if (!answers_at_once_ && long_reads_.size() >= options_.long_reads_max) {
    const RequestId request = visit([](const auto& r) { return r.request; }, read);
    return reply({request, {}, NotAccepted{NotAccepted::Why::overloaded}});
  }
  if (answers_at_once_)
    visit([this](const auto& r) { answer_long(r); }, read);
  else
    long_reads_.push_back(std::move(read));
}

void Partition::answer_long_reads() {
  const std::uint64_t before = state_.counters().rows_read;
  const auto has_room = [&] {
    return state_.counters().rows_read - before < options_.turn_read_rows_max && !is_full();
  };
  bool is_first = true;  // however full the turn is: nobody waits for ever
  for (; !long_reads_.empty() && (is_first || has_room()); is_first = false) {
    ++cost_.input;
    visit([this](const auto& read) { answer_long(read); }, long_reads_.front());
    long_reads_.pop_front();
  }
}

std::vector<RequestId> Partition::drop_long_reads() {
  std::vector<RequestId> dropped;
  for (const LongRead& read : long_reads_)
    dropped.push_back(visit([](const auto& r) { return r.request; }, read));
  long_reads_.clear();
  return dropped;
}

void Partition::answer_long(const GetTransfer& message) {
  cost_.rows_asked += options_.same_id_rows_max;
  auto views = std::make_unique<TransferViews>();
  TransfersFound found = state_.find_transfers(
      message.transaction_id, message.owner, limits::same_id_found_max, options_.same_id_rows_max);
  for (const TransferId& id : found.open) add_open(*views, state_.transfer(id)->state);
  for (TransferRecord& record : found.ended) add_ended(*views, std::move(record));
  views->more = found.more;
  reply({message.request, current_position(), std::move(views), subject_of(message)});
}

void Partition::answer_long(const ListAccounts& message) {
  cost_.rows_asked += std::min<std::size_t>(message.limit, limits::page_rows_max);
  auto page = std::make_unique<AccountPage>();
  page->accounts = state_.list_accounts(message.after, message.limit);
  reply({message.request, current_position(), std::move(page), subject_of(message)});
}

// Behind what is no id there is nothing: the edge lets none in, but a peer may say anything.
void Partition::answer_long(const ListPayments& message) {
  cost_.rows_asked += options_.payments_seen_max;
  auto page = std::make_unique<PaymentPage>();
  if (message.behind.empty() || PaymentId::parse(message.behind.view()))
    *page = state_.list_payments(message.filter, message.behind, message.limit,
                                 options_.payments_seen_max);
  reply({message.request, current_position(), std::move(page), subject_of(message)});
}

// --- time ------------------------------------------------------------------------------------------------

void Partition::arm(const TransferId& id, std::uint32_t resends) {
  Timestamp due = time_ + backoff(options_.resend_after_us, resends, TransferEntity::jitter(id));
  TransferRow* row = state_.transfer(id);
  if (row != nullptr && row->state.decision == Decision::none) due = due_by_deadline(*row, due);
  if (row != nullptr) row->memory.resend_at = due;
  timers_.arm<TransferEntity>(due, id);
}

// Just behind the first deadline that is still to come. A partition that is ahead of its leader's clock goes at half
// pace (PartitionHost), so what is left until the client's deadline is half of that here.
Timestamp Partition::due_by_deadline(const TransferRow& row, Timestamp due) const {
  const TransferState& transfer = row.state;
  const Timestamp try_ends = transfer.deadline.is_none() ? row.memory.try_ends : transfer.deadline;
  if (try_ends >= time_) due = std::min(due, try_ends + 1);
  if (transfer.client_deadline.is_none() || !client_clock_) return due;
  if (transfer.client_deadline < *client_clock_) return due;
  const std::int64_t left =
      std::min(transfer.client_deadline.us - client_clock_->us, limits::resend_backoff_us_max);
  return std::min(due, time_ + (*client_clock_ == time_ ? left : left / 2) + 1);
}

void Partition::tick() {
  handle_due();
  if (fences_.tick(*this, entry_index_)) dispatch_local();
}

// A clock is confirmed again, and time may have jumped since the turn before, by hours: no Try has waited that long.
void Partition::put_off_tries(std::int64_t jump) {
  if (jump <= 0) return;
  for (const TransferId& id : state_.open_transfers()) {
    Timestamp& ends = state_.transfer(id)->memory.try_ends;
    if (!ends.is_none()) ends = ends + jump;
  }
}

template <HasDue Kind>
Timestamp Partition::on_due(std::type_identity<Kind> kind, typename Kind::Row& row) {
  ++cost_.input;
  const Timestamp again = actors_.on_due(kind, row);
  dispatch_local();
  return again;
}

void Partition::handle_due() {
  // What is left is still due: the next tick goes on.
  std::size_t budget = limits::turn_messages_max;
  const auto wake = [this](auto kind, const auto& key) { on_due(kind, key); };
  while (budget-- > 0 && !is_full() && timers_.pop_due(time_, wake)) continue;
  state_.due_entities().tick(
      time_, [this] { return is_full(); },
      [this](auto kind, auto& row) { return on_due(kind, row); });
}

void Partition::on_due(std::type_identity<TransferEntity>, const TransferId& id) {
  ++cost_.input;
  TransferRow* row = state_.transfer(id);
  if (row == nullptr || row->memory.resend_at > time_)
    return;  // ended, or a timer that another one overtook
  if (row->state.deadline.is_none() && row->memory.try_ends.is_none())
    row->memory.try_ends = time_ + options_.try_timeout_us;
  // who is to hear it may not listen yet: again soon
  const bool is_early = row->memory.resend_at == Timestamp{};
  actors_.on_due(*row);
  dispatch_local();
  if (const TransferRow* still = state_.transfer(id)) arm(id, is_early ? 0 : still->memory.resends);
}

void Partition::resend_to(std::span<const PartitionId> partitions) {
  for (const TransferId& id : state_.open_transfers()) {
    TransferRow& row = *state_.transfer(id);
    const bool is_owed = std::ranges::any_of(next_steps(row.state), [&](const TransferStep& step) {
      const PartitionId to = row.state.legs.at(step.leg).spec.partition;
      return std::ranges::find(partitions, to) != partitions.end();
    });
    if (!is_owed || row.memory.resend_at == Timestamp{}) continue;  // or due soon already
    row.memory.resend_at = {};
    timers_.arm<TransferEntity>({}, id);
  }
}

std::optional<Timestamp> Partition::next_due() const {
  return earlier(earlier(timers_.next(), state_.due_entities().next()), fences_.next_due());
}

// --- recovery ----------------------------------------------------------------------------------------------

Status<Error> Partition::replay(std::string_view entry_bytes) {
  FLORIN_TRY(entry, decode_entry(entry_bytes, format_read(options_)));
  const EntryHeader& header = entry.header;
  const auto damaged = [&](const std::string& what) {
    return Err{Error{Errc::corrupt, "entry " + std::to_string(header.index) + " of partition " +
                                        std::to_string(state_.id()) + ": " + what}};
  };
  if (header.partition != state_.id())
    return damaged("is of partition " + std::to_string(header.partition));
  if (header.index != state_.last_index() + 1)
    return damaged("follows entry " + std::to_string(state_.last_index()));
  if (header.previous_hash != state_.last_hash())
    return damaged("does not continue the hash chain");
  if (header.time < state_.last_time()) return damaged("is older than the entry before it");
  const auto misfit = apply_all(entry.events, header);
  // Then it is not the entry that is wrong.
  if (state_.is_damaged())
    return Err{Error{Errc::corrupt,
                     "the state of partition " + std::to_string(state_.id()) + " is damaged"}};
  if (misfit) {
    // The log goes on where the store ended, and does not fit its rows: from the log alone it is seen which of the two is wrong.
    auto error = damaged(*misfit);
    state_.distrust_what_was_loaded(error.error);
    return error;
  }
  state_.end_entry(header.index, header.time, chain_hash(entry_bytes));
  return Unit{};
}

// Most of the time goes into waiting for memory: what is wanted soon is asked for ahead, as in handle_all().
std::optional<std::string> Partition::apply_all(const std::vector<Event>& events,
                                                const EntryHeader& header) {
  constexpr std::ptrdiff_t index_ahead = florin::index_ahead;
  constexpr std::ptrdiff_t entities_ahead = florin::entities_ahead;
  constexpr std::ptrdiff_t beyond_ahead = 5;
  const auto count = static_cast<std::ptrdiff_t>(events.size());
  const auto fetch = [&]<Ahead stage>(std::integral_constant<Ahead, stage>, std::ptrdiff_t i) {
    if (i >= 0 && i < count) state_.prefetch<stage>(events[static_cast<std::size_t>(i)]);
  };
  for (std::ptrdiff_t i = -index_ahead; i < count; ++i) {
    fetch(at_stage<Ahead::index>, i + index_ahead);
    fetch(at_stage<Ahead::entity>, i + entities_ahead);
    fetch(at_stage<Ahead::beyond>, i + beyond_ahead);
    if (i < 0) continue;
    const auto at = static_cast<std::size_t>(i);
    const Position position{header.index, static_cast<Ordinal>(at), state_.id()};
    if (auto misfit = state_.contradiction(events[at], position)) return misfit;
    state_.apply(events[at], position, header.time);
  }
  return std::nullopt;
}

void Partition::begin_deciding(std::uint64_t term) {
  term_ = term;
  timers_.wake<TransferEntity>(state_.open_transfers());
  state_.due_entities().begin();
  fences_.begin_deciding(state_.last_index());
}

}  // namespace florin
