// To bytes and back, with bounds on every number.
#include "cluster/disk/disk_frame.hpp"

#include "base/le_reader.hpp"
#include "base/limits.hpp"
#include "base/overloaded.hpp"
#include "cluster/consensus/message_bounds.hpp"

namespace florin {
namespace {

constexpr char kind_word = 1;
constexpr char kind_answer = 2;
constexpr std::size_t groups_max = limits::partitions_max + 1;  // with the meta group
constexpr std::uint64_t starts_max = std::uint64_t{1} << 56;

void append_run(std::string& out, const DiskRun& run) {
  append_le(out, run.life);
  append_le(out, run.starts);
  append_le(out, std::uint64_t{run.process});
  append_le(out, run.directory);
}

class Reader : public LeReader {
 public:
  using LeReader::LeReader;

  DiskRun run() {
    DiskRun run;
    run.life = get<std::uint32_t>();
    run.starts = get<std::uint64_t>();
    run.process = get<std::uint64_t>();
    run.directory = get<std::uint64_t>();
    check(run.starts > 0 && run.starts <= starts_max && run.process != 0);
    return run;
  }
  std::size_t count() {
    const auto count = get<std::uint32_t>();
    check(count <= groups_max);
    return good() ? count : 0;
  }
  // The next one of an ascending list, which begins with any.
  std::uint32_t group(std::optional<std::uint32_t>& before) {
    const auto group = get<std::uint32_t>();
    check(group < groups_max && (!before || *before < group));
    before = group;
    return group;
  }
  LogIndex index() {
    const auto index = get<std::uint64_t>();
    check(index <= consensus::index_max);
    return index;
  }
};

DiskWord word_of(Reader& in) {
  DiskWord word;
  const auto asks = in.get<std::uint8_t>();
  in.check(asks <= 1);
  word.asks = asks != 0;
  word.run = in.run();
  const std::size_t count = in.count();
  std::optional<std::uint32_t> before;
  for (std::size_t i = 0; in.good() && i < count; ++i) {
    const std::uint32_t group = in.group(before);
    const LogIndex last = in.index();
    const LogIndex committed = in.index();
    in.check(last > 0 && committed <= last);
    word.groups.push_back({group, last, committed});
  }
  return word;
}

DiskAnswer answer_of(Reader& in) {
  DiskAnswer answer;
  answer.asker = in.get<std::uint64_t>();
  answer.life = in.get<std::uint32_t>();
  const auto keeps = in.get<std::uint8_t>();
  in.check(keeps <= 1);
  if (!in.good() || keeps == 0) return answer;
  answer.kept.emplace();
  answer.kept->run = in.run();
  const std::size_t count = in.count();
  std::optional<std::uint32_t> before;
  for (std::size_t i = 0; in.good() && i < count; ++i) {
    const std::uint32_t group = in.group(before);
    answer.kept->committed[group] = in.index();
  }
  return answer;
}

}  // namespace

std::string encode_disk_frame(const DiskFrame& frame) {
  std::string out;
  visit(Overloaded{[&](const DiskWord& word) {
                     out += kind_word;
                     append_le(out, static_cast<std::uint8_t>(word.asks));
                     append_run(out, word.run);
                     append_le(out, static_cast<std::uint32_t>(word.groups.size()));
                     for (const GroupReach& reach : word.groups) {
                       append_le(out, reach.group);
                       append_le(out, std::uint64_t{reach.last});
                       append_le(out, std::uint64_t{reach.committed});
                     }
                   },
                   [&](const DiskAnswer& answer) {
                     out += kind_answer;
                     append_le(out, std::uint64_t{answer.asker});
                     append_le(out, answer.life);
                     append_le(out, static_cast<std::uint8_t>(answer.kept.has_value()));
                     if (!answer.kept) return;
                     append_run(out, answer.kept->run);
                     append_le(out, static_cast<std::uint32_t>(answer.kept->committed.size()));
                     for (const auto& [group, index] : answer.kept->committed) {
                       append_le(out, group);
                       append_le(out, std::uint64_t{index});
                     }
                   }},
        frame);
  return out;
}

std::optional<DiskFrame> decode_disk_frame(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  Reader in(bytes.substr(1));
  DiskFrame frame;
  if (bytes[0] == kind_word)
    frame = word_of(in);
  else if (bytes[0] == kind_answer)
    frame = answer_of(in);
  else
    return std::nullopt;
  if (!in.finished()) return std::nullopt;
  return frame;
}

}  // namespace florin
