// SlotIndex: hash -> slot number, open addressing with linear probing. Eight bytes a bucket, so that one cache
// line holds eight of them, and a bucket can be fetched before it is needed: a turn knows all its messages in
// advance, and most of its time would otherwise be spent waiting for memory. (That is why this is not the
// library's table: it can not be asked to prefetch.) Compares nothing but hashes: the owner has the keys.
// A bucket has half of the mixed hash, its place included, so that growing and erasing touch nothing else.
//
// Two hashes may have one tag: once in 2^32 pairs here, so no test would ever meet it. `tag_bits` makes it common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/prefetch.hpp"

namespace florin {

struct IndexOptions {
  static constexpr unsigned tag_bits_max = 32;
  unsigned tag_bits = tag_bits_max;  // 1 to tag_bits_max
  // Of this process. Ids are the clients' to choose: who knew which bucket each falls into could fill one with
  // thousands, and every look-up near it would walk past them all. The simulator has the same one always.
  std::uint64_t secret = 0;
};

class SlotIndex {
 public:
  static constexpr std::uint32_t no_slot = UINT32_MAX;

  explicit SlotIndex(const IndexOptions& options = {})
      : secret_(options.secret),
        tags_(UINT32_MAX >> (IndexOptions::tag_bits_max - options.tag_bits)) {}

  [[nodiscard]] std::size_t size() const { return size_; }

  // The first slot under `hash` for which `matches(slot)` is true.
  template <class Matches>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, Matches&& matches) const {
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = tag & mask_;; at = (at + 1) & mask_) {
      const Bucket& bucket = buckets_[at];
      if (bucket.slot == no_slot) return no_slot;
      if (bucket.tag == tag && matches(bucket.slot)) return bucket.slot;
    }
  }

  // Calls `visit(slot)` for every slot that may be under `hash`.
  template <class Visit>
  void for_each(std::uint64_t hash, Visit&& visit) const {
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = tag & mask_; buckets_[at].slot != no_slot; at = (at + 1) & mask_)
      if (buckets_[at].tag == tag) visit(buckets_[at].slot);
  }

  // Several slots may be under one hash.
  void insert(std::uint64_t hash, std::uint32_t slot) {
    if ((size_ + 1) * 8 > buckets_.size() * 5) grow();
    place({tag_of(hash), slot});
    ++size_;
  }

  // Shifts what follows back, so that no marks of the deleted stay behind.
  void erase(std::uint64_t hash, std::uint32_t slot) {
    std::size_t hole = tag_of(hash) & mask_;
    while (buckets_[hole].slot != slot) hole = (hole + 1) & mask_;
    for (std::size_t at = (hole + 1) & mask_; buckets_[at].slot != no_slot; at = (at + 1) & mask_) {
      const std::size_t home = buckets_[at].tag & mask_;
      if (((at - home) & mask_) < ((at - hole) & mask_))
        continue;  // it may not move before its home
      buckets_[hole] = buckets_[at];
      hole = at;
    }
    buckets_[hole] = Bucket{};
    --size_;
  }

  void clear() {
    std::ranges::fill(buckets_, Bucket{});
    size_ = 0;
  }

  void prefetch(std::uint64_t hash) const { prefetch_line(&buckets_[tag_of(hash) & mask_]); }
  // A slot that is probably the one under `hash`; no_slot if there is none near.
  [[nodiscard]] std::uint32_t likely(std::uint64_t hash) const {
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t probe = 0; probe < 4; ++probe) {
      const Bucket& bucket = buckets_[(tag + probe) & mask_];
      if (bucket.tag == tag) return bucket.slot;
    }
    return no_slot;
  }

 private:
  struct Bucket {
    std::uint32_t tag = 0;
    std::uint32_t slot = no_slot;
  };
  [[nodiscard]] std::uint32_t tag_of(std::uint64_t hash) const {
    return static_cast<std::uint32_t>((hash ^ secret_) * 0x9E3779B97F4A7C15U >> 32) & tags_;
  }

  void place(Bucket bucket) {
    std::size_t at = bucket.tag & mask_;
    while (buckets_[at].slot != no_slot) at = (at + 1) & mask_;
    buckets_[at] = bucket;
  }

  void grow() {
    const std::vector<Bucket> old =
        std::exchange(buckets_, std::vector<Bucket>(2 * buckets_.size()));
    mask_ = buckets_.size() - 1;
    for (const Bucket& bucket : old)
      if (bucket.slot != no_slot) place(bucket);
  }

  std::vector<Bucket> buckets_ = std::vector<Bucket>(16);
  std::size_t mask_ = 15;
  std::size_t size_ = 0;
  std::uint64_t secret_;
  std::uint32_t tags_;
};

}  // namespace florin
