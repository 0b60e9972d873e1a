// EntityTable: entities of one kind in memory, found by key. Slots are stable (a pointer stays valid until
// its entity is erased), idle entities cost their own size plus ~20 bytes, and iteration by slot is in the
// same order on every machine. Single-threaded: it belongs to one partition.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "actors/entity/slot_index.hpp"
#include "base/assert.hpp"
#include "base/prefetch.hpp"

namespace florin {

// T::key() gives the key; Hash(Key) -> 64 bits, all of them good.
template <class T, class Key, class Hash>
class EntityTable {
 public:
  explicit EntityTable(const IndexOptions& options = {}) : index_(options) {}
  EntityTable(const EntityTable&) = delete;
  EntityTable& operator=(const EntityTable&) = delete;

  [[nodiscard]] std::size_t size() const { return index_.size(); }

  T* find(const Key& key) {
    // One message asks for the same entity several times in a row.
    if (last_ < used_ && slot(last_).key() == key) return &slot(last_);
    const std::uint32_t at = find_slot(key);
    if (at == no_slot) return nullptr;
    last_ = at;
    return &slot(at);
  }

  // The key must be new.
  T& insert(T value) {
    return insert(value.key(), [&](T& entity) { entity = std::move(value); });
  }
  // `fill(entity)` gives every field its value, that of `key` too: the slot may hold what was erased.
  template <class Fill>
  T& insert(const Key& key, Fill&& fill) {
    const std::uint64_t hash = Hash{}(key);
    FLORIN_ASSERT(
        index_.find(hash, [&](std::uint32_t at) { return slot(at).key() == key; }) == no_slot,
        "the key of a new entity is new");
    const std::uint32_t at = take_slot();
    fill(slot(at));
    index_.insert(hash, at);
    last_ = at;
    return slot(at);
  }

  void erase(const Key& key) {
    const std::uint32_t at = slot_of(key);
    FLORIN_ASSERT(at != no_slot, "an erased entity exists");
    index_.erase(Hash{}(key), at);
    if constexpr (requires { slot(at).put_away(); }) slot(at).put_away();
    free_.push_back(at);
    if (last_ == at) last_ = no_slot;
  }

  // Hints for entities that will be asked for soon: first the index, some messages later the entity.
  void prefetch_index(const Key& key) const { index_.prefetch(Hash{}(key)); }
  void prefetch_entity(const Key& key) const {
    if (const T* entity = likely(key)) prefetch_object(entity);
  }

  // Hint: `inserts` new entities from now, this memory will be filled.
  void prefetch_free(std::size_t inserts) const {
    if (inserts >= free_.size()) return;
    const std::uint32_t at = free_[free_.size() - 1 - inserts];
    prefetch_object(&(*chunks_[at / chunk_slots])[at % chunk_slots]);
  }

  // What is probably the entity, without waiting for it; null when nothing is near.
  const T* likely(const Key& key) const {
    const std::uint32_t at = index_.likely(Hash{}(key));
    return at >= used_ ? nullptr : &(*chunks_[at / chunk_slots])[at % chunk_slots];
  }

  // The slot of an entity, for an index of the owner's; SlotIndex::no_slot if there is none.
  std::uint32_t slot_of(const Key& key) {
    return last_ < used_ && slot(last_).key() == key ? last_ : find_slot(key);
  }
  // An entity by its slot, which must be in use.
  T& at(std::uint32_t slot_in_use) { return slot(slot_in_use); }

  // Number of slots, used or free; slot_at() is null for a free one.
  [[nodiscard]] std::uint32_t slot_count() const { return used_; }
  T* slot_at(std::uint32_t at) {
    T& entity = slot(at);
    return find_slot(entity.key()) == at ? &entity : nullptr;
  }

  template <class Visit>
  void for_each(Visit&& visit) {
    for (std::uint32_t at = 0; at < used_; ++at)
      if (T* entity = slot_at(at)) visit(*entity);
  }

 private:
  static constexpr std::uint32_t chunk_slots = 256;
  static constexpr std::uint32_t no_slot = SlotIndex::no_slot;
  using Chunk = std::array<T, chunk_slots>;

  T& slot(std::uint32_t at) { return (*chunks_[at / chunk_slots])[at % chunk_slots]; }
  std::uint32_t find_slot(const Key& key) {
    return index_.find(Hash{}(key), [&](std::uint32_t at) { return slot(at).key() == key; });
  }

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
  SlotIndex index_;
};

}  // namespace florin
