// Which part is the answer, and the problem that it makes.
#include "api/requests/wrong_parts.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace florin {

const ProblemPart& WrongParts::first() const {
  FLORIN_ASSERT(!parts_.empty(), "a request of which nothing is wrong");
  const auto malformed = std::ranges::find_if(
      parts_, [](const ProblemPart& part) { return part.kind->status == 400; });
  if (malformed != parts_.end()) return *malformed;
  return *std::ranges::min_element(parts_, [](const ProblemPart& a, const ProblemPart& b) {
    return comes_before(*a.kind, *b.kind);
  });
}

void WrongParts::add_at(std::string_view place, WrongParts part) {
  is_malformed_ = is_malformed_ || part.is_malformed_;
  refusal_ = first_of(refusal_, part.refusal_);
  for (ProblemPart& one : part.parts_) {
    if (parts_.size() >= limits::problem_parts_max) return;
    one.param.insert(0, place);
    parts_.push_back(std::move(one));
  }
}

Problem problem_of(const WrongParts& wrong) {
  const ProblemPart& first = wrong.first();
  Problem problem(*first.kind);
  problem.param = first.param;
  problem.detail = first.detail;
  problem.errors = wrong.all();
  return problem;
}

}  // namespace florin
