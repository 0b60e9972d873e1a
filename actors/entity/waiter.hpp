// Waiter: who waits for the end of what is under way: a client's request, or an actor that asked. As large as the number of a
// request, because every open transfer has one.
//
// Not state: a crash forgets it. Then a client asks again, and so does an actor when its own time has come, under an id
// that is a function of its own id and step; the asked one knows the repeat by that, and gives the same end.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "actors/messages/messages.hpp"

namespace florin {

class Waiter {
 public:
  Waiter() = default;
  // 0: nobody. Not explicit: a client's request is a waiter as it is.
  Waiter(RequestId request) : word_((request & actor_bits) == actor_bits ? 0 : request) {}
  explicit Waiter(ActorId actor)
      : word_(actor_bits | reinterpret_cast<std::uintptr_t>(new ActorId(std::move(actor)))) {}
  Waiter(Waiter&& other) noexcept : word_(std::exchange(other.word_, 0)) {}
  Waiter& operator=(Waiter&& other) noexcept {
    std::swap(word_, other.word_);
    return *this;
  }
  ~Waiter() {
    if (is_actor()) [[unlikely]]
      delete actor();
  }

  [[nodiscard]] bool is_nobody() const { return word_ == 0; }
  [[nodiscard]] bool is_actor() const { return (word_ & actor_bits) == actor_bits; }
  [[nodiscard]] RequestId request() const { return is_actor() ? 0 : word_; }
  // Null: not an actor.
  [[nodiscard]] const ActorId* actor() const {
    return is_actor() ? reinterpret_cast<const ActorId*>(word_ & ~actor_bits) : nullptr;
  }

 private:
  // No number of a request has both (ask_id in actors/asks/asks.hpp: forwarded ones are counted up from 2^63, others end
  // below it), and no address of this machine has either.
  static constexpr std::uint64_t actor_bits = std::uint64_t{3} << 62;

  // A request's number; or, with these bits, the address of the actor's name, which is its own.
  std::uint64_t word_ = 0;
};
static_assert(sizeof(Waiter) == sizeof(RequestId));

// The message by which an actor that asked hears the answer. None: its kind never asks another partition's actor.
std::optional<Message> answer_message(const ActorId& waiter, const Reply& reply);

}  // namespace florin
