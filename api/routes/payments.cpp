// POST /v1/payments: a checkout with its payment orders. 201 when it is accepted and the payer may pay, or its orders are over; the same
// request again is 200 with what has become of it.
//
//   all that is wrong with the body -> 400, 422
//   -> is the checkout known?       -> 200, 409, 422, 429 by its own word, whatever is configured by now
//   -> is the key another one's?    -> 422
//   -> provider, amounts, sellers   -> 422, 404
//   -> StartCheckout                -> 201, or 409 where an order is another checkout's
//
// Nothing is kept here: who asks again after a crash is answered by the checkout.
#include <algorithm>

#include "api/answers/payment_json.hpp"
#include "api/answers/payment_problem.hpp"
#include "api/json/json_writer.hpp"
#include "api/requests/card_data.hpp"
#include "api/requests/payment_content.hpp"
#include "api/requests/payment_request.hpp"
#include "api/requests/payment_terms.hpp"
#include "api/requests/query.hpp"
#include "api/routes/checkout_answer.hpp"
#include "api/routes/routes.hpp"
#include "base/limits.hpp"

namespace florin {
namespace {

// However little a client wants to wait for: to be accepted takes a few messages between partitions.
constexpr std::chrono::milliseconds acceptance_patience{1'000};
// How long one whose patience is over may wait to learn what there is.
constexpr std::chrono::milliseconds look_patience{1'000};

// What is kept while the partitions work.
struct AskedPayment {
  PaymentRequest request;
  Sha256 key{};
};
using AskedPaymentPtr = std::shared_ptr<const AskedPayment>;

Result<std::string, InputFault> read_idempotency_key(const HttpRequest& request) {
  const std::string_view key = request.headers.find("Idempotency-Key");
  const bool is_visible = std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; });
  if (key.size() > limits::idempotency_key_chars_max || !is_visible)
    return Err{bad_field("Idempotency-Key", "must be 1 to 255 visible ASCII characters.")};
  return std::string(key);
}

Addressed to_checkout(const PartitionMap& map, const PaymentId& checkout, Message message) {
  return {partition_of(checkout, map), std::move(message)};
}

// --- the end -------------------------------------------------------------------------------------

// The request was refused by its checkout, which says which order it is about.
void answer_refused(Call& call, const AskedPayment& asked, const PaymentRefused& refused,
                    const Position& position) {
  Problem problem = problem_of(refused, position);
  const auto& orders = asked.request.orders;
  const auto at = std::ranges::find(orders, refused.order, &PaymentOrderAsked::id);
  if (refused.code == PaymentRefusal::payment_order_id_reused && at != orders.end())
    problem.param = "/payment_orders/" + std::to_string(at - orders.begin()) + "/payment_order_id";
  call.answer(std::move(problem));
}

// Patience is over: it was accepted and nobody can pay yet, or it is still under way.
void look_after_it(const CallPtr& call, const AskedPaymentPtr& asked) {
  const ApiContext& context = *call->context;
  const PaymentId& checkout = asked->request.checkout;
  std::vector<Addressed> messages;
  messages.push_back(to_checkout(context.services.map, checkout, GetCheckout{0, checkout}));
  context.services.gateway.ask(
      std::move(messages), look_patience, [call, asked](const AskReplies& replies) {
        const auto& reply = replies.front();
        const auto* view = view_as<CheckoutView>(reply);
        if (view == nullptr) return call->answer(Problem(EdgeCode::timeout));
        const CheckoutState& known = view->state;
        if (known.phase == CheckoutPhase::receiving)
          return call->answer(Problem(EdgeCode::request_in_progress));
        if (known.phase == CheckoutPhase::refused)
          return answer_refused(*call, *asked, refusal_of(known), reply->position);
        if (known.content != content_of(asked->request))  // another one came first
          return answer_refused(*call, *asked, {PaymentRefusal::checkout_id_reused, {}},
                                reply->position);
        answer_checkout(call, *view, reply->position, CheckoutAnswer::created);
      });
}

void answer_started(const CallPtr& call, const AskedPaymentPtr& asked, const AskReplies& replies) {
  const auto& reply = replies.front();
  if (!reply) return look_after_it(call, asked);
  if (const auto* refused = body_as<PaymentRefused>(reply))
    return answer_refused(*call, *asked, *refused, reply->position);
  const auto* view = view_as<CheckoutView>(reply);
  if (view == nullptr) return call->answer(no_answer(reply, AskedFor::command));
  answer_checkout(call, *view, reply->position,
                  view->created ? CheckoutAnswer::created : CheckoutAnswer::replayed);
}

// payment path 1/12: the request is right and new: its checkout is asked, with all that its acceptance fixes.
void start_checkout(const CallPtr& call, const AskedPaymentPtr& asked,
                    std::vector<CheckoutOrderAsked> orders) {
  const ApiContext& context = *call->context;
  const auto preferred = preferred_wait(call->request.prefer());
  const std::chrono::milliseconds wait = preferred ? *preferred : context.options.patience;
  StartCheckout start;
  start.checkout = asked->request.checkout;
  start.content = content_of(asked->request);
  start.key = asked->key;
  start.orders = std::move(orders);
  std::vector<Addressed> messages;
  // By the id that stays where it is: that in `start` moves.
  messages.push_back(to_checkout(context.services.map, asked->request.checkout, std::move(start)));
  context.services.gateway.ask(
      std::move(messages), std::max(wait, acceptance_patience),
      [call, asked](const AskReplies& replies) { answer_started(call, asked, replies); });
}

// --- what is known -----------------------------------------------------------------------------------

// It was accepted: its own orders, so that whatever it answers is about the request and not about what is configured now.
std::vector<CheckoutOrderAsked> orders_of(const CheckoutState& checkout) {
  std::vector<CheckoutOrderAsked> orders;
  for (const CheckoutOrder& one : checkout.orders)
    orders.push_back({one.order, one.terms, one.content});
  return orders;
}

// Nobody knows the checkout: everything is asked that may be against it.
void begin_new(const CallPtr& call, const AskedPaymentPtr& asked, const AskReplies& replies) {
  const PaymentSettings& settings = call->context->options.payments;
  const Timestamp now = call->context->options.now();
  std::vector<ProblemPart> parts = against_settings(asked->request, settings, now);
  std::vector<const AccountView*> sellers;
  for (std::size_t i = 0; i < asked->request.orders.size(); ++i) {
    const auto& reply = replies[i + 1];
    const auto* seller = view_as<AccountView>(reply);
    if (seller == nullptr && !body_as<Refused>(reply))
      return call->answer(no_answer(reply, AskedFor::read));
    if (auto part = against_seller(asked->request, i, seller)) parts.push_back(std::move(*part));
    sellers.push_back(seller);
  }
  if (!parts.empty()) return call->answer(Problem(std::move(parts)));
  start_checkout(call, asked, accepted_orders(asked->request, sellers, settings, now));
}

// False: it is answered, since another checkout has kept its key, or nobody says whether one has.
bool is_past_its_key(Call& call, const AskedPayment& asked, const CheckoutState* known,
                     const AskReplies& replies) {
  if (asked.key == Sha256{} || (known != nullptr && known->key == asked.key)) return true;
  const auto& reply = replies.back();
  const auto* view = body_as<PaymentKeyView>(reply);
  const bool is_anothers =
      view != nullptr && !view->checkout.empty() && view->checkout != asked.request.checkout;
  if (view == nullptr)
    call.answer(no_answer(reply, AskedFor::read));
  else if (is_anothers)
    answer_refused(call, asked, {PaymentRefusal::idempotency_key_reused, {}}, reply->position);
  return view != nullptr && !is_anothers;
}

void go_on(const CallPtr& call, const AskedPaymentPtr& asked, const AskReplies& replies) {
  const auto& reply = replies.front();
  const auto* view = view_as<CheckoutView>(reply);
  const auto* refused = body_as<PaymentRefused>(reply);
  if (view == nullptr && refused == nullptr) return call->answer(no_answer(reply, AskedFor::read));
  if (refused != nullptr && refused->code != PaymentRefusal::checkout_not_found)
    return answer_refused(*call, *asked, *refused, reply->position);
  // What was refused is not kept: the id is free.
  const bool is_known = view != nullptr && view->state.phase != CheckoutPhase::refused;
  const CheckoutState* const known = is_known ? &view->state : nullptr;
  if (is_known && known->phase == CheckoutPhase::receiving) {
    Problem problem(EdgeCode::request_in_progress);
    problem.position = reply->position;
    return call->answer(std::move(problem));
  }
  if (!is_past_its_key(*call, *asked, known, replies)) return;
  if (is_known)
    start_checkout(call, asked, orders_of(*known));
  else
    begin_new(call, asked, replies);
}

void ask_what_is_known(const CallPtr& call, const AskedPaymentPtr& asked) {
  const ApiContext& context = *call->context;
  const PartitionMap& map = context.services.map;
  const PaymentRequest& request = asked->request;
  call->home = partition_of(request.checkout, map);
  std::vector<Addressed> messages;
  messages.push_back(to_checkout(map, request.checkout, GetCheckout{0, request.checkout}));
  for (const PaymentOrderAsked& order : request.orders)
    messages.push_back({map.partition_of(order.seller), GetAccount{0, order.seller}});
  if (asked->key != Sha256{}) {
    const PaymentId key = payment_key_id(asked->key);
    messages.push_back({partition_of(key, map), GetPaymentKey{0, key}});
  }
  context.services.gateway.ask(
      std::move(messages), context.options.patience,
      [call, asked](const AskReplies& replies) { go_on(call, asked, replies); });
}

}  // namespace

void post_payment(const ApiContext& context, const CallPtr& call) {
  const auto object = parse_json_object(call->request.body);
  if (!object) return call->answer(Problem(object.error()));
  if (auto cards = card_data_in(*object); !cards.empty())
    return call->answer(Problem(std::move(cards)));
  PaymentRequestRead read = read_payment_request(*object);
  const auto key = read_idempotency_key(call->request);
  if (!key) read.faults.insert(read.faults.begin(), ProblemPart(key.error()));
  if (!read.faults.empty()) {
    for (ProblemPart& part :
         against_settings(read.request, context.options.payments, context.options.now()))
      read.faults.push_back(std::move(part));
    return call->answer(Problem(std::move(read.faults)));
  }
  const auto asked = std::make_shared<AskedPayment>();
  asked->request = std::move(read.request);
  asked->key = idempotency_key_hash("", *key);
  ask_what_is_known(call, asked);
}

}  // namespace florin
