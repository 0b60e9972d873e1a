// What looks like the number of a card, and above all what does not: ids of orders, accounts and parcels must go through.
#include "base/card_number.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace florin {
namespace {

// Published test numbers of each network.
struct Known {
  const char* network;
  const char* number;
};
constexpr Known known[] = {
    {"Visa", "4111111111111111"},
    {"Visa of 13", "4222222222222"},
    {"Visa of 19", "4000000000000000006"},
    {"Mastercard", "5555555555554444"},
    {"Mastercard 2", "2223003122003222"},
    {"American Express", "378282246310005"},
    {"American Express", "341111111111111"},
    {"Discover", "6011111111111117"},
    {"Discover 65", "6500000000000002"},
    {"Discover 64", "6445644564456445"},
    {"JCB", "3566002020360505"},
    {"Diners Club", "30569309025904"},
    {"Diners Club 36", "36227206271667"},
    {"Diners Club 38", "38520000023237"},
    {"UnionPay", "6200000000000005"},
    {"UnionPay of 19", "6205500000000000004"},
};

TEST(CardNumber, FindsEveryNetwork) {
  for (const Known& card : known)
    EXPECT_EQ(find_card_number(card.number), (CardNumberAt{0, std::string(card.number).size()}))
        << card.network;
}

TEST(CardNumber, NeedsPrefixLengthAndCheckDigitTogether) {
  EXPECT_FALSE(has_card_number("4111111111111112"));      // check digit
  EXPECT_FALSE(has_card_number("411111111111116"));       // Visa has no 15
  EXPECT_FALSE(has_card_number("1111111111111117"));      // nobody's prefix, right check digit
  EXPECT_FALSE(has_card_number("5655555555554443"));      // 56 is not Mastercard's
  EXPECT_FALSE(has_card_number("37828224631000"));        // one digit less
  EXPECT_FALSE(has_card_number("41111111111111110000"));  // 20 digits
}

TEST(CardNumber, LooksPastSingleSpacesAndDashes) {
  EXPECT_TRUE(has_card_number("4111 1111 1111 1111"));
  EXPECT_TRUE(has_card_number("4111-1111-1111-1111"));
  EXPECT_TRUE(has_card_number("3782-822463 10005"));
  EXPECT_FALSE(has_card_number("4111  1111 1111 1111"));
  EXPECT_FALSE(has_card_number("4111--1111-1111-1111"));
  EXPECT_FALSE(has_card_number("4111.1111.1111.1111"));
  EXPECT_FALSE(has_card_number("4111_1111_1111_1111"));
}

TEST(CardNumber, IsBoundedByWhatIsNoDigit) {
  EXPECT_EQ(find_card_number("card 4111111111111111, 12/27"), (CardNumberAt{5, 16}));
  EXPECT_TRUE(has_card_number("x4111111111111111y"));
  EXPECT_TRUE(has_card_number("po-4111111111111111"));
  EXPECT_FALSE(has_card_number("94111111111111111"));
  EXPECT_FALSE(has_card_number("41111111111111119"));
}

TEST(CardNumber, IsFoundBesideOtherGroupsOfDigits) {
  EXPECT_EQ(find_card_number("12/27 4111 1111 1111 1111 123"), (CardNumberAt{6, 19}));
  EXPECT_EQ(find_card_number("2026-11-29 5555555555554444"), (CardNumberAt{11, 16}));
  // Alone it may be grouped in any way; beside others a telephone number is more likely.
  EXPECT_TRUE(has_card_number("30 569309025904"));
  EXPECT_FALSE(has_card_number("+49 30 569309025904"));
}

TEST(CardNumber, DoesNotLookInsideOfUuids) {
  EXPECT_FALSE(has_card_number("41111111-1111-4111-8111-411111111111"));
  EXPECT_FALSE(has_card_number("00000000-0000-4000-8000-378282246310"));
  EXPECT_FALSE(has_card_number("po_00000000-0000-4222-2222-222222222222_x"));
  // One digit more, and it is no UUID.
  EXPECT_TRUE(has_card_number("00000000-0000-4000-8000-4111111111111111"));
}

TEST(CardNumber, LetsInnocentIdsThrough) {
  for (const char* id :
       {"po-1", "order-2026-11-29-000123", "20261129210834", "1764450000000", "1764450000000123",
        "7300000000000000001", "0049301234567", "+49 30 1234567 8901", "978-3-16-148410-0",
        "DE89 3704 0044 0532 0130 00", "cs_test_a1B2c3D4e5F6", "pi_3MtwBwLkdIwHu7ix28a3tqPa",
        "2026-11-29T21:08:34.123456Z", "4f9d2c1b-77aa-4c1e-9f00-1234567890ab",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "192.168.100.200:8443",
        "1Z 999 AA1 01 2345 6784", "12345678901234567890123456789", ""})
    EXPECT_FALSE(has_card_number(id)) << id;
}

// Ids as shops make them: a hit is chance of prefix times a tenth, never a tenth of all (plain Luhn).
TEST(CardNumber, RefusesFewerThanFourInAHundredRandomIdsOfSixteenDigits) {
  std::mt19937_64 random(11);
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string id;
    for (int digit = 0; digit < 16; ++digit) id += static_cast<char>('0' + random() % 10);
    refused += has_card_number(id);
  }
  EXPECT_LT(refused, 20'000 / 25);
  EXPECT_GT(refused, 100);
}

// Time first, as most shops number: no network begins with these digits.
TEST(CardNumber, RefusesNoIdThatBeginsWithADateOrTheTime) {
  std::mt19937_64 random(12);
  for (int i = 0; i < 20'000; ++i) {
    const std::string tail = std::to_string(100'000'000 + random() % 900'000'000);
    EXPECT_FALSE(has_card_number("2026" + tail + "12"));
    EXPECT_FALSE(has_card_number("176445" + tail));
  }
}

TEST(CardNumber, IsCutOutOfTexts) {
  EXPECT_EQ(without_card_numbers("pay 4111 1111 1111 1111 and 378282246310005."),
            "pay [card] and [card].");
  EXPECT_EQ(without_card_numbers("nothing here"), "nothing here");
  EXPECT_EQ(without_card_numbers(""), "");
}

}  // namespace
}  // namespace florin
