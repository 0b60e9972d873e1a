// What kind of message each one is, as it says itself where it is declared (message_declaration.hpp): whoever treats a kind
// alike (who may send it, whether a node repeats it, what a checker expects of it) asks here.
#pragma once

#include <array>
#include <type_traits>
#include <variant>

#include "actors/messages/messages.hpp"

namespace florin {

namespace detail {
template <class M>
concept HasRequest = requires(const M& m) {
  m.request;
};
// By its request a client's message is known where questions of peers come in (PeerAsks::on_ask): nothing else has one.
template <class M>
concept OfOneKind = (FromClient<M> && HasRequest<M>) ||
                    ((BetweenPartitions<M> || InsideNode<M>)&&!HasRequest<M>);
template <class Variant>
inline constexpr bool all_of_one_kind = false;
template <class... Ms>
inline constexpr bool all_of_one_kind<std::variant<Ms...>> = (OfOneKind<Ms> && ...);
template <class... Ms>
constexpr std::array<bool, sizeof...(Ms)> who_leaves_a_leg(
    std::type_identity<std::variant<Ms...>>) {
  return {LeavesALeg<Ms>...};
}
template <class... Ms>
constexpr std::array<bool, sizeof...(Ms)> who_leaves_a_step(
    std::type_identity<std::variant<Ms...>>) {
  return {LeavesAStep<Ms>...};
}
}  // namespace detail
static_assert(detail::all_of_one_kind<Message::Any>,
              "every message says what kind it is of; a client's has a request, and no other");

// By a look at a table: asked for each message that leaves.
inline bool leaves_a_leg(const Message& message) {
  static constexpr auto table = detail::who_leaves_a_leg(std::type_identity<Message::Any>{});
  return table[message.index()];
}

// Also beside who asked.
inline bool leaves_a_step(const Message& message) {
  static constexpr auto table = detail::who_leaves_a_step(std::type_identity<Message::Any>{});
  return table[message.index()];
}

}  // namespace florin
