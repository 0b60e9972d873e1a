// Fuzz: what a payment provider, or somebody in its place, sends. The first byte chooses: an answer to each question, as the
// executor's bytes or as a body with a status; or a webhook. Never a crash; never a better class than the evidence is; and
// nothing leaves that is not of its alphabet.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "psp/sessions/sessions_decode.hpp"
#include "psp/sessions/sessions_webhook.hpp"
#include "psp/sessions/sessions_words.hpp"

namespace {

using namespace florin;
using namespace florin::psp;

void require(bool holds) {
  if (!holds) std::abort();
}
bool is_id_or_none(const std::string& text) { return text.empty() || sessions::is_psp_id(text); }
bool is_code_or_none(const std::string& text) { return text.empty() || sessions::is_code(text); }

void check(const PspSeen& seen) {
  require(is_id_or_none(seen.session_id) && is_id_or_none(seen.intent_id));
  require(!seen.session_id.empty() || !seen.intent_id.empty());
  require(seen.payer_url.empty() || sessions::is_payer_url(seen.payer_url));
  require(seen.amount >= 0 && seen.amount_received >= 0);
  require(is_id_or_none(seen.decline.attempt) && is_code_or_none(seen.decline.code) &&
          is_code_or_none(seen.decline.decline_code));
  require(is_code_or_none(seen.card.brand));
  require(seen.card.last4.empty() || sessions::is_last4(seen.card.last4));
}

void decode_one(PspOperation asked, const HttpAnswer& answer) {
  const PspExpectation expected{.marks = {"po-1", "shop"},
                                .amount = 1'099,
                                .currency = *parse_currency("USD"),
                                .is_live = false,
                                .session_id = "",
                                .intent_id = ""};
  const PspAnswer said = sessions::decode(asked, expected, answer);
  const bool is_success = answer.end == HttpEnd::whole && answer.status / 100 == 2;
  if (said.outcome == PspClass::ok || said.outcome == PspClass::mismatch) require(is_success);
  if (said.outcome == PspClass::refused || said.outcome == PspClass::declined)
    require(answer.end == HttpEnd::whole && answer.status / 100 == 4 && said.refusal.has_value());
  require((said.outcome == PspClass::not_sent) == (answer.end == HttpEnd::not_sent));
  if (said.seen) check(*said.seen);
  for (const PspSeen& seen : said.found) check(seen);
  if (said.outcome == PspClass::ok && said.seen)
    require(said.seen->amount == 1'099 && said.seen->currency == expected.currency &&
            said.seen->marks.order_id == "po-1");
}

void webhook(const std::string& text) {
  const std::size_t end = text.find('\n');
  const std::string body = end == std::string::npos ? text : text.substr(end + 1);
  const std::vector<std::string> secrets{"whsec_abc", "whsec_def"};
  const std::string header = text.substr(0, end);
  // Nobody who does not know a secret signs anything.
  require(sessions::check_signature({header, body}, secrets, 1'700'000'000) !=
              sessions::SignatureVerdict::good ||
          header.find("5ef6904438eb4c62") != std::string::npos);
  const auto hint = sessions::parse_hint(body);
  if (!hint) return;
  require(sessions::is_psp_id(hint->event_id) && sessions::is_psp_id(hint->object_id));
  require(is_id_or_none(hint->session_id) && is_id_or_none(hint->intent_id));
  require(is_code_or_none(hint->status) && is_code_or_none(hint->currency));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 3, size - 3);
  const auto asked = static_cast<PspOperation>(data[0] % 6);
  const std::uint16_t status = static_cast<std::uint16_t>(100 + (data[1] * 256 + data[2]) % 500);
  switch (data[0] / 6 % 4) {
    case 0: decode_one(asked, {HttpEnd::whole, HttpFault::none, 200, false, {}, text}); break;
    case 1: decode_one(asked, {HttpEnd::whole, HttpFault::none, status, false, {}, text}); break;
    case 2:
      if (const auto answer = parse_answer(text)) {
        require(parse_answer(answer_bytes(*answer)).has_value());
        decode_one(asked, *answer);
      }
      if (const auto request = parse_request(text)) require(request_bytes(*request).has_value());
      break;
    default: webhook(text); break;
  }
  return 0;
}
