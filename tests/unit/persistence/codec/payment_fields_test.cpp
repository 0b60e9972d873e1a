// Events and states of payment orders and checkouts list their fields themselves
// (domain/own_event.hpp): every field comes back as it was written, and no two events have one
// number.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "persistence/codec/field_reader.hpp"
#include "persistence/codec/field_writer.hpp"
#include "tests/support/field_filler.hpp"

namespace florin {
namespace {

template <class T>
std::string bytes_of(const T& value) {
  std::string bytes;
  codec::ByteSink sink(bytes, 0);
  codec::FieldWriter(sink).fields(value);
  bytes.resize(sink.used());
  return bytes;
}

template <class T>
void comes_back() {
  const T written = filled<T>();
  const std::string bytes = bytes_of(written);
  codec::TokenList tokens;
  ASSERT_EQ(codec::tokenize(bytes, tokens), nullptr);
  codec::FieldReader in(tokens.all());
  T read{};
  in.fields("value", read);
  EXPECT_EQ(in.finish(), "");
  EXPECT_EQ(read, written);
  EXPECT_NE(bytes, bytes_of(T{}));
}

template <class... E>
void all_come_back(std::type_identity<std::variant<E...>>) {
  (comes_back<E>(), ...);
}
template <class... E>
std::multiset<int> numbers_of(std::type_identity<std::variant<E...>>) {
  return {static_cast<int>(E::wire.number)...};
}
// Level 2; keys, and the event of checkouts that came with them, 3.
template <class... E>
bool all_are_of_their_level(std::type_identity<std::variant<E...>>) {
  return ((E::wire.level == (E::wire.number >= 89 ? 3 : 2)) && ...);
}

TEST(PaymentFields, EveryEventComesBackAsItWas) {
  all_come_back(std::type_identity<AnyOrderEvent>());
  all_come_back(std::type_identity<AnyCheckoutEvent>());
  all_come_back(std::type_identity<AnyPaymentKeyEvent>());
}

TEST(PaymentFields, EveryStateComesBackAsItWas) {
  comes_back<OrderState>();
  comes_back<CheckoutState>();
  comes_back<PaymentKeyState>();
}

TEST(PaymentFields, EventsHaveNumbersOfTheirOwnAndALevel) {
  std::set<int> all;
  for (const int number : numbers_of(std::type_identity<AnyOrderEvent>())) {
    EXPECT_TRUE(number >= 60 && number <= 78) << number;
    EXPECT_TRUE(all.insert(number).second) << number;
  }
  for (const int number : numbers_of(std::type_identity<AnyCheckoutEvent>())) {
    EXPECT_TRUE(number >= 80 && number <= 89) << number;
    EXPECT_TRUE(all.insert(number).second) << number;
  }
  for (const int number : numbers_of(std::type_identity<AnyPaymentKeyEvent>())) {
    EXPECT_TRUE(number >= 92 && number <= 95) << number;
    EXPECT_TRUE(all.insert(number).second) << number;
  }
  EXPECT_TRUE(all_are_of_their_level(std::type_identity<AnyPaymentKeyEvent>()));
  EXPECT_TRUE(all_are_of_their_level(std::type_identity<AnyOrderEvent>()));
  EXPECT_TRUE(all_are_of_their_level(std::type_identity<AnyCheckoutEvent>()));
}

TEST(PaymentFields, AnIdThatIsNoTextIsRefused) {
  codec::TokenList tokens;
  ASSERT_EQ(codec::tokenize("\x91\x05", tokens), nullptr);
  codec::FieldReader in(tokens.all());
  PaymentId id;
  in.fields("order", id);
  EXPECT_NE(in.finish(), "");
}

}  // namespace
}  // namespace florin
