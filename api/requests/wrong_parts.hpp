// What is wrong with a request of the wallet itself: all of it, so that a client corrects it once. Malformed input, and
// refusals that need no state. Right requests pay nothing for it: nothing is allocated before something is wrong.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json/json_reader.hpp"
#include "api/problem/problem_details.hpp"
#include "base/limits.hpp"
#include "domain/rejection.hpp"

namespace florin {

class WrongParts {
 public:
  void add(InputFault fault) {
    is_malformed_ = true;
    parts_.emplace_back(std::move(fault));
  }
  void add(std::optional<InputFault> fault) {
    if (fault) add(std::move(*fault));
  }
  // Well-formed, and still never done: `key` is the field that says so.
  void refuse(Rejection code, std::string_view key) {
    refusal_ = first_of(refusal_, code);
    parts_.emplace_back(problem_kind(code), json_pointer(key));
  }
  // What is wrong with a part of the request that stands at `place` (a JSON pointer), behind what is there. One answer lists no more
  // than limits::problem_parts_max: what comes first is in there.
  void add_at(std::string_view place, WrongParts part);
  // Reads the object's fields. Of keys that are not known, or come twice, the first ones are named: a hostile object may have
  // a million.
  template <std::size_t N>
  void read_fields(const JsonObject& object, const std::array<std::string_view, N>& names,
                   JsonFields<N>& fields) {
    read_each_field(object, names, fields,
                    [this, room = limits::wrong_keys_max](auto&& make) mutable {
                      if (room == 0) return;
                      --room;
                      this->add(make());
                    });
  }

  [[nodiscard]] bool empty() const { return parts_.empty(); }
  [[nodiscard]] bool is_malformed() const { return is_malformed_; }
  // The first of the refusals by the order of codes; none: there is none, or only malformed input.
  [[nodiscard]] std::optional<Rejection> refusal() const { return refusal_; }
  // The one that is the answer: of malformed input what was found first, else by the order of codes.
  [[nodiscard]] const ProblemPart& first() const;
  // In the order in which they were found.
  [[nodiscard]] const std::vector<ProblemPart>& all() const { return parts_; }

 private:
  std::vector<ProblemPart> parts_;
  std::optional<Rejection> refusal_;
  bool is_malformed_ = false;
};

// Says all parts, and answers with the first.
Problem problem_of(const WrongParts& wrong);

}  // namespace florin
