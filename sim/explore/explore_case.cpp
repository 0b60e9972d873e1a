// The cases, and the partitions before the first move: accounts opened and funded by real turns.
#include "sim/explore/explore_case.hpp"

#include <algorithm>

#include "actors/partition/partition.hpp"
#include "persistence/memory/memory_state_store.hpp"

namespace florin::sim {
namespace {

constexpr Currency usd{{'U', 'S', 'D'}};
constexpr Minor amount = 3'000;
constexpr Minor balance = 10'000;

ExploreLeg payer(PartitionId at, Minor has = balance) { return {at, LegRole::debit, amount, has}; }
ExploreLeg payee(PartitionId at, Minor gets = amount) { return {at, LegRole::credit, gets, 0}; }
ExploreLeg nobody(PartitionId at, Minor gets = amount) {
  return {at, LegRole::credit, gets, 0, true};
}

Uuid transaction_id() {
  Uuid id;
  id.bytes[6] = 0x40;
  id.bytes[15] = 1;
  return id;
}

AccountId account_in(PartitionId home, const PartitionMap& map, const std::string& stem) {
  for (int n = 0;; ++n) {
    const auto id = AccountId::from_trusted(stem + std::to_string(n));
    if (map.partition_of(id) == home) return id;
  }
}

// The turns before the first move, with everything durable at once.
class Opening {
 public:
  Opening(PartitionId at, const PartitionMap& map) : partition_(at, map, store_, {}) {}

  void turn(const Message& message) {
    partition_.begin(explore_start);
    partition_.handle(message);
    SealedTurn turn = partition_.seal();
    if (!turn.entry.empty())
      log_.push_back(std::make_shared<const std::string>(std::move(turn.entry)));
  }
  // Puts an event into the log that no client can ask for.
  void write(const Event& event) {
    EntryBuilder builder;
    builder.begin();
    builder.add(event);
    const EntryHeader header{.partition = partition_.state().id(),
                             .term = 1,
                             .index = log_.size() + 1,
                             .time = explore_start,
                             .previous_hash = partition_.state().last_hash()};
    log_.push_back(std::make_shared<const std::string>(builder.finish(header)));
  }
  std::vector<LogBytes> log() { return log_; }

