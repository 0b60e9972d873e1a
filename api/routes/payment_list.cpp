// GET /v1/payments: a page of all payment orders in id order, merged over the partitions.
//
// There is no index: each partition looks at a bounded number of its orders, and says how far it came (PaymentPage). What all of them have
// seen is the page; what one of them has found beyond that is found again by the next page. So a page may be short, or empty, with a
// cursor still there; and an order that is added meanwhile is on a page or not, but takes no other one's place.
#include <algorithm>
#include <array>

#include "api/answers/cursor.hpp"
#include "api/answers/payment_json.hpp"
#include "api/json/json_reader.hpp"
#include "api/requests/consistency.hpp"
#include "api/requests/payment_filter.hpp"
#include "api/requests/query.hpp"
#include "api/routes/routes.hpp"

namespace florin {
namespace {

struct PaymentPageRequest {
  OrderFilter filter;
  std::uint32_t limit = 0;
  PaymentId behind;  // none = from the start
  ReadConsistency from;
};

constexpr auto list_names = [] {
  std::array<std::string_view, payment_filter_names.size() + 4> names{};
  const auto rest = std::ranges::copy(payment_filter_names, names.begin()).out;
  std::ranges::copy(
      std::array<std::string_view, 4>{"limit", "cursor", "consistency", "min_position"}, rest);
  return names;
}();

Result<PaymentPageRequest, InputFault> read_payment_page(std::string_view query,
                                                         const PartitionMap& map) {
  constexpr std::size_t own = payment_filter_names.size();  // the first that is the list's own
  FLORIN_TRY(values, read_query(query, list_names));
  QueryValues<own> chosen;
  std::ranges::move(values.begin(), values.begin() + own, chosen.begin());
  FLORIN_TRY(filter, read_payment_filter(chosen));
  FLORIN_TRY(limit, read_limit(values[own]));
  FLORIN_TRY(from, read_consistency(values[own + 2], values[own + 3], map, std::nullopt));
  PaymentPageRequest page{std::move(filter), limit, {}, from};
  if (values[own + 1]) {
    const auto behind = decode_payment_cursor(*values[own + 1]);
    if (!behind) return Err{bad_field("cursor", "is not one that this list gave.")};
    page.behind = *behind;
  }
  return page;
}

struct ListedPayment {
  const PaymentView* view;
  Position position;
};

// What is on the page, and up to where it has looked; none: everywhere.
struct MergedPayments {
  std::vector<ListedPayment> payments;
  PaymentId seen_up_to;
};

// Each reply is a page.
MergedPayments merge_pages(const AskReplies& replies, std::size_t limit) {
  MergedPayments merged;
  for (const auto& reply : replies) {
    const PaymentId& seen = view_as<PaymentPage>(reply)->seen_up_to;
    const bool is_nearer = merged.seen_up_to.empty() || seen < merged.seen_up_to;
    if (!seen.empty() && is_nearer) merged.seen_up_to = seen;
  }
  for (const auto& reply : replies)
    for (const PaymentView& view : view_as<PaymentPage>(reply)->payments)
      if (merged.seen_up_to.empty() || view.order <= merged.seen_up_to)
        merged.payments.push_back({&view, reply->position});
  std::ranges::sort(merged.payments, {}, [](const ListedPayment& one) { return one.view->order; });
  if (merged.payments.size() > limit) {
    merged.payments.resize(limit);
    merged.seen_up_to = merged.payments.back().view->order;
  }
  return merged;
}

void answer_payments(Call& call, const AskReplies& replies, std::size_t limit) {
  for (const auto& reply : replies)
    if (view_as<PaymentPage>(reply) == nullptr)
      return call.answer(no_answer(reply, AskedFor::read));
  const MergedPayments merged = merge_pages(replies, limit);
  std::string body;
  body.reserve(64 + merged.payments.size() * 2'048);
  JsonWriter json(body);
  json.begin_object().key("data").begin_array();
  for (const ListedPayment& one : merged.payments) {
    OrderState order = one.view->state;
    order.id = one.view->order;
    write_payment(json, order, one.position);
  }
  json.end_array().key("next_cursor");
  if (merged.seen_up_to.empty())
    json.null();
  else
    json.plain(encode_payment_cursor(merged.seen_up_to));
  const Position position = replies.front()->position;
  json.key("position").position(position).end_object();
  answer_json(call, 200, position, std::move(body));
}

}  // namespace

void list_payments(const ApiContext& context, const CallPtr& call) {
  auto page = read_payment_page(call->request.query(), context.services.map);
  if (!page) return call->answer(Problem(page.error()));
  // One more than is shown: whether there is a next page. Each partition might have them all.
  const std::uint32_t wanted = page->limit + 1;
  context.services.gateway.ask(
      to_all_partitions(
          context.services.map,
          [&](PartitionId p) {
            return page->from.ask(p, ListPayments{0, p, page->filter, page->behind, wanted});
          }),
      context.options.patience, [call, limit = page->limit](const AskReplies& replies) {
        answer_payments(*call, replies, limit);
      });
}

}  // namespace florin
