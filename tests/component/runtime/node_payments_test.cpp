// Payment providers of a node: an answer comes to the order that called, in this process or not at all; raw bytes are kept.
#include "runtime/outside/node_payments.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "actors/messages/address.hpp"
#include "base/sha256.hpp"
#include "runtime/engine/engine_config.hpp"
#include "runtime/engine/system_clock.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/outside/psp_parties.hpp"
#include "tests/component/runtime/outside_kit.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using test::Count;
using test::Party;
using test::PartyServer;
using testing::HasSubstr;

class NodePaymentsTest : public testing::Test {
 protected:
  NodePaymentsTest() {
    auto pattern = (fs::temp_directory_path() / "florin-node-payments-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
    controls_.start(actors_, {});
  }
  ~NodePaymentsTest() override {
    controls_.stop_watching();
    if (payments_) payments_->stop();
    controls_.leave();
    actors_.await_all_actors_done();
    payments_.reset();
    fs::remove_all(dir_);
  }

  void start(const std::string& url) {
    std::ofstream(dir_ / "key") << "sk_test_1\n";
    NodeConfig::Psp psp;
    psp.name = "main";
    psp.base_url = url;
    psp.secret_key_file = (dir_ / "key").string();
    config_.psps = {psp};
    auto parties = outside::psp_parties(config_);
    ASSERT_TRUE(parties.has_value()) << parties.error().context;
    payments_ = std::make_unique<NodePayments>(config_, controls_, metrics_, clock_,
                                               (dir_ / "payments").string());
    const auto started = payments_->start(
        std::move(*parties), [this](PartitionId to, const std::vector<Message>& messages) {
          told_partition_ = to;
          EXPECT_EQ(messages.size(), 1U);
          told_.add();
          return true;
        });
    ASSERT_TRUE(started.has_value()) << started.error().context;
  }
  void call() {
    const auto bytes = psp::request_bytes({psp::HttpMethod::post, "/v1/a", {}, "a=1"});
    std::vector<OutsideCall> calls;
    calls.push_back({"main", words::uuid(1), 1, std::make_shared<const std::string>(*bytes),
                     ActorId{ActorKind{"payment_order"}, 3, "po-1"}});
    payments_->call(std::move(calls));
  }
  std::string raw_of(std::string_view body) {
    for (const auto& day : fs::directory_iterator(dir_ / "payments/raw")) {
      std::ifstream file(day.path() / hex_of(sha256(body)), std::ios::binary);
      if (file) return {std::istreambuf_iterator<char>(file), {}};
    }
    return "(none)";
  }

  fs::path dir_;
  SystemClock clock_;
  NodeConfig config_;
  std::atomic<PartitionId> told_partition_{0};
  Count told_;
  Metrics metrics_{1};
  NodeControls controls_{metrics_, [](const Error& error) { ADD_FAILURE() << error.context; }};
  EngineConfig engine_config_{1};
  caf::actor_system actors_{engine_config_};
  std::unique_ptr<NodePayments> payments_;
};

TEST_F(NodePaymentsTest, AnAnswerIsToldToThePartitionOfTheOrderThatCalledAndKeptAsItCame) {
  std::string request;
  Count asked;
  PartyServer server([&](Party& party) {
    for (std::string one = party.read_request(); !one.empty(); one = party.read_request()) {
      request = one;
      asked.add();
      party.answer("{\"id\":\"cs_1\"}");
    }
  });
  start(server.url());
  call();
  ASSERT_TRUE(asked.reaches(1));
  ASSERT_TRUE(told_.reaches(1));
  EXPECT_EQ(told_partition_, 3);
  EXPECT_THAT(request, HasSubstr("Authorization: Bearer sk_test_1\r\n"))
      << "the secret is added here, and stands in no bytes that are stored";
  EXPECT_EQ(raw_of("{\"id\":\"cs_1\"}"), "{\"id\":\"cs_1\"}");
}

TEST_F(NodePaymentsTest, AWebhookIsKeptAsItCame) {
  start(PartyServer::url_of_nobody());
  payments_->keep_raw("{\"id\":\"evt_1\"}");
  EXPECT_EQ(raw_of("{\"id\":\"evt_1\"}"), "{\"id\":\"evt_1\"}");
}

TEST_F(NodePaymentsTest, WhoeverIsNotThereWasNotSentAnything) {
  start(PartyServer::url_of_nobody());
  call();
  ASSERT_TRUE(told_.reaches(1));
  EXPECT_THAT(metrics_.render(),
              HasSubstr("florin_outside_calls_total{party=\"main\",end=\"not_sent\"} 1\n"));
}

TEST_F(NodePaymentsTest, DrainsAndStopsWithoutAnyProvider) {
  payments_ = std::make_unique<NodePayments>(config_, controls_, metrics_, clock_,
                                             (dir_ / "payments").string());
  ASSERT_TRUE(payments_->start({}, [](PartitionId, std::vector<Message>) { return true; }));
  payments_->drain(milliseconds(10));
  payments_->stop();
  EXPECT_FALSE(fs::exists(dir_ / "payments"));
}

}  // namespace
}  // namespace florin
