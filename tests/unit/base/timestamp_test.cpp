// RFC 3339 timestamps: every offset means the same moment, and what is not a moment is refused.
#include <gtest/gtest.h>

#include <string>

#include "base/ids.hpp"

namespace florin {
namespace {

std::int64_t us_of(const std::string& text) {
  const auto parsed = Timestamp::parse_rfc3339(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed ? parsed->us : -1;
}

TEST(Timestamp, ReadsAMomentInUtc) {
  EXPECT_EQ(us_of("2026-11-22T04:05:06Z"), 1'795'320'306'000'000);  // date -d ... +%s
  EXPECT_EQ(us_of("2000-02-29T23:59:59Z"), 951'868'799'000'000);
  EXPECT_EQ(us_of("1970-01-02T00:00:00Z"), 86'400'000'000);
}

TEST(Timestamp, IsWrittenInUtcWithMicroseconds) {
  EXPECT_EQ(Timestamp{us_of("2026-11-22T04:05:06.000007Z")}.to_rfc3339(),
            "2026-11-22T04:05:06.000007Z");
  EXPECT_EQ(Timestamp{us_of("2026-01-01T00:30:00+01:00")}.to_rfc3339(),
            "2025-12-31T23:30:00.000000Z");
  EXPECT_EQ(Timestamp{-1}.to_rfc3339(), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(Timestamp{0}.to_rfc3339(), "1970-01-01T00:00:00.000000Z");
}

TEST(Timestamp, GivesEveryOffsetTheSameMoment) {
  const std::int64_t noon = us_of("2026-06-15T12:00:00Z");
  EXPECT_EQ(us_of("2026-06-15T14:00:00+02:00"), noon);
  EXPECT_EQ(us_of("2026-06-15T06:30:00-05:30"), noon);
  EXPECT_EQ(us_of("2026-06-16T11:59:00+23:59"), noon);
  EXPECT_EQ(us_of("2026-06-14T12:01:00-23:59"), noon);
  EXPECT_EQ(us_of("2026-06-15T12:00:00-00:00"), noon);
  EXPECT_EQ(us_of("2026-06-15t12:00:00z"), noon);
}

TEST(Timestamp, CutsTheFractionToMicroseconds) {
  const std::int64_t whole = us_of("2026-06-15T12:00:00Z");
  EXPECT_EQ(us_of("2026-06-15T12:00:00.5Z"), whole + 500'000);
  EXPECT_EQ(us_of("2026-06-15T12:00:00.000001Z"), whole + 1);
  EXPECT_EQ(us_of("2026-06-15T12:00:00.0000019Z"), whole + 1);
  EXPECT_EQ(us_of("2026-06-15T12:00:00.999999999Z"), whole + 999'999);
}

TEST(Timestamp, KnowsTheLengthOfEveryMonth) {
  const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int month = 1; month <= 12; ++month) {
    const auto text = [&](int day) {
      const std::string two = (month < 10 ? "0" : "") + std::to_string(month);
      return "2026-" + two + "-" + std::to_string(day) + "T00:00:00Z";
    };
    EXPECT_TRUE(Timestamp::parse_rfc3339(text(days[month - 1])).has_value()) << month;
    EXPECT_FALSE(Timestamp::parse_rfc3339(text(days[month - 1] + 1)).has_value()) << month;
  }
}

TEST(Timestamp, KnowsLeapYears) {
  EXPECT_TRUE(Timestamp::parse_rfc3339("2024-02-29T00:00:00Z").has_value());
  EXPECT_TRUE(Timestamp::parse_rfc3339("2000-02-29T00:00:00Z").has_value());
  EXPECT_FALSE(Timestamp::parse_rfc3339("2026-02-29T00:00:00Z").has_value());
  EXPECT_FALSE(Timestamp::parse_rfc3339("2100-02-29T00:00:00Z").has_value());
  EXPECT_FALSE(Timestamp::parse_rfc3339("2200-02-29T00:00:00Z").has_value());
}

TEST(Timestamp, JudgesTheRangeInUtc) {
  EXPECT_EQ(Timestamp{us_of("2200-12-31T23:59:59.999999Z")}.to_rfc3339(),
            "2200-12-31T23:59:59.999999Z");
  EXPECT_EQ(us_of("1969-12-31T23:00:01-01:00"), 1'000'000);
  EXPECT_FALSE(Timestamp::parse_rfc3339("1969-12-31T23:59:59Z").has_value());
  EXPECT_FALSE(Timestamp::parse_rfc3339("1970-01-01T00:00:00+00:01").has_value());
  EXPECT_FALSE(Timestamp::parse_rfc3339("9999-12-31T23:59:59-00:01").has_value());
  EXPECT_FALSE(Timestamp::parse_rfc3339("10000-01-01T00:00:00Z").has_value());
  EXPECT_FALSE(Timestamp::parse_rfc3339("10000-01-01T00:00:00+00:01").has_value());
}

TEST(Timestamp, ReachesToTheEndOfTheYear9999) {
  EXPECT_EQ(us_of("2201-01-01T00:00:00Z"), 7'289'654'400'000'000);
  EXPECT_EQ(us_of("9999-12-31T23:59:59Z"), 253'402'300'799'000'000);  // date -d ... +%s
  EXPECT_EQ(us_of("9999-12-31T23:59:59+23:59"), 253'402'214'459'000'000);
  EXPECT_EQ(Timestamp{us_of("9999-12-31T23:59:59.999999Z")}.to_rfc3339(),
            "9999-12-31T23:59:59.999999Z");
}

TEST(Timestamp, CountsALeapSecondAsTheLastMomentOfItsDay) {
  const std::int64_t last = us_of("2016-12-31T23:59:59.999999Z");
  EXPECT_EQ(us_of("2016-12-31T23:59:60Z"), last);
  EXPECT_EQ(us_of("2016-12-31T23:59:60.9Z"), last);
  EXPECT_EQ(us_of("2017-01-01T01:29:60+01:30"), last);
  EXPECT_EQ(us_of("1990-12-31T15:59:60-08:00"),
            us_of("1990-12-31T23:59:59.999999Z"));  // RFC 3339, 5.8
  EXPECT_EQ(us_of("2015-06-30T23:59:60Z"), us_of("2015-06-30T23:59:59.999999Z"));
  EXPECT_EQ(us_of("9999-12-31T23:59:60Z"), us_of("9999-12-31T23:59:59.999999Z"));
}

TEST(Timestamp, RefusesALeapSecondWhereNoneCanBe) {
  for (const char* text : {"2016-12-30T23:59:60Z", "2016-12-31T23:58:60Z", "2016-12-31T12:59:60Z",
                           "2016-12-31T23:59:60+01:00", "2017-01-01T00:00:60Z",
                           "2016-12-31T23:59:61Z", "1969-12-31T23:59:60-00:01"})
    EXPECT_FALSE(Timestamp::parse_rfc3339(text).has_value()) << text;
}

TEST(Timestamp, NeverReadsAMomentAsNone) {
  EXPECT_EQ(us_of("1970-01-01T00:00:00Z"), 1);
  EXPECT_EQ(us_of("1970-01-01T00:00:00.0000009Z"), 1);
}

TEST(Timestamp, RefusesWhatIsNotRfc3339) {
  for (const char* text : {"",
                           "2026-11-22",
                           "2026-11-22T04:05:06",
                           "2026-11-22 04:05:06Z",
                           "2026-11-22T04:05Z",
                           "2026-11-22T04:05:06.Z",
                           "2026-11-22T04:05:06,5Z",
                           "2026-11-22T04:05:06.1234567890Z",
                           "2026-11-22T04:05:06Z ",
                           " 2026-11-22T04:05:06Z",
                           "2026-11-22T04:05:06+0100",
                           "2026-11-22T04:05:06+01",
                           "2026-11-22T04:05:06+24:00",
                           "2026-11-22T04:05:06+01:60",
                           "2026-11-22T24:00:00Z",
                           "2026-11-22T04:60:00Z",
                           "2026-00-22T04:05:06Z",
                           "2026-13-22T04:05:06Z",
                           "2026-11-00T04:05:06Z",
                           "2026-11-31T04:05:06Z",
                           "2026-1-22T04:05:06Z",
                           "+2026-11-22T04:05:06Z",
                           "02026-11-22T04:05:06Z",
                           "2026-11-22T04:05:06ZZ",
                           "20261122T040506Z",
                           "1795320306"})
    EXPECT_FALSE(Timestamp::parse_rfc3339(text).has_value()) << text;
}

TEST(Timestamp, CountsUtcDaysDownwardsBeforeTheEpoch) {
  EXPECT_EQ(Timestamp{0}.utc_day(), 0);
  EXPECT_EQ(Timestamp{-1}.utc_day(), -1);
  EXPECT_EQ(Timestamp{us_of("1970-01-02T00:00:00Z")}.utc_day(), 1);
  EXPECT_EQ(Timestamp{us_of("1970-01-02T00:00:00Z") - 1}.utc_day(), 0);
}

}  // namespace
}  // namespace florin
