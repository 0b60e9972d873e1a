// Fuzz: frames of other nodes. Never a crash or an over-read, never more memory than the frame is worth (run.sh bounds a
// single allocation); and what a peer's message is said to be is what its bytes are.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "actors/messages/message_codec.hpp"
#include "cluster/membership/facts_frame.hpp"
#include "cluster/replication/node_frame.hpp"

namespace {

using namespace florin;

// Payloads lie behind the message, in order, inside the frame.
void look_at(const RaftFrame& frame, std::string_view bytes) {
  std::size_t total = 0;
  for (const RaftMessage& message : frame.messages) {
    if (message.payloads.size() != message.view.entries()) std::abort();
    total += message.bytes.size();
    for (std::uint32_t i = 0; i < message.view.entries(); ++i) {
      const auto entry = consensus::entry_of(message.view.entry(i));
      if (message.payloads[i].size() != message.view.entry(i).length) std::abort();
      if (entry.kind != message.view.entry(i).kind) std::abort();
      total += message.payloads[i].size();
    }
  }
  if (total > bytes.size()) std::abort();
}

void look_at(const EntriesFrame& frame, std::string_view bytes) {
  std::size_t total = 0;
  for (const std::string_view entry : frame.entries) total += entry.size();
  if (frame.first == 0 || frame.entries.empty() || total > bytes.size()) std::abort();
}

void look_at(const FetchFrame& frame, std::string_view) {
  if (frame.first == 0 || frame.first > frame.last) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto frame = decode_node_frame(bytes))
    visit([bytes](const auto& one) { look_at(one, bytes); }, *frame);
  if (const auto facts = decode_facts(bytes)) {
    const auto again = decode_facts(encode_facts(*facts));
    if (!again || !(*again == *facts)) std::abort();
  }
  if (const auto batch = decode_messages(bytes)) {
    std::string encoded;
    encode_messages(encoded, batch->to, batch->messages);
    if (!decode_messages(encoded)) std::abort();
  }
  (void)decode_replies(bytes);
  return 0;
}
