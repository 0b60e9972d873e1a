// Written down event by event, looked up by position. What accounts have is taken from the ledger, which names every event that
// changes one; of transfers as clients see them each event is named here, and of legs clients see which one is to blame.
#include "sim/checkers/log_history.hpp"

#include <algorithm>

#include "base/overloaded.hpp"

namespace florin::sim {
namespace {

template <class Value>
const Value* as_of(const std::map<Position, Value>& history, Position at) {
  const auto later = history.upper_bound(at);
  return later == history.begin() ? nullptr : &std::prev(later)->second;
}

TransferSeen open_transfer(std::int64_t amount) {
  TransferSeen seen;
  seen.phase = TransferPhase::open;
  seen.amount = amount;
  seen.results = 1;
  return seen;
}

// Of what is known against the legs of a transaction the first posting's is told, in the client's order: of its two sides the
// reason that comes first, and the payer before the payee. When no leg has said anything it is the first payer, whom the
// coordinator asks itself; a deadline is nobody's.
void blame(TransferSeen& seen, const std::map<std::uint8_t, std::uint8_t>& noes) {
  constexpr std::uint8_t payer = 1;
  constexpr std::uint8_t payee = 2;
  const auto is = [&](Rejection code) { return seen.code == static_cast<std::uint8_t>(code); };
  if (is(Rejection::deadline_passed) || is(Rejection::transaction_id_reused)) return;
  std::size_t posting = noes.empty() ? 0 : seen.postings;
  for (const auto& [leg, code] : noes) posting = std::min(posting, leg % seen.postings);
  bool is_payers = noes.empty();
  const auto against_payer = noes.find(static_cast<std::uint8_t>(posting));
  const auto against_payee = noes.find(static_cast<std::uint8_t>(seen.postings + posting));
  if (against_payee != noes.end()) seen.code = against_payee->second;
  if (against_payer != noes.end() &&
      (against_payee == noes.end() || against_payer->second <= seen.code)) {
    seen.code = against_payer->second;
    is_payers = true;
  }
  seen.posting = static_cast<std::uint8_t>(posting);
  if (is(Rejection::account_not_found) || is(Rejection::account_frozen) ||
      is(Rejection::account_closed))
    seen.side = is_payers ? payer : payee;
}

TransferSeen ended_transfer(std::int64_t amount, Position at, std::uint8_t code) {
  TransferSeen seen = open_transfer(amount);
  seen.phase = code == 0 ? TransferPhase::completed : TransferPhase::refused;
  seen.code = code;
  seen.finished = at;
  return seen;
}

// Whose the transfer is: the payer's, or of a deposit the payee's.
OwnedId client_side(const AccountId& from, const AccountId& to, const Uuid& id) {
  return owned_id(from.view().starts_with('@') ? to : from, id);
}

}  // namespace

OwnedId owned_id(const AccountId& owner, const Uuid& transaction_id) {
  return {owner.str(), transaction_id.bytes};
}

void LogHistory::note(const Event& event, Position at, AccountLedger& ledger) {
  OfPartition& partition = partitions_.at(at.partition);
  partition.last_index = at.index;
  bool moved = false;
  for (const std::string& id : ledger.take_touched()) {
    const Terms* now = ledger.find(AccountId::from_trusted(id));
    if (now == nullptr) continue;
    auto& history = partition.accounts[id];
    const Int128 before =
        history.empty() ? 0 : history.rbegin()->second.free + history.rbegin()->second.held;
    partition.now[now->currency] += now->free + now->held - before;
    moved = true;
    history[at] = *now;
  }
  if (moved) {
    std::map<Currency, Int128> sums;
    for (const Currency& currency : ledger.posted_in()) sums[currency] = partition.now[currency];
    partition.sums[at] = std::move(sums);
  }
  static_cast<void>(ledger.take_touched());
  note_transfer(event, at);
}

void LogHistory::note_transfer(const Event& event, Position at) {
  const auto refused = [](Rejection code) { return static_cast<std::uint8_t>(code); };
  visit(Overloaded{[&](const TransferPosted& e) {
                     taken(client_side(e.from, e.to, e.transaction_id), at,
                           ended_transfer(e.amount, at, 0));
                   },
                   [&](const TransferRefused& e) {
                     taken(client_side(e.from, e.to, e.transaction_id), at,
                           ended_transfer(e.amount, at, refused(e.code)));
                   },
                   [&](const SidedRefusal& e) { note_transfer(Event(e.refused), at); },
                   [&](const TransferStarted& e) {
                     const OwnedId id = owned_id(e.owner, e.transaction_id);
                     started_[at] = {id};
                     TransferSeen seen = open_transfer(e.legs.front().amount);
                     seen.postings = e.legs.size() < 4 ? 1 : e.legs.size() / 2;
                     taken(id, at, seen);
                   },
                   [&](const TransferCompleted& e) { ended(e.transfer, at, 0); },
                   [&](const TransferCancelled& e) { ended(e.transfer, at, refused(e.code)); },
                   // Clients hear of it from here on.
                   [&](const CancelDecided& e) { cancelling(e, at); },
                   [&](const LegRefused& e) {
                     const auto begun = started_.find(e.leg.transfer);
                     if (begun != started_.end() && e.leg.transfer.partition == at.partition)
                       begun->second.noes[e.leg.leg] = refused(e.code);
                   },
                   // Say nothing of a transfer as clients see it.
                   [](const TryAnswered&) {}, [](const TransferDecided&) {},
                   [](const TransferNoted&) {}, [](const SecondPhaseAnswered&) {},
                   [](const ClientDeadlineGiven&) {}, [](const LeaderClockRead&) {},
                   [](const LegTried&) {}, [](const LegConfirmed&) {}, [](const LegCancelled&) {},
                   [](const LegCancelledEarly&) {}, [](const StepApplied&) {},
                   [](const StepCompensated&) {}, [](const FenceAdvanced&) {},
                   [](const LegNoted&) {}, [](const AccountEvent auto&) {},
                   [](const MembershipEvent auto&) {}, [](const WalletEvent auto&) {},
                   [](const LedgerEvent auto&) {}, [](const OwnEvent auto&) {}},
        event);
}

void LogHistory::taken(const OwnedId& id, Position at, const TransferSeen& seen) {
  transfers_[id][at] = seen;
  by_transaction_id_[id.second].insert(id);
}

void LogHistory::ended(const TransferId& id, Position at, std::uint8_t code) {
  const auto started = started_.find(id);
  if (started == started_.end()) return;  // participant_table says so
  auto& history = transfers_[started->second.id];
  const TransferSeen& before = history.rbegin()->second;
  const bool was_told = before.phase == TransferPhase::cancelling;
  TransferSeen seen = ended_transfer(before.amount, was_told ? before.finished : at, code);
  if (was_told) seen.code = before.code;
  seen.postings = before.postings;
  seen.posting = before.posting;
  seen.side = before.side;
  history[at] = seen;
}

void LogHistory::cancelling(const CancelDecided& decided, Position at) {
  const auto started = started_.find(decided.transfer);
  if (started == started_.end()) return;  // participant_table says so
  auto& [id, noes] = started->second;
  if (decided.answer.rejection && decided.answered_leg != TransferDecided::no_leg)
    noes[decided.answered_leg] = static_cast<std::uint8_t>(*decided.answer.rejection);
  auto& history = transfers_[id];
  const TransferSeen& before = history.rbegin()->second;
  TransferSeen seen = ended_transfer(before.amount, at, static_cast<std::uint8_t>(decided.code));
  seen.phase = TransferPhase::cancelling;
  seen.postings = before.postings;
  if (seen.postings > 1) blame(seen, noes);
  history[at] = seen;
}

void LogHistory::entry_ended(Position last, Timestamp time) {
  OfPartition& partition = partitions_.at(last.partition);
  partition.last_index = last.index;
  partition.times[last.index] = time;
}

const Terms* LogHistory::account(const std::string& id, Position at) const {
  const auto& accounts = partitions_.at(at.partition).accounts;
  const auto found = accounts.find(id);
  return found == accounts.end() ? nullptr : as_of(found->second, at);
}

TransferSeen LogHistory::transfer(const OwnedId& id, Position at) const {
  const auto found = transfers_.find(id);
  if (found == transfers_.end()) return {};
  const TransferSeen* seen = as_of(found->second, at);
  return seen == nullptr ? TransferSeen{} : *seen;
}

std::uint32_t LogHistory::transfers(const Uuid& transaction_id, Position at) const {
  const auto owners = by_transaction_id_.find(transaction_id.bytes);
  if (owners == by_transaction_id_.end()) return 0;
  std::uint32_t count = 0;
  for (const OwnedId& id : owners->second) {
    const auto& history = transfers_.at(id);
    const bool lives_here = history.begin()->first.partition == at.partition;
    if (lives_here && as_of(history, at) != nullptr) ++count;
  }
  return count;
}

std::vector<std::pair<std::string, const Terms*>> LogHistory::page(const std::string& after,
                                                                   std::size_t limit,
                                                                   Position at) const {
  std::vector<std::pair<std::string, const Terms*>> found;
  const auto& accounts = partitions_.at(at.partition).accounts;
  for (auto it = accounts.upper_bound(after); it != accounts.end() && found.size() < limit; ++it) {
    if (it->first.starts_with('@')) continue;  // a system's
    if (const Terms* terms = as_of(it->second, at)) found.emplace_back(it->first, terms);
  }
  return found;
}

std::map<Currency, Int128> LogHistory::sums(Position at) const {
  const auto* sums = as_of(partitions_.at(at.partition).sums, at);
  return sums == nullptr ? std::map<Currency, Int128>() : *sums;
}

Timestamp LogHistory::time(Position at) const {
  const auto& times = partitions_.at(at.partition).times;
  const auto later = times.upper_bound(at.index);
  return later == times.begin() ? Timestamp{} : std::prev(later)->second;
}

}  // namespace florin::sim
