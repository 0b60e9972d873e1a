// TransactionIndex: rows of transfers by transaction id and owner, and all that share an id. Ids are the clients' to
// choose, and one id may have thousands of payers: whatever is found or changed here costs the same however many
// rows share its id.
//
// The first row under an id is found by the id alone, which is all there is for almost every id. Those that join it are
// found by id and owner, and hang in a chain behind the first. Compares hashes only; `rows` has the keys:
// rows.transaction_id(slot) and rows.owner(slot), of every slot that is in here, and may count how often it is asked.
#pragma once

#include <cstdint>
#include <vector>

#include "actors/entity/slot_index.hpp"
#include "base/ids.hpp"
#include "cluster/partition_map.hpp"

namespace florin {

class TransactionIndex {
 public:
  static constexpr std::uint32_t no_slot = SlotIndex::no_slot;

  explicit TransactionIndex(const IndexOptions& options = {}) : index_(options) {}

  static std::uint64_t hash(const Uuid& id) {
    return hash64({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
  }

  template <class Rows>
  [[nodiscard]] std::uint32_t find(Rows&& rows, const Uuid& id, std::string_view owner) const {
    const std::uint32_t first = first_of(rows, id);
    if (first == no_slot || rows.owner(first) == owner) return first;
    if (next_of(first) == no_slot) return no_slot;
    return index_.find(joined_hash(id, owner), [&](std::uint32_t slot) {
      return rows.transaction_id(slot) == id && rows.owner(slot) == owner;
    });
  }

  // Calls `visit(slot)` for the rows under `id`, the newest of those that joined first, until it returns false.
  template <class Rows, class Visit>
  void for_each(Rows&& rows, const Uuid& id, Visit&& visit) const {
    for (std::uint32_t slot = first_of(rows, id); slot != no_slot; slot = next_of(slot))
      if (!visit(slot)) return;
  }

  // `rows` has it already.
  template <class Rows>
  void insert(Rows&& rows, std::uint32_t slot) {
    const Uuid id = rows.transaction_id(slot);
    const std::uint32_t first = first_of(rows, id);
    if (first == no_slot) return index_.insert(hash(id), slot);
    index_.insert(joined_hash(id, rows.owner(slot)), slot);
    const std::uint32_t second = next_of(first);
    link(slot) = {second, first};
    link(first).next = slot;
    if (second != no_slot) link(second).previous = slot;
  }

  // `rows` still has it.
  template <class Rows>
  void erase(Rows&& rows, std::uint32_t slot) {
    const Uuid id = rows.transaction_id(slot);
    const Link at = slot < links_.size() ? links_[slot] : Link{};
    if (at.previous == no_slot) {
      index_.erase(hash(id), slot);
      if (at.next != no_slot) {  // becomes the first
        index_.erase(joined_hash(id, rows.owner(at.next)), at.next);
        index_.insert(hash(id), at.next);
      }
    } else {
      index_.erase(joined_hash(id, rows.owner(slot)), slot);
      link(at.previous).next = at.next;
    }
    if (at.next != no_slot) link(at.next).previous = at.previous;
    if (slot < links_.size()) links_[slot] = Link{};
  }

  void prefetch(std::uint64_t hash_of_id) const { index_.prefetch(hash_of_id); }

 private:
  struct Link {
    std::uint32_t next = no_slot;
    std::uint32_t previous = no_slot;  // none: the first
  };

  static std::uint64_t joined_hash(const Uuid& id, std::string_view owner) {
    return (hash(id) ^ hash64(owner)) * 0x9E3779B97F4A7C15U;
  }
  template <class Rows>
  [[nodiscard]] std::uint32_t first_of(Rows& rows, const Uuid& id) const {
    return index_.find(hash(id), [&](std::uint32_t slot) {
      const bool is_first = slot >= links_.size() || links_[slot].previous == no_slot;
      return is_first && rows.transaction_id(slot) == id;
    });
  }
  [[nodiscard]] std::uint32_t next_of(std::uint32_t slot) const {
    return slot < links_.size() ? links_[slot].next : no_slot;
  }
  Link& link(std::uint32_t slot) {  // only ids that are shared need links
    if (slot >= links_.size()) links_.resize(slot + std::size_t{1});
    return links_[slot];
  }

  SlotIndex index_;
  std::vector<Link> links_;  // by slot
};

}  // namespace florin
