// Every effect: held to what is declared, then done.
#include "tests/support/strict_context.hpp"

#include "tests/support/wallet_words.hpp"

namespace florin {

Timestamp StrictTurn::now() const {
  hold_to(declared_.time, "reads the time");
  return turn_.now();
}
DeadlineClocks StrictTurn::clocks() const {
  hold_to(declared_.deadlines, "reads clocks");
  return turn_.clocks();
}
bool StrictTurn::time_is_confirmed() const {
  hold_to(declared_.time, "asks whether the time is confirmed");
  return turn_.time_is_confirmed();
}
void StrictTurn::note_clock() {
  hold_to(declared_.deadlines, "notes the clock");
  turn_.note_clock();
}
Position StrictTurn::current_position() const {
  hold_to(declared_.replies, "reads the position");
  return turn_.current_position();
}
Position StrictTurn::emit(const Event& event) {
  hold_to(declared_.events.at(event.index()), "emits " + words::text(event));
  return turn_.emit(event);
}
void StrictTurn::tell(PartitionId to, Message&& message) {
  hold_to(declared_.messages.at(message.index()), "tells " + words::text(message));
  turn_.tell(to, std::move(message));
}
void StrictTurn::reply(Reply&& reply) {
  hold_to(declared_.replies, "replies");
  turn_.reply(std::move(reply));
}
void StrictTurn::tell_end(const ActorId& waiter, Reply&& reply) {
  hold_to(declared_.replies, "answers an actor");
  turn_.tell_end(waiter, std::move(reply));
}
void StrictTurn::call_outside(OutsideCall&& call) {
  hold_to(declared_.calls, "calls outside");
  turn_.call_outside(std::move(call));
}
void StrictTurn::alarm(std::string_view what, LegKey leg) {
  hold_to(declared_.alarms, "alarms");
  turn_.alarm(what, leg);
}

}  // namespace florin
