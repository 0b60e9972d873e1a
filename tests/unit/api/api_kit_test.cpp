// ApiKit itself. Ends in _test.cpp so that it is built into the unit tests alone.
#include "tests/unit/api/api_kit.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <future>

namespace florin {

struct PendingAnswer::State {
  std::promise<Answer> promise;
  std::future<Answer> future = promise.get_future();
};

bool PendingAnswer::has_come() const {
  return state_->future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

Answer PendingAnswer::wait() {
  if (state_->future.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
    ADD_FAILURE() << "no answer";
    return {};
  }
  return state_->future.get();
}

std::string Answer::at(std::string_view pointer) const {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (const auto error = parser.parse(body).get(root)) {
    ADD_FAILURE() << simdjson::error_message(error) << ": " << body;
    return "-";
  }
  simdjson::dom::element value;
  if (root.at_pointer(pointer).get(value)) return "-";
  std::string_view text;
  if (!value.get(text)) return std::string(text);
  return simdjson::to_string(value);
}

std::string Answer::summary() const {
  if (content_type != "application/problem+json") return std::to_string(status);
  EXPECT_EQ(at("/status"), std::to_string(status));
  return std::to_string(status) + " " + at("/code");
}

std::string Answer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "-" : found->second;
}

std::string Answer::errors(const std::string& of) const {
  std::string all;
  for (int i = 0;; ++i) {
    const std::string part = of + "/errors/" + std::to_string(i);
    if (at(part) == "-") return all;
    EXPECT_GT(at(part + "/detail").size(), 5U) << body;
    all.append(all.empty() ? "" : " ").append(at(part + "/code")).append(at(part + "/param"));
  }
}

PendingAnswer ApiKit::start(std::string_view method, std::string target, std::string body,
                            HeaderList headers) {
  HttpRequest request;
  request.method = method == "GET"     ? HttpMethod::get
                   : method == "POST"  ? HttpMethod::post
                   : method == "PATCH" ? HttpMethod::patch
                                       : HttpMethod::other;
  request.method_name = method;
  request.target = std::move(target);
  for (const auto& [name, value] : headers) request.headers.add(name, value);
  request.body = std::move(body);
  PendingAnswer pending;
  pending.state_ = std::make_shared<PendingAnswer::State>();
  api.handle(std::move(request), Respond::into([state = pending.state_](HttpResponse response) {
               Answer answer{response.status, response.content_type, {}, response.body};
               for (const auto& [name, value] : response.headers) {
                 EXPECT_FALSE(answer.headers.contains(name)) << name << " twice";
                 answer.headers[name] = value;
               }
               state->promise.set_value(std::move(answer));
             }));
  return pending;
}

void ApiKit::open(const AccountId& id, std::string_view currency, std::string_view more) {
  std::string body = R"({"account_id":")" + id.str() + R"(","currency":")";
  body.append(currency).append("\"").append(more).append("}");
  EXPECT_EQ(post("/v1/accounts", body).summary(), "201") << body;
}

void ApiKit::deposit(const AccountId& to, std::string_view amount, std::string_view currency) {
  const auto outside = AccountId::from_trusted(std::string("@outside:").append(currency));
  EXPECT_EQ(transfer(outside, to, amount, uuid(next_deposit_++), currency).summary(), "200");
}

std::string ApiKit::available(const AccountId& id) {
  return get("/v1/accounts/" + id.str()).at("/available");
}

std::string ApiKit::transfer_body(const AccountId& from, const AccountId& to,
                                  std::string_view amount, std::string_view id,
                                  std::string_view currency, std::string_view more) {
  std::string body = R"({"from_account":")" + from.str() + R"(","to_account":")" + to.str();
  body.append(R"(","amount":")").append(amount).append(R"(","currency":")").append(currency);
  body.append(R"(","transaction_id":")").append(id).append("\"").append(more).append("}");
  return body;
}

std::string ApiKit::uuid(unsigned number) {
  std::string digits = std::to_string(number);
  return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

TEST(ApiKit, AnswersAnUnknownPath) {
  ApiKit kit;
  EXPECT_EQ(kit.get("/nothing").summary(), "404 not_found");
}

}  // namespace florin
