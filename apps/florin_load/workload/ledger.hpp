// The generator's own books: every transfer it asked for, what was answered, and the balance each account
// must have for that. The server is compared with this at the end.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/client/uuid_v7.hpp"
#include "apps/florin_load/workload/accounts.hpp"
#include "apps/florin_load/workload/transfer_source.hpp"
#include "base/ids.hpp"

namespace florin::load {

// The one payer of deposits: not an account of the run.
inline constexpr std::uint32_t outside = UINT32_MAX;

enum class TransferState : std::uint8_t { open, success, refused, pending };

// Transfer::postings of all rows of a transaction but its first.
inline constexpr std::uint8_t later_posting = 255;

// A transfer, or one posting of a transaction: those are rows behind each other with one id, and end together.
struct Transfer {
  Uuid id;
  std::int64_t due_ns = 0;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t amount_minor = 0;
  TransferState state = TransferState::open;
  bool on_debit_statement = false;
  bool on_credit_statement = false;
  std::uint8_t postings =
      0;  // 0: a transfer; 1-8: a transaction of so many, its first posting; or later_posting
};
static_assert(sizeof(Transfer) == 40);

class Ledger {
 public:
  Ledger(const Accounts& accounts, std::string currency, std::string protocol);

  // Appends; ids increase, so transfers() is sorted by id.
  std::uint32_t add(std::uint32_t from, std::uint32_t to, std::uint32_t amount_minor,
                    std::int64_t due_ns);
  // The same of a transaction: 1 to 8 postings, done all or not at all. Returns its first row.
  std::uint32_t add_transaction(std::span<const Draw> postings, std::int64_t due_ns);
  // First final answer of a transfer, or of the transaction that begins there: moves the money in our books when it succeeded.
  void settle(std::uint32_t index, TransferState state);

  [[nodiscard]] Transfer& at(std::uint32_t index) noexcept { return transfers_[index]; }
  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(transfers_.size());
  }
  // The rows of one id: size() == 0: not a transfer of this run.
  struct Rows {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    [[nodiscard]] std::uint32_t size() const noexcept { return end - begin; }
  };
  [[nodiscard]] Rows find(const Uuid& id) const noexcept;
  // Of the transfer or transaction that begins at `index`.
  [[nodiscard]] Rows rows_of(std::uint32_t index) const noexcept;
  [[nodiscard]] std::int64_t& balance(std::uint32_t account) noexcept { return balances_[account]; }
  [[nodiscard]] const Accounts& accounts() const noexcept { return accounts_; }
  [[nodiscard]] const std::string& currency() const noexcept { return currency_; }
  [[nodiscard]] int decimals() const noexcept { return decimals_; }
  void set_decimals(int decimals) noexcept { decimals_ = decimals; }
  [[nodiscard]] std::string_view name(std::uint32_t account) const noexcept {
    return account == outside ? std::string_view(outside_name_) : accounts_.name(account);
  }

  // Appends the JSON object of the transfer or transaction that begins at `index`, as a batch and its own call take it.
  void append_json(std::string& out, std::uint32_t index) const;

 private:
  void append_posting(std::string& out, const Transfer& posting) const;
  void append_id(std::string& out, const Uuid& id) const;

  const Accounts& accounts_;
  std::string currency_;
  std::string currency_tail_;  // behind every amount
  std::string tail_;           // protocol and the key of the id: the same for all
  std::string outside_name_;
  int decimals_ = 2;
  client::UuidV7 ids_;
  std::deque<Transfer> transfers_;  // never moves: millions of rows without a copy
  std::vector<std::int64_t> balances_;
};

}  // namespace florin::load
