// Which kinds of actors call the outside: those whose lists say by which message they hear the answer.
#include "actors/messages/outside_call.hpp"

#include <type_traits>

namespace florin {

std::optional<Message> answer_message([[maybe_unused]] const CallAnswer& answer) {
  return message_of_a_kind([&]<class List>(std::type_identity<List>) {
    if constexpr (requires { List::answer_message(answer); }) return List::answer_message(answer);
  });
}

}  // namespace florin
