// Questions go through the thread, answers come back as messages.
#include "runtime/engine/control/thread_control.hpp"

#include <utility>

namespace florin {
namespace {

constexpr std::uint64_t health_question = 0;  // there is one at most under way
// Of those who ask for health while the thread stands still. Who has waited longest has given up.
constexpr std::size_t waiting_max = 4;

}  // namespace

ThreadControlActor::behavior_type ThreadControlActor::make_behavior() {
  return {
      [this](HealthAtom) { return ask_health(); },
      [this](CheckpointAtom) { return ask(ports_.pass); },
      [this](DrainAtom) { return drain(); },
      [this](StopAtom) {
        draining_.clear();
        return ask(ports_.end);
      },
      [this](PassedAtom, std::uint64_t number) { passed(number); },
      [this](TickAtom) { look_whether_drained(); },
  };
}

// The thread's queue gets one of these at most, however often somebody asks.
ThreadControlActor::Answer ThreadControlActor::ask_health() {
  const Answer answer = make_response_promise<DoneAtom>();
  std::vector<Answer>& waiting = waiting_[health_question];
  if (waiting.size() == waiting_max) waiting.erase(waiting.begin());
  waiting.push_back(answer);
  if (waiting.size() == 1) ports_.pass(word_of(health_question));
  return answer;
}

ThreadControlActor::Answer ThreadControlActor::ask(const Through& through) {
  const Answer answer = make_response_promise<DoneAtom>();
  waiting_[++last_].push_back(answer);
  through(word_of(last_));
  return answer;
}

ThreadControlActor::Answer ThreadControlActor::drain() {
  if (!ports_.is_drained) return ask(ports_.pass);
  const Answer answer = make_response_promise<DoneAtom>();
  draining_.push_back(answer);
  drain_ends_ = clock().now() + ports_.drain_max;
  if (draining_.size() == 1) look_whether_drained();
  return answer;
}

void ThreadControlActor::look_whether_drained() {
  if (draining_.empty()) return;
  if (clock().now() > drain_ends_) return draining_.clear();  // nobody waits any more
  if (!ports_.is_drained()) return delayed_send(this, ports_.drain_every, TickAtom::value);
  for (Answer& answer : std::exchange(draining_, {})) answer.deliver(DoneAtom::value);
}

void ThreadControlActor::passed(std::uint64_t number) {
  auto asked = waiting_.extract(number);
  if (asked.empty()) return;
  for (Answer& answer : asked.mapped()) answer.deliver(DoneAtom::value);
}

// CAF answers what still waits in the mailbox of an actor that ends; a promise it has given out is the actor's own to answer.
// Gone afterwards: each has a reference to this actor.
void ThreadControlActor::on_exit() {
  const caf::error gone = caf::sec::request_receiver_down;
  for (auto& [number, answers] : std::exchange(waiting_, {}))
    for (Answer& answer : answers) answer.deliver(gone);
  for (Answer& answer : std::exchange(draining_, {})) answer.deliver(gone);
}

// By its address: what waits in the queue of a thread must not keep the actor alive.
ThreadPorts::Told ThreadControlActor::word_of(std::uint64_t number) {
  return [to = caf::actor_cast<caf::weak_actor_ptr>(ctrl()), number] {
    if (const auto actor = caf::actor_cast<ThreadControl>(to))
      caf::anon_send(actor, PassedAtom::value, number);
  };
}

}  // namespace florin
