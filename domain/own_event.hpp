// An event that concerns one kind of entity alone: it moves no money, is no part of a transfer, and no other kind has a side of it.
// Its declaration says so, and gives the name and the fields by which it is logged:
//
//   struct CounterBumped {
//     static constexpr WireNumber wire{46};
//     static constexpr bool is_of_its_kind_alone = true;
//     static constexpr std::string_view event_name = "counter_bumped";
//     static constexpr std::array field_names{"counter", "by"};
//     static auto fields(auto& self) { return std::tie(self.counter, self.by); }
//
// So those who look for money or transfers in a log (audits, checkers) have nothing to say of it, and name all such events at once.
// One that posts is never of these: then every one of them has to know it by name.
#pragma once

namespace florin {

template <class E>
concept OwnEvent = requires {
  requires E::is_of_its_kind_alone;
};

}  // namespace florin
