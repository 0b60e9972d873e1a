// Who a message is for. An entity actor's address is a function of who it is, never of where it runs or
// whether it is awake: anyone may tell or ask it, and its first message activates it.
#pragma once

#include <optional>
#include <string>

#include "actors/messages/messages.hpp"
#include "cluster/partition_map.hpp"

namespace florin {

// System accounts are kept in every partition: a message to one carries its partition beside it (Addressed),
// and the one given here is only where its id would hash to.
ActorId address_of(const Message& message, const PartitionMap& map);

// The number under which the asker waits for the reply; 0 = nobody waits, or not a client's message.
RequestId request_of(const Message& message);
void set_request(Message& message, RequestId request);
// Of messages whose events say whose command they follow from; nothing to others.
void set_command(Message& message, const CommandId& command);

// Of a FollowerRead: the entry that it wants to see. None: any other message.
std::optional<LogIndex> follower_read_index(const Message& message);
// A client's question: whoever answers it, nothing is decided.
bool is_read(const Message& message);

// "account alice p3", for logs.
std::string to_string(const ActorId& actor);

}  // namespace florin
