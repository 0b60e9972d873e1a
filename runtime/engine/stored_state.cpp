// LMDB behind checksums.
#include "runtime/engine/stored_state.hpp"

#include "persistence/lmdb/lmdb_store_place.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {
namespace {

constexpr std::chrono::seconds line_every{2};

std::string reason_of(const StateStore& store) {
  const auto* checked = dynamic_cast<const CheckedStateStore*>(&store);
  const auto damage = checked != nullptr ? checked->damage() : std::optional<Error>();
  return damage ? damage->context : "";
}

}  // namespace

Result<std::unique_ptr<CheckedStateStore>, Error> open_stored_state(const std::string& directory,
                                                                    PartitionId partition) {
  auto opened = CheckedStateStore::open(std::make_unique<LmdbStorePlace>(directory));
  if (!opened) return Err{Error{opened.error().code, directory + ": " + opened.error().context}};
  if (const auto format = (*opened)->older_format())
    log_info("the stored state of a partition has an older format: it is made again from the log",
             {{"partition", std::int64_t{partition}},
              {"format", std::int64_t{*format}},
              {"kept_in", directory + ".damaged"}});
  return opened;
}

CheckpointThread::Job StoreWork::checkpoint(Checkpoint checkpoint) {
  CheckpointThread::Job job;
  job.store = &store_;
  job.checkpoint = std::move(checkpoint);
  marks_->handed_out();
  job.written = [marks = marks_](LogIndex index) { marks->is_in_the_store(index); };
  job.refused = [marks = marks_](Checkpoint refused) { marks->had_no_room(std::move(refused)); };
  job.damaged = [marks = marks_] { marks->was_not_taken(); };
  return job;
}

std::optional<CheckpointThread::Job> StoreWork::scrub(std::size_t rows) {
  if (!marks_->begin_scrub()) return std::nullopt;
  CheckpointThread::Job job;
  job.store = &store_;
  job.scrub_rows = rows;
  job.scrubbed = [marks = marks_, partition = partition_, &clock = clock_,
                  metrics = metrics_](const ScrubStep& step) {
    const Timestamp now = clock.now();
    if (metrics != nullptr) metrics->state_scrubbed(partition, step.rows, step.is_round_over, now);
    marks->has_scrubbed(step, now);
  };
  job.damaged = [marks = marks_] { marks->scrub_found_damage(); };
  return job;
}

void report_refused_checkpoint(const Error& error, Metrics& metrics) {
  metrics.checkpoint_refused();
  log_error("a checkpoint has no room: it is tried again, and the log keeps what it says",
            {{"reason", error.context},
             {"to_do", "free or add space; until then the next start takes longer"}});
}

void RebuildReport::tell(const RebuildNews& news) {
  const auto now = std::chrono::steady_clock::now();
  switch (news.kind) {
    case RebuildNews::Kind::begins:
      began_ = now;
      next_line_ = now + line_every;
      log_error("the stored state of a partition is damaged: it is made again from the log",
                {{"partition", std::int64_t{partition_}},
                 {"reason", reason_of(store_)},
                 {"entries", news.last},
                 {"meanwhile", "this partition answers not_ready here, the others serve"}});
      break;
    case RebuildNews::Kind::goes_on:
      if (now < next_line_) break;
      next_line_ = now + line_every;
      log_info("making the state of a partition again", {{"partition", std::int64_t{partition_}},
                                                         {"entries_done", news.replayed},
                                                         {"entries", news.last}});
      break;
    case RebuildNews::Kind::is_done:
      log_info(
          "the state of a partition is whole again",
          {{"partition", std::int64_t{partition_}},
           {"entries", news.last},
           {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(now - began_).count()}});
      break;
  }
  if (metrics_ == nullptr) return;
  const bool is_done = news.kind == RebuildNews::Kind::is_done;
  metrics_->state_rebuilding(partition_, !is_done, is_done ? 0 : news.last - news.replayed);
  if (news.kind == RebuildNews::Kind::begins) metrics_->state_damaged();
}

}  // namespace florin
