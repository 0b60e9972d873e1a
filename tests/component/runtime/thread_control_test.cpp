// The actor in front of a thread: it answers when the thread has come to the question, and a thread that stands still is a
// time-out of whoever asks.
#include "runtime/engine/control/thread_control.hpp"

#include <gmock/gmock.h>

#include <string>

#include "tests/component/runtime/engine_kit.hpp"

namespace florin {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

// Asks one question, and writes down what it hears.
template <class Question>
class Asker : public caf::event_based_actor {
 public:
  Asker(caf::actor_config& config, ThreadControl control, std::vector<std::string>* heard)
      : caf::event_based_actor(config), control_(std::move(control)), heard_(heard) {}
  caf::behavior make_behavior() override {
    request(control_, milliseconds(1'000), Question::value)
        .then([this](DoneAtom) { say("done"); },
              [this](const caf::error& error) {
                say(error == caf::sec::request_timeout ? "time-out" : "gone");
              });
    return {};
  }

 private:
  void say(const std::string& what) {
    heard_->push_back(caf::to_string(Question::value) + " " + what);
  }
  ThreadControl control_;
  std::vector<std::string>* heard_;
};

// A thread that does something when the test says so.
struct ThreadByHand {
  void come_by() {
    for (const auto& told : std::exchange(queue, {})) told();
  }
  void end() {
    come_by();
    for (const auto& told : std::exchange(ending, {})) told();
  }
  std::vector<ThreadPorts::Told> queue, ending;
};

class ThreadControlTest : public testing::Test {
 protected:
  ThreadControlTest() { control_ = engine_.spawn<ThreadControlActor>(ports()); }

  ThreadPorts ports() {
    ThreadPorts ports;
    ports.pass = [this](ThreadPorts::Told told) { thread_.queue.push_back(std::move(told)); };
    ports.end = [this](ThreadPorts::Told told) { thread_.ending.push_back(std::move(told)); };
    return ports;
  }
  template <class Question>
  void ask(Question) {
    engine_.spawn<Asker<Question>>(control_, &heard_);
    engine_.run();
  }
  void come_by() {
    thread_.come_by();
    engine_.run();
  }

  ThreadByHand thread_;
  std::vector<std::string> heard_;
  test::VirtualEngine engine_;
  ThreadControl control_;
};

TEST_F(ThreadControlTest, AnswersHealthWhenTheThreadHasComeBy) {
  ask(HealthAtom::value);
  EXPECT_THAT(heard_, IsEmpty()) << "that the actor is alive says nothing of its thread";
  come_by();
  EXPECT_THAT(heard_, ElementsAre("health done"));
}

TEST_F(ThreadControlTest, AThreadThatStandsStillIsATimeOutOfWhoAsks) {
  ask(HealthAtom::value);
  engine_.advance(milliseconds(1'000));
  EXPECT_THAT(heard_, ElementsAre("health time-out"));
  come_by();
  ask(HealthAtom::value);
  come_by();
  EXPECT_THAT(heard_, ElementsAre("health time-out", "health done"));
}

TEST_F(ThreadControlTest, HoweverOftenItIsAskedAThreadThatStandsStillGetsOneQuestion) {
  for (int i = 0; i < 10; ++i) {
    ask(HealthAtom::value);
    engine_.advance(milliseconds(1'000));
  }
  EXPECT_EQ(thread_.queue.size(), 1U);
  ask(HealthAtom::value);
  heard_.clear();
  come_by();
  EXPECT_THAT(heard_, ElementsAre("health done"));
}

TEST_F(ThreadControlTest, ACheckpointIsAnsweredBehindWhatTheThreadWasGivenBefore) {
  thread_.queue.emplace_back([this] { heard_.emplace_back("written"); });
  ask(CheckpointAtom::value);
  EXPECT_THAT(heard_, IsEmpty());
  come_by();
  EXPECT_THAT(heard_, ElementsAre("written", "checkpoint done"));
}

TEST_F(ThreadControlTest, DrainLooksUntilTheThreadCanBeDoneWithout) {
  bool leads = true;
  ThreadPorts with_leaderships = ports();
  with_leaderships.is_drained = [&] { return !leads; };
  with_leaderships.drain_every = milliseconds(100);
  control_ = engine_.spawn<ThreadControlActor>(with_leaderships);
  ask(DrainAtom::value);
  engine_.advance(milliseconds(500));
  EXPECT_THAT(heard_, IsEmpty());
  leads = false;
  engine_.advance(milliseconds(100));
  EXPECT_THAT(heard_, ElementsAre("drain done"));
}

TEST_F(ThreadControlTest, NobodyLooksOnWhenTheTimeOfADrainIsOver) {
  int looked = 0;
  ThreadPorts never_drained = ports();
  never_drained.is_drained = [&] { return ++looked == 0; };
  control_ = engine_.spawn<ThreadControlActor>(never_drained);
  ask(DrainAtom::value);
  engine_.advance(milliseconds(1'200));
  const int before = looked;
  EXPECT_GT(before, 5);
  engine_.advance(milliseconds(5'000));
  EXPECT_EQ(looked, before);
  EXPECT_THAT(heard_, ElementsAre("drain time-out"));
}

TEST_F(ThreadControlTest, StopEndsTheLookingAndIsAnsweredWhenTheThreadHasEnded) {
  int looked = 0;
  ThreadPorts never_drained = ports();
  never_drained.is_drained = [&] { return ++looked == 0; };
  control_ = engine_.spawn<ThreadControlActor>(never_drained);
  ask(DrainAtom::value);
  ask(StopAtom::value);
  const int before = looked;
  engine_.advance(milliseconds(500));
  EXPECT_EQ(looked, before);
  EXPECT_THAT(heard_, IsEmpty());
  thread_.end();
  engine_.run();
  EXPECT_THAT(heard_, ElementsAre("stop done"));
}

TEST_F(ThreadControlTest, OneThatHasEndedIsKnownWithoutWaiting) {
  engine_.end(control_, caf::exit_reason::kill);
  ask(HealthAtom::value);
  EXPECT_THAT(heard_, ElementsAre("health gone"));
}

TEST_F(ThreadControlTest, WhoAskedOneThatEndsHearsItAtOnce) {
  ThreadPorts never_drained = ports();
  never_drained.is_drained = [] { return false; };
  control_ = engine_.spawn<ThreadControlActor>(never_drained);
  ask(HealthAtom::value);
  ask(CheckpointAtom::value);
  ask(StopAtom::value);
  ask(DrainAtom::value);
  engine_.end(control_, caf::exit_reason::kill);
  EXPECT_THAT(heard_, testing::UnorderedElementsAre("health gone", "checkpoint gone", "stop gone",
                                                    "drain gone"));
}

TEST_F(ThreadControlTest, TheWordOfAThreadForAnActorThatHasEndedIsHarmless) {
  ask(HealthAtom::value);
  engine_.end(control_, caf::exit_reason::kill);
  control_ = nullptr;
  come_by();
  engine_.advance(milliseconds(1'000));
  EXPECT_THAT(heard_, ElementsAre("health gone"));
}

}  // namespace
}  // namespace florin
