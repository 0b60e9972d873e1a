// Lists of types, written as variants: one flat variant joined from several, and whether a type is of one of them. All of
// it happens at compile time: a joined variant is what one would get by writing all alternatives into it by hand.
#pragma once

#include <concepts>
#include <variant>

#include "base/one_of.hpp"

namespace florin {

template <class... Variants>
struct JoinVariants;
template <class... T>
struct JoinVariants<std::variant<T...>> {
  using Joined = std::variant<T...>;
};
template <class... T, class... U, class... Rest>
struct JoinVariants<std::variant<T...>, std::variant<U...>, Rest...>
    : JoinVariants<std::variant<T..., U...>, Rest...> {};

// The alternatives of the first, then those of the second, and so on.
template <class... Variants>
using JoinedVariant = typename JoinVariants<Variants...>::Joined;

template <class T, class Variant>
inline constexpr bool is_alternative_of = false;
template <class T, class... Alternatives>
inline constexpr bool is_alternative_of<T, std::variant<Alternatives...>> =
    (std::same_as<T, Alternatives> || ...);
template <class T, MadeOfVariant Class>
inline constexpr bool is_alternative_of<T, Class> = is_alternative_of<T, typename Class::Any>;

template <class T, class Variant>
concept AlternativeOf = is_alternative_of<T, Variant>;

}  // namespace florin
