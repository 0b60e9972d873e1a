// Lists of types: joined flat, in order, and asked for what is in them.
#include "base/joined_variant.hpp"

#include <gtest/gtest.h>

#include <string>

namespace florin {
namespace {

using Letters = std::variant<char, std::string>;
using Numbers = std::variant<int, long>;

template <class T>
concept Letter = AlternativeOf<T, Letters>;
std::string kind_of(const Letter auto&) { return "letter"; }
std::string kind_of(const AlternativeOf<Numbers> auto&) { return "number"; }

TEST(JoinedVariant, IsWhatOneWouldWriteByHand) {
  static_assert(
      std::same_as<JoinedVariant<Letters, Numbers>, std::variant<char, std::string, int, long>>);
  static_assert(std::same_as<JoinedVariant<Letters, Numbers, std::variant<bool>>,
                             std::variant<char, std::string, int, long, bool>>);
  static_assert(std::same_as<JoinedVariant<Letters>, Letters>);
}

TEST(JoinedVariant, KnowsOfWhichListATypeIs) {
  static_assert(Letter<char> && !Letter<int> && !Letter<bool>);
  static_assert(!Letter<const char>, "an alternative, not what can be made one");
  const JoinedVariant<Letters, Numbers> value = 7;
  EXPECT_EQ(visit([](const auto& v) { return kind_of(v); }, value), "number");
}

}  // namespace
}  // namespace florin
