// Question: what an answer is held against before anybody hears it: which kinds of reply may answer the message, and
// what the reply must be about. Eight bytes stand for the content (account, transaction, partition ...): who
// answers computes them from the message that it handles, who asked from the message that it sent.
//
// Not a secret and no checksum: it tells two questions of one process apart when their numbers have been mixed up.
#pragma once

#include <cstdint>

#include "actors/messages/messages.hpp"

namespace florin {

struct Question {
  Subject subject = 0;
  std::uint32_t bodies = 0;  // a bit for each alternative of ReplyBody that may answer
};

Subject subject_of(const StartTransfer& message);
// The same, from what a coordinator keeps: the owner (owner_of()) and the client's id.
Subject subject_of_transfer(const AccountId& owner, const Uuid& transaction_id);
Subject subject_of(const OpenAccount& message);
Subject subject_of(const ChangeAccount& message);
Subject subject_of(const GetAccount& message);
Subject subject_of(const ListAccounts& message);
Subject subject_of(const CheckLeg& message);
Subject subject_of(const GetTransfer& message);
Subject subject_of(const GetTrialBalance& message);

// Of a client's message (asserted).
Question question_of(const Message& message);
// Whoever could not take a message says so without having looked at it: NotAccepted answers every question.
bool answers(const Reply& reply, const Question& question);

}  // namespace florin
