// Addresses of messages: one line for each kind, so that a new message does not compile without one.
#include "actors/address.hpp"

#include "actors/message_kinds.hpp"
#include "base/assert.hpp"
#include "base/overloaded.hpp"
#include "domain/transfer/transfer_evolve.hpp"

namespace florin {
namespace {

ActorId account(const AccountId& id, const PartitionMap& map) {
  return {ActorKind::account, map.partition_of(id), id.str()};
}

// Before it has started, a transfer is known by its owner and the client's id for it.
ActorId new_coordinator(const StartTransfer& message, const PartitionMap& map) {
  const AccountId& owner = owner_of(message.from, message.to);
  return {ActorKind::coordinator, map.partition_of(owner),
          owner.str() + "/" + message.transaction_id.to_string()};
}

ActorId running(const LegAnswered& message) {
  const bool saga =
      message.answered == LegMessage::apply || message.answered == LegMessage::compensate;
  return {saga ? ActorKind::saga : ActorKind::coordinator, message.leg.transfer.partition,
          message.leg.transfer.to_string()};
}

ActorId partition(PartitionId id) { return {ActorKind::partition, id, {}}; }

}  // namespace

ActorId address_of(const Message& message, const PartitionMap& map) {
  return std::visit(
      Overloaded{[&](const StartTransfer& m) { return new_coordinator(m, map); },
                 [&](const LegAnswered& m) { return running(m); },
                 [&](const TryLeg& m) { return account(m.content.account, map); },
                 [&](const ApplyStep& m) { return account(m.content.account, map); },
                 [&](const ConfirmLeg& m) { return account(m.account, map); },
                 [&](const CancelLeg& m) { return account(m.account, map); },
                 [&](const CompensateStep& m) { return account(m.account, map); },
                 [&](const GetAccount& m) { return account(m.account, map); },
                 [&](const OpenAccount& m) { return account(m.account, map); },
                 [&](const ChangeAccount& m) { return account(m.account, map); },
                 [&](const CheckLeg& m) { return account(m.account, map); },
                 [&](const AdvanceFence& m) { return partition(m.to); },
                 [&](const FenceHeard& m) { return partition(m.coordinator); },
                 [&](const GetTransfer& m) { return partition(m.partition); },
                 [&](const GetTrialBalance& m) { return partition(m.partition); },
                 [&](const ListAccounts& m) { return partition(m.partition); },
                 [&](const AnyReplicaAnswers auto& m) { return address_of(m.question, map); }},
      message);
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
