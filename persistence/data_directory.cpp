// Makes and recognises a data directory. florin.meta appears whole or not at all, also when power fails.
#include "persistence/data_directory.hpp"

#include <algorithm>
#include <charconv>
#include <random>
#include <sstream>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "persistence/journal/posix_file_system.hpp"
#include "persistence/journal/segment/segment_format.hpp"
#include "persistence/journal/text_record.hpp"
#include "persistence/lmdb/lmdb_state_store.hpp"

namespace florin {
namespace {

constexpr std::string_view first_line = "florin data directory";
// A directory of one node is the same as before there were clusters; a program from then must not
// take a cluster's directory for one.
constexpr std::uint32_t format_alone = 1;
constexpr std::uint32_t format_in_cluster = 2;
// Either kind, and a line with the format level: once that is above 0, so that a program from before there were levels
// refuses it by its format.
constexpr std::uint32_t format_with_level = 3;

std::string meta_path(const std::string& path) { return path + "/florin.meta"; }

std::string encode(const DataIdentity& identity) {
  std::ostringstream text;
  const bool alone = identity.member.cluster.empty();
  const std::uint32_t format = identity.level > 0 ? format_with_level
                               : alone            ? format_alone
                                                  : format_in_cluster;
  text << first_line << "\nformat " << format << "\npartitions " << identity.partitions << "\nid "
       << identity.id << "\n";
  if (identity.level > 0) text << "level " << identity.level << "\n";
  if (!alone)
    text << "cluster " << identity.member.cluster << "\nnode " << identity.member.node << "\n";
  return text.str();
}

// 1..65535. A stream would take -1 for 65535.
bool take_number(std::istream& in, std::uint16_t& number) {
  std::int64_t wide = 0;
  if (!(in >> wide) || wide < 1 || wide > UINT16_MAX) return false;
  number = static_cast<std::uint16_t>(wide);
  return true;
}

Result<DataIdentity, Error> decode(const std::string& file, const std::string& text) {
  std::istringstream in(text);
  std::string line;
  std::getline(in, line);
  std::string format_word, partitions_word, id_word;
  std::uint32_t format = 0;
  DataIdentity identity;
  in >> format_word >> format >> partitions_word >> identity.partitions >> id_word >> identity.id;
  const auto corrupt = [&] {
    return Err{
        Error{Errc::corrupt, file + ": is not a florin.meta file; restore it from a backup"}};
  };
  if (line != first_line || !in || format_word != "format" || partitions_word != "partitions" ||
      id_word != "id" || identity.partitions == 0 || identity.partitions > limits::partitions_max)
    return corrupt();
  if (format < format_alone || format > format_with_level)
    return Err{Error{Errc::mismatch, file + ": format " + std::to_string(format) +
                                         " is not known to this program (it knows up to " +
                                         std::to_string(format_with_level) + "): use a newer one"}};
  if (format == format_alone) return identity;
  std::string level_word, cluster_word, node_word;
  if (format == format_with_level) {
    in >> level_word;
    if (level_word != "level" || !take_number(in, identity.level)) return corrupt();
  }
  in >> cluster_word;
  if (!in && in.eof() && format == format_with_level) return identity;
  in >> identity.member.cluster >> node_word;
  if (!in || cluster_word != "cluster" || node_word != "node" ||
      !take_number(in, identity.member.node))
    return corrupt();
  return identity;
}

// nullopt: there is none.
Result<std::optional<DataIdentity>, Error> read_identity(const std::string& path) {
  FLORIN_TRY(text, read_text(posix_file_system(), meta_path(path), 4096));
  if (!text) return std::optional<DataIdentity>();
  FLORIN_TRY(identity, decode(meta_path(path), *text));
  return std::optional<DataIdentity>(identity);
}

std::uint64_t random_id() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device() | 1;
}

std::string name_of(const ClusterIdentity& member) {
  if (member.cluster.empty()) return "one node without a cluster";
  return "node " + std::to_string(member.node) + " of cluster " + member.cluster;
}

Status<Error> check_level(const std::string& path, FormatLevel level, FormatLevel reads) {
  if (level <= reads) return Unit{};
  return Err{
      Error{Errc::mismatch, path + " has format level " + std::to_string(level) +
                                ", and this program reads up to " + std::to_string(reads) +
                                ": start it with the version that wrote it, or a newer one"}};
}

// What a person has to do: there is no way to turn one node's directory into another's.
Err<Error> belongs_to_another(const std::string& path, const ClusterIdentity& owner,
                              const ClusterIdentity& wanted) {
  std::string text = path + " belongs to " + name_of(owner) + ", not to " + name_of(wanted) + ": ";
  if (owner.cluster.empty()) {
    text += "start it without [cluster] and --node, or give the cluster's node an empty --data-dir";
  } else if (owner.cluster == wanted.cluster) {
    text += "start with --node " + std::to_string(owner.node) + " or another --data-dir";
  } else {
    text += "start with the configuration of cluster " + owner.cluster + " and --node " +
            std::to_string(owner.node) + ", or with another --data-dir";
  }
  return Err{Error{Errc::mismatch, std::move(text)}};
}

// What is not there (a disk that is not mounted, a death before log/ was made) stays as it was known: the journal says what is
// missing, and the log that is put back is still told from a copy of it.
Status<Error> identify_log(FileSystem& files, const std::string& path, StartRecord& record) {
  FLORIN_TRY(log, file_identity(path));
  if (!log) return Unit{};
  record.log = *log;
  FLORIN_TRY(names, files.list(path));
  const auto segment = std::ranges::find_if(names, [](const std::string& name) {
    return journal::parse_segment_file_name(name).has_value();
  });
  if (segment == names.end()) return Unit{};
  FLORIN_TRY(first, file_identity(path + "/" + *segment));
  if (first) record.first_segment = *first;
  return Unit{};
}

}  // namespace

