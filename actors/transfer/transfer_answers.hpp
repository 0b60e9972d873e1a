// What an open transfer, and a leg, answer to actors of their partition (entity/neighbour_questions.hpp): const functions of their
// states.
#pragma once

#include "actors/entity/neighbour_questions.hpp"
#include "domain/transfer/transfer_decide.hpp"

namespace florin {

// Beside its coordinator.
inline bool has_leg_here(const TransferState& transfer, std::uint8_t leg) {
  return leg < transfer.legs.size() && transfer.legs[leg].spec.partition == transfer.id.partition;
}

inline LegSender answer(const TransferState& transfer, const MaySay& question) {
  const bool may_say =
      has_leg_here(transfer, question.leg) && is_answer_of(transfer, question.message);
  return may_say ? LegSender::open : LegSender::denies;
}

inline LegsToKeep::Answer answer(const TransferState& transfer, const LegsToKeep&) {
  if (transfer.protocol != Protocol::saga) return {};
  return {transfer.legs.data(), transfer.legs.size()};
}

// Null: never heard of.
inline const Leg* answer(const Leg* leg, const KnownLeg&) { return leg; }
inline bool answer(const Leg* leg, const IsReserved&) {
  return leg != nullptr && leg->state == LegState::tried;
}

}  // namespace florin
