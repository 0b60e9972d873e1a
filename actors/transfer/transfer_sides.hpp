// Which events begin a transfer, change it, and end it.
//
// A TC/C leg beside its coordinator answers by its own event: no other event need say it again. So those of its legs are
// the transfer's, too.
#pragma once

#include <optional>

#include "actors/entity/event_sides.hpp"
#include "domain/events.hpp"
#include "domain/transfer/transfer_evolve.hpp"

namespace florin {

struct TransferSides {
  static void evolve(auto& transfers, const TransferStarted& event, const EventStamp& stamp) {
    transfers.begin(event, stamp);
  }
  // Not of one that was over at once: it is a record, which the partition marks.
  static void evolve(auto& transfers, const TransferNoted& event, const EventStamp&) {
    if (TransferState* transfer = transfers.begun(event.transfer)) florin::evolve(*transfer, event);
  }
  static void evolve(auto& transfers, const ClientDeadlineGiven& event, const EventStamp&) {
    florin::evolve(transfers.open(event.transfer), event);
  }
  static void evolve(auto& transfers, const TryAnswered& event, const EventStamp&) {
    florin::evolve(transfers.open(event.leg.transfer), event);
  }
  static void evolve(auto& transfers, const TransferDecided& event, const EventStamp&) {
    florin::evolve(transfers.open(event.transfer), event);
  }
  static void evolve(auto& transfers, const CancelDecided& event, const EventStamp& stamp) {
    florin::evolve(transfers.open(event.transfer), event, stamp.at);
  }
  static void evolve(auto& transfers, const SecondPhaseAnswered& event, const EventStamp&) {
    florin::evolve(transfers.open(event.leg.transfer), event);
  }
  static void evolve(auto& transfers, const TransferCompleted& event, const EventStamp& stamp) {
    transfers.end(event.transfer, TransferStatus::completed, std::nullopt, stamp.at);
  }
  static void evolve(auto& transfers, const TransferCancelled& event, const EventStamp& stamp) {
    transfers.end(event.transfer, TransferStatus::cancelled, event.code, stamp.at);
  }

  static void evolve(auto& transfers, const LegTried& event, const EventStamp&) {
    own_leg_tried(transfers, event.leg, {});
  }
  static void evolve(auto& transfers, const LegRefused& event, const EventStamp&) {
    own_leg_tried(transfers, event.leg, {AnswerCode::refused, event.code});
  }
  static void evolve(auto& transfers, const LegCancelledEarly& event, const EventStamp&) {
    own_leg_ended(transfers, event.leg, true);
  }
  static void evolve(auto& transfers, const LegConfirmed& event, const EventStamp&) {
    own_leg_ended(transfers, event.leg, false);
  }
  static void evolve(auto& transfers, const LegCancelled& event, const EventStamp&) {
    own_leg_ended(transfers, event.leg, false);
  }

 private:
  static void own_leg_tried(auto& transfers, const LegKey& key, const LegAnswer& answer) {
    TransferState* transfer = transfers.beside(key.transfer);
    if (transfer != nullptr && transfer->decision == Decision::none)
      florin::evolve(*transfer, TryAnswered{key, answer});
  }
  static void own_leg_ended(auto& transfers, const LegKey& key, bool out_of_order) {
    TransferState* transfer = transfers.beside(key.transfer);
    if (transfer != nullptr && transfer->decision != Decision::none)
      florin::evolve(*transfer, SecondPhaseAnswered{key, out_of_order});
  }
};

}  // namespace florin