Result<DataDirectory, Error> DataDirectory::open(const std::string& path, std::uint32_t partitions,
                                                 const ClusterIdentity& member, FormatLevel reads) {
  FLORIN_ASSERT(member.cluster.empty() == (member.node == 0));
  FLORIN_TRY(lock, DataDirLock::acquire(path));
  FLORIN_TRY(found, read_identity(path));
  if (found) {
    if (found->member != member) return belongs_to_another(path, found->member, member);
    if (found->partitions != partitions)
      return Err{
          Error{Errc::mismatch, path + " was made with " + std::to_string(found->partitions) +
                                    " partitions, not " + std::to_string(partitions) +
                                    ": their number never changes; start with --partitions " +
                                    std::to_string(found->partitions) + " or another --data-dir"}};
    FLORIN_TRY_VOID(check_level(path, found->level, reads));
    // Whoever made log/ and state/ may have died before their names were durable.
    FLORIN_TRY_VOID(posix_file_system().sync_directory(path));
    return DataDirectory(path, std::move(lock), *found);
  }
  const DataIdentity identity{partitions, random_id(), member};
  FLORIN_TRY_VOID(replace_file(posix_file_system(), meta_path(path), encode(identity)));
  FLORIN_TRY_VOID(posix_file_system().create_directories(path + "/log"));
  FLORIN_TRY_VOID(posix_file_system().create_directories(path + "/state"));
  FLORIN_TRY_VOID(posix_file_system().sync_directory(path));
  FLORIN_TRY_VOID(lock.add(meta_path(path)));
  return DataDirectory(path, std::move(lock), identity);
}

Result<DataDirectory, Error> DataDirectory::open_existing(const std::string& path,
                                                          DirectoryUse use) {
  FLORIN_TRY(found, read_identity(path));
  if (!found)
    return Err{Error{Errc::missing, path + " is not a data directory: it has no florin.meta"}};
  FLORIN_TRY_VOID(check_level(path, found->level, format_level_own));
  FLORIN_TRY(lock, DataDirLock::acquire(path, use));
  return DataDirectory(path, std::move(lock), *found);
}

Result<DirectoryStart, Error> DataDirectory::begin_start() {
  FileSystem& files = posix_file_system();
  FLORIN_TRY(before, read_start_record(files, starts_path()));
  StartRecord now;
  if (before) now = *before;
  now.data_id = identity_.id;
  ++now.starts;
  FLORIN_TRY_VOID(identify_log(files, log_path(), now));
  const bool is_copy =
      before && (before->data_id != identity_.id || florin::was_copied(*before, now));
  if (is_copy && identity_.member.node != 0)
    return Err{Error{
        Errc::disk_lost,
        path_ + " is a copy: its files are not those that node " +
            std::to_string(identity_.member.node) +
            " was started with last. It may lack what the node has voted for since, so it is not "
            "started under that number: start the node with the directory that was copied, or give "
            "it up (`florin node rejoin " +
            std::to_string(identity_.member.node) +
            "`) and start the node with an empty directory and --cluster-join true"}};
  if (identity_.member.node != 0) {
    FLORIN_TRY(runs, read_run_history(files, runs_path()));
    runs_ = std::move(runs);
  }
  FLORIN_TRY_VOID(write_start_record(files, starts_path(), now));
  start_ = now;
  return DirectoryStart{now, identity_.level < run_history_level ? RunHistory() : runs_, is_copy};
}

Status<Error> DataDirectory::raise_level(FormatLevel level) {
  if (level <= identity_.level) return Unit{};
  DataIdentity raised = identity_;
  raised.level = level;
  FLORIN_TRY_VOID(replace_file(posix_file_system(), meta_path(path_), encode(raised)));
  identity_ = raised;
  return lock_.add(meta_path(path_));  // it is another file now
}

Status<Error> DataDirectory::begin_life(std::uint32_t life) {
  start_.life = life;
  return write_start_record(posix_file_system(), starts_path(), start_);
}

Status<Error> DataDirectory::begin_run(Incarnation process) {
  runs_.add(start_.life, start_.starts, process);
  return write_run_history(posix_file_system(), runs_path(), runs_);
}

std::string DataDirectory::state_path(PartitionId partition) const {
  return state_directory(path_, partition);
}

}  // namespace florin
