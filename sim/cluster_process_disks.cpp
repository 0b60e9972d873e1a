// Disks compared, as NodeDisks does it: the same DiskExchange, its book and the count of starts in files of the simulated
// disk. Inodes are not simulated: a disk that comes back older or empty has them, so to speak, as it had them.
#include "actors/asks/peer_messages.hpp"
#include "cluster/disk/group_reaches.hpp"
#include "persistence/start_record.hpp"
#include "sim/cluster_hosted.hpp"

namespace florin::sim {
namespace {

constexpr const char* starts_file = "/sim/starts";
constexpr const char* runs_file = "/sim/runs";
constexpr const char* book_file = "/sim/disks";

}  // namespace

Status<Error> ClusterProcess::begin_start() {
  FLORIN_TRY(before, read_start_record(node_.disk_, starts_file));
  start_ = before.value_or(StartRecord{});
  if (!before) start_.data_id = process_;
  ++start_.starts;
  FLORIN_TRY(runs, read_run_history(node_.disk_, runs_file));
  runs_ = std::move(runs);
  return write_start_record(node_.disk_, starts_file, start_);
}

Status<Error> ClusterProcess::begin_disks() {
  FLORIN_TRY(book, read_disk_book(node_.disk_, book_file));
  const LogStreams streams{node_.options_.partitions};
  disks_.emplace(DiskWatchOptions{.self = static_cast<NodeNumber>(node_.number_ + 1),
                                  .run = {start_.life, start_.starts, process_, start_.data_id},
                                  .runs = runs_,
                                  .is_new = keeper_options().joins &&
                                            group_reaches(*journal_, streams, {}).empty()},
                 std::move(book), disk_ports());
  return Unit{};
}

DiskExchange::Ports ClusterProcess::disk_ports() {
  DiskExchange::Ports ports;
  ports.send = [this](NodeNumber to, const std::string& frame) {
    if (knows(to)) node_.outside_.peer(node_.number_, to - 1U, frame_of(PeerMessage::disk, frame));
  };
  ports.refused = [this](NodeNumber from, PeerFault fault) { refused(from, fault); };
  ports.life_begins = [this](std::uint32_t life) {
    start_.life = life;
    if (keeper_) keeper_->set_life(life);
    return write_start_record(node_.disk_, starts_file, start_);
  };
  ports.run_begins = [this] {
    runs_.add(start_.life, start_.starts, process_);
    return write_run_history(node_.disk_, runs_file, runs_);
  };
  // A disk that is full keeps what was there before: the next book has it all.
  ports.keep = [this](const std::string& book) {
    (void)replace_file(node_.disk_, book_file, book);
  };
  ports.failed = [this](const Error& error) { die(error); };
  return ports;
}

DiskSeen ClusterProcess::disk_seen() const {
  return {start_, group_reaches(*journal_, {node_.options_.partitions}, log_->status())};
}

std::optional<KeptDisk> ClusterProcess::kept_of(const SimDisk& disk, NodeNumber node) {
  const auto text = disk.durable(book_file);
  if (!text) return std::nullopt;
  const auto book = DiskBook::parse(*text);
  return book ? book->of(node) : std::nullopt;
}

// Between two rounds: all that the journal has is durable.
void ClusterProcess::tick_disks() {
  const auto self = static_cast<NodeNumber>(node_.number_ + 1);
  disks_->tick(node_.clock_.monotonic_us(), map().life_of(self), other_members(), [this] {
    return group_reaches(*journal_, {node_.options_.partitions}, log_->status());
  });
}

void ClusterProcess::on_disk(std::uint32_t from_node, std::string_view body) {
  const auto from = static_cast<NodeNumber>(from_node + 1);
  disks_->on_frame(from, body, map().life_of(from));
}

}  // namespace florin::sim
