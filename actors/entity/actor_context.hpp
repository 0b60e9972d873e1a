// ActorContext: all that an entity actor may do to the world while it handles one message. Implemented by
// the partition's turn, and by the test kit, which captures instead of sending. A handler has it as a part of its
// EntityContext.
#pragma once

#include <string_view>
#include <utility>

#include "actors/entity/waiter.hpp"
#include "actors/messages/messages.hpp"
#include "actors/messages/outside_call.hpp"
#include "domain/events.hpp"
#include "domain/transfer/deadline.hpp"

namespace florin {

class ActorContext {
 public:
  virtual ~ActorContext() = default;

  // Time of the entry that this turn will become: monotonic within the partition.
  [[nodiscard]] virtual Timestamp now() const = 0;
  // What deadlines are compared with in this turn.
  [[nodiscard]] virtual DeadlineClocks clocks() const { return now(); }
  // False: nobody confirms the leader's clock, and now() only goes on from the last entry; it may jump later.
  [[nodiscard]] virtual bool time_is_confirmed() const { return true; }
  // A client's deadline is judged by what is emitted next: with which clock, unless the entry's time says so.
  virtual void note_clock() {}
  // The last event that a reply given now reflects.
  [[nodiscard]] virtual Position current_position() const = 0;

  // Records the event in this turn's entry and evolves the state at once.
  virtual Position emit(const Event& event) = 0;
  // Delivered in this turn when the receiver lives here, else after this turn's entry is durable.
  virtual void tell(PartitionId to, Message&& message) = 0;
  // Released after this turn's entry is durable. Request 0 is dropped.
  virtual void reply(Reply&& reply) = 0;
  // To an actor that waits: its kind's message, told like any other, so it is always taken.
  virtual void tell_end(const ActorId& waiter, Reply&& reply) = 0;
  // The one or the other. `reply` names no request: the waiter does.
  void answer(const Waiter& waiter, Reply&& reply) {
    if (const ActorId* const actor = waiter.actor()) return tell_end(*actor, std::move(reply));
    reply.request = waiter.request();
    this->reply(std::move(reply));
  }
  // Calls somebody outside; leaves after this turn's entry is durable. What is owed is a function of logged state: port, id
  // and bytes are in this entry or in an earlier one, never drawn here. So the same call is made again, under the same id, after
  // a crash, by the next leader, and when its time has come without an answer. The answer is a message (answer_message):
  // it comes late, twice, never, or to a later leader than the one that called. Whoever hears it looks whether it still owes that id.
  virtual void call_outside(OutsideCall&& call) = 0;
  // Something that must never happen did: logged and counted, nothing else changes.
  virtual void alarm(std::string_view what, LegKey leg) = 0;
};

}  // namespace florin
