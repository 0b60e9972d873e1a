// The actor in front of the thread that calls the outside: calls go to the thread, questions through it, and it is made again.
#include "runtime/outside/outside_actor.hpp"

#include <gmock/gmock.h>

#include "runtime/engine/control/supervisor.hpp"
#include "tests/component/runtime/engine_kit.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class OutsideActorTest : public testing::Test {
 protected:
  OutsideActorTest() { control_ = make(); }

  OutsideControl make() {
    OutsidePorts ports;
    ports.thread.pass = [this](ThreadPorts::Told told) { queue_.push_back(std::move(told)); };
    ports.thread.end = [this](ThreadPorts::Told told) { ending_.push_back(std::move(told)); };
    ports.thread.is_drained = [this] { return is_drained_; };
    ports.submit = [this](const OutsideCall& call) { submitted_.push_back(*call.bytes); };
    return engine_.spawn<OutsideActor>(ports);
  }
  void tell(std::vector<std::string> calls) {
    OwedCalls owed;
    for (std::string& bytes : calls)
      owed.calls.push_back(
          {"psp", words::uuid(1), 0, std::make_shared<const std::string>(std::move(bytes)), {}});
    caf::anon_send(control_, CallAtom::value, std::move(owed));
    engine_.run();
  }
  template <class Question>
  void ask(Question) {
    class Asker : public caf::event_based_actor {
     public:
      Asker(caf::actor_config& config, OutsideControl control, std::vector<std::string>* heard)
          : caf::event_based_actor(config), control_(std::move(control)), heard_(heard) {}
      caf::behavior make_behavior() override {
        request(control_, milliseconds(1'000), Question::value)
            .then([this](DoneAtom) { say("done"); }, [this](const caf::error&) { say("none"); });
        return {};
      }

     private:
      void say(const std::string& what) {
        heard_->push_back(caf::to_string(Question::value) + " " + what);
      }
      OutsideControl control_;
      std::vector<std::string>* heard_;
    };
    engine_.spawn<Asker>(control_, &heard_);
    engine_.run();
  }
  void come_by(std::vector<ThreadPorts::Told>& queue) {
    for (const auto& told : std::exchange(queue, {})) told();
    engine_.run();
  }

  std::vector<std::string> submitted_, heard_;
  std::vector<ThreadPorts::Told> queue_, ending_;
  bool is_drained_ = true;
  test::VirtualEngine engine_;
  OutsideControl control_;
};

TEST_F(OutsideActorTest, GivesCallsToTheThreadInOrder) {
  tell({"a", "b"});
  tell({"c"});
  EXPECT_THAT(submitted_, ElementsAre("a", "b", "c"));
}

TEST_F(OutsideActorTest, AnswersHealthWhenTheThreadHasComeBy) {
  ask(HealthAtom::value);
  EXPECT_THAT(heard_, IsEmpty());
  come_by(queue_);
  EXPECT_THAT(heard_, ElementsAre("health done"));
}

TEST_F(OutsideActorTest, IsDrainedWhenNothingIsUnderWay) {
  is_drained_ = false;
  ask(DrainAtom::value);
  engine_.advance(milliseconds(300));
  EXPECT_THAT(heard_, IsEmpty());
  is_drained_ = true;
  engine_.advance(milliseconds(100));
  EXPECT_THAT(heard_, ElementsAre("drain done"));
}

TEST_F(OutsideActorTest, StopIsAnsweredWhenTheThreadHasEnded) {
  ask(StopAtom::value);
  EXPECT_THAT(heard_, IsEmpty());
  come_by(ending_);
  EXPECT_THAT(heard_, ElementsAre("stop done"));
}

TEST_F(OutsideActorTest, EndsWithWhatItMadeAndAnswersNobodyAnyMore) {
  ask(HealthAtom::value);
  engine_.end(control_, caf::exit_reason::kill);
  come_by(queue_);
  EXPECT_EQ(heard_.size(), 1U);
  tell({"late"});
  EXPECT_THAT(submitted_, IsEmpty());
}

TEST_F(OutsideActorTest, IsMadeAgainWhenItEndsUnasked) {
  std::vector<std::string> lines;
  SupervisorPorts ports;
  ports.end_node = [&](const Watched&, const std::string&) { lines.emplace_back("node ends"); };
  ports.restarted = [&](const Watched&, const std::string&) { lines.emplace_back("again"); };
  ports.answers = [](const Watched&, bool) {};
  const auto supervisor = engine_.spawn<Supervisor>(ports, SupervisorOptions{});
  caf::anon_send(supervisor, WatchAtom::value,
                 Watched{NodePart::outside, "calls outside", control_, [this] {
                           control_ = make();
                           return HealthActor(control_);
                         }});
  engine_.run();
  engine_.end(control_, caf::exit_reason::kill);
  EXPECT_THAT(lines, ElementsAre("again"));
  tell({"a"});
  EXPECT_THAT(submitted_, ElementsAre("a"));
}

}  // namespace
}  // namespace florin
