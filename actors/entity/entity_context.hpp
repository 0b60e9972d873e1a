// EntityContext: all that a handler gets beside its own entity while it handles one message: time, effects (ActorContext),
// and questions to other actors and objects of its partition. There is no other way to them.
//
// `Answers` finds whom a question is put to and has it answered, by direct calls: the partition's tables in a turn
// (partition/neighbours.hpp); in tests, something that lets a handler ask no more than it says it does (uses.hpp).
#pragma once

#include <string_view>
#include <utility>

#include "actors/entity/actor_context.hpp"
#include "actors/entity/neighbour_questions.hpp"
#include "actors/messages/subject.hpp"

namespace florin {

template <class Answers>
class EntityContext {
 public:
  EntityContext(ActorContext& turn, Answers answers) : turn_(turn), answers_(answers) {}

  [[nodiscard]] PartitionId partition() const { return answers_.partition(); }

  // See ActorContext.
  [[nodiscard]] Timestamp now() const { return turn_.now(); }
  [[nodiscard]] DeadlineClocks clocks() const { return turn_.clocks(); }
  [[nodiscard]] bool time_is_confirmed() const { return turn_.time_is_confirmed(); }
  void note_clock() { turn_.note_clock(); }
  [[nodiscard]] Position current_position() const { return turn_.current_position(); }
  Position emit(const Event& event) { return turn_.emit(event); }
  void tell(PartitionId to, Message&& message) { turn_.tell(to, std::move(message)); }
  void reply(Reply&& reply) { turn_.reply(std::move(reply)); }
  // The answer to a client's message, as everything is now.
  template <class Asked, class Body>
  void reply_to(const Asked& message, Body body) {
    reply({message.request, current_position(), std::move(body), subject_of(message)});
  }
  void answer(const Waiter& waiter, Reply&& reply) { turn_.answer(waiter, std::move(reply)); }
  void call_outside(OutsideCall&& call) { turn_.call_outside(std::move(call)); }
  void alarm(std::string_view what, LegKey leg) { turn_.alarm(what, leg); }

  template <class Question>
  typename Question::Answer ask(const typename Question::Asked& whom,
                                const Question& question) const {
    return answers_.ask(whom, question);
  }
  template <class Question>
  typename Question::Answer ask(const Question& question) const {
    return ask(OwnPartition{}, question);
  }

 private:
  ActorContext& turn_;
  Answers answers_;
};

}  // namespace florin
