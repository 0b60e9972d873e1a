// Entries that contradict the state: refused as a whole error with entry, event and field named, and never an
// assert; whatever a log says, a partition that reads it answers.
#include <gtest/gtest.h>

#include "tests/support/partition_kit.hpp"

namespace florin {
namespace {

using namespace words;

const std::string no_leg_here = "leg: there can be none of this name here";
constexpr Minor minor_most = INT64_MAX;
const TransferId far_transfer{1, 0, 1};
const TransferId own_transfer{1, 0, 0};

LegContent content_of_leg(const AccountId& account, LegRole role, Minor amount) {
  return {account, bob, uuid(1), amount, usd, role};
}
AccountOpened opened_event(const AccountId& id, bool allow_negative = false) {
  AccountOpened event;
  event.account = id;
  event.currency = usd;
  event.allow_negative = allow_negative;
  return event;
}
TransferStarted started_event(Protocol protocol) {
  TransferStarted event;
  event.transaction_id = uuid(1);
  event.owner = alice;
  event.protocol = protocol;
  event.currency = usd;
  event.deadline = noon;
  event.legs = {{alice, 0, LegRole::debit, 10}, {bob, 1, LegRole::credit, 10}};
  return event;
}
TransferPosted posted_event(const AccountId& from, const AccountId& to, Minor amount) {
  return {uuid(9), from, to, amount, usd, {}, {}};
}

// Partition 0 of two that has replayed these events, an entry each.
class ReplayKit {
 public:
  ReplayKit() : partition_(0, map_, store_, {}) { EXPECT_TRUE(partition_.load()); }

  std::string replay(const std::vector<Event>& events) {
    EntryBuilder builder;
    builder.begin();
    for (const Event& event : events) builder.add(event);
    EntryHeader header;
    header.term = 1;
    header.index = partition_.state().last_index() + 1;
    header.time = noon;
    header.previous_hash = partition_.state().last_hash();
    const auto status = partition_.replay(builder.finish(header));
    return status ? "" : status.error().context;
  }
  ReplayKit& given(const Event& event) {
    EXPECT_EQ(replay({event}), "");
    return *this;
  }
  PartitionState& state() { return partition_.state(); }

