// Start and stop of what every node has.
#include "runtime/engine/node_engine.hpp"

#include "runtime/engine/stored_state.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

JournalOptions journal_options(const NodeConfig& config, const DataDirectory& directory) {
  JournalOptions options;
  options.directory = directory.log_path();
  options.end_file = directory.log_end_path();
  options.data_id = directory.identity().id;
  options.segment_bytes = std::uint64_t{config.journal.segment_mib} << 20;
  return options;
}

void close_journal(Journal& journal) {
  if (auto status = journal.close_cleanly(); !status)
    log_error("the log could not be closed", {{"reason", status.error().context}});
}

void NodeEngine::start_desk(Router& router, PeerProcess self,
                            std::chrono::milliseconds ask_again_for) {
  desk_ = std::make_unique<RequestDesk>(
      router, [this](std::size_t n) { metrics_.overloaded(n); },
      [this](const Reply& reply) { note_unfit(metrics_, reply); }, self, ask_again_for);
  checkpoints_ = std::make_unique<CheckpointThread>(CheckpointThread::Observer{
      .finished = [this](std::size_t rows, auto time) { metrics_.checkpoint_finished(rows, time); },
      .refused = [this](const Error& error) { report_refused_checkpoint(error, metrics_); },
      .failed = on_fatal_});
}

void NodeEngine::start_actors() {
  actors_config_ = std::make_unique<EngineConfig>(config_.engine.scheduler_threads);
  actors_ = std::make_unique<caf::actor_system>(*actors_config_);
  controls_.start(*actors_);
  controls_.put_before(
      NodePart::checkpoints, "the thread that writes checkpoints",
      {.pass = [this](ThreadPorts::Told passed) { checkpoints_->pass(std::move(passed)); },
       .end = [this](ThreadPorts::Told ended) { checkpoints_->end(std::move(ended)); }});
}

void NodeEngine::begin_drain() {
  metrics_.ready(false);
  desk_->close();
}

void NodeEngine::manager_stopped() {
  const std::lock_guard lock(stop_mutex_);
  ++managers_stopped_;
  stop_condition_.notify_all();
}

bool NodeEngine::wait_for_managers(std::size_t count,
                                   std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(stop_mutex_);
  if (stop_condition_.wait_until(lock, deadline, [&] { return managers_stopped_ == count; }))
    return true;
  log_warning("partitions of this node did not stop in time: the next start reads more of the log",
              {{"stopped", managers_stopped_}, {"asked", count}});
  return false;
}

void NodeEngine::stop(const std::vector<ManagerActor*>& managers,
                      const std::function<void()>& log) {
  if (actors_) {
    end_managers(managers);
    controls_.checkpoint(NodePart::checkpoints);
    controls_.stop(NodePart::checkpoints);
  }
  if (checkpoints_) checkpoints_->stop();
  if (log) log();
  if (actors_) {
    controls_.leave();
    actors_->await_all_actors_done();
  }
  if (desk_) desk_->answer_all();
  for (ManagerActor* manager : managers) *manager = nullptr;
  actors_.reset();
}

void NodeEngine::end_managers(const std::vector<ManagerActor*>& managers) {
  controls_.stop_watching();
  std::vector<caf::strong_actor_ptr> ending{
      caf::actor_cast<caf::strong_actor_ptr>(controls_.supervisor())};
  for (const ManagerActor* manager : managers) {
    if (!*manager) continue;
    caf::anon_send_exit(*manager, caf::exit_reason::user_shutdown);
    ending.push_back(caf::actor_cast<caf::strong_actor_ptr>(*manager));
  }
  controls_.wait_for(ending);
}

}  // namespace florin
