// Identifiers accept their grammar and nothing else, and have one canonical text each.
#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace florin {
namespace {

constexpr std::string_view uuid_text = "0193a1b2-c3d4-7e5f-8a6b-0123456789ab";

TEST(Uuid, KeepsItsBytesInTheOrderOfTheText) {
  const auto uuid = Uuid::parse(uuid_text);
  ASSERT_TRUE(uuid.has_value());
  EXPECT_EQ(uuid->bytes[0], 0x01);
  EXPECT_EQ(uuid->bytes[1], 0x93);
  EXPECT_EQ(uuid->bytes[6], 0x7e);
  EXPECT_EQ(uuid->bytes[15], 0xab);
  EXPECT_EQ(uuid->to_string(), uuid_text);
}

TEST(Uuid, IsTheSameInUpperAndLowerCase) {
  const auto upper = Uuid::parse("0193A1B2-C3D4-7E5F-8A6B-0123456789AB");
  ASSERT_TRUE(upper.has_value());
  EXPECT_EQ(*upper, Uuid::parse(uuid_text));
  EXPECT_EQ(upper->to_string(), uuid_text);
}

TEST(Uuid, AcceptsAnyVersionAndTheNilUuid) {
  EXPECT_TRUE(Uuid::parse("00000000-0000-0000-0000-000000000000").has_value());
  EXPECT_TRUE(Uuid::parse("ffffffff-ffff-ffff-ffff-ffffffffffff").has_value());
}

TEST(Uuid, RefusesEverySpellingButTheOneOf36Characters) {
  const std::vector<std::string> bad{"",
                                     "0193a1b2c3d47e5f8a6b0123456789ab",
                                     "{0193a1b2-c3d4-7e5f-8a6b-0123456789ab}",
                                     "urn:uuid:0193a1b2-c3d4-7e5f-8a6b-0123456789ab",
                                     " 193a1b2-c3d4-7e5f-8a6b-0123456789ab",
                                     "0193a1b2-c3d4-7e5f-8a6b-0123456789a",
                                     "0193a1b2-c3d4-7e5f-8a6b-0123456789abc",
                                     "0193a1b2-c3d4-7e5f-8a6b-0123456789ag",
                                     "0193a1b2-c3d4-7e5f-8a6b-0123456789a-",
                                     "0193a1b2-c3d4-7e5f-8a6b00123456789ab",
                                     "0193a1b-2c3d4-7e5f-8a6b-0123456789ab",
                                     "0193a1b2_c3d4_7e5f_8a6b_0123456789ab"};
  for (const std::string& text : bad) EXPECT_FALSE(Uuid::parse(text).has_value()) << text;
  std::string with_zero_byte(uuid_text);
  with_zero_byte.back() = '\0';
  EXPECT_FALSE(Uuid::parse(with_zero_byte).has_value());
}

TEST(AccountId, AcceptsTheWholeAlphabet) {
  for (const char* text : {"a", "A.b_c:d-9", "0", "..", "@outside:USD", "@a"}) {
    const auto id = AccountId::parse(text);
    ASSERT_TRUE(id.has_value()) << text;
    EXPECT_EQ(id->view(), text);
    EXPECT_EQ(id->is_system(), text[0] == '@') << text;
    EXPECT_EQ(*id, AccountId::from_trusted(text));
  }
}

TEST(AccountId, RefusesCharactersOutsideTheAlphabet) {
  for (int c = 0; c < 256; ++c) {
    const char character = static_cast<char>(c);
    const bool good = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_' || c == ':' || c == '-';
    EXPECT_EQ(AccountId::parse(std::string{'a', character}).has_value(), good) << c;
    EXPECT_EQ(AccountId::parse(std::string{'@', character}).has_value(), good) << c;
  }
}

TEST(AccountId, Holds64CharactersAndOneMoreForTheSign) {
  const std::string longest(64, 'x');
  EXPECT_TRUE(AccountId::parse(longest).has_value());
  EXPECT_FALSE(AccountId::parse(longest + "x").has_value());
  EXPECT_TRUE(AccountId::parse("@" + longest).has_value());
  EXPECT_FALSE(AccountId::parse("@" + longest + "x").has_value());
}

TEST(AccountId, RefusesTheEmptyNameWithAndWithoutSign) {
  EXPECT_FALSE(AccountId::parse("").has_value());
  EXPECT_FALSE(AccountId::parse("@").has_value());
  EXPECT_FALSE(AccountId::parse("@@a").has_value());
}

TEST(AccountId, IsCaseSensitiveAndOrdersAsText) {
  EXPECT_NE(*AccountId::parse("Alice"), *AccountId::parse("alice"));
  EXPECT_LT(*AccountId::parse("a"), *AccountId::parse("aa"));
  EXPECT_LT(*AccountId::parse("aa"), *AccountId::parse("b"));
  EXPECT_LT(AccountId{}, *AccountId::parse("a"));
}

// Short ids lie inline, long ones do not: both are plain values.
TEST(AccountId, CopiesAndMovesAreEqualAtEveryLength) {
  for (std::size_t size = 1; size <= AccountId::size_max; ++size) {
    const std::string text = "@" + std::string(size - 1, 'x');
    const AccountId original = AccountId::from_trusted(text);
    AccountId copy = original;
    AccountId moved = std::move(copy);
    AccountId assigned = AccountId::from_trusted(std::string(65, 'y'));
    assigned = moved;
    moved = AccountId::from_trusted("z");
    EXPECT_EQ(assigned, original);
    EXPECT_EQ(assigned.view(), text);
    EXPECT_TRUE(assigned.is_system());
    EXPECT_NE(assigned, moved);
    const AccountId& alias = assigned;
    assigned = alias;
    EXPECT_EQ(assigned.view(), text);
    EXPECT_NE(assigned, AccountId::from_trusted(text.substr(0, size - 1)));
  }
}

TEST(AccountIdDeathTest, TrustedTextMustStillFit) {
  EXPECT_DEATH(AccountId::from_trusted(std::string(66, 'x')), "assertion failed");
}

TEST(Position, IsWrittenAsPartitionIndexOrdinal) {
  const Position position{.index = 42, .ordinal = 7, .partition = 3};
  EXPECT_EQ(position.to_string(), "p3:42:7");
  EXPECT_EQ(Position::parse("p3:42:7"), position);
}

TEST(Position, KeepsTheWholeRange) {
  const std::string text = "p65535:18446744073709551615:4294967295";
  const auto position = Position::parse(text);
  ASSERT_TRUE(position.has_value());
  EXPECT_EQ(position->to_string(), text);
}

TEST(Position, RefusesWhatIsNotExactlyOne) {
  for (const char* text : {"",
                           "p",
                           "3:42:7",
                           "P3:42:7",
                           "p3:42",
                           "p3:42:",
                           "p3::7",
                           "p:42:7",
                           "p3:42:7 ",
                           " p3:42:7",
                           "p3:42:7:1",
                           "p03:42:7",
                           "p3:042:7",
                           "p3:42:00",
                           "p+3:42:7",
                           "p-3:42:7",
                           "p3:-42:7",
                           "p65536:1:1",
                           "p3:18446744073709551616:7",
                           "p3:42:4294967296",
                           "p3:0x2a:7",
                           "p3:4.2:7"})
    EXPECT_FALSE(Position::parse(text).has_value()) << text;
}

TEST(Position, OrdersByPartitionThenIndexThenOrdinal) {
  const auto at = [](const char* text) { return *Position::parse(text); };
  EXPECT_LT(at("p1:99:9"), at("p2:1:0"));
  EXPECT_LT(at("p1:9:9"), at("p1:10:0"));
  EXPECT_LT(at("p1:9:2"), at("p1:9:10"));
  EXPECT_TRUE(at("p1:0:0").is_none());
}

}  // namespace
}  // namespace florin
