// Any log whose checksums hold, whatever it says: each event either contradicts the state, and is named, or is applied; no
// event reaches an assertion or a place outside of a table, and what was applied keeps every account within its bounds.
// What an audit, a replay and a start do with logs that somebody has made.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <vector>

#include "actors/partition/partition_state.hpp"
#include "domain/account/account_evolve.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

constexpr std::uint32_t partitions = 3;

// Few names and many numbers near limits, so that events meet each other. Reads a tape of chances.
class HostileEvents {
 public:
  explicit HostileEvents(std::vector<std::uint32_t> tape) : tape_(std::move(tape)) {}
  [[nodiscard]] bool is_over() const { return at_ >= tape_.size(); }
  LogIndex now = 1;  // the entry that is read
  std::uint32_t below(std::uint32_t n) { return is_over() ? 0 : tape_[at_++] % n; }

  Event event() {
    switch (below(26)) {
      case 0:
      case 1: return opened();
      case 2: return AccountFrozen{account(), "x"};
      case 3: return AccountUnfrozen{account(), "x"};
      case 4: return AccountClosed{account(), "x"};
      case 5:
        return TransferPosted{words::uuid(1), account(), account(), amount(), currency(), {}, {}};
      case 6:
        return TransferRefused{words::uuid(1), account(),  account(),
                               amount(),       currency(), Rejection::account_not_found};
      case 7:
      case 8: return started();
      case 9: return TryAnswered{leg(), answer()};
      case 10: return decided();
      case 11: return SecondPhaseAnswered{leg(), below(2) == 0};
      case 12: return TransferCompleted{transfer()};
      case 13: return cancelled();
      case 14: return LegTried{leg(), content()};
      case 15:
        return below(2) == 0 ? Event(LegRefused{leg(), content(), Rejection::account_not_found})
                             : Event(LegCancelledEarly{leg(), account()});
      case 16: return LegConfirmed{leg(), content(), {}};
      case 17: return LegCancelled{leg()};
      case 18: return StepApplied{leg(), content(), {}};
      case 19: return StepCompensated{leg(), content(), {}};
      case 20: return cancel_decided();
      case 21: return AccountMetadataChanged{account(), {{"k", "v"}}};
      case 22:
        return SidedRefusal{{words::uuid(1), account(), account(), amount(), currency(),
                             Rejection::account_not_found},
                            static_cast<RefusedSide>(below(3))};
      case 23: return TransferNoted{transfer(), TransferNotes{"r", "", {}, ""}};
      case 24: return LegNoted{leg(), LegNotes{"r", "d"}};
      default: return FenceAdvanced{partition(), now - below(4) % now};
    }
  }

