// Cursors of lists: opaque to clients, base64url (RFC 4648) inside. A cursor is a place in a list, not a
// secret: whoever forges one sees what the list shows anyway; what it points to is checked when it is used.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "domain/payment/payment_id.hpp"

namespace florin {

// The next posting of each partition that still has some.
std::string encode_statement_cursor(const std::vector<Position>& heads);
// nullopt: not one of ours. Positions come ordered by partition, each partition once.
std::optional<std::vector<Position>> decode_statement_cursor(std::string_view cursor);

// Each place of a cursor is one of those, or before it in the same partition: else it never came from this list.
bool are_at_or_behind(const std::vector<Position>& heads, const std::vector<Position>& newest);

// The last account of the page before.
std::string encode_account_cursor(const AccountId& last);
std::optional<AccountId> decode_account_cursor(std::string_view cursor);
// Up to where the page before has looked: no payment order needs to have this id.
std::string encode_payment_cursor(const PaymentId& seen_up_to);
std::optional<PaymentId> decode_payment_cursor(std::string_view cursor);

}  // namespace florin
