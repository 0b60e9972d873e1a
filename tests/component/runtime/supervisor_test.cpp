// The supervisor does what the table says: an end that nobody asked for, and a silence.
#include "runtime/engine/control/supervisor.hpp"

#include <gmock/gmock.h>

#include "tests/component/runtime/manager_kit.hpp"

namespace florin {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

// Answers as long as the test wants it to.
class Answering : public HealthActor::base {
 public:
  Answering(caf::actor_config& config, const bool* answers, int* asked)
      : HealthActor::base(config), answers_(answers), asked_(asked) {}
  behavior_type make_behavior() override {
    return {[this](HealthAtom) {
      ++*asked_;
      auto answer = make_response_promise<DoneAtom>();
      if (*answers_) answer.deliver(DoneAtom::value);
      return answer;
    }};
  }

 private:
  const bool* answers_;
  int* asked_;
};

SupervisorPorts writing_to(std::vector<std::string>& lines) {
  SupervisorPorts ports;
  ports.end_node = [&](const Watched& who, const std::string&) {
    lines.push_back(who.name + " ends the node");
  };
  ports.restarted = [&](const Watched& who, const std::string&) {
    lines.push_back(who.name + " again");
  };
  ports.answers = [&](const Watched& who, bool answers) {
    lines.push_back(who.name + (answers ? " answers" : " is silent"));
  };
  return ports;
}

class SupervisorTest : public testing::Test {
 protected:
  SupervisorTest() {
    supervisor_ = engine_.spawn<Supervisor>(writing_to(lines_), SupervisorOptions{});
  }

  HealthActor make() { return last_ = engine_.spawn<Answering>(&answers_, &asked_); }
  HealthActor watch(NodePart part, const std::string& name) {
    const HealthActor actor = make();
    caf::anon_send(supervisor_, WatchAtom::value,
                   Watched{part, name, actor, [this] { return make(); }});
    engine_.run();
    return actor;
  }

  std::vector<std::string> lines_;
  bool answers_ = true;
  int asked_ = 0;
  test::VirtualEngine engine_;
  SupervisorActor supervisor_;
  HealthActor last_;  // that was made
};

TEST_F(SupervisorTest, WhoTouchedTheJournalEndsTheNode) {
  engine_.end(watch(NodePart::journal, "journal"), caf::exit_reason::kill);
  engine_.end(watch(NodePart::consensus, "consensus"), caf::exit_reason::kill);
  EXPECT_THAT(lines_, ElementsAre("journal ends the node", "consensus ends the node"));
}

TEST_F(SupervisorTest, WhoTouchedNothingIsMadeAgainAndWatchedAgain) {
  engine_.end(watch(NodePart::links, "links"), caf::exit_reason::kill);
  EXPECT_THAT(lines_, ElementsAre("links again"));
  engine_.end(last_, caf::exit_reason::kill);
  EXPECT_THAT(lines_, ElementsAre("links again", "links again"));
}

TEST_F(SupervisorTest, WhoWasAskedToEndIsNoNews) {
  engine_.end(watch(NodePart::journal, "journal"), caf::exit_reason::user_shutdown);
  engine_.end(watch(NodePart::links, "links"), caf::exit_reason::user_shutdown);
  engine_.advance(milliseconds(30'000));
  EXPECT_THAT(lines_, IsEmpty());
  EXPECT_EQ(asked_, 0);
}

TEST_F(SupervisorTest, OneThatHadEndedBeforeItWasWatchedIsMissed) {
  const HealthActor actor = make();
  engine_.end(actor, caf::exit_reason::kill);
  caf::anon_send(supervisor_, WatchAtom::value, Watched{NodePart::journal, "journal", actor});
  engine_.run();
  EXPECT_THAT(lines_, ElementsAre("journal ends the node"));
}

TEST_F(SupervisorTest, SaysOnceWhoIsSilentAndOnceThatItAnswersAgain) {
  watch(NodePart::journal, "journal");
  engine_.advance(milliseconds(30'000));
  EXPECT_THAT(lines_, IsEmpty());
  EXPECT_GE(asked_, 14);
  answers_ = false;
  engine_.advance(milliseconds(9'900));
  EXPECT_THAT(lines_, IsEmpty()) << "not yet too late";
  engine_.advance(milliseconds(40'000));
  EXPECT_THAT(lines_, ElementsAre("journal is silent"));
  answers_ = true;
  engine_.advance(milliseconds(13'000));
  EXPECT_THAT(lines_, ElementsAre("journal is silent", "journal answers"));
}

TEST_F(SupervisorTest, WhoIsSilentIsNotAskedAgainBeforeItsTimeIsOver) {
  answers_ = false;
  watch(NodePart::journal, "journal");
  engine_.advance(milliseconds(11'900));
  EXPECT_EQ(asked_, 1);
}

TEST_F(SupervisorTest, OneThatIsMadeAgainIsSilentNoMore) {
  answers_ = false;
  const HealthActor actor = watch(NodePart::links, "links");
  engine_.advance(milliseconds(13'000));
  engine_.end(actor, caf::exit_reason::kill);
  EXPECT_THAT(lines_, ElementsAre("links is silent", "links answers", "links again"));
}

// A manager whose handler throws ends: a partition that is silent for ever, on a node that goes on.
class SupervisedManager : public testing::Test {
 protected:
  SupervisedManager() {
    kit_.spawn<Supervisor>(writing_to(lines_), SupervisorOptions{});
    caf::anon_send(caf::actor_cast<SupervisorActor>(kit_.other()), WatchAtom::value,
                   Watched{NodePart::partition, "manager", kit_.manager(0)});
    kit_.run();
  }

  std::vector<std::string> lines_;
  test::ManagerKit kit_;
};

TEST_F(SupervisedManager, EndsTheNodeWhenItsHandlerThrows) {
  EXPECT_THAT(lines_, IsEmpty());
  kit_.break_replies(0);
  kit_.send(0, GetAccount{.request = 1, .account = words::alice});
  kit_.run();
  EXPECT_THAT(lines_, ElementsAre("manager ends the node"));
}

TEST_F(SupervisedManager, AnswersWhenItIsAskedForItsHealth) {
  kit_.advance(milliseconds(30'000));
  EXPECT_THAT(lines_, IsEmpty());
}

}  // namespace
}  // namespace florin
