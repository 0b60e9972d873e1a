// The file is in words, so that a person can read it; its last line is the checksum of those above.
#include "cluster/disk/disk_book.hpp"

#include <algorithm>
#include <sstream>

#include "persistence/journal/text_record.hpp"

namespace florin {
namespace {

constexpr std::string_view first_line = "florin disks of other nodes 1";

LogIndex last_of(const DiskWord& word, std::uint32_t group) {
  const auto found = std::ranges::lower_bound(word.groups, group, {}, &GroupReach::group);
  return found != word.groups.end() && found->group == group ? found->last : 0;
}

}  // namespace

DiskVerdict compare_disk(const std::optional<KeptDisk>& kept, std::uint32_t life,
                         const DiskWord& word) {
  const std::uint32_t known = std::max(life, kept ? kept->run.life : 0);
  if (word.run.life < known) return {DiskFinding::replaced};
  if (!kept || word.run.life > kept->run.life) return {};
  if (word.run.directory != kept->run.directory) return {DiskFinding::made_anew};
  if (word.run.process != kept->run.process && word.run.starts <= kept->run.starts)
    return {DiskFinding::started_before, 0, kept->run.starts, word.run.starts};
  for (const auto& [group, committed] : kept->committed)
    if (const LogIndex last = last_of(word, group); last < committed)
      return {DiskFinding::behind, group, committed, last};
  return {};
}

std::optional<KeptDisk> DiskBook::of(NodeNumber node) const {
  const auto found = disks_.find(node);
  return found == disks_.end() ? std::nullopt : std::optional(found->second);
}

bool DiskBook::take(NodeNumber node, const DiskWord& word) {
  KeptDisk& kept = disks_[node];
  bool changed = kept.run != word.run;
  if (kept.run.life != word.run.life) kept.committed.clear();
  kept.run = word.run;
  for (const GroupReach& reach : word.groups) {
    if (reach.committed == 0) continue;
    LogIndex& committed = kept.committed[reach.group];
    changed |= reach.committed > committed;
    committed = std::max(committed, reach.committed);
  }
  return changed;
}

std::string DiskBook::text() const {
  std::ostringstream out;
  out << first_line << "\n";
  for (const auto& [node, disk] : disks_) {
    out << "node " << node << " life " << disk.run.life << " starts " << disk.run.starts
        << " process " << disk.run.process << " directory " << disk.run.directory << " groups "
        << disk.committed.size() << "\n";
    for (const auto& [group, committed] : disk.committed)
      out << "group " << group << " committed " << committed << "\n";
  }
  return with_checksum(out.str());
}

Result<DiskBook, Error> DiskBook::parse(std::string_view text) {
  DiskBook book;
  std::istringstream in{std::string(text)};
  std::string word;
  std::getline(in, word);
  while (in >> word && word == "node") {
    NodeNumber node = 0;
    KeptDisk disk;
    std::size_t groups = 0;
    in >> node >> word >> disk.run.life >> word >> disk.run.starts >> word >> disk.run.process >>
        word >> disk.run.directory >> word >> groups;
    for (std::size_t i = 0; in && i < groups; ++i) {
      std::uint32_t group = 0;
      in >> word >> group >> word;
      in >> disk.committed[group];
    }
    book.disks_[node] = std::move(disk);
  }
  // What was read is right when it is written the same way again.
  if (book.text() != text)
    return Err{Error{Errc::corrupt, "is not what this program writes there"}};
  return book;
}

Result<DiskBook, Error> read_disk_book(FileSystem& files, const std::string& path) {
  constexpr std::uint64_t bytes_max = 64 << 20;
  FLORIN_TRY(text, read_text(files, path, bytes_max));
  if (!text) return DiskBook();
  auto book = DiskBook::parse(*text);
  if (!book)
    return Err{Error{Errc::corrupt, path + ": " + book.error().context +
                                        "; without it this node cannot recognise other nodes that "
                                        "have lost their disks: remove it only when all of them "
                                        "have theirs"}};
  return book;
}

}  // namespace florin
