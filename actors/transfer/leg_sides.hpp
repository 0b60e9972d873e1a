// Which events make a leg, and change it. What forgets it is a fence (KeptLegs), or the end of the transfer that it is beside.
#pragma once

#include "actors/entity/event_sides.hpp"
#include "domain/events.hpp"
#include "domain/transfer/leg.hpp"

namespace florin {

struct LegSides {
  static void evolve(auto& legs, const LegTried& event, const EventStamp& stamp) {
    legs.begin(event.leg, LegState::tried, event.content).debit_day = stamp.day();
  }
  static void evolve(auto& legs, const LegRefused& event, const EventStamp&) {
    legs.begin(event.leg, LegState::refused, event.content).rejection = event.code;
  }
  static void evolve(auto& legs, const LegCancelledEarly& event, const EventStamp&) {
    LegContent content;
    content.account = event.account;
    legs.begin(event.leg, LegState::cancelled_early, content);
  }
  static void evolve(auto& legs, const StepApplied& event, const EventStamp& stamp) {
    legs.begin(event.leg, LegState::confirmed, event.content).debit_day = stamp.day();
  }

  static void evolve(auto& legs, const LegConfirmed& event, const EventStamp&) {
    legs.known(event.leg).state = LegState::confirmed;
  }
  static void evolve(auto& legs, const LegCancelled& event, const EventStamp&) {
    legs.known(event.leg).state = LegState::cancelled;
  }
  static void evolve(auto& legs, const StepCompensated& event, const EventStamp&) {
    legs.known(event.leg).state = LegState::cancelled;
  }
  static void evolve(auto& legs, const LegNoted& event, const EventStamp&) {
    legs.note(event.leg, *event.notes);
  }
};

}  // namespace florin
