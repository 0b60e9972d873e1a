// u64 map version; u32 count and members {u16 node, two texts}; u32 count and founders; u32 count and
// groups {u32 group, u64 term, u64 map version, three lists of u64 replicas}.
#include "cluster/membership/facts_frame.hpp"

#include "base/little_endian.hpp"

namespace florin {
namespace {

constexpr std::uint32_t list_max = 65'536;  // nodes and groups; their numbers have 16 bits

template <class T>
void put_list(std::string& out, const std::vector<T>& list) {
  append_le(out, static_cast<std::uint32_t>(list.size()));
  for (const T item : list) append_le(out, item);
}

template <class T>
bool take_list(std::string_view& bytes, std::vector<T>& list) {
  const auto count = take_le<std::uint32_t>(bytes);
  if (!count || *count > list_max || *count * sizeof(T) > bytes.size()) return false;
  for (std::uint32_t i = 0; i < *count; ++i) list.push_back(*take_le<T>(bytes));
  return true;
}

void put_members(std::string& out, const std::vector<ClusterMember>& members) {
  append_le(out, static_cast<std::uint32_t>(members.size()));
  for (const ClusterMember& member : members) {
    append_le(out, member.node);
    append_text(out, member.peer);
    append_text(out, member.http);
  }
}

bool take_members(std::string_view& bytes, std::vector<ClusterMember>& members) {
  const auto count = take_le<std::uint32_t>(bytes);
  if (!count || *count > list_max) return false;
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto node = take_le<std::uint16_t>(bytes);
    auto peer = take_text(bytes);
    auto http = take_text(bytes);
    if (!node || !peer || !http) return false;
    members.push_back({*node, std::move(*peer), std::move(*http)});
  }
  return true;
}

}  // namespace

std::string encode_facts(const FactsFrame& frame) {
  std::string out;
  append_le(out, std::uint64_t{frame.map_version});
  put_members(out, frame.members);
  put_list(out, frame.founders);
  append_le(out, static_cast<std::uint32_t>(frame.led.size()));
  for (const LedGroup& led : frame.led) {
    append_le(out, led.group);
    append_le(out, led.facts.term);
    append_le(out, std::uint64_t{led.facts.map_version});
    put_list(out, led.facts.voters);
    put_list(out, led.facts.learners);
    put_list(out, led.facts.retired);
  }
  return out;
}

std::optional<FactsFrame> decode_facts(std::string_view bytes) {
  FactsFrame frame;
  const auto map_version = take_le<std::uint64_t>(bytes);
  if (!map_version || !take_members(bytes, frame.members) || !take_list(bytes, frame.founders))
    return std::nullopt;
  frame.map_version = *map_version;
  const auto count = take_le<std::uint32_t>(bytes);
  if (!count || *count > list_max) return std::nullopt;
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto group = take_le<std::uint32_t>(bytes);
    const auto term = take_le<std::uint64_t>(bytes);
    const auto version = take_le<std::uint64_t>(bytes);
    if (!group || !term || !version) return std::nullopt;
    LedGroup led{*group, {*term, *version, {}, {}, {}}};
    if (!take_list(bytes, led.facts.voters) || !take_list(bytes, led.facts.learners) ||
        !take_list(bytes, led.facts.retired))
      return std::nullopt;
    frame.led.push_back(std::move(led));
  }
  if (!bytes.empty()) return std::nullopt;
  return frame;
}

}  // namespace florin
