// Disks compared, as ClusterNode does it: the same DiskWatch, its book and the count of starts in files of the simulated
// disk. Inodes are not simulated: a disk that comes back older or empty has them, so to speak, as it had them.
#include "actors/asks/peer_messages.hpp"
#include "cluster/disk/group_reaches.hpp"
#include "persistence/start_record.hpp"
#include "sim/cluster_hosted.hpp"

namespace florin::sim {
namespace {

constexpr const char* starts_file = "/sim/starts";
constexpr const char* book_file = "/sim/disks";

}  // namespace

Status<Error> ClusterProcess::begin_start() {
  FLORIN_TRY(before, read_start_record(node_.disk_, starts_file));
  start_ = before.value_or(StartRecord{});
  if (!before) start_.data_id = process_;
  ++start_.starts;
  return write_start_record(node_.disk_, starts_file, start_);
}

Status<Error> ClusterProcess::begin_disks() {
  FLORIN_TRY(book, read_disk_book(node_.disk_, book_file));
  const LogStreams streams{node_.options_.partitions};
  disks_.emplace(DiskWatchOptions{.self = static_cast<NodeNumber>(node_.number_ + 1),
                                  .run = {start_.life, start_.starts, process_, start_.data_id},
                                  .is_new = keeper_options().joins &&
                                            group_reaches(*journal_, streams, {}).empty()},
                 std::move(book));
  return Unit{};
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
  for (DiskWatch::Frame& frame : disks_->tick(
           node_.clock_.monotonic_us(),
           keeper_ ? keeper_->map().life_of(static_cast<NodeNumber>(node_.number_ + 1)) : 0,
           other_members(), [this] {
             return group_reaches(*journal_, {node_.options_.partitions}, log_->status());
           }))
    if (knows(frame.to))
      node_.outside_.peer(node_.number_, frame.to - 1U, frame_of(PeerMessage::disk, frame.bytes));
  if (disks_->lost()) return die(Error{Errc::disk_lost, *disks_->lost()});
  // A disk that is full keeps what was there before: the next book has it all.
  if (auto text = disks_->take_book(node_.clock_.monotonic_us()))
    (void)replace_file(node_.disk_, book_file, *text);
}

void ClusterProcess::on_disk(std::uint32_t from_node, std::string_view body) {
  const auto from = static_cast<NodeNumber>(from_node + 1);
  const auto taken = disks_->take(from, body, keeper_ ? keeper_->map().life_of(from) : 0);
  if (taken.fault) refused(from, *taken.fault);
  for (const std::string& answer : taken.answers)
    if (knows(from))
      node_.outside_.peer(node_.number_, from_node, frame_of(PeerMessage::disk, answer));
  if (disks_->life() != start_.life) {
    start_.life = disks_->life();
    if (keeper_) keeper_->set_life(start_.life);
    if (has_failed(write_start_record(node_.disk_, starts_file, start_))) return;
  }
  if (disks_->lost()) die(Error{Errc::disk_lost, *disks_->lost()});
}

}  // namespace florin::sim
