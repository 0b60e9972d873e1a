// See ledger.hpp.
#include "apps/florin_load/workload/ledger.hpp"

#include <algorithm>
#include <utility>

#include "apps/client/decimal.hpp"

namespace florin::load {

Ledger::Ledger(const Accounts& accounts, std::string currency, std::string protocol)
    : accounts_(accounts),
      currency_(std::move(currency)),
      outside_name_("@outside:" + currency_),
      balances_(accounts.count()) {
  tail_ = "\",\"currency\":\"" + currency_ + "\"";
  if (!protocol.empty()) tail_ += ",\"protocol\":\"" + protocol + "\"";
  tail_ += ",\"transaction_id\":\"";
}

std::uint32_t Ledger::add(std::uint32_t from, std::uint32_t to, std::uint32_t amount_minor,
                          std::int64_t due_ns) {
  Transfer transfer;
  transfer.id = ids_.next();
  transfer.due_ns = due_ns;
  transfer.from = from;
  transfer.to = to;
  transfer.amount_minor = amount_minor;
  transfers_.push_back(transfer);
  return size() - 1;
}

void Ledger::settle(Transfer& transfer, TransferState state) {
  if (transfer.state == TransferState::success || transfer.state == TransferState::refused) return;
  transfer.state = state;
  if (state != TransferState::success) return;
  if (transfer.from != outside) balances_[transfer.from] -= transfer.amount_minor;
  if (transfer.to != outside) balances_[transfer.to] += transfer.amount_minor;
}

Transfer* Ledger::find(const Uuid& id) noexcept {
  const auto found =
      std::lower_bound(transfers_.begin(), transfers_.end(), id,
                       [](const Transfer& t, const Uuid& wanted) { return t.id < wanted; });
  return found != transfers_.end() && found->id == id ? &*found : nullptr;
}

void Ledger::append_json(std::string& out, const Transfer& transfer) const {
  char id[client::uuid_chars];
  client::write_uuid(transfer.id, id);
  out.append("{\"from_account\":\"").append(name(transfer.from));
  out.append("\",\"to_account\":\"").append(name(transfer.to)).append("\",\"amount\":\"");
  client::append_decimal(out, transfer.amount_minor, decimals_);
  out.append(tail_).append(id, sizeof id).append("\"}");
}

}  // namespace florin::load
