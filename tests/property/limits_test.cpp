// Amounts over the whole range of 64 bits: whatever an account has, holds, expects and may owe, every accepted step
// of every protocol can be finished or undone, and nothing is refused that the account could bear. The model counts
// in 128 bits and shares no arithmetic with the product.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <limits>
#include <ostream>
#include <vector>

#include "domain/account/account_decide.hpp"
#include "domain/account/account_evolve.hpp"
#include "domain/transfer/participant_decide.hpp"
#include "tests/support/partition_kit.hpp"

namespace florin {
namespace {

using namespace words;

constexpr Minor minor_most = std::numeric_limits<Minor>::max();

// Every order of magnitude, and everything near what 64 bits end at: alone, in sums of a few, and as 18 digits.
rc::Gen<Minor> amounts_near_limits() {
  const auto near = [](Minor limit) {
    return rc::gen::map(rc::gen::inRange<Minor>(0, 12),
                        [limit](Minor less) { return limit - less; });
  };
  return rc::gen::oneOf(near(minor_most), near(minor_most / 2 + 6), near(minor_most / 3 + 6),
                        near(minor_most / 9 + 6), near(999'999'999'999'999'999),
                        rc::gen::inRange<Minor>(1, 100), rc::gen::inRange<Minor>(1, minor_most));
}

enum class Deed : std::uint8_t {
  deposit,
  withdraw,
  try_debit,
  try_credit,
  apply_debit,
  apply_credit,
  end_well,
  end_badly,
};
struct Do {
  Deed deed = Deed::deposit;
  Minor amount = 1;
  std::size_t which = 0;
};
std::ostream& operator<<(std::ostream& out, const Do& act) {
  return out << static_cast<int>(act.deed) << "(" << act.amount << "," << act.which << ")";
}

rc::Gen<std::vector<Do>> deeds() {
  return rc::gen::container<std::vector<Do>>(rc::gen::build<Do>(
      rc::gen::set(&Do::deed, rc::gen::map(rc::gen::inRange(0, 8),
                                           [](int n) { return static_cast<Deed>(n); })),
      rc::gen::set(&Do::amount, amounts_near_limits()),
      rc::gen::set(&Do::which, rc::gen::inRange<std::size_t>(0, 1'000))));
}

// One account and its legs, by the product's decide and evolve, beside a model in 128 bits.
class AccountWorld {
 public:
  explicit AccountWorld(bool may_owe) {
    account_.id = alice;
    account_.currency = usd;
    account_.allow_negative = may_owe;
  }

  void run(const Do& act) {
    switch (act.deed) {
      case Deed::deposit: return post(act.amount, false);
      case Deed::withdraw: return post(act.amount, true);
      case Deed::try_debit: return begin(act.amount, LegRole::debit, false);
      case Deed::try_credit: return begin(act.amount, LegRole::credit, false);
      case Deed::apply_debit: return begin(act.amount, LegRole::debit, true);
      case Deed::apply_credit: return begin(act.amount, LegRole::credit, true);
      case Deed::end_well: return end(act.which, true);
      case Deed::end_badly: return end(act.which, false);
    }
  }
  void end_all(bool well) {
    while (!open_.empty()) end(0, well);
    RC_ASSERT(account_.held == 0 && account_.incoming == 0);
  }

 private:
  struct OpenLeg {
    Leg leg;
    bool is_saga = false;
  };
  static bool fits(WideMinor value) {
    return value >= std::numeric_limits<Minor>::min() && value <= minor_most;
  }
  // What the model says to available, held and incoming growing by these.
  [[nodiscard]] bool may(WideMinor available, WideMinor held, WideMinor incoming) const {
    const WideMinor a = available_ + available, h = held_ + held, i = incoming_ + incoming;
    if (available < 0 && a < 0 && !account_.allow_negative) return false;
    return fits(a) && fits(h) && fits(i) && fits(a + h) && fits(a + h + i);
  }
  void moved(WideMinor available, WideMinor held, WideMinor incoming) {
    available_ += available;
    held_ += held;
    incoming_ += incoming;
    RC_ASSERT(available_ == account_.available && held_ == account_.held &&
              incoming_ == account_.incoming);
    RC_ASSERT(invariants_hold(account_));
  }

  void post(Minor amount, bool debit) {
    const auto refusal = debit ? check_debit(&account_, amount, usd, noon, DebitBy::posting)
                               : check_credit(&account_, amount, usd, CreditBy::posting);
    const WideMinor change = debit ? -WideMinor{amount} : WideMinor{amount};
    RC_ASSERT(!refusal == may(change, 0, 0));
    if (refusal) return;
    (void)(debit ? trail_after_debit(account_, amount) : trail_after_credit(account_, amount));
    if (debit)
      evolve_debited(account_, amount, noon.utc_day(), {1, 0, 0});
    else
      evolve_credited(account_, amount, {1, 0, 0});
    moved(change, 0, 0);
  }

  void begin(Minor amount, LegRole role, bool saga) {
    const LegKey key{{++last_, 0, 1}, 0};
    const LegContent content{alice, bob, uuid(last_), amount, usd, role};
    const LegDecision decision = saga ? decide_apply(&account_, nullptr, key, content, noon)
                                      : decide_try(&account_, nullptr, key, content, noon);
    const bool debit = role == LegRole::debit;
    const WideMinor x = amount;
    const std::array<WideMinor, 3> change =
        saga ? (debit ? std::array<WideMinor, 3>{-x, 0, x} : std::array<WideMinor, 3>{x, 0, 0})
             : (debit ? std::array<WideMinor, 3>{-x, x, 0} : std::array<WideMinor, 3>{0, 0, x});
    RC_ASSERT(decision.answer.is_ok() == may(change[0], change[1], change[2]));
    RC_ASSERT(decision.event.has_value() && !decision.alarm);
    if (!decision.answer.is_ok()) return;
    if (!saga)
      evolve_tried(account_, content, noon.utc_day());
    else if (debit)
      evolve_step_debited(account_, amount, noon.utc_day(), {1, 0, 0});
    else
      evolve_credited(account_, amount, {1, 0, 0});
    moved(change[0], change[1], change[2]);
    if (saga && !debit) return;  // the last step of a saga: it has ended
    const LegState state = saga ? LegState::confirmed : LegState::tried;
    open_.push_back({{key, state, std::nullopt, content, noon.utc_day()}, saga});
  }

  // Whatever was accepted can end either way, in any order.
  void end(std::size_t which, bool well) {
    if (open_.empty()) return;
    const auto at = open_.begin() + static_cast<std::ptrdiff_t>(which % open_.size());
    const OpenLeg open = *at;
    open_.erase(at);
    const LegContent& content = open.leg.content;
    const bool debit = content.role == LegRole::debit;
    const WideMinor x = content.amount;
    if (open.is_saga && well) {
      evolve_debit_kept(account_, content.amount);
      return moved(0, 0, -x);
    }
    const LegDecision decision = open.is_saga
                                     ? decide_compensate(&account_, &open.leg, open.leg.key, alice)
                                 : well ? decide_confirm(&account_, &open.leg, open.leg.key)
                                        : decide_cancel(&open.leg, open.leg.key, alice);
    RC_ASSERT(decision.answer.code == AnswerCode::ok && decision.event && !decision.alarm);
    if (open.is_saga) {
      evolve_debit_returned(account_, content.amount, noon.utc_day(), {1, 0, 0});
      return moved(x, 0, -x);
    }
    if (well)
      evolve_confirmed(account_, content, {1, 0, 0});
    else
      evolve_released(account_, content, noon.utc_day());
    if (debit) return moved(well ? 0 : x, -x, 0);
    moved(well ? x : 0, 0, -x);
  }

  AccountState account_;
  WideMinor available_ = 0, held_ = 0, incoming_ = 0;
  std::vector<OpenLeg> open_;
  std::uint64_t last_ = 0;
};

RC_GTEST_PROP(LimitsProperty, AnAccountAcceptsExactlyWhatItCanBearAndEndsWhatItAccepted,
              (bool may_owe, bool well)) {
  AccountWorld world(may_owe);
  for (const Do& act : *deeds()) world.run(act);
  world.end_all(well);
}

// Whole partitions: the same amounts through coordinators and sagas, with many open at once.
RC_GTEST_PROP(LimitsProperty, PartitionsEndEveryTransferOfAnyAmount, ()) {
  PartitionKit kit(3);
  std::vector<AccountId> accounts;
  for (int i = 0; i < 5; ++i) {
    const auto home = static_cast<PartitionId>(i % 3);
    accounts.push_back(kit.account(home, "account" + std::to_string(i)));
    kit.send(
        home,
        OpenAccount{
            .account = accounts.back(), .currency = usd, .allow_negative = i != 4, .metadata = {}});
  }
  std::vector<StartTransfer> asked;
  for (const Do& act : *deeds()) {
    const AccountId& one = accounts[act.which % accounts.size()];
    const AccountId& other = accounts[(act.which / 7 + act.which + 1) % accounts.size()];
    const Protocol protocol = act.which % 2 == 0 ? Protocol::tcc : Protocol::saga;
    if (one == other) continue;
    if (act.deed == Deed::deposit)
      asked.push_back(kit.transfer(outside_usd, one, act.amount));
    else if (act.deed == Deed::withdraw)
      asked.push_back(kit.transfer(one, outside_usd, act.amount));
    else if (act.deed == Deed::end_well) {
      if (kit.step()) continue;
    } else {
      asked.push_back(kit.transfer(one, other, act.amount, protocol));
    }
    if (!asked.empty()) kit.send(asked.back());  // the newest, at times twice
  }
  kit.run_until_quiet();
  kit.expect_quiet_books();
  for (const StartTransfer& sent : asked) RC_ASSERT(!kit.replies(sent.request).empty());
  for (std::uint32_t p = 0; p < kit.partitions(); ++p) {
    const auto at = static_cast<PartitionId>(p);
    RC_ASSERT(kit.state_text(at) == kit.replayed_text(at));
  }
  RC_ASSERT(!::testing::Test::HasFailure());
}

// Sums over accounts are 128 bits wide in memory, in rows and as text.
RC_GTEST_PROP(LimitsProperty, ABookOfAnyAmountsIsWrittenAsItIs, (bool negative)) {
  WideMinor sum = 0;
  for (const Minor amount : *rc::gen::container<std::vector<Minor>>(amounts_near_limits()))
    sum += amount;
  if (negative) sum = -sum;
  std::string text = format_amount(sum, 2);
  WideMinor read = 0;
  for (const char c : text)
    if (c >= '0' && c <= '9') read = read * 10 + (c - '0');
  RC_ASSERT((text[0] == '-' ? -read : read) == sum);
}

}  // namespace
}  // namespace florin
