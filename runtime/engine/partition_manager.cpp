// When a turn runs, when its effects leave, when a checkpoint is due, when a partition has stopped.
#include "runtime/engine/partition_manager.hpp"

#include <algorithm>
#include <chrono>

#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

PartitionManager::PartitionManager(caf::actor_config& config, std::shared_ptr<Partition> partition,
                                   PartitionPorts ports, ManagerOptions options)
    : caf::event_based_actor(config),
      partition_(std::move(partition)),
      ports_(std::move(ports)),
      options_(options),
      checkpoint_written_(std::make_shared<std::atomic<LogIndex>>(0)) {}

caf::behavior PartitionManager::make_behavior() {
  delayed_send(this, options_.tick, TickAtom::value);
  return {
      [this](WakeAtom) { on_wake(); },
      [this](TickAtom) { on_tick(); },
      [this](StopAtom) { on_stop(); },
  };
}

void PartitionManager::on_wake() {
  ports_.inbox->woken();  // first: whatever comes from now on wakes again
  release_durable();
  // Turns may run ahead of the disk only so far; what queues up meanwhile makes the next turn larger.
  if (in_flight_.size() < options_.turns_in_flight_max) run_turn(false);
  maybe_stopped();
}

void PartitionManager::on_tick() {
  delayed_send(this, options_.tick, TickAtom::value);
  release_durable();
  const auto due = partition_->next_due();
  const bool tick = due && *due <= ports_.clock->now();
  if (tick && in_flight_.size() < options_.turns_in_flight_max) run_turn(true);
  maybe_checkpoint();
  publish_gauges();
  maybe_stopped();
}

void PartitionManager::on_stop() {
  stopping_ = true;  // from now on a checkpoint is always due
  maybe_checkpoint();
  maybe_stopped();
}

void PartitionManager::run_turn(bool tick) {
  messages_.clear();
  const bool more = ports_.inbox->take(messages_, options_.turn_messages_max);
  if (messages_.empty() && !tick) return;
  const auto begin = std::chrono::steady_clock::now();
  partition_->begin(ports_.clock->now());
  if (tick) partition_->tick();
  std::size_t handled = 0;
  for (const auto& chunk : messages_) {
    handled += chunk.size();
    partition_->handle_all(chunk);
  }
  SealedTurn turn = partition_->seal();
  if (!turn.entry.empty()) {
    in_flight_.push_back(turn.index);
    ports_.append({partition_->state().id(), turn.index, std::move(turn.entry)});
  }
  ports_.store->end_read();
  effects_.push(turn.index, std::move(turn.effects));
  if (ports_.metrics != nullptr)
    ports_.metrics->turn_finished(handled, std::chrono::steady_clock::now() - begin);
  release_durable();
  maybe_checkpoint();
  if (more) ports_.inbox->wake();
}

void PartitionManager::release_durable() {
  const LogIndex durable = ports_.durable->index.load(std::memory_order_acquire);
  std::erase_if(in_flight_, [durable](LogIndex index) { return index <= durable; });
  effects_.durable_up_to(durable, [this](Effects effects) { release(std::move(effects)); });
  submit_checkpoint_if_durable();
}

// The fixed order of effects: replies, messages, then what people want to know.
void PartitionManager::release(Effects effects) {
  if (!effects.replies.empty()) ports_.deliver(std::move(effects.replies));
  for (Outgoing& out : effects.outgoing) ports_.tell(out.to, std::move(out.messages));
  for (const Alarm& alarm : effects.alarms)
    log_error("invariant alarm", {{"what", alarm.what},
                                  {"transfer", alarm.leg.transfer.to_string()},
                                  {"leg", std::int64_t{alarm.leg.leg}}});
  if (ports_.metrics == nullptr) return;
  for (const Protocol protocol : {Protocol::local, Protocol::tcc, Protocol::saga}) {
    const auto at = static_cast<std::size_t>(protocol);
    if (effects.ended_completed[at] != 0)
      ports_.metrics->transfers_finished(protocol, TransferEnd::completed, effects.ended_completed[at]);
    if (effects.ended_refused[at] != 0)
      ports_.metrics->transfers_finished(protocol, TransferEnd::refused, effects.ended_refused[at]);
  }
}

// --- checkpoints ---------------------------------------------------------------------------------------

void PartitionManager::maybe_checkpoint() {
  PartitionState& state = partition_->state();
  const LogIndex written = checkpoint_written_->load(std::memory_order_acquire);
  if (checkpoint_running_ && written >= collected_index_) {
    checkpoint_running_ = false;
    state.checkpoint_written(written);
    state.passivate();
  }
  if (collected_ || checkpoint_running_) return;
  // Who only reads activates accounts too, and then no checkpoint comes after which to put them away.
  if (!state.has_changes()) return state.passivate();
  const Timestamp now = ports_.clock->now();
  const bool due = now >= next_checkpoint_ || stopping_;
  if (!due && state.dirty_rows() < options_.checkpoint_dirty_max) return;
  next_checkpoint_ = now + options_.checkpoint_interval_us;
  collected_ = state.collect_checkpoint();
  collected_index_ = collected_->index;
  submit_checkpoint_if_durable();
}

void PartitionManager::submit_checkpoint_if_durable() {
  if (!collected_) return;
  if (ports_.durable->index.load(std::memory_order_acquire) < collected_->index) return;
  checkpoint_running_ = true;
  CheckpointThread::Job job;
  job.store = ports_.store;
  job.checkpoint = std::move(*collected_);
  job.written = [mark = checkpoint_written_, inbox = ports_.inbox](LogIndex index) {
    mark->store(index, std::memory_order_release);
    inbox->wake();
  };
  collected_.reset();
  ports_.write_checkpoint(std::move(job));
}

// Stopped when nothing waits, everything is durable, and the store has all of it.
void PartitionManager::maybe_stopped() {
  maybe_checkpoint();
  if (!stopping_ || reported_stopped_) return;
  const bool idle = in_flight_.empty() && effects_.size() == 0 && ports_.inbox->size() == 0;
  if (!idle || collected_ || checkpoint_running_ || partition_->state().has_changes()) return;
  reported_stopped_ = true;
  ports_.stopped();
}

void PartitionManager::publish_gauges() {
  if (ports_.metrics == nullptr) return;
  PartitionState& state = partition_->state();
  ports_.metrics->inbox_depth(state.id(), ports_.inbox->size());
  ports_.metrics->transfers_in_flight(state.id(), state.open_transfer_count());
  ports_.metrics->entities_resident(state.id(), state.resident_accounts());
  const PartitionCounters& now = state.counters();
  ports_.metrics->entity_cache_used(now.account_hits - reported_.account_hits,
                                    now.account_activations - reported_.account_activations,
                                    now.account_passivations - reported_.account_passivations);
  reported_ = now;
}

}  // namespace florin
