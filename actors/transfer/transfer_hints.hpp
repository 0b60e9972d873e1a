// Which transfers a message or an event is going to need, and what is known under their ids (entity/memory_hints.hpp).
#pragma once

#include "actors/messages/messages.hpp"
#include "actors/transfer/leg_hints.hpp"
#include "domain/events.hpp"

namespace florin {

template <class E>
concept EventOfAnOpenTransfer = TransferEvent<E> && requires(const E& event) {
  event.transfer.partition;
};

struct TransferHints {
  static void want(const auto& transfers, const StartTransfer& message) {
    transfers.asked_for(message.transaction_id);
    transfers.room();
  }
  static void want(const auto& transfers, const StartTransaction& message) {
    transfers.asked_for(message.transaction_id);
    transfers.room();
  }
  static void want(const auto& transfers, const LegAnswered& message) {
    transfers.known(message.leg.transfer);
  }
  // It may end by that.
  static void want_beyond(const auto& transfers, const LegAnswered& message) {
    if (message.answered != LegMessage::try_) transfers.ends(message.leg.transfer);
  }

  static void want(const auto& transfers, const TransferStarted& event) {
    transfers.begins(event.transaction_id);
    transfers.room();
  }
  static void want(const auto& transfers, const EventOfAnOpenTransfer auto& event) {
    transfers.known(event.transfer);
  }
  static void want(const auto& transfers, const TryAnswered& event) {
    of_a_leg(transfers, event.leg);
  }
  static void want(const auto& transfers, const SecondPhaseAnswered& event) {
    of_a_leg(transfers, event.leg);
  }
  static void want(const auto& transfers, const EventOfALeg auto& event) {
    of_a_leg(transfers, event.leg);
  }
  static void want_beyond(const auto& transfers, const TransferCompleted& event) {
    transfers.ends(event.transfer);
  }
  static void want_beyond(const auto& transfers, const TransferCancelled& event) {
    transfers.ends(event.transfer);
  }

 private:
  // Of a leg whose transfer is elsewhere there is nothing here.
  static void of_a_leg(const auto& transfers, const LegKey& leg) {
    if (leg.transfer.partition == transfers.partition()) transfers.known(leg.transfer);
  }
};

}  // namespace florin
