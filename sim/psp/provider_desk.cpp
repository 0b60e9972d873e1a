// Paths, keys, and what is wrong with a request.
#include "sim/psp/provider_desk.hpp"

#include <algorithm>
#include <string_view>

#include "sim/psp/provider_words.hpp"

namespace florin::sim {
namespace {

constexpr std::string_view sessions_path = "/v1/checkout/sessions";
constexpr std::string_view search_path = "/v1/payment_intents/search";
constexpr std::string_view expire_end = "/expire";
constexpr std::int64_t us_per_s = 1'000'000;

std::string_view named_header(const psp::HttpRequest& request, std::string_view name) {
  for (const psp::HttpHeader& header : request.headers)
    if (header.name == name) return header.value;
  return {};
}

// What stands behind "/v1/checkout/sessions/".
std::string id_in(std::string_view path) {
  if (!path.starts_with(sessions_path) || path.size() <= sessions_path.size() + 1) return {};
  return std::string(path.substr(sessions_path.size() + 1));
}

psp::HttpAnswer no_such_thing() {
  return refused(404, "invalid_request_error", "resource_missing");
}
psp::HttpAnswer wrong_with(std::string_view param) {
  return refused(400, "invalid_request_error", "parameter_invalid", param);
}

}  // namespace

ProviderDesk::Worked ProviderDesk::answer(const psp::HttpRequest& request, std::int64_t now_us,
                                          std::int64_t busy_us, ProviderMishap mishap) {
  const std::string_view target = request.target;
  const std::size_t question = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, question);
  const std::int64_t now_s = now_us / us_per_s;
  const bool is_get = request.method == psp::HttpMethod::get;
  const auto fields = FormFields::parse(
      is_get ? target.substr(std::min(question + 1, target.size())) : request.body);
  if (!fields) return {refused(400, "invalid_request_error", "parameter_unknown"), {}};
  if (is_get) return {read(path, *fields, now_s), {}};

  const std::string name(named_header(request, "Idempotency-Key"));
  if (name.empty()) return {refused(400, "invalid_request_error", "idempotency_key_missing"), {}};
  const std::string content = request.target + "\n" + request.body;
  if (const auto known = keys_.find(name); known != keys_.end()) {
    Key& key = known->second;
    if (now_us - key.since_us < key_life_us) {
      if (key.content != content) {
        ++conflicts_;
        return {refused(400, "idempotency_error", "idempotency_key_in_use"), {}};
      }
      if (now_us < key.busy_until_us)
        return {refused(409, "idempotency_error", "idempotency_key_in_use"), {}};
      psp::HttpAnswer again = key.answer;
      again.headers.push_back({"idempotent-replayed", "true"});
      return {std::move(again), {}};
    }
    keys_.erase(known);
  }
  if (auto wrong = against(path, *fields, now_s)) return {std::move(*wrong), {}};
  Worked worked;
  if (mishap != ProviderMishap::fails_before) worked = work(path, *fields, now_s);
  if (mishap != ProviderMishap::none) worked.answer = refused(500, "api_error", {});
  keys_[name] = {content, now_us, now_us + busy_us, worked.answer};
  return worked;
}

// --- reads ---------------------------------------------------------------------------------------------------

psp::HttpAnswer ProviderDesk::read(std::string_view path, const FormFields& query,
                                   std::int64_t now_s) {
  if (path == sessions_path) return list(query, now_s);
  if (path == search_path) return search(query, now_s);
  const ProviderSession* session = store_.find(id_in(path), now_s);
  return session == nullptr ? no_such_thing() : said(200, session_json(*session));
}

psp::HttpAnswer ProviderDesk::list(const FormFields& query, std::int64_t now_s) {
  const auto limit = static_cast<std::size_t>(query.number("limit").value_or(10));
  const std::string& after = query.text("starting_after");
  const std::string& intent = query.text("payment_intent");
  std::vector<const ProviderSession*> found;
  bool is_behind = after.empty();
  bool has_more = false;
  for (const ProviderSession* session :
       store_.made_between(query.number("created[gte]").value_or(0),
                           query.number("created[lte]").value_or(INT64_MAX), now_s)) {
    if (!is_behind) {
      is_behind = session->id == after;
      continue;
    }
    if (!intent.empty() && (!session->intent || session->intent->id != intent)) continue;
    has_more = found.size() == limit;
    if (has_more) break;
    found.push_back(session);
  }
  return said(200, list_json(found, has_more));
}

// A search is late: what was made less than a minute ago is not in it.
psp::HttpAnswer ProviderDesk::search(const FormFields& query, std::int64_t now_s) {
  constexpr std::int64_t late_s = 60;
  const std::string& asked = query.text("query");
  std::vector<const ProviderSession*> found;
  for (const ProviderSession* session : store_.made_between(0, now_s - late_s, now_s))
    if (asked == "metadata['payment_order_id']:'" + session->order + "'") found.push_back(session);
  return said(200, intents_json(found));
}

// --- what changes something ------------------------------------------------------------------------------------

std::optional<psp::HttpAnswer> ProviderDesk::against(std::string_view path, const FormFields& body,
                                                     std::int64_t now_s) {
  if (path == sessions_path) {
    const std::int64_t life_s = body.number("expires_at").value_or(0) - now_s;
    if (body.text("mode") != "payment") return wrong_with("mode");
    if (life_s < page_life_s_min_ || life_s > page_life_s_max_) return wrong_with("expires_at");
    if (body.number("line_items[0][price_data][unit_amount]").value_or(0) <= 0)
      return wrong_with("line_items[0][price_data][unit_amount]");
    if (body.text("metadata[payment_order_id]").empty() ||
        body.text("metadata[payment_order_id]") !=
            body.text("payment_intent_data[metadata][payment_order_id]"))
      return wrong_with("metadata[payment_order_id]");
    return std::nullopt;
  }
  if (!path.ends_with(expire_end)) return no_such_thing();
  const std::string id = id_in(path.substr(0, path.size() - expire_end.size()));
  const ProviderSession* session = store_.find(id, now_s);
  if (session == nullptr) return no_such_thing();
  if (session->status != ProviderSessionStatus::open)
    return refused(400, "invalid_request_error", "checkout_session_not_open");
  return std::nullopt;
}

ProviderDesk::Worked ProviderDesk::work(std::string_view path, const FormFields& body,
                                        std::int64_t now_s) {
  if (path == sessions_path) {
    ProviderSession session;
    session.order = body.text("metadata[payment_order_id]");
    session.cluster = body.text("metadata[florin_cluster]");
    session.currency = body.text("line_items[0][price_data][currency]");
    session.amount = *body.number("line_items[0][price_data][unit_amount]");
    session.created_s = now_s;
    session.expires_s = *body.number("expires_at");
    const std::string id = store_.create(std::move(session));
    return {said(200, session_json(*store_.find(id, now_s))), id};
  }
  const std::string id = id_in(path.substr(0, path.size() - expire_end.size()));
  store_.expire(id, now_s);
  return {said(200, session_json(*store_.find(id, now_s))), {}};
}

}  // namespace florin::sim
