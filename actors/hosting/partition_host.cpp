// Turns, releases, checkpoints and the stop of one partition.
#include "actors/hosting/partition_host.hpp"

#include <algorithm>
#include <limits>

#include "actors/messages/address.hpp"

namespace florin {
namespace {

// Effects of what is not to be believed wait for an entry that never comes, until they are dropped.
constexpr LogIndex never_durable = std::numeric_limits<LogIndex>::max();

}  // namespace

PartitionHost::PartitionHost(Partition& partition, Inbox& inbox, HostPorts& ports, TurnLog& log,
                             HostOptions options)
    : partition_(partition), inbox_(inbox), ports_(ports), log_(log), options_(options) {}

Timestamp PartitionHost::time_by(const ClockReading& clock) {
  return time_.now(clock, ports_.monotonic_us(), partition_.state().last_time());
}

Timestamp PartitionHost::now() { return time_by(ports_.clock()); }

std::int64_t PartitionHost::time_ahead_us() {
  const ClockReading clock = ports_.clock();
  return std::max<std::int64_t>(0, time_by(clock).us - clock.time.us);
}

void PartitionHost::begin_turn() {
  ports_.turn_begins();
  const ClockReading clock = ports_.clock();
  const Timestamp time = time_by(clock);
  partition_.begin(time, client_clock(time, clock, options_.clock_offset_max_us),
                   clock.trust != ClockTrust::nobody);
}

std::optional<Timestamp> PartitionHost::next_due() const {
  auto due = takes_turns_ ? partition_.next_due() : std::nullopt;
  if (partition_.state().has_changes() && !collected_ && !checkpoint_running_)
    due = earlier(due, next_checkpoint_);
  if (is_store_full()) due = earlier(due, retry_at_);
  return due;
}

void PartitionHost::wake() {
  inbox_.woken();  // first: whatever comes from now on wakes again
  if (is_damaged()) return;
  release_durable();
  // Turns may run ahead of the disk only so far; what queues up meanwhile makes the next turn larger.
  if (takes_turns_ && may_take_turn()) run_turn(false);
  answer_reads();
  maybe_stopped();
}

void PartitionHost::tick() {
  if (is_damaged()) return;
  static_cast<void>(
      now());  // follows the clock while that can be trusted, also when nothing happens
  release_durable();
  const auto due = takes_turns_ ? partition_.next_due() : std::nullopt;
  const bool is_due = due && *due <= now();
  if (is_due && may_take_turn()) run_turn(true);
  answer_reads();
  expire_reads();
  maybe_checkpoint();
  maybe_scrub();
  maybe_stopped();
}

void PartitionHost::stop() {
  stopping_ = true;  // from now on a checkpoint is always due
  refuse_reads(inbox_.reads().take_all(), NotAccepted::Why::stopping);
  maybe_checkpoint();
  maybe_stopped();
}

void PartitionHost::run_turn(bool tick) {
  messages_.clear();
  bool more = inbox_.take(messages_, options_.turn_messages_max);
  if (messages_.empty() && !tick && !partition_.has_long_reads()) return;
  begin_turn();
  if (tick) partition_.tick();
  std::size_t taken = 0;
  for (const auto& chunk : messages_) taken += chunk.size();
  const std::size_t handled = partition_.handle_all(messages_);
  if (handled < taken) {
    inbox_.put_back(messages_, handled);
    more = true;
  }
  end_turn(handled);
  if (more || partition_.has_long_reads()) inbox_.wake();
}

void PartitionHost::log_change(const ReplicaChanged& change) {
  begin_turn();
  partition_.log(change);
  end_turn(0);
}

// transfer path 6/13: the turn's entry goes to the log; its effects wait until that is durable.
void PartitionHost::end_turn(std::size_t messages) {
  SealedTurn turn = partition_.seal();
  if (is_damaged()) return effects_.push(never_durable, 0, std::move(turn.effects));
  std::uint64_t ticket = 0;
  if (turn.entry.empty()) {
    if (turn.effects.are_a_leaders()) ticket = log_.ask_confirmation();
  } else {
    in_flight_.push_back(turn.index);
    log_.append({partition_.state().id(), turn.index, std::move(turn.entry)});
  }
  effects_.push(turn.index, ticket, std::move(turn.effects));
  ports_.turn_ended(messages);
  ports_.turn_cost(partition_.last_cost());
  release_durable();
  maybe_checkpoint();
}

void PartitionHost::release_durable() {
  const LogIndex durable = log_.durable_index();
  std::erase_if(in_flight_, [durable](LogIndex index) { return index <= durable; });
  effects_.release_up_to(durable, log_.confirmed_ticket(),
                         [this](Effects effects) { ports_.release(std::move(effects)); });
  read_effects_.release_up_to(durable, 0,
                              [this](Effects effects) { ports_.release(std::move(effects)); });
  submit_checkpoint_if_durable();
}

std::vector<Effects> PartitionHost::drop_effects() {
  std::vector<Effects> dropped = effects_.drop_all();
  for (Effects& effects : read_effects_.drop_all()) dropped.push_back(std::move(effects));
  Effects unanswered;  // whatever stands in it: nobody hears it
  for (const RequestId request : partition_.drop_long_reads())
    unanswered.replies.push_back({request, {}, NotAccepted{NotAccepted::Why::lost}});
  dropped.push_back(std::move(unanswered));
  return dropped;
}

// --- reads that any replica may answer -----------------------------------------------------------------

void PartitionHost::answer_reads() {
  // Some at a time, so that answers leave, and turns are taken, before the next are made; those that wait for the log
  // stop the others.
  if (is_damaged() || inbox_.reads().empty() ||
      read_effects_.bytes() >= options_.waiting_reply_bytes_max)
    return;
  std::vector<Message> reads;
  bool more = inbox_.reads().take_ready(partition_.state().last_index(), ports_.monotonic_us(),
                                        options_.round_reads_max, reads);
  if (reads.empty()) return;
  Effects answers = partition_.answer(reads);
  more = more || !reads.empty();
  inbox_.reads().put_back(std::move(reads), ports_.monotonic_us());
  if (is_damaged()) return read_effects_.push(never_durable, 0, std::move(answers));
  ports_.turn_cost(partition_.last_cost());
  read_effects_.push(partition_.state().last_index(), 0, std::move(answers));
  release_durable();
  if (more) inbox_.wake();
}

void PartitionHost::expire_reads() {
  if (inbox_.reads().empty()) return;
  refuse_reads(inbox_.reads().take_expired(ports_.monotonic_us() - options_.read_wait_us),
               NotAccepted::Why::behind);
}

void PartitionHost::refuse_reads(const std::vector<RequestId>& requests, NotAccepted::Why why) {
  std::vector<Reply> refused;
  for (const RequestId request : requests) refused.push_back({request, {}, NotAccepted{why}});
  if (!refused.empty()) ports_.deliver(std::move(refused));
}

void PartitionHost::refuse_waiting(NotAccepted::Why why) {
  std::vector<RequestId> refused = inbox_.reads().take_all();
  for (bool more = true; more;) {
    std::vector<std::vector<Message>> waiting;
    more = inbox_.take(waiting, options_.turn_messages_max);
    for (const auto& chunk : waiting)
      for (const Message& message : chunk)
        if (const RequestId request = request_of(message); request != 0) refused.push_back(request);
  }
  refuse_reads(refused, why);
}

// --- checkpoints ---------------------------------------------------------------------------------------

bool PartitionHost::has_many_dirty_rows() const {
  const PartitionState& state = partition_.state();
  return state.dirty_rows() >= options_.checkpoint_dirty_max ||
         state.dirty_bytes() >= limits::checkpoint_dirty_bytes_max;
}

// The same rows again later: what has changed since is in the next one.
void PartitionHost::take_back_checkpoint() {
  if (!checkpoint_running_) return;
  auto refused = ports_.take_refused_checkpoint();
  if (!refused) return;
  checkpoint_running_ = false;
  collected_ = std::move(refused);
  retry_pause_us_ = std::clamp(2 * retry_pause_us_, options_.checkpoint_pause_us_min,
                               options_.checkpoint_pause_us_max);
  retry_at_ = now() + retry_pause_us_;
}

void PartitionHost::maybe_checkpoint() {
  PartitionState& state = partition_.state();
  if (is_damaged()) return;
  const LogIndex written = ports_.checkpoint_index();
  take_back_checkpoint();
  if (checkpoint_running_ && written >= collected_index_) {
    checkpoint_running_ = false;
    retry_at_.reset();
    retry_pause_us_ = 0;
    state.checkpoint_written(written);
    state.passivate();
  }
  inbox_.hold_changes(retry_pause_us_ != 0 && has_many_dirty_rows());
  if (collected_ || checkpoint_running_) return;
  // Who only reads activates accounts too, and then no checkpoint comes after which to put them away.
  if (!state.has_changes()) return state.passivate();
  const Timestamp time = now();
  // Planned when it still followed, more than an interval away.
  if (takes_turns_)
    next_checkpoint_ = std::min(next_checkpoint_, time + options_.checkpoint_interval_us);
  const bool due = time >= next_checkpoint_ || stopping_;
  if (!due && !has_many_dirty_rows()) return;
  next_checkpoint_ =
      time + options_.checkpoint_interval_us * (takes_turns_ ? 1 : options_.following_intervals);
  collected_ = state.collect_checkpoint();
  collected_index_ = collected_->index;
  submit_checkpoint_if_durable();
}

void PartitionHost::maybe_scrub() {
  partition_.state().note_scrubbed(ports_.scrubbed_at());
  if (stopping_ || ports_.monotonic_us() < next_scrub_us_) return;
  next_scrub_us_ = ports_.monotonic_us() + options_.scrub_interval_us;
  ports_.scrub(options_.scrub_rows);
}

void PartitionHost::checkpoint_if_due() {
  submit_checkpoint_if_durable();
  maybe_checkpoint();
}

void PartitionHost::submit_checkpoint_if_durable() {
  if (!collected_ || log_.durable_index() < collected_->index) return;
  if (retry_at_ && now() < *retry_at_) return;
  retry_at_.reset();
  checkpoint_running_ = true;
  Checkpoint checkpoint = std::move(*collected_);
  collected_.reset();
  ports_.write_checkpoint(std::move(checkpoint));
}

// Stopped when nothing waits, everything is durable, and the store has all of it, or no room: then the log has it.
void PartitionHost::maybe_stopped() {
  maybe_checkpoint();
  if (!stopping_ || has_stopped_ || is_damaged()) return;
  const bool idle = in_flight_.empty() && effects_waiting() == 0 && inbox_.size() == 0 &&
                    inbox_.reads().empty() && !partition_.has_long_reads();
  if (!idle || checkpoint_running_) return;
  if (!is_store_full() && (collected_ || partition_.state().has_changes())) return;
  has_stopped_ = true;
}

}  // namespace florin
