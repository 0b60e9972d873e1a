// Following, leading, and making the partition again when the leadership has ended.
#include "actors/partition/replica.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "actors/address.hpp"
#include "actors/partition/partition_recovery.hpp"

namespace florin {

Replica::Replica(PartitionId id, const PartitionMap& map, StateStore& store, EventLogReader& log,
                 Inbox& inbox, ReplicaNewsQueue& news, ReplicaPorts& ports,
                 PartitionOptions partition_options, HostOptions host_options)
    : id_(id),
      map_(map),
      store_(store),
      log_(log),
      inbox_(inbox),
      news_(news),
      ports_(ports),
      partition_options_(partition_options),
      host_options_(host_options) {}

Replica::~Replica() = default;

void Replica::make_partition() {
  host_.reset();
  partition_ = std::make_unique<Partition>(id_, map_, store_, partition_options_);
  HostPorts& ports = *this;
  host_ = std::make_unique<PartitionHost>(*partition_, inbox_, ports, host_options_);
  host_->take_turns(false);
}

Status<Error> Replica::recover(LogIndex committed) {
  make_partition();
  FLORIN_TRY_VOID(partition_->load());
  committed_ = std::max(committed, partition_->state().last_index());
  entries_replayed_ = committed_ - partition_->state().last_index();
  for (LogIndex index = partition_->state().last_index() + 1; index <= committed_; ++index) {
    FLORIN_TRY(bytes, log_.read(id_, index));
    FLORIN_TRY_VOID(replay(index, bytes));
  }
  return find_last_event(partition_->state(), log_);
}

Status<Error> Replica::replay(LogIndex index, std::string_view bytes) {
  auto replayed = partition_->replay(bytes);
  if (!replayed)
    return Err{Error{replayed.error().code, "partition " + std::to_string(id_) + ", entry " +
                                                std::to_string(index) + ": " +
                                                replayed.error().context}};
  return replayed;
}

void Replica::fail(const Error& error) {
  failed_ = true;
  ports_.failed(error);
}

// --- life ------------------------------------------------------------------------------------------------

void Replica::wake() {
  if (failed_) return;
  inbox_.woken();  // first: whatever comes from now on wakes again
  for (const ReplicaNews& news : news_.take()) {
    std::visit([this](const auto& n) { on(n); }, news);
    if (failed_) return;
  }
  if (dropped_) return refuse_waiting();
  maybe_rebuild();
  if (failed_) return;
  if (!leads()) refuse_waiting();
  if (!is_to_rebuild_) host_->wake();
}

void Replica::tick() {
  if (failed_ || dropped_) return;
  maybe_rebuild();
  if (failed_) return;
  if (is_to_rebuild_) return host_->expire_reads();
  if (!partners_returned_.empty()) partition_->resend_to(std::exchange(partners_returned_, {}));
  host_->tick();
}

void Replica::stop() {
  stopping_ = true;
  if (dropped_) return ports_.stopped();
  maybe_rebuild();
  if (!failed_ && !is_to_rebuild_) host_->stop();
}

// --- news ------------------------------------------------------------------------------------------------

// While it leads, these are its own entries: it has evolved them when it decided them.
void Replica::on(const EntriesCommitted& news) {
  if (dropped_) return;
  LogIndex index = news.first;
  for (const EntryBytes& bytes : news.entries) {
    if (!leads() && !is_to_rebuild_ && index > partition_->state().last_index())
      if (auto replayed = replay(index, *bytes); !replayed) return fail(replayed.error());
    committed_ = std::max(committed_, index++);
  }
}

void Replica::on(const LeadershipBegins& news) {
  if (is_to_rebuild_)
    leads_after_rebuild_ = news;
  else
    begin_leading(news);
}

void Replica::begin_leading(const LeadershipBegins& news) {
  epoch_ = news.epoch;
  partners_returned_.clear();  // everything is sent again anyway
  last_ticket_ = confirmed_ = 0;
  partition_->recovered(news.term);
  host_->take_turns(true);
}

void Replica::on(const LeadershipEnds&) {
  leads_after_rebuild_.reset();
  if (!leads()) return;
  epoch_ = 0;
  partners_returned_.clear();
  host_->take_turns(false);
  is_to_rebuild_ = true;
  std::vector<Reply> lost;
  for (const Effects& effects : host_->drop_effects())
    for (const Reply& reply : effects.replies)
      lost.push_back({reply.request, {}, NotAccepted{NotAccepted::Why::lost}});
  if (!lost.empty()) ports_.deliver(std::move(lost));
}

void Replica::on(const LeadershipConfirmed& news) {
  if (news.epoch == epoch_) confirmed_ = std::max(confirmed_, news.ticket);
}

// Asked for again by whoever leads then, if this was too late.
void Replica::on(const ChangeWanted& news) {
  if (leads() && news.epoch == epoch_ && !stopping_) host_->log_change(news.change);
}

// At the next tick, once for all: a new leader has its first entry to commit before it listens.
void Replica::on(const PartnerReturned& news) {
  if (leads()) partners_returned_.push_back(news.partition);
}

// The group has let it go, so it does not lead. A checkpoint under way may still be written: nobody reads it.
void Replica::on(const ReplicaDropped&) {
  dropped_ = true;
  is_to_rebuild_ = false;
  leads_after_rebuild_.reset();
  host_.reset();
  partition_.reset();
  if (stopping_) ports_.stopped();
}

std::uint64_t Replica::ask_confirmation() {
  ports_.confirm(epoch_, ++last_ticket_);
  return last_ticket_;
}

// --- leaving what was never committed behind -------------------------------------------------------------

// A checkpoint under way is of committed state, and must be whole before the store is read. One that found no room is
// forgotten: the log has what it says.
void Replica::maybe_rebuild() {
  if (!is_to_rebuild_) return;
  if (host_->is_checkpoint_running() && ports_.checkpoint_index() < host_->checkpoint_under_way() &&
      !ports_.take_refused_checkpoint())
    return;
  if (auto recovered = recover(committed_); !recovered) return fail(recovered.error());
  is_to_rebuild_ = false;
  if (leads_after_rebuild_) begin_leading(*std::exchange(leads_after_rebuild_, std::nullopt));
  if (stopping_) host_->stop();
}

void Replica::refuse_waiting() {
  std::vector<Reply> refused;
  if (dropped_)
    for (const RequestId request : inbox_.reads().take_all())
      refused.push_back({request, {}, NotAccepted{NotAccepted::Why::no_leader}});
  for (bool more = true; more;) {
    std::vector<std::vector<Message>> waiting;
    more = inbox_.take(waiting, host_options_.turn_messages_max);
    for (const auto& chunk : waiting)
      for (const Message& message : chunk)
        if (const RequestId request = request_of(message); request != 0)
          refused.push_back({request, {}, NotAccepted{NotAccepted::Why::no_leader}});
  }
  if (!refused.empty()) ports_.deliver(std::move(refused));
}

}  // namespace florin
