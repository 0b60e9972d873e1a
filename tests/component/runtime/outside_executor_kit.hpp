// An executor against a party on the loopback, and the calls that tests make.
#pragma once

#include <memory>

#include "runtime/outside/outside_executor.hpp"
#include "tests/component/runtime/outside_kit.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin::outside {

inline OutsideCall call_of(unsigned number, const psp::HttpRequest& request,
                           std::string port = "psp") {
  return {std::move(port), words::uuid(number), 1,
          std::make_shared<const std::string>(*psp::request_bytes(request)),
          ActorId{ActorKind{"order"}, 0, "po-" + std::to_string(number)}};
}
inline OutsideCall post(unsigned number, std::string port = "psp") {
  return call_of(number,
                 {psp::HttpMethod::post,
                  "/v1/charge",
                  {{"Content-Type", "application/x-www-form-urlencoded"},
                   {"Idempotency-Key", "po-" + std::to_string(number)}},
                  "amount=1099&n=" + std::to_string(number)},
                 std::move(port));
}
inline OutsideCall get(unsigned number) {
  return call_of(number, {psp::HttpMethod::get, "/v1/charge/" + std::to_string(number), {}, ""});
}

class OutsideExecutorKit : public testing::Test {
 protected:
  OutsideParty party(std::string url) {
    OutsideParty party;
    party.port = "psp";
    party.base_url = std::move(url);
    party.secret_headers = {"Authorization: Bearer s3cret"};
    party.call_time_max = Milliseconds(15'000);
    return party;
  }
  void start(OutsideParty with) { start_all({std::move(with)}); }
  void start_all(std::vector<OutsideParty> parties) {
    ExecutorOptions options;
    options.parties = std::move(parties);
    options.answered = [this](CallAnswer answer) { callers_.hear(std::move(answer)); };
    options.drain_time_max = drain_time_max_;
    auto started = OutsideExecutor::start(std::move(options));
    ASSERT_TRUE(started.has_value()) << started.error().context;
    executor_ = std::move(*started);
  }
  // The one answer to one call.
  test::Callers::Heard call(OutsideCall call) {
    const std::size_t before = callers_.count();
    executor_->submit(std::move(call));
    return callers_.wait_for(before + 1).at(before);
  }
  static void expect(const test::Callers::Heard& heard, CallOutcome outcome, psp::HttpEnd end,
                     psp::HttpFault fault) {
    EXPECT_EQ(heard.answer.outcome, outcome);
    EXPECT_EQ(heard.http.end, end) << psp::to_string(heard.http.end);
    EXPECT_EQ(heard.http.fault, fault) << psp::to_string(heard.http.fault);
  }
  const OutsideMetrics& metrics() { return executor_->metrics().front(); }

  Milliseconds drain_time_max_{3'000};
  test::Callers callers_;
  // A test that looks at what its server has counted stops it first.
  std::unique_ptr<OutsideExecutor> executor_;
};

}  // namespace florin::outside
