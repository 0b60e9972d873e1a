// One incarnation of a node that is alone.
#include "sim/solo_process.hpp"

#include "actors/hosting/partition_recovery.hpp"
#include "actors/hosting/solo_partition.hpp"
#include "actors/messages/address.hpp"
#include "persistence/checked_state_store.hpp"
#include "sim/sim_host_ports.hpp"
#include "sim/tick_schedule.hpp"

namespace florin::sim {
namespace {

constexpr std::uint64_t data_id = 0x53494D;
constexpr const char* log_directory = "/sim/log";

}  // namespace

// One hosted partition and its shell: what PartitionManager is in the real node.
class SoloProcess::HostedPartition final : private SimHostPorts, private TurnLog {
 public:
  HostedPartition(SoloProcess& process, PartitionId id, std::unique_ptr<CheckedStateStore> store)
      : SimHostPorts(process.node_, id, std::move(store),
                     [&process](const Error& error) { process.die(error); }),
        process_(process),
        solo_(std::make_shared<Partition>(id, process.node_.map_, store_.store(),
                                          process.node_.options_.partition),
              process.node_.map_, store_.store(), process.journal_.get(), inbox_, *this, *this,
              process.node_.options_.host) {
    inbox_.set_wake([this] { wake_later(); });
  }

  // After recovery.
  void begin() {
    mark().begin(inbox_, process_.journal_->last_index(id_));
    schedule_tick();
    if (partition().state().is_damaged()) inbox_.wake();
  }
  void clock_was_set() {
    ticks_.forget();
    schedule_tick();
  }
  Partition& partition() { return solo_.partition(); }
  [[nodiscard]] bool is_rebuilding() const { return solo_.is_rebuilding(); }
  Inbox& inbox() { return inbox_; }
  [[nodiscard]] QueuesSeen queues() {
    PartitionState& state = partition().state();
    return {.node = node().number_,
            .partition = state.id(),
            .from_clients = from_clients(inbox_),
            .reads = inbox_.reads().size(),
            .in_flight = solo_.host().entries_in_flight(),
            .open = state.open_transfer_count(),
            .deciding = &state};
  }
  [[nodiscard]] bool is_quiet() {
    PartitionHost& host = solo_.host();
    return !solo_.is_rebuilding() && inbox_.size() == 0 && host.entries_in_flight() == 0 &&
           host.effects_waiting() == 0 && partition().state().open_transfer_count() == 0 &&
           partition().state().leg_count() == 0;
  }

 private:
  SimNode& node() const { return process_.node_; }
  [[nodiscard]] DurableMark& mark() const { return process_.marks_[id_]; }

  void wake_later() {
    const SimTime delay = node().random_.between(0, node().options_.wake_delay_max);
    const PartitionId id = partition().state().id();
    process_.later(delay, [id](SoloProcess& process) {
      HostedPartition& self = *process.hosted_[id];
      if (auto status = self.solo_.wake(); !status) return process.die(status.error());
      self.ticks_.want();
      self.schedule_tick();
    });
  }

  void schedule_tick() {
    const PartitionId id = partition().state().id();
    ticks_.plan(node().events_.now(), solo_.host(), false,
                [this, id](SimTime delay, std::uint64_t generation) {
                  process_.later(delay, [id, generation](SoloProcess& process) {
                    HostedPartition& self = *process.hosted_[id];
                    if (!self.ticks_.begin(generation)) return;
                    if (auto status = self.solo_.tick(); !status)
                      return process.die(status.error());
                    self.schedule_tick();
                  });
                });
  }

  // HostPorts and TurnLog
  [[nodiscard]] Timestamp now() const override { return node().clock_.now(); }
  [[nodiscard]] LogIndex durable_index() const override { return mark().durable(); }
  void append(LogEntry entry) override {
    node().outside_.appended(entry);
    node().outside_.decided(node().number_, entry);
    process_.submit(std::move(entry));
  }
  void deliver(std::vector<Reply> replies) override {
    for (Reply& reply : replies) node().outside_.answer(node().number_, std::move(reply));
  }
  void tell(PartitionId to, std::vector<Message> messages) override {
    node().outside_.told(partition().state().id(), to, messages);
    if (node().hosts(to)) return process_.receive(to, std::move(messages));
    node().outside_.tell(node().number_, to % node().options_.nodes, to, std::move(messages));
  }
  void rebuilding(const RebuildNews& news) override {
    if (news.kind == RebuildNews::Kind::goes_on) return;
    node().tell_rebuilding(partition().state().id(), news, store_.store());
    if (news.kind == RebuildNews::Kind::is_done)
      node().outside_.recovered(partition(), *process_.journal_);
  }
  void turn_ended(std::size_t messages) override {
    node().trace_.step(Step::turn, node().events_.now(), partition().state().id(), messages,
                       partition().state().last_index());
  }

