// Properties of money and identifiers: what is written reads back the same, and a bad text never becomes money.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <regex.h>

#include <cstdlib>
#include <limits>
#include <string>

#include "base/ids.hpp"
#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"

namespace florin {
namespace {

// 18 digits is what the API takes; balances of 19 are only ever written.
constexpr Minor readable_max = 999'999'999'999'999'999;

rc::Gen<Minor> any_readable() { return rc::gen::inRange<Minor>(0, readable_max + 1); }
rc::Gen<int> any_decimals() { return rc::gen::inRange(0, 5); }

// Texts near the grammar: digits, points, and now and then something foreign.
rc::Gen<std::string> near_amount() {
  return rc::gen::container<std::string>(rc::gen::weightedElement<char>(
      {{6, '0'}, {6, '1'}, {6, '9'}, {5, '.'}, {1, '-'}, {1, '+'}, {1, 'e'}, {1, ' '}, {1, 'x'}}));
}

// The grammar of `Amount` in api/openapi.yaml, word for word, judged by the C library.
bool is_in_grammar(const std::string& text) {
  regex_t grammar;
  if (regcomp(&grammar, "^(0|[1-9][0-9]*)(\\.[0-9]+)?$", REG_EXTENDED | REG_NOSUB) != 0)
    std::abort();
  const bool matches = regexec(&grammar, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&grammar);
  return matches;
}

RC_GTEST_PROP(AmountProperty, ReadsBackWhatItWrote, ()) {
  const Minor minor = *any_readable();
  const int decimals = *any_decimals();
  const auto parsed = parse_amount(format_amount(minor, decimals), decimals);
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == minor);
}

RC_GTEST_PROP(AmountProperty, WritesNegativesAsTheirMirror, (Minor minor)) {
  RC_PRE(minor > 0);
  const int decimals = *any_decimals();
  RC_ASSERT(format_amount(-minor, decimals) == "-" + format_amount(minor, decimals));
}

RC_GTEST_PROP(AmountProperty, AcceptsExactlyTheGrammar, ()) {
  const std::string text = *near_amount();
  const int decimals = *any_decimals();
  const auto parsed = parse_amount(text, decimals);
  const bool in_grammar = is_in_grammar(text);
  if (!in_grammar) {
    RC_ASSERT(!parsed.has_value());
    RC_ASSERT(parsed.error() == AmountError::malformed);
  } else if (text.size() <= 14) {  // digits and range are no question here
    const auto point = text.find('.');
    const auto places = point == std::string::npos ? 0 : text.size() - point - 1;
    RC_ASSERT(parsed.has_value() == (places <= static_cast<std::size_t>(decimals)));
    if (parsed.has_value()) {
      RC_ASSERT(format_amount(*parsed, decimals).starts_with(text));
    } else {
      RC_ASSERT(parsed.error() == AmountError::too_many_decimals);
    }
  }
}

RC_GTEST_PROP(AmountProperty, NeverAcceptsGarbageAsAnother, (const std::string& text)) {
  const auto parsed = parse_amount(text, 2);
  if (parsed.has_value()) RC_ASSERT(format_amount(*parsed, 2).starts_with(text));
}

RC_GTEST_PROP(AmountProperty, AddsAsWideIntegersDo, (Minor a, Minor b)) {
  const WideMinor sum = static_cast<WideMinor>(a) + b;
  const WideMinor difference = static_cast<WideMinor>(a) - b;
  const auto fits = [](WideMinor value) {
    return value >= std::numeric_limits<Minor>::min() && value <= std::numeric_limits<Minor>::max();
  };
  Minor out = 0;
  RC_ASSERT(add_overflows(a, b, out) == !fits(sum));
  if (fits(sum)) RC_ASSERT(out == static_cast<Minor>(sum));
  RC_ASSERT(sub_overflows(a, b, out) == !fits(difference));
  if (fits(difference)) RC_ASSERT(out == static_cast<Minor>(difference));
}

RC_GTEST_PROP(CurrencyProperty, KnowsExactlyTheCodesOfItsTable, ()) {
  const auto code = *rc::gen::container<std::string>(3, rc::gen::inRange<char>('A', 'Z' + 1));
  bool in_table = false;
  for (const CurrencyInfo& info : currency_table()) in_table = in_table || info.code == code;
  RC_ASSERT(parse_currency(code).has_value() == in_table);
}

RC_GTEST_PROP(UuidProperty, ReadsBackWhatItWroteInEitherCase, ()) {
  Uuid uuid;
  for (auto& byte : uuid.bytes) byte = *rc::gen::arbitrary<std::uint8_t>();
  std::string text = uuid.to_string();
  RC_ASSERT(Uuid::parse(text) == uuid);
  for (char& c : text) {
    if (c >= 'a' && c <= 'f' && *rc::gen::arbitrary<bool>()) c = static_cast<char>(c - 'a' + 'A');
  }
  RC_ASSERT(Uuid::parse(text) == uuid);
}

RC_GTEST_PROP(UuidProperty, HasOneSpellingBesideCase, (const std::string& text)) {
  const auto uuid = Uuid::parse(text);
  if (uuid.has_value()) RC_ASSERT(Uuid::parse(uuid->to_string()) == uuid);
  std::string changed = Uuid{}.to_string();
  const auto at = *rc::gen::inRange<std::size_t>(0, changed.size());
  const char c = *rc::gen::arbitrary<char>();
  const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  const bool breaks_it = changed[at] == '-' ? c != '-' : !is_hex;
  RC_PRE(breaks_it);
  changed[at] = c;
  RC_ASSERT(!Uuid::parse(changed).has_value());
}

RC_GTEST_PROP(PositionProperty, ReadsBackWhatItWrote,
              (LogIndex index, Ordinal ordinal, PartitionId partition)) {
  const Position position{.index = index, .ordinal = ordinal, .partition = partition};
  RC_ASSERT(Position::parse(position.to_string()) == position);
}

RC_GTEST_PROP(TimestampProperty, ReadsBackWhatItWrote, ()) {
  constexpr std::int64_t us_of_10000 = 253'402'300'800'000'000;
  const Timestamp time{*rc::gen::inRange<std::int64_t>(1, us_of_10000)};
  const std::string text = time.to_rfc3339();
  RC_ASSERT(text.size() == 27u);
  RC_ASSERT(Timestamp::parse_rfc3339(text) == time);
}

RC_GTEST_PROP(TimestampProperty, OrdersAsItsTextDoes, ()) {
  constexpr std::int64_t us_of_10000 = 253'402'300'800'000'000;
  const Timestamp a{*rc::gen::inRange<std::int64_t>(1, us_of_10000)};
  const Timestamp b{*rc::gen::inRange<std::int64_t>(1, us_of_10000)};
  RC_ASSERT((a < b) == (a.to_rfc3339() < b.to_rfc3339()));
}

}  // namespace
}  // namespace florin
