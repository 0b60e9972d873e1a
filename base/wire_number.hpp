// Wire numbers: by which number an alternative of a variant is written, in a log or to another node.
//
// A type that is written says so where it is declared:
//
//   struct NodeAdded {
//     static constexpr WireNumber wire{23};            // since the first version
//   struct FormatLevelRaised {
//     static constexpr WireNumber wire{45, 1};         // since format level 1
//
// A template over such types (Commanded<NodeAdded>) takes its number from its argument: it has a member
// `static constexpr WireNumber wire` as well. Where alternatives are put in the variant means nothing.
//
// A number that was released is never given to anything else; golden files pin each (tests/golden).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <variant>

#include "base/format_level.hpp"
#include "base/joined_variant.hpp"

namespace florin {

struct WireNumber {
  std::uint8_t number = 0;  // 1..127: one byte in msgpack
  FormatLevel level = 0;    // since which it exists; 0 = the first version
};

namespace wire {

template <class T>
struct NumberOf {
  static constexpr WireNumber value = T::wire;
};
template <class T>
struct NumberOf<std::unique_ptr<T>> : NumberOf<T> {};

inline constexpr std::size_t no_place = 255;

// What there is to know of a variant whose alternatives have wire numbers.
template <class Variant>
struct Numbers;
template <class... T>
struct Numbers<std::variant<T...>> {
  static constexpr std::size_t count = sizeof...(T);
  static constexpr std::array<WireNumber, count> by_place{NumberOf<T>::value...};
  static constexpr std::uint8_t highest = std::max({NumberOf<T>::value.number...});

  static constexpr bool are_valid() {
    for (std::size_t i = 0; i < count; ++i) {
      if (by_place[i].number == 0 || by_place[i].number > 127) return false;
      if (by_place[i].level > format_level_own) return false;
      for (std::size_t j = 0; j < i; ++j)
        if (by_place[i].number == by_place[j].number) return false;
    }
    return count < no_place;
  }
  static_assert(
      are_valid(),
      "each alternative has a number of 1..127 that no other one has, and a level that this "
      "program reads (format_level_own)");

  // by number; no_place: nothing has this number
  static constexpr auto make_places() {
    std::array<std::uint8_t, std::size_t{highest} + 1> places{};
    for (auto& place : places) place = no_place;
    for (std::size_t i = 0; i < count; ++i)
      places[by_place[i].number] = static_cast<std::uint8_t>(i);
    return places;
  }
  static constexpr auto places = make_places();
};
template <MadeOfVariant Class>
struct Numbers<Class> : Numbers<typename Class::Any> {};

template <class T>
inline constexpr std::uint8_t number_of = NumberOf<T>::value.number;

// Of the alternative that the value holds.
template <class Variant>
constexpr std::uint8_t number_of_value(const Variant& value) {
  return Numbers<Variant>::by_place[value.index()].number;
}
template <class Variant>
constexpr FormatLevel level_of_value(const Variant& value) {
  return Numbers<Variant>::by_place[value.index()].level;
}

// Where the alternative with this number is in the variant, for a reader of this level: no_place when it knows none. An
// alternative above the level is unknown, exactly as to a program that was built before it existed.
template <class Variant>
constexpr std::size_t place_of(std::uint64_t number, FormatLevel reads = format_level_own) {
  using Of = Numbers<Variant>;
  if (number >= Of::places.size()) return no_place;
  const std::size_t place = Of::places[static_cast<std::size_t>(number)];
  return place != no_place && Of::by_place[place].level > reads ? no_place : place;
}

}  // namespace wire
}  // namespace florin
