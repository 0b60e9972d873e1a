// The participant contract, cell by cell, against an own copy of the table, and what
// each cell does: the event, the answer, the alarm. A contract with every coordinator: change both or none.
#include "domain/transfer/participant_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "domain/transfer/participant_decide.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using namespace words;

const LegKey key{{1, 0, 0}, 0};
const LegContent content{alice, bob, uuid(1), 100, usd, LegRole::debit};
const std::array states{LegState::none,      LegState::tried,           LegState::confirmed,
                        LegState::cancelled, LegState::cancelled_early, LegState::refused};
const std::array messages{LegMessage::try_, LegMessage::confirm, LegMessage::cancel,
                          LegMessage::apply, LegMessage::compensate};

// What a message does to a leg in a state: "event / answer", "! " before it when it raises the alarm.
// Columns: Try, Confirm, Cancel (TC/C); Apply, Compensate (saga). "-" = no event.
const std::map<LegState, std::array<std::string, 5>> contract{
    {LegState::none,
     {"leg_tried / ok", "- / try_not_found", "leg_cancelled_early / ok_empty", "step_applied / ok",
      "leg_cancelled_early / ok_empty"}},
    {LegState::tried,
     {"- / ok", "leg_confirmed / ok", "leg_cancelled / ok", "! - / leg_mismatch",
      "! - / leg_mismatch"}},
    {LegState::confirmed,
     {"- / ok", "- / ok", "! - / already_confirmed", "- / ok", "step_compensated / ok"}},
    {LegState::cancelled,
     {"- / cancelled", "! - / already_cancelled", "- / ok", "- / cancelled", "- / ok"}},
    {LegState::cancelled_early,
     {"- / cancelled_before_try", "! - / already_cancelled", "- / ok_empty",
      "- / cancelled_before_try", "- / ok_empty"}},
    {LegState::refused,
     {"- / refused account_frozen", "! - / refused account_frozen", "- / ok",
      "- / refused account_frozen", "- / ok"}},
};

AccountState rich() {
  AccountState account;
  account.id = alice;
  account.currency = usd;
  account.available = 1'000;
  account.held = 1'000;
  account.incoming = 1'000;
  return account;
}

std::optional<Leg> leg_in(LegState state, LegRole role = LegRole::debit) {
  if (state == LegState::none) return std::nullopt;
  Leg leg{key, state, std::nullopt, content, noon.utc_day()};
  leg.content.role = role;
  if (state == LegState::refused) leg.rejection = Rejection::account_frozen;
  if (state == LegState::cancelled_early) {
    leg.content = LegContent{};
    leg.content.account = alice;
  }
  return leg;
}

LegDecision decide(const std::optional<Leg>& leg, LegMessage message, const LegContent& asked,
                   const AccountState& account) {
  const Leg* known = leg ? &*leg : nullptr;
  switch (message) {
    case LegMessage::try_: return decide_try(&account, known, key, asked, noon);
    case LegMessage::confirm: return decide_confirm(&account, known, key);
    case LegMessage::cancel: return decide_cancel(known, key, alice);
    case LegMessage::apply: return decide_apply(&account, known, key, asked, noon);
    case LegMessage::compensate: return decide_compensate(&account, known, key, alice);
  }
  return {};
}

std::string outcome(const LegDecision& decision) {
  return std::string(decision.alarm ? "! " : "") +
         (decision.event ? std::string(event_name(*decision.event)) : "-") + " / " +
         text(decision.answer);
}

TEST(ParticipantTable, DoesInEveryCellWhatTheContractSays) {
  for (const LegState state : states)
    for (const LegMessage message : messages)
      EXPECT_EQ(outcome(decide(leg_in(state), message, content, rich())),
                contract.at(state)[static_cast<std::size_t>(message)])
          << text(message) << " of a leg that is " << text(state);
}

