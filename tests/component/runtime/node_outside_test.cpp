// A node's calls to the outside, all the way: told to the actor, made by the thread, drained and stopped in order.
#include "runtime/outside/node_outside.hpp"

#include <gmock/gmock.h>

#include "runtime/engine/engine_config.hpp"
#include "runtime/metrics/metrics.hpp"
#include "tests/component/runtime/outside_kit.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using std::chrono::milliseconds;
using test::Count;
using test::Party;
using test::PartyServer;
using testing::HasSubstr;
using testing::Not;

class NodeOutsideTest : public testing::Test {
 protected:
  NodeOutsideTest() { controls_.start(actors_, {}); }
  ~NodeOutsideTest() override {
    controls_.stop_watching();
    controls_.leave();
    actors_.await_all_actors_done();
  }

  NodeOutside::Ports ports() {
    return {.tell = [](PartitionId, std::vector<Message>) {},
            .keep_raw = [this](std::string_view body) { raw_.append(body).append(";"); }};
  }
  void start(const std::string& url) {
    outside::OutsideParty party;
    party.port = "psp";
    party.base_url = url;
    const auto started = outside_.start({party}, ports());
    ASSERT_TRUE(started.has_value()) << started.error().context;
  }
  void call(unsigned number) {
    const auto bytes = psp::request_bytes({psp::HttpMethod::post, "/v1/a", {}, "a=1"});
    std::vector<OutsideCall> calls;
    calls.push_back({"psp", words::uuid(number), 0, std::make_shared<const std::string>(*bytes),
                     ActorId{ActorKind{"nobody"}, 0, "po-1"}});
    outside_.call(std::move(calls));
  }

  std::string raw_;  // of the executor's thread, until it has ended
  Metrics metrics_{1};
  NodeControls controls_{metrics_, [](const Error& error) { ADD_FAILURE() << error.context; }};
  EngineConfig config_{1};
  caf::actor_system actors_{config_};
  NodeOutside outside_{controls_, metrics_};
};

TEST_F(NodeOutsideTest, MakesWhatIsOwedAndDrainsWhenItIsAnswered) {
  Count came, go;
  PartyServer server([&](Party& party) {
    while (!party.read_request().empty()) {
      came.add();
      go.reaches(1);
      party.answer("{}");
    }
  });
  start(server.url());
  call(1);
  ASSERT_TRUE(came.reaches(1));
  EXPECT_FALSE(outside_.drain(milliseconds(50))) << "it is under way";
  go.add();
  EXPECT_TRUE(outside_.drain(milliseconds(10'000)));
  EXPECT_THAT(metrics_.render(),
              HasSubstr("florin_outside_calls_total{party=\"psp\",end=\"whole\"} 1\n"));
  outside_.stop();
  EXPECT_EQ(raw_, "{};");
  EXPECT_THAT(metrics_.render(), Not(HasSubstr("florin_outside")));
  call(2);
  EXPECT_EQ(came.value(), 1) << "whoever calls now is told so in the log, and owes it still";
}

TEST_F(NodeOutsideTest, WithoutAPartyStartsNothing) {
  ASSERT_TRUE(outside_.start({}, ports()).has_value());
  EXPECT_FALSE(outside_.is_running());
  call(1);
  EXPECT_TRUE(outside_.drain(milliseconds(1)));
  outside_.stop();
}

TEST_F(NodeOutsideTest, SaysWhichSettingIsWrong) {
  outside::OutsideParty party;
  party.port = "psp";
  party.base_url = "http://api.example";
  const auto started = outside_.start({party}, ports());
  ASSERT_FALSE(started.has_value());
  EXPECT_THAT(started.error().context, HasSubstr("\"psp\""));
}

}  // namespace
}  // namespace florin
