// Which kinds of actors wait for the end of what others do: those whose lists say by which message they hear it.
#include "actors/entity/waiter.hpp"

#include <type_traits>

namespace florin {

std::optional<Message> answer_message([[maybe_unused]] const ActorId& waiter,
                                      [[maybe_unused]] const Reply& reply) {
  return message_of_a_kind([&]<class List>(std::type_identity<List>) {
    if constexpr (requires { List::answer_message(waiter, reply); })
      return List::answer_message(waiter, reply);
  });
}

}  // namespace florin
