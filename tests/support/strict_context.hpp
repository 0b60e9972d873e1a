// StrictContexts: gives each handler a context that lets it do no more than it declares (actors/entity/uses.hpp). Everything else
// is an objection, which fails the test of who looks at them: ActorKit does after each message.
#pragma once

#include <deque>
#include <string>
#include <type_traits>
#include <vector>

#include "actors/entity/entity_context.hpp"
#include "actors/entity/uses.hpp"
#include "actors/messages/messages.hpp"

namespace florin {

// A declaration as data; questions are types, and are looked up in the declaration itself (asks_of).
struct DeclaredUses {
  bool time = false;
  bool deadlines = false;
  bool replies = false;
  bool calls = false;
  bool alarms = false;
  std::vector<bool> events = std::vector<bool>(std::variant_size_v<Event>);
  std::vector<bool> messages = std::vector<bool>(std::variant_size_v<Message>);

  void add(ReadsTime) { time = true; }
  void add(JudgesDeadlines) { deadlines = true; }
  void add(Replies) { replies = true; }
  void add(CallsOutside) { calls = true; }
  void add(Alarms) { alarms = true; }
  template <class... Questions>
  void add(Asks<Questions...>) {}
  template <class... Events>
  void add(Emits<Events...>) {
    ((events.at(Event(std::in_place_type<Events>).index()) = true), ...);
  }
  template <class... Messages>
  void add(Tells<Messages...>) {
    ((messages.at(Message(std::in_place_type<Messages>).index()) = true), ...);
  }
  template <class... What>
  void add(Uses<What...>) {
    (add(What{}), ...);
  }
};

template <class Question, class What>
constexpr bool asks_of(std::type_identity<What>) {
  return false;
}
template <class Question, class... Questions>
constexpr bool asks_of(std::type_identity<Asks<Questions...>>) {
  return (std::is_same_v<Question, Questions> || ...);
}
template <class Question, class... What>
constexpr bool asks_of(std::type_identity<Uses<What...>>) {
  return (asks_of<Question>(std::type_identity<What>{}) || ...);
}

class StrictTurn final : public ActorContext {
 public:
  StrictTurn(ActorContext& turn, DeclaredUses declared, std::vector<std::string>& objections)
      : turn_(turn), declared_(std::move(declared)), objections_(objections) {}

  [[nodiscard]] Timestamp now() const override;
  [[nodiscard]] DeadlineClocks clocks() const override;
  [[nodiscard]] bool time_is_confirmed() const override;
  void note_clock() override;
  [[nodiscard]] Position current_position() const override;
  Position emit(const Event& event) override;
  void tell(PartitionId to, Message&& message) override;
  void reply(Reply&& reply) override;
  void tell_end(const ActorId& waiter, Reply&& reply) override;
  void call_outside(OutsideCall&& call) override;
  void alarm(std::string_view what, LegKey leg) override;

 private:
  void hold_to(bool is_declared, const std::string& what) const {
    if (!is_declared) objections_.push_back(what);
  }

  ActorContext& turn_;
  DeclaredUses declared_;
  std::vector<std::string>& objections_;
};

// Asks on behalf of a handler that declares `HandlerUses`.
template <class HandlerUses, class Answers>
class StrictAnswers {
 public:
  StrictAnswers(Answers answers, std::vector<std::string>& objections)
      : answers_(answers), objections_(objections) {}

  [[nodiscard]] PartitionId partition() const { return answers_.partition(); }
  template <class Question>
  auto ask(const typename Question::Asked& whom, const Question& question) const {
    if (!asks_of<Question>(std::type_identity<HandlerUses>{})) objections_.push_back("asks");
    return answers_.ask(whom, question);
  }

 private:
  Answers answers_;
  std::vector<std::string>& objections_;
};

// What handlers did that they do not declare; keeps their contexts.
struct StrictWatch {
  std::deque<StrictTurn> turns;
  std::vector<std::string> objections;
};

template <class Answers>
class StrictContexts {
 public:
  StrictContexts(Answers answers, ActorContext& turn, StrictWatch& watch)
      : answers_(answers), turn_(turn), watch_(watch) {}

  template <class HandlerUses>
  EntityContext<StrictAnswers<HandlerUses, Answers>> of() {
    DeclaredUses declared;
    declared.add(HandlerUses{});
    StrictTurn& turn = watch_.turns.emplace_back(turn_, std::move(declared), watch_.objections);
    return {turn, StrictAnswers<HandlerUses, Answers>(answers_, watch_.objections)};
  }

 private:
  Answers answers_;
  ActorContext& turn_;
  StrictWatch& watch_;
};

}  // namespace florin
