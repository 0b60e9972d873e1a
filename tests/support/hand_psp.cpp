// Requests in, JSON out: as little of the provider as one order needs.
#include "tests/support/hand_psp.hpp"

#include <stdexcept>
#include <string_view>

namespace florin {
namespace {

constexpr std::string_view sessions_path = "/v1/checkout/sessions";

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::map<std::string, std::string> form_of(std::string_view body) {
  std::map<std::string, std::string> fields;
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(pair.size() + 1, body.size()));
    const std::size_t equals = pair.find('=');
    fields[std::string(pair.substr(0, equals))] = unescaped(pair.substr(equals + 1));
  }
  return fields;
}

psp::HttpAnswer whole(std::uint16_t status, std::string body) {
  psp::HttpAnswer answer;
  answer.end = psp::HttpEnd::whole;
  answer.status = status;
  answer.headers = {{"content-type", "application/json"}, {"request-id", "req_1"}};
  answer.body = std::move(body);
  return answer;
}

psp::HttpAnswer refused(std::uint16_t status, std::string_view code) {
  return whole(status, R"({"error":{"type":"invalid_request_error","code":")" + std::string(code) +
                           R"("}})");
}

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string json_of(const HandPsp::Session& session) {
  const std::string metadata = R"({"payment_order_id":)" + in_quotes(session.order) +
                               R"(,"florin_cluster":)" + in_quotes(session.cluster) + "}";
  std::string intent = "null";
  if (session.is_paid)
    intent = R"({"object":"payment_intent","id":"pi_)" + session.id +
             R"(","status":"succeeded","amount":)" + std::to_string(session.amount) +
             R"(,"amount_received":)" + std::to_string(session.received) + R"(,"currency":)" +
             in_quotes(session.currency) + R"(,"livemode":false,"created":1728000000,"metadata":)" +
             metadata + "}";
  const std::string url = session.status == "open" ? in_quotes("https://pay.example/" + session.id)
                                                   : std::string("null");
  return R"({"object":"checkout.session","id":)" + in_quotes(session.id) + R"(,"status":)" +
         in_quotes(session.status) + R"(,"payment_status":)" +
         in_quotes(session.is_paid ? "paid" : "unpaid") + R"(,"amount_total":)" +
         std::to_string(session.amount) + R"(,"currency":)" + in_quotes(session.currency) +
         R"(,"livemode":false,"created":1728000000,"expires_at":1728002100,"url":)" + url +
         R"(,"client_reference_id":)" + in_quotes(session.order) + R"(,"metadata":)" + metadata +
         R"(,"payment_intent":)" + intent + "}";
}

}  // namespace

psp::HttpAnswer HandPsp::serve(const OutsideCall& call) {
  ++calls_;
  const auto request = psp::parse_request(*call.bytes);
  if (!request) throw std::runtime_error("a call that is no request: " + request.error().context);
  const std::string_view target = request->target;
  const std::string_view path = target.substr(0, target.find('?'));
  if (!path.starts_with(sessions_path)) return refused(404, "resource_missing");
  std::string_view rest = path.substr(sessions_path.size());
  if (rest.empty() && request->method == psp::HttpMethod::get) return list();
  if (rest.empty()) {
    for (const psp::HttpHeader& header : request->headers)
      if (header.name == "Idempotency-Key") return create(header.value, form_of(request->body));
    return refused(400, "no_key");
  }
  rest.remove_prefix(1);
  const bool expires = rest.ends_with("/expire");
  return one(std::string(rest.substr(0, rest.find('/'))), expires);
}

psp::HttpAnswer HandPsp::create(const std::string& key, const Fields& fields) {
  const auto known = by_key_.find(key);
  if (known != by_key_.end()) return whole(200, json_of(sessions_.at(known->second)));
  Session session;
  session.id = "cs_" + std::to_string(sessions_.size() + 1);
  session.order = fields.at("metadata[payment_order_id]");
  session.cluster = fields.at("metadata[florin_cluster]");
  session.currency = fields.at("line_items[0][price_data][currency]");
  session.amount = std::stoll(fields.at("line_items[0][price_data][unit_amount]"));
  session.success_url = fields.at("success_url");
  by_key_[key] = session.id;
  return whole(200, json_of(sessions_[session.id] = session));
}

psp::HttpAnswer HandPsp::one(const std::string& id, bool expires) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return refused(404, "resource_missing");
  Session& session = found->second;
  if (expires && session.status != "open") return refused(400, "session_not_open");
  if (expires) session.status = "expired";
  return whole(200, json_of(session));
}

psp::HttpAnswer HandPsp::list() const {
  std::string rows;
  for (const auto& [id, session] : sessions_) rows += (rows.empty() ? "" : ",") + json_of(session);
  return whole(200, R"({"object":"list","has_more":false,"data":[)" + rows + "]}");
}

CallAnswer HandPsp::answer(const OutsideCall& call) {
  return {call.from,
          call.port,
          call.id,
          call.send,
          CallOutcome::answered,
          psp::answer_bytes(serve(call))};
}
CallAnswer HandPsp::lost(const OutsideCall& call) {
  psp::HttpAnswer nothing;
  nothing.end = psp::HttpEnd::no_answer;
  return {
      call.from, call.port, call.id, call.send, CallOutcome::unknown, psp::answer_bytes(nothing)};
}
CallAnswer HandPsp::not_sent(const OutsideCall& call) {
  return {call.from, call.port, call.id, call.send, CallOutcome::not_sent, psp::answer_bytes({})};
}

void HandPsp::pay(const std::string& order, std::int64_t received) {
  for (auto& [id, session] : sessions_) {
    if (session.order != order || session.status != "open") continue;
    session.status = "complete";
    session.is_paid = true;
    session.received = received == 0 ? session.amount : received;
  }
}

void HandPsp::expire(const std::string& order) {
  for (auto& [id, session] : sessions_)
    if (session.order == order && session.status == "open") session.status = "expired";
}

std::vector<HandPsp::Session> HandPsp::sessions_of(const std::string& order) const {
  std::vector<Session> found;
  for (const auto& [id, session] : sessions_)
    if (session.order == order) found.push_back(session);
  return found;
}

}  // namespace florin
