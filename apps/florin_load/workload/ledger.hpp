// The generator's own books: every transfer it asked for, what was answered, and the balance each account
// must have for that. The server is compared with this at the end.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "apps/client/uuid_v7.hpp"
#include "apps/florin_load/workload/accounts.hpp"
#include "base/ids.hpp"

namespace florin::load {

// The one payer of deposits: not an account of the run.
inline constexpr std::uint32_t outside = UINT32_MAX;

enum class TransferState : std::uint8_t { open, success, refused, pending };

struct Transfer {
  Uuid id;
  std::int64_t due_ns = 0;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t amount_minor = 0;
  TransferState state = TransferState::open;
  bool on_debit_statement = false;
  bool on_credit_statement = false;
};
static_assert(sizeof(Transfer) == 40);

class Ledger {
 public:
  Ledger(const Accounts& accounts, std::string currency, std::string protocol);

  // Appends; ids increase, so transfers() is sorted by id.
  std::uint32_t add(std::uint32_t from, std::uint32_t to, std::uint32_t amount_minor,
                    std::int64_t due_ns);
  // First final answer of a transfer: moves the money in our books when it succeeded.
  void settle(Transfer& transfer, TransferState state);

  [[nodiscard]] Transfer& at(std::uint32_t index) noexcept { return transfers_[index]; }
  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(transfers_.size());
  }
  // nullptr: not a transfer of this run.
  [[nodiscard]] Transfer* find(const Uuid& id) noexcept;
  [[nodiscard]] std::int64_t& balance(std::uint32_t account) noexcept { return balances_[account]; }
  [[nodiscard]] const Accounts& accounts() const noexcept { return accounts_; }
  [[nodiscard]] const std::string& currency() const noexcept { return currency_; }
  [[nodiscard]] int decimals() const noexcept { return decimals_; }
  void set_decimals(int decimals) noexcept { decimals_ = decimals; }
  [[nodiscard]] std::string_view name(std::uint32_t account) const noexcept {
    return account == outside ? std::string_view(outside_name_) : accounts_.name(account);
  }

  // Appends the JSON object of one transfer, as POST /v1/wallet/balance_transfer takes it.
  void append_json(std::string& out, const Transfer& transfer) const;

 private:
  const Accounts& accounts_;
  std::string currency_;
  std::string tail_;  // currency, protocol and the key of the id: the same for all
  std::string outside_name_;
  int decimals_ = 2;
  client::UuidV7 ids_;
  std::deque<Transfer> transfers_;  // never moves: millions of rows without a copy
  std::vector<std::int64_t> balances_;
};

}  // namespace florin::load
