// Events and states of payment orders and checkouts list their fields themselves
// (domain/own_event.hpp): every field comes back as it was written, and no two events have one
// number.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "persistence/codec/field_reader.hpp"
#include "persistence/codec/field_writer.hpp"

namespace florin {
namespace {

// Gives every field of a value something that is not its default, each time another one.
class FieldFiller {
 public:
  template <class T>
  void fill(T& value) {
    if constexpr (codec::Described<T>) {
      codec::with_fields(value, [&](const auto&... field) { (fill(field.value), ...); });
    } else {
      scalar(value);
    }
  }

 private:
  void scalar(bool& value) { value = true; }
  void scalar(std::string& value) { value = "text-" + std::to_string(++count_); }
  void scalar(AccountId& value) { value = AccountId::from_trusted("a" + std::to_string(++count_)); }
  void scalar(Currency& value) { value = {{'E', 'U', 'R'}}; }
  void scalar(Timestamp& value) { value.us = 1'790'000'000'000'000 + ++count_; }
  void scalar(Sha256& value) { value.fill(static_cast<std::uint8_t>(++count_)); }
  void scalar(std::optional<Rejection>& value) { value = Rejection::account_frozen; }
  template <class E>
  requires std::is_enum_v<E>
  void scalar(E& value) { value = static_cast<E>(codec::EnumRange<E>::last); }
  template <std::integral T>
  void scalar(T& value) {
    value = static_cast<T>(++count_);
  }
  template <class T>
  void scalar(std::vector<T>& list) {
    list.resize(2);
    for (T& item : list) fill(item);
  }

  int count_ = 0;
};

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
  T written{};
  FieldFiller().fill(written);
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
template <class... E>
bool all_are_of_level_2(std::type_identity<std::variant<E...>>) {
  return ((E::wire.level == 2) && ...);
}

TEST(PaymentFields, EveryEventComesBackAsItWas) {
  all_come_back(std::type_identity<AnyOrderEvent>());
  all_come_back(std::type_identity<AnyCheckoutEvent>());
}

TEST(PaymentFields, EveryStateComesBackAsItWas) {
  comes_back<OrderState>();
  comes_back<CheckoutState>();
}

TEST(PaymentFields, EventsHaveNumbersOfTheirOwnAndLevel2) {
  std::set<int> all;
  for (const int number : numbers_of(std::type_identity<AnyOrderEvent>())) {
    EXPECT_TRUE(number >= 60 && number <= 78) << number;
    EXPECT_TRUE(all.insert(number).second) << number;
  }
  for (const int number : numbers_of(std::type_identity<AnyCheckoutEvent>())) {
    EXPECT_TRUE(number >= 80 && number <= 89) << number;
    EXPECT_TRUE(all.insert(number).second) << number;
  }
  EXPECT_TRUE(all_are_of_level_2(std::type_identity<AnyOrderEvent>()));
  EXPECT_TRUE(all_are_of_level_2(std::type_identity<AnyCheckoutEvent>()));
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
