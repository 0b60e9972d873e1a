// Everything of bounded size counts as much as its largest kind; what has a size of its own is counted.
#include "actors/messages/message_size.hpp"

#include "base/overloaded.hpp"

namespace florin {
namespace {

constexpr std::size_t fixed = 512;  // numbers, two ids of accounts, their counterparties
constexpr std::size_t per_leg = 160;

std::size_t bytes_of_metadata(const Metadata& metadata) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : metadata) bytes += key.size() + value.size() + 16;
  return bytes;
}
std::size_t bytes_of_view(const AccountView& view) {
  return fixed + bytes_of_metadata(view.metadata);
}
std::size_t bytes_of_views(const TransferViews& views) {
  std::size_t bytes = fixed + views.ended.size() * fixed;
  for (const TransferState& open : views.open) bytes += fixed + open.legs.size() * per_leg;
  return bytes;
}

}  // namespace

std::size_t bytes_of(const Message& message) {
  return std::visit(
      [](const auto& m) {
        std::size_t bytes = fixed;
        if constexpr (requires { m.metadata; }) bytes += bytes_of_metadata(m.metadata);
        if constexpr (requires { m.reason; }) bytes += m.reason.size();
        if constexpr (requires { m.after; }) bytes += m.after.size();
        if constexpr (requires { m.question.after; }) bytes += m.question.after.size();
        return bytes;
      },
      message);
}

std::size_t bytes_of(const ReplyBody& body) {
  constexpr std::size_t small = 64;
  return std::visit(
      Overloaded{[](const TransferOutcome&) { return small; }, [](const Refused&) { return small; },
                 [](const CheckResult&) { return small; }, [](const NotAccepted&) { return small; },
                 [](const std::unique_ptr<AccountView>& view) { return bytes_of_view(*view); },
                 [](const std::unique_ptr<AccountPage>& page) {
                   std::size_t bytes = small;
                   for (const AccountView& view : page->accounts) bytes += bytes_of_view(view);
                   return bytes;
                 },
                 [](const std::unique_ptr<TransferViews>& views) { return bytes_of_views(*views); },
                 [](const std::unique_ptr<TrialBalance>& balance) {
                   return small + balance->currencies.size() * small;
                 }},
      body);
}

}  // namespace florin
