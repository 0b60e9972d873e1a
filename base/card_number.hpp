// Digits that look like the number of a payment card: found, so that they are refused where they come in and cut where they
// would be written (PAYMENTS.md, rule 11). Pure; any bytes may be asked about.
//
// A card is digits with the prefix *and* the length of Visa, Mastercard, American Express, Discover, JCB, Diners Club or
// UnionPay, and a right check digit (Luhn). Single spaces or dashes between its digits are ignored; what stands before and
// behind it is no digit. Digits inside of a UUID are none. Luhn alone would refuse a tenth of all innocent ids.
//
// Sources: ISO/IEC 7812-1 (Luhn), the networks' public ranges of issuer numbers.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace florin {

// Where it stands in the text, with the spaces or dashes inside of it.
struct CardNumberAt {
  std::size_t begin = 0;
  std::size_t size = 0;
  bool operator==(const CardNumberAt&) const = default;
};

// The first one; none: there is none. Costs a look at each byte, and a few at each digit.
std::optional<CardNumberAt> find_card_number(std::string_view text);
inline bool has_card_number(std::string_view text) { return find_card_number(text).has_value(); }

// The same text with each of them replaced by "[card]".
std::string without_card_numbers(std::string_view text);

}  // namespace florin
