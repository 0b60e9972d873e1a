// Which legs a message or an event is going to need (entity/memory_hints.hpp).
#pragma once

#include "actors/messages/messages.hpp"
#include "domain/events.hpp"

namespace florin {

template <class E>
concept EventOfALeg = LegEvent<E> && requires(const E& event) {
  event.leg.transfer;
};

struct LegHints {
  static void want(const auto& legs, const StartTransfer&) { legs.room(); }
  static void want(const auto& legs, const StartTransaction&) { legs.room(); }
  static void want(const auto& legs, const TryLeg& message) { legs.made(message.leg); }
  static void want(const auto& legs, const ConfirmLeg& message) { legs.known(message.leg); }
  // The one that is beside the transfer.
  static void want(const auto& legs, const LegAnswered& message) {
    legs.known(LegKey{message.leg.transfer, 0});
  }

  static void want(const auto& legs, const LegTried& event) { legs.made(event.leg); }
  static void want(const auto& legs, const LegRefused& event) { legs.made(event.leg); }
  static void want(const auto& legs, const StepApplied& event) { legs.made(event.leg); }
  static void want(const auto& legs, const EventOfALeg auto& event) { legs.known(event.leg); }
  static void want(const auto& legs, const TransferCompleted& event) { of_ended(legs, event); }
  static void want(const auto& legs, const TransferCancelled& event) { of_ended(legs, event); }

 private:
  static void of_ended(const auto& legs, const auto& event) {
    legs.known(LegKey{event.transfer, 0});
  }
};

}  // namespace florin
