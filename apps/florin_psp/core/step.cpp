// See step.hpp.
#include "apps/florin_psp/core/step.hpp"

#include <algorithm>

#include "apps/client/random.hpp"
#include "apps/florin_psp/core/object_json.hpp"

namespace florin::sandbox {
namespace {

constexpr std::int64_t reorder_gap_ms = 250;

// Something that the same object could have said and that did not happen.
std::string_view opposite_of(std::string_view type) noexcept {
  if (type == "payment_intent.succeeded") return "payment_intent.payment_failed";
  if (type == "payment_intent.payment_failed") return "payment_intent.succeeded";
  if (type == "payment_intent.canceled") return "payment_intent.succeeded";
  if (type == "checkout.session.completed") return "checkout.session.expired";
  if (type == "checkout.session.expired") return "checkout.session.completed";
  if (type == "checkout.session.async_payment_succeeded")
    return "checkout.session.async_payment_failed";
  if (type == "checkout.session.async_payment_failed")
    return "checkout.session.async_payment_succeeded";
  return {};
}

}  // namespace

std::string order_of(const Metadata& metadata) {
  const auto found = metadata.find("payment_order_id");
  return found == metadata.end() ? std::string() : found->second;
}

bool wants(const WebhookEndpoint& endpoint, std::string_view event_type) {
  return endpoint.is_enabled &&
         std::any_of(endpoint.enabled_events.begin(), endpoint.enabled_events.end(),
                     [&](const std::string& type) { return type == "*" || type == event_type; });
}

std::string Step::base_url() const {
  if (!settings_.public_url.empty() || call_ == nullptr) return settings_.public_url;
  return call_->base_url;
}

std::string Step::new_id(std::string_view prefix) {
  constexpr std::string_view alphabet =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  client::Random random(state_.id_seed ^ (++state_.ids * 0xD1B54A32D192ED03ULL));
  std::string id = std::string(prefix) + "_";
  for (int i = 0; i < 24; ++i) id += alphabet[random.below(alphabet.size())];
  return id;
}

void Step::wake_at(std::int64_t seconds, const std::string& object_id) {
  state_.timers.emplace(seconds, object_id);
}

void Step::forget_timer(std::int64_t seconds, const std::string& object_id) {
  state_.timers.erase({seconds, object_id});
}

void Step::emit(std::string_view type, const Metadata& metadata, std::string object_json) {
  Event event;
  event.id = new_id("evt");
  event.type = type;
  event.created = now_s();
  event.order = order_of(metadata);
  event.object = std::move(object_json);
  if (call_ != nullptr) {
    event.request_id = call_->request_id;
    event.idempotency_key = call_->idempotency_key;
  }
  for (const auto& [id, endpoint] : state_.endpoints.all())
    if (wants(endpoint, type)) ++event.endpoints;
  emitted_.push_back(state_.events.add(std::move(event)).id);
}

// One step is about one order, or about none.
void Step::close() {
  if (emitted_.empty()) return;
  const std::string order = state_.events.find(emitted_.front())->order;
  send(emitted_, order);
  emitted_.clear();
}

void Step::send(const std::vector<std::string>& events, const std::string& order) {
  const Fault fault = state_.faults.take(order, "webhook", {FaultPlace::webhook});
  if (fault.kind == FaultKind::webhook_lost) return;
  if (fault.kind == FaultKind::webhook_contradictory) contradict(order);
  const bool is_contradicted = fault.kind == FaultKind::webhook_contradictory;
  const std::vector<std::string>& all = is_contradicted ? emitted_ : events;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::int64_t due = now_ms_;
    if (fault.kind == FaultKind::webhook_late) due += fault.delay_ms;
    if (fault.kind == FaultKind::webhook_reordered)
      due += static_cast<std::int64_t>(all.size() - 1 - i) * reorder_gap_ms;
    for (const std::string& id : state_.endpoints.ids()) {
      const WebhookEndpoint& endpoint = *state_.endpoints.find(id);
      send_to(endpoint, all[i], due);
      if (fault.kind == FaultKind::webhook_twice) send_to(endpoint, all[i], due);
    }
  }
}

void Step::send_to(const WebhookEndpoint& endpoint, const std::string& event, std::int64_t due_ms) {
  if (!wants(endpoint, state_.events.find(event)->type)) return;
  state_.deliveries.emplace(++state_.deliveries_made, Delivery{event, endpoint.id, due_ms, 0});
}

void Step::contradict(const std::string& order) {
  for (auto at = emitted_.rbegin(); at != emitted_.rend(); ++at) {
    const Event event = *state_.events.find(*at);
    const std::string_view type = opposite_of(event.type);
    if (type.empty()) continue;
    emit(type, {{"payment_order_id", order}}, contradicted(event.object));
    return;
  }
}

}  // namespace florin::sandbox
