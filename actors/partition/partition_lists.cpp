// Pages of what a partition has, in the order of keys. The store has everything in that order but for what is new, which is in order
// too (NewKeys); what is resident is newer than what is stored. So a page costs what it looks at, however much there is.
#include <algorithm>

#include "actors/account/account_view.hpp"
#include "actors/partition/partition_state.hpp"
#include "actors/payment/payment_view.hpp"
#include "base/limits.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

template <class Visit, class IsWithout>
bool PartitionState::visit_listed(const ListedRows& listed, std::string_view after, Visit&& visit,
                                  IsWithout&& is_without) {
  bool goes_on = true;
  const std::string* next_new = listed.not_stored.next_after(after);
  const auto visit_new_before = [&](const std::string_view* key) {
    for (; goes_on && next_new != nullptr && (key == nullptr || next_new->compare(*key) < 0);
         next_new = listed.not_stored.next_after(*next_new))
      goes_on = visit(*next_new, std::optional<std::string_view>());
  };
  std::vector<std::string> stored;
  const auto status =
      store_->scan_from(listed.rows, after, [&](std::string_view key, std::string_view value) {
        if (key == after) return true;
        visit_new_before(&key);
        if (!goes_on) return false;
        stored.emplace_back(key);
        if (next_new != nullptr && *next_new == key) next_new = listed.not_stored.next_after(key);
        goes_on = visit(key, std::optional(value));
        return goes_on;
      });
  if (store_.believed(status)) look_for_missing(listed, after, stored, goes_on, is_without);
  visit_new_before(nullptr);
  return goes_on;
}

// A page must not go on behind a lost row. A checkpoint may come between the two scans: what it adds is still new.
template <class IsWithout>
void PartitionState::look_for_missing(const ListedRows& listed, std::string_view after,
                                      std::span<const std::string> stored, bool to_the_end,
                                      IsWithout&& is_without) {
  std::size_t found = 0;
  std::string missing;
  const std::string first = listed.name_prefix + std::string(after);
  const auto scanned = store_->scan_from(listed.names, first, [&](std::string_view name, auto) {
    if (!name.starts_with(listed.name_prefix)) return false;
    const std::string_view key = name.substr(listed.name_prefix.size());
    if (key == after) return true;
    if (found == stored.size() && !to_the_end) return false;
    if (found < stored.size() && key == stored[found]) return ++found > 0;
    if (found < stored.size() && key > stored[found]) return false;
    if (listed.not_stored.contains(key) || is_without(key)) return true;
    missing = std::string(listed.what) + " " + std::string(key);
    return false;
  });
  if (!store_.believed(scanned)) return;
  if (missing.empty() && found < stored.size())
    missing = "the name of " + std::string(listed.what) + " " + stored[found];
  if (missing.empty()) return;
  static_cast<void>(store_.believed(Result<Unit, Error>(
      Err{Error{Errc::corrupt, "the stored row of " + missing + " is missing"}})));
}

// System accounts are one for each currency at most, and lie side by side.
std::vector<AccountView> PartitionState::list_accounts(std::string_view after, std::size_t limit) {
  std::vector<AccountView> views;
  limit = std::min(limit, limits::page_rows_max);
  ++counters_.rows_read;  // looking costs something, too
  if (limit == 0) return views;
  const auto add = [&](const AccountState& account) {
    ++counters_.rows_read;
    if (!account.id.is_system()) views.push_back(make_account_view(account, id_));
  };
  const auto visit = [&](std::string_view key, std::optional<std::string_view> value) {
    if (const AccountRow* row = accounts_.find(AccountId::from_trusted(key)))
      add(row->state);
    else if (const auto account = store_.believed(decode_account(key, value.value())))
      add(*account);
    return views.size() < limit;
  };
  const auto is_without = [&](std::string_view key) {
    const AccountId id = AccountId::from_trusted(key);
    return id.is_system() && accounts_.find(id) != nullptr;
  };
  visit_listed({Table::accounts, Table::names, {}, "account", new_accounts_}, after, visit,
               is_without);
  return views;
}

PaymentPage PartitionState::list_payments(const OrderFilter& filter, const PaymentId& after,
                                          std::size_t limit, std::size_t rows_max) {
  PaymentPage page;
  limit = std::min(limit, limits::page_rows_max);
  ++counters_.rows_read;  // looking costs something, too
  std::size_t rows = 0;
  KindTable<OrderEntity>& orders = tables_.of<OrderEntity>();
  const auto add = [&](const PaymentId& id, const OrderState& order) {
    if (order.is_visible() && matches(order, filter))
      page.payments.push_back(make_payment_view(id, order));
  };
  const auto visit = [&](std::string_view key, std::optional<std::string_view> value) {
    ++counters_.rows_read;
    const auto id = store_.believed(decode_payment_key(key));
    if (!id) return false;
    if (const OrderRow* row = orders.find(*id))
      add(*id, row->state);
    else if (const auto stored = store_.believed(decode_order(key, value.value())))
      add(*id, *stored);
    const bool goes_on = page.payments.size() < limit && ++rows < rows_max;
    if (!goes_on) page.seen_up_to = *id;
    return goes_on;
  };
  visit_listed({Table::orders, Table::payment_names, OrderEntity::name_key({}), OrderEntity::name,
                new_orders_},
               after.view(), visit, [](std::string_view) { return false; });
  return page;
}

}  // namespace florin
