// What is owed: all legs at once in TC/C, one step at a time in a saga.
#include "domain/transfer/transfer_steps.hpp"

namespace florin {
namespace {

bool definitely_refused(const LegPhase& leg) {
  return leg.try_status == TryStatus::answered && !leg.try_answer.is_ok();
}

// Compensate steps that were done or may have been done; a definite no needs nothing.
bool needs_compensation(const LegPhase& leg) {
  return leg.try_status != TryStatus::not_sent && !definitely_refused(leg) &&
         leg.second_phase != SecondPhaseStatus::answered;
}

TransferSteps only(std::size_t leg, LegMessage message) {
  TransferSteps steps;
  steps.push_back({static_cast<std::uint8_t>(leg), message});
  return steps;
}

TransferSteps saga_steps(const TransferState& transfer) {
  const std::size_t count = transfer.legs.size();
  if (transfer.decision == Decision::none) {
    for (std::size_t i = 0; i < count; ++i)
      if (transfer.legs[i].try_status != TryStatus::answered) return only(i, LegMessage::apply);
  }
  if (transfer.decision == Decision::cancel) {
    for (std::size_t i = count; i-- > 0;)
      if (needs_compensation(transfer.legs[i])) return only(i, LegMessage::compensate);
  }
  return {};
}

TransferSteps tcc_steps(const TransferState& transfer) {
  TransferSteps steps;
  const LegMessage second =
      transfer.decision == Decision::confirm ? LegMessage::confirm : LegMessage::cancel;
  for (std::size_t i = 0; i < transfer.legs.size(); ++i) {
    const LegPhase& leg = transfer.legs[i];
    if (transfer.decision == Decision::none) {
      if (leg.try_status != TryStatus::answered)
        steps.push_back({static_cast<std::uint8_t>(i), LegMessage::try_});
    } else if (leg.second_phase != SecondPhaseStatus::answered) {
      steps.push_back({static_cast<std::uint8_t>(i), second});
    }
  }
  return steps;
}

}  // namespace

TransferSteps next_steps(const TransferState& transfer) {
  return transfer.protocol == Protocol::saga ? saga_steps(transfer) : tcc_steps(transfer);
}

bool is_settled(const TransferState& transfer) {
  return transfer.decision != Decision::none && next_steps(transfer).empty();
}

TransferStatus status_of(const TransferState& transfer) {
  switch (transfer.decision) {
    case Decision::none: return TransferStatus::trying;
    case Decision::confirm: return TransferStatus::confirming;
    case Decision::cancel: return TransferStatus::cancelling;
  }
  return TransferStatus::trying;
}

}  // namespace florin
