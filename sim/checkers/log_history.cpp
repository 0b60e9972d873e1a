// Written down event by event, looked up by position. What accounts have is taken from the ledger, which names every event that
// changes one; of transfers as clients see them each event is named here, and legs are not seen by clients.
#include "sim/checkers/log_history.hpp"

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
                     started_[at] = id;
                     taken(id, at, open_transfer(e.legs.front().amount));
                   },
                   [&](const TransferCompleted& e) { ended(e.transfer, at, 0); },
                   [&](const TransferCancelled& e) { ended(e.transfer, at, refused(e.code)); },
                   // Clients hear of it from here on.
                   [&](const CancelDecided& e) { cancelling(e.transfer, at, refused(e.code)); },
                   // Say nothing of a transfer as clients see it.
                   [](const TryAnswered&) {}, [](const TransferDecided&) {},
                   [](const TransferNoted&) {}, [](const SecondPhaseAnswered&) {},
                   [](const ClientDeadlineGiven&) {}, [](const LeaderClockRead&) {},
                   [](const LegEvent auto&) {}, [](const AccountEvent auto&) {},
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
  auto& history = transfers_[started->second];
  const TransferSeen& before = history.rbegin()->second;
  const bool was_told = before.phase == TransferPhase::cancelling;
  history[at] = ended_transfer(before.amount, was_told ? before.finished : at, code);
}

void LogHistory::cancelling(const TransferId& id, Position at, std::uint8_t code) {
  const auto started = started_.find(id);
  if (started == started_.end()) return;  // participant_table says so
  auto& history = transfers_[started->second];
  TransferSeen seen = ended_transfer(history.rbegin()->second.amount, at, code);
  seen.phase = TransferPhase::cancelling;
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
