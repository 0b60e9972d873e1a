// A value that lies elsewhere is still a value.
#include "base/boxed.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <tuple>

namespace florin {
namespace {

struct BoxedPart {
  std::string text;
  int number = 0;
  bool operator==(const BoxedPart&) const = default;
  static constexpr std::array field_names{"text", "number"};
  static auto fields(auto& self) { return std::tie(self.text, self.number); }
};

TEST(Boxed, IsCopiedAndComparedLikeItsValue) {
  const Boxed<BoxedPart> first(BoxedPart{"a", 1});
  Boxed<BoxedPart> second = first;
  EXPECT_EQ(first, second);
  second->number = 2;
  EXPECT_EQ(first->number, 1) << "a copy of its own";
  EXPECT_FALSE(first == second);
  second = first;
  EXPECT_EQ(second, first);
  const Boxed<BoxedPart> third = std::move(second);
  EXPECT_EQ(*third, (BoxedPart{"a", 1}));
  second = BoxedPart{"b", 3};
  EXPECT_EQ(second->text, "b") << "one that was moved from can be given a value again";
  EXPECT_EQ(*Boxed<BoxedPart>(), BoxedPart{});
}

TEST(Boxed, ListsTheFieldsOfItsValue) {
  Boxed<BoxedPart> box;
  std::get<1>(Boxed<BoxedPart>::fields(box)) = 7;
  EXPECT_EQ(box->number, 7);
  EXPECT_EQ(Boxed<BoxedPart>::field_names[0], std::string("text"));
  static_assert(sizeof(box) == sizeof(void*));
}

}  // namespace
}  // namespace florin
