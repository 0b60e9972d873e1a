// A value that lies elsewhere, or none, is still a value.
#include "base/maybe_boxed.hpp"

#include <gtest/gtest.h>

#include <string>

namespace florin {
namespace {

TEST(MaybeBoxed, IsOnePointerAndEmptyAtFirst) {
  static_assert(sizeof(MaybeBoxed<std::string>) == sizeof(void*));
  const MaybeBoxed<std::string> none;
  EXPECT_FALSE(none);
  EXPECT_EQ(none.get(), nullptr);
  EXPECT_EQ(none, MaybeBoxed<std::string>());
}

TEST(MaybeBoxed, IsCopiedAndComparedLikeItsValue) {
  const MaybeBoxed<std::string> first(std::string("a"));
  MaybeBoxed<std::string> second = first;
  EXPECT_EQ(first, second);
  *second = "b";
  EXPECT_EQ(*first, "a") << "a copy of its own";
  EXPECT_FALSE(first == second);
  EXPECT_FALSE(first == MaybeBoxed<std::string>());
  EXPECT_FALSE(MaybeBoxed<std::string>() == first);
  second = first;
  EXPECT_EQ(second->size(), 1U);
  second.reset();
  EXPECT_FALSE(second);
  second.emplace() = "c";
  EXPECT_EQ(*second.get(), "c");
  second = MaybeBoxed<std::string>();
  EXPECT_FALSE(second);
}

TEST(MaybeBoxed, WhatWasMovedFromIsEmpty) {
  MaybeBoxed<std::string> first(std::string("a"));
  const MaybeBoxed<std::string> second = std::move(first);
  EXPECT_EQ(*second, "a");
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): that is the promise
}

}  // namespace
}  // namespace florin
