// Addresses of messages, found as their handlers are (dispatch.hpp).
#include "actors/messages/address.hpp"

#include <type_traits>

#include "actors/messages/dispatch.hpp"
#include "base/assert.hpp"

namespace florin {
namespace {

// Names each actor instead of waking it.
struct Addresses {
  const PartitionMap& map;

  template <class List>
  ActorId to(std::type_identity<List>, const auto&, const auto& key) const {
    return List::address_of(key, map);
  }
};

}  // namespace

ActorId address_of(const Message& message, const PartitionMap& map) {
  const Addresses addresses{map};
  return dispatch_to(addresses, message);
}

std::string to_string(const ActorId& actor) {
  std::string text = actor.kind.name;
  if (!actor.key.empty()) text.append(" ").append(actor.key);
  return text + " p" + std::to_string(actor.partition);
}

RequestId request_of(const Message& message) {
  return visit(
      [](const auto& m) -> RequestId {
        if constexpr (requires { m.request; }) return m.request;
        return 0;
      },
      message);
}

void set_request(Message& message, RequestId request) {
  visit(
      [&](auto& m) {
        if constexpr (requires { m.request; })
          m.request = request;
        else
          FLORIN_ASSERT(false, "clients send client messages only");
      },
      message);
}

void set_command(Message& message, const CommandId& command) {
  visit(
      [&](auto& m) {
        if constexpr (requires { m.command; }) m.command = command;
      },
      message);
}

std::optional<LogIndex> follower_read_index(const Message& message) {
  return visit(
      [](const auto& m) -> std::optional<LogIndex> {
        if constexpr (AnyReplicaAnswers<std::remove_cvref_t<decltype(m)>>) return m.min_index;
        return std::nullopt;
      },
      message);
}

bool is_read(const Message& message) {
  return visit([]<class M>(const M&) { return ClientQuestion<M>; }, message);
}

}  // namespace florin
