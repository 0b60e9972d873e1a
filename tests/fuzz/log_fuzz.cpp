// Fuzz: a log of hostile events, applied as a replay and an audit apply it. Each event is refused by name or changes the
// state; none reaches an assertion, and after each entry the books that the audit keeps on its own agree with the state.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "actors/partition/partition_state.hpp"
#include "persistence/codec/event_codec.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "runtime/offline/audit_books.hpp"
#include "runtime/offline/audit_outcomes.hpp"

namespace {

using namespace florin;

constexpr std::size_t events_max = 200;
constexpr Timestamp noon{1'700'000'000'000'000};

// A length of two bytes before each event; length zero ends an entry.
class Pieces {
 public:
  explicit Pieces(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool is_over() const { return rest_.size() < 2; }
  std::string_view next() {
    const auto low = static_cast<unsigned char>(rest_[0]);
    const auto high = static_cast<unsigned char>(rest_[1]);
    rest_.remove_prefix(2);
    const std::string_view piece = rest_.substr(0, low | std::size_t{high} << 8U);
    rest_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view rest_;
};

class Replay {
 public:
  Replay() {
    if (!state_.load()) std::abort();
  }
  // False: the log ends here, what is left of it cannot be true.
  bool apply(const Event& event) {
    const Position at{index_, ordinal_++, 0};
    if (state_.contradiction(event, at)) return false;
    if (books_.post(event, at)) return false;
    if (outcomes_.take(event)) return false;
    state_.apply(event, at, noon);
    return true;
  }
  void end_entry() {
    if (ordinal_ == 0) return;
    state_.end_entry(index_++, noon, genesis_hash);
    ordinal_ = 0;
    if (index_ % 4 == 0) state_.collect_checkpoint();
  }

 private:
  const PartitionMap map_{3};
  MemoryStateStore store_;
  PartitionState state_{0, map_, store_, SIZE_MAX};
  AuditBooks books_;
  AuditOutcomes outcomes_;
  LogIndex index_ = 1;
  Ordinal ordinal_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Pieces pieces(std::string_view(reinterpret_cast<const char*>(data), size));
  Replay replay;
  for (std::size_t count = 0; !pieces.is_over() && count < events_max; ++count) {
    const std::string_view piece = pieces.next();
    if (piece.empty()) {
      replay.end_entry();
      continue;
    }
    const auto event = decode_event(piece);
    if (!event || !replay.apply(*event)) break;
  }
  replay.end_entry();
  return 0;
}
