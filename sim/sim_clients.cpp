// Requests, patience, repeats.
#include "sim/sim_clients.hpp"

#include "base/limits.hpp"
#include "base/overloaded.hpp"
#include "domain/transfer/transfer_evolve.hpp"
#include "sim/ports/sim_clock.hpp"

namespace florin::sim {
namespace {

constexpr SimTime pause_before_repeat = 20 * millisecond;
constexpr SimTime patience_when_healed = 3 * second;
// So often a transaction asks whether every node reads it by now: whatever was on its way for it is there long before.
constexpr std::uint32_t asks_of_the_level_max = 20;

Uuid uuid_of(std::uint64_t number) {
  Uuid id;
  for (std::size_t i = 0; i < 8; ++i)
    id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

Metadata metadata_of(const SimAccount& account) {
  Metadata metadata;
  for (std::size_t left = account.metadata_bytes; left > 0;) {
    const std::size_t size = std::min(left, limits::metadata_value_chars_max);
    metadata.emplace_back("key" + std::to_string(10 + metadata.size()), std::string(size, 'm'));
    left -= size;
  }
  return metadata;
}

std::string text_of(const Metadata& metadata) {
  std::string text;
  for (const auto& [key, value] : metadata) text += key + "=" + value + ";";
  return text;
}

NotesSeen notes_seen(const TransferNotes& notes) {
  return {notes.reference, notes.description, text_of(notes.metadata)};
}
NotesSeen notes_seen(const LegNotes& notes) { return {notes.reference, notes.description, {}}; }
// The other way round, for the pairs of notes_sent().
TransferNotes as_notes(const NotesSeen& seen) {
  TransferNotes notes{seen.reference, seen.description, {}, {}};
  for (std::string_view left = seen.metadata; !left.empty();) {
    const std::string_view pair = left.substr(0, left.find(';'));
    left.remove_prefix(pair.size() + 1);
    const std::size_t sign = pair.find('=');
    notes.metadata.emplace_back(pair.substr(0, sign), pair.substr(sign + 1));
  }
  return notes;
}

TransferSeen seen(const TransferViews& views) {
  TransferSeen seen;
  seen.more = views.more;
  seen.results = static_cast<std::uint32_t>(views.open.size() + views.ended.size());
  if (!views.open.empty()) {
    const TransferState& open = views.open.front();
    seen.phase = open.refused_at ? TransferPhase::cancelling : TransferPhase::open;
    if (open.refused_at) seen.finished = *open.refused_at;
    seen.side = static_cast<std::uint8_t>(refused_side(open));
    if (open.refused_at && open.code) seen.code = static_cast<std::uint8_t>(*open.code);
    seen.amount = open.debit().amount;
    seen.postings = open.postings();
    seen.posting = refused_posting(open);
    if (const TransferNotes* notes = views.notes_of(open.id)) seen.notes = notes_seen(*notes);
  }
  if (views.ended.empty()) return seen;
  const TransferRecord& record = views.ended.front();
  seen.side = static_cast<std::uint8_t>(record.side);
  seen.phase = record.status == TransferStatus::completed ? TransferPhase::completed
                                                          : TransferPhase::refused;
  seen.code = record.code ? static_cast<std::uint8_t>(*record.code) : std::uint8_t{0};
  seen.finished = record.finished;
  seen.amount = record.amount;
  seen.postings = record.postings();
  seen.posting = record.refused_posting();
  if (const TransferNotes* notes = views.notes_of(record.started)) seen.notes = notes_seen(*notes);
  return seen;
}

std::int64_t daily_limit_of(const Action& open, const SimAccount& account) {
  return open.amount == 0 ? account.daily_debit_limit : open.amount;
}

}  // namespace

Currency currency_of(const std::string& code) {
  Currency currency;
  std::copy_n(code.begin(), currency.code.size(), currency.code.begin());
  return currency;
}

// Every other id uses all of its bytes, as those of real clients do.
Uuid transaction_id_of(const Action& action) {
  Uuid id = uuid_of(action.transaction);
  if (action.transaction % 2 != 0) return id;
  const std::uint64_t high = mix(action.transaction, 0x1D);
  for (std::size_t i = 0; i < 8; ++i) id.bytes[i] = static_cast<std::uint8_t>(high >> (8 * i));
  return id;
}

std::pair<std::string, std::array<std::uint8_t, 16>> owned_id_of(const Workload& workload,
                                                                 const Action& action) {
  return {workload.accounts.at(action.account).id, transaction_id_of(action).bytes};
}

MetadataPatch metadata_patch_of(const Action& action) {
  const auto key = [](std::int64_t number) { return "key" + std::to_string(10 + number % 20); };
  MetadataPatch patch;
  const std::int64_t pairs = action.amount % 5 == 0 ? 10 : 1;
  for (std::int64_t i = 0; i < pairs; ++i)
    patch.set.emplace_back(key(action.amount + i), "p" + std::to_string(action.amount));
  const std::string removed = key(action.amount * 3 + pairs);
  std::ranges::sort(patch.set);
  if (!std::ranges::binary_search(patch.set, removed, {}, &Metadata::value_type::first))
    patch.remove.push_back(removed);
  return patch;
}

NotesSeen notes_sent(const Operation& operation) {
  constexpr std::uint64_t one_in = 4;
  const Action& action = operation.action;
  NotesSeen notes;
  if (operation.without_notes || !moves_money(action.kind) || action.transaction % one_in != 0)
    return notes;
  const std::string name =
      std::to_string(operation.number) + "." + std::to_string(operation.attempts);
  const std::uint64_t dice = mix(operation.number + 1, operation.attempts) % 8;
  if (dice == 0) return notes;
  if (dice != 1) notes.reference = "invoice " + name;
  if (dice % 2 == 1) notes.description = "for what was asked " + name;
  if (dice >= 5) notes.metadata = "asked=" + name + ";kind=" + std::to_string(dice) + ";";
  return notes;
}

bool has_terms(const Workload& workload, const Action& action, const AccountSeen& terms,
               bool metadata_changed) {
  const SimAccount& account = workload.accounts.at(action.account);
  return terms.currency == account.currency && terms.may_owe == account.allow_negative &&
         terms.daily_limit == daily_limit_of(action, account) &&
         (metadata_changed || terms.metadata == text_of(metadata_of(account)));
}

AccountSeen account_seen(const AccountView& view) {
  AccountSeen seen;
  seen.available = view.available;
  seen.held = view.held;
  seen.frozen = view.frozen;
  seen.closed = view.closed;
  seen.may_owe = view.allow_negative;
  seen.currency = std::string(view.currency.view());
  seen.daily_limit = view.daily_debit_limit;
  seen.metadata = text_of(view.metadata);
  if (view.last_posting.index != 0) seen.last_posting = view.last_posting;  // else: none
  return seen;
}

Answer answer_of(const Reply& reply) {
  Answer answer;
  answer.position = reply.position;
  const auto code = [](const std::optional<Rejection>& why) {
    return why ? static_cast<std::uint8_t>(*why) : std::uint8_t{0};
  };
  visit(Overloaded{
            [&](const TransferOutcome& outcome) {
              answer.verdict = outcome.status == TransferStatus::completed ? Verdict::completed
                                                                           : Verdict::refused;
              answer.code = code(outcome.code);
              answer.replayed = outcome.replayed;
              answer.side = static_cast<std::uint8_t>(outcome.side);
              answer.posting = outcome.refused_posting;
              if (outcome.notes) answer.notes = notes_seen(*outcome.notes);
            },
            [&](const Refused& refused) {
              answer.verdict = Verdict::rejected;
              answer.code = code(refused.code);
            },
            [&](const NotAccepted& no) {
              answer.verdict = Verdict::not_accepted;
              answer.why = no.why;
            },
            [&](const std::unique_ptr<AccountView>& view) {
              answer.verdict = Verdict::account;
              answer.account = account_seen(*view);
            },
            [&](const std::unique_ptr<TransferViews>& views) {
              answer.verdict = Verdict::transfer;
              answer.transfer = seen(*views);
            },
            [&](const CheckResult& result) {
              answer.verdict = Verdict::checked;
              answer.code = code(result.rejection);
            },
            [&](const std::unique_ptr<AccountPage>& page) {
              answer.verdict = Verdict::accounts;
              for (const AccountView& view : page->accounts)
                answer.page.emplace_back(view.account.str(), account_seen(view));
            },
            [&](const std::unique_ptr<TrialBalance>& balance) {
              answer.verdict = Verdict::balances;
              for (const CurrencySums& sums : balance->currencies)
                answer.balances.push_back({std::string(sums.currency.view()),
                                           sums.accounts_posted + sums.clearing == 0,
                                           sums.accounts_posted, sums.clearing});
            },
            // No operation of this workload asks for a payment, or for the ledger.
            [](const std::unique_ptr<LedgerSumsView>&) {},
            [](const std::unique_ptr<LedgerBalanceView>&) {},
            [](const std::unique_ptr<CheckoutView>&) {}, [](const std::unique_ptr<PaymentView>&) {},
            [](const HintTaken&) {}, [](const std::unique_ptr<PaymentPage>&) {},
            [](const PaymentKeyView&) {}, [](const PaymentRefused&) {}},
        reply.body);
  return answer;
}

SimClients::SimClients(const SimOptions& options, const Workload& workload, EventQueue& events,
                       Trace& trace, Checkers& checkers, Send send)
    : options_(options),
      workload_(workload),
      events_(events),
      trace_(trace),
      checkers_(checkers),
      send_(std::move(send)),
      heard_(options.partitions) {}

void SimClients::begin() {
  for (const Action& action : workload_.actions) add(action);
}

void SimClients::add(const Action& action) {
  Operation operation;
  operation.number = static_cast<std::uint32_t>(operations_.size());
  operation.action = action;
  operations_.push_back(operation);
  ++unanswered_;
  events_.at(action.at, [this, number = operation.number] { attempt(number); });
}

void SimClients::heal() {
  healed_ = true;
  for (const Operation& operation : operations_)
    if (!operation.answer && operation.attempts > 0) attempt(operation.number);
}

void SimClients::read_all_accounts() {
  for (std::uint32_t i = 0; i < workload_.accounts.size(); ++i) {
    Action read;
    read.at = events_.now();
    read.account = i;
    add(read);
  }
}

void SimClients::attempt(std::uint32_t number) {
  Operation& operation = operations_[number];
  if (operation.answer) return;
  const std::uint32_t attempt = operation.attempts++;
  attempts_.push_back({number, attempt});
  const RequestId request = attempts_.size();
  operation.min_index = min_index_of(operation.action);
  trace_.step(Step::request, events_.now(), number, attempt);
  if (trace_.text())
    trace_.line(events_.now(), "client asks #" + std::to_string(number) + "." +
                                   std::to_string(attempt) + " " +
                                   to_string(workload_, operation.action));
  for (const auto& checker : checkers_) checker->on_request(operation, events_.now());
  send_(home_of(operation.action), message_of(operation, request), request);
  const SimTime patience = healed_ ? patience_when_healed : operation.action.patience;
  events_.after(patience, [this, number, attempt] { give_up(number, attempt); });
}

void SimClients::give_up(std::uint32_t number, std::uint32_t attempt_number) {
  const Operation& operation = operations_[number];
  if (operation.answer || operation.attempts != attempt_number + 1) return;
  trace_.step(Step::timeout, events_.now(), number, attempt_number);
  if (healed_ || operation.attempts < operation.action.attempts)
    events_.after(pause_before_repeat, [this, number, attempt_number] {
      if (operations_[number].attempts == attempt_number + 1) attempt(number);
    });
}

void SimClients::receive(const Answer& received, RequestId request) {
  const Attempt& asked = attempts_.at(request - 1);
  Operation& operation = operations_[asked.operation];
  Answer answer = received;
  answer.at = events_.now();
  answer.attempt = asked.attempt;
  trace_.step(Step::answer, events_.now(), asked.operation, asked.attempt,
              static_cast<std::uint64_t>(answer.verdict) << 8 | answer.code);
  if (trace_.text())
    trace_.line(events_.now(), "client hears #" + std::to_string(asked.operation) + "." +
                                   std::to_string(asked.attempt) + " verdict " +
                                   std::to_string(static_cast<int>(answer.verdict)) + " code " +
                                   std::to_string(answer.code) + " at " +
                                   answer.position.to_string());
  for (const auto& checker : checkers_) checker->on_answer(operation, answer);
  LogIndex& heard = heard_.at(home_of(operation.action));
  heard = std::max(heard, answer.position.index);
  if (operation.answer) return;
  // Patience will be over, then it asks again; not for what nodes of the version before cannot read: that may be for ever.
  if (answer.verdict == Verdict::not_accepted) {
    if (answer.why != NotAccepted::Why::level_too_low) return;
    // A transaction waits for the last node; when all is healed and there is still one, nothing of it was executed.
    if (operation.action.kind == ActionKind::transaction) {
      if (!healed_ || ++operation.levels_too_low < asks_of_the_level_max) return;
    } else if (moves_money(operation.action.kind)) {
      // What it is for is left out then: an attempt before may have moved the money.
      operation.without_notes = true;
      return;
    }
  }
  operation.answer = answer;
  --unanswered_;
}

std::string SimClients::oldest_unanswered() const {
  for (const Operation& operation : operations_)
    if (!operation.answer)
      return "#" + std::to_string(operation.number) + " " + to_string(workload_, operation.action);
  return "nothing";
}

PartitionId SimClients::home_of(const Action& action) const {
  return workload_.accounts.at(action.account).partition;
}

// In the end nothing more may come: nobody waits for what is not there.
LogIndex SimClients::min_index_of(const Action& action) const {
  if (action.kind != ActionKind::follower_read || action.amount <= 0) return 0;
  return heard_.at(home_of(action)) + (healed_ ? 0U : static_cast<LogIndex>(action.amount - 1));
}

Message SimClients::message_of(const Operation& operation, RequestId request) const {
  const Action& a = operation.action;
  const SimAccount& account = workload_.accounts.at(a.account);
  const AccountId id = AccountId::from_trusted(account.id);
  const std::string& code = workload_.currencies.at(a.currency);
  const auto change = [&](AccountChange what) {
    ChangeAccount message;
    message.request = request;
    message.account = id;
    message.change = what;
    message.reason = "request " + std::to_string(operation.number);
    return message;
  };
  const auto start = [&](const AccountId& from, const AccountId& to) -> Message {
    StartTransfer message;
    message.request = request;
    message.from = from;
    message.to = to;
    message.transaction_id = transaction_id_of(a);
    message.amount = a.amount;
    message.currency = currency_of(code);
    message.protocol = a.protocol == Wire::saga ? Protocol::saga : Protocol::tcc;
    if (a.deadline >= 0) message.deadline = Timestamp{options_.begins_us + a.deadline};
    const NotesSeen notes = notes_sent(operation);
    if (notes == NotesSeen{}) return message;
    return StartNotedTransfer{std::move(message), as_notes(notes)};
  };
  const AccountId outside = AccountId::from_trusted("@outside:" + code);
  const auto party = [&](std::uint32_t number) {
    return number == ActionPosting::outside
               ? outside
               : AccountId::from_trusted(workload_.accounts.at(number).id);
  };
  switch (a.kind) {
    case ActionKind::open_account: {
      OpenAccount message;
      message.request = request;
      message.account = id;
      message.currency = currency_of(account.currency);
      message.allow_negative = account.allow_negative;
      message.daily_debit_limit = daily_limit_of(a, account);
      message.metadata = metadata_of(account);
      return message;
    }
    case ActionKind::transfer:
      return start(id, AccountId::from_trusted(workload_.accounts.at(a.other).id));
    case ActionKind::deposit: return start(outside, id);
    case ActionKind::withdraw: return start(id, outside);
    case ActionKind::transaction: {
      StartTransaction message;
      message.request = request;
      message.transaction_id = transaction_id_of(a);
      message.currency = currency_of(code);
      for (const ActionPosting& p : a.postings)
        message.postings.push_back({party(p.from), party(p.to), p.amount});
      if (a.deadline >= 0) message.deadline = Timestamp{options_.begins_us + a.deadline};
      message.notes = as_notes(notes_sent(operation));
      return message;
    }
    case ActionKind::freeze: return change(AccountChange::freeze);
    case ActionKind::unfreeze: return change(AccountChange::unfreeze);
    case ActionKind::close: return change(AccountChange::close);
    case ActionKind::patch_metadata: return ChangeMetadata{request, id, metadata_patch_of(a)};
    case ActionKind::read_account: break;
    case ActionKind::read_transfer:
      return GetTransfer{request, account.partition, transaction_id_of(a), id};
    case ActionKind::find_transfer:
      return GetTransfer{request, account.partition, transaction_id_of(a), {}};
    case ActionKind::follower_transfer:
      return FollowerRead<GetTransfer>{
          request, operation.min_index, {0, account.partition, transaction_id_of(a), id}};
    case ActionKind::follower_list:
      return FollowerRead<ListAccounts>{request,
                                        operation.min_index,
                                        {0, account.partition, workload_.accounts.at(a.other).id,
                                         static_cast<std::uint32_t>(a.amount)}};
    case ActionKind::follower_balance:
      return FollowerRead<GetTrialBalance>{request, operation.min_index, {0, account.partition}};
    case ActionKind::check_debit:
    case ActionKind::check_credit: {
      CheckLeg message;
      message.request = request;
      message.account = id;
      message.role = a.kind == ActionKind::check_debit ? LegRole::debit : LegRole::credit;
      message.amount = a.amount;
      message.currency = currency_of(code);
      return message;
    }
    case ActionKind::list_accounts:
      return ListAccounts{request, account.partition, workload_.accounts.at(a.other).id,
                          static_cast<std::uint32_t>(a.amount)};
    case ActionKind::trial_balance: return GetTrialBalance{request, account.partition};
    case ActionKind::follower_read:
      return FollowerRead<GetAccount>{request, operation.min_index, {0, id}};
  }
  GetAccount message;
  message.request = request;
  message.account = id;
  return message;
}

}  // namespace florin::sim
