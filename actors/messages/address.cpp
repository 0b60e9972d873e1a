// Addresses of messages, by the same list as the handlers (dispatch.hpp).
#include "actors/messages/address.hpp"

#include "actors/messages/dispatch.hpp"
#include "actors/messages/message_kinds.hpp"
#include "base/assert.hpp"
#include "domain/transfer/transfer_evolve.hpp"

namespace florin {
namespace {

// Names each actor instead of waking it.
struct Addresses {
  const PartitionMap& map;

  ActorId to_account(const auto&, const AccountId& id) const {
    return {ActorKind::account, map.partition_of(id), id.str()};
  }
  // Before it has started, a transfer is known by its owner and the client's id for it.
  ActorId to_new_transfer(const StartTransfer& message) const {
    const AccountId& owner = owner_of(message.from, message.to);
    return {ActorKind::coordinator, map.partition_of(owner),
            owner.str() + "/" + message.transaction_id.to_string()};
  }
  ActorId to_transfer(const LegAnswered& message, Protocol protocol) const {
    return {protocol == Protocol::saga ? ActorKind::saga : ActorKind::coordinator,
            message.leg.transfer.partition, message.leg.transfer.to_string()};
  }
  ActorId to_partition(const auto&, PartitionId id) const { return {ActorKind::partition, id, {}}; }
};

}  // namespace

ActorId address_of(const Message& message, const PartitionMap& map) {
  const Addresses addresses{map};
  return dispatch_to(addresses, message);
}

std::string to_string(const ActorId& actor) {
  std::string text;
  switch (actor.kind) {
    case ActorKind::account: text = "account "; break;
    case ActorKind::coordinator: text = "coordinator "; break;
    case ActorKind::saga: text = "saga "; break;
    case ActorKind::partition: text = "partition"; break;
  }
  return text + actor.key + " p" + std::to_string(actor.partition);
}

RequestId request_of(const Message& message) {
  return std::visit(
      [](const auto& m) -> RequestId {
        if constexpr (requires { m.request; }) return m.request;
        return 0;
      },
      message);
}

void set_request(Message& message, RequestId request) {
  std::visit(
      [&](auto& m) {
        if constexpr (requires { m.request; })
          m.request = request;
        else
          FLORIN_ASSERT(false, "clients send client messages only");
      },
      message);
}

void set_command(Message& message, const CommandId& command) {
  std::visit(
      [&](auto& m) {
        if constexpr (requires { m.command; }) m.command = command;
      },
      message);
}

std::optional<LogIndex> follower_read_index(const Message& message) {
  return std::visit(
      [](const auto& m) -> std::optional<LogIndex> {
        if constexpr (AnyReplicaAnswers<std::remove_cvref_t<decltype(m)>>) return m.min_index;
        return std::nullopt;
      },
      message);
}

bool is_read(const Message& message) {
  return std::visit([]<class M>(const M&) { return ClientQuestion<M>; }, message);
}

}  // namespace florin
