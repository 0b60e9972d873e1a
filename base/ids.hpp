// Identifiers and the total order of a partition. Plain values: no allocation, no hash, no clock.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace florin {

using PartitionId = std::uint16_t;  // a shard of actors with one log
// entries of a partition are 1, 2, 3, ... without gaps; 0 = before all
using LogIndex = std::uint64_t;
using Ordinal = std::uint32_t;    // number of an event inside its entry, from 0
using RequestId = std::uint64_t;  // correlates an answer with who asked; opaque; 0 = nobody waits

// Of a process: drawn at random at its start, never 0. Numbers that a process gives are only its own: whatever crosses
// to another process and back carries this beside them.
using Incarnation = std::uint64_t;

// UUID in canonical binary form (RFC 9562), any version.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Uuid&) const = default;

  // Strict 36-character form, either case; nothing else.
  static std::optional<Uuid> parse(std::string_view text) noexcept;
  void append_to(std::string& out) const;  // lower case, 36 characters
  [[nodiscard]] std::string to_string() const;
};

// 1-64 characters of A-Z a-z 0-9 . _ : -, with one leading '@' more for system accounts.
// Up to 39 characters (a UUID with a prefix) lie inline and copying them never allocates: every message,
// leg and record holds two ids, and their size is what a transfer costs in memory traffic.
class AccountId {
 public:
  static constexpr std::size_t size_max = 65;
  static constexpr std::size_t inline_max = 39;

  AccountId() = default;
  AccountId(const AccountId& other) : data_(other.data_), size_(other.size_) {
    if (is_long()) [[unlikely]]
      set_long(other.view());
  }
  AccountId(AccountId&& other) noexcept : data_(other.data_), size_(other.size_) {
    if (is_long()) [[unlikely]]
      other.size_ = 0;
  }
  AccountId& operator=(const AccountId& other) {
    if (is_long() || other.is_long()) [[unlikely]]
      return *this = AccountId(other);
    data_ = other.data_;
    size_ = other.size_;
    return *this;
  }
  AccountId& operator=(AccountId&& other) noexcept {
    if (is_long() || other.is_long()) [[unlikely]]
      std::swap(data_, other.data_);
    else
      data_ = other.data_;
    std::swap(size_, other.size_);
    return *this;
  }
  ~AccountId() {
    if (is_long()) [[unlikely]]
      delete[] long_data();
  }
  // Checks the grammar of `account_id` in api/openapi.yaml.
  static std::optional<AccountId> parse(std::string_view text) noexcept;
  // For text that is known to be an id (from the log). Asserts the length only.
  static AccountId from_trusted(std::string_view text);

  [[nodiscard]] std::string_view view() const noexcept {
    return {is_long() ? long_data() : data_.data(), size_};
  }
  [[nodiscard]] std::string str() const { return std::string(view()); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  // Of an id of at most inline_max characters: all of the place that it lies in, zero behind its end.
  void copy_inline(char* to) const noexcept { std::memcpy(to, data_.data(), inline_max); }
  using Words = std::array<std::uint64_t, 5>;
  [[nodiscard]] Words words() const noexcept {  // the last one overlaps the one before
    Words words;
    std::memcpy(words.data(), data_.data(), 32);
    std::memcpy(&words[4], data_.data() + inline_max - 8, 8);
    return words;
  }
  [[nodiscard]] bool is_system() const noexcept { return size_ != 0 && view().front() == '@'; }

  bool operator==(const AccountId& other) const noexcept {
    if (size_ != other.size_) return false;
    if (is_long()) [[unlikely]]
      return view() == other.view();
    const Words mine = words();
    const Words its = other.words();
    std::uint64_t different = 0;
    for (std::size_t i = 0; i < mine.size(); ++i) different |= mine[i] ^ its[i];
    return different == 0;
  }
  std::strong_ordering operator<=>(const AccountId& other) const noexcept {
    return view() <=> other.view();
  }

 private:
  [[nodiscard]] bool is_long() const noexcept { return size_ > inline_max; }
  [[nodiscard]] char* long_data() const noexcept {
    char* data = nullptr;
    std::memcpy(&data, data_.data(), sizeof data);
    return data;
  }
  void set_long(std::string_view text);  // `size_` is set already

  // The characters, zero behind the end; or, of a long id, first the address of its own copy of them.
  alignas(char*) std::array<char, inline_max> data_{};
  std::uint8_t size_ = 0;
};

// Total order stamp of an answer or event: p<partition>:<index>:<ordinal>. index 0 = none.
struct Position {
  LogIndex index = 0;
  Ordinal ordinal = 0;
  PartitionId partition = 0;

  bool operator==(const Position&) const = default;
  std::strong_ordering operator<=>(const Position& o) const noexcept {
    if (auto c = partition <=> o.partition; c != 0) return c;
    if (auto c = index <=> o.index; c != 0) return c;
    return ordinal <=> o.ordinal;
  }
  [[nodiscard]] bool is_none() const noexcept { return index == 0; }

  static std::optional<Position> parse(std::string_view text) noexcept;
  void append_to(std::string& out) const;
  [[nodiscard]] std::string to_string() const;
};

// A transfer inside the cluster: the position of its first event. Unique, dense, and ordered by its
// coordinator's log, which is what lets participants forget finished legs with proof (ADR-0005).
using TransferId = Position;

// One account's part of one transfer.
struct LegKey {
  TransferId transfer;
  std::uint8_t leg = 0;
  auto operator<=>(const LegKey&) const = default;
};

// A command that changes something, given once: by the desk of a node (0: a node for itself), under a number of that
// process. All zero: nobody's, or from before commands had ids.
struct CommandId {
  std::uint16_t node = 0;
  Incarnation process = 0;
  std::uint64_t number = 0;
  auto operator<=>(const CommandId&) const = default;
};

// Microseconds since 1970-01-01T00:00:00Z. 0 = none.
struct Timestamp {
  std::int64_t us = 0;
  auto operator<=>(const Timestamp&) const = default;
  [[nodiscard]] bool is_none() const noexcept { return us == 0; }
  // UTC day number since 1970-01-01 (floor).
  [[nodiscard]] std::int32_t utc_day() const noexcept {
    constexpr std::int64_t day_us = 86'400'000'000;
    return static_cast<std::int32_t>((us >= 0 ? us : us - (day_us - 1)) / day_us);
  }
  // RFC 3339 in UTC with microseconds: 2026-11-22T04:05:06.000007Z.
  [[nodiscard]] std::string to_rfc3339() const;
  // RFC 3339 with any offset; years 1970-9999 in UTC. A leap second (23:59:60 UTC at the end of a month) is the last
  // microsecond of its day.
  static std::optional<Timestamp> parse_rfc3339(std::string_view text) noexcept;
};

inline Timestamp operator+(Timestamp t, std::int64_t us) { return {t.us + us}; }

// The earlier one of two times, either of which may be none.
inline std::optional<Timestamp> earlier(std::optional<Timestamp> a, std::optional<Timestamp> b) {
  return a && b ? std::min(*a, *b) : a ? a : b;
}

}  // namespace florin
