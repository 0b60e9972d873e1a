// GET /v1/payments/{payment_order_id}, GET /v1/checkouts/{checkout_id}, POST /v1/payments/{payment_order_id}/cancel.
#include <array>

#include "api/answers/payment_json.hpp"
#include "api/answers/payment_problem.hpp"
#include "api/json/json_reader.hpp"
#include "api/json/json_writer.hpp"
#include "api/requests/card_data.hpp"
#include "api/requests/consistency.hpp"
#include "api/requests/query.hpp"
#include "api/routes/checkout_answer.hpp"
#include "api/routes/routes.hpp"

namespace florin {
namespace {

constexpr std::chrono::milliseconds orders_patience{2'000};

Result<PaymentId, InputFault> payment_argument(const Call& call, std::string_view name) {
  const auto id = PaymentId::parse(call.argument);
  if (!id) return Err{bad_field(name, "must be 1-64 characters of A-Z a-z 0-9 . _ -")};
  return *id;
}

void answer_payment(Call& call, int status, const PaymentView& view, const Position& position) {
  OrderState order = view.state;
  order.id = view.order;
  std::string body;
  body.reserve(1'024 + order.history.size() * 192);
  JsonWriter json(body);
  write_payment(json, order, position);
  answer_json(call, status, position, std::move(body));
}

// What is not the view that was asked for.
void answer_no_view(Call& call, const std::optional<Reply>& reply, AskedFor what) {
  if (const auto* refused = body_as<PaymentRefused>(reply))
    return call.answer(problem_of(*refused, reply->position));
  call.answer(no_answer(reply, what));
}

// Where it is and how it is to be read: the path, and the query.
struct PaymentRead {
  PaymentId id;
  ReadConsistency from;
};

Result<PaymentRead, InputFault> read_payment_read(const Call& call, std::string_view name) {
  static constexpr std::array<std::string_view, 2> parameters{"consistency", "min_position"};
  const PartitionMap& map = call.context->services.map;
  FLORIN_TRY(id, payment_argument(call, name));
  FLORIN_TRY(values, read_query(call.request.query(), parameters));
  FLORIN_TRY(from, read_consistency(values[0], values[1], map, partition_of(id, map)));
  return PaymentRead{id, from};
}

// Nothing, or an object without a key.
std::optional<Problem> against_body(std::string& body) {
  if (body.empty()) return std::nullopt;
  const auto object = parse_json_object(body);
  if (!object) return Problem(object.error());
  if (auto cards = card_data_in(*object); !cards.empty()) return Problem(std::move(cards));
  JsonFields<0> fields;
  if (auto fault = read_fields(*object, std::array<std::string_view, 0>{}, fields))
    return Problem(std::move(*fault));
  return std::nullopt;
}

void write_and_answer(Call& call, const CheckoutState& checkout,
                      const std::vector<PaymentShown>& payments, const Position& position,
                      CheckoutAnswer how) {
  HttpResponse response;
  response.status = how == CheckoutAnswer::created ? 201 : 200;
  response.body.reserve(1'024 + payments.size() * 2'048);
  JsonWriter json(response.body);
  write_checkout(json, checkout, payments, position);
  add_position_header(response, position);
  if (how == CheckoutAnswer::replayed) add_replayed_header(response);
  call.answer(std::move(response));
}

}  // namespace

// payment path 8/12: the payer is shown the page, which the log has known before.
void answer_checkout(const CallPtr& call, const CheckoutView& view, const Position& position,
                     CheckoutAnswer how) {
  const ApiContext& context = *call->context;
  CheckoutState checkout = view.state;
  checkout.id = view.checkout;
  std::vector<Addressed> messages;
  for (const CheckoutOrder& one : checkout.orders)
    messages.push_back({partition_of(one.order, context.services.map), GetPayment{0, one.order}});
  context.services.gateway.ask(
      std::move(messages), orders_patience,
      [call, checkout = std::move(checkout), position, how](const AskReplies& replies) {
        std::vector<PaymentShown> payments;
        for (std::size_t i = 0; i < checkout.orders.size(); ++i) {
          PaymentShown shown{order_of(checkout, checkout.orders[i]), {}};
          if (const auto* payment = view_as<PaymentView>(replies[i])) {
            shown = {payment->state, replies[i]->position};
            shown.order.id = payment->order;
          }
          payments.push_back(std::move(shown));
        }
        write_and_answer(*call, checkout, payments, position, how);
      });
}

void get_payment(const ApiContext& context, const CallPtr& call) {
  const auto read = read_payment_read(*call, "payment_order_id");
  if (!read) return call->answer(Problem(read.error()));
  const PartitionId home = partition_of(read->id, context.services.map);
  call->home = home;
  std::vector<Addressed> messages;
  messages.push_back({home, read->from.ask(home, GetPayment{0, read->id})});
  context.services.gateway.ask(std::move(messages), context.options.patience,
                               [call](const AskReplies& replies) {
                                 const auto& reply = replies.front();
                                 if (const auto* view = view_as<PaymentView>(reply))
                                   return answer_payment(*call, 200, *view, reply->position);
                                 answer_no_view(*call, reply, AskedFor::read);
                               });
}

void get_checkout(const ApiContext& context, const CallPtr& call) {
  const auto read = read_payment_read(*call, "checkout_id");
  if (!read) return call->answer(Problem(read.error()));
  const PartitionId home = partition_of(read->id, context.services.map);
  call->home = home;
  std::vector<Addressed> messages;
  messages.push_back({home, read->from.ask(home, GetCheckout{0, read->id})});
  context.services.gateway.ask(
      std::move(messages), context.options.patience, [call](const AskReplies& replies) {
        const auto& reply = replies.front();
        const auto* view = view_as<CheckoutView>(reply);
        if (view == nullptr) return answer_no_view(*call, reply, AskedFor::read);
        if (view->state.phase != CheckoutPhase::refused)
          return answer_checkout(call, *view, reply->position, CheckoutAnswer::read);
        // Its id is free again: nothing of it is kept.
        call->answer(problem_of({PaymentRefusal::checkout_not_found, {}}, reply->position));
      });
}

void cancel_payment(const ApiContext& context, const CallPtr& call) {
  const auto id = payment_argument(*call, "payment_order_id");
  if (!id) return call->answer(Problem(id.error()));
  if (auto problem = against_body(call->request.body)) return call->answer(std::move(*problem));
  call->home = partition_of(*id, context.services.map);
  std::vector<Addressed> messages;
  messages.push_back({*call->home, CancelPayment{0, *id}});
  context.services.gateway.ask(std::move(messages), context.options.patience,
                               [call](const AskReplies& replies) {
                                 const auto& reply = replies.front();
                                 const auto* view = view_as<PaymentView>(reply);
                                 if (view == nullptr)
                                   return answer_no_view(*call, reply, AskedFor::command);
                                 const bool is_over = view->state.phase == OrderPhase::failed;
                                 answer_payment(*call, is_over ? 200 : 202, *view, reply->position);
                               });
}

}  // namespace florin
