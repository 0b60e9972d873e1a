// Reads every group's record, decides on all, then writes.
#include "runtime/offline/mend_terms.hpp"

#include "cluster/consensus/message_bounds.hpp"
#include "cluster/replication/mend_term.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "runtime/offline/cluster_log.hpp"

namespace florin {
namespace {

Result<consensus::Term, Error> last_term(Journal& journal, GroupNumber group) {
  const PartitionId stream = LogStreams::entries(group);
  const LogIndex last = journal.last_index(stream);
  if (last == 0) return consensus::Term{0};
  FLORIN_TRY(bytes, journal.read(stream, last));
  FLORIN_TRY(header, decode_entry_header(bytes));
  return header.term;
}

}  // namespace

Result<std::vector<MendedTerm>, Error> mend_terms(const std::string& data_dir) {
  FLORIN_TRY(directory, DataDirectory::open_existing(data_dir, DirectoryUse::write));
  if (directory.identity().member.cluster.empty())
    return Err{
        Error{Errc::mismatch, data_dir + " is of one node without a cluster: it has no terms"}};
  const LogStreams streams{directory.identity().partitions};
  FLORIN_TRY(journal, open_cluster_log(directory));
  std::vector<MendedTerm> mended;
  std::vector<LogEntry> records;
  for (GroupNumber group = 0; group < streams.groups(); ++group) {
    FLORIN_TRY(state, read_group_state(*journal, streams.state(group)));
    if (!has_poisoned_term(state)) continue;
    FLORIN_TRY(last, last_term(*journal, group));
    const auto after = mend_term(state, last);
    if (!after)
      return Err{Error{after.error().code,
                       data_dir + ": " + name_of(group, streams) + ": " + after.error().context}};
    mended.push_back({group, state.hard.term, after->hard.term});
    records.push_back({streams.state(group), 1, encode_group_state(*after)});
  }
  if (mended.empty())
    return Err{Error{Errc::invalid, data_dir + ": no stored term is above the bound of " +
                                        std::to_string(consensus::term_max) +
                                        ": there is nothing to mend"}};
  for (const LogEntry& record : records) FLORIN_TRY_VOID(journal->append(record));
  FLORIN_TRY_VOID(journal->close_cleanly());
  return mended;
}

}  // namespace florin
