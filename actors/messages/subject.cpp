// What each message is about, mixed into eight bytes.
#include "actors/messages/subject.hpp"

#include <string_view>

#include "base/little_endian.hpp"
#include "domain/transfer/transfer_evolve.hpp"

namespace florin {
namespace {

// The same on every machine, as the answer may come from another one.
class SubjectMixer {
 public:
  explicit SubjectMixer(std::uint64_t kind) { add(kind); }
  SubjectMixer& add(std::uint64_t word) {
    value_ = (value_ ^ word) * 0x9E3779B97F4A7C15U;
    value_ ^= value_ >> 32;
    return *this;
  }
  SubjectMixer& add(std::string_view text) {
    add(text.size());
    for (; text.size() >= 8; text.remove_prefix(8)) add(load_le<std::uint64_t>(text));
    std::uint64_t rest = 0;
    for (const char c : text) rest = rest << 8 | static_cast<unsigned char>(c);
    return add(rest);
  }
  SubjectMixer& add(const AccountId& id) { return add(id.view()); }
  SubjectMixer& add(const Uuid& id) {
    return add(std::string_view(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()));
  }
  SubjectMixer& add(const PaymentId& id) { return add(id.view()); }
  SubjectMixer& add(const Sha256& hash) {
    return add(std::string_view(reinterpret_cast<const char*>(hash.data()), hash.size()));
  }
  [[nodiscard]] Subject value() const { return value_; }

 private:
  std::uint64_t value_ = 0x8E5D'7A31'C0B4'92F7;
};

// Numbers of questions, only for telling them apart.
enum class Asked : std::uint64_t {
  transfer = 1,
  open,
  change,
  account,
  accounts,
  leg,
  status,
  balance,
  checkout_start,
  checkout,
  payment,
  payment_cancel,
  hint,
  ledger_sums,
  ledger_balance,
  payments,
  payment_key,
  metadata,
};
SubjectMixer mixer(Asked asked) { return SubjectMixer(static_cast<std::uint64_t>(asked)); }

}  // namespace

Subject subject_of_transfer(const AccountId& owner, const Uuid& transaction_id) {
  return mixer(Asked::transfer).add(owner).add(transaction_id).value();
}
Subject subject_of(const StartTransfer& message) {
  return subject_of_transfer(owner_of(message.from, message.to), message.transaction_id);
}
Subject subject_of(const StartTransaction& message) {
  return subject_of_transfer(owner_of(message), message.transaction_id);
}
Subject subject_of(const OpenAccount& message) {
  return mixer(Asked::open).add(message.account).value();
}
Subject subject_of(const ChangeAccount& message) {
  return mixer(Asked::change)
      .add(static_cast<std::uint64_t>(message.change))
      .add(message.account)
      .value();
}
Subject subject_of(const ChangeMetadata& message) {
  SubjectMixer subject = mixer(Asked::metadata);
  subject.add(message.account).add(message.patch.set.size());
  for (const auto& [key, value] : message.patch.set)
    subject.add(std::string_view(key)).add(std::string_view(value));
  for (const std::string& key : message.patch.remove) subject.add(std::string_view(key));
  return subject.value();
}
Subject subject_of(const GetAccount& message) {
  return mixer(Asked::account).add(message.account).value();
}
Subject subject_of(const ListAccounts& message) {
  return mixer(Asked::accounts)
      .add(message.partition)
      .add(message.limit)
      .add(message.after)
      .value();
}
Subject subject_of(const CheckLeg& message) {
  return mixer(Asked::leg)
      .add(static_cast<std::uint64_t>(message.role))
      .add(static_cast<std::uint64_t>(message.amount))
      .add(message.currency.view())
      .add(message.account)
      .value();
}
Subject subject_of(const GetTransfer& message) {
  return mixer(Asked::status)
      .add(message.partition)
      .add(message.transaction_id)
      .add(message.owner)
      .value();
}
Subject subject_of(const GetTrialBalance& message) {
  return mixer(Asked::balance).add(message.partition).value();
}
Subject subject_of(const GetLedgerSums& message) {
  return mixer(Asked::ledger_sums).add(message.partition).value();
}
Subject subject_of(const GetLedgerBalance& message) {
  return mixer(Asked::ledger_balance)
      .add(message.partition)
      .add(to_string(message.account))
      .add(message.currency.view())
      .value();
}
Subject subject_of(const ListPayments& message) {
  const OrderFilter& filter = message.filter;
  return mixer(Asked::payments)
      .add(message.partition)
      .add(message.limit)
      .add(message.behind)
      .add(filter.statuses)
      .add(std::string_view(filter.sub_status))
      .add(filter.seller)
      .add(filter.buyer)
      .add(filter.checkout)
      .add(std::string_view(filter.psp))
      .add(std::string_view(filter.psp_reference))
      .add(static_cast<std::uint64_t>(filter.attention))
      .add(static_cast<std::uint64_t>(filter.from.us))
      .add(static_cast<std::uint64_t>(filter.to.us))
      .value();
}
Subject subject_of(const GetPaymentKey& message) {
  return mixer(Asked::payment_key).add(message.key).value();
}
Subject subject_of_checkout(const PaymentId& checkout, const Sha256& content) {
  return mixer(Asked::checkout_start).add(checkout).add(content).value();
}
Subject subject_of(const StartCheckout& message) {
  return subject_of_checkout(message.checkout, message.content);
}
Subject subject_of(const GetCheckout& message) {
  return mixer(Asked::checkout).add(message.checkout).value();
}
Subject subject_of(const GetPayment& message) {
  return mixer(Asked::payment).add(message.order).value();
}
Subject subject_of(const CancelPayment& message) {
  return mixer(Asked::payment_cancel).add(message.order).value();
}
Subject subject_of(const TakeHint& message) {
  return mixer(Asked::hint).add(message.order).add(std::string_view(message.hint)).value();
}

}  // namespace florin
