// OneOf: a value of one of many types, as std::variant is of a few: with a hundred alternatives the compiler builds std::variant from a
// hundred nested unions, once more for each that is made, and every file that copies or visits one pays seconds for it. Here each
// alternative costs one function for each thing that is done with it.
//
//   class Event : public OneOf<AnyEvent> {     // AnyEvent: a std::variant, which is the list of alternatives and nothing else
//    public:
//     using OneOf::OneOf;
//   };
//   template <>
//   const AlternativeOps& OneOf<AnyEvent>::ops_of(std::size_t place);  // in the header
//   template <>
//   const AlternativeOps& OneOf<AnyEvent>::ops_of(std::size_t place) { return ops_of_each(place); }  // in one source file
//
// It is used with the words of std::variant: index(), emplace, visit, get, get_if, holds_alternative, said without `std::`, so that both are
// found. It is never empty. What is moved from holds its alternative, moved from. To move an alternative must not throw.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/assert.hpp"

namespace florin {

// What is done with an alternative of which only the place is known.
struct AlternativeOps {
  void (*copy)(void* to, const void* from) = nullptr;  // null: it cannot be copied
  void (*move)(void* to, void* from) noexcept = nullptr;
  void (*destroy)(void* at) noexcept = nullptr;
};

template <class T>
consteval AlternativeOps alternative_ops() {
  AlternativeOps ops;
  if constexpr (std::copy_constructible<T>)
    ops.copy = [](void* to, const void* from) { ::new (to) T(*static_cast<const T*>(from)); };
  ops.move = [](void* to, void* from) noexcept { ::new (to) T(std::move(*static_cast<T*>(from))); };
  ops.destroy = [](void* at) noexcept { std::destroy_at(static_cast<T*>(at)); };
  return ops;
}

template <class List>
class OneOf;

template <class... T>
class OneOf<std::variant<T...>> {
 public:
  using Any = std::variant<T...>;
  template <std::size_t Place>
  using Alternative = std::variant_alternative_t<Place, Any>;
  template <class X>
  static constexpr bool has = (std::same_as<X, T> || ...);
  // Of an alternative; as many as there are: it is none.
  template <class X>
  static constexpr std::size_t place_of() {
    std::size_t place = 0;
    bool found = false;
    ((found = found || std::same_as<X, T>, place += found ? 0 : 1), ...);
    return place;
  }

  OneOf() : OneOf(std::in_place_index<0>) {}
  template <class X>
  requires has<std::remove_cvref_t<X>> OneOf(
      X&& value)  // NOLINT(google-explicit-constructor): as std::variant
      : OneOf(std::in_place_type<std::remove_cvref_t<X>>, std::forward<X>(value)) {}
  template <class X, class... Args>
  requires has<X>
  explicit OneOf(std::in_place_type_t<X>, Args&&... args) : place_(place_of<X>()) {
    ::new (at()) X(std::forward<Args>(args)...);
  }
  template <std::size_t Place, class... Args>
  explicit OneOf(std::in_place_index_t<Place>, Args&&... args)
      : OneOf(std::in_place_type<Alternative<Place>>, std::forward<Args>(args)...) {}
  OneOf(const OneOf& other) : place_(other.place_) { ops().copy(at(), other.at()); }
  OneOf(OneOf&& other) noexcept : place_(other.place_) { ops().move(at(), other.at()); }
  OneOf& operator=(const OneOf& other) {
    if (this != &other) *this = OneOf(other);
    return *this;
  }
  OneOf& operator=(OneOf&& other) noexcept {
    if (this == &other) return *this;
    ops().destroy(at());
    place_ = other.place_;
    ops().move(at(), other.at());
    return *this;
  }
  ~OneOf() { ops().destroy(at()); }

  [[nodiscard]] std::size_t index() const noexcept { return place_; }

  // When making it throws, what was there stays.
  template <class X, class... Args>
  requires has<X> X& emplace(Args&&... args) {
    if constexpr (std::is_nothrow_constructible_v<X, Args...>) {
      ops().destroy(at());
      place_ = place_of<X>();
      return *::new (at()) X(std::forward<Args>(args)...);
    } else {
      X made(std::forward<Args>(args)...);
      ops().destroy(at());
      place_ = place_of<X>();
      return *::new (at()) X(std::move(made));
    }
  }
  template <std::size_t Place, class... Args>
  auto& emplace(Args&&... args) {
    return emplace<Alternative<Place>>(std::forward<Args>(args)...);
  }

