// What a cluster's node does about disks: tells the others what is on its own, keeps what they say of theirs, and ends when
// one of them knows that its own is not the one that was there (cluster/disk/).
#include "runtime/cluster/cluster_node_parts.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

// What of each group is durable here, also of replicas that went: their logs stay.
std::vector<GroupReach> ClusterNode::reaches(const Groups& groups) const {
  std::map<GroupNumber, LogIndex> committed;
  for (const auto& one : groups) committed[one.group] = one.commit;
  std::vector<GroupReach> reaches;
  for (GroupNumber group = 0; group < streams_.groups(); ++group) {
    const LogIndex last = journal_->last_index(LogStreams::entries(group));
    if (last == 0) continue;
    const auto found = committed.find(group);
    reaches.push_back({group, last, found == committed.end() ? 0 : std::min(found->second, last)});
  }
  return reaches;
}

// On the consensus thread, between two rounds: all that the journal has is durable.
void ClusterNode::tick_disks(const Groups& groups) {
  for (const DiskWatch::Frame& frame :
       disks_.tick(clock_.monotonic_us(), keeper_->map().life_of(self_), other_members(),
                   [&] { return reaches(groups); }))
    links_->send(frame.to, links::Channel::messages, frame_of(PeerMessage::disk, frame.bytes));
  if (disks_.lost()) return on_fatal_(Error{Errc::disk_lost, *disks_.lost()});
  if (auto text = disks_.take_book()) book_file_.write(std::move(*text));
  if (auto starting = Stage::starting;
      disks_.takes_part() && stage_.compare_exchange_strong(starting, Stage::serving))
    metrics_.ready(is_ready());
}

void ClusterNode::on_peer_disk(NodeNumber from, const std::string& frame) {
  const auto before = disks_.strange();
  const auto taken = disks_.take(from, frame, keeper_->map().life_of(from));
  if (taken.fault) refused(from, *taken.fault);
  for (const std::string& answer : taken.answers)
    links_->send(from, links::Channel::messages, frame_of(PeerMessage::disk, answer));
  if (disks_.life() != life_) {
    life_ = disks_.life();
    keeper_->set_life(life_);
    if (auto begun = directory_.begin_life(life_); !begun) return on_fatal_(begun.error());
    log_info("this directory takes the place of one that was lost",
             {{"life", std::int64_t{life_}}});
  }
  if (disks_.lost()) return on_fatal_(Error{Errc::disk_lost, *disks_.lost()});
  if (disks_.strange().contains(from) && !before.contains(from))
    log_error(
        "a node came back without its disk: what it sends is not taken",
        {{"node", std::int64_t{from}}, {"to_do", "florin node rejoin " + std::to_string(from)}});
}

}  // namespace florin