 private:
  AccountId account() {
    constexpr const char* names[] = {"a", "b", "c"};
    return AccountId::from_trusted(names[below(3)]);
  }
  Currency currency() { return below(8) == 0 ? words::eur : words::usd; }
  Minor amount() {
    constexpr Minor max = std::numeric_limits<Minor>::max();
    constexpr Minor amounts[] = {1,           5,   5,       5,
                                 100,         max, max - 1, max / 2,
                                 max / 2 + 1, 0,   -1,      std::numeric_limits<Minor>::min()};
    return amounts[below(12)];
  }
  PartitionId partition() {
    constexpr PartitionId ids[] = {0, 0, 0, 1, 2, 3, 65'535};
    return ids[below(7)];
  }
  TransferId transfer() {
    constexpr LogIndex far = std::numeric_limits<LogIndex>::max();
    if (below(30) == 0) return {far, below(4), partition()};
    // Of the last entries, and of the next: what is older is seldom open.
    const LogIndex back = below(6);
    return {now > back ? now + 1 - back : 1, below(4), partition()};
  }
  LegKey leg() {
    constexpr std::uint8_t legs[] = {0, 0, 0, 1, 1, 2, 7, 15, 16, 255};
    const TransferId id = transfer();
    return {id, legs[below(10)]};
  }
  LegContent content() {
    LegContent content;
    content.account = account();
    content.counterparty = account();
    content.transaction_id = words::uuid(1);
    content.amount = amount();
    content.currency = currency();
    content.role = below(2) == 0 ? LegRole::debit : LegRole::credit;
    return content;
  }
  LegAnswer answer() {
    return {static_cast<AnswerCode>(below(10)),
            below(2) == 0 ? std::optional(Rejection::account_frozen) : std::nullopt};
  }
  AccountOpened opened() {
    AccountOpened event;
    event.account = account();
    event.currency = currency();
    event.allow_negative = below(2) == 0;
    return event;
  }
  TransferCancelled cancelled() {
    TransferCancelled event;
    event.transfer = transfer();
    return event;
  }
  TransferStarted started() {
    TransferStarted event;
    event.transaction_id = words::uuid(1 + below(2));
    event.owner = account();
    event.protocol = static_cast<Protocol>(below(3));
    event.currency = currency();
    for (std::uint32_t legs = below(5); legs > 0; --legs)
      event.legs.push_back(
          {account(), partition(), below(2) == 0 ? LegRole::debit : LegRole::credit, amount()});
    return event;
  }
  TransferDecided decided() {
    TransferDecided event;
    event.transfer = transfer();
    event.decision = below(2) == 0 ? Decision::confirm : Decision::cancel;
    constexpr std::uint8_t legs[] = {TransferDecided::no_leg, 0, 1, 3, 16, 254};
    event.answered_leg = legs[below(6)];
    event.answer = answer();
    return event;
  }
  CancelDecided cancel_decided() {
    const TransferDecided some = decided();
    return {some.transfer, Rejection::account_frozen, some.answered_leg, some.answer};
  }

  std::vector<std::uint32_t> tape_;
  std::size_t at_ = 0;
};

struct Outcome {
  std::size_t applied = 0, contradicted = 0;
};

// As Partition::replay() and the audit, but that they stop at the first event that contradicts the state.
Outcome read_log(const std::vector<std::uint32_t>& tape) {
  HostileEvents events(tape);
  const PartitionMap map(partitions);
  MemoryStateStore store;
  PartitionState state(0, map, store, 1'000);
  Outcome outcome;
  for (LogIndex index = 1; !events.is_over(); ++index) {
    const Timestamp time = words::noon + static_cast<std::int64_t>(index) * words::second;
    events.now = index;
    const Ordinal count = 1 + events.below(4);
    for (Ordinal ordinal = 0; ordinal < count; ++ordinal) {
      const Event event = events.event();
      const Position at{index, ordinal, 0};
      if (const auto wrong = state.contradiction(event, at)) {
        RC_ASSERT(wrong->find(event_name(event)) != std::string::npos);
        ++outcome.contradicted;
        continue;
      }
      state.apply(event, at, time);
      ++outcome.applied;
    }
    state.end_entry(index, time, genesis_hash);
    state.for_each_account(
        [](const AccountState& account) { RC_ASSERT(invariants_hold(account)); });
  }
  static_cast<void>(state.collect_checkpoint());
  return outcome;
}

RC_GTEST_PROP(HostileLog, IsReadOrRefusedAndNeverEndsTheProcess, ()) {
  const auto outcome =
      read_log(*rc::gen::resize(600, rc::gen::arbitrary<std::vector<std::uint32_t>>()));
  RC_CLASSIFY(outcome.applied > 10);
}

// Long ones: what rapidcheck draws is mostly short, and most events need others before them.
TEST(HostileLog, OfThousandsOfEventsIsReadOrRefused) {
  std::size_t applied = 0, contradicted = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    std::vector<std::uint32_t> tape(4'000);
    std::uint64_t x = seed * 0x9E3779B97F4A7C15U;
    for (std::uint32_t& chance : tape) {
      x ^= x << 13;
      x ^= x >> 7;
      x ^= x << 17;
      chance = static_cast<std::uint32_t>(x >> 32);
    }
    const Outcome outcome = read_log(tape);
    applied += outcome.applied;
    contradicted += outcome.contradicted;
  }
  EXPECT_GT(applied, 1'000U);
  EXPECT_GT(contradicted, 10'000U);
}

// A leg of a transfer that has not started: it would be there before its transfer says how many legs it has.
TEST(HostileLog, ALegBesideItsCoordinatorIsOfATransferThatHasStarted) {
  const PartitionMap map(partitions);
  MemoryStateStore store;
  PartitionState state(0, map, store, 1'000);
  AccountOpened opened;
  opened.account = AccountId::from_trusted("a");
  opened.currency = words::usd;
  state.apply(opened, {1, 0, 0}, words::noon);
  LegContent content;
  content.account = AccountId::from_trusted("a");
  content.amount = 5;
  content.currency = words::usd;
  content.role = LegRole::credit;
  const auto wrong = state.contradiction(LegTried{{{1, 2, 0}, 7}, content}, {1, 1, 0});
  ASSERT_TRUE(wrong.has_value());
  EXPECT_NE(wrong->find("leg: there can be none"), std::string::npos);
  EXPECT_TRUE(state.contradiction(LegTried{{{9, 0, 0}, 7}, content}, {1, 1, 0}).has_value());
}

// Each of the two legs alone could be kept; both together cannot.
TEST(HostileLog, ASagaKeepsNoMoreThanItsStepsHaveTaken) {
  const PartitionMap map(partitions);
  MemoryStateStore store;
  PartitionState state(0, map, store, 1'000);
  const AccountId a = AccountId::from_trusted("a");
  Ordinal ordinal = 0;
  const auto apply = [&](const Event& event) {
    const Position at{1, ordinal++, 0};
    ASSERT_EQ(state.contradiction(event, at), std::nullopt);
    state.apply(event, at, words::noon);
  };
  AccountOpened opened;
  opened.account = a;
  opened.currency = words::usd;
  opened.allow_negative = true;
  apply(opened);
  TransferStarted started;
  started.owner = a;
  started.protocol = Protocol::saga;
  started.currency = words::usd;
  started.legs.push_back({a, 0, LegRole::debit, 5});
  started.legs.push_back({a, 0, LegRole::debit, 5});
  apply(started);
  LegContent content;
  content.account = a;
  content.amount = 5;
  content.currency = words::usd;
  apply(StepApplied{{{1, 1, 0}, 0}, content, {}});
  const auto wrong = state.contradiction(TransferCompleted{{1, 1, 0}}, {1, ordinal, 0});
  ASSERT_TRUE(wrong.has_value());
  EXPECT_NE(wrong->find("transfer_completed"), std::string::npos);
}

}  // namespace
}  // namespace florin
