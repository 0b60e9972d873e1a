// Lists of types, written as variants: one flat variant joined from several, and whether a type is of one of them. All of
// it happens at compile time: a joined variant is what one would get by writing all alternatives into it by hand.
#pragma once

#include <concepts>
#include <variant>

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

// A class made of such a variant, which declares its special members and defines them in a source file: to copy, move and destroy
// one of a hundred alternatives is compiled once, and not in each file that holds one.
//
//   class Event : public AnyEvent {
//    public:
//     using Any = AnyEvent;
//     using Any::Any;
//     Event(const Event&); ...
//   };
//   template <>
//   struct std::variant_size<Event> : std::variant_size<Event::Any> {};
template <class T>
concept MadeOfVariant = std::derived_from<T, typename T::Any>;

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
