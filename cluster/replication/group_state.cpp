// Little endian, fields in the order of the struct; lists with a u32 count before them.
#include "cluster/replication/group_state.hpp"

#include <cstring>
#include <type_traits>

namespace florin {
namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::uint32_t replicas_max = 1024;

template <class T>
void put(std::string& out, T value) {
  static_assert(std::is_unsigned_v<T>);
  for (std::size_t i = 0; i < sizeof value; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

void put_all(std::string& out, const std::vector<consensus::ReplicaId>& ids) {
  put(out, static_cast<std::uint32_t>(ids.size()));
  for (const auto id : ids) put(out, std::uint64_t{id});
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  template <class T>
  T get() {
    if (bytes_.size() < sizeof(T)) {
      good_ = false;
      return 0;
    }
    T value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i)
      value = static_cast<T>(value | static_cast<T>(static_cast<std::uint8_t>(bytes_[i])) << (8 * i));
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  std::vector<consensus::ReplicaId> ids() {
    const auto count = get<std::uint32_t>();
    if (count > replicas_max) good_ = false;
    std::vector<consensus::ReplicaId> out;
    for (std::uint32_t i = 0; good_ && i < count; ++i) out.push_back(get<std::uint64_t>());
    return out;
  }
  [[nodiscard]] bool finished() const { return good_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool good_ = true;
};

}  // namespace

std::string encode_group_state(const GroupState& state) {
  std::string out;
  out.reserve(128);
  put(out, format_version);
  put(out, std::uint64_t{state.replica});
  put(out, state.incarnation);
  put(out, std::uint64_t{state.hard.term});
  put(out, std::uint64_t{state.hard.vote});
  put(out, std::uint64_t{state.hard.commit});
  put(out, std::uint64_t{state.applied});
  put(out, std::uint64_t{state.snapshot.index});
  put(out, std::uint64_t{state.snapshot.term});
  put_all(out, state.snapshot.conf.voters);
  put_all(out, state.snapshot.conf.learners);
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
  if (version != format_version)
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
