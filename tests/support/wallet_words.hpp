// The words that tests of money share: accounts, ids, times, and text for what actors and events say.
#pragma once

#include <cstdint>
#include <string>

#include "actors/messages/messages.hpp"
#include "base/ids.hpp"
#include "cluster/partition_map.hpp"
#include "domain/events.hpp"

namespace florin::words {

inline const AccountId alice = AccountId::from_trusted("alice");
inline const AccountId bob = AccountId::from_trusted("bob");
inline const Currency usd{{'U', 'S', 'D'}};
inline const Currency eur{{'E', 'U', 'R'}};
inline const AccountId outside_usd = AccountId::from_trusted("@outside:USD");

// Noon of some UTC day: tests that cross midnight say so.
inline constexpr std::int64_t second = 1'000'000;  // in microseconds
inline constexpr std::int64_t day = 86'400 * second;
inline constexpr Timestamp noon{20'000 * day + day / 2};

inline Uuid uuid(std::uint64_t n) {
  Uuid id;
  for (std::size_t i = 0; i < 8; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  return id;
}

// An account that lives in partition `home` of `partitions`: "<stem>", "<stem>.1", "<stem>.2", ...
AccountId account_in(PartitionId home, std::uint32_t partitions, const std::string& stem);

std::string text(AnswerCode code);
std::string text(const LegAnswer& answer);
std::string text(LegMessage message);
std::string text(TransferStatus status);
std::string text(LegState state);
std::string text(OrderReply reply);
std::string text(OrderWord word);
std::string text(StepAnswerCode code);
std::string text(EnterCode code);
std::string text(const Event& event);      // "leg_refused 1 account_frozen"
std::string text(const Message& message);  // "try 1", "answer 1 try ok"
std::string text(const Reply& reply);      // "reply 7 completed replayed"

}  // namespace florin::words
