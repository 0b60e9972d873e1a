// Notes: what a client says a transfer is for. They are not its content: the first request's are recorded, and a repeat with
// others is the same transfer and is shown the first's. What nobody has noted costs nothing: no field, no event, no row.
//
// All of them live with the transfer, in its own partition. Its legs get what their statements show (LegNotes); so does who asked for it.
#pragma once

#include <array>
#include <string>
#include <tuple>

#include "base/format_level.hpp"
#include "base/ids.hpp"
#include "domain/account/account_metadata.hpp"

namespace florin {

// Since which level a transfer may have notes.
inline constexpr FormatLevel notes_level = 3;

struct TransferNotes {
  std::string reference;    // of the client's books; empty: none, as of all others here
  std::string description;  // for people
  Metadata metadata;        // sorted by key, as an account's
  std::string by;           // who asked for it; empty until there is access control
  bool operator==(const TransferNotes&) const = default;

  [[nodiscard]] bool empty() const {
    return reference.empty() && description.empty() && metadata.empty() && by.empty();
  }

  static constexpr std::array field_names{"reference", "description", "metadata", "by"};
  static auto fields(auto& self) {
    return std::tie(self.reference, self.description, self.metadata, self.by);
  }
};

// The part that travels to the legs, is in the entries of their postings, and is answered to who asked for the transfer: at most
// some 1.3 KB, so that the answers to a whole batch, and to repeats, stay small whatever its metadata is.
struct LegNotes {
  std::string reference;
  std::string description;
  bool operator==(const LegNotes&) const = default;

  [[nodiscard]] bool empty() const { return reference.empty() && description.empty(); }

  static constexpr std::array field_names{"reference", "description"};
  static auto fields(auto& self) { return std::tie(self.reference, self.description); }
};

inline LegNotes notes_of_legs(const TransferNotes& notes) {
  return {notes.reference, notes.description};
}

// As they are kept: for as long as the transfer is open, and as its record when it has ended.
struct NotedTransfer {
  TransferId transfer;  // where it began: its TransferStarted, or what posted or refused it at once
  TransferNotes notes;
  bool operator==(const NotedTransfer&) const = default;
};

}  // namespace florin
