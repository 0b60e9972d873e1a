// What kind of message each one is. A new message does not compile before it is in exactly one of the lists: whoever
// treats a kind alike (who may send it, whether a node repeats it, what a checker expects of it) asks here.
#pragma once

#include <concepts>

#include "actors/messages.hpp"

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

// Between a coordinator or saga and its legs: each leaves a leg where it is taken, if only a cancel flag.
template <class M>
concept ToLeg = OneOf<M, TryLeg, ConfirmLeg, CancelLeg, ApplyStep, CompensateStep>;
template <class M>
concept BetweenPartitions = ToLeg<M> || OneOf<M, LegAnswered, AdvanceFence, FenceHeard>;

namespace detail {
template <class M>
concept OfOneKind = ClientQuestion<M>
+ ClientCommand<M> + BetweenPartitions<M> == 1;
template <class Variant>
inline constexpr bool all_of_one_kind = false;
template <class... Ms>
inline constexpr bool all_of_one_kind<std::variant<Ms...>> = (OfOneKind<Ms> && ...);
}  // namespace detail
static_assert(detail::all_of_one_kind<Message>, "every message is of one kind");

}  // namespace florin
