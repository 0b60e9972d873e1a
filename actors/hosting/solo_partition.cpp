// Serving, and making the partition again.
#include "actors/hosting/solo_partition.hpp"

#include <algorithm>
#include <utility>

#include "actors/hosting/partition_recovery.hpp"

namespace florin {

SoloPartition::SoloPartition(std::shared_ptr<Partition> partition, const PartitionMap& map,
                             StateStore& store, EventLogReader* log, Inbox& inbox, HostPorts& ports,
                             TurnLog& turn_log, HostOptions options)
    : id_(partition->state().id()),
      map_(map),
      store_(store),
      log_(log),
      inbox_(inbox),
      ports_(ports),
      turn_log_(turn_log),
      partition_options_(partition->options()),
      options_(options),
      partition_(std::move(partition)) {
  make_host();
}

void SoloPartition::make_host() {
  host_ = std::make_unique<PartitionHost>(*partition_, inbox_, ports_, turn_log_, options_);
}

Status<Error> SoloPartition::wake() {
  if (!is_rebuilding_) host_->wake();
  return after(true);
}

Status<Error> SoloPartition::tick() {
  if (!is_rebuilding_) host_->tick();
  return after(false);
}

// While it is made again there is nothing to finish: what it lacks then, the next start replays.
Status<Error> SoloPartition::stop() {
  stopping_ = true;
  if (!is_rebuilding_) host_->stop();
  return after(false);
}

Status<Error> SoloPartition::after(bool woken) {
  if (host_->is_damaged()) begin_rebuild();
  if (!is_rebuilding_) {
    if (host_->has_stopped()) tell_stopped();
    return Unit{};
  }
  if (woken) inbox_.woken();
  host_->refuse_waiting(NotAccepted::Why::rebuilding);
  if (stopping_) {
    tell_stopped();
    return Unit{};
  }
  return rebuild_step();
}

void SoloPartition::tell_stopped() {
  if (!std::exchange(told_that_stopped_, true)) ports_.stopped();
}

// What was handed to the log is on its way there: nobody else decides, so all of it becomes durable.
void SoloPartition::begin_rebuild() {
  std::vector<Reply> lost;
  for (const Effects& effects : host_->drop_effects())
    for (const Reply& reply : effects.replies)
      lost.push_back({reply.request, {}, NotAccepted{NotAccepted::Why::lost}});
  if (!lost.empty()) ports_.deliver(std::move(lost));
  if (is_rebuilding_ && !has_begun_again_) return;
  last_ = std::max({last_, turn_log_.durable_index(), host_->last_in_flight()});
  is_rebuilding_ = true;
  has_begun_again_ = false;
  ports_.rebuilding({RebuildNews::Kind::begins, 0, last_});
}

// A checkpoint under way must be over before the store goes: it would be written into the new one.
Status<Error> SoloPartition::rebuild_step() {
  if (!has_begun_again_) {
    if (ports_.is_writing_checkpoint() || turn_log_.durable_index() < last_) return Unit{};
    FLORIN_TRY_VOID(begin_again());
  }
  auto replayed = replay_some(*partition_, *log_, last_);
  if (host_->is_damaged()) {  // the new one too
    begin_rebuild();
    inbox_.wake();
    return Unit{};
  }
  FLORIN_TRY_VOID(std::move(replayed));
  ports_.rebuilding({RebuildNews::Kind::goes_on, partition_->state().last_index(), last_});
  if (partition_->state().last_index() >= last_)
    finish_rebuild();
  else
    host_->checkpoint_if_due();
  inbox_.wake();
  return Unit{};
}

Status<Error> SoloPartition::begin_again() {
  host_.reset();
  partition_ = std::make_shared<Partition>(id_, map_, store_, partition_options_);
  FLORIN_TRY_VOID(store_.begin_again());
  ports_.store_begins_again();
  has_begun_again_ = true;
  if (auto loaded = partition_->load(); !loaded && !partition_->state().is_damaged()) return loaded;
  make_host();
  host_->take_turns(false);
  return Unit{};
}

void SoloPartition::finish_rebuild() {
  is_rebuilding_ = false;
  ports_.rebuilding({RebuildNews::Kind::is_done, last_, last_});
  partition_->begin_deciding();
  host_->take_turns(true);
}

}  // namespace florin
