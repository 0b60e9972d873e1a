// Copy, go on, audit, rename: in this order, each durable before the next.
#include "runtime/offline/recovery_writer.hpp"

#include <algorithm>
#include <filesystem>

#include "persistence/journal/posix_file_system.hpp"
#include "runtime/offline/cluster_log.hpp"

namespace florin {
namespace {

constexpr std::size_t bytes_between_syncs = std::size_t{16} << 20;

std::string partial_path(const std::string& path) { return path + ".recovering"; }

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

// What is copied may need a reader of that level.
FormatLevel level_of(const std::vector<RecoverySource>& sources) {
  FormatLevel level = 0;
  for (const RecoverySource& source : sources)
    level = std::max(level, source.directory.identity().level);
  return level;
}

class Writer {
 public:
  Writer(const std::vector<RecoverySource>& sources, const RecoveryPlan& plan, Journal& journal)
      : sources_(sources), plan_(plan), journal_(journal) {}

  Status<Error> copy(const RecoverProgress& progress) {
    for (std::size_t source = 0; source < sources_.size(); ++source)
      FLORIN_TRY_VOID(copy_from(source, progress));
    FLORIN_TRY_VOID(journal_.sync());
    for (const GroupEnd& end : plan_.ends)
      if (journal_.last_index(LogStreams::entries(end.group)) != end.last)
        return Err{Error{Errc::corrupt,
                         "group " + std::to_string(end.group) +
                             " was not copied whole: a directory changes while it is read"}};
    return Unit{};
  }

  // Each group's new entries, then its record: one block for all of them would do, none of them counts before the name.
  Status<Error> go_on(const ClusterMember& founder) {
    const LogStreams streams = sources_.front().streams();
    std::vector<consensus::ReplicaId> replicas;
    for (std::uint32_t p = 0; p < streams.partitions; ++p)
      replicas.push_back(founder_of(plan_.map.partitions[p], plan_.ends[p], founder.node));
    const auto events = founding_events(plan_.map, founder, replicas, level_of(sources_));
    replicas.push_back(replica_id(founder.node, 0));
    for (std::uint32_t group = 0; group < streams.groups(); ++group) {
      const bool is_meta = group == streams.partitions;
      FoundedGroup founded =
          found_group(plan_.ends[group], replicas[group], is_meta ? events : std::vector<Event>());
      LogIndex index = plan_.ends[group].last;
      for (std::string& bytes : founded.entries)
        FLORIN_TRY_VOID(append({LogStreams::entries(group), ++index, std::move(bytes)}));
      FLORIN_TRY_VOID(append({streams.state(group), 1, encode_group_state(founded.record)}));
    }
    return journal_.close_cleanly();
  }

 private:
  Status<Error> copy_from(std::size_t source, const RecoverProgress& progress) {
    const LogStreams streams = sources_[source].streams();
    std::vector<LogIndex> after(streams.count(), UINT64_MAX);
    std::size_t left = 0;  // groups that have not come to their end
    for (std::uint32_t group = 0; group < streams.groups(); ++group) {
      if (plan_.chosen[group].log != source || plan_.chosen[group].last == 0) continue;
      after[group] = 0;
      ++left;
    }
    if (left == 0) return Unit{};
    const auto scanned = sources_[source].journal->scan(
        after,
        [&](const LogEntryView& view) -> Status<Error> {
          const LogIndex last = plan_.ends[view.partition].last;
          if (view.index > last) return Unit{};  // behind damage
          if (view.index == last) --left;
          return append({view.partition, view.index, std::string(view.bytes)});
        },
        [&](std::uint64_t done, std::uint64_t all) {
          if (progress) progress("copy " + sources_[source].path, done, all);
        });
    // Damage behind everything that is kept has been told already.
    return left == 0 ? Status<Error>(Unit{}) : scanned;
  }

  Status<Error> append(const LogEntry& entry) {
    FLORIN_TRY_VOID(journal_.append(entry));
    bytes_ += entry.bytes.size();
    if (bytes_ < bytes_between_syncs) return Unit{};
    bytes_ = 0;
    return journal_.sync();
  }

  const std::vector<RecoverySource>& sources_;
  const RecoveryPlan& plan_;
  Journal& journal_;
  std::size_t bytes_ = 0;
};

Status<Error> write_partial(const std::vector<RecoverySource>& sources, const RecoveryPlan& plan,
                            const RecoveryTarget& target, const RecoverProgress& progress) {
  const std::uint32_t partitions = sources.front().directory.identity().partitions;
  FLORIN_TRY(directory, DataDirectory::open(partial_path(target.path), partitions,
                                            {target.cluster, target.founder.node}));
  FLORIN_TRY_VOID(directory.raise_level(level_of(sources)));
  FLORIN_TRY(journal, open_cluster_log(directory));
  Writer writer(sources, plan, *journal);
  FLORIN_TRY_VOID(writer.copy(progress));
  return writer.go_on(target.founder);
}

// The same that an operator would run: chain, contradictions, books.
Status<Error> audit_partial(const std::string& path, const RecoverProgress& progress) {
  FLORIN_TRY(log, OfflineLog::open(path));
  FLORIN_TRY(report, audit_data_directory(log, [&](std::uint64_t done, std::uint64_t all) {
               if (progress) progress("audit", done, all);
             }));
  if (!report.divergence) return Unit{};
  return Err{Error{Errc::corrupt, "what would be kept does not pass the audit: partition " +
                                      std::to_string(report.divergence->partition) + ", entry " +
                                      std::to_string(report.divergence->index) + ": " +
                                      report.divergence->what}};
}

Status<Error> give_name(const std::string& path) {
  FileSystem& files = posix_file_system();
  FLORIN_TRY_VOID(files.sync_directory(partial_path(path)));
  FLORIN_TRY_VOID(files.rename(partial_path(path), path));
  const std::string parent = std::filesystem::absolute(path).parent_path().string();
  return files.sync_directory(parent);
}

}  // namespace

Status<Error> check_target(const std::string& given) {
  const std::string path = without_slash(given);
  const auto invalid = [](std::string text) { return Err{Error{Errc::invalid, std::move(text)}}; };
  std::error_code ignored;
  if (path.empty()) return invalid("--to: name a directory that is not there yet");
  if (std::filesystem::exists(partial_path(path), ignored))
    return invalid(
        partial_path(path) +
        " is left from a run that did not come to its end: remove it, then run this again");
  if (!std::filesystem::exists(path, ignored)) return Unit{};
  if (!std::filesystem::is_directory(path, ignored) || !std::filesystem::is_empty(path, ignored))
    return invalid(path +
                   " is not an empty directory: the new cluster begins in one of its own, "
                   "nothing is ever written over");
  return Unit{};
}

Status<Error> write_recovered(const std::vector<RecoverySource>& sources, const RecoveryPlan& plan,
                              const RecoveryTarget& given, const RecoverProgress& progress) {
  RecoveryTarget target = given;
  target.path = without_slash(given.path);
  auto written = write_partial(sources, plan, target, progress);
  if (written) written = audit_partial(partial_path(target.path), progress);
  if (written) written = give_name(target.path);
  if (!written) {
    std::error_code ignored;
    std::filesystem::remove_all(partial_path(target.path), ignored);
  }
  return written;
}

}  // namespace florin