  SoloProcess& process_;
  SoloPartition solo_;
  TickSchedule ticks_{node().options_.host.tick.count() * millisecond};
};

SoloProcess::SoloProcess(SimNode& node) : node_(node), marks_(node.options_.partitions) {}
SoloProcess::~SoloProcess() = default;

Result<std::unique_ptr<SimProcess>, Error> SoloProcess::start(SimNode& node) {
  std::unique_ptr<SoloProcess> process(new SoloProcess(node));
  FLORIN_TRY_VOID(process->recover());
  return std::unique_ptr<SimProcess>(std::move(process));
}

void SoloProcess::later(SimTime delay, std::function<void(SoloProcess&)> task) {
  node_.later(delay, [task = std::move(task)](SimProcess& process) {
    task(static_cast<SoloProcess&>(process));
  });
}

Status<Error> SoloProcess::recover() {
  JournalOptions options;
  options.directory = log_directory;
  options.data_id = data_id + node_.number_;
  options.partitions = node_.options_.partitions;
  options.segment_bytes = node_.options_.segment_bytes;
  options.block_bytes = node_.options_.block_bytes_max;
  options.prepare_ahead = false;
  options.files = &node_.disk_;
  FLORIN_TRY(journal, Journal::open(options));
  journal_ = std::move(journal);
  std::vector<Partition*> partitions;
  for (std::uint32_t p = 0; p < node_.options_.partitions; ++p) {
    const auto id = static_cast<PartitionId>(p);
    if (node_.hosts(id)) {
      FLORIN_TRY(store,
                 CheckedStateStore::open(std::make_unique<SimStorePlace>(*node_.stores_[p])));
      hosted_.push_back(std::make_unique<HostedPartition>(*this, id, std::move(store)));
    } else {
      hosted_.push_back(nullptr);
    }
    partitions.push_back(hosted_.back() ? &hosted_.back()->partition() : nullptr);
  }
  FLORIN_TRY_VOID(recover_partitions(partitions, *journal_, log_directory, nullptr));
  for (const auto& hosted : hosted_) {
    if (!hosted) continue;
    if (!hosted->partition().state().is_damaged())
      node_.outside_.recovered(hosted->partition(), *journal_);
    hosted->begin();
  }
  return Unit{};
}

void SoloProcess::receive(PartitionId to, std::vector<Message> messages) {
  hosted_.at(to)->inbox().push_from_partition(std::move(messages));
}

std::optional<NotAccepted::Why> SoloProcess::receive_request(PartitionId to, Message message,
                                                             RequestId) {
  set_command(message, {static_cast<std::uint16_t>(node_.number_ + 1), node_.incarnation_,
                        ++commands_given_});
  std::vector<Message> one;
  one.push_back(std::move(message));
  if (hosted_.at(to)->inbox().push_from_clients(one) == 1) return std::nullopt;
  return NotAccepted{}.why;
}

Partition* SoloProcess::partition(PartitionId id) {
  return hosted_.at(id) && !hosted_[id]->is_rebuilding() ? &hosted_[id]->partition() : nullptr;
}

bool SoloProcess::is_quiet() const {
  if (group_running_ || !queue_.empty()) return false;
  for (const auto& hosted : hosted_)
    if (hosted && !hosted->is_quiet()) return false;
  return true;
}

std::vector<QueuesSeen> SoloProcess::queues() {
  std::vector<QueuesSeen> all;
  for (const auto& hosted : hosted_)
    if (hosted && !hosted->is_rebuilding()) all.push_back(hosted->queues());
  return all;
}

void SoloProcess::count_open(DiskNeeds& needs) const {
  for (const auto& hosted : hosted_) {
    if (!hosted) continue;
    needs.open_postings += hosted->partition().state().open_posting_count();
    needs.open_postings += hosted->partition().state().leg_count();
    needs.waiting_messages += hosted->inbox().size();
  }
}

void SoloProcess::clock_was_set() {
  for (const auto& hosted : hosted_)
    if (hosted) hosted->clock_was_set();
}

// --- the journal thread ----------------------------------------------------------------------------------

void SoloProcess::submit(LogEntry entry) {
  queue_.push_back(std::move(entry));
  if (group_running_) return;
  group_running_ = true;
  later(node_.random_.between(0, 20), [](SoloProcess& self) { self.begin_group(); });
}

void SoloProcess::begin_group() {
  group_.take(queue_);
  if (auto status = group_.append(*journal_); !status) return die(status.error());
  const SimTime takes = node_.random_.between(node_.options_.fsync_min, node_.options_.fsync_max);
  later(takes + node_.extra_fsync_, [](SoloProcess& self) { self.sync_group(); });
}

void SoloProcess::sync_group() {
  if (auto status = journal_->sync(); !status) return die(status.error());
  // A crash from here on leaves entries that are durable and that nobody was told about.
  later(node_.random_.between(0, 50), [](SoloProcess& self) { self.publish_group(); });
}

void SoloProcess::publish_group() {
  group_.tell([this](const LogEntry& entry) { node_.outside_.durable(entry); }, [](PartitionId) {});
  tell_durable(group_, marks_);
  node_.look_at_disk();
  group_running_ = false;
  if (queue_.empty()) return;
  group_running_ = true;
  begin_group();
}

}  // namespace florin::sim
