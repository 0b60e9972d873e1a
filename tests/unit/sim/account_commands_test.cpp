// The checker sees a change that nobody asked for, one that was made twice, and answers that are not what the log says.
#include "sim/sim_clients.hpp"
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class AccountCommandsTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_account_commands(run_); }

 protected:
  AccountCommandsTest() {
    const auto open = ask(question(ActionKind::open_account));
    log(0,
        {by(1, AccountOpened{payer(), dollars(), AccountKind::user, false, no_daily_limit, {}})});
    hear(open, account(1));
  }
  static Event by(std::uint64_t number, Event event) {
    return commanded(std::move(event), CommandSource{{1, 9, number}, {}, {}, {}});
  }
  static Answer account(LogIndex index, bool frozen = false, bool closed = false) {
    Answer seen = answer(Verdict::account, index);
    seen.account.frozen = frozen;
    seen.account.closed = closed;
    return seen;
  }
  void end() {
    const std::vector<Operation> none;
    EndView end{none, {}, {}, {}, true};
    checker().at_end(end);
  }
};

TEST_F(AccountCommandsTest, IsSilentWhenEachChangeIsTheWorkOfOneRequest) {
  const auto slow = ask(question(ActionKind::unfreeze));  // never answered: it may be made any time
  const auto freeze = ask(question(ActionKind::freeze));
  log(0, {by(2, AccountFrozen{payer(), ""})});
  hear(freeze, account(2, true));
  log(0, {by(3, AccountUnfrozen{payer(), ""})});
  hear(ask(question(ActionKind::read_account)), account(3));
  const auto close = ask(question(ActionKind::close));
  log(0, {by(4, AccountClosed{payer(), ""})});
  hear(close, account(4, false, true));
  hear(slow, account(3));
  hear(ask(question(ActionKind::freeze)),
       answer(Verdict::rejected, 4, static_cast<std::uint8_t>(Rejection::account_closed)));
  end();
  expect_fine();
}

TEST_F(AccountCommandsTest, SeesAnUnfreezingThatWasSentTwice) {
  ask(question(ActionKind::unfreeze));
  hear(ask(question(ActionKind::freeze)), answer(Verdict::not_accepted, 0));
  const auto freeze = ask(question(ActionKind::freeze));
  log(0, {by(2, AccountFrozen{payer(), ""})});
  log(0, {by(3, AccountUnfrozen{payer(), ""})});
  hear(freeze, account(2, true));
  const auto again = ask(question(ActionKind::freeze));
  log(0, {by(4, AccountFrozen{payer(), ""})});
  hear(again, account(4, true));
  log(0, {by(5, AccountUnfrozen{payer(), ""})});  // whose?
  end();
  expect_wrong("payer is unfrozen at p0:5:0, and nobody who waited for an answer had asked for it");
}

TEST_F(AccountCommandsTest, SeesACommandWithTwoEffects) {
  ask(question(ActionKind::freeze));
  ask(question(ActionKind::freeze));
  ask(question(ActionKind::unfreeze));
  log(0, {by(2, AccountFrozen{payer(), ""}), by(3, AccountUnfrozen{payer(), ""}),
          by(2, AccountFrozen{payer(), ""})});
  expect_wrong("p0:2:2 is the work of a command that has had an effect before");
}

TEST_F(AccountCommandsTest, SeesWhatWasToldNotExecutedAndWas) {
  hear(ask(question(ActionKind::freeze)), answer(Verdict::not_accepted, 0));
  log(0, {by(2, AccountFrozen{payer(), ""})});
  end();
  expect_wrong("payer is frozen at p0:2:0");
}

TEST_F(AccountCommandsTest, SeesAChangeThatIsMadeBehindItsAnswer) {
  const auto freeze = ask(question(ActionKind::freeze));
  log(0, {by(2, AccountFrozen{payer(), ""})});
  hear(freeze, account(2, true));
  const auto unfreeze = ask(question(ActionKind::unfreeze));
  log(0, {by(3, AccountUnfrozen{payer(), ""})});
  hear(unfreeze, account(3));
  log(0, {by(4, AccountFrozen{payer(), ""})});
  end();
  expect_wrong("payer is frozen at p0:4:0");
}

TEST_F(AccountCommandsTest, SeesAnAnswerThatIsNotWhatTheLogSays) {
  hear(ask(question(ActionKind::read_account)), account(1, true));
  expect_wrong("another frozen than the log says");
}

TEST_F(AccountCommandsTest, SeesAFreezeThatIsAcknowledgedAndNotMade) {
  hear(ask(question(ActionKind::freeze)), account(1));
  expect_wrong("not frozen");
}

TEST_F(AccountCommandsTest, SeesARefusalWithoutItsReason) {
  hear(ask(question(ActionKind::freeze)),
       answer(Verdict::rejected, 1, static_cast<std::uint8_t>(Rejection::account_closed)));
  expect_wrong("that the account is closed");
}

TEST_F(AccountCommandsTest, SeesARefusalThatNoSuchRequestCanGet) {
  hear(ask(question(ActionKind::freeze)),
       answer(Verdict::rejected, 1, static_cast<std::uint8_t>(Rejection::insufficient_available)));
  expect_wrong("insufficient_available");
}

TEST_F(AccountCommandsTest, SeesAChangeThatDoesNotSayWhoseItWas) {
  ask(question(ActionKind::freeze));
  log(0, {AccountFrozen{payer(), ""}});
  expect_wrong("does not say whose command it was");
}

// --- metadata --------------------------------------------------------------------------------------------

Action patch(std::int64_t number) {
  Action action;
  action.kind = ActionKind::patch_metadata;
  action.amount = number;
  return action;
}
// As the patch makes it of an account without any.
AccountMetadataChanged patched_by(std::int64_t number) {
  return {payer(), patched({}, metadata_patch_of(patch(number)))};
}

TEST_F(AccountCommandsTest, IsSilentWhenMetadataIsWhatItsRequestAskedFor) {
  const auto change = ask(patch(1));
  log(0, {by(2, patched_by(1))});
  hear(change, account(2));
  hear(ask(patch(1)), account(2));  // the same again changes nothing
  end();
  expect_fine();
}

TEST_F(AccountCommandsTest, SeesMetadataThatNobodyAskedFor) {
  ask(patch(2));
  log(0, {by(2, patched_by(1))});
  end();
  expect_wrong("payer is given other metadata at p0:2:0, and nobody");
}

TEST_F(AccountCommandsTest, SeesAChangeOfMetadataThatChangesNothing) {
  ask(patch(1));
  ask(patch(1));
  log(0, {by(2, patched_by(1)), by(3, patched_by(1))});
  expect_wrong("p0:2:1 changes no metadata of payer");
}

TEST_F(AccountCommandsTest, SeesMetadataThatWasSentTwice) {
  const auto first = ask(patch(1));
  log(0, {by(2, patched_by(1))});
  hear(first, account(2));
  const auto other = ask(patch(21));  // the same key
  const Metadata after = patched(patched_by(1).metadata, metadata_patch_of(patch(21)));
  log(0, {by(3, AccountMetadataChanged{payer(), after})});
  hear(other, account(3));
  log(0, {by(4, patched_by(1))});  // whose?
  end();
  expect_wrong("payer is given other metadata at p0:4:0");
}

}  // namespace
}  // namespace florin::sim
