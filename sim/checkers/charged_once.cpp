// ChargedOnce: whatever was sent, under whatever keys: the provider has at most one page for each order, at most one payment was
// captured for it over all of its objects, of the order's amount and currency, and only for orders that a shop asked for.
// Counted in the provider's own store, and held against what shops asked for: nothing of the system is looked at.
#include <map>
#include <set>

#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class ChargedOnce final : public Checker {
 public:
  explicit ChargedOnce(const RunView& run) {
    for (const ShopAction& action : run.workload.shop)
      if (action.kind == ShopActionKind::checkout)
        asked_[order_name(action)].emplace(action.amount,
                                           run.workload.currencies.at(action.currency));
  }
  [[nodiscard]] std::string_view name() const override { return "charged_once"; }

  void on_page_made(const ProviderSession& page) override {
    require_asked("a page", page.order, page.amount, page.currency);
    if (!pages_.emplace(page.order, page.id).second)
      fail(page.order + " has a second page " + page.id + " beside " + pages_[page.order]);
  }

  void on_captured(const ProviderCapture& capture) override {
    require_asked("a charge", capture.order, capture.amount, capture.currency);
    if (!charges_.emplace(capture.order, capture.charge).second)
      fail(capture.order + " is charged a second time, by " + capture.charge + " beside " +
           charges_[capture.order]);
  }

  // Once more, of the store itself: whoever was told of nothing has seen nothing.
  void at_end(EndView& end) override {
    if (end.provider == nullptr) return;
    std::map<std::string, std::size_t> paid;
    for (const auto& [id, page] : end.provider->sessions())
      if (page.intent && page.intent->received != 0 && ++paid[page.order] > 1)
        fail(page.order + " was paid on two pages");
    if (end.provider->captures().size() != charges_.size())
      fail("the provider has " + std::to_string(end.provider->captures().size()) +
           " charges, and has told of " + std::to_string(charges_.size()));
  }

 private:
  void require_asked(const std::string& what, const std::string& order, std::int64_t amount,
                     std::string currency) {
    for (char& c : currency) c = static_cast<char>(c - 'a' + 'A');
    if (!asked_[order].contains({amount, currency}))
      fail(what + " of " + std::to_string(amount) + " " + currency + " for " + order +
           ", for which nobody has asked");
  }

  std::map<std::string, std::set<std::pair<std::int64_t, std::string>>> asked_;
  std::map<std::string, std::string> pages_, charges_;  // the first of each order
};

}  // namespace

std::unique_ptr<Checker> make_charged_once(const RunView& run) {
  return std::make_unique<ChargedOnce>(run);
}

}  // namespace florin::sim
