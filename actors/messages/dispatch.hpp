// Whom each message is for, as the lists of those who hear them say (message_declaration.hpp): the one way from a message to
// whoever gets it, behind its address and the handler that it is given to. One that is in nobody's list is no message.
//
// `actors` has a function `to(std::type_identity<List>, message, key)` for each list of AllMessages; `key` says which actor of
// that kind it is for (List::key_of). All return the same type. What any replica may answer comes as the question in it, under
// the request's number.
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "actors/messages/messages.hpp"

namespace florin {

template <class Actors>
class ToActor {
 public:
  explicit ToActor(Actors& actors) : actors_(actors) {}

  template <class M>
  auto operator()(const M& message) const {
    using List = AllMessages::Of<M>;
    return actors_.to(std::type_identity<List>{}, message, List::key_of(message));
  }
  template <class Question>
  auto operator()(const FollowerRead<Question>& m) const {
    Question question = m.question;
    question.request = m.request;
    return (*this)(std::as_const(question));
  }

 private:
  Actors& actors_;
};

template <class Actors>
auto dispatch_to(Actors& actors, const Message& message) {
  return visit(ToActor<Actors>(actors), message);
}

}  // namespace florin