  // Of the alternative that it holds; null: it holds another one.
  template <class X>
  requires has<X>
  [[nodiscard]] X* if_is() noexcept { return place_ == place_of<X>() ? &as<X>() : nullptr; }
  template <class X>
  requires has<X>
  [[nodiscard]] const X* if_is() const noexcept {
    return place_ == place_of<X>() ? &as<X>() : nullptr;
  }

  // One function for each alternative, in a table: `Value` is this class, const or not, or a value that may be moved from.
  template <class Value, class F>
  static decltype(auto) visit_as(F& f, Value&& value) {
    using Result = decltype(f(std::forward<Value>(value).template as<Alternative<0>>()));
    using Call = Result (*)(F&, std::remove_reference_t<Value>&);
    static constexpr std::array<Call, sizeof...(T)> calls{&call_with<T, Result, Value, F>...};
    return calls[value.index()](f, value);
  }

  // Only where equal alternatives can be told.
  friend bool operator==(const OneOf& a,
                         const OneOf& b) requires(std::equality_comparable<T>&&...) {
    if (a.place_ != b.place_) return false;
    const auto is_same = [&]<class X>(const X& x) -> bool { return x == *b.template if_is<X>(); };
    return visit_as(is_same, a);
  }

 private:
  // Of what it holds, which its caller knows.
  template <class X>
  X& as() & noexcept {
    return *std::launder(static_cast<X*>(at()));
  }
  template <class X>
  const X& as() const& noexcept {
    return *std::launder(static_cast<const X*>(at()));
  }
  template <class X>
  X&& as() && noexcept {
    return std::move(*std::launder(static_cast<X*>(at())));
  }
  template <class X, class Result, class Value, class F>
  static Result call_with(F& f, std::remove_reference_t<Value>& value) {
    static_assert(std::same_as<decltype(f(static_cast<Value&&>(value).template as<X>())), Result>,
                  "a visitor gives the same type for each alternative");
    return f(static_cast<Value&&>(value).template as<X>());
  }

  [[nodiscard]] void* at() noexcept { return &storage_; }
  [[nodiscard]] const void* at() const noexcept { return &storage_; }

  // Out of line, so that nobody but one file needs to know how its alternatives are copied, moved and destroyed.
  static const AlternativeOps& ops_of(std::size_t place);
  static const AlternativeOps& ops_of_each(std::size_t place) {
    static constexpr std::array<AlternativeOps, sizeof...(T)> each{alternative_ops<T>()...};
    return each[place];
  }
  [[nodiscard]] const AlternativeOps& ops() const { return ops_of(place_); }

  static_assert(sizeof...(T) > 0 && sizeof...(T) < 255);
  alignas(T...) std::byte storage_[std::max({sizeof(T)...})];
  std::uint8_t place_;
};

// A class made of one.
template <class T>
concept MadeOfVariant = std::derived_from<T, OneOf<typename T::Any>>;

template <class F, class Value>
requires MadeOfVariant<std::remove_cvref_t<Value>>
decltype(auto) visit(F&& f, Value&& value) {
  using Base = OneOf<typename std::remove_cvref_t<Value>::Any>;
  using Whole =
      std::conditional_t<std::is_const_v<std::remove_reference_t<Value>>, const Base, Base>;
  if constexpr (std::is_lvalue_reference_v<Value>)
    return Base::template visit_as<Whole&>(f, value);
  else
    return Base::template visit_as<Whole>(f, std::move(value));
}
template <class X, MadeOfVariant Class>
[[nodiscard]] X* get_if(Class* value) noexcept {
  return value == nullptr ? nullptr : value->template if_is<X>();
}
template <class X, MadeOfVariant Class>
[[nodiscard]] const X* get_if(const Class* value) noexcept {
  return value == nullptr ? nullptr : value->template if_is<X>();
}
template <class X, MadeOfVariant Class>
[[nodiscard]] bool holds_alternative(const Class& value) noexcept {
  return value.template if_is<X>() != nullptr;
}
// Of what its caller knows that it holds.
template <class X, class Value>
requires MadeOfVariant<std::remove_cvref_t<Value>>
[[nodiscard]] auto&& get(Value&& value) {
  auto* const held = value.template if_is<X>();
  FLORIN_ASSERT(held != nullptr, "a value holds the alternative that is asked of it");
  if constexpr (std::is_lvalue_reference_v<Value>)
    return *held;
  else
    return std::move(*held);
}

}  // namespace florin
