// Following, leading, and making the partition again when the leadership has ended.
#include "actors/hosting/replica.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "actors/hosting/partition_recovery.hpp"
#include "actors/messages/address.hpp"

namespace florin {

Replica::Replica(PartitionId id, const PartitionMap& map, StateStore& store, EventLogReader& log,
                 Inbox& inbox, ReplicaNewsQueue& news, HostPorts& ports, ReplicaPorts& group,
                 PartitionOptions partition_options, HostOptions host_options)
    : id_(id),
      map_(map),
      store_(store),
      log_(log),
      inbox_(inbox),
      news_(news),
      ports_(ports),
      group_(group),
      partition_options_(partition_options),
      host_options_(host_options) {}

Replica::~Replica() = default;

void Replica::make_partition() {
  host_.reset();
  partition_ = std::make_unique<Partition>(id_, map_, store_, partition_options_);
  TurnLog& log = *this;
  host_ = std::make_unique<PartitionHost>(*partition_, inbox_, ports_, log, host_options_);
  host_->take_turns(false);
}

Status<Error> Replica::recover(LogIndex committed) {
  committed_ = std::max(committed_, committed);
  make_partition();
  auto recovered = load_and_replay();
  if (!partition_->state().is_damaged()) return recovered;
  begin_from_the_log();
  return Unit{};
}

Status<Error> Replica::load_and_replay() {
  heads_.forget_own();
  FLORIN_TRY_VOID(partition_->load());
  heads_.note({partition_->state().last_index(), partition_->state().last_hash()});
  committed_ = std::max(committed_, partition_->state().last_index());
  entries_replayed_ = committed_ - partition_->state().last_index();
  for (LogIndex index = partition_->state().last_index() + 1; index <= committed_; ++index) {
    FLORIN_TRY(bytes, log_.read(id_, index));
    FLORIN_TRY_VOID(replay(index, bytes));
  }
  return find_last_event(partition_->state(), log_);
}

void Replica::recover_later(LogIndex committed) {
  make_partition();
  committed_ = committed;
  is_to_rebuild_ = true;
}

Status<Error> Replica::replay(LogIndex index, std::string_view bytes) {
  auto replayed = partition_->replay(bytes);
  if (!replayed)
    return Err{Error{replayed.error().code, "partition " + std::to_string(id_) + ", entry " +
                                                std::to_string(index) + ": " +
                                                replayed.error().context}};
  heads_.note({index, partition_->state().last_hash()});
  return replayed;
}

void Replica::fail(const Error& error) {
  failed_ = true;
  group_.failed(error);
}

// --- life ------------------------------------------------------------------------------------------------

void Replica::wake() {
  if (failed_) return;
  inbox_.woken();  // first: whatever comes from now on wakes again
  for (const ReplicaNews& news : news_.take()) {
    visit([this](const auto& n) { on(n); }, news);
    if (failed_) return;
  }
  if (dropped_) return refuse_waiting();
  maybe_rebuild();
  if (failed_) return;
  if (!leads() || is_to_rebuild_ || heads_.stands_apart()) refuse_waiting();
  if (heads_.stands_apart()) return;
  if (!is_to_rebuild_) host_->wake();
  look_at_host();
}

void Replica::tick() {
  if (failed_ || dropped_) return;
  maybe_rebuild();
  if (failed_) return;
  if (is_to_rebuild_) return host_->expire_reads();
  look_at_heads();
  if (heads_.stands_apart()) {
    if (leads()) group_.give_up_leadership();
    return;
  }
  if (!partners_returned_.empty()) partition_->resend_to(std::exchange(partners_returned_, {}));
  host_->tick();
  look_at_host();
}

void Replica::stop() {
  stopping_ = true;
  if (dropped_ || heads_.stands_apart()) return tell_stopped();
  if (from_the_log_) return tell_stopped();  // what it lacks, the next start replays
  maybe_rebuild();
  if (!failed_ && !is_to_rebuild_) host_->stop();
  look_at_host();
}

// --- news ------------------------------------------------------------------------------------------------

// While it leads, these are its own entries: it has evolved them when it decided them.
void Replica::on(const EntriesCommitted& news) {
  if (dropped_) return;
  LogIndex index = news.first;
  for (const EntryBytes& bytes : news.entries) {
    if (!leads() && !is_to_rebuild_ && index > partition_->state().last_index())
      if (auto replayed = replay(index, *bytes); !replayed) {
        if (!partition_->state().is_damaged()) return fail(replayed.error());
        begin_from_the_log();
      }
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
  reign_ = news.reign;
  term_ = news.term;
  partners_returned_.clear();  // everything is sent again anyway
  last_ticket_ = confirmed_ = 0;
  partition_->begin_deciding(news.term);
  host_->take_turns(true);
}

void Replica::on(const LeadershipEnds&) {
  leads_after_rebuild_.reset();
  if (!leads()) return;
  reign_ = 0;
  heads_.forget_own();  // some were of entries that others may replace
  partners_returned_.clear();
  is_to_rebuild_ = true;
  last_proposed_ = 0;
  drop_state();
}

// Nobody hears what it has decided.
void Replica::drop_state() {
  host_->take_turns(false);
  std::vector<Reply> lost;
  for (const Effects& effects : host_->drop_effects())
    for (const Reply& reply : effects.replies)
      lost.push_back({reply.request, {}, NotAccepted{NotAccepted::Why::lost}});
  if (!lost.empty()) ports_.deliver(std::move(lost));
}

void Replica::on(const LeadershipConfirmed& news) {
  if (news.reign == reign_) confirmed_ = std::max(confirmed_, news.ticket);
}

// Asked for again by whoever leads then, if this was too late.
void Replica::on(const ChangeWanted& news) {
  if (leads() && news.reign == reign_ && !stopping_ && !is_to_rebuild_)
    host_->log_change(news.change);
}

// At the next tick, once for all: a new leader has its first entry to commit before it listens.
void Replica::on(const PartnerReturned& news) {
  if (leads()) partners_returned_.push_back(news.partition);
}

// The group has let it go, so it does not lead. A checkpoint under way may still be written: nobody reads it.
void Replica::on(const ReplicaDropped&) {
  dropped_ = true;
  is_to_rebuild_ = from_the_log_ = false;
  leads_after_rebuild_.reset();
  host_.reset();
  partition_.reset();
  group_.emptied();
  if (stopping_) tell_stopped();
}

void Replica::on(const HeadsHeard& news) { hear(news.from, news.heads); }

// Each tick: what others have said of entries that this replica has reached since.
void Replica::look_at_heads() {
  if (dropped_ || failed_ || is_to_rebuild_) return;
  const bool stood_apart = heads_.stands_apart();
  for (const ChainHeads::Difference& difference : heads_.compare(committed_))
    group_.chain_differs(difference);
  if (heads_.stands_apart() && !stood_apart) refuse_waiting();
}

void Replica::append(LogEntry entry) {
  heads_.note({entry.index, partition_->state().last_hash()});
  group_.propose(reign_, std::move(entry));
}

std::uint64_t Replica::ask_confirmation() {
  group_.confirm(reign_, ++last_ticket_);
  return last_ticket_;
}

// --- leaving what was never committed behind -------------------------------------------------------------

// A checkpoint under way is of committed state, and must be whole before the store is read. One that found no room is
// forgotten: the log has what it says.
void Replica::maybe_rebuild() {
  if (!is_to_rebuild_) return;
  if (from_the_log_) return rebuild_step();
  if (host_->is_damaged()) {
    begin_from_the_log();
    return inbox_.wake();
  }
  if (host_->is_checkpoint_running() && ports_.checkpoint_index() < host_->checkpoint_under_way() &&
      !ports_.take_refused_checkpoint())
    return;
  if (auto recovered = recover(committed_); !recovered) return fail(recovered.error());
  if (from_the_log_) return inbox_.wake();
  finish_rebuild();
}

void Replica::finish_rebuild() {
  is_to_rebuild_ = from_the_log_ = false;
  if (leads()) {
    partition_->begin_deciding(term_);
    host_->take_turns(true);
  } else if (leads_after_rebuild_) {
    begin_leading(*std::exchange(leads_after_rebuild_, std::nullopt));
  }
  if (stopping_) {
    host_->stop();
    if (host_->has_stopped()) tell_stopped();
  }
}

// --- leaving a damaged store behind ----------------------------------------------------------------------

// Whenever it may have done something.
void Replica::look_at_host() {
  if (failed_ || is_to_rebuild_) return;
  if (host_->has_stopped()) tell_stopped();
  if (!host_->is_damaged()) return;
  begin_from_the_log();
  inbox_.wake();
}

void Replica::tell_stopped() {
  if (!std::exchange(told_that_stopped_, true)) ports_.stopped();
}

// What it has proposed is in the group's hands: until that is committed, or the leadership has ended, it cannot know
// what comes next.
void Replica::begin_from_the_log() {
  if (leads() && !is_to_rebuild_) last_proposed_ = std::max(committed_, host_->last_in_flight());
  drop_state();
  is_to_rebuild_ = from_the_log_ = true;
  has_begun_again_ = false;
  ports_.rebuilding({RebuildNews::Kind::begins, 0, committed_});
  if (stopping_) tell_stopped();
}

// A checkpoint under way must be over before the store goes: it would be written into the new one.
void Replica::rebuild_step() {
  if (!has_begun_again_) {
    if (ports_.is_writing_checkpoint()) return;
    if (auto begun = begin_again(); !begun) return fail(begun.error());
  }
  auto replayed = replay_some(*partition_, log_, committed_);
  if (host_->is_damaged()) {  // the new one too
    begin_from_the_log();
    return inbox_.wake();
  }
  if (!replayed) return fail(replayed.error());
  const LogIndex now = partition_->state().last_index();
  heads_.note({now, partition_->state().last_hash()});
  ports_.rebuilding({RebuildNews::Kind::goes_on, now, committed_});
  if (now < committed_) {
    host_->checkpoint_if_due();
    return inbox_.wake();
  }
  if (leads() && committed_ < last_proposed_) return;  // the rest is news that will come
  ports_.rebuilding({RebuildNews::Kind::is_done, now, committed_});
  finish_rebuild();
}

Status<Error> Replica::begin_again() {
  host_.reset();
  partition_.reset();
  FLORIN_TRY_VOID(store_.begin_again());
  ports_.store_begins_again();
  has_begun_again_ = true;
  heads_.forget_own();
  make_partition();
  auto loaded = partition_->load();
  if (!loaded && !partition_->state().is_damaged()) return loaded;
  return Unit{};
}

void Replica::refuse_waiting() {
  std::vector<Reply> refused;
  const auto why = from_the_log_ ? NotAccepted::Why::rebuilding : NotAccepted::Why::no_leader;
  if (dropped_ || from_the_log_ || heads_.stands_apart())
    for (const RequestId request : inbox_.reads().take_all())
      refused.push_back({request, {}, NotAccepted{why}});
  for (bool more = true; more;) {
    std::vector<std::vector<Message>> waiting;
    more = inbox_.take(waiting, host_options_.turn_messages_max);
    for (const auto& chunk : waiting)
      for (const Message& message : chunk)
        if (const RequestId request = request_of(message); request != 0)
          refused.push_back({request, {}, NotAccepted{why}});
  }
  if (!refused.empty()) ports_.deliver(std::move(refused));
}

}  // namespace florin
