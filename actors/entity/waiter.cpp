// Which kinds of actors wait for the end of what others do.
#include "actors/entity/waiter.hpp"

namespace florin {

std::optional<Message> answer_message(const ActorId& waiter, const Reply&) {
  switch (waiter.kind) {
    case ActorKind::account:
    case ActorKind::coordinator:
    case ActorKind::saga:
    case ActorKind::partition: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace florin
