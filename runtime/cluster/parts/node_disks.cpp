// Disks compared, and what follows.
#include "runtime/cluster/parts/node_disks.hpp"

#include "cluster/disk/group_reaches.hpp"
#include "runtime/logging/log.hpp"

namespace florin {

NodeDisks::NodeDisks(DiskWatchOptions options, DiskBook book, const Clock& clock, Journal& journal,
                     LogStreams streams, DataDirectory& directory, Ports ports)
    : clock_(clock),
      journal_(journal),
      streams_(streams),
      directory_(directory),
      ports_(std::move(ports)),
      watch_(options, std::move(book)),
      life_(options.run.life),
      book_file_(directory.disks_path(), [](const Error& error) {
        log_error("what the other nodes have on their disks could not be kept",
                  {{"reason", error.context}});
      }) {}

void NodeDisks::tick(const std::vector<ReplicatedLog::Status>& groups, std::uint32_t life,
                     const std::vector<NodeNumber>& others) {
  for (const DiskWatch::Frame& frame : watch_.tick(clock_.monotonic_us(), life, others, [&] {
         return group_reaches(journal_, streams_, groups);
       }))
    ports_.send(frame.to, frame.bytes);
  if (watch_.lost()) return ports_.failed(Error{Errc::disk_lost, *watch_.lost()});
  if (auto text = watch_.take_book(clock_.monotonic_us())) book_file_.write(std::move(*text));
}

void NodeDisks::on_frame(NodeNumber from, const std::string& frame, std::uint32_t life) {
  const bool was_strange = watch_.is_strange(from);
  const auto taken = watch_.take(from, frame, life);
  if (taken.fault) ports_.refused(from, *taken.fault);
  for (const std::string& answer : taken.answers) ports_.send(from, answer);
  if (watch_.life() != life_) {
    life_ = watch_.life();
    ports_.life_begins(life_);
    if (auto begun = directory_.begin_life(life_); !begun) return ports_.failed(begun.error());
    log_info("this directory takes the place of one that was lost",
             {{"life", std::int64_t{life_}}});
  }
  if (watch_.lost()) return ports_.failed(Error{Errc::disk_lost, *watch_.lost()});
  if (watch_.is_strange(from) && !was_strange)
    log_error(
        "a node came back without its disk: what it sends is not taken",
        {{"node", std::int64_t{from}}, {"to_do", "florin node rejoin " + std::to_string(from)}});
}

}  // namespace florin
