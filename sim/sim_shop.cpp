// Requests of shops, patience, repeats.
#include "sim/sim_shop.hpp"

#include <utility>

#include "psp/sessions/sessions_currencies.hpp"
#include "psp/sessions/sessions_webhook.hpp"
#include "sim/psp/sim_provider.hpp"
#include "sim/sim_clients.hpp"

namespace florin::sim {
namespace {

constexpr SimTime shop_pause = 50 * millisecond;
constexpr SimTime shop_patience_when_healed = 6 * second;

PaymentId payment_id(const std::string& text) { return PaymentId::from_trusted(text); }

// It is the same for the same request, and another one for another.
Sha256 content_of(const ShopAction& action) {
  return sha256(order_name(action) + " " + std::to_string(action.amount) + " " +
                std::to_string(action.seller) + " " + std::to_string(action.expires));
}

}  // namespace

ShopAnswer shop_answer_of(const Reply& reply) {
  ShopAnswer answer;
  answer.position = reply.position;
  if (const auto* view = get_if<std::unique_ptr<CheckoutView>>(&reply.body)) {
    answer.verdict = ShopVerdict::checkout;
    answer.checkout_phase = (*view)->state.phase;
    for (const CheckoutOrder& one : (*view)->state.orders) answer.word = one.word;
  } else if (const auto* payment = get_if<std::unique_ptr<PaymentView>>(&reply.body)) {
    answer.verdict = ShopVerdict::payment;
    answer.order_phase = (*payment)->state.phase;
  } else if (const auto* refused = get_if<PaymentRefused>(&reply.body)) {
    answer.verdict = ShopVerdict::refused;
    answer.refusal = refused->code;
  }
  return answer;
}

SimShop::SimShop(const SimOptions& options, const Workload& workload, EventQueue& events,
                 Trace& trace, Send send)
    : options_(options),
      workload_(workload),
      events_(events),
      trace_(trace),
      send_(std::move(send)),
      map_(options.partitions) {}

void SimShop::begin() {
  for (const ShopAction& action : workload_.shop) {
    const auto number = static_cast<std::uint32_t>(operations_.size());
    operations_.push_back({action, 0, std::nullopt});
    ++unanswered_;
    events_.at(action.at, [this, number] { attempt(number); });
  }
}

void SimShop::heal() {
  healed_ = true;
  for (std::uint32_t n = 0; n < operations_.size(); ++n)
    if (!operations_[n].answer && operations_[n].attempts > 0) attempt(n);
}

void SimShop::attempt(std::uint32_t number) {
  ShopOperation& operation = operations_[number];
  if (operation.answer) return;
  const std::uint32_t attempt = operation.attempts++;
  attempts_.emplace_back(Attempt{number, attempt});
  const RequestId request = shop_requests_begin + attempts_.size();
  trace_.step(Step::request, events_.now(), request, attempt);
  if (trace_.text())
    trace_.line(events_.now(), "shop asks " + to_string(workload_, operation.action));
  const PaymentId subject =
      payment_id(operation.action.kind == ShopActionKind::checkout ? checkout_name(operation.action)
                                                                   : order_name(operation.action));
  send_(partition_of(subject, map_), message_of(operation.action, request), request);
  events_.after(healed_ ? shop_patience_when_healed : operation.action.patience,
                [this, number, attempt] { give_up(number, attempt); });
}

void SimShop::give_up(std::uint32_t number, std::uint32_t attempt_number) {
  const ShopOperation& operation = operations_[number];
  if (operation.answer || operation.attempts != attempt_number + 1) return;
  if (healed_ || operation.attempts < operation.action.attempts)
    events_.after(shop_pause, [this, number, attempt_number] {
      if (operations_[number].attempts == attempt_number + 1) attempt(number);
    });
}

void SimShop::receive(const ShopAnswer& answer, RequestId request) {
  const auto& asked = attempts_.at(request - shop_requests_begin - 1);
  trace_.step(Step::answer, events_.now(), request, static_cast<std::uint64_t>(answer.verdict));
  if (!asked) return;
  ShopOperation& operation = operations_[asked->operation];
  if (trace_.text())
    trace_.line(events_.now(), "shop hears of " + order_name(operation.action) + ": " +
                                   std::to_string(static_cast<int>(answer.verdict)) + " " +
                                   std::string(to_string(answer.refusal)));
  if (operation.answer || !answer.is_definite()) return;
  operation.answer = answer;
  --unanswered_;
}

void SimShop::webhook(const std::string& body) {
  const auto hint = psp::sessions::parse_hint(body);
  if (!hint || psp::sessions::origin_of(*hint, options_.partition.payments->cluster, false) !=
                   psp::sessions::HintOrigin::ours)
    return;
  attempts_.emplace_back(std::nullopt);
  const RequestId request = shop_requests_begin + attempts_.size();
  trace_.step(Step::hint, events_.now(), request);
  TakeHint message;
  message.request = request;
  message.order = payment_id(hint->marks.order_id);
  message.psp = sim_provider_name;
  message.hint = hint->event_id;
  message.type = hint->type;
  message.object = hint->session_id;
  message.payment = hint->intent_id;
  message.time = Timestamp{hint->created_at_s * 1'000'000};
  message.raw_sha256 = hint->body_hash;
  send_(partition_of(message.order, map_), message, request);
}

Message SimShop::message_of(const ShopAction& a, RequestId request) const {
  switch (a.kind) {
    case ShopActionKind::cancel: {
      CancelPayment message;
      message.request = request;
      message.order = payment_id(order_name(a));
      return message;
    }
    case ShopActionKind::look: {
      GetPayment message;
      message.request = request;
      message.order = payment_id(order_name(a));
      return message;
    }
    case ShopActionKind::checkout: break;
  }
  StartCheckout message;
  message.request = request;
  message.checkout = payment_id(checkout_name(a));
  message.content = content_of(a);
  if (a.key != 0) message.key = shop_key(a.key);
  CheckoutOrderAsked order;
  order.order = payment_id(order_name(a));
  order.content = message.content;
  OrderTerms& terms = order.terms;
  terms.buyer = AccountId::from_trusted(workload_.accounts.at(a.buyer).id);
  terms.seller = AccountId::from_trusted(workload_.accounts.at(a.seller).id);
  terms.amount = a.amount;
  terms.currency = currency_of(workload_.currencies.at(a.currency));
  terms.psp = sim_provider_name;
  const auto amount = psp::sessions::to_psp_amount(a.amount, terms.currency);
  terms.psp_amount = amount ? *amount : a.amount;
  terms.fee = a.fee;
  terms.return_url = "https://shop.example/back";
  terms.expires_at = Timestamp{options_.begins_us + a.expires};
  message.orders.push_back(std::move(order));
  return message;
}

}  // namespace florin::sim
