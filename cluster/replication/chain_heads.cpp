// Heads kept, told and compared. See chain_heads.hpp.
#include "cluster/replication/chain_heads.hpp"

#include <algorithm>

#include "base/little_endian.hpp"
#include "cluster/consensus/message_bounds.hpp"

namespace florin {
namespace {

const Hash* hash_at(const std::deque<ChainHead>& heads, LogIndex index) {
  const auto found = std::ranges::lower_bound(heads, index, {}, &ChainHead::index);
  return found == heads.end() || found->index != index ? nullptr : &found->hash;
}

const ChainHead* newest_of(const std::deque<ChainHead>& heads, LogIndex committed) {
  const auto behind = std::ranges::upper_bound(heads, committed, {}, &ChainHead::index);
  return behind == heads.begin() ? nullptr : &*std::prev(behind);
}

}  // namespace

void ChainHeads::note(const ChainHead& head) {
  if (head.index == 0) return;  // all begin alike
  const auto keep = [&head](std::deque<ChainHead>& heads, std::size_t kept) {
    if (!heads.empty() && heads.back().index >= head.index) return;
    heads.push_back(head);
    if (heads.size() > kept) heads.pop_front();
  };
  keep(newest_, newest_kept);
  if (head.index % grid == 0) keep(grid_, grid_kept);
}

void ChainHeads::forget_own() {
  newest_.clear();
  grid_.clear();
}

std::vector<ChainHead> ChainHeads::to_tell(LogIndex committed) const {
  std::vector<ChainHead> heads;
  const ChainHead* newest = newest_of(newest_, committed);
  if (newest != nullptr) heads.push_back(*newest);
  if (const ChainHead* on_grid = newest_of(grid_, committed);
      on_grid != nullptr && (newest == nullptr || *on_grid != *newest))
    heads.push_back(*on_grid);
  return heads;
}

std::vector<ChainHead> ChainHeads::all(LogIndex committed) const {
  std::vector<ChainHead> heads;
  for (const ChainHead& head : grid_)
    if (head.index <= committed && (newest_.empty() || head.index < newest_.front().index))
      heads.push_back(head);
  for (const ChainHead& head : newest_)
    if (head.index <= committed) heads.push_back(head);
  return heads;
}

void ChainHeads::hear(NodeNumber from, std::span<const ChainHead> heads) {
  Other& other = others_[from];
  other.waiting.assign(
      heads.begin(), heads.begin() + static_cast<std::ptrdiff_t>(std::min(heads.size(), told_max)));
}

const Hash* ChainHeads::find(LogIndex index) const {
  const Hash* found = hash_at(newest_, index);
  return found != nullptr ? found : hash_at(grid_, index);
}

std::vector<ChainHeads::Difference> ChainHeads::compare(LogIndex committed) {
  std::vector<Difference> differences;
  bool was_compared = false;
  for (auto& [number, seen] : others_) {
    const NodeNumber node = number;  // clang 14 captures no structured bindings
    Other& other = seen;
    std::optional<bool> differs;
    std::erase_if(other.waiting, [&](const ChainHead& theirs) {
      if (theirs.index > committed) return false;  // until this replica is there
      const Hash* own = find(theirs.index);
      if (own == nullptr) return true;  // too old
      const bool is_other = *own != theirs.hash;
      differs = differs.value_or(false) || is_other;
      if (is_other && theirs.index != other.differs_at) {
        other.differs_at = theirs.index;
        differences.push_back({node, {theirs.index, *own}, theirs});
      }
      return true;
    });
    if (!differs) continue;
    other.differs = differs;
    was_compared = true;
  }
  judge(was_compared);
  return differences;
}

void ChainHeads::judge(bool was_compared) {
  if (!was_compared) return;
  std::size_t differ = 0, agree = 0;
  for (const auto& [node, other] : others_)
    if (other.differs) ++(*other.differs ? differ : agree);
  doubt_rounds_ = differ > agree ? doubt_rounds_ + 1 : 0;
  apart_ = differ > agree && (differ > 1 || doubt_rounds_ >= doubt_rounds_max);
}

std::vector<NodeNumber> ChainHeads::who_differ() const {
  std::vector<NodeNumber> nodes;
  for (const auto& [node, other] : others_)
    if (other.differs.value_or(false)) nodes.push_back(node);
  return nodes;
}

std::string encode_heads(std::span<const ToldHead> heads) {
  std::string out;
  append_le(out, static_cast<std::uint32_t>(heads.size()));
  for (const ToldHead& told : heads) {
    append_le(out, told.partition);
    append_le(out, std::uint64_t{told.head.index});
    out.append(reinterpret_cast<const char*>(told.head.hash.data()), told.head.hash.size());
  }
  return out;
}

std::optional<std::vector<ToldHead>> decode_heads(std::string_view bytes,
                                                  std::uint32_t partitions) {
  constexpr std::size_t head_bytes = 2 + 8 + sizeof(Hash);
  const auto count = take_le<std::uint32_t>(bytes);
  if (!count || *count > partitions * ChainHeads::told_max || bytes.size() != *count * head_bytes)
    return std::nullopt;
  std::vector<ToldHead> heads;
  std::vector<std::uint8_t> of_partition(partitions);
  for (std::uint32_t i = 0; i < *count; ++i) {
    ToldHead told;
    told.partition = *take_le<std::uint16_t>(bytes);
    told.head.index = *take_le<std::uint64_t>(bytes);
    std::ranges::copy_n(bytes.begin(), sizeof(Hash), told.head.hash.begin());
    bytes.remove_prefix(sizeof(Hash));
    if (told.partition >= partitions || told.head.index == 0 ||
        told.head.index > consensus::index_max ||
        ++of_partition[told.partition] > ChainHeads::told_max)
      return std::nullopt;
    heads.push_back(told);
  }
  return heads;
}

}  // namespace florin
