// Outside: the port through which everything that a turn wants of the world leaves. It is made once, by whoever composes (the
// node, a cluster's node, the simulator, a test), and handed down as it is: nobody on the way forwards anything.
//
// A new effect is a field of Effects and a function here, and nothing compiles before each of them does something with it.
// Crash between two of them: what was not released is owed still, or asked for again (docs/adr/0002).
#pragma once

#include <utility>
#include <vector>

#include "actors/partition/effects.hpp"

namespace florin {

class Outside {
 public:
  virtual ~Outside() = default;

  // transfer path 8/13: durable, so the effects leave, in a fixed order: replies, messages, calls, what people want to know.
  void release(Effects effects) {
    if (!effects.replies.empty()) deliver(std::move(effects.replies));
    for (Outgoing& out : effects.outgoing) tell(out.to, std::move(out.messages));
    if (!effects.calls.empty()) call(std::move(effects.calls));
    for (const Alarm& what : effects.alarms) alarm(what);
    ended(effects.ended);
  }

  // Each is called for a whole turn, never for one message of many.
  virtual void deliver(std::vector<Reply> replies) = 0;                  // to those who asked
  virtual void tell(PartitionId to, std::vector<Message> messages) = 0;  // to another partition
  // To those outside. What comes back goes to the actor that called, as its kind's message (answer_message).
  virtual void call(std::vector<OutsideCall> calls) = 0;
  virtual void alarm(const Alarm& alarm) = 0;               // to people
  virtual void ended(const EndedTransfers& transfers) = 0;  // to metrics
};

}  // namespace florin
