// EntriesBounded: no turn makes an entry larger than its soft limit and what one message, the timers and the fences
// of a run may add: a turn stops taking messages in time. Looked at where it is handed to the log.
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class EntriesBounded final : public Checker {
 public:
  explicit EntriesBounded(const RunView& run) : bytes_max_(run.options.entry_bytes_max()) {}
  [[nodiscard]] std::string_view name() const override { return "entries_bounded"; }

  void on_appended(const LogEntry& entry) override {
    if (entry.bytes.size() > bytes_max_)
      fail("p" + std::to_string(entry.partition) + ":" + std::to_string(entry.index) + " has " +
           std::to_string(entry.bytes.size()) + " bytes, more than " + std::to_string(bytes_max_));
  }

 private:
  std::size_t bytes_max_;
};

}  // namespace

std::unique_ptr<Checker> make_entries_bounded(const RunView& run) {
  return std::make_unique<EntriesBounded>(run);
}

}  // namespace florin::sim