 private:
  MemoryStateStore store_;
  Partition partition_;
  std::vector<LogBytes> log_;
};

StartTransfer request_of(const ExploreSetup& setup) {
  StartTransfer request;
  request.request = 1;
  request.from = setup.accounts.front();
  request.to = setup.accounts.back();
  request.transaction_id = transaction_id();
  request.amount = setup.what.legs.front().amount;
  request.currency = usd;
  request.protocol = setup.what.protocol;
  request.deadline = explore_deadline;
  return request;
}

TransferStarted started_event(const ExploreSetup& setup) {
  TransferStarted event;
  event.transaction_id = transaction_id();
  event.owner = setup.accounts.front();
  event.protocol = setup.what.protocol;
  event.currency = usd;
  event.deadline = explore_deadline;
  for (std::size_t i = 0; i < setup.what.legs.size(); ++i) {
    const ExploreLeg& leg = setup.what.legs[i];
    event.legs.push_back({setup.accounts[i], leg.partition, leg.role, leg.amount});
  }
  return event;
}

void fund(Opening& opening, const ExploreLeg& leg, const AccountId& account, std::uint8_t n) {
  opening.turn(OpenAccount{.account = account, .currency = usd, .metadata = {}});
  if (leg.balance == 0) return;
  StartTransfer deposit;
  deposit.from = AccountId::from_trusted("@outside:USD");
  deposit.to = account;
  deposit.transaction_id = transaction_id();
  deposit.transaction_id.bytes[0] = static_cast<std::uint8_t>(n + 1);
  deposit.amount = leg.balance;
  deposit.currency = usd;
  opening.turn(deposit);
}

Message second_phase(const ExploreSetup& setup, std::size_t leg, LegMessage message) {
  const LegKey key{setup.transfer, static_cast<std::uint8_t>(leg)};
  if (message == LegMessage::confirm) return ConfirmLeg{key, setup.accounts[leg]};
  return CancelLeg{key, setup.accounts[leg]};
}

std::vector<ExploreCase> make_cases() {
  constexpr Minor half = amount / 2;
  return {
      {"tcc2", "two legs, all well", Protocol::tcc, {payer(0), payee(1)}, false, {}, {}},
      {"tcc2-refused",
       "the payee does not exist",
       Protocol::tcc,
       {payer(0), nobody(1)},
       false,
       {},
       {}},
      {"tcc2-poor",
       "the payer has too little",
       Protocol::tcc,
       {payer(0, 1'000), payee(1)},
       false,
       {},
       {}},
      {"tcc2-freeze",
       "the payee is frozen at any moment",
       Protocol::tcc,
       {payer(0), payee(1)},
       false,
       1,
       {}},
      {"saga2", "two steps, all well", Protocol::saga, {payer(0), payee(1)}, false, {}, {}},
      {"saga2-refused",
       "the last step is refused",
       Protocol::saga,
       {payer(0), nobody(1)},
       false,
       {},
       {}},
      {"saga2-freeze",
       "the payer is frozen at any moment",
       Protocol::saga,
       {payer(0), nobody(1)},
       false,
       0,
       {}},
      {"tcc2-apart",
       "two legs, neither beside the coordinator",
       Protocol::tcc,
       {payer(1), payee(2)},
       true,
       {},
       {}},
      {"tcc3",
       "three legs, one beside the coordinator",
       Protocol::tcc,
       {payer(0), payee(1, half), payee(2, half)},
       true,
       {},
       {}},
      {"tcc3-refused",
       "three legs, the last account does not exist",
       Protocol::tcc,
       {payer(0), payee(1, half), nobody(2, half)},
       true,
       {},
       {}},
      {"tcc3-poor",
       "three legs, the payer has too little: Try and Cancel of the others leave together",
       Protocol::tcc,
       {payer(0, 1'000), payee(1, half), payee(2, half)},
       true,
       {},
       {}},
      {"tcc3-apart",
       "three legs, none beside the coordinator",
       Protocol::tcc,
       {payer(1), payee(2, half), payee(3, half)},
       true,
       {},
       {}},
  };
}

}  // namespace

std::uint32_t ExploreCase::partitions() const {
  std::uint32_t count = 1;
  for (const ExploreLeg& leg : legs) count = std::max<std::uint32_t>(count, leg.partition + 1U);
  return count;
}

const std::vector<ExploreCase>& explore_cases() {
  static const std::vector<ExploreCase> cases = make_cases();
  return cases;
}

ExploreSetup::ExploreSetup(ExploreCase explored)
    : what(std::move(explored)), map(what.partitions()) {
  for (const ExploreLeg& leg : what.legs)
    accounts.push_back(
        account_in(leg.partition, map, leg.role == LegRole::debit ? "payer." : "payee."));
  request = request_of(*this);
  for (std::uint32_t p = 0; p < map.partitions(); ++p) {
    Opening opening(static_cast<PartitionId>(p), map);
    for (std::size_t i = 0; i < what.legs.size(); ++i)
      if (what.legs[i].partition == p && !what.legs[i].missing)
        fund(opening, what.legs[i], accounts[i], static_cast<std::uint8_t>(i));
    if (p == 0) {
      transfer = {opening.log().size() + 1, 0, 0};
      if (what.started_by_event) opening.write(started_event(*this));
    }
    logs.push_back(opening.log());
  }
  if (!what.started_by_event) under_way.emplace_back(PartitionId{0}, request);
  if (what.freeze)
    under_way.emplace_back(
        what.legs[*what.freeze].partition,
        ChangeAccount{0, accounts[*what.freeze], AccountChange::freeze, "explored"});
  if (what.rogue)
    under_way.emplace_back(what.legs[what.rogue->first].partition,
                           second_phase(*this, what.rogue->first, what.rogue->second));
}

}  // namespace florin::sim
