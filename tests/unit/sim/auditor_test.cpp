// The checker auditor objects to every balance that is not what clients were told, and to no other.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class AuditorTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_auditor(run_); }

 protected:
  AuditorTest() {
    Action deposit = transfer(100);
    deposit.kind = ActionKind::deposit;
    deposit.transaction = 1;
    told(deposit, Verdict::completed);
    told(transfer(30), Verdict::completed);
  }
  // A client has asked and heard this.
  void told(const Action& action, Verdict verdict) {
    const auto number = ask(action);
    operations_[number].answer = answer(verdict, 4);
    hear(number, *operations_[number].answer);
  }
  static Answer account(std::int64_t available, std::int64_t held = 0) {
    Answer seen = answer(Verdict::account, 9);
    seen.account.available = available;
    seen.account.held = held;
    return seen;
  }
  // What the reads of the end show: one for each account.
  void end_with(const Answer& payer, const Answer& payee) {
    for (std::uint32_t i = 0; i < 2; ++i) {
      Action read = question(ActionKind::read_account);
      read.account = i;
      operations_[ask(read)].answer = i == 0 ? payer : payee;
    }
    EndView end{operations_, {}, {}, {}};
    checker().at_end(end);
  }
};

TEST_F(AuditorTest, IsSilentWhenBalancesAreWhatClientsWereTold) {
  told(transfer(30), Verdict::completed);  // the same transfer, told twice, counts once
  Action withdrawal = transfer(20);
  withdrawal.kind = ActionKind::withdraw;
  withdrawal.transaction = 9;
  told(withdrawal, Verdict::completed);
  Action refused = transfer(40);
  refused.transaction = 10;
  told(refused, Verdict::refused);
  end_with(account(50), account(30));
  expect_fine();
}

TEST_F(AuditorTest, SeesMoneyThatIsMissing) {
  end_with(account(69), account(30));
  expect_wrong("payer has 69; answers add up to 70");
}

TEST_F(AuditorTest, SeesMoneyThatCameTwice) {
  end_with(account(70), account(60));
  expect_wrong("payee has 60; answers add up to 30");
}

TEST_F(AuditorTest, SeesAnAccountThatIsNotThereAlthoughItWasPaid) {
  end_with(account(70), answer(Verdict::rejected, 9, 4));
  expect_wrong("payee is not there, but money was moved with it");
}

TEST_F(AuditorTest, SeesMoneyThatIsStillHeld) {
  end_with(account(40, 30), account(30));
  expect_wrong("payer still holds 30");
}

TEST_F(AuditorTest, SeesABalanceBelowZeroInAnyRead) {
  hear(ask(question(ActionKind::read_account)), account(-1));
  expect_wrong("payer has -1 and may not go below zero");
}

TEST_F(AuditorTest, LetsThoseGoBelowZeroWhoMay) {
  workload_.accounts[0].allow_negative = true;
  hear(ask(question(ActionKind::read_account)), account(-1));
  expect_fine();
}

TEST_F(AuditorTest, SeesThatLessThanNothingIsHeld) {
  hear(ask(question(ActionKind::read_account)), account(5, -1));
  expect_wrong("payer holds -1, less than nothing");
}

TEST_F(AuditorTest, CountsAllPostingsOfATransaction) {
  Action both = transaction(two_postings);
  both.transaction = 11;
  told(both, Verdict::completed);
  told(both, Verdict::completed);  // told twice, counts once
  end_with(account(90), account(60));
  expect_fine();
}

TEST_F(AuditorTest, SeesATransactionOfWhichOnePostingIsMissing) {
  Action both = transaction(two_postings);
  both.transaction = 11;
  told(both, Verdict::completed);
  end_with(account(120), account(30));
  expect_wrong("payer has 120; answers add up to 90");
}

}  // namespace
}  // namespace florin::sim
