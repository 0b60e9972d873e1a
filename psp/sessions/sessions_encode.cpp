// One function for each question.
#include "psp/sessions/sessions_encode.hpp"

#include <algorithm>

#include "psp/sessions/form_body.hpp"
#include "psp/sessions/sessions_currencies.hpp"
#include "psp/sessions/sessions_declaration.hpp"
#include "psp/sessions/sessions_words.hpp"

namespace florin::psp::sessions {
namespace {

constexpr std::string_view sessions_path = "/v1/checkout/sessions";
constexpr std::size_t url_bytes_max = 2'048;

Err<Error> wrong(std::string_view what) {
  return Err{Error{Errc::invalid, "a request to the payment provider: " + std::string(what)}};
}

bool is_url(std::string_view text) {
  return text.size() <= url_bytes_max &&
         (text.starts_with("https://") || text.starts_with("http://")) &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}
bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= declaration.keys.length_max &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}
bool are_marks(const OrderMarks& marks) {
  return is_own_id(marks.order_id) && is_own_id(marks.cluster);
}

HttpRequest get(std::string target) {
  return {HttpMethod::get, std::move(target), {{"Stripe-Version", std::string(api_version)}}, {}};
}

HttpRequest post(std::string target, std::string_view key, FormBody body) {
  return {HttpMethod::post,
          std::move(target),
          {{"Content-Type", "application/x-www-form-urlencoded"},
           {"Idempotency-Key", std::string(key)},
           {"Stripe-Version", std::string(api_version)}},
          std::move(body).take()};
}

std::string query(std::string_view path, FormBody parameters) {
  return std::string(path).append("?").append(std::move(parameters).take());
}

// What tells an order's state is inside: the intent, and the charge in it.
FormBody& expand(FormBody& form, std::string_view at) {
  return form.add("expand[0]", std::string(at) + "payment_intent")
      .add("expand[1]", std::string(at) + "payment_intent.latest_charge");
}

Result<HttpRequest, Error> encode_one(const CreateSession& asked) {
  if (!is_key(asked.key)) return wrong("its key is empty, too long, or not visible ASCII");
  if (!are_marks(asked.marks)) return wrong("order and cluster are not 1-64 of A-Za-z0-9._-");
  if (!is_url(asked.success_url) || !is_url(asked.cancel_url))
    return wrong("a URL for the payer's way back is not one");
  if (asked.expires_at_s <= 0) return wrong("its end is not a time");
  if (!psp_currency(asked.currency) || asked.amount <= 0 || asked.amount > declaration.amount_max)
    return wrong("its amount cannot be carried");
  FormBody body;
  body.add("mode", "payment").add("client_reference_id", asked.marks.order_id);
  body.add("metadata[payment_order_id]", asked.marks.order_id);
  body.add("metadata[florin_cluster]", asked.marks.cluster);
  body.add("payment_intent_data[metadata][payment_order_id]", asked.marks.order_id);
  body.add("payment_intent_data[metadata][florin_cluster]", asked.marks.cluster);
  body.add("payment_intent_data[capture_method]", "automatic");
  body.add("line_items[0][quantity]", std::int64_t{1});
  body.add("line_items[0][price_data][currency]", psp_code(asked.currency));
  body.add("line_items[0][price_data][unit_amount]", asked.amount);
  body.add("line_items[0][price_data][product_data][name]", asked.marks.order_id);
  body.add("success_url", asked.success_url).add("cancel_url", asked.cancel_url);
  body.add("expires_at", asked.expires_at_s);
  return post(std::string(sessions_path), asked.key, std::move(expand(body, "")));
}

Result<HttpRequest, Error> encode_one(const RetrieveSession& asked) {
  if (!is_psp_id(asked.session_id)) return wrong("its session is not an id");
  FormBody parameters;
  return get(query(std::string(sessions_path).append("/").append(asked.session_id),
                   std::move(expand(parameters, ""))));
}

Result<HttpRequest, Error> encode_one(const ListSessions& asked) {
  if (asked.created_from_s < 0 || asked.created_until_s < asked.created_from_s)
    return wrong("the time of a list is none");
  if (!asked.after.empty() && !is_psp_id(asked.after)) return wrong("its page is not an id");
  FormBody parameters;
  parameters.add("limit", std::int64_t{page_rows});
  parameters.add("created[gte]", asked.created_from_s).add("created[lte]", asked.created_until_s);
  if (!asked.after.empty()) parameters.add("starting_after", asked.after);
  return get(query(sessions_path, std::move(expand(parameters, "data."))));
}

Result<HttpRequest, Error> encode_one(const ListSessionsOfIntent& asked) {
  if (!is_psp_id(asked.intent_id)) return wrong("its intent is not an id");
  FormBody parameters;
  parameters.add("limit", std::int64_t{page_rows}).add("payment_intent", asked.intent_id);
  return get(query(sessions_path, std::move(expand(parameters, "data."))));
}

Result<HttpRequest, Error> encode_one(const SearchIntents& asked) {
  if (!are_marks(asked.marks)) return wrong("order and cluster are not 1-64 of A-Za-z0-9._-");
  FormBody parameters;
  parameters.add("limit", std::int64_t{page_rows});
  // Orders of other clusters with the same id are left out when the answer is read.
  parameters.add("query", "metadata['payment_order_id']:'" + asked.marks.order_id + "'");
  parameters.add("expand[0]", "data.latest_charge");
  return get(query("/v1/payment_intents/search", std::move(parameters)));
}

Result<HttpRequest, Error> encode_one(const ExpireSession& asked) {
  if (!is_key(asked.key)) return wrong("its key is empty, too long, or not visible ASCII");
  if (!is_psp_id(asked.session_id)) return wrong("its session is not an id");
  FormBody body;  // never empty (HttpRequest::body)
  return post(std::string(sessions_path).append("/").append(asked.session_id).append("/expire"),
              asked.key, std::move(expand(body, "")));
}

}  // namespace

Result<HttpRequest, Error> encode(const PspRequest& request) {
  return visit([](const auto& one) { return encode_one(one); }, request);
}

}  // namespace florin::psp::sessions
