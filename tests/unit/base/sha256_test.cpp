// SHA-256 against the examples of FIPS 180-4 and NIST's vectors, and at the edges of its blocks.
#include "base/sha256.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

TEST(Sha256, GivesTheHashesOfTheStandard) {
  EXPECT_EQ(hex_of(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex_of(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Where the length still fits into the last block, and where it does not. By sha256sum, of so many 'x'.
TEST(Sha256, IsRightAtTheEdgesOfItsBlocks) {
  EXPECT_EQ(hex_of(sha256(std::string(55, 'x')), 16), "d5e285683cd4efc0");
  EXPECT_EQ(hex_of(sha256(std::string(56, 'x')), 16), "04c26261370ee754");
  EXPECT_EQ(hex_of(sha256(std::string(63, 'x')), 16), "75220b47218278e6");
  EXPECT_EQ(hex_of(sha256(std::string(64, 'x')), 16), "7ce100971f64e700");
  EXPECT_EQ(hex_of(sha256(std::string(65, 'x')), 16), "9537c5fdf120482f");
  EXPECT_EQ(hex_of(sha256(std::string(119, 'x')), 16), "000b48d4edf0fa7b");
  EXPECT_EQ(hex_of(sha256(std::string(120, 'x')), 16), "13f05a0b594787f5");
  EXPECT_EQ(hex_of(sha256(std::string(128, 'x')), 16), "24da1b81d0b16df6");
}

TEST(Sha256, SignsAsRfc2104Says) {
  EXPECT_EQ(hex_of(hmac_sha256("key", "The quick brown fox ", "jumps over the lazy dog")),
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
}

TEST(Sha256, IsReadFromItsDigitsAlone) {
  Sha256 hash;
  ASSERT_TRUE(parse_hex(hex_of(sha256("abc")), hash));
  EXPECT_TRUE(are_equal(hash, sha256("abc")));
  EXPECT_FALSE(are_equal(hash, sha256("abd")));
  EXPECT_FALSE(parse_hex(std::string(63, 'a'), hash));
  EXPECT_FALSE(parse_hex(std::string(64, 'A'), hash));
}

TEST(Sha256, GivesAsManyDigitsAsAsked) {
  EXPECT_EQ(hex_of(sha256("abc"), 8), "ba7816bf");
  EXPECT_EQ(hex_of(sha256("abc"), 1'000).size(), 64U);
}

}  // namespace
}  // namespace florin
