// What kind of message each one is. A new message does not compile before it is in exactly one of the lists: whoever
// treats a kind alike (who may send it, whether a node repeats it, what a checker expects of it) asks here.
#pragma once

#include <array>
#include <concepts>
#include <type_traits>

#include "actors/messages/messages.hpp"

namespace florin {

template <class M, class... Listed>
concept OneOf = (std::same_as<M, Listed> || ...);

// Any replica answers it.
template <class M>
concept AnyReplicaAnswers = OneOf<M, FollowerRead<GetAccount>, FollowerRead<GetTransfer>,
                                  FollowerRead<GetTrialBalance>, FollowerRead<ListAccounts>>;
// A client's question: whoever answers it, nothing is decided.
template <class M>
concept ClientQuestion =
    OneOf<M, GetAccount, GetTransfer, GetTrialBalance, ListAccounts, CheckLeg> ||
    AnyReplicaAnswers<M>;
// A client's instruction: it may change something.
template <class M>
concept ClientCommand = OneOf<M, StartTransfer, OpenAccount, ChangeAccount>;
template <class M>
concept FromClient = ClientQuestion<M> || ClientCommand<M>;

// A coordinator's or a saga's to a leg, or what such a message leads to.
template <class M>
concept BetweenPartitions = OneOf<M, TryLeg, ConfirmLeg, CancelLeg, ApplyStep, CompensateStep,
                                  LegAnswered, AdvanceFence, FenceHeard>;
// Where it is taken it leaves a leg, which a fence forgets. A cancel flag is one, too: what was late at its start is cancelled
// and never tried.
template <class M>
concept LeavesALeg = OneOf<M, TryLeg, ApplyStep, CancelLeg, CompensateStep>;

namespace detail {
template <class M>
concept OfOneKind = ClientQuestion<M>
+ ClientCommand<M> + BetweenPartitions<M> == 1;
template <class Variant>
inline constexpr bool all_of_one_kind = false;
template <class... Ms>
inline constexpr bool all_of_one_kind<std::variant<Ms...>> = (OfOneKind<Ms> && ...);
template <class... Ms>
constexpr std::array<bool, sizeof...(Ms)> who_leaves_a_leg(
    std::type_identity<std::variant<Ms...>>) {
  return {LeavesALeg<Ms>...};
}
}  // namespace detail
static_assert(detail::all_of_one_kind<Message>, "every message is of one kind");

// By a look at a table: asked for each message that leaves.
inline bool leaves_a_leg(const Message& message) {
  static constexpr auto table = detail::who_leaves_a_leg(std::type_identity<Message>{});
  return table[message.index()];
}

}  // namespace florin
