// The currency table against what is known of ISO 4217, and against Debian's iso-codes as a second source.
#include "domain/money/currency.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace florin {
namespace {

int decimals_for(std::string_view code) {
  const auto currency = parse_currency(code);
  EXPECT_TRUE(currency.has_value()) << code;
  return currency ? decimals_of(*currency) : -1;
}

TEST(Currency, IsKnownByItsExactCode) {
  const auto usd = parse_currency("USD");
  ASSERT_TRUE(usd.has_value());
  EXPECT_EQ(usd->view(), "USD");
  for (const char* code :
       {"", "U", "US", "usd", "Usd", "USDX", " USD", "USD ", "U$D", "QQQ", "AAA"})
    EXPECT_FALSE(parse_currency(code).has_value()) << code;
  EXPECT_FALSE(parse_currency(std::string_view("\0\0\0", 3)).has_value());
}

TEST(Currency, DefaultsToNone) {
  EXPECT_TRUE(Currency{}.is_none());
  EXPECT_FALSE(parse_currency("EUR")->is_none());
}

TEST(Currency, KnowsThoseWithoutTwoDecimals) {
  const std::map<std::string_view, int> others{
      {"BIF", 0}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"ISK", 0}, {"JPY", 0},
      {"KMF", 0}, {"KRW", 0}, {"PYG", 0}, {"RWF", 0}, {"UGX", 0}, {"UYI", 0},
      {"VND", 0}, {"VUV", 0}, {"BHD", 3}, {"IQD", 3}, {"JOD", 3}, {"KWD", 3},
      {"LYD", 3}, {"OMR", 3}, {"TND", 3}, {"CLF", 4}, {"UYW", 4}};
  for (const CurrencyInfo& info : currency_table()) {
    const auto found = others.find(info.code);
    EXPECT_EQ(info.decimals, found == others.end() ? 2 : found->second) << info.code;
  }
  for (const auto& [code, decimals] : others) EXPECT_EQ(decimals_for(code), decimals) << code;
}

TEST(Currency, TakesDecimalsFromIsoWhereLocaleDataDiffers) {
  for (const char* code : {"HUF", "IDR", "COP", "PKR", "ALL", "AFN", "LBP", "MMK"})
    EXPECT_EQ(decimals_for(code), 2) << code;
}

TEST(Currency, RefusesCodesThatBeginWithX) {
  for (const char* code : {"XAU", "XAG", "XPT", "XDR", "XTS", "XXX", "XBA", "XSU", "XUA"})
    EXPECT_FALSE(parse_currency(code).has_value()) << code;
  EXPECT_TRUE(std::ranges::none_of(
      currency_table(), [](const CurrencyInfo& info) { return info.code.front() == 'X'; }));
}

TEST(Currency, HasTwoDecimalsOnceWithdrawn) {
  EXPECT_EQ(decimals_of(Currency{{'H', 'R', 'K'}}), 2);
}

TEST(Currency, FindsEveryRowOfTheSortedTable) {
  std::set<int> numbers;
  for (const CurrencyInfo& info : currency_table()) {
    ASSERT_TRUE(parse_currency(info.code).has_value()) << info.code;
    numbers.insert(info.numeric);
  }
  EXPECT_TRUE(std::ranges::is_sorted(currency_table(), {}, &CurrencyInfo::code));
  EXPECT_EQ(numbers.size(), currency_table().size());
}

// Code -> number, X.. codes left out as in our table.
std::map<std::string, int> read_iso_codes() {
  std::ifstream file("/usr/share/iso-codes/json/iso_4217.json");
  EXPECT_TRUE(file.is_open()) << "package iso-codes is missing: see tools/packages.txt";
  std::stringstream text;
  text << file.rdbuf();
  const std::string json = text.str();
  // Rows are flat objects with the keys in this order: {"alpha_3": "AED", "name": "...", "numeric": "784"}.
  const auto value_after = [&](std::string_view key, std::size_t from) {
    const std::size_t begin = json.find('"', json.find(':', json.find(key, from))) + 1;
    return json.substr(begin, json.find('"', begin) - begin);
  };
  std::map<std::string, int> result;
  for (std::size_t at = json.find("\"alpha_3\""); at != std::string::npos;
       at = json.find("\"alpha_3\"", at + 1)) {
    const std::string code = value_after("\"alpha_3\"", at);
    if (code.front() != 'X') result[code] = std::stoi(value_after("\"numeric\"", at));
  }
  return result;
}

TEST(Currency, AgreesWithDebiansIsoCodesButForListedDifferences) {
  const std::set<std::string> withdrawn{"HRK", "SLL", "ZWL"};  // theirs only: no longer money
  const std::set<std::string> added{"ZWG"};                    // ours only: newer than their list

  std::map<std::string, int> theirs = read_iso_codes();
  ASSERT_GT(theirs.size(), 150u);
  for (const std::string& code : withdrawn) EXPECT_EQ(theirs.erase(code), 1u) << code;
  std::map<std::string, int> ours;
  for (const CurrencyInfo& info : currency_table()) ours[std::string(info.code)] = info.numeric;
  for (const std::string& code : added) EXPECT_EQ(ours.erase(code), 1u) << code;
  EXPECT_EQ(ours, theirs);
}

}  // namespace
}  // namespace florin
