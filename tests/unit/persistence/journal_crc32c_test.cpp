// The checksum of the log: published check values, and instruction against table.
#include "persistence/journal/crc32c.hpp"

#include <gtest/gtest.h>

#include <string>

namespace florin {
namespace {

TEST(Crc32c, MatchesThePublishedCheckValue) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c_portable("123456789"), 0xE3069283U);
}

TEST(Crc32c, MatchesTheVectorsOfRfc3720) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
}

TEST(Crc32c, InstructionAndTableAgreeAtEveryLength) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(crc32c(bytes), crc32c_portable(bytes)) << bytes.size();
    bytes.push_back(static_cast<char>(i * 37 + 11));
  }
}

TEST(Crc32c, ContinuesFromTheChecksumOfThePartBefore) {
  EXPECT_EQ(crc32c("56789", crc32c("1234")), crc32c("123456789"));
  EXPECT_EQ(crc32c_portable("56789", crc32c_portable("1234")), 0xE3069283U);
}

}  // namespace
}  // namespace florin
