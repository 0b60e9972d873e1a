// Which kinds of actors wait for the end of what others do: those whose lists say by which message they hear it.
#include "actors/entity/waiter.hpp"

#include <type_traits>

#include "actors/messages/message_kinds.hpp"

namespace florin {

std::optional<Message> answer_message([[maybe_unused]] const ActorId& waiter,
                                      [[maybe_unused]] const Reply& reply) {
  return message_of_a_kind([&]<class List>(std::type_identity<List>) {
    if constexpr (requires { List::answer_message(waiter, reply); }) {
      using Heard = typename decltype(List::answer_message(waiter, reply))::value_type;
      static_assert(BetweenPartitions<Heard>, "who waits may be of another partition");
      return List::answer_message(waiter, reply);
    }
  });
}

}  // namespace florin