TEST(ParticipantTable, DoesTheSameForCreditLegsButNeverTakesACreditBack) {
  LegContent credit = content;
  credit.role = LegRole::credit;
  for (const LegState state : states)
    for (const LegMessage message : messages) {
      const bool takes_back = state == LegState::confirmed && message == LegMessage::compensate;
      EXPECT_EQ(outcome(decide(leg_in(state, LegRole::credit), message, credit, rich())),
                takes_back ? "! - / already_confirmed"
                           : contract.at(state)[static_cast<std::size_t>(message)])
          << text(message) << " of a leg that is " << text(state);
    }
}

// A second message of the same kind finds what the first one left: no second event.
TEST(ParticipantTable, ChangesNothingOnARepeat) {
  const std::map<std::string, LegState> leaves{
      {"leg_tried", LegState::tried},         {"leg_confirmed", LegState::confirmed},
      {"leg_cancelled", LegState::cancelled}, {"leg_cancelled_early", LegState::cancelled_early},
      {"step_applied", LegState::confirmed},  {"step_compensated", LegState::cancelled}};
  for (const LegState state : states)
    for (const LegMessage message : messages) {
      const LegDecision first = decide(leg_in(state), message, content, rich());
      if (!first.event) continue;
      const LegState after = leaves.at(std::string(event_name(*first.event)));
      const LegDecision second = decide(leg_in(after), message, content, rich());
      EXPECT_FALSE(second.event) << text(message) << " of a leg that is " << text(state);
      EXPECT_EQ(second.answer, first.answer)
          << text(message) << " of a leg that is " << text(state);
    }
}

TEST(ParticipantTable, AnswersOtherContentOfAKnownLegAsMismatch) {
  const auto changes = std::to_array<void (*)(LegContent&)>(
      {[](LegContent& c) { c.account = bob; }, [](LegContent& c) { c.counterparty = alice; },
       [](LegContent& c) { c.transaction_id = uuid(2); }, [](LegContent& c) { c.amount += 1; },
       [](LegContent& c) { c.currency = eur; }, [](LegContent& c) { c.role = LegRole::credit; }});
  for (const auto& [state, message] : {std::pair{LegState::tried, LegMessage::try_},
                                       {LegState::confirmed, LegMessage::try_},
                                       {LegState::refused, LegMessage::try_},
                                       {LegState::confirmed, LegMessage::apply},
                                       {LegState::refused, LegMessage::apply}})
    for (const auto change : changes) {
      LegContent other = content;
      change(other);
      EXPECT_EQ(outcome(decide(leg_in(state), message, other, rich())), "! - / leg_mismatch")
          << text(message) << " of a leg that is " << text(state);
    }
}

TEST(ParticipantTable, NeverReservesOverACancelWhateverTheContent) {
  LegContent other = content;
  other.amount += 1;
  EXPECT_EQ(outcome(decide(leg_in(LegState::cancelled_early), LegMessage::try_, other, rich())),
            "- / cancelled_before_try");
  EXPECT_EQ(outcome(decide(leg_in(LegState::cancelled), LegMessage::apply, other, rich())),
            "- / cancelled");
}

TEST(ParticipantTable, RecordsARefusalOfTryAndApply) {
  AccountState poor = rich();
  poor.available = 99;
  for (const LegMessage message : {LegMessage::try_, LegMessage::apply})
    EXPECT_EQ(outcome(decide(std::nullopt, message, content, poor)),
              "leg_refused / refused insufficient_available");
}

TEST(ParticipantTable, ConfirmsWhateverHappenedToTheAccountSinceItsTry) {
  AccountState account = rich();
  account.frozen = true;
  account.closed = true;
  account.available = 0;
  for (const LegRole role : {LegRole::debit, LegRole::credit})
    EXPECT_EQ(outcome(decide(leg_in(LegState::tried, role), LegMessage::confirm, content, account)),
              "leg_confirmed / ok");
}

}  // namespace
}  // namespace florin
