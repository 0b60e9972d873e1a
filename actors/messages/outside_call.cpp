// Which kinds of actors call the outside.
#include "actors/messages/outside_call.hpp"

namespace florin {

std::optional<Message> answer_message(const CallAnswer& answer) {
  switch (answer.to.kind) {
    case ActorKind::account:
    case ActorKind::coordinator:
    case ActorKind::saga:
    case ActorKind::partition: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace florin
