// A replaceable journal under random programs of appends, replacements, syncs, power losses, kills in the
// middle of a write, failing disks and lost sidecars, against a model: after every sync and every opening it
// shows exactly the model's entries, in every way of reading.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "tests/unit/persistence/journal_fixture.hpp"

namespace florin {
namespace {

enum class Op : int { append, sync, power_loss, kill_in_write, failed_sync, close, lose_sidecars };

struct Step {
  Op op = Op::append;
  int stream = 0;
  int back = 0;
  int bytes = 0;
};
std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << static_cast<int>(step.op) << "(" << step.stream << "," << step.back << ","
             << step.bytes << ")";
}

rc::Gen<std::vector<Step>> programs() {
  return rc::gen::scale(
      1.5,
      rc::gen::container<std::vector<Step>>(rc::gen::construct<Step>(
          rc::gen::elementOf(std::vector<Op>{Op::append, Op::append, Op::append, Op::append,
                                             Op::sync, Op::sync, Op::power_loss, Op::kill_in_write,
                                             Op::failed_sync, Op::close, Op::lose_sidecars}),
          rc::gen::inRange(0, 4), rc::gen::inRange(0, 8), rc::gen::inRange(0, 2'500))));
}

constexpr PartitionId state_stream = 3;               // always entry 1
using Model = std::vector<std::vector<std::string>>;  // per stream, entry i at i - 1

class World {
 public:
  World() { open(); }

  void run(const Step& step) {
    switch (step.op) {
      case Op::append: append(step); break;
      case Op::sync: sync(); break;
      case Op::power_loss: power_loss(); break;
      case Op::kill_in_write:
        fail({.fail_write_after_bytes = static_cast<std::uint64_t>(step.bytes) * 2},
             step.back % 2 == 0);
        break;
      case Op::failed_sync: fail({.fail_sync = true}, step.back % 2 == 0); break;
      case Op::close: close(); break;
      case Op::lose_sidecars: lose_sidecars(); break;
    }
  }

 private:
  JournalOptions options() {
    auto options = test::small_options(disk_);
    options.segment_bytes = 12 * 1024;
    options.replaceable = true;
    return options;
  }

  void open() {
    journal_ = test::open_ok(options());
    RC_ASSERT(journal_ != nullptr);
  }

  void append(const Step& step) {
    const auto stream = static_cast<PartitionId>(step.stream);
    auto& entries = appended_[stream];
    const std::size_t back =
        step.back < 5 ? 0 : static_cast<std::size_t>(step.back * step.bytes) % 20;
    const std::size_t keep =
        stream == state_stream ? 0 : entries.size() - std::min(entries.size(), back);
    entries.resize(keep);
    std::string bytes = std::to_string(++writes_) + ":";
    bytes.resize(bytes.size() + static_cast<std::size_t>(step.bytes),
                 static_cast<char>('a' + writes_ % 26));
    entries.push_back(std::move(bytes));
    RC_ASSERT(journal_->append({stream, keep + 1, entries.back()}).has_value());
  }

  void sync() {
    RC_ASSERT(journal_->sync().has_value());
    durable_ = appended_;
    check();
  }

  void close() {
    RC_ASSERT(journal_->close_cleanly().has_value());
    journal_.reset();
    durable_ = appended_;
    open();
    RC_ASSERT(journal_->report().closed_cleanly);
    check();
  }

  void power_loss() {
    journal_.reset();
    disk_.lose_unsynced();
    open();
    appended_ = durable_;
    check();
  }

  // The write under way is lost, torn or there whole; the entries of one sync are one block.
  void fail(const MemoryFileSystem::Faults& faults, bool power_loss) {
    disk_.set_faults(faults);
    const bool synced = journal_->sync().has_value();
    disk_.set_faults({});
    journal_.reset();
    if (power_loss) disk_.lose_unsynced();
    open();
    const bool there = holds(appended_);
    RC_ASSERT(there || (!synced && holds(durable_)));
    if (!there) appended_ = durable_;
    durable_ = appended_;
    check();
  }

  void lose_sidecars() {
    journal_.reset();
    disk_.lose_unsynced();
    for (int number = 1; disk_.exists(test::segment_path(number)); ++number)
      (void)disk_.remove(test::sidecar_path(number));
    open();
    appended_ = durable_;
    check();
  }

  bool holds(const Model& model) {
    for (PartitionId p = 0; p < model.size(); ++p) {
      if (journal_->last_index(p) != model[p].size()) return false;
      for (std::size_t i = 0; i < model[p].size(); ++i) {
        const auto bytes = journal_->read(p, i + 1);
        if (!bytes || *bytes != model[p][i]) return false;
      }
      if (journal_->read(p, model[p].size() + 1)) return false;
    }
    return true;
  }

  void check() {
    RC_ASSERT(holds(durable_));
    // From the beginning, or from the middle of each stream.
    std::vector<LogIndex> after;
    const bool all = ++checks_ % 2 == 0;
    for (const auto& entries : durable_) after.push_back(all ? 0 : entries.size() / 2);
    Model scanned(durable_.size());
    const auto found = test::scan_all(*journal_, after);
    RC_ASSERT(found.has_value());
    for (const LogEntry& e : *found) {
      auto& entries = scanned[e.partition];
      RC_ASSERT(e.index == entries.size() + 1 + after[e.partition]);
      entries.push_back(e.bytes);
    }
    for (std::size_t p = 0; p < durable_.size(); ++p) {
      const auto from = durable_[p].begin() + static_cast<std::ptrdiff_t>(after[p]);
      RC_ASSERT(scanned[p] == std::vector<std::string>(from, durable_[p].end()));
    }
  }

  MemoryFileSystem disk_;
  std::unique_ptr<Journal> journal_;
  Model durable_ = Model(4);
  Model appended_ = Model(4);
  int writes_ = 0;
  int checks_ = 0;
};

RC_GTEST_PROP(JournalModel, ShowsWhatSurvivedWhateverWasReplacedAndHoweverItStopped, ()) {
  World world;
  for (const Step& step : *programs()) world.run(step);
}

}  // namespace
}  // namespace florin
