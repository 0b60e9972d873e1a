// Words, answers, and what follows from them.
#include "cluster/disk/disk_watch.hpp"

#include <algorithm>

#include "base/overloaded.hpp"

namespace florin {

std::vector<DiskWatch::Frame> DiskWatch::tick(std::int64_t monotonic_us, std::uint32_t life,
                                              const std::vector<NodeNumber>& others,
                                              const Reaches& reaches) {
  if (!began_us_) began_us_ = monotonic_us;
  if (life > run_.life && !lost_) lost_ = sentence(options_.self, {DiskFinding::replaced}, life);
  const auto has_answered = [this](NodeNumber node) { return answered_.contains(node); };
  if (is_holding_ && !lost_) {
    is_holding_ = !std::ranges::all_of(others, has_answered) &&
                  monotonic_us - *began_us_ < options_.hold_max_us;
    if (!is_holding_) told_us_.clear();  // all are told now that it takes part
  }
  std::set<NodeNumber> all(others.begin(), others.end());
  all.insert(met_.begin(), met_.end());
  std::vector<Frame> out;
  for (const NodeNumber node : all) {
    const bool asks = !takes_part() || !answered_.contains(node);
    const auto [told, is_first] = told_us_.try_emplace(node);
    const std::int64_t pause = asks ? options_.ask_again_us : options_.told_every_us;
    if (!is_first && monotonic_us - told->second < pause) continue;
    told->second = monotonic_us;
    if (out.empty()) reaches_ = reaches();
    out.push_back({node, encode_disk_frame(DiskWord{run_, asks, reaches_})});
  }
  return out;
}

DiskWatch::Taken DiskWatch::take(NodeNumber from, std::string_view frame, std::uint32_t life) {
  const auto decoded = decode_disk_frame(frame);
  if (!decoded) return {PeerFault::malformed, {}};
  met_.insert(from);
  return visit(Overloaded{[&](const DiskWord& word) { return take_word(from, word, life); },
                          [&](const DiskAnswer& answer) { return take_answer(from, answer); }},
               *decoded);
}

// Answered out of what was kept before: that is what the other one must be compared with.
DiskWatch::Taken DiskWatch::take_word(NodeNumber from, const DiskWord& word, std::uint32_t life) {
  const auto kept = book_.of(from);
  const bool is_fine = compare_disk(kept, life, word).finding == DiskFinding::fine;
  Taken taken;
  if (word.asks || !is_fine)
    taken.answers.push_back(encode_disk_frame(
        DiskAnswer{word.run.process, std::max(life, kept ? kept->run.life : 0), kept}));
  // It has started just now, and takes nothing of ours before it has heard of our disk. Whether that is right this node may
  // not know yet itself: then it asks, and is heard that way.
  if (word.asks && takes_part() && answered_.contains(from))
    taken.answers.push_back(encode_disk_frame(DiskWord{run_, false, reaches_}));
  if (!is_fine) {
    known_.erase(from);
    strange_.insert(from);
    return taken;
  }
  strange_.erase(from);
  known_.insert(from);
  // An older disk that was started again asks like this, too: before it takes part, what is kept of the right one stays.
  if (word.asks && (!kept || kept->run != word.run)) return taken;
  has_new_run_ |= !kept || kept->run != word.run;
  book_changed_ |= book_.take(from, word);
  return taken;
}

DiskVerdict DiskWatch::verdict_of(const DiskAnswer& answer) const {
  const DiskVerdict verdict =
      compare_disk(answer.kept, answer.life, DiskWord{run_, false, reaches_});
  if (verdict.finding != DiskFinding::fine || !answer.kept) return verdict;
  const DiskRun& met = answer.kept->run;
  if (met.life != run_.life) return verdict;  // of the disk whose place this one has taken
  if (met.process == run_.process) return verdict;
  if (!options_.runs.contradicts(met.life, met.starts, met.process)) return verdict;
  return {DiskFinding::other_run, 0, met.starts, run_.starts};
}

DiskWatch::Taken DiskWatch::take_answer(NodeNumber from, const DiskAnswer& answer) {
  if (answer.asker != run_.process) return {};  // to an earlier process
  // As long as nothing was taken of anybody there is nothing on it yet of another life.
  const bool is_empty = options_.is_new && (is_holding_ || answered_.empty());
  if (is_empty && answer.life > run_.life) {
    // Everybody is asked again: they know nothing yet of a disk of this life.
    run_.life = answer.life;
    answered_.clear();
    told_us_.clear();
    return {};
  }
  const DiskVerdict verdict = verdict_of(answer);
  if (verdict.finding == DiskFinding::fine) {
    answered_.insert(from);
    return {};
  }
  // It may not have heard yet that this disk is a lost one's successor; another one may.
  if (is_empty && is_holding_) return {};
  if (verdict.finding == DiskFinding::replaced && answered_.contains(from)) {
    replaced_.insert(from);
    if (replaced_.size() < 2) return {};
  } else if (answered_.contains(from)) {
    return {PeerFault::out_of_bounds, {}};
  }
  if (!lost_) lost_ = sentence(from, verdict, answer.life);
  return {};
}

std::string DiskWatch::sentence(NodeNumber from, const DiskVerdict& verdict,
                                std::uint32_t life) const {
  const std::string peer =
      from == options_.self ? std::string("its cluster") : "node " + std::to_string(from);
  const std::string self = std::to_string(options_.self);
  std::string text = "the disk of node " + self + " is not the one that " + peer + " knows: ";
  switch (verdict.finding) {
    case DiskFinding::fine: break;
    case DiskFinding::replaced:
      text += "an operator has said that it is lost (life " + std::to_string(life) +
              " of this node's disk has begun, this is " + std::to_string(run_.life) + ")";
      break;
    case DiskFinding::started_before:
      text += "it was started " + std::to_string(verdict.had) + " times, this one " +
              std::to_string(verdict.has) + " times: it was lost, or is an older copy";
      break;
    case DiskFinding::made_anew: text += "this directory was made anew: that one was lost"; break;
    case DiskFinding::other_run:
      text += "its start " + std::to_string(verdict.had) +
              " was another one: this is an older copy that has been started since";
      break;
    case DiskFinding::behind:
      text += "it had entry " + std::to_string(verdict.had) + " of group " +
              std::to_string(verdict.group) + ", committed, and ";
      text += verdict.has == 0 ? "this one has none of that group: it was lost"
                               : "this log ends at entry " + std::to_string(verdict.has) +
                                     ": it is an older copy";
      break;
  }
  text += ". It takes no part, as what it has forgotten may be what it has voted for. ";
  if (verdict.finding == DiskFinding::replaced)
    return text +
           "Put this directory aside, and start the node with an empty one and --cluster-join true";
  return text + "If the right disk is not there any more: `florin node rejoin " + self +
         "`, put this directory aside, and start the node with an empty one and --cluster-join "
         "true";
}

std::optional<std::string> DiskWatch::take_book(std::int64_t monotonic_us) {
  const bool is_time = !book_given_us_ || monotonic_us - *book_given_us_ >= options_.book_every_us;
  if (!book_changed_ || !(has_new_run_ || is_time)) return std::nullopt;
  book_changed_ = has_new_run_ = false;
  book_given_us_ = monotonic_us;
  return book_.text();
}

}  // namespace florin
