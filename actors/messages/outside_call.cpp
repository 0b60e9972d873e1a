// Which kinds of actors call the outside: those whose lists say by which message they hear the answer.
#include "actors/messages/outside_call.hpp"

#include <type_traits>

#include "actors/messages/message_kinds.hpp"

namespace florin {

std::optional<Message> answer_message([[maybe_unused]] const CallAnswer& answer) {
  return message_of_a_kind([&]<class List>(std::type_identity<List>) {
    if constexpr (HearsCallAnswers<List>) {
      using Heard = typename decltype(List::answer_message(answer))::value_type;
      static_assert(InsideNode<Heard>, "what the outside has said is never told by a peer");
      return List::answer_message(answer);
    }
  });
}

}  // namespace florin
