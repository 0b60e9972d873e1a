// SlotIndex: hash -> slot number, open addressing with linear probing. Eight bytes a bucket, so that one cache
// line holds eight of them, and a bucket can be fetched before it is needed: a turn knows all its messages in
// advance, and most of its time would otherwise be spent waiting for memory. (That is why this is not the
// library's table: it can not be asked to prefetch.) Compares nothing but hashes: the owner has the keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace florin {

class SlotIndex {
 public:
  static constexpr std::uint32_t no_slot = UINT32_MAX;

  [[nodiscard]] std::size_t size() const { return size_; }

  // The first slot under `hash` for which `matches(slot)` is true.
  template <class Matches>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, Matches&& matches) const {
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const Bucket& bucket = buckets_[at];
      if (bucket.slot == no_slot) return no_slot;
      if (bucket.tag == tag && matches(bucket.slot)) return bucket.slot;
    }
  }

  // `rehash(slot)` gives the hash of what is in a slot, for growing. The key must be new.
  template <class Rehash>
  void insert(std::uint64_t hash, std::uint32_t slot, Rehash&& rehash) {
    if ((size_ + 1) * 8 > buckets_.size() * 5) grow(rehash);
    place(hash, slot);
    ++size_;
  }

  // Shifts what follows back, so that no marks of the deleted stay behind.
  template <class Rehash>
  void erase(std::uint64_t hash, std::uint32_t slot, Rehash&& rehash) {
    std::size_t hole = hash & mask_;
    while (buckets_[hole].slot != slot) hole = (hole + 1) & mask_;
    for (std::size_t at = (hole + 1) & mask_; buckets_[at].slot != no_slot; at = (at + 1) & mask_) {
      const std::size_t home = rehash(buckets_[at].slot) & mask_;
      if (((at - home) & mask_) < ((at - hole) & mask_)) continue;  // it may not move before its home
      buckets_[hole] = buckets_[at];
      hole = at;
    }
    buckets_[hole] = Bucket{};
    --size_;
  }

  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&buckets_[hash & mask_]); }
  // A slot that is probably the one under `hash`; no_slot if there is none near.
  [[nodiscard]] std::uint32_t likely(std::uint64_t hash) const {
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t probe = 0; probe < 4; ++probe) {
      const Bucket& bucket = buckets_[(hash + probe) & mask_];
      if (bucket.tag == tag) return bucket.slot;
    }
    return no_slot;
  }

 private:
  struct Bucket {
    std::uint32_t tag = 0;
    std::uint32_t slot = no_slot;
  };
  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

  void place(std::uint64_t hash, std::uint32_t slot) {
    std::size_t at = hash & mask_;
    while (buckets_[at].slot != no_slot) at = (at + 1) & mask_;
    buckets_[at] = {tag_of(hash), slot};
  }

  template <class Rehash>
  void grow(Rehash&& rehash) {
    const std::vector<Bucket> old = std::exchange(buckets_, std::vector<Bucket>(2 * buckets_.size()));
    mask_ = buckets_.size() - 1;
    for (const Bucket& bucket : old)
      if (bucket.slot != no_slot) place(rehash(bucket.slot), bucket.slot);
  }

  std::vector<Bucket> buckets_ = std::vector<Bucket>(16);
  std::size_t mask_ = 15;
  std::size_t size_ = 0;
};

}  // namespace florin
