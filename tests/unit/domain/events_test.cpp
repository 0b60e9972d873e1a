// The lists of events: each concept's own, and all of them in one flat variant.
#include "domain/events.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace florin {
namespace {

// How many concepts say that the type is theirs.
template <class E>
constexpr int owners_of = AccountEvent<E> + TransferEvent<E> + LegEvent<E> + MembershipEvent<E> +
                          WalletEvent<E> + LedgerEvent<E> + OwnEvent<E>;

template <std::size_t... I>
constexpr std::array<int, sizeof...(I)> owners_of_all(std::index_sequence<I...>) {
  return {owners_of<std::variant_alternative_t<I, Event>>...};
}
using AllPlaces = std::make_index_sequence<std::variant_size_v<Event>>;

TEST(Events, AreEachOfOneConcept) {
  for (const int owners : owners_of_all(AllPlaces())) EXPECT_EQ(owners, 1);
  EXPECT_EQ(std::variant_size_v<AnyAccountEvent> + std::variant_size_v<AnyTransferEvent> +
                std::variant_size_v<AnyLegEvent> + std::variant_size_v<AnyMembershipEvent> +
                std::variant_size_v<AnyWalletEvent> + std::variant_size_v<AnyLedgerEvent> +
                std::variant_size_v<AnyOrderEvent> + std::variant_size_v<AnyCheckoutEvent> +
                std::variant_size_v<AnyPaymentKeyEvent>,
            std::variant_size_v<Event>);
}

TEST(Events, OfOneConceptAreNotOfAnother) {
  static_assert(AccountEvent<AccountFrozen> && AccountEvent<Commanded<AccountFrozen>>);
  static_assert(TransferEvent<TransferPosted> && TransferEvent<LeaderClockRead>);
  static_assert(LegEvent<LegTried> && LegEvent<FenceAdvanced> && !TransferEvent<LegTried>);
  static_assert(MembershipEvent<NodeAdded> && MembershipEvent<Commanded<NodeAdded>>);
  static_assert(PartitionEvent<StepApplied> && !PartitionEvent<ReplicaChanged>);
  static_assert(owners_of<int> == 0 && owners_of<Event> == 0);
}

// Which have a second version follows from the lists.
TEST(Events, OfCommandsAreThoseWithASecondVersion) {
  static_assert(AccountCommandEvent<AccountOpened> && !AccountCommandEvent<NodeAdded>);
  static_assert(NodeCommandEvent<NodeRejoined> && !NodeCommandEvent<NodeRemoved>);
  static_assert(!AccountCommandEvent<Commanded<AccountOpened>> && !AccountCommandEvent<LegTried>);
  const CommandSource source{{1, 2, 3}, "", "", ""};
  EXPECT_EQ(event_name(commanded(AccountClosed{}, source)), "account_closed_v2");
  EXPECT_EQ(event_name(commanded(NodeDrained{}, source)), "node_drained_v2");
  EXPECT_EQ(event_name(commanded(NodeRemoved{}, source)), "node_removed");
  EXPECT_EQ(event_name(without_source(commanded(NodeDrained{}, source))), "node_drained");
}

// A flat variant, whatever lists it is made from: as large as its largest alternative, and its index.
template <std::size_t... I>
constexpr std::size_t largest_of(std::index_sequence<I...>) {
  return std::max({sizeof(std::variant_alternative_t<I, Event>)...});
}
TEST(Events, AreNoLargerForBeingListedApart) {
  EXPECT_LE(sizeof(Event), largest_of(AllPlaces()) + alignof(Event));
}

}  // namespace
}  // namespace florin
