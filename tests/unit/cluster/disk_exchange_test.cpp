// What a node does with what its disk watch says, in which order.
#include "cluster/disk/disk_exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace florin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr Incarnation own_process = 22;

class DiskExchangeTest : public testing::Test {
 protected:
  DiskExchange exchange(DiskRun run, bool is_new = false) {
    DiskExchange::Ports ports;
    ports.send = [this](NodeNumber to, const std::string&) {
      done_.push_back("to " + std::to_string(to));
    };
    ports.refused = [this](NodeNumber from, PeerFault) {
      done_.push_back("refused " + std::to_string(from));
    };
    ports.life_begins = [this](std::uint32_t life) -> Status<Error> {
      done_.push_back("life " + std::to_string(life));
      if (disk_fails_) return Err{Error{Errc::io, "no"}};
      return Unit{};
    };
    ports.run_begins = [this]() -> Status<Error> {
      done_.emplace_back("run begins");
      if (disk_fails_) return Err{Error{Errc::io, "no"}};
      return Unit{};
    };
    ports.keep = [this](const std::string&) { done_.emplace_back("keeps"); };
    ports.failed = [this](const Error& error) {
      done_.push_back(error.code == Errc::disk_lost ? "lost" : "failed");
    };
    return {{.self = 2, .run = run, .is_new = is_new}, DiskBook(), std::move(ports)};
  }
  static std::string answer(std::uint32_t life, std::optional<KeptDisk> kept = {}) {
    return encode_disk_frame(DiskAnswer{own_process, life, std::move(kept)});
  }
  void tick(DiskExchange& exchange) {
    exchange.tick(now_ += 100'000, 0, {1}, [] { return std::vector<GroupReach>(); });
  }
  std::vector<std::string> take_done() { return std::exchange(done_, {}); }

  std::vector<std::string> done_;
  bool disk_fails_ = false;
  std::int64_t now_ = 0;
};

TEST_F(DiskExchangeTest, ANewLifeIsKeptBeforeAnythingElseIsSaidOfIt) {
  DiskExchange node = exchange({0, 1, own_process}, true);
  tick(node);
  EXPECT_THAT(take_done(), ElementsAre("to 1"));
  node.on_frame(1, answer(1), 0);
  EXPECT_THAT(take_done(), ElementsAre("life 1"));
  tick(node);
  EXPECT_THAT(take_done(), ElementsAre("to 1")) << "of the new life";
  node.on_frame(1, answer(1), 0);
  EXPECT_THAT(take_done(), IsEmpty()) << "it has begun already";
  tick(node);
  EXPECT_THAT(take_done(), ElementsAre("run begins", "to 1")) << "before others keep it";
}

TEST_F(DiskExchangeTest, ARunThatCannotBeKeptIsTheEnd) {
  DiskExchange node = exchange({0, 4, own_process});
  tick(node);
  node.on_frame(1, answer(0), 0);
  take_done();
  disk_fails_ = true;
  tick(node);
  EXPECT_THAT(take_done(), ElementsAre("run begins", "failed"));
}

TEST_F(DiskExchangeTest, ALifeThatCannotBeKeptIsTheEnd) {
  disk_fails_ = true;
  DiskExchange node = exchange({0, 1, own_process}, true);
  tick(node);
  node.on_frame(1, answer(1), 0);
  EXPECT_THAT(done_, ElementsAre("to 1", "life 1", "failed"));
}

TEST_F(DiskExchangeTest, WhatOthersSayOfTheirDisksIsKept) {
  DiskExchange node = exchange({0, 4, own_process});
  tick(node);
  take_done();
  node.on_frame(1, encode_disk_frame(DiskWord{{0, 1, 11}, true, {{0, 10, 8}}}), 0);
  EXPECT_THAT(take_done(), ElementsAre("to 1")) << "what is kept of it";
  node.on_frame(1, answer(0), 0);
  tick(node);
  EXPECT_THAT(take_done(), ElementsAre("run begins", "to 1"));
  node.on_frame(1, encode_disk_frame(DiskWord{{0, 1, 11}, true, {{0, 10, 8}}}), 0);
  EXPECT_THAT(take_done(), ElementsAre("to 1", "to 1")) << "what is kept of it, and the own word";
  node.on_frame(1, encode_disk_frame(DiskWord{{0, 1, 11}, false, {{0, 10, 8}}}), 0);
  now_ += 2'000'000;
  tick(node);
  EXPECT_EQ(done_.back(), "keeps");
}

TEST_F(DiskExchangeTest, ADiskThatOthersKnowBetterEndsItsProcessAndKeepsNothing) {
  DiskExchange node = exchange({0, 1, own_process});
  tick(node);
  take_done();
  node.on_frame(1, encode_disk_frame(DiskWord{{0, 1, 11}, false, {}}), 0);
  take_done();
  node.on_frame(1, answer(0, KeptDisk{{0, 9, 5}, {{0, 100}}}), 0);
  EXPECT_THAT(take_done(), ElementsAre("lost"));
  EXPECT_FALSE(node.takes_part());
  tick(node);
  EXPECT_EQ(done_.back(), "lost");
}

TEST_F(DiskExchangeTest, WhatIsNoFrameIsRefused) {
  DiskExchange node = exchange({0, 1, own_process});
  node.on_frame(1, "no such frame", 0);
  EXPECT_THAT(done_, ElementsAre(StartsWith("refused")));
}

}  // namespace
}  // namespace florin
