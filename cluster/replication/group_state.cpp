// Little endian, fields in the order of the struct; lists with a u32 count before them.
#include "cluster/replication/group_state.hpp"

#include "base/le_reader.hpp"

namespace florin {
namespace {

constexpr std::uint8_t format_version = 2;  // 1: without what is behind the configuration
constexpr std::uint32_t replicas_max = 1024;

void put_all(std::string& out, const std::vector<consensus::ReplicaId>& ids) {
  append_le(out, static_cast<std::uint32_t>(ids.size()));
  for (const auto id : ids) append_le(out, std::uint64_t{id});
}

class Reader : public LeReader {
 public:
  using LeReader::LeReader;

  std::vector<consensus::ReplicaId> ids() {
    const auto count = get<std::uint32_t>();
    check(count <= replicas_max);
    std::vector<consensus::ReplicaId> out;
    for (std::uint32_t i = 0; good() && i < count; ++i) out.push_back(get<std::uint64_t>());
    return out;
  }
};

}  // namespace

std::string encode_group_state(const GroupState& state) {
  std::string out;
  out.reserve(128);
  append_le(out, format_version);
  append_le(out, std::uint64_t{state.replica});
  append_le(out, state.incarnation);
  append_le(out, std::uint64_t{state.hard.term});
  append_le(out, std::uint64_t{state.hard.vote});
  append_le(out, std::uint64_t{state.hard.commit});
  append_le(out, std::uint64_t{state.applied});
  append_le(out, std::uint64_t{state.snapshot.index});
  append_le(out, std::uint64_t{state.snapshot.term});
  put_all(out, state.snapshot.conf.voters);
  put_all(out, state.snapshot.conf.learners);
  put_all(out, state.retired);
  append_le(out, static_cast<std::uint8_t>(state.is_gone));
  return out;
}

Result<GroupState, Error> decode_group_state(std::string_view bytes) {
  Reader in(bytes);
  GroupState state;
  const auto version = in.get<std::uint8_t>();
  state.replica = in.get<std::uint64_t>();
  state.incarnation = in.get<std::uint64_t>();
  state.hard.term = in.get<std::uint64_t>();
  state.hard.vote = in.get<std::uint64_t>();
  state.hard.commit = in.get<std::uint64_t>();
  state.applied = in.get<std::uint64_t>();
  state.snapshot.index = in.get<std::uint64_t>();
  state.snapshot.term = in.get<std::uint64_t>();
  state.snapshot.conf.voters = in.ids();
  state.snapshot.conf.learners = in.ids();
  if (version >= 2) {
    state.retired = in.ids();
    state.is_gone = in.get<std::uint8_t>() != 0;
  }
  if (version == 0 || version > format_version)
    return Err{Error{Errc::corrupt, "group state: format version " + std::to_string(version)}};
  if (!in.finished()) return Err{Error{Errc::corrupt, "group state: wrong length"}};
  return state;
}

Result<GroupState, Error> read_group_state(EventLogReader& log, PartitionId stream) {
  if (log.last_index(stream) == 0) return GroupState{};
  FLORIN_TRY(bytes, log.read(stream, 1));
  return decode_group_state(bytes);
}

}  // namespace florin
