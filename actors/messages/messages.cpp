// How messages and replies are copied, moved and destroyed, once for all who hold them.
#include "actors/messages/messages.hpp"

namespace florin {

template <>
const AlternativeOps& OneOf<AllMessages::Any>::ops_of(std::size_t place) {
  return ops_of_each(place);
}
template <>
const AlternativeOps& OneOf<AnyReplyBody>::ops_of(std::size_t place) {
  return ops_of_each(place);
}

}  // namespace florin
