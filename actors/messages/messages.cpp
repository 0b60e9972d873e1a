// What messages and replies are made, copied, moved and destroyed by, once for all who hold them.
#include "actors/messages/messages.hpp"

namespace florin {

Message::Message() = default;
Message::Message(const Message& other) = default;
Message::Message(Message&& other) noexcept = default;
Message& Message::operator=(const Message& other) = default;
Message& Message::operator=(Message&& other) noexcept = default;
Message::~Message() = default;

ReplyBody::ReplyBody() = default;
ReplyBody::ReplyBody(ReplyBody&& other) noexcept = default;
ReplyBody& ReplyBody::operator=(ReplyBody&& other) noexcept = default;
ReplyBody::~ReplyBody() = default;

}  // namespace florin
