// Whom a message is given to: the same actor that its address names.
#include "actors/messages/dispatch.hpp"

#include <gtest/gtest.h>

#include "actors/messages/address.hpp"

namespace florin {
namespace {

const AccountId dispatched_account = AccountId::from_trusted("alice");
const TransferId dispatched_transfer{7, 2, 5};

// Says to whom, instead of doing anything.
struct Witness {
  using ToAccount = std::type_identity<AccountMessages>;
  using ToTransfer = std::type_identity<TransferMessages>;
  using ToPartition = std::type_identity<PartitionMessages>;

  std::string to(ToAccount, const auto&, const AccountId& id) { return "account " + id.str(); }
  std::string to(ToAccount, const GetAccount& m, const AccountId& id) {
    return "account " + id.str() + " #" + std::to_string(m.request);
  }
  std::string to(ToTransfer, const auto&, const NewTransfer& key) {
    return "new transfer of " + key.owner.str();
  }
  std::string to(ToTransfer, const LegAnswered&, const AskingTransfer& key) {
    return (key.protocol == Protocol::saga ? "saga " : "coordinator ") + key.id.to_string();
  }
  std::string to(ToPartition, const auto&, PartitionId id) {
    return "partition " + std::to_string(id);
  }
  // Of a kind that these tests know nothing of (tests/toy_kind).
  template <class List>
  std::string to(std::type_identity<List>, const auto&, const auto&) {
    return "somebody else";
  }
};

std::string dispatched(const Message& message) {
  Witness witness;
  return dispatch_to(witness, message);
}

TEST(Dispatch, GivesALegsMessagesToItsAccount) {
  TryLeg attempt;
  attempt.content.account = dispatched_account;
  EXPECT_EQ(dispatched(attempt), "account alice");
  EXPECT_EQ(dispatched(CompensateStep{{dispatched_transfer, 1}, dispatched_account}),
            "account alice");
}

TEST(Dispatch, GivesAStartToTheTransferOfItsOwner) {
  StartTransfer deposit;
  deposit.from = AccountId::from_trusted("@outside:USD");
  deposit.to = dispatched_account;
  EXPECT_EQ(dispatched(deposit), "new transfer of alice");
  StartTransaction transaction;
  EXPECT_EQ(dispatched(transaction), "new transfer of ") << "which no edge lets in";
  transaction.postings = {{deposit.from, dispatched_account, 1},
                          {dispatched_account, deposit.from, 1}};
  EXPECT_EQ(dispatched(transaction), "new transfer of alice");
}

TEST(Dispatch, GivesAnAnswerToTheActorWhoseProtocolAsked) {
  for (const auto& [message, actor] : {std::pair(LegMessage::try_, "coordinator p5:7:2"),
                                       std::pair(LegMessage::confirm, "coordinator p5:7:2"),
                                       std::pair(LegMessage::cancel, "coordinator p5:7:2"),
                                       std::pair(LegMessage::apply, "saga p5:7:2"),
                                       std::pair(LegMessage::compensate, "saga p5:7:2")})
    EXPECT_EQ(dispatched(LegAnswered{{dispatched_transfer, 0}, message, {}}), actor);
}

TEST(Dispatch, GivesAReadForAnyReplicaAsItsQuestionUnderTheRequestsNumber) {
  EXPECT_EQ(dispatched(FollowerRead<GetAccount>{7, 12, {0, dispatched_account}}),
            "account alice #7");
  EXPECT_EQ(dispatched(FollowerRead<GetTrialBalance>{7, 12, {0, 3}}), "partition 3");
}

TEST(Dispatch, GivesFencesToThePartitionThatTheyAreFor) {
  EXPECT_EQ(dispatched(AdvanceFence{3, 5, 9}), "partition 3");
  EXPECT_EQ(dispatched(FenceHeard{3, 5, 9}), "partition 3");
}

}  // namespace
}  // namespace florin
