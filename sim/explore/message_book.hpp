// MessageBook: the distinct messages of one exploration, numbered. Two messages with the same text and receiver
// are the same message; there are a few dozen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "actors/messages/messages.hpp"

namespace florin::sim {

using MessageId = std::uint8_t;
inline constexpr MessageId no_message = 255;

class MessageBook {
 public:
  struct Page {
    PartitionId to = 0;
    Message message;
    std::string text;             // with its receiver: "try leg 1 to p1"
    bool minds_the_time = false;  // handled differently after the deadline
    bool confirms = false;        // Confirm
    bool cancels = false;         // Cancel or Compensate
    bool is_answer = false;       // of a leg, or of a fence
    std::string chain;            // of a request and its answers: equal. Empty = neither
  };

  MessageId number(PartitionId to, const Message& message);
  [[nodiscard]] const Page& at(MessageId id) const { return pages_.at(id); }
  [[nodiscard]] std::size_t size() const { return pages_.size(); }

 private:
  std::vector<Page> pages_;
};

}  // namespace florin::sim
