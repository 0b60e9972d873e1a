// Everything of bounded size counts as much as its largest kind; what has a size of its own is counted.
#include "actors/messages/message_size.hpp"

#include "base/overloaded.hpp"

namespace florin {
namespace {

constexpr std::size_t fixed = 512;  // numbers, two ids of accounts, their counterparties
constexpr std::size_t per_leg = 160;
constexpr std::size_t per_posting = 2 * per_leg;
constexpr std::size_t per_ledger_sum = 128;  // an account of the ledger, or three wide numbers

std::size_t bytes_of_metadata(const Metadata& metadata) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : metadata) bytes += key.size() + value.size() + 16;
  return bytes;
}
std::size_t bytes_of_notes(const TransferNotes& notes) {
  return notes.reference.size() + notes.description.size() + notes.by.size() +
         bytes_of_metadata(notes.metadata);
}
std::size_t bytes_of_notes(const LegNotes& notes) {
  return notes.reference.size() + notes.description.size();
}
// Terms of an order hold two ids of accounts, a URL and the name of a provider; an order's own row also URL, ids and codes of the
// provider, and its history.
constexpr std::size_t per_order = 4 * fixed;
std::size_t bytes_of_terms(const OrderTerms& terms) {
  return fixed + terms.return_url.size() + terms.psp.size();
}
std::size_t bytes_of_view(const CheckoutView& view) {
  std::size_t bytes = fixed;
  for (const CheckoutOrder& one : view.state.orders) bytes += bytes_of_terms(one.terms);
  return bytes;
}
std::size_t bytes_of_view(const PaymentView& view) {
  const OrderState& order = view.state;
  std::size_t bytes = per_order + bytes_of_terms(order.terms) + order.payer_url.size();
  bytes += order.object.size() + order.payment.size() + order.attempt.size();
  bytes += order.history.size() * (fixed / 4);
  for (const OrderHistoryLine& line : order.history) bytes += line.note.size();
  bytes += order.flags.size() * fixed / 4;
  for (const std::string& hint : order.hints) bytes += hint.size();
  return bytes;
}
// Two ids of accounts and one of a checkout, beside what has a size of its own.
std::size_t bytes_of_filter(const OrderFilter& filter) {
  return fixed + filter.sub_status.size() + filter.psp.size() + filter.psp_reference.size();
}
std::size_t bytes_of_view(const AccountView& view) {
  return fixed + bytes_of_metadata(view.metadata);
}
std::size_t bytes_of_views(const TransferViews& views) {
  std::size_t bytes = fixed + views.ended.size() * fixed;
  for (const NotedTransfer& noted : views.notes) bytes += fixed / 8 + bytes_of_notes(noted.notes);
  for (const TransferState& open : views.open) bytes += fixed + open.legs.size() * per_leg;
  return bytes;
}

}  // namespace

std::size_t bytes_of(const Message& message) {
  return visit(
      [](const auto& m) {
        std::size_t bytes = fixed;
        if constexpr (requires { m.metadata; }) bytes += bytes_of_metadata(m.metadata);
        if constexpr (requires { m.patch; }) {
          bytes += bytes_of_metadata(m.patch.set);
          for (const std::string& key : m.patch.remove) bytes += key.size() + 16;
        }
        if constexpr (requires { *m.notes; }) bytes += bytes_of_notes(*m.notes);
        if constexpr (requires { m.postings; }) bytes += m.postings.size() * per_posting;
        if constexpr (requires { m.reason; }) bytes += m.reason.size();
        if constexpr (requires { m.after; }) bytes += m.after.size();
        if constexpr (requires { m.question.after; }) bytes += m.question.after.size();
        if constexpr (requires { m.filter; }) bytes += bytes_of_filter(m.filter);
        if constexpr (requires { m.question.filter; }) bytes += bytes_of_filter(m.question.filter);
        if constexpr (requires { m.terms; }) bytes += bytes_of_terms(m.terms);
        if constexpr (requires { m.orders; })
          for (const CheckoutOrderAsked& one : m.orders) bytes += bytes_of_terms(one.terms);
        if constexpr (requires { m.hint; })
          bytes += m.hint.size() + m.type.size() + m.object.size() + m.payment.size();
        if constexpr (requires { m.answer.size(); }) bytes += m.answer.size();
        return bytes;
      },
      message);
}

std::size_t bytes_of(const ReplyBody& body) {
  constexpr std::size_t small = 64;
  return visit(
      Overloaded{[](const TransferOutcome& outcome) {
                   return small + (outcome.notes ? bytes_of_notes(*outcome.notes) : 0);
                 },
                 [](const Refused&) { return small; }, [](const CheckResult&) { return small; },
                 [](const NotAccepted&) { return small; },
                 [](const std::unique_ptr<AccountView>& view) { return bytes_of_view(*view); },
                 [](const std::unique_ptr<AccountPage>& page) {
                   std::size_t bytes = small;
                   for (const AccountView& view : page->accounts) bytes += bytes_of_view(view);
                   return bytes;
                 },
                 [](const std::unique_ptr<TransferViews>& views) { return bytes_of_views(*views); },
                 [](const std::unique_ptr<TrialBalance>& balance) {
                   return small + balance->currencies.size() * small;
                 },
                 [](const std::unique_ptr<CheckoutView>& view) { return bytes_of_view(*view); },
                 [](const std::unique_ptr<PaymentView>& view) { return bytes_of_view(*view); },
                 [](const std::unique_ptr<PaymentPage>& page) {
                   std::size_t bytes = small + PaymentId::size_max;
                   for (const PaymentView& view : page->payments) bytes += bytes_of_view(view);
                   return bytes;
                 },
                 [](const PaymentKeyView&) { return small + PaymentId::size_max; },
                 [](const HintTaken&) { return small; },
                 [](const std::unique_ptr<LedgerSumsView>& view) {
                   return small + (view->rows.size() + view->wallets.size()) * per_ledger_sum;
                 },
                 [](const std::unique_ptr<LedgerBalanceView>&) { return 3 * small; },
                 [](const PaymentRefused&) { return small + PaymentId::size_max; }},
      body);
}

}  // namespace florin
