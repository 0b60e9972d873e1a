// See answers.hpp. Single answers are peeked at (they are 100 bytes); batches go through simdjson.
#include "apps/florin_load/http/answers.hpp"

#include <simdjson.h>

#include "apps/client/json_text.hpp"

namespace florin::load {

namespace {
// Codes that say "nothing was executed, come again" (503 in docs/ERRORS.md).
bool is_transient(std::string_view code) noexcept {
  return code == "overloaded" || code == "not_ready" || code == "no_leader" ||
         code == "clock_unsure";
}

std::string_view text_of(const simdjson::dom::object& object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

TransferAnswer read_result(const simdjson::dom::object& result) {
  TransferAnswer answer;
  answer.id = text_of(result, "Transaction_id");
  const std::string_view status = text_of(result, "Status");
  if (status == "success") {
    answer.verdict = Verdict::success;
  } else if (status == "pending") {
    answer.verdict = Verdict::pending;
  } else {
    answer.code = text_of(result, "code");
    answer.verdict = is_transient(answer.code) ? Verdict::retry : Verdict::refused;
  }
  return answer;
}
}  // namespace

TransferAnswer read_transfer_answer(const client::HttpAnswer& answer) noexcept {
  TransferAnswer out;
  out.id = client::peek_string(answer.body, "Transaction_id");
  if (answer.status == 200) {
    // A 200 that does not say success is not the contract: treated as unknown, so it is asked again.
    const bool success = client::peek_string(answer.body, "Status") == "success";
    out.verdict = success ? Verdict::success : Verdict::retry;
  } else if (answer.status == 202) {
    out.verdict = Verdict::pending;
  } else {
    out.code = client::peek_string(answer.body, "code");
    out.verdict = answer.status >= 500 ? Verdict::retry : Verdict::refused;
  }
  return out;
}

bool read_batch_answer(std::string_view body, std::size_t expected,
                       const std::function<void(std::size_t, const TransferAnswer&)>& each) {
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::array results;
  if (parser.parse(body.data(), body.size())["results"].get(results) != simdjson::SUCCESS)
    return false;
  std::size_t index = 0;
  for (const simdjson::dom::element element : results) {
    simdjson::dom::object result;
    if (index == expected || element.get(result) != simdjson::SUCCESS) return false;
    each(index++, read_result(result));
  }
  return index == expected;
}

}  // namespace florin::load
