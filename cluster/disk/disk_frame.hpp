// What nodes tell each other about their disks, so that one which has lost its own, or came back with an older copy, is
// known before it votes: frames of the messages channel. Little endian.
//
//   word    u8 1 | u8 asks | run | u32 count | { u32 group | u64 last | u64 committed } * count     "this is on my disk"
//   answer  u8 2 | u64 asker | u32 life | u8 0                                              "I keep nothing of you"
//           u8 2 | u64 asker | u32 life | u8 1 | run | u32 count | { u32 group | u64 committed } * count
//   run     u32 life | u64 starts | u64 process | u64 directory
//
// Groups ascend; of a group without entries nothing is said. `asker` is the process whose word is answered.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.hpp"

namespace florin {

// One run of a process on the disk of a node. A node's disk has a life: 0, and one more each time that an operator has
// said that it is lost and the node comes back without it (`florin node rejoin`).
struct DiskRun {
  std::uint32_t life = 0;
  std::uint64_t starts = 0;  // of this life, this one counted
  Incarnation process = 0;
  std::uint64_t directory = 0;  // its random id: another one was made anew
  bool operator==(const DiskRun&) const = default;
};

struct GroupReach {
  std::uint32_t group = 0;
  LogIndex last = 0;       // durable there
  LogIndex committed = 0;  // not above `last`
  bool operator==(const GroupReach&) const = default;
};

struct DiskWord {
  DiskRun run;
  bool asks = false;  // for what the other one keeps
  std::vector<GroupReach> groups;
  bool operator==(const DiskWord&) const = default;
};

// What a node keeps of another one's disk: its newest run, and the highest committed index of each group that it said it
// had. What is committed is never taken off a log again, so the disk has it still.
struct KeptDisk {
  DiskRun run;
  std::map<std::uint32_t, LogIndex> committed;
  bool operator==(const KeptDisk&) const = default;
};

struct DiskAnswer {
  Incarnation asker = 0;
  std::uint32_t life = 0;  // of the asker's disk, as far as is known here
  std::optional<KeptDisk> kept;
  bool operator==(const DiskAnswer&) const = default;
};

using DiskFrame = std::variant<DiskWord, DiskAnswer>;

std::string encode_disk_frame(const DiskFrame& frame);
// None: it is not one, or says what no node can.
std::optional<DiskFrame> decode_disk_frame(std::string_view bytes);

}  // namespace florin
