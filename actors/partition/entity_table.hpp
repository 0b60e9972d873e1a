// EntityTable: entities of one kind in memory, found by key. Slots are stable (a pointer stays valid until
// its entity is erased), idle entities cost their own size plus ~20 bytes, and iteration by slot is in the
// same order on every machine. Single-threaded: it belongs to one partition.
#pragma once

#include <tsl/robin_set.h>

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/assert.hpp"

namespace florin {

// T::key() gives the key; Hash(Key) -> std::size_t, good in its low bits.
template <class T, class Key, class Hash>
class EntityTable {
 public:
  EntityTable() : index_(0, SlotHash{this}, SlotEqual{this}) {}
  EntityTable(const EntityTable&) = delete;
  EntityTable& operator=(const EntityTable&) = delete;

  [[nodiscard]] std::size_t size() const { return index_.size(); }

  T* find(const Key& key) {
    // One message asks for the same entity several times in a row.
    if (last_ < used_ && slot(last_).key() == key) return &slot(last_);
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    last_ = *found;
    return &slot(last_);
  }

  // The key must be new.
  T& insert(T value) {
    const std::uint32_t at = take_slot();
    slot(at) = std::move(value);
    const bool inserted = index_.insert(at).second;
    FLORIN_ASSERT(inserted, "the key of a new entity is new");
    last_ = at;
    return slot(at);
  }

  void erase(const Key& key) {
    const auto found = index_.find(key);
    FLORIN_ASSERT(found != index_.end(), "an erased entity exists");
    const std::uint32_t at = *found;
    index_.erase(found);
    slot(at) = T{};
    free_.push_back(at);
    if (last_ == at) last_ = no_slot;
  }

  // Number of slots, used or free; slot_at() is null for a free one.
  [[nodiscard]] std::uint32_t slot_count() const { return used_; }
  T* slot_at(std::uint32_t at) {
    T& entity = slot(at);
    const auto found = index_.find(entity.key());
    return found != index_.end() && *found == at ? &entity : nullptr;
  }

  template <class Visit>
  void for_each(Visit&& visit) {
    for (std::uint32_t at = 0; at < used_; ++at)
      if (T* entity = slot_at(at)) visit(*entity);
  }

 private:
  static constexpr std::uint32_t chunk_slots = 256;
  static constexpr std::uint32_t no_slot = UINT32_MAX;
  using Chunk = std::array<T, chunk_slots>;

  struct SlotHash {
    EntityTable* table;
    std::size_t operator()(std::uint32_t at) const { return Hash{}(table->slot(at).key()); }
    std::size_t operator()(const Key& key) const { return Hash{}(key); }
  };
  struct SlotEqual {
    using is_transparent = void;
    EntityTable* table;
    bool operator()(std::uint32_t a, std::uint32_t b) const {
      return a == b || table->slot(a).key() == table->slot(b).key();
    }
    bool operator()(std::uint32_t a, const Key& key) const { return table->slot(a).key() == key; }
    bool operator()(const Key& key, std::uint32_t a) const { return table->slot(a).key() == key; }
  };

  T& slot(std::uint32_t at) { return (*chunks_[at / chunk_slots])[at % chunk_slots]; }

  std::uint32_t take_slot() {
    if (!free_.empty()) {
      const std::uint32_t at = free_.back();
      free_.pop_back();
      return at;
    }
    if (used_ % chunk_slots == 0) chunks_.push_back(std::make_unique<Chunk>());
    return used_++;
  }

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<std::uint32_t> free_;
  std::uint32_t used_ = 0;
  std::uint32_t last_ = no_slot;  // found or inserted last
  tsl::robin_set<std::uint32_t, SlotHash, SlotEqual, std::allocator<std::uint32_t>, true> index_;
};

}  // namespace florin
