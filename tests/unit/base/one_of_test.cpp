// One value of many types: what std::variant promises of it, also when an alternative cannot be copied, or cannot be made.
#include "base/one_of.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/overloaded.hpp"

namespace florin {
namespace {

// Counts those that there are.
struct Counted {
  static inline int alive = 0;
  Counted() { ++alive; }
  explicit Counted(int number) : n(number) {
    if (number < 0) throw std::invalid_argument("a number");
    ++alive;
  }
  Counted(const Counted& other) : n(other.n) { ++alive; }
  Counted(Counted&& other) noexcept : n(std::exchange(other.n, 0)) { ++alive; }
  Counted& operator=(const Counted&) = delete;  // it is made and destroyed, never assigned
  ~Counted() { --alive; }
  bool operator==(const Counted&) const = default;
  int n = 0;
};
using CountedOrText = std::variant<Counted, std::string, std::vector<int>>;
class OneValue : public OneOf<CountedOrText> {
 public:
  using OneOf::OneOf;
};
using OnceList = std::variant<std::unique_ptr<int>, int>;
class OnceValue : public OneOf<OnceList> {
 public:
  using OneOf::OneOf;
  OnceValue(OnceValue&&) = default;
  OnceValue& operator=(OnceValue&&) = default;
};

}  // namespace

template <>
const AlternativeOps& OneOf<CountedOrText>::ops_of(std::size_t place) {
  return ops_of_each(place);
}
template <>
const AlternativeOps& OneOf<OnceList>::ops_of(std::size_t place) {
  return ops_of_each(place);
}

namespace {

std::string name_of(const OneValue& value) {
  return visit(Overloaded{[](const Counted& c) { return "counted " + std::to_string(c.n); },
                          [](const std::string& s) { return s; },
                          [](const std::vector<int>& v) { return std::to_string(v.size()); }},
               value);
}

class OneOfTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(Counted::alive, 0) << "each that was made is destroyed"; }
};

TEST_F(OneOfTest, IsTheFirstOfThemAtFirst) {
  const OneValue value;
  EXPECT_EQ(value.index(), 0U);
  EXPECT_EQ(Counted::alive, 1);
}

TEST_F(OneOfTest, HoldsWhatItIsMadeOf) {
  EXPECT_EQ(name_of(std::string("text")), "text");
  EXPECT_EQ(name_of(Counted(3)), "counted 3");
  EXPECT_EQ(name_of(OneValue(std::in_place_index<2>, std::size_t{4}, 1)), "4");
  EXPECT_EQ(name_of(OneValue(std::in_place_type<std::string>, 2, 'x')), "xx");
}

TEST_F(OneOfTest, IsAskedWhatItHolds) {
  OneValue value = std::string("text");
  EXPECT_EQ(get_if<Counted>(&value), nullptr);
  EXPECT_EQ(get_if<Counted>(static_cast<OneValue*>(nullptr)), nullptr);
  ASSERT_NE(get_if<std::string>(&value), nullptr);
  *get_if<std::string>(&value) += "s";
  EXPECT_TRUE(holds_alternative<std::string>(value));
  EXPECT_FALSE(holds_alternative<Counted>(value));
  EXPECT_EQ(get<std::string>(std::as_const(value)), "texts");
  EXPECT_DEATH((void)get<Counted>(value), "holds the alternative");
}

TEST_F(OneOfTest, IsCopiedAndMovedAsWhatItHolds) {
  OneValue one = Counted(5);
  OneValue copy = one;
  EXPECT_EQ(Counted::alive, 2);
  EXPECT_EQ(copy, one);
  const OneValue moved = std::move(one);
  EXPECT_EQ(name_of(moved), "counted 5");
  EXPECT_EQ(name_of(one), "counted 0")
      << "it holds what was moved from";  // NOLINT(bugprone-use-after-move)
  copy = OneValue(std::string("text"));
  EXPECT_EQ(name_of(copy), "text");
  copy = moved;
  EXPECT_EQ(copy, moved);
  const OneValue& itself = copy;
  copy = itself;
  EXPECT_EQ(copy, moved);
  std::vector<OneValue> many(3, copy);
  many.reserve(100);
  EXPECT_EQ(many.back(), moved);
}

TEST_F(OneOfTest, WhatCannotBeMadeLeavesWhatWasThere) {
  OneValue value = std::string("text");
  EXPECT_THROW(value.emplace<Counted>(-1), std::invalid_argument);
  EXPECT_EQ(name_of(value), "text");
  EXPECT_EQ(value.emplace<Counted>(7).n, 7);
  EXPECT_EQ(value.emplace<1>("again"), "again");
}

TEST_F(OneOfTest, IsVisitedAsItIsPassed) {
  OneValue value = std::string("text");
  visit(Overloaded{[](std::string& text) { text += "s"; }, [](auto&) {}}, value);
  EXPECT_EQ(name_of(value), "texts");
  std::string taken;
  visit(Overloaded{[&](std::string&& text) { taken = std::move(text); }, [](auto&&) {}},
        std::move(value));
  EXPECT_EQ(taken, "texts");
}

TEST_F(OneOfTest, EqualAreThoseOfOneAlternativeThatAreEqual) {
  EXPECT_EQ(OneValue(Counted(1)), OneValue(Counted(1)));
  EXPECT_NE(OneValue(Counted(1)), OneValue(Counted(2)));
  EXPECT_NE(OneValue(Counted(0)), OneValue(std::string()));
}

TEST_F(OneOfTest, MayHoldWhatIsMovedOnly) {
  static_assert(!std::is_copy_constructible_v<OnceValue>);
  OnceValue value = std::make_unique<int>(7);
  OnceValue moved = std::move(value);
  EXPECT_EQ(**get_if<std::unique_ptr<int>>(&moved), 7);
  moved = OnceValue(3);
  EXPECT_EQ(get<int>(moved), 3);
}

}  // namespace
}  // namespace florin
