// The messages by which an entity has a money step done, and entered in the ledger: first the wallet, then the ledger, each once for a
// name (domain/wallet/money_step.hpp). They are heard in the partition of the account that the step is about; of a step that
// is about none (its money stays outside the wallets), in the partition of who asks.
//
// Each is repeated until it is answered, and answered again as it was the first time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <variant>

#include "actors/messages/actor_id.hpp"
#include "actors/messages/message_declaration.hpp"
#include "base/wire_number.hpp"
#include "cluster/partition_map.hpp"
#include "domain/ledger/ledger_decide.hpp"
#include "domain/payment/order/order_events.hpp"
#include "domain/wallet/money_step.hpp"

namespace florin {

// To the wallet.
struct DoMoneyStep {
  static constexpr WireNumber wire{46, payments_level};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr bool leaves_a_leg = true;
  static constexpr bool leaves_a_step = true;
  static constexpr std::array field_names{"step"};
  static auto fields(auto& self) { return std::tie(self.step); }
  StepContent step;
  bool operator==(const DoMoneyStep&) const = default;
};
// To the ledger.
struct EnterMoneyStep {
  static constexpr WireNumber wire{47, payments_level};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr bool leaves_a_leg = true;
  static constexpr bool leaves_a_step = true;
  static constexpr std::array field_names{"step", "value_date", "by"};
  static auto fields(auto& self) { return std::tie(self.step, self.value_date, self.by); }
  StepContent step;
  std::int32_t value_date = 0;  // UTC day number, of what happened outside
  std::string by;               // "florin", or an operator's name (EnterStep::actor)
  bool operator==(const EnterMoneyStep&) const = default;
};

struct WalletMessages {
  static constexpr ActorKind actor{"money_step"};
  using Any = std::variant<DoMoneyStep, EnterMoneyStep>;

  static const StepContent& key_of(const auto& m) { return m.step; }

  static PartitionId partition_of(const StepContent& step, const PartitionMap& map) {
    return step.account.empty() ? step.asked.partition : map.partition_of(step.account);
  }
  static ActorId address_of(const StepContent& step, const PartitionMap& map) {
    return {actor, partition_of(step, map), to_string(step.name)};
  }
  static std::optional<PartitionId> place_of(const StepContent& step, const PartitionMap& map) {
    return partition_of(step, map);
  }
  static ToldBy told_by(const auto& m) { return {m.step.asked.partition, m.step.asked.index}; }
};

}  // namespace florin
