// The world outside, as seeds have it: what is lost, doubled and told is a function of the seed, and a call that changed is seen.
#include "sim/ports/sim_outside_world.hpp"

#include <gmock/gmock.h>

#include "tests/support/wallet_words.hpp"

namespace florin::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SimOutsideWorldTest : public testing::Test {
 protected:
  std::optional<std::string> call(unsigned number, const std::string& bytes = "pay") {
    return world_.call(
        {"bank", words::uuid(number), 0, std::make_shared<const std::string>(bytes), {}},
        [this, number](const CallAnswer& answer) { heard_.push_back(text(number, answer)); });
  }
  std::vector<std::string> run() {
    while (events_.run_one()) continue;
    return std::exchange(heard_, {});
  }

 private:
  static std::string text(unsigned number, const CallAnswer& answer) {
    const std::string call = std::to_string(number) + " ";
    switch (answer.outcome) {
      case CallOutcome::not_sent: return call + "not sent";
      case CallOutcome::answered: return call + answer.bytes;
      case CallOutcome::unknown: return call + "unknown";
    }
    return call;
  }

  EventQueue events_;
  Trace trace_;
  std::vector<std::string> heard_;

 protected:
  SimOutsideWorld world_{events_, trace_, 7};
  [[nodiscard]] std::uint64_t hash() const { return trace_.hash(); }
};

TEST_F(SimOutsideWorldTest, LosesAndDoublesButExecutesEachIdOnce) {
  std::size_t unknown = 0;
  std::size_t not_sent = 0;
  std::size_t answered = 0;
  for (unsigned number = 1; number <= 500; ++number) {
    EXPECT_EQ(call(number), std::nullopt);
    const auto heard = run();
    for (const std::string& one : heard) {
      unknown += one.ends_with("unknown");
      not_sent += one.ends_with("not sent");
      answered += one.ends_with("done pay");
    }
  }
  EXPECT_GT(unknown, 20U);
  EXPECT_GT(not_sent, 5U);
  EXPECT_GT(answered, 350U) << "some of them twice";
  EXPECT_LT(unknown + not_sent, 160U) << "of some nobody hears";
  const std::uint64_t first = world_.executions();
  EXPECT_LT(first, 500U);
  world_.heal();
  for (unsigned number = 1; number <= 500; ++number) {
    EXPECT_EQ(call(number), std::nullopt);
    EXPECT_THAT(run(), ElementsAre(std::to_string(number) + " done pay"));
  }
  EXPECT_EQ(world_.executions(), 500U);
  EXPECT_EQ(world_.calls(), 1'000U);
}

TEST_F(SimOutsideWorldTest, SeesACallThatHasChangedUnderItsId) {
  EXPECT_EQ(call(1, "pay 5"), std::nullopt);
  EXPECT_EQ(call(1, "pay 5"), std::nullopt);
  EXPECT_EQ(call(1, "pay 6"),
            "call " + words::uuid(1).to_string() + " of bank was another one before");
}

TEST_F(SimOutsideWorldTest, IsNotThereWhenNobodyCalls) {
  world_.heal();
  EXPECT_THAT(run(), IsEmpty());
  EXPECT_EQ(hash(), Trace().hash());
}

}  // namespace
}  // namespace florin::sim
