// Amounts as the tools read and write them. On purpose not domain/money: florin-load checks the server's
// arithmetic, so it must not share code with it. How many decimals a currency has is learnt from the server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace florin::client {

// "-12.34" with 2 decimals -> -1234. Fewer decimals than the currency has are allowed ("12" -> 1200), more are not.
std::optional<std::int64_t> read_decimal(std::string_view text, int decimals) noexcept;
// 1234 with 2 decimals -> "12.34".
void append_decimal(std::string& out, std::int64_t minor, int decimals);
std::string decimal_text(std::int64_t minor, int decimals);
// Digits behind the point: "0.00" -> 2, "500" -> 0.
int decimals_in(std::string_view text) noexcept;
// Any number of digits: "0.00", "-0" are zero; empty or anything else is not.
bool is_zero_decimal(std::string_view text) noexcept;

}  // namespace florin::client
