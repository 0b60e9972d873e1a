// A payment order, and what a provider of Checkout Sessions says of it: one object of text, field by field, that a test changes
// where it wants to.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "psp/http_message.hpp"
#include "psp/psp_answer.hpp"
#include "psp/sessions/sessions_decode.hpp"

namespace florin::psp::sessions::kit {

inline const Currency usd = *parse_currency("USD");

inline PspExpectation expected() {
  return {.marks = {"po-1", "shop"},
          .amount = 1'099,
          .currency = usd,
          .is_live = false,
          .session_id = "",
          .intent_id = ""};
}

// JSON of an object, its fields in order; values are JSON.
class Object {
 public:
  Object(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}
  [[nodiscard]] Object with(const std::string& key, const std::string& value) const {
    Object other = *this;
    for (auto& field : other.fields_)
      if (field.first == key) {
        field.second = value;
        return other;
      }
    return other.and_also(key, value);
  }
  [[nodiscard]] Object without(const std::string& key) const {
    Object other = *this;
    std::erase_if(other.fields_, [&](const auto& field) { return field.first == key; });
    return other;
  }
  // Even if it is there.
  [[nodiscard]] Object and_also(const std::string& key, const std::string& value) const {
    Object other = *this;
    other.fields_.emplace_back(key, value);
    return other;
  }
  [[nodiscard]] std::string text() const {
    std::string out = "{";
    for (const auto& [key, value] : fields_)
      out.append(out.size() > 1 ? "," : "").append("\"" + key + "\":" + value);
    return out + "}";
  }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

inline const std::string our_marks = R"({"payment_order_id":"po-1","florin_cluster":"shop"})";

inline Object session() {
  return {{"id", R"("cs_1")"},
          {"object", R"("checkout.session")"},
          {"status", R"("open")"},
          {"payment_status", R"("unpaid")"},
          {"amount_total", "1099"},
          {"currency", R"("usd")"},
          {"livemode", "false"},
          {"client_reference_id", R"("po-1")"},
          {"metadata", our_marks},
          {"payment_intent", "null"},
          {"url", R"("https://pay.example/c/cs_1#x")"},
          {"created", "1764430000"},
          {"expires_at", "1764433600"}};
}
inline Object intent() {
  return {{"id", R"("pi_1")"},
          {"object", R"("payment_intent")"},
          {"status", R"("requires_payment_method")"},
          {"amount", "1099"},
          {"amount_received", "0"},
          {"currency", R"("usd")"},
          {"livemode", "false"},
          {"metadata", our_marks},
          {"last_payment_error", "null"},
          {"latest_charge", "null"},
          {"created", "1764430001"}};
}
inline Object paid_intent() {
  return intent().with("status", R"("succeeded")").with("amount_received", "1099");
}
// Complete, paid, all equal.
inline Object paid_session() {
  return session()
      .with("status", R"("complete")")
      .with("payment_status", R"("paid")")
      .with("url", "null")
      .with("payment_intent", paid_intent().text());
}
inline std::string list_of(const std::vector<Object>& rows, bool has_more = false) {
  std::string data;
  for (const Object& row : rows) data.append(data.empty() ? "" : ",").append(row.text());
  return R"({"object":"list","data":[)" + data + R"(],"has_more":)" +
         (has_more ? "true" : "false") + "}";
}

inline std::string error_body(const std::string& type, const std::string& code) {
  return R"({"error":{"type":")" + type + R"(","code":")" + code +
         R"(","message":"card 4242424242424242 of Jane Doe"}})";
}

inline HttpAnswer whole(int status, std::string body, std::vector<HttpHeader> headers = {}) {
  return {HttpEnd::whole, HttpFault::none,    static_cast<std::uint16_t>(status),
          false,          std::move(headers), std::move(body)};
}
inline HttpAnswer ended(HttpEnd end, HttpFault fault, int status = 0) {
  return {end, fault, static_cast<std::uint16_t>(status), false, {}, ""};
}

// --- what the order hears of it -----------------------------------------------------------------------------------

inline PspAnswer of_create(const HttpAnswer& answer) {
  return decode(PspOperation::create_session, expected(), answer);
}
inline PspAnswer of_read(const HttpAnswer& answer) {
  return decode(PspOperation::retrieve_session, expected(), answer);
}
inline PspAnswer of_list(const std::string& body, PspExpectation expectation = expected()) {
  return decode(PspOperation::list_sessions, expectation, whole(200, body));
}
inline PspClass class_of(const HttpAnswer& answer) { return of_create(answer).outcome; }

}  // namespace florin::psp::sessions::kit
