// What each kind asks for ahead of a message or an event: wrong or missing hints cost time only, so nothing else would notice.
#include "actors/entity/memory_hints.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "actors/partition/entity_kinds.hpp"

namespace florin {
namespace {

const AccountId hinted_payer = AccountId::from_trusted("payer");
const AccountId hinted_payee = AccountId::from_trusted("payee");
const TransferId hinted_transfer{7, 2, 0};

// Notes what it is asked for.
struct AskedMemory {
  std::vector<std::string>& asked;

  static std::string text(const AccountId& id) { return id.str(); }
  static std::string text(const TransferId& id) { return id.to_string(); }
  static std::string text(const LegKey& key) {
    return key.transfer.to_string() + "/" + std::to_string(key.leg);
  }

  [[nodiscard]] PartitionId partition() const { return 0; }
  void known(const auto& key) const { asked.push_back(text(key)); }
  void made(const auto& key) const { asked.push_back("new " + text(key)); }
  void room() const { asked.push_back("room"); }
  void asked_for(const Uuid&) const { asked.push_back("id"); }
  void begins(const Uuid&) const { asked.push_back("new id"); }
  void ends(const TransferId& id) const { asked.push_back("end of " + text(id)); }
  [[nodiscard]] const AccountId* likely_owner(const TransferId&) const { return &hinted_payer; }
};

using Wants = std::vector<std::string>;

// By all kinds, in their order.
Wants wanted(const auto& what) {
  Wants all;
  EntityTables::for_each_kind([&]<class Kind>(std::type_identity<Kind>) {
    if constexpr (HasHint<Kind, AskedMemory, std::remove_cvref_t<decltype(what)>>)
      Kind::Hints::want(AskedMemory{all}, what);
  });
  return all;
}
Wants wanted_beyond(const auto& what) {
  Wants all;
  EntityTables::for_each_kind([&]<class Kind>(std::type_identity<Kind>) {
    if constexpr (HasHintBeyond<Kind, AskedMemory, std::remove_cvref_t<decltype(what)>>)
      Kind::Hints::want_beyond(AskedMemory{all}, what);
  });
  return all;
}

TEST(MemoryHints, AStartWantsItsPayerAndRoom) {
  StartTransfer start;
  start.from = hinted_payer;
  start.to = hinted_payee;
  EXPECT_EQ(wanted(start), (Wants{"payer", "room", "id", "room"}));
  start.from = AccountId::from_trusted("@outside:USD");
  EXPECT_EQ(wanted(start), (Wants{"@outside:USD", "payee", "room", "id", "room"}));
  StartTransaction transaction;
  transaction.postings = {{hinted_payer, hinted_payee, 1}, {hinted_payee, hinted_payer, 1}};
  EXPECT_EQ(wanted(transaction), (Wants{"payer", "room", "id", "room"}));
}

TEST(MemoryHints, MessagesOfALegWantItAndItsAccount) {
  TryLeg attempt;
  attempt.leg = {hinted_transfer, 1};
  attempt.content.account = hinted_payee;
  EXPECT_EQ(wanted(attempt), (Wants{"payee", "new p0:7:2/1"}));
  EXPECT_EQ(wanted(ConfirmLeg{{hinted_transfer, 1}, hinted_payee}), (Wants{"payee", "p0:7:2/1"}));
}

TEST(MemoryHints, AnAnswerWantsItsTransferAndThenWhatThatLeadsTo) {
  const LegAnswered tried{{hinted_transfer, 1}, LegMessage::try_, {}};
  EXPECT_EQ(wanted(tried), (Wants{"p0:7:2/0", "p0:7:2"}));
  EXPECT_EQ(wanted_beyond(tried), Wants{"payer"});
  const LegAnswered confirmed{{hinted_transfer, 1}, LegMessage::confirm, {}};
  EXPECT_EQ(wanted_beyond(confirmed), Wants{"end of p0:7:2"});
}

TEST(MemoryHints, AnEventWantsWhatItsSidesChange) {
  LegTried tried;
  tried.leg = {hinted_transfer, 0};
  tried.content.account = hinted_payer;
  EXPECT_EQ(wanted(tried), (Wants{"payer", "new p0:7:2/0", "p0:7:2"}));
  LegConfirmed confirmed;
  confirmed.leg = {hinted_transfer, 0};
  confirmed.content.account = hinted_payer;
  EXPECT_EQ(wanted(confirmed), (Wants{"payer", "p0:7:2/0", "p0:7:2"}));
  StepApplied applied;
  applied.leg = {hinted_transfer, 0};
  applied.content.account = hinted_payer;
  EXPECT_EQ(wanted(applied), (Wants{"payer", "new p0:7:2/0", "p0:7:2"}));
  LegCancelled cancelled;
  cancelled.leg = {TransferId{7, 2, 1}, 0};  // of a transfer that is elsewhere
  EXPECT_EQ(wanted(cancelled), Wants{"p1:7:2/0"});
  TryAnswered answered;
  answered.leg = {hinted_transfer, 1};
  EXPECT_EQ(wanted(answered), Wants{"p0:7:2"});
  TransferPosted posted;
  posted.from = hinted_payer;
  posted.to = hinted_payee;
  EXPECT_EQ(wanted(posted), (Wants{"payer", "payee"}));
  EXPECT_EQ(wanted(TransferStarted{}), (Wants{"new id", "room"}));
  TransferDecided decided;
  decided.transfer = hinted_transfer;
  EXPECT_EQ(wanted(decided), Wants{"p0:7:2"});
  TransferCompleted completed;
  completed.transfer = hinted_transfer;
  EXPECT_EQ(wanted(completed), (Wants{"p0:7:2/0", "p0:7:2"}));
  EXPECT_EQ(wanted_beyond(completed), Wants{"end of p0:7:2"});
}

TEST(MemoryHints, WhatNobodyHintsAtIsAskedForWhenItIsNeeded) {
  EXPECT_EQ(wanted(GetAccount{}), Wants{});
  EXPECT_EQ(wanted(ApplyStep{}), Wants{});
  EXPECT_EQ(wanted_beyond(TryLeg{}), Wants{});
}

}  // namespace
}  // namespace florin
