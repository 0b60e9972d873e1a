// Question: what an answer is held against before anybody hears it: which kinds of reply may answer the message, and
// what the reply must be about (actors/messages/subject.hpp).
#pragma once

#include <cstdint>

#include "actors/messages/messages.hpp"
#include "actors/messages/subject.hpp"

namespace florin {

struct Question {
  Subject subject = 0;
  std::uint32_t bodies = 0;  // a bit for each alternative of ReplyBody that may answer
};

// Of a client's message (asserted).
Question question_of(const Message& message);
// Whoever could not take a message says so without having looked at it: NotAccepted answers every question.
bool answers(const Reply& reply, const Question& question);

}  // namespace florin
