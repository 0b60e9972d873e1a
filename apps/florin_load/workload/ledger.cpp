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
  currency_tail_ = "\",\"currency\":\"" + currency_ + "\"";
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

std::uint32_t Ledger::add_transaction(std::span<const Draw> postings, std::int64_t due_ns) {
  const std::uint32_t first = size();
  for (const Draw& draw : postings) {
    const std::uint32_t row = add(draw.from, draw.to, draw.amount_minor, due_ns);
    if (row == first) {
      at(row).postings = static_cast<std::uint8_t>(postings.size());
      continue;
    }
    at(row).id = at(first).id;
    at(row).postings = later_posting;
  }
  return first;
}

Ledger::Rows Ledger::rows_of(std::uint32_t index) const noexcept {
  return {index, index + std::max<std::uint32_t>(1, transfers_[index].postings)};
}

void Ledger::settle(std::uint32_t index, TransferState state) {
  const TransferState now = at(index).state;
  if (now == TransferState::success || now == TransferState::refused) return;
  const Rows rows = rows_of(index);
  for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
    Transfer& posting = at(row);
    posting.state = state;
    if (state != TransferState::success) continue;
    if (posting.from != outside) balances_[posting.from] -= posting.amount_minor;
    if (posting.to != outside) balances_[posting.to] += posting.amount_minor;
  }
}

Ledger::Rows Ledger::find(const Uuid& id) const noexcept {
  const auto found =
      std::lower_bound(transfers_.begin(), transfers_.end(), id,
                       [](const Transfer& t, const Uuid& wanted) { return t.id < wanted; });
  if (found == transfers_.end() || found->id != id) return {};
  return rows_of(static_cast<std::uint32_t>(found - transfers_.begin()));
}

void Ledger::append_posting(std::string& out, const Transfer& posting) const {
  out.append("{\"from_account\":\"").append(name(posting.from));
  out.append("\",\"to_account\":\"").append(name(posting.to)).append("\",\"amount\":\"");
  client::append_decimal(out, posting.amount_minor, decimals_);
  out.append(currency_tail_);
}

void Ledger::append_id(std::string& out, const Uuid& id) const {
  char text[client::uuid_chars];
  client::write_uuid(id, text);
  out.append(tail_).append(text, sizeof text).append("\"}");
}

void Ledger::append_json(std::string& out, std::uint32_t index) const {
  const Transfer& first = transfers_[index];
  if (first.postings == 0) {
    append_posting(out, first);
    return append_id(out, first.id);
  }
  const Rows rows = rows_of(index);
  out.append("{\"postings\":[");
  for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
    append_posting(out, transfers_[row]);
    out.append("},");
  }
  out.back() = ']';
  append_id(out, first.id);
}

}  // namespace florin::load
