// The bytes between etcd_raft_engine.cpp and glue/buffers.go. Both ends are built from one commit, so the reader
// asserts instead of refusing. Plain memory copies: the glue writes little endian, as all our machines are.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "cluster/consensus/consensus_engine.hpp"

namespace florin::consensus {

static_assert(std::endian::native == std::endian::little);

// [u8 op][u64 group][u32 size][payload]*
class CommandWriter {
 public:
  CommandNumber begin(std::uint8_t op, GroupId group) {
    put(op);
    put(group);
    size_at_ = bytes_.size();
    put(std::uint32_t{0});
    return count_++;
  }
  void end() {
    const auto size = static_cast<std::uint32_t>(bytes_.size() - size_at_ - sizeof(std::uint32_t));
    std::memcpy(bytes_.data() + size_at_, &size, sizeof size);
  }

  template <class Number>
  void put(Number number) {
    raw(&number, sizeof number);
  }
  void put_bytes(std::string_view bytes) { bytes_.append(bytes); }
  void put(const Handle& handle) {
    put(handle.index);
    put(handle.check);
    put(handle.length);
    put(static_cast<std::uint32_t>(handle.kind));
  }
  void put_ids(const std::vector<ReplicaId>& ids) {
    put(static_cast<std::uint32_t>(ids.size()));
    for (const auto id : ids) put(id);
  }

  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  void clear() {
    bytes_.clear();
    count_ = 0;
  }

 private:
  void raw(const void* from, std::size_t size) {
    bytes_.append(static_cast<const char*>(from), size);
  }

  std::string bytes_;
  std::size_t size_at_ = 0;
  CommandNumber count_ = 0;
};

class ReadyReader {
 public:
  explicit ReadyReader(std::string_view bytes) : bytes_(bytes) {}

  template <class Number>
  Number get() {
    Number number;
    std::memcpy(&number, view(sizeof number).data(), sizeof number);
    return number;
  }
  std::uint8_t u8() { return get<std::uint8_t>(); }
  std::uint32_t u32() { return get<std::uint32_t>(); }
  std::uint64_t u64() { return get<std::uint64_t>(); }

  std::string_view view(std::size_t size) {
    FLORIN_ASSERT(size <= bytes_.size());
    const auto taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  std::vector<ReplicaId> ids() {
    std::vector<ReplicaId> ids(u32());
    for (auto& id : ids) id = u64();
    return ids;
  }
  ConfState conf() {
    ConfState conf;
    conf.voters = ids();
    conf.learners = ids();
    return conf;
  }
  SnapshotRef reference() {
    SnapshotRef ref;
    ref.index = u64();
    ref.term = u64();
    ref.conf = conf();
    return ref;
  }
  Handle handle() {
    Handle handle;
    handle.index = u64();
    handle.check = u64();
    handle.length = u32();
    handle.kind = static_cast<EntryKind>(u32());
    return handle;
  }
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

}  // namespace florin::consensus
