// Transactions over every placement of their accounts: what is done does not depend on where they live. A model says for each
// posting what speaks against it, from the balances alone: no posting may spend what another one brings.
//
// What holds of a refusal: all placements refuse, for a reason that the model knows. Where one leg alone has a reason, all
// give that one; where several have, the one that is known first decides, and of those that are known together the first
// posting's: in one partition, where all are known together, it is the first posting's always.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/partition_kit.hpp"

namespace florin {
namespace {

constexpr std::size_t parties_count = 4;
constexpr std::size_t outside_party = parties_count;  // money that enters or leaves

enum class PlacedCondition : std::uint8_t { open, frozen, missing };
struct PlacedParty {
  Minor balance = 0;
  PlacedCondition condition = PlacedCondition::open;
};
struct PlacedPosting {
  std::size_t from = 0, to = 0;
  Minor amount = 1;
};
struct PlacedTrial {
  std::array<PlacedParty, parties_count> parties;
  std::vector<PlacedPosting> orders;
};
using PartyHomes = std::array<PartitionId, parties_count>;

// Up to renaming of the partitions: who lives with whom, in three at most.
std::vector<PartyHomes> all_placements() {
  std::vector<PartyHomes> all;
  for (PartitionId b = 0; b <= 1; ++b)
    for (PartitionId c = 0; c <= b + 1; ++c)
      for (PartitionId d = 0; d <= std::max<int>(b, c) + 1 && d < 3; ++d)
        all.push_back({0, b, c, d});
  return all;
}

PlacedTrial some_trial() {
  PlacedTrial trial;
  for (PlacedParty& party : trial.parties) {
    party.condition = *rc::gen::weightedElement<PlacedCondition>(
        {{12, PlacedCondition::open}, {1, PlacedCondition::frozen}, {1, PlacedCondition::missing}});
    if (party.condition != PlacedCondition::missing)
      party.balance = *rc::gen::element<Minor>(0, 50, 100, 1'000);
  }
  const auto side = [] {
    return *rc::gen::weightedElement<std::size_t>(
        {{3, 0}, {3, 1}, {3, 2}, {3, 3}, {1, outside_party}});
  };
  const std::size_t count = *rc::gen::inRange<std::size_t>(2, limits::postings_max + 1);
  while (trial.orders.size() < count) {
    const PlacedPosting order{side(), side(), *rc::gen::element<Minor>(1, 10, 50, 100, 101)};
    if (order.from != order.to) trial.orders.push_back(order);
  }
  return trial;
}

// By posting; a posting's own reasons are in order of precedence.
using Reasons = std::map<std::size_t, std::vector<Rejection>>;

Reasons reasons_of(const PlacedTrial& trial) {
  Reasons reasons;
  auto free = trial.parties;  // what is left behind the debits before, which reserve it
  for (std::size_t i = 0; i < trial.orders.size(); ++i) {
    const auto [from, to, amount] = trial.orders[i];
    std::optional<Rejection> why_not_paid, why_not_taken;
    if (from != outside_party) {
      if (free[from].condition == PlacedCondition::missing)
        why_not_paid = Rejection::account_not_found;
      else if (free[from].balance < amount)
        why_not_paid = Rejection::insufficient_available;
      else if (free[from].condition == PlacedCondition::frozen)
        why_not_paid = Rejection::account_frozen;
      else
        free[from].balance -= amount;
    }
    if (to != outside_party && trial.parties[to].condition == PlacedCondition::missing)
      why_not_taken = Rejection::account_not_found;
    if (to != outside_party && trial.parties[to].condition == PlacedCondition::frozen)
      why_not_taken = Rejection::account_frozen;
    for (const auto& why : {why_not_paid, why_not_taken})
      if (why) reasons[i].push_back(*why);
    if (reasons.contains(i)) std::ranges::sort(reasons[i]);
  }
  return reasons;
}

std::string refusal_text(std::size_t posting, Rejection why) {
  return "cancelled " + std::string(to_string(why)) + " of " + std::to_string(posting);
}

struct PlacedOutcome {
  std::string answer;
  std::array<Minor, parties_count> balances{};
};

PlacedOutcome played(const PlacedTrial& trial, const PartyHomes& homes) {
  PartitionId last = 0;
  for (const PartitionId home : homes) last = std::max(last, home);
  PartitionKit kit(last + 1U);
  std::array<AccountId, parties_count + 1> ids;
  ids[outside_party] = words::outside_usd;
  for (std::size_t i = 0; i < parties_count; ++i) {
    const PlacedParty& party = trial.parties[i];
    ids[i] = kit.account(homes[i], "party" + std::to_string(i));
    if (party.condition == PlacedCondition::missing) continue;
    kit.open(ids[i], party.balance);
    if (party.condition == PlacedCondition::frozen)
      kit.send(homes[i], ChangeAccount{0, ids[i], AccountChange::freeze, "for the test"});
  }
  StartTransaction message;
  message.request = 900;
  message.transaction_id = words::uuid(900);
  message.currency = words::usd;
  for (const PlacedPosting& order : trial.orders)
    message.postings.push_back({ids[order.from], ids[order.to], order.amount});
  const PartitionId home = PartitionMap(kit.partitions()).partition_of(owner_of(message));
  kit.send(home, message);
  kit.run_until_quiet();
  kit.expect_quiet_books();
  RC_ASSERT(kit.replies(900).size() == 1U);
  kit.send(home, message);
  RC_ASSERT(kit.replies(900).at(1) == kit.replies(900).at(0) + " replayed");
  PlacedOutcome out{kit.replies(900).at(0), {}};
  for (std::size_t i = 0; i < parties_count; ++i)
    if (trial.parties[i].condition != PlacedCondition::missing)
      out.balances[i] = kit.account_state(ids[i]).available;
  return out;
}

std::array<Minor, parties_count> balances_after(const PlacedTrial& trial, bool is_done) {
  std::array<Minor, parties_count> balances{};
  for (std::size_t i = 0; i < parties_count; ++i) balances[i] = trial.parties[i].balance;
  for (const PlacedPosting& order : trial.orders) {
    if (is_done && order.from != outside_party) balances[order.from] -= order.amount;
    if (is_done && order.to != outside_party) balances[order.to] += order.amount;
  }
  return balances;
}

RC_GTEST_PROP(TransactionProperty, IsTheSameWhereverItsAccountsLive, ()) {
  const PlacedTrial trial = some_trial();
  const Reasons reasons = reasons_of(trial);
  std::vector<std::string> refusals;
  for (const auto& [posting, whys] : reasons)
    for (const Rejection why : whys) refusals.push_back(refusal_text(posting, why));
  RC_CLASSIFY(refusals.empty(), "done");
  RC_CLASSIFY(refusals.size() == 1, "one reason");
  RC_CLASSIFY(refusals.size() > 1, "several reasons");
  for (const PartyHomes& homes : all_placements()) {
    const PlacedOutcome outcome = played(trial, homes);
    RC_ASSERT(outcome.balances == balances_after(trial, refusals.empty()));
    if (refusals.empty())
      RC_ASSERT(outcome.answer == "completed");
    else if (homes == PartyHomes{})
      RC_ASSERT(outcome.answer == refusals.front());
    else
      RC_ASSERT(std::ranges::find(refusals, outcome.answer) != refusals.end());
  }
}

}  // namespace
}  // namespace florin