 private:
  PartitionMap map_{2};
  MemoryStateStore store_;
  Partition partition_;
};

TEST(PartitionCheck, NamesEntryEventAndField) {
  ReplayKit kit;
  kit.given(opened_event(alice));
  EXPECT_EQ(
      kit.replay({AccountFrozen{alice, ""},
                  LegTried{{far_transfer, 0}, content_of_leg(alice, LegRole::debit, 5)}}),
      "entry 2 of partition 0: event 1 (leg_tried) contradicts the state before it: amount: takes "
      "the account's available out of its bounds");
}

TEST(PartitionCheck, RefusesWhatTheNumbersOfAnAccountCannotBear) {
  const auto answer = [](const std::vector<Event>& before, const Event& event) {
    ReplayKit kit;
    kit.given(opened_event(alice, true)).given(opened_event(bob, true));
    for (const Event& each : before) kit.given(each);
    return kit.replay({event});
  };
  const auto holds = [](std::uint8_t leg, Minor amount) {
    return LegTried{{far_transfer, leg}, content_of_leg(alice, LegRole::debit, amount)};
  };
  const auto expects = [](std::uint8_t leg, Minor amount) {
    return LegTried{{far_transfer, leg}, content_of_leg(alice, LegRole::credit, amount)};
  };
  const auto is_about = [](const std::string& text, const std::string& field) {
    EXPECT_TRUE(text.ends_with(field)) << text;
  };
  is_about(
      answer({posted_event(outside_usd, alice, 2)}, posted_event(outside_usd, alice, minor_most)),
      "available out of its bounds");
  is_about(
      answer({posted_event(outside_usd, alice, minor_most), holds(0, minor_most)}, holds(1, 1)),
      "held out of its bounds");
  is_about(
      answer({posted_event(alice, outside_usd, minor_most), expects(0, minor_most)}, expects(1, 1)),
      "incoming out of its bounds");
  is_about(answer({posted_event(outside_usd, alice, 1)}, expects(0, minor_most)),
           "balance out of its bounds");
  is_about(answer({}, holds(0, 0)), "amount: is not above zero");
  is_about(answer({}, holds(0, INT64_MIN)), "amount: is not above zero");
  is_about(answer({}, posted_event(alice, bob, INT64_MIN)), "amount: is not above zero");
  is_about(answer({}, posted_event(alice, alice, 1)), "to: is the payer");
}

// One event of each kind at least that the state cannot bear, and what is said of it.
TEST(PartitionCheck, RefusesEveryKindOfEventThatContradicts) {
  const LegKey leg{far_transfer, 0};
  const LegContent debit = content_of_leg(alice, LegRole::debit, 5);
  const LegContent credit = content_of_leg(alice, LegRole::credit, 5);
  const auto with = [](LegContent content, const auto& change) {
    change(content);
    return content;
  };
  TransferStarted far = started_event(Protocol::tcc);
  far.legs[1].partition = 7;
  TransferStarted without = started_event(Protocol::tcc);
  without.legs.clear();
  TransferStarted many = started_event(Protocol::tcc);
  while (many.legs.size() <= limits::legs_max) many.legs.push_back(many.legs[0]);
  const std::vector<std::pair<Event, std::string>> cases{
      {opened_event(alice), "account: exists already"},
      {opened_event(outside_usd), "account: exists already"},
      {opened_event(AccountId{}), "account: has no name"},
      {AccountFrozen{bob, ""}, "account: does not exist"},
      {AccountUnfrozen{bob, ""}, "account: does not exist"},
      {AccountClosed{bob, ""}, "account: does not exist"},
      {AccountMetadataChanged{bob, {}}, "account: does not exist"},
      {SidedRefusal{{uuid(9), alice, bob, 1, usd, Rejection::daily_limit_exceeded},
                    RefusedSide::from},
       "side: of a refusal that is about no account"},
      {SidedRefusal{{uuid(9), alice, bob, 1, usd, Rejection::account_frozen}, RefusedSide::none},
       "side: of a refusal that is about no account"},
      {TransferNoted{own_transfer, TransferNotes{"r", "", {}, ""}},
       "transfer: does not begin right before it"},
      {LegNoted{leg, LegNotes{"r", ""}}, "leg: nothing of it comes right before"},
      {posted_event(outside_usd, bob, 1), "account: does not exist"},
      {TransferPosted{uuid(9), outside_usd, alice, 1, eur, {}, {}},
       "currency: is not the account's"},
      {far, "legs: a partition that is not there"},
      {without, "legs: none, or too many"},
      {many, "legs: none, or too many"},
      {TryAnswered{{own_transfer, 0}, {}}, "transfer: is not open"},
      {SecondPhaseAnswered{{own_transfer, 0}, false}, "transfer: is not open"},
      {TransferDecided{own_transfer, Decision::confirm, std::nullopt, TransferDecided::no_leg, {}},
       "transfer: is not open"},
      {CancelDecided{own_transfer, Rejection::account_frozen, TransferDecided::no_leg, {}},
       "transfer: is not open"},
      {TransferCompleted{own_transfer}, "transfer: is not open"},
      {TransferCancelled{
           .transfer = own_transfer, .try_answers = {}, .answered = {}, .out_of_order = {}},
       "transfer: is not open"},
      {LegTried{leg, with(debit, [](LegContent& c) { c.account = bob; })},
       "account: does not exist"},
      {LegTried{{{1, 0, 9}, 0}, credit}, no_leg_here},
      {LegTried{{far_transfer, 16}, credit}, no_leg_here},
      {LegRefused{{{1, 0, 9}, 0}, credit, Rejection::account_frozen}, no_leg_here},
      {LegRefused{{far_transfer, 200}, credit, Rejection::account_frozen}, no_leg_here},
      {LegConfirmed{leg, debit, {}}, "leg: is not known"},
      {LegCancelled{leg}, "leg: is not known"},
      {LegCancelledEarly{{{1, 0, 2}, 0}, alice}, no_leg_here},
      {StepApplied{{far_transfer, 16}, debit, {}}, no_leg_here},
      {StepCompensated{leg, debit, {}}, "leg: is not known"},
      {FenceAdvanced{2, 1}, "coordinator: a partition that is not there"},
  };
  for (const auto& [event, what] : cases) {
    ReplayKit kit;
    kit.given(opened_event(alice));
    const std::string answer = kit.replay({event});
    EXPECT_TRUE(answer.ends_with(": " + what)) << event_name(event) << " -> " << answer;
  }
}

TEST(PartitionCheck, RefusesWhatDoesNotFollowFromALeg) {
  const LegKey leg{far_transfer, 0};
  const LegContent credit = content_of_leg(alice, LegRole::credit, 5);
  LegContent other = credit;
  other.amount = 6;
  const auto after = [&](const std::vector<Event>& events) {
    ReplayKit kit;
    kit.given(opened_event(alice));
    for (std::size_t i = 0; i + 1 < events.size(); ++i) kit.given(events[i]);
    const std::string answer = kit.replay({events.back()});
    return answer.substr(std::min(answer.size(), answer.find("before it: ") + 11));
  };
  EXPECT_EQ(after({LegTried{leg, credit}, LegTried{leg, credit}}), "leg: is known already");
  EXPECT_EQ(after({LegTried{leg, credit}, LegCancelledEarly{leg, alice}}), "leg: is known already");
  EXPECT_EQ(after({LegTried{leg, credit}, LegConfirmed{leg, other, {}}}),
            "content: is not the leg's");
  EXPECT_EQ(after({LegTried{leg, credit}, LegConfirmed{leg, credit, {}}, LegCancelled{leg}}),
            "leg: is in another state");
  EXPECT_EQ(after({LegTried{leg, credit}, StepCompensated{leg, credit, {}}}),
            "leg: is in another state");
  EXPECT_EQ(after({StepApplied{leg, credit, {}}, StepCompensated{leg, credit, {}}}),
            "content: a credit is never given back");
  EXPECT_EQ(after({LegTried{leg, credit}, FenceAdvanced{1, 1}}),
            "index: a leg behind the fence is still reserved");
  EXPECT_EQ(after({FenceAdvanced{1, 9}, FenceAdvanced{1, 8}}),
            "index: is behind the fence that is there");
  // A leg that Confirm has posted looks like a step that was applied; its account expects nothing back.
  const LegContent debit = content_of_leg(alice, LegRole::debit, 5);
  EXPECT_EQ(after({posted_event(outside_usd, alice, 5), LegTried{leg, debit},
                   LegConfirmed{leg, debit, {}}, StepCompensated{leg, debit, {}}}),
            "amount: takes the account's incoming out of its bounds");
}

TEST(PartitionCheck, RefusesWhatDoesNotFollowFromAnOwnTransfer) {
  const auto after = [](Protocol protocol, const std::vector<Event>& events) {
    ReplayKit kit;
    kit.given(started_event(protocol)).given(opened_event(alice));
    kit.given(posted_event(outside_usd, alice, 10));
    for (std::size_t i = 0; i + 1 < events.size(); ++i) kit.given(events[i]);
    const std::string answer = kit.replay({events.back()});
    return answer.substr(std::min(answer.size(), answer.find("before it: ") + 11));
  };
  const LegContent debit = content_of_leg(alice, LegRole::debit, 10);
  const std::string& no_such_leg = no_leg_here;
  EXPECT_EQ(after(Protocol::tcc, {TryAnswered{{own_transfer, 2}, {}}}), no_such_leg);
  EXPECT_EQ(after(Protocol::tcc, {SecondPhaseAnswered{{own_transfer, 255}, false}}), no_such_leg);
  EXPECT_EQ(
      after(Protocol::tcc, {TransferDecided{own_transfer, Decision::cancel, std::nullopt, 7, {}}}),
      no_such_leg);
  const auto refused = [](std::uint8_t leg) {
    return CancelDecided{own_transfer, Rejection::account_frozen, leg, {}};
  };
  EXPECT_EQ(after(Protocol::tcc, {refused(7)}), no_such_leg);
  EXPECT_EQ(after(Protocol::tcc, {refused(0), refused(TransferDecided::no_leg)}),
            "transfer: is decided already")
      << "clients have heard of the first one";
  EXPECT_EQ(after(Protocol::tcc, {LegTried{{own_transfer, 2}, debit}}), no_such_leg);
  EXPECT_EQ(after(Protocol::tcc, {LegTried{{own_transfer, 1}, debit}}), no_such_leg)
      << "that one lives elsewhere";
  EXPECT_EQ(after(Protocol::tcc, {LegCancelledEarly{{own_transfer, 2}, alice}}), no_such_leg);
  EXPECT_EQ(
      after(Protocol::tcc, {LegTried{{own_transfer, 0}, debit}, TransferCompleted{own_transfer}}),
      "transfer: a leg of it is still reserved");
  EXPECT_EQ(after(Protocol::saga, {TransferCompleted{own_transfer}}),
            "amount: takes the account's incoming out of its bounds");
}

}  // namespace
}  // namespace florin
