// Any message, whoever sends it and whatever it says: a partition answers, refuses or raises the alarm. It never
// ends, and whatever it logs is an entry that it can read again.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <vector>

#include "actors/partition/partition.hpp"
#include "domain/account/account_evolve.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

template <class T>
rc::Gen<T> one_of_these(std::vector<T> values) {
  return rc::gen::elementOf(std::move(values));
}

AccountId some_account() {
  return *one_of_these<AccountId>({words::account_in(0, 3, "a"), words::account_in(0, 3, "b"),
                                   words::account_in(1, 3, "c"), words::outside_usd,
                                   AccountId::from_trusted("@outside:EUR"), AccountId{}});
}
Currency some_currency() { return *one_of_these<Currency>({words::usd, words::usd, words::eur}); }
Minor some_amount() {
  constexpr Minor max = std::numeric_limits<Minor>::max();
  return *one_of_these<Minor>({1, 5, 100, max, max - 1, max / 2, max / 2 + 1, max / 3, 0, -1, -max,
                               std::numeric_limits<Minor>::min(), 999'999'999'999'999'999});
}
Timestamp some_deadline() {
  return *one_of_these<Timestamp>({Timestamp{}, words::noon + -1, words::noon + words::second,
                                   words::noon + words::day, Timestamp{INT64_MAX},
                                   Timestamp{INT64_MIN}});
}
LogIndex some_index() { return *one_of_these<LogIndex>({0, 1, 2, 3, 4, 5, 9, UINT64_MAX}); }
PartitionId some_partition() { return *one_of_these<PartitionId>({0, 0, 1, 1, 2, 3, 65'535}); }
LegKey some_leg() {
  const auto ordinal = *one_of_these<Ordinal>({0, 0, 1, 2, 3, UINT32_MAX});
  const auto leg = *one_of_these<std::uint8_t>({0, 0, 0, 1, 1, 2, 15, 16, 255});
  return {{some_index(), ordinal, some_partition()}, leg};
}
LegContent some_content() {
  const LegRole role = *one_of_these<LegRole>({LegRole::debit, LegRole::credit});
  return {some_account(), some_account(), words::uuid(1), some_amount(), some_currency(), role};
}
LegAnswered some_answer() {
  LegAnswered message;
  message.leg = some_leg();
  message.answered = static_cast<LegMessage>(*rc::gen::inRange(0, 5));
  message.answer.code = static_cast<AnswerCode>(*rc::gen::weightedElement<int>(
      {{8, 0}, {2, 1}, {2, 2}, {1, 3}, {1, 4}, {1, 5}, {1, 6}, {1, 7}, {1, 8}, {1, 9}}));
  if (*rc::gen::arbitrary<bool>()) message.answer.rejection = Rejection::account_frozen;
  return message;
}
StartTransfer some_start() {
  StartTransfer message{1,
                        some_account(),
                        some_account(),
                        words::uuid(1),
                        some_amount(),
                        some_currency(),
                        Protocol::tcc,
                        some_deadline()};
  message.transaction_id = words::uuid(*rc::gen::inRange<std::uint64_t>(1, 6));
  message.protocol = *one_of_these<Protocol>({Protocol::local, Protocol::tcc, Protocol::saga});
  return message;
}
StartTransaction some_transaction() {
  StartTransaction message;
  message.request = 1;
  message.transaction_id = words::uuid(*rc::gen::inRange<std::uint64_t>(1, 6));
  message.currency = some_currency();
  for (int i = *rc::gen::inRange(0, 10); i > 0; --i)
    message.postings.push_back({some_account(), some_account(), some_amount()});
  message.deadline = some_deadline();
  if (*rc::gen::arbitrary<bool>()) message.notes->reference = "r";
  return message;
}
OpenAccount some_opening() {
  OpenAccount message;
  message.request = 1;
  message.account = some_account();
  message.currency = some_currency();
  message.allow_negative = *rc::gen::arbitrary<bool>();
  message.daily_debit_limit = *one_of_these<Minor>({no_daily_limit, 0, 100, INT64_MAX, INT64_MIN});
  return message;
}

Message some_message() {
  switch (*rc::gen::weightedElement<int>({{6, 0},
                                          {5, 1},
                                          {2, 2},
                                          {2, 3},
                                          {6, 4},
                                          {3, 5},
                                          {2, 6},
                                          {1, 7},
                                          {1, 8},
                                          {3, 9},
                                          {1, 10},
                                          {1, 11},
                                          {1, 12},
                                          {1, 13},
                                          {2, 14},
                                          {2, 15},
                                          {1, 16},
                                          {4, 17}})) {
    case 0: return some_start();
    case 1: return TryLeg{some_leg(), some_content()};
    case 2: return ConfirmLeg{some_leg(), some_account()};
    case 3: return CancelLeg{some_leg(), some_account()};
    case 4: return some_answer();
    case 5: return ApplyStep{some_leg(), some_content()};
    case 6: return CompensateStep{some_leg(), some_account()};
    case 7: return AdvanceFence{some_partition(), some_partition(), some_index()};
    case 8: return FenceHeard{some_partition(), some_partition(), some_index()};
    case 9: return some_opening();
    case 10:
      if (*rc::gen::inRange(0, 2) == 0)
        return ChangeMetadata{1, some_account(), {{{"k", "v"}}, {"l"}}};
      return ChangeAccount{1, some_account(), static_cast<AccountChange>(*rc::gen::inRange(0, 3)),
                           "reason"};
    case 11: return CheckLeg{1, some_account(), LegRole::debit, some_amount(), some_currency()};
    case 12: return GetTransfer{1, some_partition(), words::uuid(1), some_account()};
    case 14: return StartNotedTransfer{some_start(), TransferNotes{"r", "", {{"k", "v"}}, ""}};
    case 15: return TryNotedLeg{{some_leg(), some_content()}, LegNotes{"r", "d"}};
    case 17: return some_transaction();
    case 16: return ApplyNotedStep{{some_leg(), some_content()}, LegNotes{"", "d"}};
    default: return ListAccounts{1, 0, "", 3};
  }
}

RC_GTEST_PROP(AnyMessageProperty, EndsNoPartitionAndIsReadAgainFromItsLog, ()) {
  const PartitionMap map(3);
  MemoryStateStore store, again_store;
  Partition partition(0, map, store, {}), again(0, map, again_store, {});
  RC_ASSERT(partition.load().has_value() && again.load().has_value());
  partition.begin_deciding();
  Timestamp now = words::noon;
  const int turns = *rc::gen::inRange(1, 25);
  for (int turn = 0; turn < turns; ++turn) {
    now = now + *one_of_these<std::int64_t>({0, 1'000, words::second, 20 * words::second});
    partition.begin(now);
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) partition.handle(some_message());
    partition.tick();
    const SealedTurn sealed = partition.seal();
    if (sealed.entry.empty()) continue;
    const auto replayed = again.replay(sealed.entry);
    if (!replayed) RC_FAIL(replayed.error().context);
  }
  partition.state().for_each_account(
      [](const AccountState& account) { RC_ASSERT(invariants_hold(account)); });
}

}  // namespace
}  // namespace florin
