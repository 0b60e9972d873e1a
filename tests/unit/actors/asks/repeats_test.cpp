// The table of what may be sent again, walked: every message and every command stands in it.
#include "actors/asks/repeats.hpp"

#include <gtest/gtest.h>

#include <map>

namespace florin {
namespace {

template <class Variant, std::size_t... Index>
std::vector<Variant> all_of(std::index_sequence<Index...>) {
  return {Variant(std::in_place_index<Index>)...};
}

std::size_t message_index(const Message& message) { return message.index(); }

// The numbers are those of the variant, so that a new message is not in the map until somebody has thought about it.
TEST(Repeats, EveryMessageSaysWhatARepeatOfItDoes) {
  using enum WhenUnsure;
  const std::map<std::size_t, WhenUnsure> expected{
      {message_index(StartTransfer{}), deduplicated},
      {message_index(OpenAccount{}), deduplicated},
      {message_index(ChangeAccount{}), never_again},
      {message_index(ChangeMetadata{}), never_again},
      {message_index(GetAccount{}), ask_again},
      {message_index(CheckLeg{}), ask_again},
      {message_index(GetTransfer{}), ask_again},
      {message_index(GetTrialBalance{}), ask_again},
      {message_index(ListAccounts{}), ask_again},
      {message_index(FollowerRead<GetAccount>{}), ask_again},
      {message_index(FollowerRead<GetTransfer>{}), ask_again},
      {message_index(FollowerRead<GetTrialBalance>{}), ask_again},
      {message_index(FollowerRead<ListAccounts>{}), ask_again},
      {message_index(TryLeg{}), not_for_desks},
      {message_index(ConfirmLeg{}), not_for_desks},
      {message_index(CancelLeg{}), not_for_desks},
      {message_index(LegAnswered{}), not_for_desks},
      {message_index(ApplyStep{}), not_for_desks},
      {message_index(CompensateStep{}), not_for_desks},
      {message_index(AdvanceFence{}), not_for_desks},
      {message_index(FenceHeard{}), not_for_desks},
      {message_index(StartCheckout{}), deduplicated},
      {message_index(CancelPayment{}), deduplicated},
      {message_index(TakeHint{}), deduplicated},
      {message_index(GetCheckout{}), ask_again},
      {message_index(FollowerRead<GetCheckout>{}), ask_again},
      {message_index(GetPayment{}), ask_again},
      {message_index(FollowerRead<GetPayment>{}), ask_again},
      {message_index(GetLedgerSums{}), ask_again},
      {message_index(FollowerRead<GetLedgerSums>{}), ask_again},
      {message_index(GetLedgerBalance{}), ask_again},
      {message_index(FollowerRead<GetLedgerBalance>{}), ask_again},
      {message_index(ListPayments{}), ask_again},
      {message_index(FollowerRead<ListPayments>{}), ask_again},
      {message_index(ReserveOrder{}), not_for_desks},
      {message_index(ReleaseOrder{}), not_for_desks},
      {message_index(BeginOrder{}), not_for_desks},
      {message_index(OrderAnswered{}), not_for_desks},
      {message_index(StartNotedTransfer{}), deduplicated},
      {message_index(StartTransaction{}), deduplicated},
      {message_index(TryNotedLeg{}), not_for_desks},
      {message_index(ApplyNotedStep{}), not_for_desks},
      {message_index(TellCheckout{}), not_for_desks},
      {message_index(CheckoutHeard{}), not_for_desks},
      {message_index(GetPaymentKey{}), ask_again},
      {message_index(ReserveKey{}), not_for_desks},
      {message_index(ReleaseKey{}), not_for_desks},
      {message_index(KeepKey{}), not_for_desks},
      {message_index(KeyAnswered{}), not_for_desks},
      {message_index(DoMoneyStep{}), not_for_desks},
      {message_index(EnterMoneyStep{}), not_for_desks},
      {message_index(MoneyStepAnswered{}), not_for_desks},
      {message_index(MoneyStepEntered{}), not_for_desks},
      {message_index(OrderCallCame{}), not_for_desks}};
  const auto all = all_of<Message>(std::make_index_sequence<std::variant_size_v<Message>>{});
  ASSERT_EQ(expected.size(), all.size());
  for (const Message& message : all)
    EXPECT_EQ(when_unsure(message), expected.at(message.index())) << message.index();
}

TEST(Repeats, NoChangeOfAnAccountIsEverSentAgainByItself) {
  for (const AccountChange change :
       {AccountChange::freeze, AccountChange::unfreeze, AccountChange::close})
    EXPECT_EQ(when_unsure(Message(ChangeAccount{.account = {}, .change = change, .reason = ""})),
              WhenUnsure::never_again);
}

TEST(Repeats, NoOperatorsCommandIsEverSentAgainByItself) {
  const auto all =
      all_of<ClusterCommand>(std::make_index_sequence<std::variant_size_v<ClusterCommand>>{});
  for (const ClusterCommand& command : all) {
    const bool is_birth = holds_alternative<FormCluster>(command);
    EXPECT_EQ(when_unsure(command), is_birth ? WhenUnsure::deduplicated : WhenUnsure::never_again)
        << command.index();
  }
}

TEST(Repeats, OnlyWhatChangesNothingTwiceMayBeSentAgain) {
  EXPECT_TRUE(may_be_sent_again(WhenUnsure::ask_again));
  EXPECT_TRUE(may_be_sent_again(WhenUnsure::deduplicated));
  EXPECT_FALSE(may_be_sent_again(WhenUnsure::never_again));
  EXPECT_FALSE(may_be_sent_again(WhenUnsure::not_for_desks));
}

}  // namespace
}  // namespace florin
